# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Move tasks to another state: look, plan, brake, move one by one, and wait if asked."""

from __future__ import annotations

from collections.abc import Sequence

from ..api.errors import InvalidOption, Rejected
from ..model.state_change import Move, MoveOutcome, Standing, StateRequest, Wanted
from ..model.task import Task
from ..platforms.task_base import TaskPlatform
from .await_states import await_states
from .move_tasks import move_tasks
from .query_tasks import not_shown, read_by_id
from .rerun import judge_reruns
from .surroundings import Surroundings


def check_move(platform: TaskPlatform, wanted: Wanted) -> None:
    """Raise ``InvalidOption`` for a move that the platform cannot make."""
    traits = platform.traits
    if wanted not in traits.moves:
        raise InvalidOption(
            f"{traits.platform} cannot bring a {traits.task_word} to the state {wanted.value}.",
            next_step=traits.move_advice.get(wanted, ""),
        )


def change_state(platform: TaskPlatform, request: StateRequest, surroundings: Surroundings) -> list[Move]:
    """Bring every task of ``request`` to the state that is wanted, or say why not.

    Raises ``InvalidOption`` before anything is sent, or before anything is changed where only the server could tell how
    many tasks it would be. Whatever fails later is written on the rows that it concerns.
    """
    check_move(platform, request.wanted)
    moves = _look(platform, request, surroundings)
    known = _plan(platform, request, moves)
    _brake(platform, request, moves)
    if surroundings.check_mode:
        _predict(request, moves)
        return moves
    move_tasks(platform, request, moves, surroundings, known)
    if request.wait:
        await_states(platform, request, moves, surroundings)
    return moves


def _look(platform: TaskPlatform, request: StateRequest, surroundings: Surroundings) -> list[Move]:
    if request.query is not None:
        return [_row(platform, task.id, task) for task in platform.find(request.query).tasks]
    found, missing = read_by_id(platform, request.ids, surroundings.clock)
    moves = [_row(platform, task_id, found.get(task_id)) for task_id in request.ids]
    for move in moves:
        if move.id not in missing:
            continue
        if request.wanted is Wanted.ABSENT:
            move.settle(MoveOutcome.UNCHANGED, "there is no such task, as wanted")
        else:
            move.settle(MoveOutcome.FAILED, error=not_shown(platform, [move.id]))
    return moves


def _row(platform: TaskPlatform, task_id: str, task: Task | None) -> Move:
    return Move(task_id, before=task, task=task, target=platform.target_of(task) if task else {})


def _plan(platform: TaskPlatform, request: StateRequest, moves: Sequence[Move]) -> frozenset[str]:
    """Settle the rows that need nothing. Returns the IDs of all tasks that were seen beside them."""
    if request.wanted is Wanted.QUEUED:
        return _plan_reruns(platform, request, moves)
    for move in moves:
        if move.is_open and move.task is not None:
            _plan_move(platform, request.wanted, move, move.task)
    return frozenset()


def _plan_move(platform: TaskPlatform, wanted: Wanted, move: Move, task: Task) -> None:
    if task.state.is_end and wanted is not Wanted.ABSENT:
        move.settle(MoveOutcome.UNCHANGED, f"it has ended: {task.native_state or task.state.value}")
        return
    standing, words = platform.standing(task, wanted)
    if standing in (Standing.THERE, Standing.UNDERWAY):
        move.settle(MoveOutcome.UNCHANGED, words)
    elif standing is Standing.BARRED:
        move.settle(MoveOutcome.FAILED, error=InvalidOption(f"{platform.traits.task_word} {task.id}: {words}."))


def _plan_reruns(platform: TaskPlatform, request: StateRequest, moves: Sequence[Move]) -> frozenset[str]:
    tasks = [move.task for move in moves if move.is_open and move.task is not None]
    if not tasks:
        return frozenset()
    siblings = platform.siblings(tasks)
    verdicts = judge_reruns(
        tasks,
        siblings,
        force=request.force,
        max_attempts=request.max_attempts,
        with_origin=platform.with_origin,
    )
    for move in moves:
        verdict = verdicts.get(move.id)
        if verdict is None or verdict.outcome is None:
            continue
        # What was tried often enough is not protected by leaving it alone, so it fails.
        exhausted = verdict.outcome is MoveOutcome.EXHAUSTED
        word = platform.traits.task_word
        error = Rejected(f"{word} {move.id} was {verdict.message}.") if exhausted else None
        move.settle(verdict.outcome, verdict.message, error=error)
    return frozenset(task.id for around in siblings.values() for task in around)


def _brake(platform: TaskPlatform, request: StateRequest, moves: Sequence[Move]) -> None:
    count = sum(move.is_open for move in moves)
    if count > request.max_tasks:
        raise InvalidOption(
            f"{count} {platform.traits.task_word}s would be changed and max_tasks is {request.max_tasks}; "
            "nothing was changed.",
            next_step="Narrow the selection, or raise max_tasks.",
        )


def _predict(request: StateRequest, moves: Sequence[Move]) -> None:
    for move in moves:
        if move.is_open:
            move.settle(MoveOutcome.WOULD_CHANGE, "would be changed", state=request.wanted.as_state)
