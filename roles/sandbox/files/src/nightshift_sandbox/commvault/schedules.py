# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Schedule services (specification section 5)."""

from __future__ import annotations

import re
from typing import Any

from nightshift_sandbox.commvault import enums
from nightshift_sandbox.commvault.create_task import check_options, check_subtask, start_jobs
from nightshift_sandbox.commvault.entities import wanted
from nightshift_sandbox.commvault.errors import Refusal, bad_format, invalid
from nightshift_sandbox.commvault.estate import same
from nightshift_sandbox.commvault.fields import TASK_INFO, checked, integer
from nightshift_sandbox.commvault.patterns import check_pattern
from nightshift_sandbox.commvault.targets import resolve, resolve_all
from nightshift_sandbox.commvault.users import User
from nightshift_sandbox.world import World

Json = dict[str, Any]
DONE: Json = {"errorCode": 0, "errorMessage": ""}
_NAMES = ("clientName", "appName", "instanceName", "backupsetName", "subclientName")


def full_entity(world: World, association: Json) -> Json:
    """An association with every ID and name of what it means, as the server shows it."""
    try:
        found = resolve(world.estate, association)
    except Refusal:
        return {"flags": 0, **association}
    whole = not (association.get("subclientId") or association.get("subclientName"))
    if whole and found:
        return {**found[0].backupset.entity(), "flags": 0}
    return {**(found[0].entity() if found else association), "flags": 0}


def listing(world: World, query: dict[str, str]) -> Json:
    """`GET Schedules`; filtered by entity it also shows what is inherited from above.

    Entries have no options, and without a filter only the names of their entities: more is not proven (5.8).
    """
    asked = wanted(query)
    system = query.get("issystem", "").lower()
    entries = []
    for task in world.firing.schedules():
        info = task["taskInfo"]
        entities = [full_entity(world, item) for item in info["associations"]]
        flag = bool(info["task"]["taskFlags"].get("isSystem"))
        if (system and flag != (system == "true")) or (asked and not any(_covers(item, asked) for item in entities)):
            continue
        if not asked:
            entities = [{name: item[name] for name in _NAMES if name in item} for item in entities]
        subtasks = [{"subTask": item["subTask"], "pattern": item["pattern"]} for item in info["subTasks"]]
        entries.append({"task": info["task"], "subTasks": subtasks, "associations": entities})
    return {"taskDetail": entries} if entries else {"processinginstructioninfo": {}}


def _covers(entity: Json, asked: Json) -> bool:
    """Whether an association is at, below or above the entity asked for."""
    for key, value in asked.items():
        if entity.get(key):
            equal = same(entity[key], value) if isinstance(value, str) else entity[key] == value
            if not equal:
                return False
    return True


def one(world: World, task_id: int) -> Json:
    """`GET Schedules/{taskId}`."""
    task = world.firing.find(task_id)
    if task is None:
        raise invalid(f"Task [{task_id}] does not exist.", 587207181)
    info = task["taskInfo"]
    return {"taskInfo": {**info, "associations": [full_entity(world, item) for item in info["associations"]]}}


def _managed(world: World, task: Json, user: User) -> None:
    """Refuse users who may not manage every client of a schedule."""
    resolve_all(world.estate, task["taskInfo"]["associations"], user)


def modify(world: World, body: Json, xml: bool, user: User) -> Json:
    """`TMMsg_ModifyTaskReq` through QCommand or `PUT Task`."""
    info = checked(TASK_INFO, body.get("taskInfo"), xml, "taskInfo")
    subtasks = info.get("subTasks", [])
    task = _addressed(world, info)
    if info.get("associations"):
        resolve_all(world.estate, info["associations"], user)
    _managed(world, task, user)
    for entry in subtasks:
        check_subtask(entry)
        options = entry.get("options", {})
        subclients = resolve_all(world.estate, info.get("associations") or task["taskInfo"]["associations"], user)
        check_options(options, subclients)
        if "pattern" in entry:
            check_pattern(entry["pattern"], options)
    world.firing.replace(task, info)
    return {"taskId": task["taskInfo"]["task"]["taskId"]}


