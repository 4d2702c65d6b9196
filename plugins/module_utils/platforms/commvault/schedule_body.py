# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the requests that create, change, switch and delete schedules.

Creating is the documented ``POST CreateTask`` with task type SCHEDULE; the others are what the vendor's SDK sends.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from ...api.messages import Call
from ...model.pattern import Frequency
from ...model.schedule import Schedule, ScheduleRequest, TargetsMode
from ...model.target import Target
from ..base import Step
from . import xml
from .arguments import enum_format, wire_format
from .create_task import ALWAYS, PATH, encode, payload_values, request_tree, spelt
from .field_types import LIST
from .merge import merge_raw
from .pattern import Spelling, encode_xml
from .pattern import encode as encode_pattern
from .pattern_amend import amend, amend_automatic
from .pattern_fields import SERVER_OWN
from .schedule_coverage import covered
from .schemas import schedule_schema
from .targets import association
from .wire_values import as_mapping

COMMAND_PATH = "Qcommand/qoperation%20execute"
_MODIFY_ROOT = "TMMsg_ModifyTaskReq"
_DELETE = 3
_ALERT = (("id", "task/alert/alertId"), ("name", "task/alert/alertName"))
# What a server fills in, and what would make it take a new schedule for one that exists.
_SERVERS_OWN = {
    "task": frozenset(
        {"taskId", "alertId", "GUID", "ownerId", "ownerName", "runUserId", "createAs", "originalCC",
         "associatedObjects", "securityAssociations", "taskSecurity"}
    ),
    "subTask": frozenset({"subTaskId", "subTask", "subTaskOrder", "flags"}),
    "pattern": SERVER_OWN,
}  # fmt: skip
_RUN = 5
_SUBTASK_ENTITY = 68
_DISABLED = "task/taskFlags/disabled"


def create_step(request: ScheduleRequest, *, enabled: bool, olson: bool = False) -> Step:
    """Return the request that creates the schedule. ``olson`` sends IANA time zones as they are."""
    return _step("POST", PATH, request, create_body(request, enabled=enabled, olson=olson), xml.ROOT)


def create_body(request: ScheduleRequest, *, enabled: bool, olson: bool = False) -> dict[str, Any]:
    """Return the body of ``POST CreateTask`` for a schedule. Raises ``InvalidOption`` and ``PatternError``."""
    values = {
        **ALWAYS,
        "task/taskType": "SCHEDULE",
        "subTasks[]/subTask/subTaskName": request.name,
        **given_values(request),
        _DISABLED: not enabled,
    }
    if "task/sequenceNumber" in values:
        # The vendor's samples send both or neither.
        values["task/taskId"] = 0
    tree = request_tree(request.targets or (), values, request.options)
    _put_pattern(tree["subTasks"][0], request, None, olson=olson)
    body: dict[str, Any] = {"taskInfo": tree}
    return _merged(body, request, schedule_schema())


def _merged(body: dict[str, Any], request: ScheduleRequest, schema: Mapping[str, Any] | None) -> dict[str, Any]:
    if request.raw is None:
        return body
    return merge_raw(body, request.raw, unsafe=request.raw_unsafe, schema=schema)


def given_values(request: ScheduleRequest) -> dict[str, Any]:
    """Return by wire path what the play says of the schedule's backups and of its alert."""
    values = payload_values(request.level, request.description, request.notify_user, request.options)
    # Goes with a sequence number, but a schedule that exists has an ID, which must stay.
    values.pop("task/taskId", None)
    for key, wire in _ALERT:
        if request.alert and request.alert.get(key) is not None:
            values[wire] = request.alert[key]
    return values


def change_step(request: ScheduleRequest, schedule: Schedule, *, olson: bool = False) -> Step:
    """Return the request that changes what the play gave. It sends back all that was read, or that would be lost."""
    return _step(
        "POST", COMMAND_PATH, request, change_body(request, schedule, olson=olson), _MODIFY_ROOT, repeatable=True
    )


def copy_step(request: ScheduleRequest, schedule: Schedule, *, olson: bool = False) -> Step:
    """Return the request that creates, disabled, what the schedule would be after the change."""
    tree = change_body(request, schedule, olson=olson)["taskInfo"]
    entry = tree["subTasks"][0]
    tree["task"] = {**_without(tree.get("task"), "task"), "taskId": 0}
    entry["subTask"] = {**_without(entry.get("subTask"), "subTask"), "subTaskName": request.name or schedule.name}
    entry["pattern"] = _without(entry.get("pattern"), "pattern")
    put_first(tree, _DISABLED, True)
    return _step("POST", PATH, request, {"taskInfo": tree}, xml.ROOT)


def _without(part: Any, kind: str) -> dict[str, Any]:
    return {key: value for key, value in as_mapping(part).items() if key not in _SERVERS_OWN[kind]}


