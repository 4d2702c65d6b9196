# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Show a schedule so that another CommServe can take it: by names, without the IDs of its own. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ...model.schedule import Portable, Schedule
from .field_types import value_at
from .fields import BY_WIRE
from .schedule_portrait import portrait
from .target_fields import TARGET_FIELDS
from .timezones import CLIENT, CLIENT_ID, COMMSERVE
from .wire_values import as_list, as_mapping

_OPTIONS = "subTasks[]/options"
# Companies and CommCells are those of the server that the schedule comes from, by name and by ID.
_PLACES = frozenset({"commcell_id", "company_id", "multi_commcell_id", "display_name"})
_LEVELS = ("client", "app", "instance", "backupset", "subclient")


def portable(schedule: Schedule, own_zone: Callable[[], str | None]) -> Portable:
    """Return the schedule by names alone. ``own_zone`` tells the name of the CommServe's own time zone."""
    options = portrait(schedule)
    options.pop("schedule_id")
    lost: list[tuple[str, Any]] = []
    options["targets"] = [
        _by_names(target, f"targets[{place}]", lost) for place, target in enumerate(options["targets"])
    ]
    if "pattern" in options:
        options["pattern"] = _everywhere(options["pattern"], own_zone, lost)
    _name_only(options, "alert", lost)
    if "commvault" in options:
        options["commvault"] = _without_ids(options["commvault"], "commvault", lost)
    lost.extend(_unknown(schedule.raw))
    return Portable({key: value for key, value in options.items() if value not in ({}, None)}, tuple(lost))


def _by_names(target: Mapping[str, Any], where: str, lost: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(target)
    for level in _LEVELS:
        number = found.pop(f"{level}_id", None)
        if number is not None and level not in found:
            lost.append((f"{where}.{level}_id", number))
    for name in _PLACES:
        found.pop(name, None)
    return {field.option[0]: found[field.option[0]] for field in TARGET_FIELDS if field.option[0] in found}


def _everywhere(
    pattern: Mapping[str, Any], own_zone: Callable[[], str | None], lost: list[tuple[str, Any]]
) -> dict[str, Any]:
    found = dict(pattern)
    zone_id = found.pop("timezone_id", None)
    if zone_id == CLIENT_ID:
        found.setdefault("timezone", CLIENT)
    elif zone_id is not None and "timezone" not in found:
        lost.append(("pattern.timezone_id", zone_id))
    elif "timezone" not in found:
        # "That of the CommServe" would be another zone on another CommServe.
        name = own_zone()
        if name is None:
            lost.append(("pattern.timezone", COMMSERVE))
        else:
            found["timezone"] = name
    calendar_id = found.pop("calendar_id", None)
    if calendar_id is not None and "calendar" not in found:
        lost.append(("pattern.calendar_id", calendar_id))
    return found


def _name_only(options: dict[str, Any], key: str, lost: list[tuple[str, Any]]) -> None:
    entry = options.get(key)
    if entry is None:
        return
    options[key] = {name: value for name, value in entry.items() if name == "name"}
    if "id" in entry and "name" not in entry:
        lost.append((f"{key}.id", entry["id"]))


def _without_ids(options: Mapping[str, Any], where: str, lost: list[tuple[str, Any]]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for name, value in options.items():
        here = f"{where}.{name}"
        if isinstance(value, Mapping):
            inner = _without_ids(value, here, lost)
            kept.update({name: inner} if inner else {})
        elif name.endswith("_id"):
            lost.append((here, value))
        elif here != "commvault.task.sequence_number":
            kept[name] = value
    return kept


def _unknown(raw: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the options that are set and that have no word here: only a newer server knows what they do."""
    yield from _leaves(value_at(raw, _OPTIONS), _OPTIONS)


def _leaves(value: Any, way: str) -> Iterator[tuple[str, Any]]:
    if way in BY_WIRE or way.endswith("automaticSchedulePattern"):
        field = BY_WIRE.get(way)
        if (
            field is not None
            and field.enum is not None
            and field.enum.read(value) is None
            and value not in (None, "", 0)
        ):
            yield way.replace("[]", ""), value
    elif isinstance(value, Mapping):
        for name, entry in as_mapping(value).items():
            yield from _leaves(entry, f"{way}/{name}")
    elif value not in (None, "", 0, "0", False, "false", []):
        yield way.replace("[]", ""), as_list(value) or value
