# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read schedule patterns in every form that Commvault servers and clients are known to use.

Nothing that a server says is an error here. What has no name in the model stays in ``native``, in the server's own
words, so that it can be shown, fed back and sent again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from ...model.description import describe
from ...model.pattern import (
    USED_BY,
    Day,
    Exceptions,
    Frequency,
    SchedulePattern,
    Week,
    make_exceptions,
    missing_keys,
)
from .automatic import decode_automatic
from .pattern_compare import normal
from .pattern_fields import (
    DAY_NAMES,
    EXCEPTION_DAY_BITS,
    EXCEPTION_WEEK_BITS,
    FREQ_TYPE,
    ORDINAL_CODES,
    PATTERN_CODES,
    RELATIVE_CODES,
    SERVER_OWN,
    SUNDAY_FIRST,
    WEEKLY_BITS,
)
from .wire_values import as_bool, as_date, as_int, as_list, as_mapping, as_name, as_natural, as_seconds, as_time

_UNTIMED = frozenset({Frequency.CONTINUOUS, Frequency.AUTOMATIC, Frequency.OTHER})


def decode(wire: Mapping[str, Any], automatic: Mapping[str, Any] | None = None) -> SchedulePattern:
    """Return what ``wire``, a ``pattern`` in JSON or read from XML, means, without values that are defaults.

    ``automatic`` is the task's ``options.commonOpts.automaticSchedulePattern``, if there is one. A frequency that is
    unknown or lacks what it needs comes back as ``Frequency.OTHER`` with its codes in ``native``.
    """
    frequency = _frequency(wire.get("freq_type"))
    pattern = _read(wire, frequency, automatic)
    if missing_keys(pattern):
        pattern = _read(wire, Frequency.OTHER, None)
    pattern = normal(pattern)
    # Our own sentence is what "no description given" looks like once it was sent.
    if pattern.description is not None and pattern.description == describe(pattern):
        pattern = replace(pattern, description=None)
    return pattern


def _frequency(value: Any) -> Frequency:
    member = FREQ_TYPE.read(value)
    if member is None:
        return Frequency.OTHER
    by_number = next(item for item in FREQ_TYPE.members if item.number == member.number)
    return Frequency(by_number.option)


def _read(wire: Mapping[str, Any], frequency: Frequency, automatic: Mapping[str, Any] | None) -> SchedulePattern:
    native = {key: value for key, value in wire.items() if key not in SERVER_OWN and value is not None}
    values = _times(native, frequency)
    values.update(_names(native))
    values["exceptions"] = _exceptions(native)
    values["description"] = as_name(native.pop("description", None))
    if frequency in _CODE_READERS:
        values.update(_CODE_READERS[frequency](wire))
    if frequency is Frequency.AUTOMATIC and automatic:
        values["automatic"] = decode_automatic(automatic)
    if frequency is not Frequency.OTHER:
        native = {key: value for key, value in native.items() if key not in PATTERN_CODES}
    if not as_int(native.get("freq_restart_interval")):
        native.pop("freq_restart_interval", None)
    values["native"] = native or None
    used = USED_BY[frequency]
    return SchedulePattern(frequency, **{key: value for key, value in values.items() if key in used})


def _times(native: dict[str, Any], frequency: Frequency) -> dict[str, Any]:
    """Take dates and times out of ``native``; what cannot be read, or contradicts the rest, stays there."""
    values: dict[str, Any] = {
        "start_date": _take(native, "active_start_date", as_date),
        "at": _take(native, "active_start_time", as_time),
        "occurrences": _take(native, "active_end_occurence", as_natural),
    }
    # A field that is zero may be missing from an answer, so a missing time is midnight.
    if values["at"] is None and "active_start_time" not in native and frequency not in _UNTIMED:
        values["at"] = dt.time()
    start, end = values["start_date"], as_date(native.get("active_end_date"))
    if start is None or end is None or end >= start:
        values["end_date"] = _take(native, "active_end_date", as_date)
    # Servers store an end time even when nothing repeats.
    every = as_seconds(native.get("freq_subday_interval"))
    if not every:
        native.pop("freq_subday_interval", None)
        native.pop("active_end_time", None)
        return values
    until, at = as_time(native.get("active_end_time")), values["at"]
    if until is not None and at is not None and until >= at and every < 86400:
        values.update(repeat_every=every, repeat_until=until)
        native.pop("freq_subday_interval", None)
        native.pop("active_end_time", None)
    return values


def _take(native: dict[str, Any], key: str, read: Callable[[Any], Any]) -> Any:
    """Return the value of ``key``; take it out of ``native`` if it was understood or says nothing."""
    value = read(native.get(key))
    if value is not None or native.get(key) in (None, 0, "0", ""):
        native.pop(key, None)
    return value


