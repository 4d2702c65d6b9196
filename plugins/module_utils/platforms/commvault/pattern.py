# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write schedule patterns as Commvault takes them.

Source: the ``pattern`` parameters of the page "REST API - POST Create Task (Backup)" (XML), and the requests of the
vendor's own SDK. JSON carries integers (dates as Unix seconds of that day in UTC, times as seconds after midnight),
XML carries text, as the page's sample does. Reading is in ``pattern_reader.py``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Literal

from ...model.description import describe
from ...model.pattern import (
    COUNTED,
    NEVER,
    Day,
    Exceptions,
    Frequency,
    PatternError,
    SchedulePattern,
    Week,
    missing_keys,
)
from .enums import Member
from .pattern_fields import (
    DAY_NAMES,
    EXCEPTION_DAY_BITS,
    EXCEPTION_WEEK_BITS,
    FREQ_TYPE,
    ORDINAL_CODES,
    RELATIVE_CODES,
    SUNDAY_FIRST,
    WEEKLY_BITS,
)
from .timezones import wire_name

Spelling = Literal["number", "name"]

_RELATIVE = frozenset({Frequency.MONTHLY_RELATIVE, Frequency.YEARLY_RELATIVE})
_REPEATING = COUNTED | {Frequency.YEARLY, Frequency.YEARLY_RELATIVE}
_DESCRIBED = _REPEATING | {Frequency.ONCE, Frequency.CONTINUOUS}
# The page documents no name for a continuous schedule.
_NAMELESS = frozenset({"CONTINUOUS"})
# Its Unix time is 0, which on the wire says that there is no date.
_NO_DATE = dt.date(1970, 1, 1)
# Where the page's sample spells a key in another way than everything else does.
_XML_NAMES = {"TimeZoneID": "TimeZoneId"}


def encode(pattern: SchedulePattern, *, enums: Spelling = "number", olson: bool = False) -> dict[str, Any]:
    """Return the ``pattern`` object of a JSON request.

    ``enums`` spells the frequency as a number or by its name. ``olson`` sends IANA time zones as they are, which a
    CommServe on Linux wants, instead of the Windows display name. Raises ``PatternError`` for what has no encoding.
    """
    tree = _tree(pattern, olson)
    return {key: _json_value(value, enums) for key, value in tree.items()}


def encode_xml(pattern: SchedulePattern, *, olson: bool = False) -> dict[str, Any]:
    """Return the ``pattern`` element of an XML request as a tree: dates, times and names are text."""
    tree = _tree(pattern, olson)
    days = tree.get("daysToRun")
    if days is not None:
        tree["daysToRun"] = {name: True for name, runs in days.items() if runs}
    elif pattern.frequency is Frequency.MONTHLY:
        tree["daysToRun"] = {"onDayNumber": pattern.day_of_month}
    elif pattern.frequency is Frequency.MONTHLY_RELATIVE and pattern.day and pattern.week:
        tree["daysToRun"] = {"day": DAY_NAMES[pattern.day], "week": pattern.week.value}
    return {key: _xml_value(value) for key, value in tree.items()}


def _tree(pattern: SchedulePattern, olson: bool) -> dict[str, Any]:
    """Return the request with dates, times and enumeration members still in their own types."""
    missing = missing_keys(pattern)
    if missing:
        raise PatternError(
            f"pattern.{missing[0]}", f"pattern.{missing[0]} is missing; a {pattern.frequency.value} schedule needs it."
        )
    tree: dict[str, Any] = {}
    if pattern.frequency is not Frequency.OTHER:
        tree["freq_type"] = FREQ_TYPE.by_option(pattern.frequency.value)
    if pattern.frequency in _INTERVALS:
        interval, factor = _INTERVALS[pattern.frequency](pattern)
        ordinal = ORDINAL_CODES[pattern.week] if pattern.frequency in _RELATIVE and pattern.week else 0
        tree.update(freq_interval=interval, freq_recurrence_factor=factor, freq_relative_interval=ordinal)
    _add_times(tree, pattern)
    if pattern.description is not None or pattern.frequency in _DESCRIBED:
        tree["description"] = describe(pattern) if pattern.description is None else pattern.description
    if pattern.frequency is Frequency.WEEKLY:
        tree["daysToRun"] = {DAY_NAMES[day]: day in (pattern.days or ()) for day in SUNDAY_FIRST}
    if pattern.exceptions:
        tree["repeatPattern"] = exception_entries(pattern.exceptions)
    zone = None if pattern.timezone is None else wire_name(pattern.timezone, olson=olson)
    _add_named(tree, "timeZone", {"TimeZoneID": pattern.timezone_id, "TimeZoneName": zone})
    _add_named(tree, "calendar", {"calendarId": pattern.calendar_id, "calendarName": pattern.calendar})
    return _with_native(tree, pattern)


