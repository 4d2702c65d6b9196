# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The few verbs by which flows list tasks and move them to another state, whichever the platform is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ..model.query import Found, TaskQuery
from ..model.state_change import Standing, Wanted
from ..model.target import Target
from ..model.task import Task
from .base import StartCall, Starter


@dataclass(frozen=True)
class TaskTraits:
    """What a platform can do with tasks, declared, so that the rest is refused by name before any request.

    ``filters`` are the options of ``task_info`` that it knows. ``moves`` are the states to which it can move a task,
    ``order_by`` what it can sort by. ``advice`` is what to do instead of using a filter that it lacks.
    ``row_keys`` are the fields of a row of other modules that hold the IDs of tasks. ``sorts_by_record`` says that
    ``order_by`` may also name a field of the server's own records. ``forgets`` says that a task may vanish once it has
    ended. ``pauses_until_shown`` are the seconds to wait before each further look for a task that is not shown.
    """

    platform: str
    task_word: str
    filters: frozenset[str]
    moves: frozenset[Wanted]
    order_by: tuple[str, ...]
    advice: str
    move_advice: Mapping[Wanted, str]
    row_keys: tuple[str, ...]
    sorts_by_record: bool = False
    forgets: bool = False
    pauses_until_shown: tuple[float, ...] = (0.5, 1.0, 2.0, 3.0)


class Rerunner(Starter, Protocol):
    """How a task is run again as a new one, exactly once."""

    def rerun_call(self, task: Task) -> StartCall:
        """Pure. Return the request that runs a task again."""


class TaskPlatform(Protocol):
    """What ``task_info`` and ``task_state`` need of a platform. Methods marked pure send nothing."""

    @property
    def traits(self) -> TaskTraits:
        """Pure. Return what the platform can do."""

    @property
    def rerunner(self) -> Rerunner | None:
        """Pure. Return what runs a task again as a new one; ``None`` where it keeps its ID and ``move`` does it."""

    def parse_id(self, given: Any) -> str:
        """Pure. Read the ID of a task; raise ``InvalidOption`` for what cannot be one."""

    def parse_selection(self, given: Sequence[Mapping[str, Any]]) -> tuple[Target, ...]:
        """Pure. Read ``targets`` that only select, so that they need not name all that a backup needs."""

    def target_of(self, task: Task) -> Mapping[str, Any]:
        """Pure. Return what a task backs up, in the options of a target."""

    def standing(self, task: Task, wanted: Wanted) -> tuple[Standing, str]:
        """Pure. Tell where a task stands towards ``wanted``, and a sentence about it for people."""

    def server_time(self) -> float | None:
        """Pure. Return the server's clock as last heard, Unix seconds."""

    def find(self, query: TaskQuery) -> Found:
        """List tasks."""

    def narrow(self, query: TaskQuery, tasks: Sequence[Task]) -> Sequence[Task]:
        """Return those of ``tasks`` that the filters of ``query`` let pass, whenever they began if it does not say."""

    def read(self, ids: Sequence[str]) -> Mapping[str, Task]:
        """Read tasks by their IDs. Those that the server does not show are left out."""

    def move(self, task: Task, wanted: Wanted) -> None:
        """Ask the server once to move a task; the ``fate`` of a ``ServiceError`` tells what became of the request."""

    def siblings(self, tasks: Sequence[Task]) -> Mapping[str, Sequence[Task]]:
        """Read, by the IDs of ``tasks``, the recent tasks that do the same on the same object, itself included."""

    def with_origin(self, tasks: Sequence[Task]) -> Sequence[Task]:
        """Read who started the tasks, where they do not tell yet. Returns them in the order given."""
