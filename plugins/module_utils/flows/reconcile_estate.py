# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make all schedules of an estate what a play says they are: each for itself, several at a time, pruning last."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from ..api.errors import AuthenticationFailed, Fate, NightshiftError, Rejected, TlsFailure, Unreachable
from ..api.side_by_side import side_by_side
from ..model.estate import EstateRequest
from ..model.schedule import ScheduleRequest
from ..platforms.base import SchedulePlatform
from .check_estate import check_estate, refuse_new_and_incomplete, refuse_two_ways
from .estate_ledger import Deed, EstateLedger, EstateRow
from .plan_schedule import Move, Plan
from .prune_estate import Pruner
from .reconcile_schedule import ScheduleReport, reconcile, settle_twins
from .schedule_report import schedule_result
from .surroundings import Surroundings

Lane = list[EstateRow]


def reconcile_estate(
    platform: SchedulePlatform, request: EstateRequest, surroundings: Surroundings, *, with_diff: bool = False
) -> EstateLedger:
    """Bring the server's schedules to what ``request`` says.

    Raises ``InvalidOption`` for what cannot be meant, and what the first listing meets, before anything is changed.
    Whatever fails later is written on the row that it concerns, so that the ledger always tells what was done.
    """
    check_estate(platform, request)
    platform.listing()
    refuse_two_ways(platform, request.schedules)
    refuse_new_and_incomplete(platform, request.schedules)
    if request.scope is not None:
        scope = replace(request.scope, targets=platform.resolve_scope(request.scope.targets))
        request = replace(request, scope=scope)
    ledger = EstateLedger([EstateRow(schedule) for schedule in request.schedules])
    worker = Worker(platform, surroundings, with_diff=with_diff)
    worker.work(_lanes(platform, ledger.rows), request.concurrency)
    worker.settle_twins(ledger.rows)
    Pruner(platform, request, ledger, worker.work).prune()
    return ledger


class Worker:
    """Reconciles rows, and stops when the server cannot be reached any more."""

    def __init__(self, platform: SchedulePlatform, surroundings: Surroundings, *, with_diff: bool) -> None:
        self._platform = platform
        self._surroundings = surroundings
        self._with_diff = with_diff
        self._over = threading.Event()
        self._reason = ""

    def work(self, lanes: Sequence[Lane], concurrency: int) -> None:
        """Work on ``lanes`` side by side, and on the rows of each one after the other."""
        for lane, future in side_by_side(self._work_on_lane, lanes, concurrency):
            defect = future.exception()
            for row in lane:
                if row.deed is Deed.NOT_TRIED and defect is not None:
                    row.fail(defect)
                elif row.deed is Deed.NOT_TRIED:
                    row.error = Rejected(f"Not tried, because an earlier one failed: {self._reason}")
                if row.deed is not Deed.UNCHANGED:
                    self._surroundings.show(f"{row.request.label}: {row.deed.value}")

    def _work_on_lane(self, lane: Lane) -> None:
        for row in lane:
            if self._over.is_set():
                return
            try:
                self._work_on(row)
            except NightshiftError as error:
                row.fail(error)
                if _is_hopeless(error):
                    self._reason = error.message
                    self._over.set()

    def _work_on(self, row: EstateRow) -> None:
        report = reconcile(self._platform, row.request, self._surroundings, row.journal, converges=False)
        row.report = report
        row.deed = _deed(report.plan)
        self._write_result(row, report)

    def _write_result(self, row: EstateRow, report: ScheduleReport) -> None:
        row.result = schedule_result(self._platform, report, self._surroundings, with_diff=self._with_diff)

    def settle_twins(self, rows: Sequence[EstateRow]) -> None:
        """Come to one schedule each with other runs that declare the same estate. One listing serves all."""
        created = [row for row in rows if row.report is not None and row.report.created is not None and not row.error]
        if not created or self._over.is_set():
            return
        try:
            self._platform.listing(fresh=True)
        except NightshiftError as error:
            for row in created:
                row.fail(error)
            return
        for row in created:
            self._settle_twins(row)

    def _settle_twins(self, row: EstateRow) -> None:
        report = row.report
        if report is None:
            return
        before = report.after
        try:
            settle_twins(self._platform, report, self._surroundings, row.journal)
        except NightshiftError as error:
            row.fail(error)
        if report.after is not before:
            self._write_result(row, report)


def _is_hopeless(error: NightshiftError) -> bool:
    """Tell whether every further request would meet the same: locked accounts must not be tried three hundred times."""
    if isinstance(error, Unreachable):
        return error.fate is Fate.NOT_SENT
    return isinstance(error, (AuthenticationFailed, TlsFailure))


def _deed(plan: Plan) -> Deed:
    if plan.is_empty:
        return Deed.UNCHANGED
    if Move.CREATE in plan.moves:
        return Deed.CREATED
    return Deed.REMOVED if Move.DELETE in plan.moves else Deed.CHANGED


def _lanes(platform: SchedulePlatform, rows: Sequence[EstateRow]) -> list[Lane]:
    """Part the rows into lanes that can be worked on at the same time.

    Schedules that the server keeps in one task share their targets and their switch, and a change sends all of it back:
    two at a time would undo one another.
    """
    members: defaultdict[str, set[str]] = defaultdict(set)
    for entry in platform.listing():
        members[entry.task_id].add(entry.schedule_id)
    crowded = [entry for entry in platform.listing() if len(members[entry.task_id]) > 1]
    lanes: list[Lane] = []
    shared: list[tuple[set[str], Lane]] = []
    for row in rows:
        tasks = {entry.task_id for entry in crowded if _may_be(row.request, entry.schedule_id, entry.name)}
        if tasks:
            shared = _joined(shared, tasks, row)
        else:
            lanes.append([row])
    return [*lanes, *(lane for _tasks, lane in shared)]


def _joined(shared: Sequence[tuple[set[str], Lane]], tasks: set[str], row: EstateRow) -> list[tuple[set[str], Lane]]:
    """Add a row to the lane of its tasks, and make one lane of all those that it connects."""
    met = [(known, lane) for known, lane in shared if known & tasks]
    rest = [(known, lane) for known, lane in shared if not known & tasks]
    return [
        *rest,
        (tasks.union(*(known for known, _lane in met)), [*(one for _known, lane in met for one in lane), row]),
    ]


def _may_be(request: ScheduleRequest, schedule_id: str, name: str) -> bool:
    if request.schedule_id is not None:
        return request.schedule_id == schedule_id
    return (request.name or "").strip().casefold() == name.strip().casefold()
