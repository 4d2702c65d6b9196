# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Send the single steps that change a schedule, each so that a lost answer does no harm."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..api.errors import Fate, NotFound, ServiceError, UnknownOutcome
from ..model.schedule import Change, Schedule, ScheduleRequest
from ..platforms.base import SchedulePlatform, Step
from .plan_schedule import choose, plan_schedule
from .surroundings import Surroundings

PAUSES_UNTIL_SHOWN = (0.0, 0.5, 1.5, 3.0)
"""A server may need a moment to show what it has just accepted."""

_PAUSES_BEFORE_RESEND = (1.0, 3.0)


@dataclass(frozen=True)
class Created:
    """A schedule that was created. ``is_certain`` says that the server named it; else it was found by its likeness."""

    schedule: Schedule
    is_certain: bool


@dataclass
class Journal:
    """The requests of a run in their order, and whether any of them had an effect: also true when the run fails."""

    requests: list[dict[str, Any]] = field(default_factory=list)
    effective: bool = False

    def note(self, step: Step) -> None:
        """Write down a request."""
        self.requests.append({"method": step.wire.method, "path": step.wire.path, "body": step.body})


def left_to_do(platform: SchedulePlatform, request: ScheduleRequest, found: Schedule | None) -> tuple[Change, ...]:
    """Return what is still not as ``request`` says of the one schedule that it is about, ``None`` when that is gone."""
    if not request.present:
        return () if found is None else (Change("state", "present", "absent"),)
    if found is None:
        return (Change("state", "absent", "present"),)
    if request.schedule_id is None:
        # It was found by a name in any case, which is no wish to rename it.
        request = replace(request, schedule_id=found.schedule_id, name=found.name)
    # What it reaches was judged before, and is no question any more.
    return plan_schedule(platform, replace(request, whole_schedule=True), [found]).changes


def send_again_if_lost(
    platform: SchedulePlatform,
    step: Step,
    surroundings: Surroundings,
    is_done: Callable[[], bool] | None = None,
) -> None:
    """Send a step that sets a state, again when its answer was lost: a repetition changes nothing.

    ``is_done`` looks whether a repetition is needed at all. A refusal of the repetition is no error in itself, since
    the first request may have done the work: what the server shows afterwards decides.
    """
    lost = False
    for pause in (*_PAUSES_BEFORE_RESEND, None):
        try:
            platform.apply(step)
        except ServiceError as error:
            if error.fate is Fate.REFUSED and lost:
                return
            if error.fate is Fate.REFUSED:
                raise
            lost = lost or error.fate is Fate.OPEN
            if pause is None:
                raise _unknown(step, error) if lost else error from error
            surroundings.clock.sleep(pause)
            if lost and is_done is not None and _seems(is_done):
                return
        else:
            return


def _seems(is_done: Callable[[], bool]) -> bool:
    """Look whether it is done. A look that fails has seen nothing."""
    try:
        return is_done()
    except ServiceError:
        return False


def _unknown(step: Step, error: ServiceError) -> UnknownOutcome:
    return UnknownOutcome(
        f"{step.wire.method} {step.wire.path} was sent and its answer was lost ({error.message})",
        next_step="It may have been carried out: run this again, which looks first and does what is left.",
        http_status=error.http_status,
        code=error.code,
        method=step.wire.method,
        path=step.wire.path,
        fate=Fate.OPEN,
    )


def create(
    platform: SchedulePlatform,
    request: ScheduleRequest,
    step: Step,
    surroundings: Surroundings,
    journal: Journal,
    known: Collection[str] = (),
) -> Created:
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
    else:
        # Whether it is ever seen or not: the server has said that it is made.
        journal.effective = True
    found, unread = _find_created(platform, request, task_id, surroundings, known)
    if found is not None:
        # Also when it had to be looked for: a later step may be refused, and this one stays done.
        journal.effective = True
        return Created(found, is_certain=task_id is not None)
    if lost is not None:
        raise UnknownOutcome(
            f"The creation of {request.label} was sent and its answer was lost ({lost.message})",
            next_step="Run this again: it will find the schedule if it was created.",
            method=step.wire.method,
            path=step.wire.path,
            fate=Fate.OPEN,
        ) from lost
    if unread is not None:
        raise UnknownOutcome(
            f"The server accepted the creation of {request.label}, but could not be asked what came of it "
            f"({unread.message})",
            next_step="Run this again: it looks whether the schedule is as it should be.",
            http_status=unread.http_status,
            code=unread.code,
            method=unread.method,
            path=unread.path,
            fate=Fate.OPEN,
        ) from unread
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
) -> tuple[Schedule | None, ServiceError | None]:
    """Return the new schedule as soon as it is shown, else why the last look saw nothing, if it failed."""
    unread: ServiceError | None = None
    for pause in PAUSES_UNTIL_SHOWN:
        surroundings.clock.sleep(pause)
        try:
            candidates: Sequence[Schedule]
            if task_id is not None:
                candidates = platform.read_created(task_id)
            else:
                candidates = platform.find_schedules(request, fresh=True)
        except ServiceError as error:
            unread = error
            continue
        unread = None
        found = choose(platform, request, [entry for entry in candidates if entry.schedule_id not in known])
        if found is not None:
            return found, None
    return None, unread
