# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make the result of ``backup_schedules`` from its ledger."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from ..api.errors import NightshiftError
from ..model.schedule import Schedule
from ..platforms.base import SchedulePlatform
from .estate_ledger import EstateLedger, EstateRow, Foreign

_SHOWN = 3

_NOTHING_KNOWN: dict[str, Any] = {
    "schedule": None, "schedule_id": None, "task_id": None, "changes": [], "timezone": None, "next_runs": []
}  # fmt: skip


def estate_result(platform: SchedulePlatform, ledger: EstateLedger, *, with_diff: bool) -> dict[str, Any]:
    """Return the result as plain JSON types, ``failed`` and ``msg`` included."""
    everything = [*ledger.rows, *ledger.pruned]
    result: dict[str, Any] = {
        "changed": any(row.changed for row in everything),
        "schedules": [_row(row) for row in ledger.rows],
        "pruned": [_pruned(platform, row) for row in ledger.pruned],
        "undeclared": [_left(platform, schedule) for schedule in ledger.undeclared],
        "foreign": [_foreign(entry) for entry in ledger.foreign],
        "summary": _summary(ledger),
    }
    if with_diff:
        result["diff"] = [
            {"before_header": row.request.label, "after_header": row.request.label, **row.result["diff"]}
            for row in everything
            if row.changed and "diff" in row.result
        ]
    sentences, errors = _failures(ledger)
    if sentences:
        result.update(failed=True, msg=" ".join(sentences), error=_error(errors[0]))
    return result


def warnings_of(ledger: EstateLedger) -> list[str]:
    """Return the warnings of all rows, each once and with the names of those that it is about."""
    about: defaultdict[str, list[str]] = defaultdict(list)
    for row in ledger.rows:
        for warning in row.report.warnings if row.report is not None else ():
            about[warning].append(row.request.label)
    return [f"{_named(names)}: {warning}" for warning, names in about.items()]


def _named(names: list[str]) -> str:
    rest = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{', '.join(names[:_SHOWN])}{rest}"


def _row(row: EstateRow) -> dict[str, Any]:
    """Return a row: what ``backup_schedule`` returns, with the name, what was done, and why not."""
    shown = {**_NOTHING_KNOWN, **{key: value for key, value in row.result.items() if key != "diff"}}
    schedule = row.schedule
    return {
        "name": row.request.name if row.request.name is not None else schedule.name if schedule else None,
        "outcome": row.deed.value,
        **shown,
        "changed": row.changed,
        "requests": row.journal.requests,
        "error": _error(row.error) if row.error is not None else None,
    }


def _pruned(platform: SchedulePlatform, row: EstateRow) -> dict[str, Any]:
    return {
        "outcome": row.deed.value,
        **(_left(platform, row.before) if row.before is not None else {}),
        "changed": row.changed,
        "requests": row.journal.requests,
        "error": _error(row.error) if row.error is not None else None,
    }


def _left(platform: SchedulePlatform, schedule: Schedule) -> dict[str, Any]:
    """Return a schedule with a definition that makes it again: without the ID, which dies with it."""
    definition = platform.portrait(schedule)
    definition.pop("schedule_id", None)
    return {
        "name": schedule.name,
        "schedule_id": schedule.schedule_id,
        "task_id": schedule.task_id,
        "schedule": definition,
    }


def _foreign(entry: Foreign) -> dict[str, Any]:
    return {
        "name": entry.name,
        "schedule_id": entry.schedule_id,
        "task_id": entry.task_id,
        "reason": entry.reason,
        "outside": list(entry.outside),
    }


def _summary(ledger: EstateLedger) -> dict[str, int]:
    counts = Counter(row.deed.value for row in ledger.rows)
    names = ("created", "changed", "removed", "unchanged", "failed", "not_tried")
    gone = sum(1 for row in ledger.pruned if row.changed)
    return {**{name: counts[name] for name in names}, "pruned": gone, "foreign": len(ledger.foreign)}


def _failures(ledger: EstateLedger) -> tuple[list[str], list[BaseException]]:
    """Say how many schedules failed and why the first did, and what became of pruning."""
    sentences: list[str] = []
    errors: list[BaseException] = []
    for rows, what in ((ledger.rows, "schedules"), (ledger.pruned, "schedules to prune")):
        failed = [(row.request.label, row.error) for row in rows if row.error is not None]
        if failed:
            label, error = failed[0]
            text = str(error)
            first = text if text.startswith(label) else f"{label}: {text}"
            sentences.append(f"{len(failed)} of {len(rows)} {what} failed. First: {first}")
            errors += [found for _label, found in failed]
    if ledger.prune_error is not None:
        sentences.append(str(ledger.prune_error))
        errors.append(ledger.prune_error)
    return sentences, errors


def _error(error: BaseException) -> dict[str, Any]:
    if isinstance(error, NightshiftError):
        return error.as_result()
    return {"kind": "protocol", "message": f"{type(error).__name__}: {error}"}
