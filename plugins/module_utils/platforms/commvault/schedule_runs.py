# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tell when a schedule runs next, in the time zone that the server keeps for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ...model import calendar
from ...model.pattern import SchedulePattern
from ..base import NextRun
from .timezones import COMMSERVE, COMMSERVE_ID, zone_info


@dataclass(frozen=True)
class Zone:
    """The time zone in which a schedule runs: the server's name, and its IANA key where one is known."""

    name: str
    key: str | None


def next_runs(pattern: SchedulePattern, after: datetime, own_zone: Callable[[], str | None]) -> list[NextRun] | None:
    """Return the next five runs, ``None`` where they follow events or a zone that is not known here.

    ``own_zone`` tells the CommServe's.
    """
    zone = zone_of(pattern, own_zone)
    rules = _rules(zone)
    if rules is None or not calendar.is_predictable(pattern):
        return None
    return [NextRun(run.at, zone.name, run.mark) for run in calendar.next_runs(pattern, after, rules)]


def zone_of(pattern: SchedulePattern, own_zone: Callable[[], str | None]) -> Zone:
    """Tell the time zone in which a pattern runs; the CommServe's where it names none."""
    name = pattern.timezone
    is_own = name is None or name.strip().casefold() in ("", COMMSERVE.casefold())
    if pattern.timezone_id not in (None, COMMSERVE_ID) and is_own:
        return Zone(f"time zone {pattern.timezone_id}", None)
    if is_own:
        name = own_zone()
    info = zone_info(name)
    return Zone(name or COMMSERVE, info.key if info is not None else None)


def _rules(zone: Zone) -> ZoneInfo | None:
    if zone.key is None:
        return None
    try:
        return ZoneInfo(zone.key)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
