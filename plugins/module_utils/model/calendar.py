# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a schedule will run next.

Days come first (``run_dates``), by the calendar alone; then the times of such a day become instants of the
schedule's time zone. A day 29 to 31 that a month lacks is its last day. Days left out by an exception do not move to
another day, and do not count as occurrences.
"""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from .pattern import WEEK_DAYS, Day, Exceptions, Frequency, SchedulePattern, Week

# The latest date that is looked at counts from ``after``: exceptions may leave no day at all.
HORIZON_YEARS = 100

# Clocks have skipped a whole day, where a country changed sides of the date line.
_LONGEST_GAP = dt.timedelta(days=1)
_PREDICTABLE = frozenset(Frequency) - {Frequency.AUTOMATIC, Frequency.CONTINUOUS, Frequency.OTHER}


@dataclass(frozen=True)
class Run:
    """One run. ``at`` carries its offset from UTC.

    ``mark`` is ``gap`` when the clocks skip the wall-clock time (then ``at`` is later by the length of the gap), and
    ``fold`` when they show it twice (then ``at`` is the first of the two).
    """

    at: dt.datetime
    mark: Literal["gap", "fold"] | None = None


def is_predictable(pattern: SchedulePattern) -> bool:
    """Tell whether the calendar decides when the schedule runs, rather than the server's events."""
    return pattern.frequency in _PREDICTABLE and pattern.at is not None


def next_runs(
    pattern: SchedulePattern,
    after: dt.datetime,
    zone: ZoneInfo,
    count: int = 5,
    week_starts: Day = Day.SUNDAY,
) -> list[Run]:
    """Return the first ``count`` runs later than ``after`` (an aware time), fewer when the schedule ends before.

    Empty for automatic and continuous schedules, whose runs nobody can foretell. Without a ``start_date`` the rhythm
    and the occurrences count from the day of ``after`` in ``zone``. Each start of a job is one occurrence, those
    repeated within a day included. "Every second week" counts weeks that begin on ``week_starts``; Sunday, as where
    these patterns come from.
    """
    if not is_predictable(pattern) or count < 1:
        return []
    # Instants are compared in UTC: within one zone Python compares wall clocks, and takes both sides of a fold for one.
    moment = after.astimezone(dt.timezone.utc)
    found: dict[dt.datetime, Run] = {}
    for run in _later_runs(pattern, moment, zone, week_starts):
        instant = run.at.astimezone(dt.timezone.utc)
        # Runs come in the order of the wall clock, in which only one moved by a gap is out of its place in time.
        if len(found) >= count and run.mark != "gap" and instant > max(found):
            break
        found.setdefault(instant, run)
    return [found[instant] for instant in sorted(found)][:count]


def _later_runs(pattern: SchedulePattern, after: dt.datetime, zone: ZoneInfo, week_starts: Day) -> Iterator[Run]:
    """Yield the runs later than ``after`` (UTC) in the order of the wall clock, as many as the schedule has."""
    now = after.astimezone(zone).replace(tzinfo=None)
    times = day_times(pattern)
    left = pattern.occurrences or None
    for date in run_dates(pattern, now.date(), week_starts):
        if date >= now.date() - _LONGEST_GAP:
            walls = (dt.datetime.combine(date, time) for time in times[:left])
            runs = (_run(wall, zone) for wall in walls if wall >= now - _LONGEST_GAP)
            yield from (run for run in runs if run.at > after)
        if left is not None:
            left -= len(times)
            if left <= 0:
                return


