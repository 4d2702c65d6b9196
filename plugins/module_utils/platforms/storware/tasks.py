# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Storware's tasks as ``task_info`` and ``task_state`` see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...api.session import Session
from ...model.clock import Clock, SystemClock
from ...model.query import Found, TaskQuery
from ...model.state_change import Standing, Wanted
from ...model.states import State
from ...model.target import Target
from ...model.task import Task
from ..task_base import TaskTraits
from . import calls, task_moves
from .fields import ENTITY_TYPES
from .guids import is_guid, read_guid
from .records import read_task
from .targets import parse_targets
from .task_filters import OBJECT_FILTERS
from .task_orders import ORDERS
from .task_queries import find_tasks, narrow_tasks
from .task_siblings import read_siblings

_KINDS = frozenset(kind.lower() for kind in ENTITY_TYPES) - {"vm"}

TRAITS = TaskTraits(
    platform="Storware",
    task_word="task",
    filters=frozenset(
        {
            *(one.option for one in OBJECT_FILTERS),
            *("ids", "targets", "states", "types", "name_like", "search", "mounted_backup_assigned"),
            *("since", "until", "order_by", "direction", "limit", "detailed", "extended", "queued_for_node"),
        }
    ),
    moves=frozenset({Wanted.QUEUED, Wanted.CANCELLED, Wanted.ABSENT}),
    order_by=tuple(ORDERS),
    advice="",
    move_advice={
        Wanted.PAUSED: "It has no pause: cancel the task by state cancelled, or let it end.",
        Wanted.RUNNING: "It starts what is queued by itself; state queued runs again what failed or was cancelled.",
    },
    row_keys=("job_ids", "task_id", "guid"),
    sorts_by_record=True,
    forgets=True,
    # A task has its GUID no earlier than it is shown, unless the server is busy.
    pauses_until_shown=(0.5, 1.0),
)


class StorwareTasks:
    """The verbs of ``TaskPlatform`` in Storware's REST API."""

    def __init__(self, session: Session, clock: Clock | None = None) -> None:
        self._session = session
        self._clock = clock or SystemClock()

    @property
    def traits(self) -> TaskTraits:
        """Return what can be done with tasks."""
        return TRAITS

    @property
    def rerunner(self) -> None:
        """A task that is queued again keeps its GUID."""
        return

    def parse_id(self, given: Any) -> str:
        """Read the GUID of a task."""
        return read_guid("The ID of a task", given)

    def parse_selection(self, given: Sequence[Mapping[str, Any]]) -> tuple[Target, ...]:
        """Read ``targets`` that only select."""
        return parse_targets(given)

    def target_of(self, task: Task) -> Mapping[str, Any]:
        """Return what a task is about, in the options of a target; nothing for one that is about no entity."""
        kind = task.entity.get("kind")
        found = {key: task.entity[key] for key in ("name", "guid") if task.entity.get(key)}
        return {**found, "kind": kind} if found and kind in _KINDS else found

    def standing(self, task: Task, wanted: Wanted) -> tuple[Standing, str]:
        """Tell where a task stands towards ``wanted``."""
        told = task.native_state or task.state.value
        if task.state is wanted.as_state:
            return Standing.THERE, f"it is {told} already"
        if wanted is Wanted.ABSENT and not task.state.is_end and task.state is not State.QUEUED:
            return Standing.BARRED, f"it is {told}, and its record can be deleted once it has ended; cancel it first"
        if wanted is Wanted.QUEUED and not task.state.is_end:
            return Standing.UNDERWAY, f"it is {told} already"
        return Standing.MOVABLE, ""

    def server_time(self) -> float | None:
        """Return the server's clock as last heard, Unix seconds."""
        return self._session.server_time

    def find(self, query: TaskQuery) -> Found:
        """List tasks."""
        return find_tasks(self._session, query, self._clock.now)

    def narrow(self, query: TaskQuery, tasks: Sequence[Task]) -> Sequence[Task]:
        """Return those of the tasks that the filters let pass."""
        return narrow_tasks(self._session, query, tasks, self._clock.now)

    def read(self, ids: Sequence[str]) -> Mapping[str, Task]:
        """Read tasks: singly when they are few, else by a listing and singly what it does not hold."""
        records = calls.read_tasks(self._session, [guid for guid in ids if is_guid(guid)])
        return {guid: read_task(record) for guid, record in records.items()}

    def move(self, task: Task, wanted: Wanted) -> None:
        """Cancel, delete or queue again one task."""
        task_moves.move_task(self._session, task.id, wanted, self._clock)

    def siblings(self, tasks: Sequence[Task]) -> Mapping[str, Sequence[Task]]:
        """Read the tasks of the same entity, type and level, and the good backups of that level."""
        return read_siblings(self._session, tasks)

    def with_origin(self, tasks: Sequence[Task]) -> Sequence[Task]:
        """Return the tasks: their records tell who started them, or nothing does."""
        return tasks
