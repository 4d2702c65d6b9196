# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Start backups: look, decide, start what is missing, each exactly once, and wait if asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..api.errors import NightshiftError, Rejected, ServiceError
from ..model.durations import in_words
from ..model.outcome import Ledger, Outcome, Row
from ..model.request import BackupRequest
from ..model.target import Target
from ..model.task import Task
from ..platforms.base import BackupPlatform
from .decide import Verdict, is_fresh, judge_running
from .ran_levels import judge_levels, read_levels
from .start_batches import start_batches, would_start
from .surroundings import Surroundings
from .wait import follow


def start_backups(platform: BackupPlatform, request: BackupRequest, surroundings: Surroundings, ledger: Ledger) -> None:
    """Bring every target of ``request`` to a backup that was started, or say why not, and write it into ``ledger``.

    Raises ``InvalidOption`` before anything is sent. Whatever fails later is written on the rows that it concerns.
    The ledger is the caller's, so that it tells what was started whatever happens here.
    """
    ledger.warnings.extend(platform.check_request(request))
    known: frozenset[str] | None = None
    try:
        known = look_around(platform, request, ledger)
        if surroundings.check_mode:
            would_start(platform, request, surroundings, ledger)
            return
        start_batches(platform, request, surroundings, ledger, known)
        see_through(platform, request, surroundings, ledger)
    except NightshiftError as error:
        for row in ledger.open_rows():
            row.settle(Outcome.NOT_STARTED, error=error)


def look_around(platform: BackupPlatform, request: BackupRequest, ledger: Ledger) -> frozenset[str] | None:
    """Settle the rows for which nothing is to be started. Returns the IDs of all running tasks, ``None`` if unread."""
    _resolve(platform, request, ledger)
    known = _look_at_running(platform, request, ledger)
    _look_at_history(platform, request, ledger)
    return known


def see_through(platform: BackupPlatform, request: BackupRequest, surroundings: Surroundings, ledger: Ledger) -> None:
    """Wait for the ends if the play wants to, and compare the levels that the server ran with the one asked for."""
    if request.wait is not None:
        follow(platform, request, request.wait, surroundings, ledger)
    elif request.strict_level:
        read_levels(platform, request, surroundings, ledger)
    judge_levels(request, ledger)


def _resolve(platform: BackupPlatform, request: BackupRequest, ledger: Ledger) -> None:
    for position, found in platform.resolve(request).items():
        row = ledger.rows[position]
        if isinstance(found, ServiceError):
            row.settle(Outcome.FAILED, error=found)
        else:
            row.target = found
    if not request.split_invalid:
        _stop_after_failure(ledger)


def _stop_after_failure(ledger: Ledger) -> None:
    """Leave everything alone once one target failed: what ``on_invalid: stop`` promises."""
    failed = next((row for row in ledger.rows if row.outcome is Outcome.FAILED), None)
    if failed is not None:
        for row in ledger.open_rows():
            row.settle(
                Outcome.NOT_STARTED,
                error=Rejected(f"Not started, because {failed.target.label} failed and on_invalid is stop."),
            )


def _open_targets(ledger: Ledger) -> list[Target]:
    return [row.target for row in ledger.open_rows()]


def _look_at_running(platform: BackupPlatform, request: BackupRequest, ledger: Ledger) -> frozenset[str] | None:
    """Settle the rows whose backup already runs. Returns the IDs of all running ones, ``None`` if none were read."""
    targets = _open_targets(ledger)
    needs_list = request.marker and not platform.marks_starts
    if not targets or not (request.skip_if_running or needs_list):
        return None
    active = platform.active_tasks(targets)
    for row in ledger.open_rows() if request.skip_if_running else ():
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


def _look_at_history(platform: BackupPlatform, request: BackupRequest, ledger: Ledger) -> None:
    """Settle the rows whose last good backup is younger than ``max_age``."""
    if request.max_age is None:
        return
    # A stuck backup does not make good data worse, so fresh targets are looked for among those rows as well.
    rows = ledger.open_rows() + [row for row in ledger.rows if row.outcome is Outcome.STUCK]
    if not rows:
        return
    history = platform.history([row.target for row in rows], request.max_age)
    for row in rows:
        found = history.get(row.target.position, ())
        if isinstance(found, ServiceError):
            row.settle(Outcome.FAILED, error=found)
            continue
        try:
            _settle_if_fresh(platform, request, row, found)
        except ServiceError as error:
            row.settle(Outcome.FAILED, error=error)


def _settle_if_fresh(platform: BackupPlatform, request: BackupRequest, row: Row, found: Sequence[Task]) -> None:
    now = platform.server_time()
    if not found or now is None:
        return
    fresh = is_fresh(request, platform.by_part(row.target, found), now)
    if fresh is None:
        return
    oldest = min(task.started_at or 0.0 for task in fresh)
    row.tasks, row.job_ids = [], []
    row.take(fresh)
    row.task_id = fresh[0].parent_id
    row.settle(Outcome.FRESH, f"the last good backup is {in_words(now - oldest)} old")
