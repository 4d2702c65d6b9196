# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How tasks look on the wire, and which ones a list shows (specification sections 2.1 and 3.1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nightshift_sandbox.storware.call import Call, ordered, paged, pruned
from nightshift_sandbox.storware.enums import TASK_STATES, TASK_TYPES, parse, shown
from nightshift_sandbox.storware.errors import missing
from nightshift_sandbox.storware.tables import Tables
from nightshift_sandbox.storware.task import Task
from nightshift_sandbox.web import Reply

Json = dict[str, Any]


def record(tables: Tables, task: Task) -> Json:
    """A `TaskListRecord`."""
    return {
        "guid": task.guid,
        "type": shown(task.type),
        "state": shown(task.state),
        "windowStart": task.window_start,
        "windowEnd": task.window_end,
        "progress": float(task.progress),
        "priority": task.priority,
        "backupType": shown(task.backup_type),
        "startTime": task.started,
        "finishTime": task.finished,
        "node": tables.ref("node", task.node),
        "hypervisor": tables.ref("hypervisor", task.hypervisor),
        "hypervisorManager": tables.ref("manager", task.manager),
        "backupDestination": tables.ref("destination", task.destinations[0]) if task.destinations else None,
        "protectedEntity": entity(tables, task.entity),
        "protectedEntityDisplayName": task.entity_name,
        "originEntity": {"type": shown(task.origin)},
    }


def entity(tables: Tables, guid: str | None) -> Json | None:
    """The reference to a protected entity, with its type; None once it is gone."""
    found = tables.ref("vm", guid)
    return {"type": shown("VM"), **found} if found else None


def details(tables: Tables, task: Task, extended: bool = False) -> Json:
    """`TaskDetails`."""
    workflow = tables.get("workflow", task.workflow) if task.workflow else None
    more = {"progressChange": 0.0, "processedObjectCount": task.processed, "totalObjectCount": task.total}
    return {
        **record(tables, task),
        "creationTime": task.created,
        "statusInfo": task.status_info,
        "retryCount": task.retry_count,
        "restoreType": shown(task.restore_type),
        "parentTask": {"guid": task.parent} if task.parent else None,
        "workflowExecution": {"guid": workflow["guid"]} if workflow else None,
        "protectedEntitySnapshot": {"guid": task.snapshot} if task.snapshot else None,
        "storageProvider": tables.ref("provider", task.provider),
        "tapeManager": tables.ref("tapemanager", task.tape_manager),
        **(more if extended else {}),
    }


def find(call: Call, guid: str) -> Task:
    """A task that the user may see.

    :raises Refusal: 404, unknown, purged, or in another project
    """
    task = call.system.engine.find(guid)
    if task is None or (call.account.project and task.project != call.project):
        raise missing("Task", guid)
    return task


#: Query parameters that take a GUID, and what they compare it with.
BY_GUID: dict[str, Callable[[Task], list[str | None]]] = {
    "backup": lambda task: [task.backup],
    "backup-destination": lambda task: list(task.destinations),
    "hypervisor": lambda task: [task.hypervisor],
    "hypervisor-manager": lambda task: [task.manager],
    "node": lambda task: [task.node],
    "parent-task": lambda task: [task.parent],
    "protected-entity": lambda task: [task.entity],
    "restore-job": lambda task: [task.restore_job],
    "schedule": lambda task: [task.schedule],
    "storage-provider": lambda task: [task.provider],
    "workflow-execution": lambda task: [task.workflow],
}


def _in_states(states: set[str]) -> Callable[[Task], bool]:
    return lambda task: task.state in states


def chosen(call: Call) -> list[Task]:
    """The tasks that a list's filters choose."""
    wanted = {key: guid for key in BY_GUID if (guid := call.one(key))}
    tests: list[Callable[[Task], bool]] = [
        lambda task: all(guid in BY_GUID[key](task) for key, guid in wanted.items()),
    ]
    if kind := call.one("type"):
        parse(kind, TASK_TYPES, "type")
        tests.append(lambda task: task.type == kind)
    given = [{parse(value, TASK_STATES, key) for value in call.many(key)} for key in ("state", "states")]
    tests += [_in_states(states) for states in given if states]
    if project := call.project:
        tests.append(lambda task: task.project == project)
    assigned = call.flag("mounted-backup-assigned")
    if assigned is not None:
        tests.append(lambda task: (task.mounted is not None) == assigned)
    if like := call.one("nameLike").lower():
        tests.append(lambda task: like in (task.entity_name or "").lower())
    if free := call.one("filter").lower():
        tests.append(lambda task: free in f"{task.entity_name} {task.type} {task.state} {task.backup_type}".lower())
    return [task for task in call.system.engine.visible() if all(test(task) for test in tests)]


def listing(call: Call, show: Callable[[Tables, Task], Json]) -> Reply:
    """`GET /tasks` and `GET /tasks/detailed`."""
    rows = [pruned(show(call.system.tables, task)) for task in chosen(call)]
    return paged(call, ordered(call, rows))
