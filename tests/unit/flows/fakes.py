# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A platform that follows a script, and a clock on which hours pass at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ansible_collections.nightshift.backup.plugins.module_utils.api.errors import Fate, Rejected, ServiceError, TimedOut
from ansible_collections.nightshift.backup.plugins.module_utils.api.messages import Call
from ansible_collections.nightshift.backup.plugins.module_utils.model.levels import Level
from ansible_collections.nightshift.backup.plugins.module_utils.model.request import BackupRequest
from ansible_collections.nightshift.backup.plugins.module_utils.model.states import State
from ansible_collections.nightshift.backup.plugins.module_utils.model.target import Target
from ansible_collections.nightshift.backup.plugins.module_utils.model.task import Task
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.base import (
    Receipt,
    Rival,
    Sighting,
    StartCall,
)

NOW = 1_800_000_000.0


class FakeClock:
    """Sleeping takes no time, but moves the clock."""

    def __init__(self) -> None:
        self.time = 0.0
        self.sleeps: list[float] = []

    def monotonic(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.time += seconds

    def now(self) -> float:
        return NOW + self.time


def targets(*names: str) -> tuple[Target, ...]:
    return tuple(Target(position, {"client": name}, name) for position, name in enumerate(names))


def request_for(*names: str, **rest: Any) -> BackupRequest:
    return BackupRequest(targets=targets(*names), **{"level": Level.FULL, **rest})


def job(job_id: str, owner: str, state: State = State.RUNNING, **rest: Any) -> Task:
    given = {"level": Level.FULL, "started_at": NOW - 60, "native_state": state.value, **rest}
    return Task(job_id, state, entity={"client": owner, "subclient": "default"}, **given)


def lost(method: str = "POST") -> ServiceError:
    return TimedOut("no answer", method=method, path="start", fate=Fate.OPEN)


def refused(message: str = "no", status: int = 400) -> Rejected:
    return Rejected(message, http_status=status, code=7, method="POST", path="start")


@dataclass
class FakePlatform:
    """A server that starts one job a target.

    ``answers`` are taken one a start: an exception is raised, ``None`` starts. ``effective`` says whether a start that
    ends in an exception has its effect all the same. ``bad`` are targets that no request may hold. ``script`` maps job
    IDs to the states that polls see in turn, the last one for ever; ``"gone"`` hides the job. ``meanwhile`` is what
    others start while we do.
    """

    clock: FakeClock
    active: list[Task] = field(default_factory=list)
    finished: list[Task] = field(default_factory=list)
    meanwhile: list[Task] = field(default_factory=list)
    parts: dict[str, list[str]] = field(default_factory=dict)
    answers: list[ServiceError | None] = field(default_factory=list)
    effective: bool = True
    shown_after: float = 0.0
    partly_until: float = 0.0
    bad: set[str] = field(default_factory=set)
    script: dict[str, list[Any]] = field(default_factory=dict)
    unresolved: dict[int, ServiceError] = field(default_factory=dict)
    history_error: dict[int, ServiceError] = field(default_factory=dict)
    later: list[Task] = field(default_factory=list)
    polls: list[list[str]] = field(default_factory=list)
    posts: list[StartCall] = field(default_factory=list)
    made: list[tuple[StartCall, Receipt, float]] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
    number: int = 100
    marks_starts: bool = True
    known: list[frozenset[str] | None] = field(default_factory=list)

    def parse_targets(self, given: Sequence[Mapping[str, Any]]) -> tuple[Target, ...]:
        return targets(*[entry["client"] for entry in given])

    def check_request(self, request: BackupRequest) -> Sequence[str]:
        return []

    def start_calls(
        self, request: BackupRequest, wanted: Sequence[Target], new_marker: Callable[[], str | None]
    ) -> Sequence[StartCall]:
        size = request.max_batch if request.batch else 1
        groups = [tuple(wanted[at : at + size]) for at in range(0, len(wanted), size)]
        return [
            StartCall(
                group,
                Call("POST", "start"),
                {"of": [target.label for target in group]},
                new_marker() if self.marks_starts else None,
            )
            for group in groups
        ]

    def server_time(self) -> float | None:
        return self.clock.now()

    def resolve(self, request: BackupRequest) -> Mapping[int, Target | ServiceError]:
        return self.unresolved

    def active_tasks(self, wanted: Sequence[Target]) -> Mapping[int, Sequence[Task]]:
        return {t.position: [task for task in self.active if task.entity["client"] == t.label] for t in wanted}

    def rivals(self, wanted: Sequence[Target], own: Mapping[int, Sequence[Task]]) -> Mapping[int, Sequence[Rival]]:
        ours = {task.id for tasks in own.values() for task in tasks}
        return {
            target.position: [
                Rival(task, int(task.id) < min(int(one.id) for one in own[target.position]))
                for task in self.meanwhile
                if task.entity["client"] == target.label and task.id not in ours
            ]
            for target in wanted
        }

    def recent_ids(self) -> frozenset[str]:
        return frozenset(task.id for task in (*self.active, *self.finished))

    def history(self, wanted: Sequence[Target], age: float) -> Mapping[int, Sequence[Task] | ServiceError]:
        known = {t.position: [task for task in self.finished if task.entity["client"] == t.label] for t in wanted}
        return {**known, **self.history_error}

    def by_part(self, target: Target, tasks: Sequence[Task]) -> Mapping[str, Sequence[Task]]:
        names = self.parts.get(target.label)
        if names is None:
            return {target.label: tasks}
        return {name: [task for task in tasks if task.entity["subclient"] == name] for name in names}

    def start(self, call: StartCall) -> Receipt:
        self.posts.append(call)
        answer = self.answers.pop(0) if self.answers else None
        if answer is None and any(target.label in self.bad for target in call.targets):
            answer = refused(f"unknown client in {[target.label for target in call.targets]}")
            raise answer
        if answer is not None and not self.effective:
            raise answer
        self.number += 1
        jobs = tuple(f"{self.number}{target.position}" for target in call.targets)
        receipt = Receipt(str(self.number), jobs)
        self.made.append((call, receipt, self.clock.monotonic()))
        if answer is not None:
            raise answer
        return receipt

    def find_started(self, call: StartCall, age: float, known: frozenset[str] | None) -> Sighting | None:
        self.known.append(known)
        for made, receipt, moment in self.made:
            if made is call and self.clock.monotonic() >= moment + self.shown_after:
                shown = receipt.job_ids[: 1 if self.clock.monotonic() < self.partly_until else None]
                return Sighting(replace(receipt, job_ids=shown), "its marker")
        return None

    def assign(self, receipt: Receipt, wanted: Sequence[Target]) -> Mapping[int, Sequence[Task]]:
        own = {t.position: f"{receipt.task_id}{t.position}" for t in wanted}
        return {t.position: [job(own[t.position], t.label)] for t in wanted if own[t.position] in receipt.job_ids}

    def refresh(self, tasks: Sequence[Task]) -> Sequence[Task]:
        self.polls.append([task.id for task in tasks])
        shown = []
        for task in tasks:
            states = self.script.get(task.id, [State.SUCCEEDED])
            state = states.pop(0) if len(states) > 1 else states[0]
            if isinstance(state, Exception):
                raise state
            if isinstance(state, Task):
                shown.append(state)
            elif state != "gone":
                shown.append(replace(task, state=state, level=task.level or Level.FULL, native_state=state.value))
        return shown

    def expects_more(self, request: BackupRequest, tasks: Sequence[Task]) -> bool:
        return request.level is Level.SYNTHETIC_FULL and all(t.level is not Level.SYNTHETIC_FULL for t in tasks)

    def successors(self, target: Target, tasks: Sequence[Task]) -> Sequence[Task]:
        return self.later

    def cancel(self, task: Task) -> None:
        self.cancelled.append(task.id)
