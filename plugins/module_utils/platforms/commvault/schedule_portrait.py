# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Show a schedule in the form that ``backup_schedule`` takes. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ...model.description import looks_generated
from ...model.pattern import SchedulePattern
from ...model.pattern_options import as_options
from ...model.schedule import Schedule, ScheduleRequest
from .arguments import FORMAT_NAMES, platform_values
from .create_task import implied
from .field_types import Field, Kind, Scope, value_at
from .fields import BY_WIRE, SCHEDULE_FIELDS, SHARED_FIELDS
from .payload_fields import PLATFORM_FIELDS
from .schedule_compare import present_at, shown
from .wire_values import as_bool

# Options that mean nothing unless another one has this value. Servers and the vendor's SDK fill them in all the same.
_IDLE_UNLESS: tuple[tuple[str, str, str, Any], ...] = (
    ("backup_options", "inc_level", "run_incremental_backup", True),
    ("media", "number_of_days", "retention_job_type", "no_of_days"),
    ("vault_tracker", "media_with_extended_retention_jobs", "filter_media_by_retention", True),
    ("retry", "number_of_retries", "enable_number_of_retries", True),
    ("retry", "total_running_time", "enable_total_running_time", True),
    ("retry", "kill_running_job_when_total_running_time_expires", "enable_total_running_time", True),
    ("startup", "priority", "use_default_priority", False),
)

# What other keys of the portrait already say.
_SAID_ELSEWHERE = frozenset({"level", "name", "pattern"})


def portrait(schedule: Schedule) -> dict[str, Any]:
    """Return the schedule in the options of ``backup_schedule``, IDs included."""
    result: dict[str, Any] = {
        "name": schedule.name,
        "schedule_id": schedule.schedule_id,
        "enabled": schedule.enabled,
        "targets": [dict(target.given) for target in schedule.targets],
    }
    if schedule.level is not None:
        result["level"] = schedule.level.value
    if schedule.pattern is not None:
        result["pattern"] = as_options(_lasting(schedule.pattern))
    for field in (*SHARED_FIELDS, *SCHEDULE_FIELDS):
        if field.scope is Scope.SHARED and field.option and field.option[0] not in _SAID_ELSEWHERE:
            _put_option(result, field.option, _value(schedule.raw, field))
    options: dict[str, Any] = {}
    for field in PLATFORM_FIELDS:
        if field.option != ("task", "disabled"):
            _put_option(options, field.option, _value(schedule.raw, field))
    _leave_out_the_idle(options)
    _say_what_is_implied(options, schedule.raw)
    if options:
        result["commvault"] = options
    return result


def _lasting(pattern: SchedulePattern) -> SchedulePattern:
    """Return the pattern without a sentence that the server made: it would be wrong as soon as something changes."""
    made = pattern.description is not None and looks_generated(pattern.description)
    return replace(pattern, description=None) if made else pattern


def _leave_out_the_idle(options: dict[str, Any]) -> None:
    """Leave out what would be refused, or warned of, if a play gave it."""
    for group, name, partner, needed in _IDLE_UNLESS:
        given = options.get(group, {})
        if name in given and given.get(partner, False) != needed:
            del given[name]
            if not given:
                del options[group]


def _say_what_is_implied(options: dict[str, Any], raw: Mapping[str, Any]) -> None:
    """Say explicitly what naming an option would otherwise imply, so that feeding the portrait back changes nothing."""
    given = platform_values(options)
    for wire in implied(given):
        field = BY_WIRE[wire]
        if wire not in given and field.option:
            _put_option(options, field.option, bool(as_bool(value_at(raw, wire))))


def wanted(request: ScheduleRequest) -> dict[str, Any]:
    """Return what the play says, in the same form."""
    said: dict[str, Any] = {
        "name": request.name,
        "schedule_id": request.schedule_id,
        "enabled": request.enabled is not False,
        "targets": [dict(target.given) for target in request.targets or ()],
        "level": request.level.value if request.level else None,
        "pattern": as_options(request.pattern) if request.pattern else None,
        "description": request.description,
        "notify_user": request.notify_user,
        "alert": dict(request.alert) if request.alert else None,
        # How a request is written is no property of the schedule.
        "commvault": {name: value for name, value in request.options.items() if name not in FORMAT_NAMES} or None,
    }
    return {key: value for key, value in said.items() if value is not None}


def _value(raw: Mapping[str, Any], field: Field) -> Any:
    value = present_at(raw, field.wire)
    if value in (None, ""):
        return None
    if field.kind is Kind.ENUM:
        # A value of a newer server has no word here; leaving it out leaves it as it is on the server.
        member = field.enumeration.read(value)
        return member.option if member is not None else None
    if field.kind is Kind.INT and value in (0, "0") and field.option[-1].endswith("id"):
        return None
    return shown(field, value)


def _put_option(tree: dict[str, Any], way: tuple[str, ...], value: Any) -> None:
    if value is None:
        return
    for step in way[:-1]:
        tree = tree.setdefault(step, {})
    tree[way[-1]] = value
