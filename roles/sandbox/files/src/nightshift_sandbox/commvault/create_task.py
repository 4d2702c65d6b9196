# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CreateTask: start backups or make a schedule (specification sections 2 and 3), and the short form of section 2.9."""

from __future__ import annotations

import random
import uuid
from typing import Any

from nightshift_sandbox.commvault import enums
from nightshift_sandbox.commvault.errors import Refusal, bad_format, invalid
from nightshift_sandbox.commvault.estate import Subclient
from nightshift_sandbox.commvault.fields import TASK_INFO, checked
from nightshift_sandbox.commvault.patterns import check_pattern
from nightshift_sandbox.commvault.targets import check_level, resolve_all
from nightshift_sandbox.commvault.users import User
from nightshift_sandbox.world import World

Json = dict[str, Any]
FIRST_TASK = 6441
FIRST_SUBTASK = 80001
# Which order the server returns job IDs in is not documented: a client must not rely on one.
_shuffle = random.Random(20260503).shuffle


def create(world: World, body: Json, xml: bool, user: User) -> Json:
    """Handle a CreateTask body (the content of its root: `{"taskInfo": …}`); returns the answer."""
    info = checked(TASK_INFO, _required(body, "taskInfo"), xml, "taskInfo")
    subtasks = info.get("subTasks") or []
    if not info.get("associations") or len(subtasks) != 1:
        raise bad_format("taskInfo needs associations and exactly one entry in subTasks")
    kind = info.get("task", {}).get("taskType")
    if kind not in (enums.IMMEDIATE, enums.SCHEDULE):
        raise bad_format(f"taskInfo.task.taskType: {kind!r} can neither be run nor scheduled here")
    check_subtask(subtasks[0])
    subclients = resolve_all(world.estate, info["associations"], user)
    check_options(subtasks[0].get("options", {}), subclients)
    if kind == enums.SCHEDULE:
        pattern = subtasks[0].get("pattern")
        if not pattern:
            raise Refusal(400, 587207179, "A schedule pattern must be set for a task of type SCHEDULE.")
        check_pattern(pattern, subtasks[0].get("options", {}))
        return {"taskId": world.firing.create(info, user)}
    task_id = remember(world, info, user)
    if info["task"].get("taskFlags", {}).get("disabled"):
        return {"taskId": task_id}
    return {"taskId": task_id, "jobIds": start_jobs(world, subclients, subtasks[0], task_id, user)}


def _required(body: Json, key: str) -> Any:
    if key not in body:
        raise bad_format(f"{key} is missing")
    return body[key]


def check_subtask(entry: Json) -> None:
    """A backup is the only operation of the vendor's page."""
    subtask = entry.get("subTask", {})
    if subtask.get("subTaskType") != 2 or subtask.get("operationType") != 2:
        raise invalid("Only subtasks of type BACKUP with operation BACKUP are supported.")


def check_options(options: Json, subclients: list[Subclient]) -> None:
    """Refuse options that make no sense: a level that the agent lacks, a priority out of range."""
    backup = options.get("backupOpts", {})
    check_level(subclients, backup.get("backupLevel", enums.INCREMENTAL) or enums.INCREMENTAL)
    priority = options.get("commonOpts", {}).get("startUpOpts", {}).get("priority", 0)
    if not 0 <= priority <= 999:
        raise invalid(f"Priority [{priority}] is not between 0 and 999.")
    retries = options.get("commonOpts", {}).get("jobRetryOpts", {}).get("numberOfRetries", 0)
    if retries < 0:
        raise invalid(f"Number of retries [{retries}] is negative.")
    media = backup.get("mediaOpt", {})
    if media.get("retentionJobType") == 1 and media.get("numberofDays", 1) < 1:
        raise invalid("Retention by days needs a number of days.")


def remember(world: World, info: Json, user: User, subtask_id: int = 0) -> int:
    """Store a task that runs at once, so that Job/{id}/TaskDetails can tell what was asked; returns its ID."""
    task_id = world.store.next_id("task", FIRST_TASK)
    task = {**info.get("task", {}), "taskId": task_id, "ownerName": user.name, "ownerId": user.id}
    task.setdefault("taskFlags", {"disabled": False})
    entry = dict(info["subTasks"][0])
    entry["subTask"] = {**entry.get("subTask", {}), "subTaskId": subtask_id}
    stored = {**info, "task": {**task, "GUID": str(uuid.uuid4())}, "subTasks": [entry]}
    world.store.put("task", task_id, {"taskInfo": stored, "kind": enums.IMMEDIATE})
    return task_id


def start_jobs(world: World, subclients: list[Subclient], entry: Json, task_id: int, user: User) -> list[str]:
    """Start what a subtask asks for: one job for each subclient; their IDs as text, in no particular order."""
    options = entry.get("options", {})
    numbers = []
    for subclient in subclients:
        first, follow = levels(options.get("backupOpts", {}))
        job = world.engine.start(
            subclient,
            first,
            common=options.get("commonOpts", {}),
            task_id=task_id,
            subtask_id=entry.get("subTask", {}).get("subTaskId", 0),
            user=user.name,
            user_id=user.id,
            follow=follow,
        )
        numbers.append(str(job.id))
    if len(numbers) > 1:
        before = list(numbers)
        while numbers == before:
            _shuffle(numbers)
    return numbers


def levels(backup: Json) -> tuple[int, list[int]]:
    """The level to start with, and those that follow when that job has ended well.

    A synthetic full with `runIncrementalBackup` is two jobs in the order that `incLevel` says.
    """
    level = backup.get("backupLevel") or enums.INCREMENTAL
    if level != enums.SYNTHETIC_FULL or not backup.get("runIncrementalBackup"):
        return level, []
    if backup.get("incLevel", enums.BEFORE_SYNTH) == enums.AFTER_SYNTH:
        return enums.SYNTHETIC_FULL, [enums.INCREMENTAL]
    return enums.INCREMENTAL, [enums.SYNTHETIC_FULL]


def short_form(world: World, association: Json, query: dict[str, str], user: User) -> Json:
    """`Subclient/{id}/action/backup?backupLevel=…`: the same answer as CreateTask."""
    backup: Json = {"backupLevel": query.get("backuplevel", "INCREMENTAL")}
    if "runincrementalbackup" in query:
        backup["runIncrementalBackup"] = query["runincrementalbackup"]
    if "incrementallevel" in query:
        backup["incLevel"] = query["incrementallevel"]
    info = {
        "associations": [association],
        "task": {"taskType": "IMMEDIATE", "initiatedFrom": "COMMANDLINE"},
        "subTasks": [{"subTask": {"subTaskType": "2", "operationType": "2"}, "options": {"backupOpts": backup}}],
    }
    texts = {key: str(value) for key, value in association.items()}
    return create(world, {"taskInfo": {**info, "associations": [texts]}}, True, user)
