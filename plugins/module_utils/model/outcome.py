# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What became of each target: the ledger that a run fills in and a result is made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

from .states import State, worst
from .target import Target
from .task import Task


class Outcome(str, Enum):
    """What the run did about one target."""

    STARTED = "started"
    ADOPTED = "adopted"
    ALREADY_RUNNING = "already_running"
    FRESH = "fresh"
    WOULD_START = "would_start"
    FAILED = "failed"
    NOT_STARTED = "not_started"
    STUCK = "stuck"
    UNKNOWN = "unknown"

    @property
    def is_ours(self) -> bool:
        """Whether this run started the backup, so that it may also cancel it."""
        return self in (Outcome.STARTED, Outcome.ADOPTED)


@dataclass
class Row:
    """The ledger line of one target.

    ``error`` is set when the target is not protected as asked. ``tasks`` holds what is known of its jobs,
    ``job_ids`` also those of which nothing more is known. ``also_started`` are IDs of tasks by which others started the
    same in the same moment, ``withdrawn`` those of our own that gave way to them.
    ``busy_parts`` names the parts of the target that something else was backing up already. ``decided`` means that
    nothing is left to start.
    """

    target: Target
    outcome: Outcome = Outcome.NOT_STARTED
    task_id: str | None = None
    job_ids: list[str] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    also_started: list[str] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    message: str = ""
    error: Exception | None = None
    busy_parts: frozenset[str] = frozenset()
    decided: bool = False

    def settle(self, outcome: Outcome, message: str = "", error: Exception | None = None) -> None:
        """Write down the final word of this run on the target."""
        self.outcome = outcome
        self.message = message or (str(error) if error else "")
        self.error = error
        self.decided = True

    def take(self, tasks: Sequence[Task]) -> None:
        """Keep ``tasks`` as the newest knowledge, replacing older records of the same jobs."""
        newest = {task.id: task for task in tasks}
        kept = [_renewed(task, newest.pop(task.id, task)) for task in self.tasks]
        self.tasks = kept + list(newest.values())
        self.job_ids += [task.id for task in self.tasks if task.id not in self.job_ids]

    @property
    def state(self) -> State:
        """The worst state of its jobs."""
        return worst(task.state for task in self.tasks)

    @property
    def progress(self) -> float | None:
        """The mean progress of its jobs in percent, ``None`` when no job tells."""
        known = [task.progress for task in self.tasks if task.progress is not None]
        return round(sum(known) / len(known), 1) if known else None


def _renewed(old: Task, new: Task) -> Task:
    """Return ``new`` with what only the start knew: what was asked for, and by which request."""
    return replace(
        new,
        requested_level=new.requested_level or old.requested_level,
        parent_id=new.parent_id or old.parent_id,
    )


@dataclass
class Ledger:
    """Everything a run did: one row a target in the order given, the requests sent, and warnings."""

    rows: list[Row]
    requests: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def open_rows(self) -> list[Row]:
        """Return the rows on which no final word was written."""
        return [row for row in self.rows if not row.decided]

    def warn(self, sentence: str) -> None:
        """Keep a warning once."""
        if sentence not in self.warnings:
            self.warnings.append(sentence)
