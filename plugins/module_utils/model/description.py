# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sentence that says in English when a schedule runs."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from .durations import in_words
from .pattern import NEVER, Day, Exceptions, Frequency, SchedulePattern
from .pattern_values import MONTHS, write_time

# How the vendor's server begins and goes on when it describes a pattern itself.
_GENERATED = re.compile(
    r"\s*((every|once|on|only once|one time)\b.*\b\d{1,2}:\d{2}(:\d{2})?\s*(am|pm)\b.*"
    r"|every \d+ minutes after the job completes\s*|automatic schedule\s*)",
    re.IGNORECASE | re.DOTALL,
)


def describe(pattern: SchedulePattern) -> str:
    """Return the sentence for ``pattern``, without its own ``description``. Equal patterns have equal sentences.

    Times are on the 24-hour clock and dates in ISO form, so that no reader can take one for another.
    """
    parts = [_RHYTHM[pattern.frequency](pattern)]
    if pattern.at is not None and pattern.frequency is not Frequency.ONCE:
        parts.append(f"at {write_time(pattern.at)}")
    if pattern.start_date is not None and pattern.frequency is not Frequency.ONCE:
        parts.append(f"starting {pattern.start_date.isoformat()}")
    if pattern.repeat_every and pattern.repeat_until is not None:
        parts.append(f"and again every {in_words(pattern.repeat_every)} until {write_time(pattern.repeat_until)}")
    sentence = " ".join(parts)
    if pattern.end_date is not None and pattern.end_date != NEVER:
        sentence += f", until {pattern.end_date.isoformat()}"
    if pattern.occurrences:
        sentence += f", {pattern.occurrences} time{'s' if pattern.occurrences > 1 else ''} in all"
    if pattern.exceptions:
        sentence += f", except {_left_out(pattern.exceptions)}"
    return sentence


def looks_generated(text: str) -> bool:
    """Tell whether ``text`` reads like a sentence that a server makes of a pattern: "Every day at 9:00 PM"."""
    return _GENERATED.fullmatch(text) is not None


def _rhythm(count: int | None, unit: str) -> str:
    return f"Every {unit}" if count in (None, 1) else f"Every {count} {unit}s"


def _once(pattern: SchedulePattern) -> str:
    date = pattern.start_date.isoformat() if pattern.start_date else "a day not set"
    time = f" at {write_time(pattern.at)}" if pattern.at else ""
    return f"Once on {date}{time}"


def _kind(day: Day | None) -> str:
    if day is None:
        return "day"
    names = {Day.DAY: "day", Day.WEEKDAY: "weekday", Day.WEEKEND_DAY: "weekend day"}
    return names.get(day, day.value.capitalize())


def _month(number: int | None) -> str:
    return MONTHS[(number or 1) - 1].capitalize()


def _relative(pattern: SchedulePattern) -> str:
    return f"the {pattern.week.value if pattern.week else 'first'} {_kind(pattern.day)}"


def _weekly(pattern: SchedulePattern) -> str:
    return f"{_rhythm(pattern.every, 'week')} on {_listed([day.value.capitalize() for day in pattern.days or ()])}"


def _continuous(pattern: SchedulePattern) -> str:
    return f"Continuously, {in_words(pattern.every or 0)} after the job before"


_RHYTHM: Mapping[Frequency, Callable[[SchedulePattern], str]] = {
    Frequency.ONCE: _once,
    Frequency.DAILY: lambda pattern: _rhythm(pattern.every, "day"),
    Frequency.WEEKLY: _weekly,
    Frequency.MONTHLY: lambda pattern: f"{_rhythm(pattern.every, 'month')} on day {pattern.day_of_month}",
    Frequency.MONTHLY_RELATIVE: lambda pattern: f"{_rhythm(pattern.every, 'month')} on {_relative(pattern)}",
    Frequency.YEARLY: lambda pattern: f"Every year on {pattern.day_of_month} {_month(pattern.month)}",
    Frequency.YEARLY_RELATIVE: lambda pattern: f"Every year on {_relative(pattern)} of {_month(pattern.month)}",
    Frequency.AUTOMATIC: lambda _unused: "Automatically, when the server's conditions are met",
    Frequency.CONTINUOUS: _continuous,
    Frequency.OTHER: lambda _unused: "In a way that only the server knows",
}


def _left_out(exceptions: Exceptions) -> str:
    parts = [f"the {week.value} {_kind(day)}" for week, day in exceptions.relative]
    if exceptions.days_of_month:
        days = [str(day) for day in exceptions.days_of_month]
        parts.insert(0, f"day{'s' if len(days) > 1 else ''} {_listed(days)}")
    return f"{_listed(parts)} of the month"


def _listed(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)
