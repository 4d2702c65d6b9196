# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make the result of a schedule module from its report."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ..model.calendar import next_runs
from ..model.pattern import SchedulePattern
from ..model.schedule import ScheduleRequest
from ..platforms.base import SchedulePlatform, Zone
from .plan_schedule import Move
from .reconcile_schedule import ScheduleReport
from .surroundings import Surroundings


def schedule_result(
    platform: SchedulePlatform,
    request: ScheduleRequest,
    report: ScheduleReport,
    surroundings: Surroundings,
    *,
    with_diff: bool,
) -> dict[str, Any]:
    """Return the result of ``backup_schedule`` as plain JSON types."""
    plan = report.plan
    before = platform.portrait(plan.schedule) if plan.schedule is not None else {}
    after = _after(platform, request, report, surroundings)
    gone = Move.DELETE in plan.moves or not after
    shown = report.after or plan.schedule
    pattern, runs = (None, False) if gone else _timing(platform, request, report, surroundings, after)
    zone = None if pattern is None else platform.zone(pattern)
    result: dict[str, Any] = {
        "changed": not plan.is_empty,
        "schedule": None if gone else after,
        "schedule_id": shown.schedule_id if shown is not None else None,
        "task_id": shown.task_id if shown is not None else None,
        "changes": [change.as_result() for change in plan.changes],
        "timezone": None if zone is None else zone.name,
        "next_runs": _upcoming(platform, pattern, zone, surroundings) if runs and pattern and zone else [],
    }
    if with_diff:
        result["diff"] = {"before": before, "after": {} if gone else after}
    return result


def _after(
    platform: SchedulePlatform, request: ScheduleRequest, report: ScheduleReport, surroundings: Surroundings
) -> dict[str, Any]:
    """Return the schedule as it stands, or in check mode as it would stand."""
    plan = report.plan
    if not surroundings.check_mode or plan.is_empty:
        return platform.portrait(report.after) if report.after is not None else {}
    if plan.schedule is None:
        return platform.wanted(request)
    if Move.DELETE in plan.moves:
        return {}
    return platform.predict(request, plan.schedule)


def _timing(
    platform: SchedulePlatform,
    request: ScheduleRequest,
    report: ScheduleReport,
    surroundings: Surroundings,
    after: Mapping[str, Any],
) -> tuple[SchedulePattern | None, bool]:
    """Return when the schedule runs and whether it does, as it stands, or in check mode as it would stand."""
    if surroundings.check_mode and report.plan.schedule is not None and not report.plan.is_empty:
        given = after.get("pattern")
        return (platform.parse_pattern(given) if given else None), bool(after.get("enabled"))
    if report.after is not None:
        return report.after.pattern, report.after.enabled
    return request.pattern, request.enabled is not False


def _upcoming(
    platform: SchedulePlatform, pattern: SchedulePattern, zone: Zone, surroundings: Surroundings
) -> list[dict[str, Any]]:
    """Return the next five runs with their offsets, none where nobody can tell them."""
    rules = _rules(zone)
    if rules is None:
        return []
    now = platform.server_time()
    moment = datetime.fromtimestamp(surroundings.clock.now() if now is None else now, tz=timezone.utc)
    return [
        {"at": run.at.isoformat(), "timezone": zone.name, "mark": run.mark} for run in next_runs(pattern, moment, rules)
    ]


def _rules(zone: Zone) -> ZoneInfo | None:
    if zone.key is None:
        return None
    try:
        return ZoneInfo(zone.key)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
