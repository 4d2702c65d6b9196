# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare the levels that the server ran with the one that was asked for."""

from __future__ import annotations

from collections.abc import Iterator

from ..api.errors import NotFound, Rejected, ServiceError
from ..model.levels import Level
from ..model.outcome import Ledger, Row
from ..model.request import BackupRequest
from ..model.task import Task
from ..platforms.base import BackupPlatform
from .surroundings import Surroundings

_LOOK_EVERY = 1.0


def read_levels(platform: BackupPlatform, request: BackupRequest, surroundings: Surroundings, ledger: Ledger) -> None:
    """Read the started jobs once, so that ``strict_level`` can be judged without waiting for their end.

    A job that the server does not show yet is looked for again until ``settle`` has passed.
    """
    clock = surroundings.clock
    rows = [row for row in ledger.rows if row.outcome.is_ours and row.error is None]
    begun = clock.monotonic()
    while True:
        unread = [task for row in rows for task in row.tasks if task.level is None]
        if not unread:
            return
        try:
            found = {task.id: task for task in platform.refresh(unread)}
        except ServiceError as error:
            for row in rows:
                row.error, row.message = error, f"started, but its level could not be read: {error}"
            return
        for row in rows:
            row.take([found[task.id] for task in row.tasks if task.id in found])
        left = request.settle - (clock.monotonic() - begun)
        if left <= 0:
            return
        if len(found) < len(unread):
            clock.sleep(min(_LOOK_EVERY, left))
        elif all(task.level is None for task in found.values()):
            return


def judge_levels(request: BackupRequest, ledger: Ledger) -> None:
    """Warn of each level that differs from what was asked for, or fail its row if levels are strict."""
    level = request.level
    if level is None:
        return
    for row in ledger.rows:
        if not row.outcome.is_ours:
            continue
        sentences = list(_differences(level, row))
        for sentence in sentences if not request.strict_level or row.error else ():
            ledger.warn(sentence)
        if request.strict_level and row.error is None:
            row.error = _strict_error(row, sentences)
            row.message = str(row.error) if row.error else row.message


def _differences(level: Level, row: Row) -> Iterator[str]:
    """Yield a sentence for each part of the target that has no job of ``level``.

    Part by part, because one start of a backup set can run a full backup here and an incremental there.
    """
    parts: dict[str, list[Task]] = {}
    for task in row.tasks:
        parts.setdefault(str(task.entity.get("subclient") or ""), []).append(task)
    for name, tasks in parts.items():
        levels = [task.level for task in tasks if task.level is not None]
        if levels and level not in levels:
            label = f"{row.target.label}/{name}" if name and len(parts) > 1 else row.target.label
            yield f"{label}: asked for {level.value}, the server ran {', '.join(one.value for one in levels)}."


def _strict_error(row: Row, sentences: list[str]) -> ServiceError | None:
    if sentences:
        return Rejected(" ".join(sentences))
    unknown = [task.id for task in row.tasks if task.level is None]
    if unknown:
        return NotFound(
            f"{row.target.label}: the server does not tell the level of {', '.join(unknown)}, and strict_level is set.",
            next_step="Look at these jobs on the server.",
        )
    return None
