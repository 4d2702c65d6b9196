# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run an existing schedule now: find it, make sure that it covers what the play names and no more, run it once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..api.errors import Ambiguous, NightshiftError, NotFound, Rejected
from ..model.outcome import Ledger, Outcome, Row
from ..model.request import BackupRequest
from ..model.schedule import Kind, Schedule, ScheduleRequest
from ..model.target import Target
from ..platforms.base import BackupPlatform, SchedulePlatform
from .start_backups import look_around, see_through
from .start_batches import shown, start_as_one
from .surroundings import Surroundings

_SHOWN = 10


def run_schedule(
    backups: BackupPlatform,
    schedules: SchedulePlatform,
    request: BackupRequest,
    identity: str,
    surroundings: Surroundings,
    ledger: Ledger,
    *,
    whole_schedule: bool = False,
) -> None:
    """Run the schedule of that name or ID now, unless its backups already run or are fresh, and write down what became.

    Raises before anything is started when it cannot be told which schedule is meant, or when it covers what the play
    does not name. Whatever fails later is written on the rows that it concerns; what the schedule covers beside the
    play's targets gets rows of its own. The ledger is the caller's, so that it tells what was started whatever happens.
    """
    schedules.check_run()
    schedule = find_schedule(schedules, identity, request.targets)
    request = replace(request, targets=_targets_of_run(schedules, request.targets, schedule, whole_schedule))
    request = schedules.as_backup(request, schedule)
    ledger.rows[:] = [Row(target) for target in request.targets]
    if not schedule.enabled:
        ledger.warn(f"{schedule.name} is disabled. It is run all the same, this once.")
    try:
        seen = look_around(backups, request, surroundings, ledger)
        if _all_or_nothing(ledger, schedule):
            _run(backups, schedules, request, schedule, surroundings, ledger)
        if not surroundings.check_mode:
            see_through(backups, request, surroundings, ledger, seen)
    except NightshiftError as error:
        for row in ledger.open_rows():
            row.settle(Outcome.NOT_STARTED, error=error)


def find_schedule(schedules: SchedulePlatform, identity: str, targets: Sequence[Target]) -> Schedule:
    """Return the one schedule of that name (in any case) that has to do with ``targets``, or the one of that ID."""
    named = schedules.find_schedules(ScheduleRequest(name=identity, targets=tuple(targets)))
    found = {schedule.schedule_id: schedule for schedule in named if schedules.coverage(targets, schedule).touches}
    if identity.isdecimal():
        by_id = schedules.find_schedules(ScheduleRequest(schedule_id=identity))
        found.update({schedule.schedule_id: schedule for schedule in by_id})
    if len(found) > 1:
        raise Ambiguous(
            f"{len(found)} schedules called {identity} cover these targets: {', '.join(found)}.",
            next_step="Name the right one by its ID.",
        )
    if not found:
        raise NotFound(
            f"There is no schedule {identity} of these targets.",
            next_step="Check its name, or name it by its ID.",
        )
    schedule = next(iter(found.values()))
    if schedule.kind is not Kind.OWN:
        raise Rejected(
            f"{schedule.name} (schedule {schedule.schedule_id}) is not run, because it belongs to "
            f"{'a schedule policy' if schedule.kind is Kind.POLICY else 'the server itself'}.",
            next_step="Start the backups with level instead.",
        )
    return schedule


def _targets_of_run(
    schedules: SchedulePlatform, targets: Sequence[Target], schedule: Schedule, whole_schedule: bool
) -> tuple[Target, ...]:
    """Return the targets that a run backs up: the play's, and with ``whole_schedule`` those that it does not name."""
    coverage = schedules.coverage(targets, schedule)
    if coverage.missing:
        covers = ", ".join(target.label for target in schedule.targets[:_SHOWN]) or "nothing that is known"
        raise Rejected(
            f"{schedule.name} (schedule {schedule.schedule_id}) does not back up {coverage.missing[0].label} as such; "
            f"it covers {covers}.",
            next_step="Name what the schedule covers.",
        )
    if coverage.unnamed and not whole_schedule:
        labels = [target.label for target in coverage.unnamed]
        rest = f" and {len(labels) - _SHOWN} more" if len(labels) > _SHOWN else ""
        raise Rejected(
            f"{schedule.name} (schedule {schedule.schedule_id}) also covers targets that are not named here: "
            f"{', '.join(labels[:_SHOWN])}{rest}. A run would back them up as well.",
            next_step="Name them too, or set whole_schedule: true.",
        )
    everything = [*targets, *coverage.unnamed]
    return tuple(replace(target, position=position) for position, target in enumerate(everything))


def _all_or_nothing(ledger: Ledger, schedule: Schedule) -> bool:
    """Tell whether the schedule is to be run: not when one of its targets was decided on, since it starts them all."""
    decided = [row for row in ledger.rows if row.decided]
    if not decided:
        return True
    first = decided[0]
    for row in ledger.open_rows():
        row.settle(
            Outcome.NOT_STARTED,
            error=Rejected(
                f"Not started, because {schedule.name} starts all its targets at once, and {first.target.label} is "
                f"{first.outcome.value.replace('_', ' ')} ({first.message}).",
                next_step="Start the rest with level, or run the schedule again later; skip_if_running: false runs it "
                "in any case.",
            ),
        )
    return False


def _run(
    backups: BackupPlatform,
    schedules: SchedulePlatform,
    request: BackupRequest,
    schedule: Schedule,
    surroundings: Surroundings,
    ledger: Ledger,
) -> None:
    call = schedules.run_call(request, schedule)
    if surroundings.check_mode:
        ledger.requests.append(shown(call))
        for row in ledger.open_rows():
            row.settle(Outcome.WOULD_START, f"would be started by {schedule.name}")
        return
    # The request has no place for a marker, so a lost start is told from what was there before.
    start_as_one(backups, request, surroundings, ledger, backups.recent_ids(), call)