def _addressed(world: World, info: Json) -> Json:
    task = world.firing.find(info.get("task", {}).get("taskId", 0))
    if task is None:
        raise invalid("The task to modify does not exist.", 587207181)
    known = {entry["subTask"]["subTaskId"] for entry in task["taskInfo"]["subTasks"]}
    for entry in info.get("subTasks", []):
        if entry.get("subTask", {}).get("subTaskId") not in known:
            raise invalid("The subtask to modify does not belong to the task.", 587207182)
    return task


def switch(world: World, body: str, enabled: bool, user: User) -> Json:
    """`POST Schedules/task/Action/Enable|Disable`, text/plain `taskId=N`."""
    found = re.fullmatch(r"\s*taskId\s*=\s*(\d+)\s*", body, re.IGNORECASE)
    if found is None:
        raise bad_format("expected taskId=N")
    task = world.firing.find(int(found.group(1)))
    if task is None:
        raise invalid(f"Task [{found.group(1)}] does not exist.", 587207181)
    _managed(world, task, user)
    info = task["taskInfo"]
    flags = {**info["task"]["taskFlags"], "disabled": not enabled}
    world.firing.save({**task, "taskInfo": {**info, "task": {**info["task"], "taskFlags": flags}}})
    return DONE


def operate(world: World, body: Json, xml: bool, user: User) -> Json:
    """`TMMsg_TaskOperationReq`: 3 deletes, 5 runs now."""
    try:
        operation = enums.OP_TYPE.parse(body.get("opType"))
    except ValueError as error:
        raise bad_format(f"opType: {error}") from error
    if operation == 5:
        return _run_now(world, body, xml, user)
    subtasks = [_id(item, "subtaskId", xml) for item in body.get("subtaskEntity", [])]
    tasks = [_id(item, "taskId", xml) for item in body.get("taskEntities", [])]
    if not subtasks and not tasks:
        raise bad_format("nothing to delete is named")
    for number in subtasks:
        task = world.firing.by_subtask(number)
        if task is None:
            raise invalid(f"Subtask [{number}] does not exist.", 587207182)
        _managed(world, task, user)
        world.firing.delete_subtask(number)
    for number in tasks:
        if world.firing.find(number) is None:
            raise invalid(f"Task [{number}] does not exist.", 587207181)
        world.firing.delete(number)
    return {"errorCode": 0}


def _id(entity: Any, key: str, xml: bool) -> int:
    try:
        return integer(entity[key], xml)
    except (KeyError, TypeError, ValueError) as error:
        raise bad_format(f"{key}: {error}") from error


def _run_now(world: World, body: Json, xml: bool, user: User) -> Json:
    entities = body.get("subtaskEntity") or []
    if len(entities) != 1:
        raise bad_format("subtaskEntity needs one entry")
    subtask_id, task_id = _id(entities[0], "subtaskId", xml), _id(entities[0], "taskId", xml)
    task = world.firing.by_subtask(subtask_id)
    if task is None or task["taskInfo"]["task"]["taskId"] != task_id:
        raise invalid(f"Subtask [{subtask_id}] of task [{task_id}] does not exist.", 587207182)
    return {"jobIds": _start(world, task, user, "Interactive", subtask_id), "taskId": task_id}


def _start(world: World, task: Json, user: User, started_from: str, subtask_id: int = 0) -> list[str]:
    info = task["taskInfo"]
    subclients = resolve_all(world.estate, info["associations"], user)
    numbers: list[str] = []
    for entry in info["subTasks"]:
        if subtask_id in (0, entry["subTask"]["subTaskId"]):
            started = start_jobs(world, subclients, entry, info["task"]["taskId"], user)
            numbers += started
            for number in started:
                job = world.engine.jobs[int(number)]
                job.started_from, job.schedule_name = started_from, entry["subTask"]["subTaskName"]
                world.engine.save(job)
    return numbers


def fire_due(world: World) -> int:
    """Start the jobs of every schedule that is due; returns how many schedules fired."""
    due = world.firing.due(world.clock.now())
    for task in due:
        owner = world.users.accounts.get(task.get("user", ""), world.users.accounts["admin"])
        try:
            _start(world, task, owner, "Scheduled")
        except Refusal:
            continue  # Its entities are gone or switched off: a real server reports an event and goes on.
    return len(due)
