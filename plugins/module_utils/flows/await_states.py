# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Follow moved tasks until they are where they were sent."""

from __future__ import annotations

from collections.abc import Sequence

from ..api.errors import AuthenticationFailed, Forbidden, ServiceError, TimedOut
from ..model.durations import in_words
from ..model.state_change import Move, MoveOutcome, Standing, StateRequest, Wanted
from ..model.task import Task
from ..platforms.task_base import TaskPlatform
from .surroundings import Surroundings
from .wait import poll_pause


def await_states(
    platform: TaskPlatform, request: StateRequest, moves: Sequence[Move], surroundings: Surroundings
) -> None:
    """Poll until every row is in the state that is wanted, has ended by itself, or the time is over.

    Rows that needed nothing are followed as well where their task was still on its way.
    """
    clock = surroundings.clock
    begun = clock.monotonic()
    left = [move for move in moves if _is_awaited(platform, request, move)]
    trouble: ServiceError | None = None
    while left:
        try:
            tasks = platform.read([_id(move) for move in left])
            trouble = None
        except (AuthenticationFailed, Forbidden) as error:
            for move in left:
                move.error, move.message = error, f"{move.message}; the state could not be awaited: {error}"
            return
        except ServiceError as error:
            # The server may be restarting; what was asked of it stands, so the wait goes on as well.
            trouble, tasks = error, {}
        left = [move for move in left if not _arrived(platform, request, move, tasks.get(_id(move)))]
        elapsed = clock.monotonic() - begun
        if left and elapsed >= request.wait_timeout:
            _time_over(platform, request, left, trouble)
            return
        if left:
            clock.sleep(min(poll_pause(elapsed, request.poll_interval), request.wait_timeout - elapsed))


def _id(move: Move) -> str:
    return move.new_id or move.id


def _is_awaited(platform: TaskPlatform, request: StateRequest, move: Move) -> bool:
    if move.error is not None:
        return False
    if move.outcome in (MoveOutcome.CHANGED, MoveOutcome.ADOPTED):
        return True
    if move.outcome is not MoveOutcome.UNCHANGED or move.task is None or move.task.state.is_end:
        return False
    return platform.standing(move.task, request.wanted)[0] is Standing.UNDERWAY


def _arrived(platform: TaskPlatform, request: StateRequest, move: Move, task: Task | None) -> bool:
    """Write down where the task is now, and tell whether nothing more is to be awaited."""
    if task is None:
        return _is_gone(platform, request, move)
    move.task, move.state = task, task.state
    told = task.native_state or task.state.value
    if request.wanted is Wanted.QUEUED:
        move.message = f"runs again as {_id(move)}: {told}" if move.new_id else told
        return True
    there = platform.standing(task, request.wanted)[0] is Standing.THERE
    if there or request.wanted is Wanted.ABSENT:
        move.message = told if there else move.message
        return there
    if not task.state.is_end:
        return False
    move.message = f"it ended meanwhile: {told}"
    if request.wanted is not Wanted.RUNNING:
        # It got away: it neither rests nor was it stopped, so there is nothing that a later play could undo.
        move.outcome = MoveOutcome.UNCHANGED
    return True


def _is_gone(platform: TaskPlatform, request: StateRequest, move: Move) -> bool:
    """Tell whether a task that is not shown is where it was to go. Any other may just not be shown yet."""
    if request.wanted is Wanted.CANCELLED and platform.traits.forgets:
        move.message = "it has ended and is gone from the server's list"
        return True
    if request.wanted is Wanted.ABSENT and move.outcome is MoveOutcome.CHANGED:
        move.message = "it is gone, as wanted"
    return request.wanted is Wanted.ABSENT


def _time_over(
    platform: TaskPlatform, request: StateRequest, left: Sequence[Move], trouble: ServiceError | None
) -> None:
    because = f" The last poll failed: {trouble.message}" if trouble else ""
    word = platform.traits.task_word
    for move in left:
        if move.task is not None and move.new_id is None:
            move.state = move.task.state
        told = move.task.native_state if move.task and not move.new_id else "not shown"
        move.error = TimedOut(
            f"{word} {_id(move)} was not {request.wanted.value} after {in_words(request.wait_timeout)}, "
            f"but {told}.{because}",
            next_step="It was asked for and may still come about.",
        )
        move.message = str(move.error)
