# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare a wanted pattern with the server's by meaning. Only what the play gave counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from ...model.description import describe, looks_generated
from ...model.pattern import SchedulePattern, default_of, without_defaults
from ...model.pattern_options import option_value
from . import automatic
from .timezones import COMMSERVE_ID, SPECIAL_IDS, same_zone, wire_name

STANDARD_CALENDAR_ID = 1
_STANDARD_CALENDAR = "standard"


class Difference(NamedTuple):
    """One key of a pattern whose meaning differs. The values are in the words of the option, ``None`` is "not set"."""

    key: str
    before: Any
    after: Any


def normal(pattern: SchedulePattern) -> SchedulePattern:
    """Return the pattern without values that are Commvault's defaults, its time zone by the name that is sent.

    Two patterns whose normal forms are equal make the same schedule.
    """
    changes: dict[str, Any] = {}
    if _zone_id(pattern) == COMMSERVE_ID:
        changes.update(timezone=None, timezone_id=None)
    elif pattern.timezone is not None:
        changes["timezone"] = wire_name(pattern.timezone)
    if _calendar_id(pattern) == STANDARD_CALENDAR_ID:
        changes.update(calendar=None, calendar_id=None)
    if pattern.automatic is not None:
        changes["automatic"] = automatic.without_defaults(pattern.automatic)
    return without_defaults(replace(pattern, **changes))


def _zone_id(pattern: SchedulePattern) -> int | None:
    """Return the ID of the time zone as far as it is known here: that of "none given" is the CommServe's."""
    if pattern.timezone_id is not None:
        return pattern.timezone_id
    if pattern.timezone is None:
        return COMMSERVE_ID
    return SPECIAL_IDS.get(pattern.timezone.strip().casefold())


def _calendar_id(pattern: SchedulePattern) -> int | None:
    if pattern.calendar_id is not None:
        return pattern.calendar_id
    if pattern.calendar is None or pattern.calendar.strip().casefold() == _STANDARD_CALENDAR:
        return STANDARD_CALENDAR_ID
    return None


def same(given: SchedulePattern, server: SchedulePattern) -> list[Difference]:
    """Return what has to change on the server for ``given`` to be true, in the order of the keys; empty when nothing.

    ``server`` is what ``pattern_reader.decode`` made of the server's pattern. A key that the play left out is never
    compared. What cannot be compared, because the server shows only an ID, counts as equal: see :func:`doubts`.
    """
    found: list[Difference] = []
    for key, value in given.given().items():
        if key in ("timezone", "timezone_id"):
            equal = _same_zone(key, given, server)
        elif key in ("calendar", "calendar_id"):
            equal = _same_calendar(key, given, server)
        elif key in ("automatic", "native"):
            found += _parts(key, value, getattr(server, key) or {})
            continue
        else:
            equal = value == _effective(server, key) or (key == "description" and _is_servers_own(server))
        if not equal:
            before = option_value(server.frequency, key, _effective(server, key))
            found.append(Difference(key, before, option_value(given.frequency, key, value)))
    return found


def _is_servers_own(server: SchedulePattern) -> bool:
    """Tell whether the server put a sentence of its own in the place of any description, as some do."""
    return server.description is not None and looks_generated(server.description)


def _effective(server: SchedulePattern, key: str) -> Any:
    value = getattr(server, key)
    if value is not None:
        return value
    if key == "calendar_id" and server.calendar is None:
        return STANDARD_CALENDAR_ID
    if key == "timezone_id" and server.timezone is None:
        return COMMSERVE_ID
    return describe(server) if key == "description" else default_of(server.frequency, key)


def _same_zone(key: str, given: SchedulePattern, server: SchedulePattern) -> bool:
    wanted, present = _zone_id(given), _zone_id(server)
    if wanted is not None and present is not None:
        # With an ID on both sides the ID decides, and a name beside it is only its label.
        return wanted == present or (key == "timezone" and given.timezone_id is not None)
    if given.timezone is not None and server.timezone is not None:
        return key == "timezone_id" or same_zone(given.timezone, server.timezone)
    # One side has only an ID, the other only a name. The IDs of real zones differ from server to server.
    return (wanted if wanted is not None else present) not in SPECIAL_IDS.values()


def _same_calendar(key: str, given: SchedulePattern, server: SchedulePattern) -> bool:
    wanted, present = _calendar_id(given), _calendar_id(server)
    if wanted is not None and present is not None:
        return wanted == present or (key == "calendar" and given.calendar_id is not None)
    if given.calendar is not None and server.calendar is not None:
        return key == "calendar_id" or given.calendar.strip().casefold() == server.calendar.strip().casefold()
    return STANDARD_CALENDAR_ID not in (wanted, present)


def _parts(key: str, wanted: Mapping[str, Any], present: Mapping[str, Any]) -> list[Difference]:
    """Compare each given leaf of a dict with the server's, which is the default when the server shows none."""
    defaults: Mapping[tuple[str, ...], Any] = automatic.DEFAULTS if key == "automatic" else {}
    shown = dict(_leaves(key, present))
    found = []
    for way, value in _leaves(key, wanted):
        before = shown.get(way, defaults.get(way))
        if not _covers(value, before):
            found.append(Difference(".".join((key, *way)), before, value))
    return found


def _leaves(key: str, settings: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], Any]]:
    if key == "automatic":
        return automatic.leaves(settings)
    return (((name,), value) for name, value in settings.items())


def _covers(wanted: Any, present: Any) -> bool:
    """Tell whether ``present`` says all that ``wanted`` says. Numbers and booleans may be text."""
    if isinstance(wanted, Mapping):
        return all(
            _covers(part, present.get(name) if isinstance(present, Mapping) else None) for name, part in wanted.items()
        )
    if isinstance(wanted, list) and isinstance(present, list):
        return len(wanted) == len(present) and all(map(_covers, wanted, present))
    return bool(wanted == present) or _plain(wanted) == _plain(present)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return str(int(value))
    text = str(value).strip().casefold()
    # A field that is zero or empty may be missing from an answer.
    return {"true": "1", "false": "0", "none": "0", "": "0"}.get(text, text)


def doubts(given: SchedulePattern, server: SchedulePattern) -> list[str]:
    """Return a sentence for each key that the play gave and the server's answer leaves open."""
    found = []
    if given.description is not None and given.description != server.description and _is_servers_own(server):
        found.append(f"The server describes the pattern in its own words: {(server.description or '').strip()!r}.")
    for option, wanted_id, present_id in (
        ("timezone", _zone_id(given), _zone_id(server)),
        ("calendar", _calendar_id(given), _calendar_id(server)),
    ):
        name, shown = getattr(given, option), getattr(server, option)
        if name is not None and wanted_id is None and shown is None and present_id is not None:
            if present_id not in (*SPECIAL_IDS.values(), STANDARD_CALENDAR_ID):
                found.append(
                    f"pattern.{option} is {name!r}, but the server shows only the ID {present_id}; they were taken to "
                    f"be the same. Give pattern.{option}_id to have it compared."
                )
        elif (
            name is None and wanted_id is not None and present_id is None and getattr(given, f"{option}_id") is not None
        ):
            found.append(
                f"pattern.{option}_id is {wanted_id}, but the server shows only the name {shown!r}; they were taken "
                f"to be the same. Give pattern.{option} to have it compared."
            )
    return found
