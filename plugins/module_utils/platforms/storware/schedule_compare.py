# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare a play's schedule with the server's by meaning. Pure. Only what the play gave counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from ...model.pattern_values import write_seconds
from ...model.schedule import Change, Schedule, ScheduleRequest
from ..raw import merged_tree
from .responses import enum_name
from .schedule_body import backup_type_of
from .schedule_checks import read_words, start_window, type_of
from .schedule_pattern import differences
from .schedule_records import backup_type, schedule_type
from .schedule_times import read_timing

DST = "dst"
_CLASH = "Names are unique over all types: give another name, or set replace: true to make this schedule anew."


def changes(request: ScheduleRequest, schedule: Schedule, moment: dt.datetime) -> list[Change]:
    """Return what differs, but for rules and switch, in the words of the options. Raises ``PatternError``."""
    raw = schedule.raw
    found = list(_name_change(request, schedule))
    kind = type_of(request)
    if kind is not None and kind != schedule_type(raw):
        found.append(Change("storware.type", schedule_type(raw).lower(), kind.lower(), _CLASH, in_place=False))
    wanted, present = backup_type_of(request), backup_type(raw)
    if wanted is not None and wanted != present:
        key = "storware.backup_type" if "backup_type" in request.options else "level"
        found.append(Change(key, present.lower() or None, wanted.lower()))
    found += [
        Change(difference.key, difference.before, difference.after, DST if difference.dst else "")
        for difference in differences(read_words(request), read_timing(raw), moment)
    ]
    window = start_window(request)
    if window is not None and window * 1000 != raw.get("startWindowLength"):
        found.append(Change("storware.start_window", shown_window(raw), write_seconds(window)))
    return found + list(_raw_changes(request.raw or {}, raw))


def shown_window(raw: Mapping[str, Any]) -> str | None:
    """Return the start window of a schedule as a duration, ``None`` where there is none or not in whole seconds."""
    length = raw.get("startWindowLength")
    if isinstance(length, bool) or not isinstance(length, int) or length <= 0 or length % 1000:
        return None
    return write_seconds(length // 1000)


def _name_change(request: ScheduleRequest, schedule: Schedule) -> Iterator[Change]:
    """Names are found in any case, so only an identity by ID makes another name a new name."""
    if request.schedule_id is not None and request.name is not None and request.name != schedule.name:
        yield Change("name", schedule.name, request.name)


def _raw_changes(wanted: Mapping[str, Any], present: Mapping[str, Any]) -> Iterator[Change]:
    for key, value in wanted.items():
        before = present.get(key)
        after = merged_tree(before, value)
        if _plain(after) != _plain(before):
            yield Change(f"raw.{key}", before, after)


def _plain(value: Any) -> Any:
    """Return a value in one spelling: enumerations by their names, and what is empty as nothing."""
    if isinstance(value, Mapping):
        if enum_name(value) and set(value) <= {"name", "description"}:
            return enum_name(value)
        return {key: _plain(part) for key, part in value.items() if _plain(part) is not None} or None
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value] or None
    return value
