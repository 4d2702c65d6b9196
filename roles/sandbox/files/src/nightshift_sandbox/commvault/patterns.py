# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Schedule patterns: what is refused, what the server fills in, and its prose (specification sections 5.2 to 5.5)."""

from __future__ import annotations

import calendar
from datetime import UTC, datetime
from typing import Any

from nightshift_sandbox.commvault import enums, zones
from nightshift_sandbox.commvault.errors import Refusal

Json = dict[str, Any]
DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
RELATIVE = (*DAYS, "day", "weekday", "weekend day")
ORDINALS = ("first", "second", "third", "fourth", "last")
DAY_SECONDS = 86400
_RUNNABLE = {
    enums.ONE_TIME, enums.DAILY, enums.WEEKLY, enums.MONTHLY, enums.MONTHLY_RELATIVE, enums.YEARLY,
    enums.YEARLY_RELATIVE, enums.AUTOMATIC, enums.CONTINUOUS,
}  # fmt: skip


def every(pattern: Json) -> int:
    """N of "every N days": the interval, else the factor (the SDK's form), else 1."""
    return int(pattern.get("freq_interval") or pattern.get("freq_recurrence_factor") or 1)


def weekdays(pattern: Json) -> list[int]:
    """Days of a weekly pattern, 0 = Sunday: the true ones of daysToRun if there are any, else the interval's bits."""
    named = [index for index, name in enumerate(DAYS) if pattern.get("daysToRun", {}).get(name)]
    bits = int(pattern.get("freq_interval") or 0)
    return named or [index for index in range(7) if bits & (1 << index)]


def month_day(pattern: Json) -> int:
    """Day of the month of a monthly or yearly pattern."""
    return int(pattern.get("freq_interval") or pattern.get("daysToRun", {}).get("onDayNumber") or 0)


def _nonsense(message: str) -> Refusal:
    return Refusal(200, 587207180, f"Invalid schedule pattern: {message}")


def check_pattern(pattern: Json, options: Json) -> None:
    """Refuse a pattern that can never run or that says nothing.

    :raises Refusal: with the reason
    """
    kind = pattern.get("freq_type")
    if kind not in _RUNNABLE:
        raise _nonsense("freq_type is missing or cannot be scheduled.")
    problem = _frequency_problem(kind, pattern) or _window_problem(pattern) or _reference_problem(pattern)
    if not problem and kind == enums.AUTOMATIC and "automaticSchedulePattern" not in options.get("commonOpts", {}):
        problem = "an automatic schedule needs automaticSchedulePattern."
    if problem:
        raise _nonsense(problem)


def _frequency_problem(kind: int, pattern: Json) -> str:
    interval = int(pattern.get("freq_interval") or 0)
    factor = int(pattern.get("freq_recurrence_factor") or 0)
    if interval < 0 or factor < 0:
        return "an interval is negative."
    if kind == enums.WEEKLY and (not weekdays(pattern) or interval > 127):
        return "a weekly schedule needs days of the week."
    if kind in (enums.MONTHLY, enums.YEARLY) and not 1 <= month_day(pattern) <= 31:
        return "the day of the month is not between 1 and 31."
    ordinal = int(pattern.get("freq_relative_interval") or 0)
    relative = kind in (enums.MONTHLY_RELATIVE, enums.YEARLY_RELATIVE)
    if relative and not (1 <= interval <= 10 and 1 <= ordinal <= 5):
        return "a relative schedule needs a day from 1 to 10 and an ordinal from 1 to 5."
    if kind in (enums.YEARLY, enums.YEARLY_RELATIVE) and not 1 <= factor <= 12:
        return "the month is not between 1 and 12."
    if kind == enums.CONTINUOUS and interval < 1:
        return "a continuous schedule needs the minutes between its jobs."
    return ""


def _window_problem(pattern: Json) -> str:
    start, end = pattern.get("active_start_time", 0), pattern.get("active_end_time", 0)
    if not 0 <= start < DAY_SECONDS or not 0 <= end < DAY_SECONDS:
        return "a time is not within the day."
    repeat = pattern.get("freq_subday_interval", 0)
    if repeat < 0 or (repeat and end <= start):
        return "the repetition within the day ends before it begins."
    if pattern.get("active_end_occurence", 0) < 0:
        return "the number of occurrences is negative."
    first, last = pattern.get("active_start_date", 0), pattern.get("active_end_date", 0)
    if first % DAY_SECONDS or last % DAY_SECONDS:
        return "a date is not the beginning of a day (UTC)."
    if last and last < first:
        return "the end date is before the start date."
    return ""


