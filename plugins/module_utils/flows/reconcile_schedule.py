# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make one schedule what a play says it is: look, plan, do, and look again whether it is so."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..api.errors import Fate, NotFound, Rejected, ServiceError, UnknownOutcome
from ..model.schedule import Change, Schedule, ScheduleRequest
from ..platforms.base import SchedulePlatform, Step
from .plan_schedule import Move, Plan, choose, plan_schedule
from .surroundings import Surroundings

_PAUSES_UNTIL_SHOWN = (0.0, 0.5, 1.5, 3.0)
"""A server may need a moment to show what it has just accepted."""

_PAUSES_BEFORE_RESEND = (1.0, 3.0)


@dataclass
class Journal:
    """The requests of a run in their order, and whether any of them had an effect: also true when the run fails."""

    requests: list[dict[str, Any]] = field(default_factory=list)
    effective: bool = False

    def note(self, step: Step) -> None:
        """Write down a request."""
        self.requests.append({"method": step.wire.method, "path": step.wire.path, "body": step.body})


@dataclass
class ScheduleReport:
    """What was planned and done about one schedule. ``after`` is how it stands at the end, if it does."""

    plan: Plan
    after: Schedule | None = None
    warnings: list[str] = field(default_factory=list)


def reconcile(
    platform: SchedulePlatform, request: ScheduleRequest, surroundings: Surroundings, journal: Journal
) -> ScheduleReport:
    """Bring the server's schedule to what ``request`` says.

    Raises ``InvalidOption`` before anything is sent, the errors of the plan before anything is changed, and otherwise
    the server's refusal. What the server accepted without doing it is an error, too.
    """
    request = platform.understand(request)
    warnings = list(platform.check_schedule(request))
    candidates = platform.find_schedules(request)
    if request.replace:
        resumed = _half_replaced(platform, request, candidates)
        if resumed is not None:
            return _Replacement(platform, request, surroundings, journal).resume(*resumed, warnings)
    plan = plan_schedule(platform, request, candidates)
    if plan.schedule is not None:
        warnings.extend(platform.uncertain(request, plan.schedule))
    report = ScheduleReport(plan, plan.schedule, warnings=warnings)
    work = _Work(platform, request, surroundings, journal, report)
    if surroundings.check_mode:
        work.show_only()
    elif not plan.is_empty:
        work.do()
    return report


class _Work:
    """Carries out one plan."""

    def __init__(
        self,
        platform: SchedulePlatform,
        request: ScheduleRequest,
        surroundings: Surroundings,
        journal: Journal,
        report: ScheduleReport,
    ) -> None:
        self._platform = platform
        self._request = request
        self._surroundings = surroundings
        self._journal = journal
        self._report = report

    def show_only(self) -> None:
        """Write down the requests that would be sent."""
        for move in self._report.plan.moves:
            self._journal.note(self._step(move))

    def do(self) -> None:
        """Send the steps and make sure that they took effect."""
        plan = self._report.plan
        for move in plan.moves:
            step = self._step(move)
            self._journal.note(step)
            if move is Move.CREATE:
                self._report.after = create(self._platform, self._request, step, self._surroundings)
            else:
                send_again_if_lost(self._platform, step, self._surroundings)
            self._journal.effective = True
        self._verify()

    def _step(self, move: Move) -> Step:
        platform, request, schedule = self._platform, self._request, self._report.plan.schedule
        if move is Move.CREATE or schedule is None:
            return platform.create_step(request, enabled=request.enabled is not False)
        if move is Move.CHANGE:
            return platform.change_step(request, schedule)
        if move is Move.DELETE:
            return platform.delete_step(schedule)
        return platform.switch_step(schedule, on=move is Move.ENABLE)

    def _verify(self) -> None:
        """Read the schedule again: an accepted change that did not happen would be a gap in protection."""
        left: tuple[Change, ...] = ()
        for pause in _PAUSES_UNTIL_SHOWN:
            self._surroundings.clock.sleep(pause)
            found = self._platform.read_schedule(self._report.after) if self._report.after else None
            left = self._left_to_do(found)
            if not left:
                self._report.after = found
                return
        if self._request.replace and self._report.plan.schedule is not None:
            replacement = _Replacement(self._platform, self._request, self._surroundings, self._journal)
            self._report.after = replacement.replace(self._report.plan.schedule)
            return
        keys = ", ".join(change.key for change in left)
        raise Rejected(
            f"{self._request.label}: the server accepted the change, but did not carry it out ({keys}).",
            next_step="It may not be able to change this in place; replace: true makes the schedule anew.",
        )

    def _left_to_do(self, found: Schedule | None) -> tuple[Change, ...]:
        if not self._request.present:
            return () if found is None else (Change("state", "present", "absent"),)
        if found is None:
            return (Change("state", "absent", "present"),)
        pinned = self._request
        if pinned.schedule_id is None:
            # It was found by a name in any case, which is no wish to rename it.
            pinned = replace(pinned, schedule_id=found.schedule_id, name=found.name)
        return plan_schedule(self._platform, pinned, [found]).changes


def send_again_if_lost(platform: SchedulePlatform, step: Step, surroundings: Surroundings) -> None:
    """Send a step that sets a state, again when its answer was lost: a repetition changes nothing.

    A refusal of the repetition is no error in itself, since the first request may have done the work: what the server
    shows afterwards decides.
    """
    lost = False
    for pause in (*_PAUSES_BEFORE_RESEND, None):
        try:
            platform.apply(step)
        except ServiceError as error:
            if error.fate is Fate.REFUSED and lost:
                return
            if error.fate is Fate.REFUSED or pause is None:
                raise
            lost = lost or error.fate is Fate.OPEN
            surroundings.clock.sleep(pause)
        else:
            return


