# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stored schedules, and which of them are due."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from nightshift_sandbox.clock import Clock
from nightshift_sandbox.commvault import enums
from nightshift_sandbox.commvault.patterns import DAY_SECONDS, filled
from nightshift_sandbox.commvault.recurrence import next_run
from nightshift_sandbox.commvault.users import User
from nightshift_sandbox.store.documents import Documents

Json = dict[str, Any]
# Task IDs, schedule IDs and pattern IDs come from ranges of their own: mixing them up fails.
FIRST_TASK, FIRST_SUBTASK, FIRST_PATTERN = 6441, 80001, 30001
#: A new one-time schedule runs at once when its time passed no longer than this ago (seconds): "now" has no seconds.
JUST_NOW = 120
FLAGS = ("isEdgeDrive", "isEZOperation", "isSystem", "forDDB", "uninstalled", "isEdiscovery")


class Firing:
    """Schedules in the store, with the next run of each kept ready."""

    def __init__(self, store: Documents, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._next: dict[int, float] = {}
        for task in self.schedules():
            self._plan(task)

    def schedules(self) -> Iterator[Json]:
        """Every stored schedule or schedule policy, oldest first."""
        return (task for task in self._store.all("task") if task["kind"] != enums.IMMEDIATE)

    def find(self, task_id: int) -> Json | None:
        """A schedule by its task ID."""
        task = self._store.get("task", task_id)
        return task if task is not None and task["kind"] != enums.IMMEDIATE else None

    def by_subtask(self, subtask_id: int) -> Json | None:
        """A schedule by the ID of one of its subtasks."""
        for task in self.schedules():
            if any(entry["subTask"]["subTaskId"] == subtask_id for entry in task["taskInfo"]["subTasks"]):
                return task
        return None

    def create(self, info: Json, user: User, task_id: int = 0) -> int:
        """Store a checked schedule with everything the server fills in; returns its task ID."""
        number = task_id or self._store.next_id("task", FIRST_TASK)
        stored: Json = {
            "associations": [dict(item) for item in info["associations"]],
            "task": self._task(info.get("task", {}), number, user),
            "subTasks": [self._subtask(entry, order) for order, entry in enumerate(info["subTasks"])],
        }
        task = {"taskInfo": stored, "kind": stored["task"]["taskType"], "user": user.name}
        self.save(task)
        once = stored["subTasks"][0]["pattern"]["freq_type"] == enums.ONE_TIME
        self._plan(task, since=self._clock.now() - (JUST_NOW if once else 0))
        return number

    def _task(self, given: Json, number: int, user: User) -> Json:
        flags = {"disabled": False, **dict.fromkeys(FLAGS, False), **given.get("taskFlags", {})}
        return {
            "taskName": "", "policyType": 0, "initiatedFrom": 2, "sequenceNumber": 0, "description": "",
            "associatedObjects": 1, "alertId": given.get("alert", {}).get("alertId", 0), **given,
            "taskId": number, "taskFlags": flags, "ownerId": user.id, "ownerName": user.name, "runUserId": user.id,
            "GUID": str(uuid.uuid4()).upper(), "originalCC": {"commCellId": 2},
            "createAs": {"user": {"user": {"userName": user.name, "userId": user.id}}},
            "securityAssociations": {}, "taskSecurity": {},
        }  # fmt: skip

    def _subtask(self, entry: Json, order: int) -> Json:
        given = entry.get("subTask", {})
        number = given.get("subTaskId") or self._store.next_id("subtask", FIRST_SUBTASK)
        pattern_id = entry.get("pattern", {}).get("patternId") or self._store.next_id("pattern", FIRST_PATTERN)
        today = self._clock.stamp() // DAY_SECONDS * DAY_SECONDS
        name = given.get("subTaskName", "")
        return {
            **entry,
            "subTask": {
                "flags": 65536, **given, "subTaskId": number, "subTaskName": name, "subTaskOrder": order,
                "subTask": {"subtaskId": number, "subtaskName": name},
            },
            "pattern": filled(entry["pattern"], pattern_id, today),
            "options": defaults(entry.get("options", {})),
        }  # fmt: skip

    def replace(self, task: Json, info: Json) -> None:
        """Put a checked body in the place of a stored schedule: subtasks by their ID, the others stay."""
        number = task["taskInfo"]["task"]["taskId"]
        changed = {entry.get("subTask", {}).get("subTaskId"): entry for entry in info.get("subTasks", [])}
        subtasks = []
        for order, entry in enumerate(task["taskInfo"]["subTasks"]):
            subtask_id = entry["subTask"]["subTaskId"]
            new = changed.get(subtask_id)
            subtasks.append(self._subtask({**entry, **new}, order) if new else entry)
        before = task["taskInfo"]["task"]
        given = info.get("task", {})
        merged = {**before, **given, "taskFlags": {**before["taskFlags"], **given.get("taskFlags", {})}}
        stored = {
            "associations": info.get("associations") or task["taskInfo"]["associations"],
            "task": {**merged, "taskId": number, "ownerName": before["ownerName"], "taskType": before["taskType"]},
            "subTasks": subtasks,
        }
        self.save({**task, "taskInfo": stored})

    def save(self, task: Json) -> None:
        """Store a schedule and plan its next run."""
        self._store.put("task", task["taskInfo"]["task"]["taskId"], task)
        self._plan(task)

    def delete_subtask(self, subtask_id: int) -> bool:
        """Remove a subtask, and its task with the last one; returns whether it was there."""
        task = self.by_subtask(subtask_id)
        if task is None:
            return False
        info = task["taskInfo"]
        rest = [entry for entry in info["subTasks"] if entry["subTask"]["subTaskId"] != subtask_id]
        if rest:
            self.save({**task, "taskInfo": {**info, "subTasks": rest}})
        else:
            self.delete(info["task"]["taskId"])
        return True

    def delete(self, task_id: int) -> None:
        """Remove a schedule."""
        self._store.delete("task", task_id)
        self._next.pop(task_id, None)

    def replan(self) -> None:
        """Look again when each schedule runs next, after the clock was moved back."""
        for task in self.schedules():
            self._plan(task)

    def _plan(self, task: Json, since: float | None = None) -> None:
        """Next run after what has already been looked at; runs missed while the server was down are not made up."""
        info, task_id = task["taskInfo"], task["taskInfo"]["task"]["taskId"]
        self._next.pop(task_id, None)
        if info["task"]["taskFlags"].get("disabled"):
            return
        after = self._clock.now() if since is None else since
        upcoming = [next_run(entry["pattern"], after, entry.get("options")) for entry in info["subTasks"]]
        times = [run for run in upcoming if run is not None]
        if times:
            self._next[task_id] = min(times)

    def due(self, now: float) -> list[Json]:
        """Schedules whose next run has come; they are planned again from here."""
        found = []
        for task_id, at in sorted(self._next.items(), key=lambda item: item[1]):
            task = self.find(task_id)
            if at <= now and task is not None:
                found.append(task)
        for task in found:
            self._plan(task)
        return found

    def next_due(self) -> float | None:
        """The earliest run of all (Unix seconds)."""
        return min(self._next.values(), default=None)


def defaults(options: Json) -> Json:
    """What the server adds to a schedule's options when it stores them."""
    backup = options.get("backupOpts", {})
    return {
        **options,
        "backupOpts": {
            "bkpLatestVersion": False,
            "autoConvertBackupLevel": False,
            "truncateLogsOnSource": False,
            **backup,
            "backupLevel": backup.get("backupLevel", enums.INCREMENTAL),
            "mediaOpt": {"retentionJobType": 2, "numberofDays": 30, **backup.get("mediaOpt", {})},
        },
        "commonOpts": {
            **options.get("commonOpts", {}),
            "startUpOpts": {
                "startInSuspendedState": False, "useDefaultPriority": True, "priority": 166,
                **options.get("commonOpts", {}).get("startUpOpts", {}),
            },
        },
    }  # fmt: skip
