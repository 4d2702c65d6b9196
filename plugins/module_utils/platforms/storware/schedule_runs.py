# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tell when a schedule runs next: at the times of UTC that the server keeps, shown on the clocks of a play. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import islice

from ...model.calendar import nth_day
from ...model.pattern import WEEK_DAYS
from ..base import NextRun
from .schedule_times import Rhythm, Timing, localize
from .schedule_zones import UTC, offset_at, read_zone

_COUNT = 5
# The last Monday of one month of the year comes once in it.
_HORIZON = 6 * 366


def next_runs(timing: Timing, zone: str | None, after: dt.datetime) -> list[NextRun] | None:
    """Return the next five runs, ``None`` where the times are of a kind that nobody can foretell.

    Their ``mark`` is ``gap`` where the clocks of ``zone`` skip the time that the play says, ``fold`` where they show it
    twice, and ``dst`` where they have changed by then, so that the run is off that time until the play is run again.
    """
    rhythm = localize(timing, 0)
    if rhythm is None:
        return None
    rules = read_zone(zone)
    offset = dt.timedelta(seconds=offset_at(rules, after))
    return [_shown(run, rules, zone or UTC, offset) for run in islice(_instants(rhythm, after), _COUNT)]


def _instants(rhythm: Rhythm, after: dt.datetime) -> Iterator[dt.datetime]:
    first = after.astimezone(dt.timezone.utc)
    times = range(rhythm.at, (rhythm.until if rhythm.until is not None else rhythm.at) + 1, rhythm.every or 1)
    for days in range(_HORIZON):
        day = first.date() + dt.timedelta(days=days)
        if not _runs_on(rhythm, day):
            continue
        midnight = dt.datetime.combine(day, dt.time(), dt.timezone.utc)
        runs = (midnight + dt.timedelta(seconds=second) for second in times)
        yield from (run for run in runs if run > first)


def _runs_on(rhythm: Rhythm, day: dt.date) -> bool:
    if rhythm.months and day.month not in rhythm.months:
        return False
    weekday = WEEK_DAYS[day.weekday()]
    if weekday not in rhythm.days:
        return False
    return not rhythm.weeks or any(nth_day(day.year, day.month, week, weekday) == day for week in rhythm.weeks)


def _shown(run: dt.datetime, zone: dt.tzinfo, name: str, offset: dt.timedelta) -> NextRun:
    local = run.astimezone(zone)
    meant = run.replace(tzinfo=None) + offset
    if local.replace(tzinfo=None) == meant:
        mark = "fold" if local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset() else None
    else:
        there = meant.replace(tzinfo=zone).astimezone(dt.timezone.utc).astimezone(zone).replace(tzinfo=None)
        mark = "dst" if there == meant else "gap"
    return NextRun(local, name, mark)
