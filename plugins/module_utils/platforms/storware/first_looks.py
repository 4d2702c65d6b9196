# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Look before a call that changes something: what is so already needs no call, and what is not possible gets none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ...api.errors import NotFound, Rejected
from ...api.messages import Call
from ...api.session import Session
from .calls import list_tasks
from .operation_types import Operation
from .responses import enum_name, read_list, read_object, ref_guid

_ENDED = ("FINISHED", "FAILED", "CANCELLED")

# Of the calls that act on tasks in certain states: those states.
_STATES: Mapping[str, tuple[str, ...]] = {
    "delete_all_finished_tasks": _ENDED,
    "delete_all_finished_and_queued_tasks": (*_ENDED, "QUEUED"),
    "cancel_all_running_tasks": ("RUNNING",),
    "delete_finished_tasks": _ENDED,
    "delete_finished_and_queued_tasks": (*_ENDED, "QUEUED"),
    "cancel_running_tasks": ("RUNNING",),
}


@dataclass(frozen=True)
class Look:
    """What a look brought: why no call is needed, if so, and the body to send, where it becomes another."""

    needless: str = ""
    body: Any = None
    found: Any = None


@dataclass(frozen=True)
class Asked:
    """A call as the play asked for it."""

    operation: Operation
    guid: str
    query: Mapping[str, Any]
    body: Any


def look_first(session: Session, asked: Asked) -> Look:
    """Return what can be known before the call. Raises where the call would act on something else than was meant."""
    look = _LOOKS.get(asked.operation.id)
    return look(session, asked) if look is not None else Look(body=asked.body)


def _at_all(session: Session, asked: Asked) -> Look:
    states = _STATES[asked.operation.id]
    found = [
        record
        for record in list_tasks(session, {"states": list(states), **asked.query}, "tasks")
        if enum_name(record.get("state")) in states
    ]
    return Look(found=found) if found else Look(f"there is no task that is {' or '.join(states)}")


def _at_given(session: Session, asked: Asked) -> Look:
    """Complete the records, since the server may want them whole; leave out what is gone or has ended by itself."""
    states = _STATES[asked.operation.id]
    wanted = {ref_guid(record) for record in asked.body}
    records = [record for record in list_tasks(session, {}, "tasks") if ref_guid(record) in wanted]
    fitting = [record for record in records if enum_name(record.get("state")) in states]
    for record in records:
        # One that has ended by itself needs no cancelling. Everything else in another state is a mistake.
        if record not in fitting and not (states == ("RUNNING",) and enum_name(record.get("state")) in _ENDED):
            raise Rejected(
                f"Task {ref_guid(record)} is {enum_name(record.get('state'))}, and {asked.operation.id} is for those "
                f"that are {' or '.join(states)}.",
                next_step="delete_task drops a queued task and cancels a running one.",
                method="GET",
                path="tasks",
            )
    return Look(body=fitting, found=fitting) if fitting else Look("none of these tasks is left to act on")


def _at_task(session: Session, asked: Asked) -> Look:
    try:
        return Look(found=read_object(session.send(Call("GET", f"tasks/{asked.guid}", safe=True))))
    except NotFound:
        return Look("there is no such task")


def _at_state(session: Session, asked: Asked) -> Look:
    record = read_object(session.send(Call("GET", f"tasks/{asked.guid}", safe=True)))
    wanted = asked.body.get("state") if isinstance(asked.body, Mapping) else asked.body
    return _same(asked, record, "state", enum_name(wanted))


def _at_backup_type(session: Session, asked: Asked) -> Look:
    record = read_object(session.send(Call("GET", f"tasks/{asked.guid}", safe=True)))
    return _same(asked, record, "backupType", enum_name(asked.body))


def _same(asked: Asked, record: Mapping[str, Any], key: str, wanted: str) -> Look:
    already = enum_name(record.get(key)) == wanted
    return Look(f"the task is {wanted} already" if already else "", body=asked.body, found=record)


def _at_states(session: Session, asked: Asked) -> Look:
    wanted = {ref_guid(task) for task in asked.body["tasks"]}
    state = enum_name(asked.body["state"])
    records = [record for record in list_tasks(session, {}, "tasks") if ref_guid(record) in wanted]
    missing = wanted - {ref_guid(record) for record in records}
    if missing:
        raise NotFound(f"There is no task {', '.join(sorted(missing))}.", method="GET", path="tasks")
    if all(enum_name(record.get("state")) == state for record in records):
        return Look(f"all of these tasks are {state} already")
    return Look(body=asked.body, found=records)


def _at_mounted(session: Session, asked: Asked) -> Look:
    guid = ref_guid(asked.body["mountedBackup"])
    try:
        found = read_object(session.send(Call("GET", f"mounted-backups/{guid}", safe=True)))
    except NotFound:
        return Look("there is no such mounted backup")
    return Look(body=asked.body, found=found)


def _at_mounts(session: Session, asked: Asked) -> Look:
    """A backup that is mounted in this mode already needs no second mount."""
    location = asked.body["backupLocation"]
    backup = ref_guid(location.get("backup")) or ref_guid(asked.body.get("backup"))
    if backup:
        call = Call("GET", "mounted-backups", query={"backup": backup}, safe=True)
        for record in read_list(session.send(call)):
            if ref_guid(record.get("backup")) == backup and enum_name(record.get("mode")) == enum_name(
                asked.body["mode"]
            ):
                return Look(f"mounted already as {ref_guid(record)}", found=record)
    return Look(body=asked.body)


_LOOKS: Mapping[str, Callable[[Session, Asked], Look]] = {
    "delete_all_finished_tasks": _at_all,
    "delete_all_finished_and_queued_tasks": _at_all,
    "cancel_all_running_tasks": _at_all,
    "delete_finished_tasks": _at_given,
    "delete_finished_and_queued_tasks": _at_given,
    "cancel_running_tasks": _at_given,
    "delete_task": _at_task,
    "update_task_state": _at_state,
    "update_task_backup_type": _at_backup_type,
    "update_tasks_state": _at_states,
    "create_unmount": _at_mounted,
    "create_restore_and_mount": _at_mounts,
}