def _names(native: dict[str, Any]) -> dict[str, Any]:
    """Take calendar and time zone out of ``native``; both their names and their IDs come in two spellings."""
    values: dict[str, Any] = {}
    for keys, ids, names, option in (
        (("timeZone", "TimeZone"), ("TimeZoneID", "TimeZoneId"), ("TimeZoneName",), "timezone"),
        (("calendar",), ("calendarId",), ("calendarName",), "calendar"),
    ):
        for key in keys:
            part = dict(as_mapping(native.pop(key, None)))
            # Says that a time zone is a time zone.
            part.pop("_type_", None)
            found_ids = [_take(part, name, as_natural) for name in ids]
            found_names = [as_name(part.pop(name, None)) for name in names]
            values[f"{option}_id"] = next((item for item in found_ids if item), values.get(f"{option}_id"))
            values[option] = next((item for item in found_names if item), values.get(option))
            if part:
                native[key] = part
    return values


def _exceptions(native: dict[str, Any]) -> Exceptions:
    """Take the exceptions out of ``native``. Other entries of the list are the server's business and stay."""
    days: set[int] = set()
    relative: set[tuple[Week, Day]] = set()
    others: list[Any] = []
    for entry in as_list(native.pop("repeatPattern", None)):
        fields = as_mapping(entry)
        if not as_bool(fields.get("exception")):
            others.append(entry)
            continue
        mask = as_int(fields.get("onDayNumber")) or 0
        days |= {day for day in range(1, 32) if mask >> (day - 1) & 1}
        weeks, kinds = as_int(fields.get("occurrence")) or 0, as_int(fields.get("onDay")) or 0
        relative |= {
            (week, day)
            for week, week_bit in EXCEPTION_WEEK_BITS.items()
            for day, day_bit in EXCEPTION_DAY_BITS.items()
            if weeks & week_bit and kinds & day_bit
        }
    if others:
        native["repeatPattern"] = others
    return make_exceptions(days, relative)


def _count(wire: Mapping[str, Any], key: str) -> int | None:
    """Return a number of at least 1, else ``None``."""
    number = as_int(wire.get(key))
    return number if number is not None and number >= 1 else None


def _daily(wire: Mapping[str, Any]) -> dict[str, Any]:
    return {"every": _count(wire, "freq_interval") or _count(wire, "freq_recurrence_factor")}


def _weekly(wire: Mapping[str, Any]) -> dict[str, Any]:
    flags = as_mapping(wire.get("daysToRun"))
    bits = as_int(wire.get("freq_interval")) or 0
    chosen = {day for day in SUNDAY_FIRST if as_bool(flags.get(DAY_NAMES[day]))}
    chosen = chosen or {day for day, bit in WEEKLY_BITS.items() if bits & bit}
    days = tuple(day for day in Day if day in chosen)
    return {"every": _count(wire, "freq_recurrence_factor"), "days": days or None}


def _day_number(wire: Mapping[str, Any]) -> int | None:
    inner = as_mapping(wire.get("daysToRun"))
    day = _count(wire, "freq_interval") or _count(inner, "onDayNumber")
    return day if day is not None and day <= 31 else None


def _month(wire: Mapping[str, Any]) -> int | None:
    month = _count(wire, "freq_recurrence_factor")
    return month if month is not None and month <= 12 else None


def _kind_of_day(wire: Mapping[str, Any]) -> dict[str, Any]:
    inner = as_mapping(wire.get("daysToRun"))
    code = _count(wire, "freq_interval") or _count(inner, "day")
    ordinal = _count(wire, "freq_relative_interval") or _count(inner, "week")
    day = next((item for item, number in RELATIVE_CODES.items() if number == code), None)
    week = next((item for item, number in ORDINAL_CODES.items() if number == ordinal), None)
    if day is None and code is None:
        name = (as_name(inner.get("day")) or "").casefold()
        day = next((item for item, wire_name in DAY_NAMES.items() if wire_name.casefold() == name), None)
    if week is None and ordinal is None:
        name = (as_name(inner.get("week")) or "").casefold()
        week = next((item for item in Week if item.value == name), None)
    return {"day": day, "week": week}


def _continuous(wire: Mapping[str, Any]) -> dict[str, Any]:
    minutes = _count(wire, "freq_interval")
    return {"every": None if minutes is None else minutes * 60}


_CODE_READERS: Mapping[Frequency, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    Frequency.DAILY: _daily,
    Frequency.WEEKLY: _weekly,
    Frequency.MONTHLY: lambda wire: {
        "every": _count(wire, "freq_recurrence_factor"),
        "day_of_month": _day_number(wire),
    },
    Frequency.MONTHLY_RELATIVE: lambda wire: {"every": _count(wire, "freq_recurrence_factor"), **_kind_of_day(wire)},
    Frequency.YEARLY: lambda wire: {"day_of_month": _day_number(wire), "month": _month(wire)},
    Frequency.YEARLY_RELATIVE: lambda wire: {"month": _month(wire), **_kind_of_day(wire)},
    Frequency.CONTINUOUS: _continuous,
}