def change_body(request: ScheduleRequest, schedule: Schedule, *, olson: bool = False) -> dict[str, Any]:
    """Return the ``taskInfo`` of the schedule with the play's keys in place of its own."""
    tree = deepcopy(dict(schedule.raw))
    _forget_old_alert(tree, request)
    spelling, wire = enum_format(request.options), wire_format(request.options)
    for path, value in given_values(request).items():
        if path != _DISABLED:
            put_first(tree, path, spelt(path, value, spelling, wire))
    if request.enabled is False:
        # It is switched off first, and what was read before that must not switch it on again.
        put_first(tree, _DISABLED, True)
    if request.schedule_id is not None and request.name is not None and request.name != schedule.name:
        put_first(tree, "subTasks[]/subTask/subTaskName", request.name)
        nested = tree["subTasks"][0]["subTask"].get("subTask")
        if isinstance(nested, dict):
            nested["subtaskName"] = request.name
    if request.pattern is not None:
        _put_pattern(tree["subTasks"][0], request, schedule, olson=olson)
    if request.targets is not None:
        tree["associations"] = _associations(request, schedule, tree.get("associations") or [])
    body: dict[str, Any] = {"taskInfo": tree}
    # What a server shows need not fit the schema of what we would write.
    return _merged(body, request, None)


def _forget_old_alert(tree: dict[str, Any], request: ScheduleRequest) -> None:
    """Take out what names the old alert in another way than the play names the new one."""
    task = tree.get("task")
    if request.alert and isinstance(task, dict):
        tree["task"] = {key: value for key, value in task.items() if key not in ("alertId", "alert")}


def put_first(tree: dict[str, Any], path: str, value: Any) -> None:
    """Set ``value`` at a wire path, in the first entry of each list on the way, keeping what else is there."""
    steps = path.split("/")
    here: Any = tree
    for step in steps[:-1]:
        name = step.removesuffix(LIST)
        below = here.get(name)
        if step.endswith(LIST):
            if not below:
                here[name] = below = [{}]
            here = below[0]
        else:
            if not isinstance(below, dict):
                here[name] = below = {}
            here = below
    here[steps[-1]] = value


def _put_pattern(entry: dict[str, Any], request: ScheduleRequest, schedule: Schedule | None, *, olson: bool) -> None:
    pattern = request.pattern
    if pattern is None:
        return
    form = wire_format(request.options)
    enums: Spelling = "name" if enum_format(request.options) == "name" else "number"
    if schedule is not None:
        entry["pattern"] = amend(entry.get("pattern") or {}, pattern, form=form, enums=enums, olson=olson)
    elif form == "xml":
        entry["pattern"] = encode_xml(pattern, olson=olson)
    else:
        entry["pattern"] = encode_pattern(pattern, enums=enums, olson=olson)
    if pattern.frequency is Frequency.AUTOMATIC:
        common = entry.setdefault("options", {}).setdefault("commonOpts", {})
        common["automaticSchedulePattern"] = amend_automatic(common.get("automaticSchedulePattern"), pattern)


def _associations(request: ScheduleRequest, schedule: Schedule, present: list[Any]) -> list[Any]:
    """Return the associations after the change. Those that stay are sent back as the server showed them."""
    coverage = covered(request.targets or (), schedule)
    stays: tuple[Target, ...] = coverage.named
    new = coverage.missing
    if request.targets_mode is TargetsMode.ADD:
        stays = (*coverage.named, *coverage.unnamed)
        new = tuple(target for target in coverage.missing if target not in coverage.within)
        if not new:
            return present
    elif request.targets_mode is TargetsMode.REMOVE:
        stays, new = coverage.unnamed, ()
    kept = [present[position] for position in sorted(target.position for target in stays)]
    spelling, wire = enum_format(request.options), wire_format(request.options)
    return kept + [association(target, spelling, wire) for target in new]


def switch_step(schedule: Schedule, *, on: bool) -> Step:
    """Return the request that enables or disables the schedule's task."""
    body = f"taskId={schedule.task_id}"
    path = f"Schedules/task/Action/{'Enable' if on else 'Disable'}"
    return Step(Call("POST", path, body=body.encode(), content_type="text/plain", safe=True), body)


def delete_step(schedule: Schedule) -> Step:
    """Return the request that deletes the schedule, which is a subtask."""
    entity = {"_type_": _SUBTASK_ENTITY, "subtaskId": int(schedule.schedule_id)}
    return _command({"TMMsg_TaskOperationReq": {"opType": _DELETE, "subtaskEntity": [entity]}})


def run_step(schedule: Schedule) -> Step:
    """Return the request that runs the schedule now. To repeat it is to run the schedule twice."""
    task_id = int(schedule.task_id)
    entity = {
        "_type_": _SUBTASK_ENTITY,
        "subtaskId": int(schedule.schedule_id),
        "taskName": "",
        "subtaskName": schedule.name,
        "taskId": task_id,
    }
    return _command({"TMMsg_TaskOperationReq": {"opType": _RUN, "subtaskEntity": [entity], "taskIds": [task_id]}})


def _command(document: Mapping[str, Any]) -> Step:
    return Step(Call.with_json("POST", COMMAND_PATH, document), document)


def _step(
    method: str, path: str, request: ScheduleRequest, body: Mapping[str, Any], root: str, *, repeatable: bool = False
) -> Step:
    in_json = wire_format(request.options) == "json"
    document = {root: body} if in_json and root != xml.ROOT else body
    content, content_type, accept, shown = encode(request.options, document, root)
    call = Call(method, path, body=content, content_type=content_type, accept=accept, safe=repeatable)
    return Step(call, shown)