def day_times(pattern: SchedulePattern) -> list[dt.time]:
    """Return the wall-clock times at which a job starts on a day of the schedule, repetitions included."""
    if pattern.at is None:
        return []
    first = _seconds(pattern.at)
    last = _seconds(pattern.repeat_until) if pattern.repeat_until is not None else first
    step = pattern.repeat_every or 0
    starts = range(first, last + 1, step) if step else range(first, first + 1)
    return [dt.time(second // 3600, second // 60 % 60, second % 60) for second in starts]


def run_dates(pattern: SchedulePattern, today: dt.date, week_starts: Day = Day.SUNDAY) -> Iterator[dt.date]:
    """Yield the days of the schedule in order from its start (``today`` if it has none), without those left out."""
    start = pattern.start_date or today
    # Not the last year there is: its end has no instant in zones behind UTC.
    horizon = min(max(start, today).year + HORIZON_YEARS, dt.MAXYEAR - 1)
    last = min(pattern.end_date or dt.date.max, dt.date(horizon, 12, 31))
    for date in _candidates(pattern, start, last, week_starts):
        if date > last:
            return
        if date >= start and not (pattern.exceptions and is_left_out(date, pattern.exceptions)):
            yield date


def is_left_out(date: dt.date, exceptions: Exceptions) -> bool:
    """Tell whether a schedule with these exceptions does not run on ``date``."""
    if date.day in exceptions.days_of_month:
        return True
    return any(date == nth_day(date.year, date.month, week, day) for week, day in exceptions.relative)


@lru_cache(maxsize=1024)
def nth_day(year: int, month: int, week: Week, day: Day) -> dt.date:
    """Return, for example, the last Friday or the second weekend day of a month."""
    dates = [dt.date(year, month, number) for number in range(1, monthrange(year, month)[1] + 1)]
    fitting = [date for date in dates if _is_kind(date, day)]
    return fitting[-1] if week is Week.LAST else fitting[tuple(Week).index(week)]


def _is_kind(date: dt.date, day: Day) -> bool:
    if day is Day.DAY:
        return True
    if day is Day.WEEKDAY:
        return date.weekday() < 5
    if day is Day.WEEKEND_DAY:
        return date.weekday() >= 5
    return date.weekday() == WEEK_DAYS.index(day)


def _candidates(pattern: SchedulePattern, start: dt.date, last: dt.date, week_starts: Day) -> Iterator[dt.date]:
    every = pattern.every or 1
    if pattern.frequency is Frequency.ONCE:
        yield start
    elif pattern.frequency is Frequency.DAILY:
        yield from _steps(start, every, last)
    elif pattern.frequency is Frequency.WEEKLY:
        yield from _weekly(pattern, start, last, week_starts)
    elif pattern.frequency in (Frequency.MONTHLY, Frequency.MONTHLY_RELATIVE):
        for number in range(start.year * 12 + start.month - 1, last.year * 12 + last.month, every):
            yield _in_month(pattern, number // 12, number % 12 + 1)
    else:
        for year in range(start.year, last.year + 1):
            yield _in_month(pattern, year, pattern.month or 1)


def _steps(first: dt.date, days: int, last: dt.date) -> Iterator[dt.date]:
    for ordinal in range(first.toordinal(), last.toordinal() + 1, days):
        yield dt.date.fromordinal(ordinal)


def _weekly(pattern: SchedulePattern, start: dt.date, last: dt.date, week_starts: Day) -> Iterator[dt.date]:
    first_weekday = WEEK_DAYS.index(week_starts)
    offsets = sorted((WEEK_DAYS.index(day) - first_weekday) % 7 for day in pattern.days or ())
    # Ordinals, because the week of an early start may begin before the first date there is.
    begin = start.toordinal() - (start.weekday() - first_weekday) % 7
    for week in range(begin, last.toordinal() + 1, 7 * (pattern.every or 1)):
        for offset in offsets:
            if start.toordinal() <= week + offset <= last.toordinal():
                yield dt.date.fromordinal(week + offset)


def _in_month(pattern: SchedulePattern, year: int, month: int) -> dt.date:
    if pattern.week is not None and pattern.day is not None:
        return nth_day(year, month, pattern.week, pattern.day)
    return dt.date(year, month, min(pattern.day_of_month or 1, monthrange(year, month)[1]))


def _run(wall: dt.datetime, zone: ZoneInfo) -> Run:
    local = wall.replace(tzinfo=zone)
    # Through UTC and back, a time that does not exist comes out later by the length of the gap.
    real = local.astimezone(dt.timezone.utc).astimezone(zone)
    if real.replace(tzinfo=None) != wall:
        return Run(real, "gap")
    return Run(local, "fold" if local.utcoffset() != local.replace(fold=1).utcoffset() else None)


def _seconds(time: dt.time) -> int:
    return time.hour * 3600 + time.minute * 60 + time.second
