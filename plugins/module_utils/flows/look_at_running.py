# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Look at what runs already, and settle the targets that need no start of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..api.errors import Rejected, ServiceError
from ..model.clock import Clock
from ..model.outcome import Ledger, Outcome, Row
from ..model.request import BackupRequest
from ..model.task import Task
from ..platforms.base import BackupPlatform
from .decide import Verdict, judge_running

# The longer ago a look is, the more likely somebody else has started the same since.
_STALE = 5.0


@dataclass
class Seen:
    """What was seen running before a start, and when that was.

    ``ids`` are the IDs of all tasks that were read, ``None`` if nothing was. ``at`` is a moment on our monotonic clock.
    """

    ids: frozenset[str] | None = None
    at: float = 0.0

    def add(self, ids: frozenset[str], clock: Clock) -> None:
        """Keep what another look has shown."""
        self.ids = ids if self.ids is None else self.ids | ids
        self.at = clock.monotonic()

    def is_stale(self, clock: Clock) -> bool:
        """Tell whether it is so long ago that a start should not rely on it."""
        return self.ids is not None and clock.monotonic() - self.at > _STALE


def look_at_running(
    platform: BackupPlatform, request: BackupRequest, rows: Sequence[Row], ledger: Ledger
) -> frozenset[str]:
    """Read what runs on the targets of ``rows`` and settle those that need no start. Returns the IDs of all of it."""
    active = platform.active_tasks([row.target for row in rows])
    for row in rows if request.skip_if_running else ():
        tasks = active.get(row.target.position, ())
        try:
            parts = platform.by_part(row.target, tasks) if tasks else {row.target.label: ()}
        except ServiceError as error:
            row.settle(Outcome.FAILED, error=error)
            continue
        _judge(request, row, parts, platform.server_time(), ledger)
    return frozenset(task.id for tasks in active.values() for task in tasks)


def _judge(
    request: BackupRequest, row: Row, parts: Mapping[str, Sequence[Task]], now: float | None, ledger: Ledger
) -> None:
    decision = judge_running(request, row.target.label, parts, now)
    for warning in decision.warnings:
        ledger.warn(warning)
    if decision.verdict is Verdict.START:
        row.busy_parts = frozenset(part for part, tasks in parts.items() if tasks)
        return
    row.take(decision.tasks)
    label = row.target.label
    if decision.verdict is Verdict.RUNS:
        row.task_id = decision.tasks[0].parent_id
        row.settle(Outcome.ALREADY_RUNNING, decision.message)
    elif decision.verdict is Verdict.SKIP:
        row.settle(Outcome.NOT_STARTED, decision.message)
    elif decision.verdict is Verdict.REFUSE:
        row.settle(Outcome.FAILED, error=Rejected(f"{label} was not started: {decision.message}."))
    else:
        row.settle(
            Outcome.STUCK,
            error=Rejected(
                f"{label} was not started: {decision.message}.",
                next_step="Resume or cancel that backup; it is never cancelled by this module.",
            ),
        )
