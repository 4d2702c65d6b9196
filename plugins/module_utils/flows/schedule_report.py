# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make the result of a schedule module from its report."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from ..model.schedule import Schedule
from ..platforms.base import SchedulePlatform
from .plan_schedule import Move
from .reconcile_schedule import ScheduleReport
from .surroundings import Surroundings

_NONE_AHEAD = "No run of the schedule lies ahead, so it protects nothing from now on."


def schedule_result(
    platform: SchedulePlatform, report: ScheduleReport, surroundings: Surroundings, *, with_diff: bool
) -> dict[str, Any]:
    """Return the result of ``backup_schedule`` as plain JSON types."""
    plan, request = report.plan, report.request
    before = platform.portrait(plan.schedule, request) if plan.schedule is not None else {}
    after = _after(platform, report, surroundings)
    gone = Move.DELETE in plan.moves or not after
    shown = report.after or plan.schedule
    coming = _coming(platform, report, surroundings)
    result: dict[str, Any] = {
        "changed": not plan.is_empty,
        "schedule": None if gone else after,
        "schedule_id": shown.schedule_id if shown is not None else None,
        "task_id": shown.task_id if shown is not None else None,
        "changes": [change.as_result() for change in plan.changes],
        "timezone": None if gone else platform.timezone(request, coming),
        "next_runs": [] if gone else _upcoming(platform, report, coming, surroundings),
    }
    if with_diff:
        result["diff"] = {"before": before, "after": {} if gone else after}
    return result


def _after(platform: SchedulePlatform, report: ScheduleReport, surroundings: Surroundings) -> dict[str, Any]:
    """Return the schedule as it stands, or in check mode as it would stand."""
    plan, request = report.plan, report.request
    if not surroundings.check_mode or plan.is_empty:
        return platform.portrait(report.after, request) if report.after is not None else {}
    if plan.schedule is None:
        return platform.wanted(request)
    if Move.DELETE in plan.moves:
        return {}
    return platform.predict(request, plan.schedule)


def _coming(platform: SchedulePlatform, report: ScheduleReport, surroundings: Surroundings) -> Schedule | None:
    """Return the schedule as it stands, or in check mode as it would stand; ``None`` for one that is yet to be made."""
    plan = report.plan
    if surroundings.check_mode and plan.schedule is not None and plan.changes and Move.DELETE not in plan.moves:
        return platform.changed(report.request, plan.schedule)
    return report.after


def _upcoming(
    platform: SchedulePlatform, report: ScheduleReport, schedule: Schedule | None, surroundings: Surroundings
) -> list[dict[str, Any]]:
    """Return the next five runs with their offsets, none where nobody can tell them or the schedule is off.

    That a schedule which is on will never run again is worth a warning: it would look like protection.
    """
    enabled = schedule.enabled if schedule is not None else report.request.enabled is not False
    if not enabled:
        return []
    now = platform.server_time()
    moment = datetime.fromtimestamp(surroundings.clock.now() if now is None else now, tz=timezone.utc)
    runs = platform.next_runs(report.request, schedule, moment)
    if runs is not None and not runs and _NONE_AHEAD not in report.warnings:
        report.warnings.append(_NONE_AHEAD)
    return [{"at": run.at.isoformat(), "timezone": run.timezone, "mark": run.mark} for run in runs or ()]
