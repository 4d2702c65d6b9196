# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare a play's schedule with the server's by meaning. Pure. Only what the play gave counts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ...model.schedule import Change, Schedule, ScheduleRequest
from .field_types import LIST, TASK, Field, Kind, value_at
from .fields import BACKUP_LEVEL_WIRE, BY_WIRE
from .pattern_compare import doubts, same
from .pattern_fields import PATTERN
from .schedule_body import given_values
from .wire_values import as_bool, as_date, as_int, as_seconds

_ALERT_ID = TASK + "alert/alertId"
_ALERT_NAME = TASK + "alert/alertName"
_DATES = frozenset(f"{PATTERN}{name}" for name in ("active_start_date", "active_end_date"))
_TIMES = frozenset(f"{PATTERN}{name}" for name in ("active_start_time", "active_end_time", "freq_subday_interval"))


def changes(request: ScheduleRequest, schedule: Schedule) -> list[Change]:
    """Return what differs, but for targets and switch, in the words of the options."""
    found = list(_name_change(request, schedule))
    for wire, value in given_values(request).items():
        field = BY_WIRE[wire]
        if wire == "task/taskFlags/disabled" or _is_label(wire, request, schedule):
            continue
        before = present_at(schedule.raw, wire)
        if not _equal(field, value, before):
            found.append(Change(field.shown, shown(field, before), shown(field, value), shared=wire.startswith(TASK)))
    if request.pattern is not None:
        found += _pattern_changes(request, schedule)
    if request.raw:
        found += _raw_changes(request.raw, {"taskInfo": schedule.raw}, "raw")
    return found


def uncertain(request: ScheduleRequest, schedule: Schedule) -> list[str]:
    """Return a sentence for each thing that could not be compared because the server shows only its ID."""
    found = []
    if request.pattern is not None and schedule.pattern is not None:
        found += doubts(request.pattern, schedule.pattern)
    if request.alert and "id" not in request.alert and _is_label(_ALERT_NAME, request, schedule):
        found.append(
            f"alert.name is {request.alert['name']!r}, but the server shows only the ID "
            f"{present_at(schedule.raw, _ALERT_ID)}; they were taken to be the same. Give alert.id to have it compared."
        )
    level = value_at(schedule.raw, BACKUP_LEVEL_WIRE)
    field = BY_WIRE[BACKUP_LEVEL_WIRE]
    if request.level and not schedule.level and _may_be_nameless(field, request.level.name, level):
        found.append(
            f"level is {request.level.value}, and the server shows it as {level}, which is not documented; they were "
            "taken to be the same."
        )
    return found


def present_at(raw: Mapping[str, Any], wire: str) -> Any:
    """Return what a schedule has at ``wire``. Servers are seen to show the alert's ID in the task itself as well."""
    value = value_at(raw, wire)
    return value_at(raw, "task/alertId") if wire == _ALERT_ID and not value else value


def _is_label(wire: str, request: ScheduleRequest, schedule: Schedule) -> bool:
    """Tell whether the alert's name cannot be compared, or need not be because its ID is."""
    if wire != _ALERT_NAME:
        return False
    given_id = (request.alert or {}).get("id") is not None
    shown_id = as_int(present_at(schedule.raw, _ALERT_ID))
    return bool(shown_id) and (given_id or not value_at(schedule.raw, _ALERT_NAME))


def _name_change(request: ScheduleRequest, schedule: Schedule) -> Iterator[Change]:
    """Names are found in any case, so only an identity by ID makes another name a new name."""
    if request.schedule_id is not None and request.name is not None and request.name != schedule.name:
        yield Change("name", schedule.name, request.name)


def _pattern_changes(request: ScheduleRequest, schedule: Schedule) -> list[Change]:
    if request.pattern is None:
        return []
    if schedule.pattern is None:
        return [Change("pattern", None, request.pattern.frequency.value)]
    differences = same(request.pattern, schedule.pattern)
    return [Change(f"pattern.{found.key}", found.before, found.after) for found in differences]


def _may_be_nameless(field: Field, wanted: Any, present: Any) -> bool:
    """Tell whether the server shows a number that no page explains, where the value wanted has no number known.

    It stands for some such value, and to take it for another one would be to send the same change for ever.
    """
    return field.enumeration.by_name(wanted).number is None and bool(as_int(present))


def _equal(field: Field, wanted: Any, present: Any) -> bool:
    """Compare one value in any of its spellings. What the server leaves out is false, zero, or empty."""
    if field.kind is Kind.ENUM:
        member = field.enumeration.read(present)
        return _may_be_nameless(field, wanted, present) if member is None else member.name == wanted
    if field.kind is Kind.BOOL:
        return bool(wanted) == bool(as_bool(present))
    if field.kind in (Kind.INT, Kind.DURATION):
        return int(wanted) == (as_int(present) or 0)
    one, other = str(wanted), str(present if present is not None else "")
    return one.casefold() == other.casefold() if field.wire == _ALERT_NAME else one == other


def shown(field: Field, value: Any) -> Any:
    """Return a value in the words of its option; as it is where it has none."""
    if value is None:
        return None
    if field.kind is Kind.ENUM:
        member = field.enumeration.read(value)
        return member.option or member.name if member is not None else value
    if field.kind is Kind.BOOL:
        return bool(as_bool(value))
    if field.kind is Kind.DURATION:
        seconds = as_int(value)
        return value if seconds is None else f"{seconds}s"
    return value


def _raw_changes(wanted: Any, present: Any, where: str) -> list[Change]:
    """Compare each leaf of ``raw`` with what stands at its place, by position in lists."""
    if isinstance(wanted, Mapping):
        here = present if isinstance(present, Mapping) else {}
        pairs = [(value, here.get(name), f"{where}.{name}") for name, value in wanted.items()]
    elif isinstance(wanted, list):
        there = present if isinstance(present, list) else []
        pairs = [
            (value, there[place] if place < len(there) else None, f"{where}[{place}]")
            for place, value in enumerate(wanted)
        ]
    elif wanted is None or _same_raw(wanted, present, where):
        return []
    else:
        return [Change(where, present, wanted, shared=where.startswith("raw.taskInfo.task."))]
    return [change for pair in pairs for change in _raw_changes(*pair)]


def _same_raw(wanted: Any, present: Any, where: str) -> bool:
    """Compare one leaf, also where it is a parameter whose values have several spellings."""
    wire = re.sub(r"\[\d+\]", LIST, where.removeprefix("raw.taskInfo.")).replace(".", "/")
    if wire in _DATES:
        return as_date(wanted) == as_date(present)
    if wire in _TIMES:
        return as_seconds(wanted) == as_seconds(present)
    field = BY_WIRE.get(wire)
    member = field.enumeration.read(wanted) if field is not None and field.kind is Kind.ENUM else None
    if field is not None and member is not None:
        return _equal(field, member.name, present)
    return _plain(wanted) == _plain(present)


def _plain(value: Any) -> str:
    text = str(value).strip().lower()
    return {"true": "1", "false": "0", "none": "0", "": "0"}.get(text, text)
