# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the requests that create, change, switch and delete schedules. Pure.

A change replaces the whole schedule on the server. So it sends all that was read, with what the play gave in its place.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from ...api.errors import InvalidOption
from ...api.messages import Call
from ...model.schedule import Schedule, ScheduleRequest, TargetsMode
from ..base import Step
from ..raw import merged_tree
from .export import LEVELS
from .responses import entries, ref_guid
from .schedule_checks import read_words, start_window, type_of
from .schedule_fields import BACKUP, DEFAULT_WINDOW, SNAPSHOT, SNAPSHOT_BACKUPS
from .schedule_pattern import wanted
from .schedule_records import backup_type, covered, guid_of
from .schedule_times import INTERVAL, TIME, read_timing

PATH = "schedules"
_MS = 1000
# What a server fills in.
_SERVERS_OWN = ("guid", "lastRun", "policies")
# What a schedule is and what it serves: not raw's to change.
_GUARDED = ("guid", "type", "rules", "policies")


def backup_type_of(request: ScheduleRequest) -> str | None:
    """Return the type of backups that a request names, in the server's words."""
    given = request.options.get("backup_type")
    if given is not None:
        return str(given).strip().upper()
    return LEVELS[request.level] if request.level is not None else None


def create_body(request: ScheduleRequest, moment: dt.datetime, *, enabled: bool) -> dict[str, Any]:
    """Return the body of a creation."""
    kind = type_of(request) or BACKUP
    body: dict[str, Any] = {
        "name": request.name,
        "active": enabled,
        "type": {"name": kind},
        "backupType": {"name": backup_type_of(request) or SNAPSHOT_BACKUPS},
        **wanted(read_words(request), None, moment).wire(),
        "rules": [{"guid": guid_of(target)} for target in request.targets or ()],
    }
    _put_window(body, request)
    return _with_raw(body, request)


def change_body(request: ScheduleRequest, schedule: Schedule, moment: dt.datetime) -> dict[str, Any]:
    """Return the body of a change: all that the schedule is, and what the play gave."""
    body: dict[str, Any] = deepcopy(dict(schedule.raw))
    if request.schedule_id is not None and request.name is not None:
        body["name"] = request.name
    if request.enabled is not None:
        body["active"] = request.enabled
    kind = backup_type_of(request)
    if kind is not None and kind != backup_type(body):
        body["backupType"] = {"name": kind}
    words, present = read_words(request), read_timing(body)
    after = wanted(words, present, moment) if words else present
    if after != present:
        body.update(after.wire())
    if request.targets is not None:
        body["rules"] = _rules(request, schedule)
    _put_window(body, request)
    return _with_raw(body, request)


def copy_body(request: ScheduleRequest, schedule: Schedule, moment: dt.datetime) -> dict[str, Any]:
    """Return the body that creates, disabled, what the schedule would be after the change."""
    body = change_body(request, schedule, moment)
    for key in _SERVERS_OWN:
        body.pop(key, None)
    kind = type_of(request)
    if kind is not None:
        body["type"] = {"name": kind}
        if kind == SNAPSHOT:
            body["backupType"] = {"name": SNAPSHOT_BACKUPS}
    return {**body, "name": request.name or schedule.name, "active": False}


def _rules(request: ScheduleRequest, schedule: Schedule) -> list[Any]:
    """Return the references of the rules that the schedule is to serve; those that stay are sent as they came."""
    coverage = covered(request.targets or (), schedule)
    stays = {
        TargetsMode.EXACT: coverage.named,
        TargetsMode.ADD: schedule.targets,
        TargetsMode.REMOVE: coverage.unnamed,
    }[request.targets_mode]
    kept = {guid_of(target) for target in stays}
    new = () if request.targets_mode is TargetsMode.REMOVE else coverage.missing
    references: list[Any] = [dict(rule) for rule in entries(schedule.raw, "rules") if ref_guid(rule) in kept]
    return references + [{"guid": guid_of(target)} for target in new]


def _put_window(body: dict[str, Any], request: ScheduleRequest) -> None:
    execution = read_timing(body).execution
    window = start_window(request)
    if execution == INTERVAL:
        if window is not None:
            raise InvalidOption("storware.start_window means nothing for a schedule that repeats within the day.")
        body["startWindowLength"] = None
    elif window is not None:
        body["startWindowLength"] = window * _MS
    elif execution == TIME and body.get("startWindowLength") is None:
        body["startWindowLength"] = DEFAULT_WINDOW * _MS


def _with_raw(body: dict[str, Any], request: ScheduleRequest) -> dict[str, Any]:
    if not request.raw:
        return body
    merged: dict[str, Any] = merged_tree(body, request.raw)
    changed = [name for name in _GUARDED if body.get(name) != merged.get(name)]
    if changed and not request.raw_unsafe:
        raise InvalidOption(
            f"raw must not change {changed[0]}.",
            next_step="Leave that to the module's options, or set raw_unsafe: true if you are sure.",
        )
    # The merge leaves out what is null, which here says that there is none.
    return {**{name: value for name, value in body.items() if value is None}, **merged}


def query_of(options: Mapping[str, Any]) -> dict[str, str]:
    """Return the query of a request within a project."""
    project = options.get("project")
    return {"project-uuid": project} if project else {}


def create_step(body: Mapping[str, Any], query: Mapping[str, str]) -> Step:
    """Return the request that creates a schedule."""
    return Step(Call.with_json("POST", PATH, body, query=query), body)


def change_step(schedule: Schedule, body: Mapping[str, Any], query: Mapping[str, str]) -> Step:
    """Return the request that puts ``body`` in the place of a schedule."""
    return Step(Call.with_json("PUT", f"{PATH}/{schedule.schedule_id}", body, query=query), body)


def switch_step(schedule: Schedule, *, on: bool) -> Step:
    """Return the request that enables or disables, and sends back everything else as it came."""
    return change_step(schedule, {**deepcopy(dict(schedule.raw)), "active": on}, {})


def delete_step(schedule: Schedule) -> Step:
    """Return the request that deletes."""
    return Step(Call("DELETE", f"{PATH}/{schedule.schedule_id}"), "")
