# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Send what moves tasks, each so that it is known afterwards whether it was this run that moved them."""

from __future__ import annotations

from collections.abc import Sequence

from ..api.errors import (
    AuthenticationFailed,
    Fate,
    NotFound,
    ServiceError,
    TlsFailure,
    UnknownOutcome,
    Unreachable,
)
from ..model.outcome import Outcome
from ..model.request import BackupRequest
from ..model.state_change import Move, MoveOutcome, Standing, StateRequest, Wanted
from ..model.states import State
from ..model.task import Task
from ..platforms.task_base import Rerunner, TaskPlatform
from .launch import launch
from .surroundings import Surroundings

# After these, nothing further can succeed, so nothing is tried.
_HOPELESS = (AuthenticationFailed, TlsFailure, Unreachable)
_PAUSES = (1.0, 3.0, 0.0)
"""What to wait after each attempt whose answer was lost; the last is not followed by another."""
_PAUSES_OF_A_SEARCH = (1.0, 2.0, 4.0, 8.0)
"""What to wait between two looks for what a lost request brought about; the last again and again."""
_BUSY = (429, 503)
_LONGEST_BETWEEN = 30.0
"""How long a task may be in between two states before it is moved anyway."""


def move_tasks(
    platform: TaskPlatform,
    request: StateRequest,
    moves: Sequence[Move],
    surroundings: Surroundings,
    known: frozenset[str],
) -> None:
    """Move every open row, one after the other. ``known`` are tasks that were there before."""
    stopped: ServiceError | None = None
    for move in moves:
        if not move.is_open or move.task is None:
            continue
        if stopped is not None:
            move.settle(MoveOutcome.NOT_TRIED, f"not tried after an earlier failure: {stopped.message}", error=stopped)
            continue
        try:
            rerunner = platform.rerunner if request.wanted is Wanted.QUEUED else None
            if rerunner is not None:
                known |= _rerun(platform, rerunner, request, move, surroundings, known)
            else:
                _Mover(platform, request, move, surroundings).run(move.task)
        except UnknownOutcome as error:
            move.settle(MoveOutcome.UNKNOWN, error=error)
            cause = error.__cause__
            stopped = cause if isinstance(cause, _HOPELESS) else None
        except ServiceError as error:
            move.settle(MoveOutcome.FAILED, error=error)
            stopped = error if isinstance(error, _HOPELESS) else None
        surroundings.show(f"{platform.traits.task_word} {move.id}: {move.message}")


def _rerun(
    platform: TaskPlatform,
    rerunner: Rerunner,
    request: StateRequest,
    move: Move,
    surroundings: Surroundings,
    known: frozenset[str],
) -> frozenset[str]:
    """Run a task again as a new one, exactly once, and return the ID of that."""
    if move.task is None:
        return frozenset()
    call = rerunner.rerun_call(move.task)
    care = BackupRequest(targets=call.targets, level=move.task.level, settle=request.settle)
    launched = launch(rerunner, care, call, surroundings, known)
    new = launched.receipt.job_ids
    if not new:
        raise NotFound(
            f"The server took the request to run {move.id} again and named no new {platform.traits.task_word}.",
            next_step="Look on the server whether it runs.",
        )
    move.new_id = new[0]
    outcome = MoveOutcome.CHANGED if launched.outcome is Outcome.STARTED else MoveOutcome.ADOPTED
    move.settle(outcome, launched.message or f"runs again as {move.new_id}, not awaited", state=State.QUEUED)
    return frozenset(new)