def create(
    platform: SchedulePlatform,
    request: ScheduleRequest,
    step: Step,
    surroundings: Surroundings,
    known: Collection[str] = (),
) -> Schedule:
    """Create a schedule exactly once and return it.

    When the answer is lost, the schedule is looked for: one of that name on these targets that is not among the IDs
    ``known`` was not there a moment ago.
    """
    lost: ServiceError | None = None
    task_id: str | None = None
    try:
        task_id = platform.apply(step)
    except ServiceError as error:
        if error.fate is not Fate.OPEN:
            raise
        lost = error
    found = _find_created(platform, request, task_id, surroundings, known)
    if found is not None:
        return found
    if lost is not None:
        raise UnknownOutcome(
            f"The creation of {request.label} was sent and its answer was lost ({lost.message})",
            next_step="Run this again: it will find the schedule if it was created.",
            method=step.wire.method,
            path=step.wire.path,
            fate=Fate.OPEN,
        ) from lost
    raise NotFound(
        f"The server accepted the creation of {request.label}, but does not show it.",
        next_step="Check on the server whether it exists.",
    )


def _find_created(
    platform: SchedulePlatform,
    request: ScheduleRequest,
    task_id: str | None,
    surroundings: Surroundings,
    known: Collection[str],
) -> Schedule | None:
    for pause in _PAUSES_UNTIL_SHOWN:
        surroundings.clock.sleep(pause)
        try:
            if task_id is not None:
                candidates = platform.read_created(task_id)
            else:
                candidates = platform.find_schedules(request, fresh=True)
        except ServiceError:
            continue
        found = choose(platform, request, [entry for entry in candidates if entry.schedule_id not in known])
        if found is not None:
            return found
    return None


def _half_replaced(
    platform: SchedulePlatform, request: ScheduleRequest, candidates: Sequence[Schedule]
) -> tuple[Schedule, Schedule] | None:
    """Return (old, new) when an earlier replacement stopped half-way: two of the name, one of them as wanted."""
    targets = request.targets
    if targets is None or not request.present:
        return None
    meant = [found for found in candidates if platform.coverage(targets, found).touches]
    if len(meant) != 2:
        return None
    right = [found for found in meant if _is_right(platform, request, found)]
    if len(right) != 1:
        return None
    old = next(found for found in meant if found is not right[0])
    return old, right[0]


def _is_right(platform: SchedulePlatform, request: ScheduleRequest, schedule: Schedule) -> bool:
    coverage = platform.coverage(request.targets or (), schedule)
    return not (coverage.unnamed or coverage.missing or platform.changes(request, schedule))


class _Replacement:
    """Makes a schedule anew, so that there is never a moment without one.

    The new one is created disabled, the old one disabled, the new one enabled, the old one deleted. Each step can be
    told from what the server shows, so a run that was interrupted is taken up by the next.
    """

    def __init__(
        self, platform: SchedulePlatform, request: ScheduleRequest, surroundings: Surroundings, journal: Journal
    ) -> None:
        self._platform = platform
        self._request = request
        self._surroundings = surroundings
        self._journal = journal

    def replace(self, old: Schedule) -> Schedule:
        """Replace ``old`` and return the new schedule."""
        step = self._platform.create_step(self._request, enabled=False)
        self._journal.note(step)
        pinned = replace(self._request, schedule_id=None, name=self._request.name or old.name)
        known = {found.schedule_id for found in self._platform.find_schedules(pinned, fresh=True)}
        new = create(self._platform, pinned, step, self._surroundings, known)
        return self.finish(old, new)

    def finish(self, old: Schedule, new: Schedule) -> Schedule:
        """Hand over from ``old`` to ``new`` and delete ``old``."""
        keep_on = self._keep_on(old, new)
        steps = [self._platform.switch_step(old, on=False)] if old.enabled else []
        if keep_on and not new.enabled:
            steps.append(self._platform.switch_step(new, on=True))
        steps.append(self._platform.delete_step(old))
        for step in steps:
            self._journal.note(step)
            send_again_if_lost(self._platform, step, self._surroundings)
            self._journal.effective = True
        if self._platform.read_schedule(old) is not None:
            raise Rejected(f"{old.name} was replaced, but the server keeps the old schedule {old.schedule_id}.")
        return self._platform.read_schedule(new) or new

    def _keep_on(self, old: Schedule, new: Schedule) -> bool:
        """Tell whether the new schedule is to run: as the play says, or else as the old one did."""
        return old.enabled or new.enabled if self._request.enabled is None else self._request.enabled

    def resume(self, old: Schedule, new: Schedule, warnings: list[str]) -> ScheduleReport:
        """Take up a replacement that an earlier run began."""
        plan = Plan((Move.CHANGE,), old, tuple(self._platform.changes(self._request, old)))
        report = ScheduleReport(plan, new, warnings=warnings)
        if self._request.enabled is None and not (old.enabled or new.enabled):
            raise Rejected(
                f"{old.name} is half replaced: schedules {old.schedule_id} and {new.schedule_id} are both disabled, "
                "so whether it is to run cannot be told.",
                next_step="Say so with enabled: true or enabled: false.",
            )
        if not self._surroundings.check_mode:
            report.after = self.finish(old, new)
        return report
