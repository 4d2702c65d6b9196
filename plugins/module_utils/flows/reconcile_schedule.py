# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make one schedule what a play says it is: look, plan, do, and look again whether it is so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..api.errors import Ambiguous, Rejected, UnknownOutcome
from ..model.schedule import Change, Schedule, ScheduleRequest, TargetsMode
from ..platforms.base import SchedulePlatform, Step
from .converge_schedule import converge, made_meanwhile
from .plan_schedule import Move, Plan, plan_schedule
from .replace_schedule import Replacement, half_replaced
from .schedule_steps import PAUSES_UNTIL_SHOWN, Journal, create, left_to_do, send_again_if_lost
from .surroundings import Surroundings

__all__ = ["Journal", "ScheduleReport", "reconcile"]


@dataclass
class ScheduleReport:
    """What was planned and done about one schedule.

    ``request`` is what the play says of it, with names looked up. ``after`` is how it stands at the end, if it does.
    ``created`` is what this run surely created itself.
    """

    request: ScheduleRequest
    plan: Plan
    after: Schedule | None = None
    created: Schedule | None = None
    warnings: list[str] = field(default_factory=list)


def reconcile(
    platform: SchedulePlatform,
    request: ScheduleRequest,
    surroundings: Surroundings,
    journal: Journal,
    *,
    converges: bool = True,
) -> ScheduleReport:
    """Bring the server's schedule to what ``request`` says.

    ``converges`` looks again after a creation, whether another run has created the same; who does that for many at
    once leaves it out here.

    Raises ``InvalidOption`` before anything is sent, the errors of the plan before anything is changed, and otherwise
    the server's refusal. What the server accepted without doing it is an error, too.
    """
    request = platform.understand(request)
    warnings = list(platform.check_schedule(request))
    request = platform.resolve(request)
    halves, plan = _plan(platform, request, surroundings)
    if plan.schedule is not None:
        warnings.extend(platform.uncertain(request, plan.schedule))
    if request.verify_targets and (halves is not None or not plan.is_empty):
        _verify_targets(platform, request)
    report = ScheduleReport(request, plan, plan.schedule, warnings=warnings)
    try:
        _Work(platform, request, surroundings, journal, report).run(halves, converges=converges)
    except UnknownOutcome:
        journal.effective = True
        raise
    return report


def _verify_targets(platform: SchedulePlatform, request: ScheduleRequest) -> None:
    """Raise for targets that do not exist. What is to be taken away may outlive its client, and is not looked at."""
    if request.present and request.targets_mode is not TargetsMode.REMOVE:
        platform.verify(request.targets or ())


def _plan(
    platform: SchedulePlatform, request: ScheduleRequest, surroundings: Surroundings
) -> tuple[tuple[Schedule, Schedule | None] | None, Plan]:
    """Return the halves of an interrupted replacement, if there are, and the plan.

    Several candidates may be those of other runs that are just coming to one, so they are looked at a few times more.
    """
    pauses = list(PAUSES_UNTIL_SHOWN[1:])
    candidates = platform.find_schedules(request)
    while True:
        halves = half_replaced(platform, request, candidates)
        try:
            return halves, plan_schedule(platform, request, candidates if halves is None else [halves[0]])
        except Ambiguous:
            if not pauses:
                raise
        surroundings.clock.sleep(pauses.pop(0))
        candidates = platform.find_schedules(request, fresh=True)


