# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Start backups: look, decide, start what is missing, each exactly once, and wait if asked."""

from __future__ import annotations

from collections.abc import Sequence

from ..api.errors import NightshiftError, Rejected, ServiceError
from ..model.durations import in_words
from ..model.outcome import Ledger, Outcome, Row
from ..model.request import BackupRequest
from ..model.task import Task
from ..platforms.base import BackupPlatform
from .decide import is_fresh
from .look_at_running import Seen, look_at_running
from .ran_levels import judge_levels, read_levels
from .second_look import TIME_TO_APPEAR, look_again, wants_second_look
from .start_batches import start_batches, would_start
from .surroundings import Surroundings
from .wait import follow


def start_backups(platform: BackupPlatform, request: BackupRequest, surroundings: Surroundings, ledger: Ledger) -> None:
    """Bring every target of ``request`` to a backup that was started, or say why not, and write it into ``ledger``.

    Raises ``InvalidOption`` before anything is sent. Whatever fails later is written on the rows that it concerns.
    The ledger is the caller's, so that it tells what was started whatever happens here.
    """
    ledger.warnings.extend(platform.check_request(request))
    try:
        seen = look_around(platform, request, surroundings, ledger)
        if surroundings.check_mode:
            would_start(platform, request, surroundings, ledger)
            return
        start_batches(platform, request, surroundings, ledger, seen)
        see_through(platform, request, surroundings, ledger, seen)
    except NightshiftError as error:
        for row in ledger.open_rows():
            row.settle(Outcome.NOT_STARTED, error=error)


def look_around(platform: BackupPlatform, request: BackupRequest, surroundings: Surroundings, ledger: Ledger) -> Seen:
    """Settle the rows for which nothing is to be started. Returns what was seen running."""
    _resolve(platform, request, ledger)
    seen = _look_at_running(platform, request, surroundings, ledger)
    _look_at_history(platform, request, ledger)
    return seen


def see_through(
    platform: BackupPlatform, request: BackupRequest, surroundings: Surroundings, ledger: Ledger, seen: Seen
) -> None:
    """Look for what others started meanwhile, wait for the ends, and compare the levels that ran with the one asked.

    Each only if the play wants it.
    """

    def again() -> None:
        look_again(platform, request, surroundings, ledger, seen.ids or frozenset())

    if request.wait is not None:
        meanwhile = again if wants_second_look(request) else None
        follow(platform, request, request.wait, surroundings, ledger, meanwhile)
    elif wants_second_look(request) and any(row.outcome.is_ours for row in ledger.rows):
        surroundings.clock.sleep(TIME_TO_APPEAR)
        again()
    if request.wait is None and request.strict_level:
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


def _look_at_running(
    platform: BackupPlatform, request: BackupRequest, surroundings: Surroundings, ledger: Ledger
) -> Seen:
    """Settle the rows whose backup already runs, where the play or the platform needs to know."""
    seen = Seen()
    rows = ledger.open_rows()
    if rows and (request.skip_if_running or (request.marker and not platform.marks_starts)):
        seen.add(look_at_running(platform, request, rows, ledger), surroundings.clock)
    return seen


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
