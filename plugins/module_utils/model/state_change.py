# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a play asks for when it moves tasks to another state, and what became of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from .query import TaskQuery
from .states import State
from .task import Task


class Wanted(str, Enum):
    """Where a task is to be moved."""

    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    ABSENT = "absent"

    @property
    def as_state(self) -> State | None:
        """The state that a task is in when it has got there, ``None`` when there is none any more."""
        return None if self is Wanted.ABSENT else State(self.value)


class Standing(Enum):
    """Where a task stands towards the state that is wanted of it."""

    MOVABLE = "movable"
    THERE = "there"
    UNDERWAY = "underway"
    """It gets there by itself."""
    LATER = "later"
    """It is in between two states, and can be moved when it has got to the next."""
    BARRED = "barred"


class MoveOutcome(str, Enum):
    """What was done about one task."""

    CHANGED = "changed"
    ADOPTED = "adopted"
    """Run again, as was found out after the server's answer had been lost."""
    UNCHANGED = "unchanged"
    SUPERSEDED = "superseded"
    EXHAUSTED = "exhausted"
    WOULD_CHANGE = "would_change"
    NOT_TRIED = "not_tried"
    FAILED = "failed"
    UNKNOWN = "unknown"

    @property
    def is_change(self) -> bool:
        """Whether the server is, or would be, in another state than before."""
        return self in (MoveOutcome.CHANGED, MoveOutcome.ADOPTED, MoveOutcome.WOULD_CHANGE, MoveOutcome.UNKNOWN)


@dataclass(frozen=True)
class StateRequest:
    """Everything that ``task_state`` was told. Either ``ids`` or ``query`` says which tasks. Durations are seconds."""

    wanted: Wanted
    ids: tuple[str, ...] = ()
    query: TaskQuery | None = None
    force: bool = False
    max_attempts: int = 2
    max_tasks: int = 20
    wait: bool = False
    wait_timeout: float = 600.0
    poll_interval: float = 2.0
    settle: float = 120.0


@dataclass
class Move:
    """The ledger line of one task. ``before`` is the task as it was found, ``task`` as it was seen last."""

    id: str
    before: Task | None = None
    task: Task | None = None
    target: Mapping[str, Any] = field(default_factory=dict)
    outcome: MoveOutcome | None = None
    state: State | None = None
    new_id: str | None = None
    message: str = ""
    error: Exception | None = None

    @property
    def is_open(self) -> bool:
        """Whether nothing has been decided about it."""
        return self.outcome is None

    def settle(
        self,
        outcome: MoveOutcome,
        message: str = "",
        *,
        state: State | None = None,
        error: Exception | None = None,
    ) -> None:
        """Write down what was done, and in which state the task is now."""
        self.outcome = outcome
        self.message = message or (str(error) if error else "")
        self.error = error
        if state is None and self.task is not None and not outcome.is_change:
            state = self.task.state
        self.state = state
