# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The queue: which task runs when, how it goes on, and how it ends (specification section 3.3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Protocol

from nightshift_sandbox.clock import Clock
from nightshift_sandbox.storware import ids
from nightshift_sandbox.storware.tables import Tables
from nightshift_sandbox.storware.task import Task

#: Task seconds before a queued task can be picked up, and seconds that a cancelled one needs to clean up.
WAITING, CLEANING = 3.0, 6.0
#: The most task seconds that pass at once; what a task's end creates begins in the next slice.
SLICE = 5.0
#: Tasks of one type that a node runs at a time, and hours that ended tasks stay in the list.
THREADS, RETENTION_HOURS = 10.0, 168.0
MS, HOUR = 1000, 3_600_000
#: Hours in which a task must start when nobody says otherwise.
WINDOWS = {"EXPORT": 5, "STORE": 5}
TOO_LATE = "Task was not started within its start window"


class Consequences(Protocol):
    """What tasks bring about."""

    def obstacle(self, task: Task) -> str:
        """Why no node can ever take the task, or nothing."""

    def seizable(self, task: Task) -> bool:
        """Whether a node would take it now."""

    def started(self, task: Task) -> None:
        """A node has picked the task up."""

    def failure(self, task: Task, share: float) -> str:
        """Why the task fails at this point, or nothing."""

    def ended(self, task: Task) -> None:
        """The task is over."""


