# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make the result of a run from its ledger."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from ..api.errors import NightshiftError
from ..model.outcome import Ledger, Outcome, Row
from ..model.states import State
from ..model.task import Task


def report(ledger: Ledger, *, with_diff: bool = False) -> dict[str, Any]:
    """Return the result of ``backup_task`` as plain JSON types, ``failed`` and ``msg`` included."""
    result: dict[str, Any] = {
        "changed": any(
            row.outcome.is_ours or row.withdrawn or row.outcome in (Outcome.WOULD_START, Outcome.UNKNOWN)
            for row in ledger.rows
        ),
        "tasks": [_row(row) for row in ledger.rows],
        "requests": ledger.requests,
    }
    if with_diff:
        result["diff"] = _diff(ledger)
    failed = [row for row in ledger.rows if row.error is not None]
    if failed:
        result.update(failed=True, msg=_sentence(failed, len(ledger.rows)), error=_error(failed[0]))
    return result


def iso_time(moment: float | None) -> str | None:
    """Return Unix seconds as ISO 8601 in UTC."""
    if moment is None:
        return None
    return datetime.fromtimestamp(moment, tz=timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def task_row(task: Task) -> dict[str, Any]:
    """Return one job in the form in which every module shows jobs."""
    return {
        "id": task.id,
        "subclient": task.entity.get("subclient"),
        "requested_level": task.requested_level.value if task.requested_level else None,
        "level": task.level.value if task.level else None,
        "state": task.state.value,
        "native_state": task.native_state,
        "progress": task.progress,
        "started_at": iso_time(task.started_at),
        "finished_at": iso_time(task.finished_at),
        "bytes": task.size,
        "message": task.message,
    }


def _row(row: Row) -> dict[str, Any]:
    levels = {task.level for task in row.tasks if task.level is not None}
    state = row.state
    return {
        "target": dict(row.target.given),
        "outcome": row.outcome.value,
        "task_id": row.task_id,
        "job_ids": list(row.job_ids),
        "also_started": list(row.also_started),
        "withdrawn": list(row.withdrawn),
        "jobs": [task_row(task) for task in row.tasks],
        "state": state.value,
        "progress": row.progress,
        "level": levels.pop().value if len(levels) == 1 else None,
        "message": row.message,
    }


def _diff(ledger: Ledger) -> dict[str, Any]:
    """Return before and after of every target, in the form that diff mode shows."""
    before, after = {}, {}
    for row in ledger.rows:
        label = row.target.label
        new = row.outcome.is_ours or row.outcome is Outcome.WOULD_START
        before[label] = "no such backup" if new else _words(row)
        after[label] = "to be started" if row.outcome is Outcome.WOULD_START else _words(row)
    return {"before": before, "after": after}


def _words(row: Row) -> str:
    jobs = f" as {', '.join(row.job_ids)}" if row.job_ids else ""
    state = f", {row.state.value}" if row.tasks and row.state is not State.UNKNOWN else ""
    return f"{row.outcome.value}{jobs}{state}"


def _sentence(failed: list[Row], count: int) -> str:
    """Say in one sentence what failed, on which target, what the server said and what to do."""
    first = failed[0]
    label = first.target.label
    text = str(first.error)
    opening = text if text.startswith(label) else f"{label}: {text}"
    if count == 1:
        return opening
    return f"{len(failed)} of {count} targets failed. First: {opening}"


def _error(row: Row) -> dict[str, Any]:
    error = row.error
    if isinstance(error, NightshiftError):
        return error.as_result()
    return {"kind": "protocol", "message": str(error)}
