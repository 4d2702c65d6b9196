# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Decide for one target whether a backup has to be started. Pure: everything known goes in, a decision comes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from ..model.durations import in_words
from ..model.levels import Level
from ..model.request import BackupRequest
from ..model.states import State
from ..model.task import Task

# The answer's time may be that of a web server before the one that dates backups.
_CLOCKS_APART = 300.0


class Verdict(str, Enum):
    """What to do about a target."""

    START = "start"
    RUNS = "runs"
    STUCK = "stuck"
    SKIP = "skip"
    REFUSE = "refuse"


@dataclass(frozen=True)
class Decision:
    """A verdict, the tasks that led to it, and a sentence for people."""

    verdict: Verdict
    tasks: tuple[Task, ...] = ()
    message: str = ""
    warnings: tuple[str, ...] = field(default_factory=tuple)


def task_level(task: Task) -> Level | None:
    """Return the level that the server runs, or the one it was asked for while it has not decided."""
    return task.level or task.requested_level


def judge_running(
    request: BackupRequest, label: str, parts: Mapping[str, Sequence[Task]], now: float | None
) -> Decision:
    """Decide by what is queued, running or paused.

    ``parts`` maps each part of the target to its active tasks, ``now`` is the server's clock. The target runs only
    when each part has a task that satisfies the request: one running subclient does not protect its whole backup set.
    """
    level = request.level
    if level is None:
        return Decision(Verdict.START)
    satisfying = {
        part: [task for task in tasks if level.is_satisfied_by(task_level(task))] for part, tasks in parts.items()
    }
    healthy = {
        part: [task for task in found if not _is_stuck(request, task, now)] for part, found in satisfying.items()
    }
    if parts and all(healthy.values()):
        return _runs(healthy)
    stuck = [task for part, found in satisfying.items() if not healthy[part] for task in found]
    if stuck:
        return _stuck(stuck, now)
    return _beside_others(request, label, parts, satisfying)


def _runs(healthy: Mapping[str, Sequence[Task]]) -> Decision:
    tasks = tuple(task for found in healthy.values() for task in found)
    names = ", ".join(f"{_level_name(task)} backup {task.id}" for task in tasks)
    return Decision(Verdict.RUNS, tasks, f"not started again: {names} is already {tasks[0].state.value}")


def _stuck(tasks: Sequence[Task], now: float | None) -> Decision:
    sentences = []
    for task in tasks:
        age = f" for {in_words(now - task.started_at)}" if now is not None and task.started_at is not None else ""
        reason = f" ({task.message})" if task.message else ""
        sentences.append(
            f"{_level_name(task)} backup {task.id} has been {task.native_state or task.state.value}{age}{reason}"
        )
    return Decision(Verdict.STUCK, tuple(tasks), "; ".join(sentences))


def _beside_others(
    request: BackupRequest,
    label: str,
    parts: Mapping[str, Sequence[Task]],
    satisfying: Mapping[str, Sequence[Task]],
) -> Decision:
    doubled = tuple(task for found in satisfying.values() for task in found)
    others = tuple(task for part, tasks in parts.items() for task in tasks if task not in satisfying[part])
    warnings: list[str] = []
    if doubled:
        names = ", ".join(task.id for task in doubled)
        warnings.append(f"{label} is started although a part of it already runs ({names}), because the rest does not.")
    if not others:
        return Decision(Verdict.START, warnings=tuple(warnings))
    names = ", ".join(f"{_level_name(task)} backup {task.id}" for task in others)
    if request.if_other_running == "skip":
        return Decision(Verdict.SKIP, others, f"not started because of if_other_running=skip: {names} is running")
    if request.if_other_running == "fail":
        return Decision(Verdict.REFUSE, others, f"{names} is running and if_other_running is fail")
    warnings.append(f"{label} is started while {names} is running.")
    return Decision(Verdict.START, warnings=tuple(warnings))


def _is_stuck(request: BackupRequest, task: Task, now: float | None) -> bool:
    if task.state is State.PAUSED:
        return True
    return now is not None and task.started_at is not None and now - task.started_at > request.stuck_after


def _level_name(task: Task) -> str:
    level = task_level(task)
    return level.value.replace("_", " ") if level else "the"


def newest_good(request: BackupRequest, tasks: Sequence[Task], now: float) -> Task | None:
    """Return the newest finished backup that counts as one of the requested level, by the rule of ``max_age``.

    Its data must still be there, its end must be one that the play accepts, and its level must satisfy the request.
    Newest means by recovery point, which is when a backup began: what changed later is not in it. One that lies ahead
    of ``now``, the server's clock, has no age and proves nothing.
    """
    good = [task for task in tasks if _counts(request, task) and not is_ahead(task, now)]
    return max(good, key=lambda task: task.started_at or 0.0, default=None)


def good_but_ahead(request: BackupRequest, tasks: Sequence[Task], now: float) -> list[Task]:
    """Return the backups that would count if they did not lie ahead of the server's clock."""
    return [task for task in tasks if _counts(request, task) and is_ahead(task, now)]


def is_ahead(task: Task, now: float) -> bool:
    """Tell whether a task began later than it is now, by more than the clocks of a server's parts are apart."""
    return task.started_at is not None and task.started_at > now + _CLOCKS_APART


def _counts(request: BackupRequest, task: Task) -> bool:
    level = request.level
    return (
        task.restorable
        and task.started_at is not None
        and request.acceptance.covers(task.state)
        and level is not None
        and level.is_satisfied_by(task_level(task))
    )


def is_fresh(request: BackupRequest, parts: Mapping[str, Sequence[Task]], now: float) -> tuple[Task, ...] | None:
    """Return the good backups that make every part young enough for ``max_age``, or ``None``."""
    if request.max_age is None or not parts:
        return None
    newest = [newest_good(request, tasks, now) for tasks in parts.values()]
    found = tuple(task for task in newest if task is not None and now - (task.started_at or 0.0) <= request.max_age)
    return found if len(found) == len(parts) else None
