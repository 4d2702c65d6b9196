# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Changing, cancelling and removing tasks (specification section 3.4)."""

from __future__ import annotations

from typing import Any

from nightshift_sandbox.storware.call import Call, guid_of, guids_of, text
from nightshift_sandbox.storware.enums import BACKUP_TYPES, TASK_STATES, parse
from nightshift_sandbox.storware.errors import conflict
from nightshift_sandbox.storware.task import Task
from nightshift_sandbox.storware.task_views import find

Json = dict[str, Any]


def delete_task(call: Call) -> None:
    """`DELETE /tasks/{guid}`: a running task is cancelled and stays in the list, any other one is removed."""
    task = find(call, call.guid)
    if task.state == "RUNNING":
        call.system.engine.cancel(task)
    else:
        call.system.engine.remove(task)


def _in_project(call: Call, task: Task) -> bool:
    return call.project in ("", task.project)


def delete_all_finished(call: Call) -> None:
    """`DELETE /tasks/all-finished`: failed and cancelled ones included."""
    call.system.engine.remove_if(lambda task: task.ended and _in_project(call, task))


def delete_all_finished_and_queued(call: Call) -> None:
    """`DELETE /tasks/all-finished-and-queued`."""
    call.system.engine.remove_if(lambda task: task.state != "RUNNING" and _in_project(call, task))


def cancel_all_running(call: Call) -> None:
    """`DELETE /tasks/all-running`."""
    for task in list(call.system.engine.tasks.values()):
        if _in_project(call, task):
            call.system.engine.cancel(task)


def _listed(call: Call) -> list[Task]:
    """The tasks of a body of records; those that are gone by now do no harm."""
    guids = [guid_of(item, "task") for item in call.array()]
    found = (call.system.engine.find(guid) for guid in guids)
    return [task for task in found if task is not None and (not call.account.project or _in_project(call, task))]


def cancel_running(call: Call) -> None:
    """`POST /tasks/cancel-running`: those that are not running are left alone."""
    for task in _listed(call):
        call.system.engine.cancel(task)


def delete_finished(call: Call) -> None:
    """`POST /tasks/delete-finished`: those that are not over are left alone."""
    for task in _listed(call):
        if task.ended:
            call.system.engine.remove(task)


def delete_finished_and_queued(call: Call) -> None:
    """`POST /tasks/delete-finished-and-queued`: running ones are left alone."""
    for task in _listed(call):
        if task.state != "RUNNING":
            call.system.engine.remove(task)


def _set_state(call: Call, task: Task, state: str, info: str | None) -> None:
    """What a node or a user says about a task."""
    engine = call.system.engine
    if state == task.state:
        return
    if state == "CANCELLED":
        if task.ended:
            raise conflict(f"A task in state {task.state} cannot be cancelled")
        if task.state == "RUNNING":
            engine.cancel(task)
        else:
            engine.end(task, state, info or "Canceled by user")
    elif state == "QUEUED":
        _queue_again(call, task)
    elif task.ended:
        raise conflict(f"A task in state {task.state} cannot become {state}")
    elif state == "RUNNING":
        task.state, task.started = state, engine.stamp()
        engine.save(task)
    else:
        engine.end(task, state, info)


def _queue_again(call: Call, task: Task) -> None:
    engine, hour = call.system.engine, 3_600_000
    if task.state == "FINISHED":
        raise conflict("A task in state FINISHED cannot be queued again")
    task.state, task.work, task.progress, task.status_info = "QUEUED", 0.0, 0.0, None
    task.started = task.finished = task.node = None
    task.cancelling = 0.0
    if task.window_end <= engine.stamp():
        task.window_start, task.window_end = engine.stamp(), engine.stamp() + 5 * hour
    if task.backup:
        status = "QUEUED" if task.type == "EXPORT" else "INPROGRESS"
        call.system.tables.change("backup", task.backup, status=status, statusInfo=None, backupTime=None)
    engine.adopt(task)


def put_state(call: Call) -> None:
    """`PUT /tasks/{guid}/state`: the page's plain string, or the web client's object."""
    task, body = find(call, call.guid), call.body()
    if isinstance(body, dict) and "state" in body:
        _set_state(call, task, parse(body["state"], TASK_STATES, "state"), text(body, "statusInfo") or None)
    else:
        _set_state(call, task, parse(body, TASK_STATES, "state"), None)


def put_states(call: Call) -> None:
    """`PUT /tasks/state`: several tasks at once."""
    body = call.object()
    state = parse(body.get("state"), TASK_STATES, "state")
    tasks = [find(call, guid) for guid in guids_of(body, "tasks")]
    for task in tasks:
        _set_state(call, task, state, text(body, "statusInfo") or None)


def put_backup_type(call: Call) -> None:
    """`PUT /tasks/{guid}/backup-type`: a plain string."""
    task, tables = find(call, call.guid), call.system.tables
    task.backup_type = parse(call.body(), BACKUP_TYPES, "backupType")
    if task.backup:
        tables.change("backup", task.backup, type=task.backup_type)
    call.system.engine.save(task)
