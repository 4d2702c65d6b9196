# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of the field table: when a schedule runs. And the codes of days, of which the vendor has three.

Source: the ``pattern`` parameters of the page "REST API - POST Create Task (Backup)" (XML). Where that page and the
vendor's own clients differ, what is sent follows the clients, and both are read.
"""

from __future__ import annotations

from collections.abc import Mapping

from ...model.pattern import Day, Frequency, Week
from .enums import EnumTable, Member
from .field_types import LIST, SUBTASK, Field, Kind, Scope

PATTERN = SUBTASK + "pattern/"

FREQ_TYPE = EnumTable(
    (
        Member("ONE_TIME", 1, Frequency.ONCE.value),
        Member("DAILY", 4, Frequency.DAILY.value),
        Member("WEEKLY", 8, Frequency.WEEKLY.value),
        Member("MONTHLY", 16, Frequency.MONTHLY.value),
        Member("MONTHLY_RELATIVE", 32, Frequency.MONTHLY_RELATIVE.value),
        Member("YEARLY", 64, Frequency.YEARLY.value),
        Member("YEARLY_RELATIVE", 128, Frequency.YEARLY_RELATIVE.value),
        Member("AUTOMATIC_SCHEDULE", 1024, Frequency.AUTOMATIC.value),
        # The vendor's SDK shows these two under shorter names than the page, or under a name of its own.
        Member("AUTOMATIC", 1024),
        Member("CONTINUOUS", 4096, Frequency.CONTINUOUS.value),
    ),
)

_SUNDAY_FIRST = (Day.SUNDAY, Day.MONDAY, Day.TUESDAY, Day.WEDNESDAY, Day.THURSDAY, Day.FRIDAY, Day.SATURDAY)
_KINDS = (*_SUNDAY_FIRST, Day.DAY, Day.WEEKDAY, Day.WEEKEND_DAY)

# ``freq_interval`` of a weekly schedule: a sum of these.
WEEKLY_BITS: Mapping[Day, int] = {day: 1 << place for place, day in enumerate(_SUNDAY_FIRST)}
# ``freq_interval`` of relative schedules: one of these.
RELATIVE_CODES: Mapping[Day, int] = {day: code for code, day in enumerate(_KINDS, start=1)}
# ``onDay`` of an exception: one of these, by its bits.
EXCEPTION_DAY_BITS: Mapping[Day, int] = {day: 1 << place for place, day in enumerate(_KINDS)}
# ``freq_relative_interval``.
ORDINAL_CODES: Mapping[Week, int] = {week: code for code, week in enumerate(Week, start=1)}
# ``occurrence`` of an exception, by its bits.
EXCEPTION_WEEK_BITS: Mapping[Week, int] = {week: 1 << place for place, week in enumerate(Week)}

# Names of days in ``daysToRun``. The page leaves Saturday out of its list for ``day``.
DAY_NAMES: Mapping[Day, str] = {
    **{day: day.value.capitalize() for day in _SUNDAY_FIRST},
    Day.DAY: "Days",
    Day.WEEKDAY: "Weekday",
    Day.WEEKEND_DAY: "Weekend_Day",
}
SUNDAY_FIRST = _SUNDAY_FIRST


def _pattern(option: str, wire: str, kind: Kind, *description: str) -> Field:
    minimum = 0 if kind is Kind.INT else None
    return Field(PATTERN + wire, kind, Scope.SHARED, ("pattern", *option.split(".")), description, minimum=minimum)


def _fixed(wire: str, kind: Kind, *, documented: bool = True) -> Field:
    return Field(PATTERN + wire, kind, minimum=0 if kind is Kind.INT else None, documented=documented)


# ``freq_interval``, ``freq_recurrence_factor`` and ``freq_relative_interval`` hold other options for each frequency,
# so they stand for none; ``pattern.py`` knows which. Dates and times are integers in JSON and text in XML.
PATTERN_FIELDS: tuple[Field, ...] = (
    Field(
        PATTERN + "freq_type",
        Kind.ENUM,
        Scope.SHARED,
        ("pattern", "frequency"),
        ("How the schedule repeats.",),
        enum=FREQ_TYPE,
    ),
    _fixed("freq_interval", Kind.INT),
    _fixed("freq_recurrence_factor", Kind.INT),
    _fixed("freq_relative_interval", Kind.INT),
    _pattern("start_date", "active_start_date", Kind.INT, "The first day of the schedule."),
    _pattern("at", "active_start_time", Kind.INT, "The time of day at which the job starts."),
    _pattern("end_date", "active_end_date", Kind.INT, "The last day of the schedule."),
    _pattern("repeat_until", "active_end_time", Kind.INT, "The time of day at which repetition stops."),
    _pattern("occurrences", "active_end_occurence", Kind.INT, "How often the schedule runs in all."),
    _pattern("repeat_every", "freq_subday_interval", Kind.DURATION, "The pause between the runs of one day."),
    _pattern("description", "description", Kind.STR, "What the schedule's pattern means, for people."),
    _pattern("calendar", "calendar/calendarName", Kind.STR, "The name of the calendar."),
    _pattern("calendar_id", "calendar/calendarId", Kind.INT, "The ID of the calendar."),
    _pattern("timezone", "timeZone/TimeZoneName", Kind.STR, "The time zone."),
    _pattern("timezone_id", "timeZone/TimeZoneID", Kind.INT, "The ID of the time zone."),
    # The page and its sample spell it so; every other source, and thus what is sent in JSON, has ``TimeZoneID``.
    _fixed("timeZone/TimeZoneId", Kind.INT),
    *(_fixed(f"daysToRun/{DAY_NAMES[day]}", Kind.BOOL) for day in _SUNDAY_FIRST),
    _fixed("daysToRun/day", Kind.STR),
    _fixed("daysToRun/week", Kind.STR),
    _fixed("daysToRun/onDayNumber", Kind.INT),
    _fixed(f"repeatPattern{LIST}/exception", Kind.BOOL),
    _fixed(f"repeatPattern{LIST}/occurrence", Kind.INT),
    _fixed(f"repeatPattern{LIST}/onDay", Kind.INT),
    _fixed(f"repeatPattern{LIST}/onDayNumber", Kind.INT),
    _fixed("flags", Kind.INT),
    _fixed("freq_restart_interval", Kind.INT),
    _fixed("name", Kind.STR),
    _fixed("patternId", Kind.INT),
    _fixed("skipOccurence", Kind.INT, documented=False),
    _fixed("skipDayNumber", Kind.INT, documented=False),
)

# What the server fills in for itself. It says nothing about when a schedule runs.
SERVER_OWN = frozenset({"patternId", "flags", "name", "skipOccurence", "skipDayNumber"})

# The fields that together say what a frequency does; they make sense only as a whole.
PATTERN_CODES = frozenset(
    {"freq_type", "freq_interval", "freq_recurrence_factor", "freq_relative_interval", "daysToRun"}
)
