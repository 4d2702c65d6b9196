# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What became of each schedule of an estate: the ledger that a run fills in and a result is made from."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from ..api.errors import NightshiftError
from ..model.schedule import Schedule, ScheduleRequest
from .reconcile_schedule import Journal, ScheduleReport


class Deed(str, Enum):
    """What the run did about one schedule, in check mode what it would do."""

    CREATED = "created"
    CHANGED = "changed"
    REMOVED = "removed"
    UNCHANGED = "unchanged"
    FAILED = "failed"
    NOT_TRIED = "not_tried"


@dataclass
class EstateRow:
    """The ledger line of one schedule. ``result`` is what ``backup_schedule`` would return for it.

    ``before`` is the schedule that is pruned, as it was read.
    """

    request: ScheduleRequest
    deed: Deed = Deed.NOT_TRIED
    report: ScheduleReport | None = None
    result: dict[str, Any] = field(default_factory=dict)
    journal: Journal = field(default_factory=Journal)
    error: BaseException | None = None
    before: Schedule | None = None

    @property
    def changed(self) -> bool:
        """Whether something was changed, or in check mode would be; also by a row that failed half-way."""
        return self.journal.effective or self.deed in (Deed.CREATED, Deed.CHANGED, Deed.REMOVED)

    @property
    def schedule(self) -> Schedule | None:
        """The schedule of the server that the row is about, where there is one."""
        if self.report is None:
            return None
        return self.report.after or self.report.plan.schedule

    def fail(self, error: BaseException) -> None:
        """Write down why the schedule is not as it should be."""
        self.deed, self.error = Deed.FAILED, error


@dataclass(frozen=True)
class Foreign:
    """A schedule that fits the scope in part, and is left alone for ``reason``."""

    name: str
    schedule_id: str
    task_id: str
    reason: str
    outside: tuple[str, ...] = ()


@dataclass
class EstateLedger:
    """Everything a run did.

    ``undeclared`` are schedules of the scope that nobody declared and that are left as they are, ``prune_error`` says
    why nothing, or not everything, was pruned.
    """

    rows: list[EstateRow]
    pruned: list[EstateRow] = field(default_factory=list)
    undeclared: list[Schedule] = field(default_factory=list)
    foreign: list[Foreign] = field(default_factory=list)
    prune_error: NightshiftError | None = None

    @property
    def failed(self) -> list[EstateRow]:
        """The rows that are not as they should be."""
        return [row for row in self.rows if row.error is not None]
