# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Judge whether targets are protected, by the one rule that ``max_age`` has everywhere. Pure, but for the reading."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..api.errors import InvalidOption, NightshiftError, ProtocolError, ServiceError
from ..model.durations import in_words
from ..model.levels import Level
from ..model.protection import Evidence, Judgement, Protection
from ..model.request import Acceptance, BackupRequest
from ..model.target import Target
from ..model.task import Task
from ..platforms.protection_base import ProtectionPlatform
from .decide import good_but_ahead, is_fresh, newest_good, task_level

_PARTS_NAMED = 5


@dataclass(frozen=True)
class ProtectionRequest:
    """Everything that ``protection_info`` was told. Durations are seconds.

    ``targets`` is ``None`` for all there are.
    """

    targets: tuple[Target, ...] | None
    level: Level = Level.INCREMENTAL
    max_age: float = 24 * 3600.0
    look_back: float = 7 * 24 * 3600.0
    acceptance: Acceptance = field(default_factory=Acceptance)
    every_part: bool = False

    def as_start(self, target: Target) -> BackupRequest:
        """Return the start that a fresh ``target`` would make unnecessary: freshness is judged by nothing else."""
        return BackupRequest((target,), self.level, max_age=self.max_age, acceptance=self.acceptance)


def judge_protection(platform: ProtectionPlatform, request: ProtectionRequest) -> Judgement:
    """Return the verdict on each target. Of all there are, what is not there any more gets none, and is told."""
    platform.check_level(request.level)
    if request.look_back < request.max_age:
        raise InvalidOption(
            f"look_back ({in_words(request.look_back)}) is shorter than max_age ({in_words(request.max_age)}), so "
            "backups that protect would not be seen."
        )
    if request.targets is None:
        found = platform.estate(request.look_back, every_part=request.every_part)
    else:
        found = platform.evidence(request.targets, request.look_back)
    now = platform.server_time()
    if now is None:
        raise ProtocolError(
            "The server does not tell its time (there is no Date in its answers), so no age can be judged."
        )
    return Judgement(
        [judge(request, evidence, now) for evidence in found if evidence.present],
        now,
        [evidence.target for evidence in found if not evidence.present],
    )


def judge(request: ProtectionRequest, evidence: Evidence, now: float) -> Protection:
    """Return the verdict on one target."""
    if evidence.error is not None:
        return Protection(evidence.target, False, f"could not be looked up: {evidence.error}", error=evidence.error)
    start = request.as_start(evidence.target)
    fresh = is_fresh(start, evidence.parts, now)
    newest = {part: newest_good(start, tasks, now) for part, tasks in evidence.parts.items()}
    known = [task for task in newest.values() if task is not None]
    complete = bool(newest) and len(known) == len(newest)
    attempts = [task for tasks in evidence.parts.values() for task in tasks]
    last_attempt = max(attempts, key=_begun, default=None)
    if fresh is not None:
        reason = f"the last good backup is {in_words(now - min(map(_begun, fresh)))} old"
    else:
        ahead = good_but_ahead(start, attempts, now)
        lost = _lost(start, evidence.parts, newest, now)
        reason = "; ".join([*_why_not(request, newest, last_attempt, now), *lost, *_ahead(ahead), *evidence.notes])
    return Protection(
        evidence.target,
        fresh is not None,
        reason,
        last_good=min(known, key=_begun) if complete else None,
        last_attempt=last_attempt,
        running=evidence.running,
        schedules=evidence.schedules,
        notes=evidence.notes,
    )


def _begun(task: Task) -> float:
    return task.started_at or 0.0


def _why_not(
    request: ProtectionRequest, newest: Mapping[str, Task | None], last_attempt: Task | None, now: float
) -> list[str]:
    """Say what is missing, of which part, and how the last attempt ended."""
    if not newest:
        return ["it has no part whose backups are switched on"]
    within = in_words(request.look_back)
    without = [part for part, task in newest.items() if task is None]
    old = {part: now - _begun(task) for part, task in newest.items() if task and now - _begun(task) > request.max_age}
    sentences = []
    if without:
        whose = "" if len(newest) == 1 else f" of {_some(without)}"
        sentences.append(f"no good backup{whose} began within the last {within}")
    if old:
        whose = "" if len(newest) == 1 else f" of {_some(list(old))}"
        sentences.append(
            f"the last good backup{whose} is {in_words(max(old.values()))} old, more than {in_words(request.max_age)}"
        )
    return [*sentences, *_attempt(request, last_attempt)]


def _ahead(tasks: Sequence[Task]) -> list[str]:
    if not tasks:
        return []
    return [f"{_some([task.id for task in tasks])} began after the server's own time, so that its age cannot be told"]


def _attempt(request: ProtectionRequest, task: Task | None) -> list[str]:
    if task is None:
        return []
    if request.acceptance.covers(task.state) and request.level.is_satisfied_by(task_level(task)):
        return []
    level = task_level(task)
    what = f"{level.value.replace('_', ' ')} " if level else ""
    because = f" ({task.message.rstrip('.')})" if task.message else ""
    return [f"the last attempt, {what}{task.id}, ended as {task.native_state or task.state.value}{because}"]


def _lost(
    start: BackupRequest, parts: Mapping[str, Sequence[Task]], newest: Mapping[str, Task | None], now: float
) -> Iterator[str]:
    """Name the newest backup of each part that would count if its data were still there."""
    for part, tasks in parts.items():
        lost = newest_good(start, [replace(task, restorable=True) for task in tasks], now)
        known = newest[part]
        if lost is not None and (known is None or lost.id != known.id):
            because = f" ({lost.message.rstrip('.')})" if lost.message else ""
            yield f"nothing can be restored from the {'newer ' if known else ''}backup {lost.id}{because}"


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _PARTS_NAMED} more" if len(names) > _PARTS_NAMED else ""
    return ", ".join(names[:_PARTS_NAMED]) + more


def first_error(verdicts: Sequence[Protection]) -> NightshiftError | None:
    """Return the first failure to look a target up."""
    for verdict in verdicts:
        if isinstance(verdict.error, ServiceError):
            return verdict.error
    return None