class _Mover:
    """Moves one task.

    The request may be repeated, but is not repeated blindly: after a lost answer a second request would be refused
    because the first had worked, and the task would seem to have been moved by somebody else. So the task is read in
    between. To run a task again is a start, which is not repeated at all once its answer was lost.
    """

    def __init__(self, platform: TaskPlatform, request: StateRequest, move: Move, surroundings: Surroundings) -> None:
        self._platform = platform
        self._wanted = request.wanted
        self._settle = request.settle
        self._move = move
        self._clock = surroundings.clock
        self._lost: ServiceError | None = None

    def run(self, task: Task) -> None:
        """Move the task, and write down what became of it."""
        task = self._past_transition(task)
        try:
            self._persist(task)
        except ServiceError as error:
            if self._lost is None:
                raise
            raise self._unknown(self._lost) from error

    def _persist(self, task: Task) -> None:
        for pause in _PAUSES:
            try:
                self._platform.move(task, self._wanted)
            except ServiceError as error:
                if error.fate is Fate.OPEN:
                    # What was asked for in vain, as it seems, may work with a delay.
                    self._lost = error
                    if self._wanted is Wanted.QUEUED:
                        self._search(task, error)
                        return
                if self._explained(task, error) or not pause:
                    if self._move.is_open:
                        raise
                    return
                self._clock.sleep(pause)
            else:
                self._moved("accepted, not awaited")
                return

    def _search(self, task: Task, lost: ServiceError) -> None:
        """Look whether the task runs again. Raises the error by which the answer was lost when that does not show."""
        begun, pauses = self._clock.monotonic(), list(_PAUSES_OF_A_SEARCH)
        while self._clock.monotonic() - begun < self._settle:
            self._clock.sleep(pauses.pop(0) if len(pauses) > 1 else pauses[0])
            try:
                fresh = self._platform.read([task.id]).get(task.id)
            except ServiceError:
                continue
            if fresh is not None and self._is_there(task, fresh):
                self._move.task = fresh
                self._worked(fresh.native_state or fresh.state.value)
                return
        raise lost

    def _worked(self, told: str) -> None:
        self._moved(f"the answer was lost, but the server shows that it worked: {told}")

    def _unknown(self, lost: ServiceError) -> UnknownOutcome:
        word = self._platform.traits.task_word
        return UnknownOutcome(
            f"The request to bring {word} {self._move.id} to the state {self._wanted.value} was sent and its answer "
            f"was lost ({lost.message})",
            next_step="It may still take effect: look at its state before you run this again.",
            http_status=lost.http_status,
            code=lost.code,
            method=lost.method,
            path=lost.path,
            fate=Fate.OPEN,
        )

    def _moved(self, message: str) -> None:
        self._move.settle(MoveOutcome.CHANGED, message, state=self._wanted.as_state)

    def _past_transition(self, task: Task) -> Task:
        """Wait until a task that is between two states has got to the next one."""
        begun = self._clock.monotonic()
        while self._platform.standing(task, self._wanted)[0] is Standing.LATER:
            if self._clock.monotonic() - begun > _LONGEST_BETWEEN:
                break
            self._clock.sleep(1.0)
            task = self._platform.read([task.id]).get(task.id, task)
        self._move.task = task
        return task

    def _explained(self, task: Task, error: ServiceError) -> bool:
        """Look at the task after a failure. True when nothing further is to be sent."""
        final = error.fate is not Fate.OPEN
        if error.fate is Fate.NOT_SENT or (error.fate is Fate.REFUSED and error.http_status in _BUSY):
            return False
        fresh = self._platform.read([task.id]).get(task.id)
        if fresh is None and not self._may_be_gone():
            return final
        told = "it is gone" if fresh is None else fresh.native_state or fresh.state.value
        self._move.task = fresh
        if fresh is None or self._is_there(task, fresh):
            if self._lost is not None:
                self._worked(told)
            else:
                self._move.settle(MoveOutcome.UNCHANGED, f"somebody else was faster: {told}")
            return True
        if fresh.state.is_end and self._wanted not in (Wanted.ABSENT, Wanted.QUEUED):
            self._move.settle(MoveOutcome.UNCHANGED, f"it ended meanwhile: {told}")
            return True
        return final

    def _may_be_gone(self) -> bool:
        """Tell whether a task that is not shown any more is where it was to go."""
        if self._wanted is Wanted.CANCELLED:
            return self._platform.traits.forgets
        return self._wanted is Wanted.ABSENT

    def _is_there(self, before: Task, now: Task) -> bool:
        if self._wanted is Wanted.QUEUED and now.state.is_end:
            # It may have been run again and have ended again already.
            return now.started_at != before.started_at or now.finished_at != before.finished_at
        return self._platform.standing(now, self._wanted)[0] in (Standing.THERE, Standing.UNDERWAY)
