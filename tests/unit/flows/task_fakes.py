# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server whose tasks move as a script says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ansible_collections.nightshift.backup.plugins.module_utils.api.errors import Rejected, ServiceError
from ansible_collections.nightshift.backup.plugins.module_utils.api.messages import Call
from ansible_collections.nightshift.backup.plugins.module_utils.model.query import Found, TaskQuery
from ansible_collections.nightshift.backup.plugins.module_utils.model.state_change import Standing, Wanted
from ansible_collections.nightshift.backup.plugins.module_utils.model.states import State
from ansible_collections.nightshift.backup.plugins.module_utils.model.target import Target
from ansible_collections.nightshift.backup.plugins.module_utils.model.task import Task
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.base import Receipt, Sighting, StartCall
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.task_base import Rerunner, TaskTraits

from .fakes import NOW, FakeClock

TRAITS = TaskTraits(
    platform="Fake",
    task_word="task",
    filters=frozenset({"ids", "states", "limit", "direction"}),
    moves=frozenset(Wanted),
    order_by=("id",),
    advice="Use states.",
    move_advice={},
    row_keys=("job_ids",),
)


def task(task_id: str, state: State = State.RUNNING, **rest: Any) -> Task:
    return Task(task_id, state, native_state=state.value, started_at=NOW - 100 + int(task_id), **rest)


@dataclass
class FakeTasks:
    """``answers`` are taken one a request: an exception is raised, ``None`` has its effect.

    ``effective`` says whether a request that ends in an exception has its effect all the same. ``between`` are IDs of
    tasks that are in between two states for that many looks.
    """

    clock: FakeClock
    tasks: dict[str, Task] = field(default_factory=dict)
    answers: list[ServiceError | None] = field(default_factory=list)
    effective: bool = False
    between: dict[str, int] = field(default_factory=dict)
    hidden: dict[str, int] = field(default_factory=dict)
    around: dict[str, list[Task]] = field(default_factory=dict)
    traits: TaskTraits = TRAITS
    sent: list[tuple[str, Wanted]] = field(default_factory=list)
    reads: int = 0
    origins: list[str] = field(default_factory=list)
    reruns_as_new: bool = True

    @property
    def rerunner(self) -> Rerunner | None:
        return self if self.reruns_as_new else None

    def parse_id(self, given: Any) -> str:
        return str(given)

    def parse_selection(self, given: Sequence[Mapping[str, Any]]) -> tuple[Target, ...]:
        return ()

    def target_of(self, one: Task) -> Mapping[str, Any]:
        return {"client": f"of {one.id}"}

    def standing(self, one: Task, wanted: Wanted) -> tuple[Standing, str]:
        if self.between.get(one.id, 0) > 0:
            return Standing.LATER, "in between"
        if one.state is wanted.as_state:
            return Standing.THERE, "there already"
        if one.state is State.QUEUED and wanted is Wanted.RUNNING:
            return Standing.UNDERWAY, "gets there by itself"
        if one.native_state == "barred":
            return Standing.BARRED, "it is barred"
        return Standing.MOVABLE, ""

    def server_time(self) -> float | None:
        return self.clock.now()

    def find(self, query: TaskQuery) -> Found:
        found = [one for one in self.tasks.values() if not query.states or one.state in query.states]
        return Found(found, len(found))

    def narrow(self, query: TaskQuery, tasks: Sequence[Task]) -> Sequence[Task]:
        return tasks

    def read(self, ids: Sequence[str]) -> Mapping[str, Task]:
        self.reads += 1
        shown = {}
        for task_id in ids:
            self.between[task_id] = self.between.get(task_id, 0) - 1
            if self.hidden.get(task_id, 0) > 0:
                self.hidden[task_id] -= 1
            elif task_id in self.tasks:
                shown[task_id] = self.tasks[task_id]
        return shown

    def move(self, one: Task, wanted: Wanted) -> None:
        self.sent.append((one.id, wanted))
        answer = self.answers.pop(0) if self.answers else None
        if answer is None or self.effective:
            if wanted is Wanted.ABSENT:
                del self.tasks[one.id]
            elif wanted.as_state is not None:
                state = wanted.as_state
                self.tasks[one.id] = replace(self.tasks[one.id], state=state, native_state=state.value)
        if answer is not None:
            raise answer

    def siblings(self, tasks: Sequence[Task]) -> Mapping[str, Sequence[Task]]:
        return {one.id: self.around.get(one.id, [one]) for one in tasks}

    def with_origin(self, tasks: Sequence[Task]) -> Sequence[Task]:
        self.origins += [one.id for one in tasks]
        return tasks

    def rerun_call(self, one: Task) -> StartCall:
        return StartCall((Target(0, {}, one.id),), Call("POST", f"again/{one.id}"), "")

    def start(self, call: StartCall) -> Receipt:
        self.sent.append((call.targets[0].label, Wanted.QUEUED))
        answer = self.answers.pop(0) if self.answers else None
        if answer is not None:
            raise answer
        return Receipt(None, (f"9{call.targets[0].label}",))

    def find_started(self, call: StartCall, age: float, known: frozenset[str] | None) -> Sighting | None:
        return Sighting(Receipt(None, (f"9{call.targets[0].label}",)), "its looks") if self.effective else None


def no(message: str = "no", status: int = 200) -> Rejected:
    return Rejected(message, http_status=status, code=7, method="POST", path="move")
