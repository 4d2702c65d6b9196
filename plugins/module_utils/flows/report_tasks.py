# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make the results of the modules that show, move and judge tasks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..api.errors import NightshiftError
from ..model.protection import Coverage, Judgement, Protection
from ..model.query import Found
from ..model.state_change import Move, MoveOutcome
from ..model.task import Task
from .judge_protection import first_error
from .report import iso_time, task_row

_ROWS_NAMED = 10


def report_tasks(found: Found, target_of: Callable[[Task], Mapping[str, Any]]) -> dict[str, Any]:
    """Return the result of ``task_info``."""
    return {
        "tasks": [{**task_row(task), "target": dict(target_of(task)), "raw": dict(task.raw)} for task in found.tasks],
        "total": found.total,
        "truncated": found.truncated,
        "by_state": dict(sorted(Counter(task.state.value for task in found.tasks).items())),
    }


def report_moves(moves: Sequence[Move], word: str, *, with_diff: bool) -> dict[str, Any]:
    """Return the result of ``task_state``, ``failed`` and ``msg`` included."""
    result: dict[str, Any] = {
        "changed": any(_is_change(move) for move in moves),
        "tasks": [_move_row(move) for move in moves],
        "changed_ids": [
            move.new_id or move.id for move in moves if _is_change(move) and move.outcome is not MoveOutcome.UNKNOWN
        ],
    }
    if with_diff:
        result["diff"] = {
            "before": {f"{word} {move.id}": _words(move, before=True) for move in moves},
            "after": {f"{word} {move.id}": _words(move, before=False) for move in moves},
        }
    failed = [move for move in moves if move.error is not None]
    if failed:
        result.update(failed=True, msg=_moves_failed(failed, len(moves), word), error=_error(failed[0].error))
    return result


def _is_change(move: Move) -> bool:
    return move.outcome is not None and move.outcome.is_change


def _move_row(move: Move) -> dict[str, Any]:
    return {
        "id": move.id,
        "target": dict(move.target),
        "previous_state": move.before.state.value if move.before else None,
        "state": move.state.value if move.state else None,
        "native_state": move.task.native_state if move.task else None,
        "changed": _is_change(move),
        "outcome": move.outcome.value if move.outcome else MoveOutcome.NOT_TRIED.value,
        "new_id": move.new_id,
        "message": move.message,
    }


def _words(move: Move, *, before: bool) -> str:
    if before or not _is_change(move):
        return move.before.state.value if move.before else "not shown"
    new = f" as {move.new_id}" if move.new_id else ""
    return f"{move.state.value if move.state else 'absent'}{new}"


def _moves_failed(failed: Sequence[Move], count: int, word: str) -> str:
    first = failed[0]
    text = str(first.error)
    opening = text if first.id in text else f"{word} {first.id}: {text}"
    return opening if count == 1 else f"{len(failed)} of {count} {word}s failed. First: {opening}"


def report_protection(judgement: Judgement, *, must_be_protected: bool) -> dict[str, Any]:
    """Return the result of ``protection_info``, ``failed`` and ``msg`` included."""
    verdicts = judgement.verdicts
    bare = [verdict for verdict in verdicts if not verdict.protected]
    result: dict[str, Any] = {
        "targets": [_verdict_row(verdict) for verdict in verdicts],
        "protected": len(verdicts) - len(bare),
        "unprotected": len(bare),
        "not_present": [dict(target.given) for target in judgement.not_present],
        "as_of": iso_time(judgement.now),
    }
    if must_be_protected and not verdicts:
        # Nothing seen is nothing proved: a user without rights sees an empty server.
        message = "Nothing was judged: the server shows this user nothing that could be protected."
        result.update(failed=True, msg=message, error={"kind": "rejected", "message": message})
    lookup = first_error(verdicts)
    if (bare and must_be_protected) or lookup is not None:
        shown = bare if must_be_protected else [verdict for verdict in bare if verdict.error is not None]
        message = _unprotected(shown, len(verdicts), must_be_protected)
        error = _error(lookup) if lookup is not None else {"kind": "rejected", "message": message}
        result.update(failed=True, msg=message, error=error)
    return result


def _verdict_row(verdict: Protection) -> dict[str, Any]:
    return {
        "target": dict(verdict.target.given),
        "protected": verdict.protected,
        "reason": verdict.reason,
        "last_good": task_row(verdict.last_good) if verdict.last_good else None,
        "last_attempt": task_row(verdict.last_attempt) if verdict.last_attempt else None,
        "running": [task_row(task) for task in verdict.running],
        "schedules": _names(verdict.schedules),
        "enabled_schedules": _names(verdict.schedules, enabled=True),
    }


def _names(schedules: Sequence[Coverage] | None, *, enabled: bool = False) -> list[str] | None:
    if schedules is None:
        return None
    return [schedule.name for schedule in schedules if schedule.enabled or not enabled]


def _unprotected(bare: Sequence[Protection], count: int, must_be_protected: bool) -> str:
    what = "not protected" if must_be_protected else "could not be judged"
    lines = [f"{verdict.target.label}: {verdict.reason}{_help(verdict)}" for verdict in bare[:_ROWS_NAMED]]
    more = f"; and {len(bare) - _ROWS_NAMED} more, listed in the result" if len(bare) > _ROWS_NAMED else ""
    verb = "is" if len(bare) == 1 else "are"
    opening = f"{len(bare)} of {count} targets {verb} {what}" if must_be_protected else f"{len(bare)} of {count} {what}"
    return f"{opening}. {'; '.join(lines)}{more}."


def _help(verdict: Protection) -> str:
    """Say what is already on its way, or why nothing is going to come by itself."""
    if verdict.error is not None:
        return ""
    if verdict.running:
        return f" (running now: {', '.join(task.id for task in verdict.running)})"
    if verdict.notes or verdict.schedules is None:
        return ""
    if not any(schedule.enabled for schedule in verdict.schedules):
        disabled = ", ".join(schedule.name for schedule in verdict.schedules)
        return f" (its schedules are disabled: {disabled})" if disabled else " (no schedule covers it)"
    return ""


def _error(error: Exception | None) -> dict[str, Any]:
    if isinstance(error, NightshiftError):
        return error.as_result()
    return {"kind": "protocol", "message": str(error)}
