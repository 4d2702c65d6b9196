# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a schedule runs: as the server keeps it (``Timing``, in UTC) and on the clock of a time zone (``Rhythm``). Pure.

Times of day move to UTC by the offset that the zone has at the moment, and days move with them where they fall on
another date there. The week of a month and the month cannot move with them, so that such a shift has no form.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...model.pattern import WEEK_DAYS, Day, PatternError, Week
from ...model.pattern_values import DAY_SECONDS, MONTHS
from .responses import enum_name

TIME, INTERVAL = "TIME", "INTERVAL"
TIME_KEYS = ("executionType", "hour", "interval", "daysOfWeek", "dayOfWeekOccurrences", "months")
_MS = 1000
_INTERVAL_KEYS = ("startHour", "endHour", "frequency")
_DAYS = tuple(day.name for day in WEEK_DAYS)
_WEEKS = tuple(f"{week.name}_IN_MONTH" for week in Week)
_MONTHS = tuple(month.upper() for month in MONTHS)


@dataclass(frozen=True)
class Timing:
    """When a schedule runs, in the server's words and in UTC. Lists are in the order of the calendar.

    What the way of execution does not use is ``None``, and an empty list is the same as none.
    """

    execution: str
    hour: Any
    interval: Mapping[str, Any] | None
    days: tuple[str, ...]
    weeks: tuple[str, ...]
    months: tuple[str, ...]

    def wire(self) -> dict[str, Any]:
        """Return the fields of the request."""
        return {
            "executionType": {"name": self.execution},
            "hour": self.hour,
            "interval": dict(self.interval) if self.interval is not None else None,
            "daysOfWeek": [{"name": name} for name in self.days],
            "dayOfWeekOccurrences": [{"name": name} for name in self.weeks],
            "months": [{"name": name} for name in self.months],
        }

    def native(self) -> dict[str, Any]:
        """Return the fields in the server's words, without what is not set."""
        said = {
            "executionType": self.execution,
            "hour": self.hour,
            "interval": dict(self.interval) if self.interval is not None else None,
            "daysOfWeek": list(self.days),
            "dayOfWeekOccurrences": list(self.weeks),
            "months": list(self.months),
        }
        return {key: value for key, value in said.items() if value not in (None, [], "")}


@dataclass(frozen=True)
class Rhythm:
    """When a schedule runs on the clock of some zone: seconds after midnight; without ``every`` once a day.

    Empty ``weeks`` and ``months`` mean all.
    """

    days: tuple[Day, ...]
    at: int
    weeks: tuple[Week, ...] = ()
    months: tuple[int, ...] = ()
    every: int | None = None
    until: int | None = None


def read_timing(raw: Mapping[str, Any]) -> Timing:
    """Return the timing of a record."""
    execution = enum_name(raw.get("executionType"))
    interval = raw.get("interval") if execution != TIME else None
    return Timing(
        execution,
        raw.get("hour") if execution != INTERVAL else None,
        dict(interval) if isinstance(interval, Mapping) else None,
        _names(raw.get("daysOfWeek"), _DAYS),
        _names(raw.get("dayOfWeekOccurrences"), _WEEKS),
        _names(raw.get("months"), _MONTHS),
    )


def _names(values: object, order: Sequence[str]) -> tuple[str, ...]:
    found = {enum_name(value) for value in values} - {""} if isinstance(values, (list, tuple)) else set()
    return (*(name for name in order if name in found), *sorted(found.difference(order)))


def localize(timing: Timing, offset: int) -> Rhythm | None:
    """Return the timing on clocks that are ahead of UTC by ``offset`` seconds, ``None`` where it has no form there."""
    times = _seconds(timing)
    known = set(timing.days) <= set(_DAYS) and set(timing.weeks) <= set(_WEEKS) and set(timing.months) <= set(_MONTHS)
    if times is None or not known or not timing.days:
        return None
    start, until, every = times
    shift, at = divmod(start + offset, DAY_SECONDS)
    if until is not None:
        until = until + offset - shift * DAY_SECONDS
        if not at <= until < DAY_SECONDS:
            return None
    if shift and (timing.weeks or timing.months):
        return None
    return Rhythm(
        _moved(tuple(WEEK_DAYS[_DAYS.index(name)] for name in timing.days), shift),
        at,
        tuple(tuple(Week)[_WEEKS.index(name)] for name in timing.weeks),
        tuple(_MONTHS.index(name) + 1 for name in timing.months),
        every,
        until,
    )


def _seconds(timing: Timing) -> tuple[int, int | None, int | None] | None:
    """Return start, end and distance of the runs of a day in seconds, ``None`` where they are of no known kind."""
    if timing.execution == TIME:
        start = _whole(timing.hour)
        return None if start is None or start >= DAY_SECONDS else (start, None, None)
    if timing.execution != INTERVAL or timing.interval is None or set(timing.interval) != set(_INTERVAL_KEYS):
        return None
    first, last, every = (_whole(timing.interval[key]) for key in _INTERVAL_KEYS)
    if first is None or last is None or every is None or not first <= last < DAY_SECONDS or not 0 < every < DAY_SECONDS:
        return None
    return first, last, every


def _whole(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0 or value % _MS:
        return None
    return value // _MS


def _moved(days: Sequence[Day], by: int) -> tuple[Day, ...]:
    places = {(WEEK_DAYS.index(day) + by) % 7 for day in days}
    return tuple(day for place, day in enumerate(WEEK_DAYS) if place in places)


def universal(rhythm: Rhythm, offset: int) -> Timing:
    """Return a rhythm of clocks that are ahead of UTC by ``offset`` seconds as the server keeps it.

    Raises ``PatternError`` where its days or times cannot be moved to UTC.
    """
    shift, start = divmod(rhythm.at - offset, DAY_SECONDS)
    if shift and (rhythm.weeks or rhythm.months):
        what = "The week of a month" if rhythm.weeks else "The month"
        raise PatternError(
            "pattern.at",
            f"pattern.at falls on the day {'after' if shift > 0 else 'before'} in UTC, which is what Storware counts "
            f"in. {what} cannot be moved with it, so give a time that is on the same day in UTC.",
        )
    interval = None
    if rhythm.every is not None and rhythm.until is not None:
        end = rhythm.until - offset - shift * DAY_SECONDS
        if end >= DAY_SECONDS:
            raise PatternError(
                "pattern.repeat_until",
                "pattern.repeat_until falls on another day in UTC than pattern.at, and what Storware makes of such an "
                "interval is not documented. Give times between which there is no midnight in UTC, or two schedules.",
            )
        interval = dict(zip(_INTERVAL_KEYS, (start * _MS, end * _MS, rhythm.every * _MS), strict=True))
    return Timing(
        TIME if interval is None else INTERVAL,
        start * _MS if interval is None else None,
        interval,
        tuple(day.name for day in _moved(rhythm.days, shift)),
        tuple(f"{week.name}_IN_MONTH" for week in Week if week in rhythm.weeks),
        tuple(_MONTHS[month - 1] for month in sorted(rhythm.months)),
    )