def settle_twins(
    platform: SchedulePlatform, report: ScheduleReport, surroundings: Surroundings, journal: Journal
) -> None:
    """Come to one schedule with other runs that created the same, by the listing that the platform has now."""
    if report.created is not None:
        report.after = converge(platform, report.request, report.created, surroundings, journal, report.warnings)


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

    def run(self, halves: tuple[Schedule, Schedule | None] | None, *, converges: bool) -> None:
        """Take up what an earlier run left half done, show the plan in check mode, or else carry it out."""
        if halves is not None:
            self.resume(*halves)
            if not self._surroundings.check_mode and left_to_do(self._platform, self._request, self._report.after):
                # What was begun is done, and the play has come to say something else.
                again = reconcile(self._platform, self._request, self._surroundings, self._journal)
                self._report.after = again.after
        elif self._surroundings.check_mode:
            self.show_only()
        elif not self._report.plan.is_empty:
            self.do(converges=converges)

    def show_only(self) -> None:
        """Write down the requests that would be sent."""
        plan = self._report.plan
        if Move.REPLACE in plan.moves and plan.schedule is not None:
            for step in self._replacement.preview(plan.schedule):
                self._journal.note(step)
            return
        for _move, step in self._steps():
            self._journal.note(step)

    def do(self, *, converges: bool) -> None:
        """Send the steps and make sure that they took effect."""
        if Move.REPLACE in self._report.plan.moves:
            self._replace()
            return
        for move, step in self._steps():
            self._journal.note(step)
            try:
                self._send(move, step)
            except Rejected:
                if move is Move.CREATE and self._is_made_meanwhile():
                    return
                if move is not Move.CHANGE or not self._can_replace:
                    raise
                self._replace()
                return
            self._journal.effective = True
        if converges and self._report.created is not None:
            self._platform.listing(fresh=True)
            settle_twins(self._platform, self._report, self._surroundings, self._journal)
        self._verify()

    def resume(self, old: Schedule, new: Schedule | None) -> None:
        """Take up a replacement that an earlier run began. Without ``new`` it came no further than the first step."""
        if new is None:
            self._begin_again(old)
            return
        if self._request.enabled is None and not (old.enabled or new.enabled):
            raise Rejected(
                f"{old.name} is half replaced: schedules {old.schedule_id} and {new.schedule_id} are both disabled, "
                "so whether it is to run cannot be told.",
                next_step="Say so with enabled: true or enabled: false.",
            )
        if self._surroundings.check_mode:
            for step in self._replacement.steps(old, new):
                self._journal.note(step)
        else:
            self._report.after = self._replacement.finish(old, new)

    def _begin_again(self, old: Schedule) -> None:
        if self._surroundings.check_mode:
            for step in self._replacement.preview(old):
                self._journal.note(step)
        else:
            self._report.after = self._replacement.replace(old)

    def _steps(self) -> list[tuple[Move, Step]]:
        """Return all steps, made before the first is sent: what cannot be written must not stop a plan half-way."""
        return [(move, self._step(move)) for move in self._report.plan.moves]

    def _step(self, move: Move) -> Step:
        platform, request, schedule = self._platform, self._request, self._report.plan.schedule
        if move is Move.CREATE or schedule is None:
            return platform.create_step(request, enabled=request.enabled is not False)
        if move is Move.CHANGE:
            return platform.change_step(request, schedule)
        if move is Move.DELETE:
            return platform.delete_step(schedule)
        return platform.switch_step(schedule, on=move is Move.ENABLE)

    def _send(self, move: Move, step: Step) -> None:
        if move is Move.CREATE:
            made = create(self._platform, self._request, step, self._surroundings, self._journal)
            self._report.after = made.schedule
            self._report.created = made.schedule if made.is_certain else None
            return
        gone = self._is_gone if move is Move.DELETE else None
        send_again_if_lost(self._platform, step, self._surroundings, gone)

    def _is_made_meanwhile(self) -> bool:
        """Where names are unique, the later of two runs is refused, and finds what the earlier one has created."""
        found = made_meanwhile(self._platform, self._request)
        if found is None:
            return False
        self._report.plan, self._report.after = Plan(schedule=found), found
        return True

    def _is_gone(self) -> bool:
        schedule = self._report.plan.schedule
        return schedule is None or self._platform.read_schedule(schedule) is None

    def _verify(self) -> None:
        """Read the schedule again: an accepted change that did not happen would be a gap in protection."""
        left: Sequence[Change] = ()
        for pause in PAUSES_UNTIL_SHOWN:
            self._surroundings.clock.sleep(pause)
            found = self._platform.read_schedule(self._report.after) if self._report.after else None
            left = left_to_do(self._platform, self._request, found)
            if not left:
                self._report.after = found
                return
        if self._can_replace:
            self._replace()
            return
        keys = ", ".join(change.key for change in left)
        raise Rejected(
            f"{self._request.label}: the server accepted the change, but did not carry it out ({keys}).",
            next_step="It may not be able to change this in place; replace: true makes the schedule anew.",
        )

    @property
    def _can_replace(self) -> bool:
        return self._request.replace and self._request.present and self._report.plan.schedule is not None

    @property
    def _replacement(self) -> Replacement:
        return Replacement(self._platform, self._request, self._surroundings, self._journal)

    def _replace(self) -> None:
        """Make the schedule anew. Whether it is to run is what it was before, unless the play says."""
        planned = self._report.plan.schedule
        if planned is None:
            return
        old = self._platform.read_schedule(planned) or planned
        self._report.after = self._replacement.replace(old)