class Engine:
    """All tasks and their progress."""

    def __init__(self, tables: Tables, clock: Clock) -> None:
        self._tables = tables
        self._clock = clock
        self.tasks: dict[str, Task] = {row["guid"]: Task(**row) for row in tables.all("task")}
        self._live = {guid for guid, task in self.tasks.items() if not task.ended}
        self._unseen: dict[str, float] = {}
        self._last = self._saved = clock.real()
        self._lag = 0.0
        self._consequences: Consequences | None = None
        self.modified = self.stamp()
        #: Real seconds that a new task stays unseen; a fault sets it.
        self.late = 0.0

    def follow(self, consequences: Consequences) -> None:
        """Say what tasks bring about."""
        self._consequences = consequences

    def stamp(self) -> int:
        """Milliseconds since the epoch, at the point up to which tasks have gone on."""
        return int((self._clock.now() - self._lag) * MS)

    # --- looking -------------------------------------------------------------------------------------------------

    def find(self, guid: str) -> Task | None:
        """A task that can be seen."""
        task = self.tasks.get(guid)
        return task if task is not None and self.seen(task) else None

    def seen(self, task: Task) -> bool:
        """Whether a task is registered already; a fault lets new ones appear late."""
        until = self._unseen.get(task.guid)
        if until is not None and self._clock.real() >= until:
            del self._unseen[task.guid]
            return True
        return until is None

    def visible(self) -> list[Task]:
        """Every task that can be seen, in an order of its own: nothing says how a list is sorted."""
        return [task for _, task in sorted(self.tasks.items()) if self.seen(task)]

    def of_backup(self, backup: str) -> list[Task]:
        """The tasks of one backup, oldest first."""
        return sorted((task for task in self.tasks.values() if task.backup == backup), key=lambda task: task.number)

    # --- creating and removing -----------------------------------------------------------------------------------

    def create(self, kind: str, **fields: Any) -> Task:
        """Queue a task."""
        task = self.adopt(self.draft(kind, **fields))
        if self.late:
            self._unseen[task.guid] = self._clock.real() + self.late
        return task

    def draft(self, kind: str, **fields: Any) -> Task:
        """A task that is not in the list yet; without a window it may start for as long as nodes usually allow."""
        now = self.stamp()
        begin = fields.pop("window_start", None) or now
        end = fields.pop("window_end", None) or max(begin, now) + WINDOWS.get(kind, 1) * HOUR
        number = self._tables.store.next_id("storware task", 1)
        return Task(ids.fresh(), kind, number, now, begin, end, **fields)

    def adopt(self, task: Task) -> Task:
        """Take a task in as it is."""
        self.tasks[task.guid] = task
        if task.ended:
            self._live.discard(task.guid)
        else:
            self._live.add(task.guid)
        return self.save(task)

    def again(self, task: Task) -> Task:
        """The copy that a failed task leaves behind when it may be tried again: a new GUID, one retry less."""
        number = self._tables.store.next_id("storware task", 1)
        now = self.stamp()
        copy = replace(
            task, guid=ids.fresh(), number=number, created=now, state="QUEUED", work=0.0, progress=0.0, started=None,
            finished=None, status_info=None, node=None, retry_count=task.retry_count - 1, attempt=task.attempt + 1,
            window_start=now, window_end=now + WINDOWS.get(task.type, 1) * HOUR,
        )  # fmt: skip
        return self.adopt(copy)

    def remove(self, task: Task) -> None:
        """Take a task off the list; what was still to be done is not done."""
        if not task.ended:
            self.end(task, "CANCELLED", "Task was removed from the queue")
        self.tasks.pop(task.guid, None)
        self._live.discard(task.guid)
        self._tables.delete("task", task.guid)
        self.modified = self.stamp()

    def save(self, task: Task) -> Task:
        """Store a task's present state."""
        self._tables.put("task", task.document())
        self.modified = self.stamp()
        return task

    # --- going on ------------------------------------------------------------------------------------------------

    def advance(self, extra: float = 0.0) -> None:
        """Let time pass: what went by since the last call, then `extra` seconds of a moved clock."""
        real = self._clock.real()
        passed, self._last = (real - self._last) * self._clock.time_scale, real
        self._pass(passed, extra, moving=False)
        self._pass(extra, extra, moving=True)
        self._lag = 0.0
        if real - self._saved > 1.0:
            self._saved = real
            self.flush()
            self._purge_old()

    def _pass(self, seconds: float, lag: float, moving: bool) -> None:
        size = max(SLICE, seconds / 500)
        while seconds > 0:
            step = min(size, seconds)
            seconds -= step
            self._lag = lag = seconds if moving else lag
            for guid in sorted(self._live, key=lambda guid: self.tasks[guid].number):
                task = self.tasks.get(guid)
                if task is not None and not task.ended:
                    self._step(task, step)
            self._pick_up()

    def _step(self, task: Task, step: float) -> None:
        if task.cancelling > 0:
            task.cancelling -= step
            if task.cancelling <= 0:
                self.end(task, "CANCELLED", "Canceled by user")
        elif task.frozen or self._consequences is None:
            return
        elif task.state == "RUNNING":
            task.work += step
            self._progress(task, min(1.0, task.work / task.seconds), self._consequences)
        elif self.stamp() > task.window_end:
            self.end(task, "FAILED", TOO_LATE)
        elif reason := self._consequences.obstacle(task):
            self.end(task, "FAILED", reason)
        elif task.window_start <= self.stamp():
            task.work += step

    def _progress(self, task: Task, share: float, consequences: Consequences) -> None:
        reason = consequences.failure(task, share)
        if reason:
            self.end(task, "FAILED", reason)
        elif share >= 1:
            self.end(task, "FINISHED")
        elif task.type != "STORE":
            task.progress = round(share * 100, 1)

    def _pick_up(self) -> None:
        """Nodes take queued tasks: the highest priority first, the oldest of those first."""
        if self._consequences is None:
            return
        live = [self.tasks[guid] for guid in self._live]
        threads = self._tables.setting("threads", THREADS)
        busy = Counter((task.node, task.type) for task in live if task.state == "RUNNING")
        waiting = [task for task in live if task.state == "QUEUED" and task.work >= WAITING and not task.frozen]
        for task in sorted(waiting, key=lambda task: (-task.priority, task.number)):
            if not self._consequences.seizable(task):
                continue
            free = [node for node in self.nodes_for(task) if busy[node, task.type] < threads]
            if free:
                task.node = min(free, key=lambda node: busy[node, task.type])
                busy[task.node, task.type] += 1
                task.state, task.work, task.started = "RUNNING", 0.0, self.stamp()
                self._consequences.started(task)
                self.save(task)

    def nodes_for(self, task: Task) -> list[str]:
        """The nodes that may run a task: those to which all its destinations are assigned."""
        nodes: Iterable[str] = (node["guid"] for node in self._tables.all("node") if node["state"] == "RUNNING")
        rows = [row for guid in task.destinations if (row := self._tables.get("destination", guid))]
        return [node for node in nodes if all(node in row["nodes"] for row in rows)]

    def end(self, task: Task, state: str, info: str | None = None) -> None:
        """End a task."""
        task.state, task.status_info, task.finished = state, info, self.stamp()
        task.cancelling, task.frozen = 0.0, False
        task.progress = 100.0 if state == "FINISHED" else task.progress
        self._live.discard(task.guid)
        self.save(task)
        if self._consequences is not None:
            self._consequences.ended(task)

    def cancel(self, task: Task) -> None:
        """Cancel a running task: it cleans up first. Others are left alone."""
        if task.state == "RUNNING" and task.cancelling <= 0:
            task.cancelling = CLEANING
            self.save(task)

    def _purge_old(self) -> None:
        oldest = self.stamp() - self._tables.setting("task_retention_hours", RETENTION_HOURS) * HOUR
        self.remove_if(lambda task: task.ended and (task.finished or 0) < oldest)

    def remove_if(self, chosen: Callable[[Task], bool]) -> int:
        """Take every task off the list that is chosen; returns how many."""
        found = [task for task in self.tasks.values() if chosen(task)]
        for task in found:
            self.remove(task)
        return len(found)

    def flush(self) -> None:
        """Store the progress of every task that is not over, so that a restart goes on from here."""
        for guid in self._live:
            self._tables.put("task", self.tasks[guid].document())
