# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Take away schedules that nobody declares, with every brake on: what is deleted protects no more."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..api.errors import NightshiftError, Rejected, ServiceError
from ..api.side_by_side import side_by_side
from ..model.estate import EstateRequest, Prune, Scope
from ..model.schedule import Kind, Listed, Schedule, ScheduleRequest
from ..platforms.base import SchedulePlatform
from .check_estate import as_schedule
from .estate_ledger import EstateLedger, EstateRow, Foreign

_BELONGS = {Kind.POLICY: "it belongs to a schedule policy", Kind.SYSTEM: "it is the server's own"}


class Pruner:
    """Looks for the undeclared schedules of the scope, and deletes or disables them where the play says so."""

    def __init__(
        self,
        platform: SchedulePlatform,
        request: EstateRequest,
        ledger: EstateLedger,
        work: Callable[[Sequence[list[EstateRow]], int], None],
    ) -> None:
        self._platform = platform
        self._request = request
        self._ledger = ledger
        self._work = work

    def prune(self) -> None:
        """Prune, unless a schedule failed: what looks undeclared may then be one that could not be made."""
        scope, ledger = self._request.scope, self._ledger
        if scope is None:
            return
        if ledger.failed:
            if self._request.prune is not Prune.OFF:
                count = len(ledger.failed)
                ledger.prune_error = Rejected(
                    f"Nothing was pruned, because {count} schedule{'s' if count > 1 else ''} failed."
                )
            return
        try:
            found = self._undeclared(scope)
            if self._request.prune is Prune.OFF:
                ledger.undeclared = found
            else:
                self._take_away(scope, found)
        except NightshiftError as error:
            ledger.prune_error = error

    def _undeclared(self, scope: Scope) -> list[Schedule]:
        """Return the schedules of the scope that no row is about; note those that fit it in part."""
        declared = {row.schedule.schedule_id for row in self._ledger.rows if row.schedule is not None}
        fitting = [
            entry for entry in self._platform.listing() if entry.schedule_id not in declared and scope.names(entry.name)
        ]
        for entry in fitting:
            if entry.kind is not Kind.OWN:
                self._leave(entry, _BELONGS[entry.kind])
        own = {entry.schedule_id: entry for entry in fitting if entry.kind is Kind.OWN}
        read = self._read(list(dict.fromkeys(entry.task_id for entry in own.values())))
        return [schedule for schedule in read if schedule.schedule_id in own and self._is_in(scope, schedule)]

    def _read(self, task_ids: Sequence[str]) -> list[Schedule]:
        found: dict[str, Sequence[Schedule]] = {}
        for task_id, future in side_by_side(self._platform.read_created, task_ids, self._request.concurrency):
            try:
                found[task_id] = future.result()
            except ServiceError:
                # Somebody may have deleted it since it was listed. Anything else ends the pruning.
                if any(entry.task_id == task_id for entry in self._platform.listing(fresh=True)):
                    raise
        return [schedule for task_id in task_ids for schedule in found.get(task_id, ())]

    def _is_in(self, scope: Scope, schedule: Schedule) -> bool:
        reach = self._platform.reach(scope.targets, schedule)
        if not reach.touches:
            return False
        if schedule.kind is not Kind.OWN:
            self._leave(schedule, _BELONGS[schedule.kind])
        elif reach.unnamed or not reach.named:
            outside = tuple(target.label for target in reach.unnamed)
            self._leave(schedule, "it also covers what lies outside the scope", outside)
        elif schedule.siblings and self._request.prune is Prune.DISABLE:
            self._leave(schedule, f"it shares its switch with {', '.join(schedule.siblings)}")
        else:
            return True
        return False

    def _leave(self, schedule: Schedule | Listed, reason: str, outside: tuple[str, ...] = ()) -> None:
        self._ledger.foreign.append(Foreign(schedule.name, schedule.schedule_id, schedule.task_id, reason, outside))

    def _take_away(self, scope: Scope, found: Sequence[Schedule]) -> None:
        disable = self._request.prune is Prune.DISABLE
        # What is off already stays as it is.
        self._ledger.undeclared = [schedule for schedule in found if disable and not schedule.enabled]
        doomed = [schedule for schedule in found if schedule.enabled or not disable]
        if not doomed:
            return
        self._brake(scope, doomed, "disable" if disable else "delete")
        self._ledger.pruned = [self._row(schedule, disable=disable) for schedule in doomed]
        tasks = {schedule.task_id for schedule in doomed}
        lanes = [[row for row in self._ledger.pruned if row.before and row.before.task_id == task] for task in tasks]
        self._work(lanes, self._request.concurrency)

    def _brake(self, scope: Scope, doomed: Sequence[Schedule], deed: str) -> None:
        """Raise ``Rejected`` for what is more likely a mistake in the list or in the scope than a wish."""
        names = ", ".join(schedule.name for schedule in doomed[:10]) + (" …" if len(doomed) > 10 else "")
        those = f"{len(doomed)} schedule{'s' if len(doomed) > 1 else ''} ({names})"
        if len(doomed) > self._request.max_prune:
            raise Rejected(
                f"Nothing was pruned: prune would {deed} {those}, and max_prune is {self._request.max_prune}.",
                next_step="Look at them with --check --diff, and raise max_prune if they are all meant.",
            )
        if not self._request.allow_empty and not any(self._holds(scope, row) for row in self._ledger.rows):
            raise Rejected(
                f"Nothing was pruned: prune would {deed} {those}, and none of the declared ones lies in the scope.",
                next_step="Check whether list and scope belong together; if they do, say so with allow_empty: true.",
            )

    def _holds(self, scope: Scope, row: EstateRow) -> bool:
        """Tell whether a declared schedule lies in the scope, so that list and scope speak of the same estate."""
        if not row.request.present:
            return False
        schedule = row.schedule or as_schedule(row.report.request if row.report is not None else row.request)
        return scope.names(schedule.name) and bool(self._platform.reach(scope.targets, schedule).named)

    def _row(self, schedule: Schedule, *, disable: bool) -> EstateRow:
        """Return the row of a schedule that is to go.

        It is asked for with the targets that were just read, so that one that came to cover more in between is refused.
        """
        # A whole client, say, is no target of a play, and cannot be compared with itself.
        comparable = not self._platform.coverage(schedule.targets, schedule).unnamed
        request = ScheduleRequest(
            name=schedule.name,
            schedule_id=schedule.schedule_id,
            present=disable,
            enabled=False if disable else None,
            targets=schedule.targets if comparable else None,
            whole_schedule=not comparable,
        )
        return EstateRow(request, before=schedule)
