# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a play asks for when it lists tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .states import State
from .target import Target
from .task import Task


@dataclass(frozen=True)
class Moment:
    """A time as a play gives it: seconds ago on the server's clock, or a fixed one in Unix seconds."""

    ago: float | None = None
    fixed: float | None = None

    def on(self, now: float) -> float:
        """Return it in Unix seconds, on a clock that shows ``now``."""
        return self.fixed if self.fixed is not None else now - (self.ago or 0.0)


DEFAULT_SINCE = Moment(ago=24 * 3600.0)
"""How far back ended tasks are listed when the play does not say."""


@dataclass(frozen=True)
class TaskQuery:
    """The filters of ``task_info``, free of Ansible.

    ``since`` is ``None`` when the play does not say: then ended tasks of the last day are listed, and whatever has not
    ended, however long ago it began. ``states`` empty means any, ``limit`` ``None`` all. ``filters`` are filters that
    only some platforms have, by their option; those that a platform lacks are refused before anything is sent.
    """

    ids: tuple[str, ...] = ()
    targets: tuple[Target, ...] = ()
    states: frozenset[State] = frozenset()
    types: tuple[str, ...] = ()
    name_like: str | None = None
    schedule: str | None = None
    since: Moment | None = None
    until: Moment | None = None
    order_by: str = "id"
    descending: bool = True
    limit: int | None = 1000
    detailed: bool = False
    filters: Mapping[str, Any] = field(default_factory=dict)

    def spans(self, task: Task, now: float) -> bool:
        """Tell whether the time at which ``task`` began is one that is asked for.

        A task that does not tell when it began is kept: leaving out what runs would be the greater harm.
        """
        if task.started_at is None:
            return True
        if self.until is not None and task.started_at > self.until.on(now):
            return False
        if self.since is None:
            return not task.state.is_end or task.started_at >= DEFAULT_SINCE.on(now)
        return task.started_at >= self.since.on(now)


@dataclass(frozen=True)
class Found:
    """The tasks that a query found.

    ``total`` counts all that match, ``None`` where the rest was not read and the server does not count it;
    ``truncated`` says that there are more than ``limit``.
    """

    tasks: Sequence[Task]
    total: int | None
    truncated: bool = False
