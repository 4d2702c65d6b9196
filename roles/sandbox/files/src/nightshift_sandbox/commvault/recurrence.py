# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a schedule runs: the sandbox's own calculation (specification sections 5.3 and 5.4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any

from dateutil import rrule
from dateutil.tz import resolve_imaginary

from nightshift_sandbox.commvault import enums, zones
from nightshift_sandbox.commvault.patterns import every, month_day, weekdays

Json = dict[str, Any]
#: After so many skipped days in a row a schedule is taken for one that never runs.
SKIP_LIMIT = 1000
_WEEK = (rrule.SU, rrule.MO, rrule.TU, rrule.WE, rrule.TH, rrule.FR, rrule.SA)
_RELATIVE: dict[int, tuple[rrule.weekday, ...]] = {
    **{index + 1: (day,) for index, day in enumerate(_WEEK)},
    8: _WEEK,
    9: _WEEK[1:6],
    10: (_WEEK[6], _WEEK[0]),
}


def runs(pattern: Json, options: Json | None = None) -> Iterator[float]:
    """Unix times at which a stored pattern runs, in order, from its first day on; skipped days are left out."""
    kind = pattern["freq_type"]
    start = datetime.fromtimestamp(pattern["active_start_date"], UTC).replace(tzinfo=None)
    start += timedelta(seconds=pattern["active_start_time"])
    if kind in (enums.AUTOMATIC, enums.CONTINUOUS):
        return _steady(start, _step(kind, pattern, options or {}))
    limit = pattern.get("active_end_occurence") or None
    return islice(_zoned(pattern, _days(pattern, start)), limit)


def next_run(pattern: Json, after: float, options: Json | None = None) -> float | None:
    """The first run after a moment (Unix seconds), or None when there is none."""
    kind = pattern["freq_type"]
    if kind in (enums.AUTOMATIC, enums.CONTINUOUS):
        first, step = next(runs(pattern, options)), _step(kind, pattern, options or {})
        return first if first > after else first + step * (int((after - first) // step) + 1)
    return next((run for run in runs(pattern, options) if run > after), None)


def _step(kind: int, pattern: Json, options: Json) -> int:
    """Seconds between runs: a continuous schedule's interval, an automatic one's maximum (72 hours unless set)."""
    if kind == enums.CONTINUOUS:
        return int(pattern["freq_interval"]) * 60
    automatic = options.get("commonOpts", {}).get("automaticSchedulePattern", {})
    hours, minutes = automatic.get("maxBackupInterval", 72), automatic.get("maxBackupIntervalMinutes", 0)
    return max(60, int(hours) * 3600 + int(minutes) * 60)


def _steady(start: datetime, step: int) -> Iterator[float]:
    moment = start.replace(tzinfo=UTC).timestamp()
    while True:
        yield moment
        moment += step


def _days(pattern: Json, start: datetime) -> Iterable[datetime]:
    """Wall-clock starts of the days on which the schedule runs, exceptions included."""
    kind, factor = pattern["freq_type"], int(pattern.get("freq_recurrence_factor") or 1)
    if kind == enums.ONE_TIME:
        return [start]
    if kind == enums.DAILY:
        return rrule.rrule(rrule.DAILY, dtstart=start, interval=every(pattern))
    if kind == enums.WEEKLY:
        days = [_WEEK[index] for index in weekdays(pattern)]
        return rrule.rrule(rrule.WEEKLY, dtstart=start, interval=factor, byweekday=days, wkst=rrule.SU)
    if kind == enums.MONTHLY:
        # A month without that day runs on its last one: the last of 28..31 that exists.
        return rrule.rrule(rrule.MONTHLY, dtstart=start, interval=factor, **_last_of(month_day(pattern)))
    if kind == enums.YEARLY:
        return rrule.rrule(rrule.YEARLY, dtstart=start, bymonth=factor, **_last_of(month_day(pattern)))
    ordinal = pattern["freq_relative_interval"]
    chosen: Json = {"byweekday": _RELATIVE[pattern["freq_interval"]], "bysetpos": -1 if ordinal == 5 else ordinal}
    if kind == enums.MONTHLY_RELATIVE:
        return rrule.rrule(rrule.MONTHLY, dtstart=start, interval=factor, **chosen)
    return rrule.rrule(rrule.YEARLY, dtstart=start, bymonth=factor, **chosen)


def _last_of(day: int) -> Json:
    return {"bymonthday": range(28, day + 1) if day > 28 else day, "bysetpos": -1}


def _zoned(pattern: Json, days: Iterable[datetime]) -> Iterator[float]:
    """Wall-clock times to Unix times: a time that a daylight-saving gap swallows runs after the gap."""
    last = pattern.get("active_end_date", 0)
    end = datetime.fromtimestamp(last, UTC).date() if last else date.max
    zone = zones.tz(pattern.get("timeZone"))
    skipped = 0
    for moment in days:
        if moment.date() > end or skipped > SKIP_LIMIT:
            return
        skipped += 1
        if not _skipped(pattern, moment.date()):
            skipped = 0
            for wall in _within(pattern, moment):
                yield resolve_imaginary(wall.replace(tzinfo=zone)).timestamp()


def _within(pattern: Json, first: datetime) -> Iterator[datetime]:
    """The first start of a day and its repetitions."""
    yield first
    step = pattern.get("freq_subday_interval", 0)
    stop = datetime.combine(first.date(), time()) + timedelta(seconds=pattern.get("active_end_time", 0))
    while step and (first := first + timedelta(seconds=step)) <= stop:
        yield first


def _skipped(pattern: Json, day: date) -> bool:
    return any(_excludes(item, day) for item in pattern.get("repeatPattern", []) if item.get("exception"))


def _excludes(item: Json, day: date) -> bool:
    if item.get("onDayNumber", 0) & (1 << (day.day - 1)):
        return True
    bits, occurrence = item.get("onDay", 0), item.get("occurrence", 0)
    kinds = [code for code in range(1, 11) if bits & (1 << (code - 1))]
    for code in kinds:
        matching = [rrule_day.date() for rrule_day in _month_days(day, _RELATIVE[code])]
        for index in range(5):
            position = -1 if index == 4 else index
            if occurrence & (1 << index) and -len(matching) <= position < len(matching) and matching[position] == day:
                return True
    return False


def _month_days(day: date, which: tuple[rrule.weekday, ...]) -> list[datetime]:
    first = datetime.combine(day.replace(day=1), time())
    return list(
        rrule.rrule(rrule.DAILY, dtstart=first, until=first + timedelta(days=31), byweekday=which, bymonth=day.month)
    )