def _continuous(pattern: SchedulePattern) -> tuple[int, int]:
    minutes, rest = divmod(pattern.every or 0, 60)
    if rest or not minutes:
        raise PatternError(
            "pattern.every",
            f"pattern.every is {pattern.every}s; a continuous schedule takes whole minutes, such as 45m.",
        )
    return minutes, 0


def _daily(pattern: SchedulePattern) -> tuple[int, int]:
    # The page puts the number of days into the interval, the SDK into the factor. Servers are seen to store the
    # interval; with the number in both, each kind of reader finds it.
    return pattern.every or 1, pattern.every or 1


# ``freq_interval`` and ``freq_recurrence_factor`` by frequency.
_INTERVALS: Mapping[Frequency, Callable[[SchedulePattern], tuple[int, int]]] = {
    Frequency.ONCE: lambda _unused: (0, 0),
    Frequency.DAILY: _daily,
    Frequency.WEEKLY: lambda pattern: (sum(WEEKLY_BITS[day] for day in pattern.days or ()), pattern.every or 1),
    Frequency.MONTHLY: lambda pattern: (pattern.day_of_month or 1, pattern.every or 1),
    Frequency.MONTHLY_RELATIVE: lambda pattern: (RELATIVE_CODES[pattern.day or Day.DAY], pattern.every or 1),
    Frequency.YEARLY: lambda pattern: (pattern.day_of_month or 1, pattern.month or 1),
    Frequency.YEARLY_RELATIVE: lambda pattern: (RELATIVE_CODES[pattern.day or Day.DAY], pattern.month or 1),
    Frequency.CONTINUOUS: _continuous,
}


def _add_times(tree: dict[str, Any], pattern: SchedulePattern) -> None:
    for key, date in (("start_date", pattern.start_date), ("end_date", pattern.end_date)):
        if date is not None and date <= _NO_DATE:
            raise PatternError(f"pattern.{key}", f"pattern.{key} is {date}; allowed are dates from 1970-01-02 on.")
    if pattern.start_date is not None:
        tree["active_start_date"] = pattern.start_date
    if pattern.at is not None:
        tree["active_start_time"] = pattern.at
    if pattern.end_date is not None:
        tree["active_end_date"] = 0 if pattern.end_date == NEVER else pattern.end_date
    always = pattern.frequency in _REPEATING
    if always or pattern.occurrences is not None:
        tree["active_end_occurence"] = pattern.occurrences or 0
    if always or pattern.repeat_every is not None:
        tree["active_end_time"] = pattern.repeat_until or dt.time()
        tree["freq_subday_interval"] = pattern.repeat_every or 0


def exception_entries(exceptions: Exceptions) -> list[dict[str, Any]]:
    """Return the entries of ``repeatPattern`` that leave these days out."""
    entries: list[dict[str, Any]] = []
    if exceptions.days_of_month:
        entries.append(_exception(number=sum(1 << (day - 1) for day in exceptions.days_of_month)))
    return entries + [_exception(week, day) for week, day in exceptions.relative]


def _exception(week: Week | None = None, day: Day | None = None, number: int = 0) -> dict[str, Any]:
    return {
        "exception": True,
        "occurrence": EXCEPTION_WEEK_BITS[week] if week else 0,
        "onDay": EXCEPTION_DAY_BITS[day] if day else 0,
        "onDayNumber": number,
    }


def _add_named(tree: dict[str, Any], key: str, parts: Mapping[str, Any]) -> None:
    given = {name: value for name, value in parts.items() if value is not None}
    if given:
        tree[key] = given


def _with_native(tree: dict[str, Any], pattern: SchedulePattern) -> dict[str, Any]:
    native = pattern.native or {}
    if "freq_type" in native and pattern.frequency is not Frequency.OTHER:
        raise PatternError(
            "pattern.native",
            f"pattern.native holds freq_type, but pattern.frequency is {pattern.frequency.value}; "
            "give either freq_type with frequency other, or the frequency alone.",
        )
    for key, value in native.items():
        here = tree.get(key)
        if isinstance(here, dict) and isinstance(value, Mapping):
            tree[key] = {**here, **value}
        elif isinstance(here, list) and isinstance(value, list):
            tree[key] = [*here, *value]
        else:
            tree[key] = value
    return tree


def _json_value(value: Any, enums: Spelling) -> Any:
    if isinstance(value, Member):
        return FREQ_TYPE.spell(value, "number" if value.name in _NAMELESS else enums, "json")
    if isinstance(value, dt.date):
        return int(dt.datetime(value.year, value.month, value.day, tzinfo=dt.timezone.utc).timestamp())
    if isinstance(value, dt.time):
        return value.hour * 3600 + value.minute * 60 + value.second
    return value


def _xml_value(value: Any) -> Any:
    if isinstance(value, Member):
        return value.number if value.name in _NAMELESS else value.name.lower()
    if isinstance(value, dt.date):
        return f"{value.isoformat()} 00:00:00"
    if isinstance(value, dt.time):
        return value.isoformat()
    if isinstance(value, dict):
        return {_XML_NAMES.get(key, key): part for key, part in value.items()}
    return value
