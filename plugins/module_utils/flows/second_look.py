# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Look again after a start: whether somebody else has started the same backup in the same moment.

Servers offer no lock, so two runs that both look before either starts will both start. The second look finds that out.
What another run started is never touched. Where the play wants it, the later start of the two withdraws its own.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..api.errors import ServiceError
from ..model.outcome import Ledger, Outcome, Row
from ..model.request import BackupRequest
from ..model.task import Task
from ..platforms.base import BackupPlatform, Rival
from .decide import Verdict, judge_running, task_level
from .surroundings import Surroundings

TIME_TO_APPEAR = 1.0
"""So many seconds after our own starts, a start that came before them should be shown by the server."""

_SHOWN = 5


def wants_second_look(request: BackupRequest) -> bool:
    """Tell whether a run looks again: while it waits, or because it is to withdraw what is there twice."""
    return request.skip_if_running and (request.wait is not None or request.withdraw_twins)


def look_again(
    platform: BackupPlatform,
    request: BackupRequest,
    surroundings: Surroundings,
    ledger: Ledger,
    known: frozenset[str],
) -> None:
    """Write on the rows which backups of the same kind others started since the IDs ``known`` were read."""
    rows = [row for row in ledger.rows if row.outcome.is_ours and row.tasks and row.error is None]
    rows = [row for row in rows if not all(task.state.is_end for task in row.tasks)]
    if not rows:
        return
    try:
        found = platform.rivals([row.target for row in rows], {row.target.position: row.tasks for row in rows})
    except ServiceError as error:
        ledger.warn(f"Whether another run started the same backups could not be looked at: {error.message}")
        return
    kept = []
    for row in rows:
        rivals = [rival for rival in found.get(row.target.position, ()) if _does_the_same(request, rival, known)]
        if not rivals:
            continue
        row.also_started = [rival.task.id for rival in rivals]
        if not _gives_way(platform, request, row, rivals) or not _withdraw(platform, row, rivals, surroundings, ledger):
            kept.append(row)
    _warn(request, kept, ledger)


def _does_the_same(request: BackupRequest, rival: Rival, known: frozenset[str]) -> bool:
    level = request.level
    return rival.task.id not in known and level is not None and level.is_satisfied_by(task_level(rival.task))


def _gives_way(platform: BackupPlatform, request: BackupRequest, row: Row, rivals: Sequence[Rival]) -> bool:
    """Tell whether our start of the row is the one that is too many.

    Of several starts, the earliest stays: its own run finds none before it, so they cannot all give way. It also has to
    be one that this run would have left alone had it seen it in time, for every part of the target.
    """
    if not request.withdraw_twins or row.outcome is not Outcome.STARTED:
        return False
    earlier = [rival.task for rival in rivals if rival.is_earlier]
    if not earlier:
        return False
    try:
        parts = platform.by_part(row.target, earlier)
    except ServiceError:
        return False
    return judge_running(request, row.target.label, parts, platform.server_time()).verdict is Verdict.RUNS


def _withdraw(
    platform: BackupPlatform, row: Row, rivals: Sequence[Rival], surroundings: Surroundings, ledger: Ledger
) -> bool:
    """Cancel our own start and go on with the other one. False if the server does not let us."""
    own = list(row.tasks)
    try:
        for task in own:
            platform.cancel(task)
    except ServiceError as error:
        ledger.warn(f"{row.target.label}: {_ids(own)} could not be withdrawn ({error.message})")
        return False
    others = [rival.task for rival in rivals if rival.is_earlier]
    row.withdrawn = [task.id for task in own]
    row.tasks, row.job_ids = [], []
    row.take(others)
    row.task_id = others[0].parent_id
    row.settle(
        Outcome.ALREADY_RUNNING,
        f"another run had started {_ids(others)} a moment earlier, so {', '.join(row.withdrawn)} was withdrawn",
    )
    surroundings.show(f"{row.target.label}: {row.message}")
    return True


def _warn(request: BackupRequest, rows: Sequence[Row], ledger: Ledger) -> None:
    if not rows:
        return
    shown = [f"{row.target.label} ({', '.join(row.also_started)} beside {_ids(row.tasks)})" for row in rows[:_SHOWN]]
    rest = f" and {len(rows) - _SHOWN} more" if len(rows) > _SHOWN else ""
    advice = "" if request.withdraw_twins else ", and if_started_twice: withdraw lets the later one give way"
    ledger.warn(
        f"Another run started the same in the same moment: {', '.join(shown)}{rest}. All of them go on; task_state "
        f"cancels what is too many{advice}."
    )


def _ids(tasks: Sequence[Task]) -> str:
    return ", ".join(task.id for task in tasks)
