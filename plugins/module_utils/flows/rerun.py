# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Decide which tasks to run again. Pure: what the server holds goes in, a verdict a task comes out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from ..model.state_change import MoveOutcome
from ..model.states import State
from ..model.task import Task

_BAD = frozenset({State.FAILED, State.CANCELLED})
_GOOD = frozenset({State.SUCCEEDED, State.WARNING})

Siblings = Mapping[str, Sequence[Task]]
"""By a task's ID: the recent tasks that do the same on the same object, itself included."""


@dataclass(frozen=True)
class Rerun:
    """What to do about one task: nothing when there is an ``outcome``, else run it again."""

    outcome: MoveOutcome | None = None
    message: str = ""


def age_key(task: Task) -> tuple[float, int, str]:
    """Return what orders tasks by their begin; IDs that count up settle what began in the same second."""
    return task.started_at or 0.0, int(task.id) if task.id.isdecimal() else 0, task.id


def chain_of(tasks: Sequence[Task]) -> list[Task]:
    """Return the failed attempts, oldest first, that nothing good came after."""
    chain: list[Task] = []
    for task in sorted(tasks, key=age_key):
        if task.state in _GOOD:
            chain = []
        elif task.state in _BAD:
            chain.append(task)
    return chain


def attempts_made(chain: Sequence[Task]) -> int:
    """Count the attempts that repeated another one.

    The original is the newest that no person started, because a schedule begins anew each night; where a person started
    all of them it is the oldest.
    """
    by_hand = 0
    for task in reversed(chain):
        if task.interactive is False:
            return by_hand
        by_hand += 1
    return max(0, by_hand - 1)


def judge_reruns(
    tasks: Sequence[Task],
    siblings: Siblings,
    *,
    force: bool,
    max_attempts: int,
    with_origin: Callable[[Sequence[Task]], Sequence[Task]],
) -> dict[str, Rerun]:
    """Return a verdict for each of ``tasks``, by ID. ``with_origin`` reads who started tasks, only where it matters."""
    chosen = {task.id for task in tasks}
    verdicts: dict[str, Rerun] = {}
    chains: dict[str, list[Task]] = {}
    for task in tasks:
        around = siblings.get(task.id, (task,))
        verdict = _by_its_end(task, force)
        if verdict is None and not force:
            verdict = _by_later_ones(task, around, chosen)
        if verdict is None:
            chains[task.id] = chain_of(around)
        verdicts[task.id] = verdict or Rerun()
    # Asked for together, so that they can be read together.
    long = {task_id: chain for task_id, chain in chains.items() if len(chain) > max_attempts}
    told = iter(with_origin([task for chain in long.values() for task in chain]) if long else ())
    for task_id, chain in long.items():
        verdicts[task_id] = _by_attempts(list(islice(told, len(chain))), max_attempts) or Rerun()
    return verdicts


def _by_its_end(task: Task, force: bool) -> Rerun | None:
    told = task.native_state or task.state.value
    if not task.state.is_end:
        return Rerun(MoveOutcome.UNCHANGED, f"it has not ended: {told}")
    if task.state in _BAD or force:
        return None
    return Rerun(
        MoveOutcome.UNCHANGED,
        f"it ended as {told}; only what failed or was cancelled is run again, unless force is true",
    )


def _by_later_ones(task: Task, around: Sequence[Task], chosen: set[str]) -> Rerun | None:
    later = sorted((one for one in around if age_key(one) > age_key(task)), key=age_key)
    for one in reversed(later):
        if not one.state.is_end or one.state in _GOOD:
            told = one.native_state or one.state.value
            return Rerun(MoveOutcome.SUPERSEDED, f"superseded by the later {one.id} of the same kind ({told})")
        if one.id in chosen:
            return Rerun(MoveOutcome.SUPERSEDED, f"superseded by the later attempt {one.id}, which is named as well")
    return None


def _by_attempts(chain: Sequence[Task], max_attempts: int) -> Rerun | None:
    made = attempts_made(chain)
    if made < max_attempts:
        return None
    return Rerun(
        MoveOutcome.EXHAUSTED,
        f"not run again: {made} further attempts have failed already and max_attempts is {max_attempts}",
    )