def _reference_problem(pattern: Json) -> str:
    if zones.zone(pattern.get("timeZone")) is None:
        return f"unknown time zone {pattern.get('timeZone')}."
    chosen = pattern.get("calendar", {})
    names = {name.lower() for name in zones.CALENDARS.values()}
    if chosen.get("calendarId") and chosen["calendarId"] not in zones.CALENDARS:
        return f"unknown calendar [{chosen['calendarId']}]."
    if not chosen.get("calendarId") and chosen.get("calendarName") and chosen["calendarName"].lower() not in names:
        return f"unknown calendar [{chosen['calendarName']}]."
    for item in pattern.get("repeatPattern", []):
        if item.get("exception") and not (item.get("onDayNumber") or (item.get("occurrence") and item.get("onDay"))):
            return "an exception names no day."
    return ""


def filled(pattern: Json, pattern_id: int, today: int) -> Json:
    """The pattern as the server stores it: integers as received, what was left out filled in (section 5.8)."""
    number, name = (zones.zone(pattern.get("timeZone")) or (0, ""))[:2]
    calendar_id = pattern.get("calendar", {}).get("calendarId") or next(
        (key for key, value in zones.CALENDARS.items()
         if value.lower() == str(pattern.get("calendar", {}).get("calendarName", "")).lower()), 1
    )  # fmt: skip
    zeros = dict.fromkeys(
        ("freq_interval", "freq_recurrence_factor", "freq_relative_interval", "freq_subday_interval",
         "freq_restart_interval", "active_end_date", "active_end_occurence", "active_start_time", "skipOccurence",
         "skipDayNumber", "flags"), 0
    )  # fmt: skip
    result: Json = {"name": "", "active_end_time": 86340, **zeros, **pattern, "patternId": pattern_id}
    if not pattern.get("active_start_date"):
        result["active_start_date"] = today
    result["calendar"] = {"calendarId": calendar_id, "calendarName": zones.CALENDARS[calendar_id]}
    result["timeZone"] = {"TimeZoneID": number, "TimeZoneName": name}
    if pattern["freq_type"] == enums.WEEKLY:
        true = weekdays(pattern)
        result["daysToRun"] = {"week": 0, "day": 0, **{day: index in true for index, day in enumerate(DAYS)}}
    result["repeatPattern"] = [
        {"exception": False, "onDayNumber": 0, "onDay": 0, "occurrence": 0, "repeatOn": 0, "description": "", **item}
        for item in pattern.get("repeatPattern", [])
    ]
    result["description"] = describe(result)
    return result


def describe(pattern: Json) -> str:
    """The server's own prose, such as "Every 3 days at 9:00 PM starting May 2, 2016"."""
    factor = int(pattern.get("freq_recurrence_factor") or 1)
    clock = _clock(pattern.get("active_start_time", 0))
    since = datetime.fromtimestamp(pattern.get("active_start_date", 0), UTC)
    starting = f"starting {calendar.month_name[since.month]} {since.day}, {since.year}"
    kind = pattern["freq_type"]
    if kind == enums.ONE_TIME:
        return f"One time on {calendar.month_name[since.month]} {since.day}, {since.year} at {clock}"
    if kind == enums.AUTOMATIC:
        return "Automatic schedule"
    if kind == enums.CONTINUOUS:
        return f"Every {pattern['freq_interval']} minutes after the job completes"
    text = f"{_period(kind, pattern, factor)} at {clock} {starting}"
    if pattern.get("freq_subday_interval"):
        hours, minutes = divmod(pattern["freq_subday_interval"] // 60, 60)
        text += f" and repeats every {hours} hr(s) {minutes} min(s) until {_clock(pattern['active_end_time'])}"
    return text


def _period(kind: int, pattern: Json, factor: int) -> str:
    if kind == enums.DAILY:
        return "Every day" if every(pattern) == 1 else f"Every {every(pattern)} days"
    if kind == enums.WEEKLY:
        names = ",".join(DAYS[index] for index in weekdays(pattern))
        return f"Every {'week' if factor == 1 else f'{factor} weeks'} on {names}"
    if kind == enums.MONTHLY:
        return f"On day {month_day(pattern)} of every {'month' if factor == 1 else f'{factor} months'}"
    if kind == enums.YEARLY:
        return f"Every year on day {month_day(pattern)} of {calendar.month_name[factor]}"
    which = f"{ORDINALS[pattern['freq_relative_interval'] - 1]} {RELATIVE[pattern['freq_interval'] - 1]}"
    if kind == enums.MONTHLY_RELATIVE:
        return f"On the {which} of every {'month' if factor == 1 else f'{factor} months'}"
    return f"On the {which} of {calendar.month_name[factor]} of every year"


def _clock(seconds: int) -> str:
    hour, minute = divmod(seconds // 60, 60)
    return f"{hour % 12 or 12}:{minute:02d} {'AM' if hour < 12 else 'PM'}"
