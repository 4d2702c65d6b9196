# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a schedule runs: one canonical form that users' options and servers' answers are both brought to.

Two patterns mean the same exactly when their canonical forms, without defaults, are equal. ``None`` always stands
for "not given".
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from enum import Enum
from typing import Any


class PatternError(ValueError):
    """A pattern that cannot be honoured.

    ``option`` is the key in question (``pattern.at``), ``message`` one sentence that names it, says what was given
    and what is allowed.
    """

    def __init__(self, option: str, message: str) -> None:
        super().__init__(message)
        self.option = option
        self.message = message


class Frequency(str, Enum):
    """How a schedule repeats. ``OTHER`` is a kind that only the server knows, described by ``native``."""

    ONCE = "once"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    MONTHLY_RELATIVE = "monthly_relative"
    YEARLY = "yearly"
    YEARLY_RELATIVE = "yearly_relative"
    AUTOMATIC = "automatic"
    CONTINUOUS = "continuous"
    OTHER = "other"


class Week(str, Enum):
    """Which one of a kind of day within a month."""

    FIRST = "first"
    SECOND = "second"
    THIRD = "third"
    FOURTH = "fourth"
    LAST = "last"


class Day(str, Enum):
    """A day of the week, or a kind of day: any, Monday to Friday, Saturday and Sunday."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"
    DAY = "day"
    WEEKDAY = "weekday"
    WEEKEND_DAY = "weekend_day"


# In the order of ``datetime.date.weekday``.
WEEK_DAYS: tuple[Day, ...] = tuple(Day)[:7]

# An end date that says "none": what a play gives to take an existing end away. ``None`` would leave it untouched.
NEVER = dt.date.max


@dataclass(frozen=True)
class Exceptions:
    """Days on which a schedule does not run: days of the month, and "last Friday" in the form (week, day).

    Both are sorted and free of duplicates; made by :func:`make_exceptions`.
    """

    days_of_month: tuple[int, ...] = ()
    relative: tuple[tuple[Week, Day], ...] = ()

    def __bool__(self) -> bool:
        """Tell whether any day is left out."""
        return bool(self.days_of_month or self.relative)


def make_exceptions(days_of_month: set[int], relative: set[tuple[Week, Day]]) -> Exceptions:
    """Return the canonical form of two sets of days."""
    weeks, kinds = list(Week), list(Day)
    order = sorted(relative, key=lambda pair: (weeks.index(pair[0]), kinds.index(pair[1])))
    return Exceptions(tuple(sorted(days_of_month)), tuple(order))


@dataclass(frozen=True)
class SchedulePattern:
    """When a schedule runs. Dates and times are wall-clock values in the schedule's own time zone.

    ``every`` counts days, weeks or months; for ``continuous`` it is the pause between jobs in seconds.
    ``days`` is in the order Monday to Sunday. ``occurrences`` 0 is "without end", ``repeat_every`` (seconds) 0 is
    "once a day". ``automatic`` holds the platform's settings in the form its reader returned. ``native`` holds
    fields of the server, in its own words, that this model has no name for.
    """

    frequency: Frequency
    every: int | None = None
    at: dt.time | None = None
    days: tuple[Day, ...] | None = None
    day_of_month: int | None = None
    month: int | None = None
    week: Week | None = None
    day: Day | None = None
    start_date: dt.date | None = None
    end_date: dt.date | None = None
    occurrences: int | None = None
    repeat_every: int | None = None
    repeat_until: dt.time | None = None
    timezone: str | None = None
    timezone_id: int | None = None
    calendar: str | None = None
    calendar_id: int | None = None
    automatic: Mapping[str, Any] | None = None
    exceptions: Exceptions | None = None
    description: str | None = None
    native: Mapping[str, Any] | None = None

    def given(self) -> dict[str, Any]:
        """Return the keys that are set, in the order of the fields, with their canonical values."""
        values = ((field.name, getattr(self, field.name)) for field in fields(self))
        return {name: value for name, value in values if value is not None}


KEYS: tuple[str, ...] = tuple(field.name for field in fields(SchedulePattern))

_ALWAYS = frozenset({"frequency", "timezone", "timezone_id", "description", "native"})
_CALENDAR = _ALWAYS | {
    "at", "start_date", "end_date", "occurrences", "repeat_every", "repeat_until", "calendar", "calendar_id",
    "exceptions",
}  # fmt: skip

# Which keys mean something to a frequency. Another one is refused, because it would silently do nothing.
USED_BY: Mapping[Frequency, frozenset[str]] = {
    Frequency.ONCE: _ALWAYS | {"at", "start_date"},
    Frequency.DAILY: _CALENDAR | {"every"},
    Frequency.WEEKLY: _CALENDAR | {"every", "days"},
    Frequency.MONTHLY: _CALENDAR | {"every", "day_of_month"},
    Frequency.MONTHLY_RELATIVE: _CALENDAR | {"every", "week", "day"},
    Frequency.YEARLY: _CALENDAR | {"month", "day_of_month"},
    Frequency.YEARLY_RELATIVE: _CALENDAR | {"month", "week", "day"},
    Frequency.AUTOMATIC: _ALWAYS | {"automatic"},
    Frequency.CONTINUOUS: _ALWAYS | {"every", "at", "start_date", "end_date"},
    Frequency.OTHER: _CALENDAR,
}

# What a frequency cannot do without. A time of day is among it: servers differ in what they take for a missing one.
NEEDED_BY: Mapping[Frequency, tuple[str, ...]] = {
    Frequency.ONCE: ("start_date", "at"),
    Frequency.DAILY: ("at",),
    Frequency.WEEKLY: ("days", "at"),
    Frequency.MONTHLY: ("day_of_month", "at"),
    Frequency.MONTHLY_RELATIVE: ("week", "day", "at"),
    Frequency.YEARLY: ("month", "day_of_month", "at"),
    Frequency.YEARLY_RELATIVE: ("month", "week", "day", "at"),
    Frequency.AUTOMATIC: (),
    Frequency.CONTINUOUS: ("every",),
    Frequency.OTHER: ("native",),
}

# Values that say no more than leaving the key out. Those of a platform are added by the platform.
DEFAULTS: Mapping[str, Any] = {
    "end_date": NEVER,
    "occurrences": 0,
    "repeat_every": 0,
    "exceptions": Exceptions(),
    "native": {},
    "automatic": {},
}
COUNTED = frozenset({Frequency.DAILY, Frequency.WEEKLY, Frequency.MONTHLY, Frequency.MONTHLY_RELATIVE})


def default_of(frequency: Frequency, key: str) -> Any:
    """Return what a schedule of ``frequency`` does when ``key`` is not set, ``None`` where nothing can be said."""
    if key == "every":
        return 1 if frequency in COUNTED else None
    return DEFAULTS.get(key)


def without_defaults(pattern: SchedulePattern) -> SchedulePattern:
    """Return the pattern with every key unset whose value is the default."""
    redundant: dict[str, Any] = {
        key: None
        for key, value in pattern.given().items()
        if key != "frequency" and value == default_of(pattern.frequency, key)
    }
    return replace(pattern, **redundant)


def check_consistency(pattern: SchedulePattern, prefix: str = "pattern") -> None:
    """Raise ``PatternError`` where the values of a pattern contradict one another."""
    until, every = pattern.repeat_until, pattern.repeat_every
    if every and until is None:
        raise PatternError(
            f"{prefix}.repeat_until",
            f"{prefix}.repeat_every needs {prefix}.repeat_until, the time of day at which repeating stops, "
            'for example "23:00".',
        )
    if until is not None and not every:
        raise PatternError(
            f"{prefix}.repeat_every",
            f"{prefix}.repeat_until is {_clock(until)}, but {prefix}.repeat_every does not say how often to repeat, "
            "for example 4h.",
        )
    if until is not None and pattern.at is not None and until < pattern.at:
        raise PatternError(
            f"{prefix}.repeat_until",
            f"{prefix}.repeat_until ({_clock(until)}) is before {prefix}.at ({_clock(pattern.at)}); repetition ends "
            "on the day it began, so give a time from then to 23:59:59.",
        )
    start, end = pattern.start_date, pattern.end_date
    if start is not None and end is not None and end < start:
        raise PatternError(
            f"{prefix}.end_date",
            f"{prefix}.end_date ({end.isoformat()}) is before {prefix}.start_date ({start.isoformat()}), so the "
            "schedule would never run; give a date on or after the start.",
        )


def missing_keys(pattern: SchedulePattern) -> tuple[str, ...]:
    """Return the keys that the frequency needs and the pattern lacks."""
    return tuple(key for key in NEEDED_BY[pattern.frequency] if not getattr(pattern, key))


def _clock(time: dt.time) -> str:
    return time.isoformat("auto" if time.second else "minutes")
