# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random schedule patterns for property tests."""

from __future__ import annotations

import datetime as dt
from typing import Any

from ansible_collections.nightshift.backup.plugins.module_utils.model.pattern import (
    NEEDED_BY,
    NEVER,
    USED_BY,
    WEEK_DAYS,
    Day,
    Frequency,
    SchedulePattern,
    Week,
    make_exceptions,
)
from hypothesis import strategies as st

DATES = st.dates(dt.date(1971, 1, 1), dt.date(2100, 12, 31))
TIMES = st.times().map(lambda time: time.replace(microsecond=0))
NAMES = st.text(st.characters(codec="ascii", categories=("L", "N", "P", "Zs")), min_size=1).filter(str.strip)
WEEKS = st.sampled_from(Week)
KINDS = st.sampled_from(Day)
EXCEPTIONS = st.builds(make_exceptions, st.sets(st.integers(1, 31)), st.sets(st.tuples(WEEKS, KINDS), max_size=4))
DAYS = st.sets(st.sampled_from(WEEK_DAYS), min_size=1).map(
    lambda chosen: tuple(day for day in WEEK_DAYS if day in chosen)
)

VALUES: dict[str, st.SearchStrategy[Any]] = {
    "every": st.integers(1, 99),
    "at": TIMES,
    "days": DAYS,
    "day_of_month": st.integers(1, 31),
    "month": st.integers(1, 12),
    "week": WEEKS,
    "day": KINDS,
    "start_date": DATES,
    "end_date": DATES | st.just(NEVER),
    "occurrences": st.integers(0, 999),
    "timezone": st.sampled_from(
        ["UTC", "Europe/Berlin", "(UTC-05:00) Eastern Time (US & Canada)", "Tokyo Standard Time", "Somewhere"]
    ),
    "timezone_id": st.integers(1, 2000),
    "calendar": NAMES,
    "calendar_id": st.integers(1, 50),
    "exceptions": EXCEPTIONS,
    "description": NAMES,
    "automatic": st.fixed_dictionaries(
        {},
        optional={
            "min_backup_interval": st.integers(0, 99),
            "max_backup_interval": st.integers(0, 99),
            "sweep_start_time": st.sampled_from(["00:00", "01:00", "23:59:59"]),
            "ac_power": st.booleans(),
            "cpu_utilization": st.fixed_dictionaries({"enabled": st.booleans(), "threshold": st.integers(0, 100)}),
            "emergency_backup": st.fixed_dictionaries({"enabled": st.booleans(), "command_name": NAMES}),
        },
    ),
}
KNOWN = tuple(frequency for frequency in Frequency if frequency is not Frequency.OTHER)


@st.composite
def patterns(draw: st.DrawFn, frequencies: tuple[Frequency, ...] = KNOWN) -> SchedulePattern:
    """Draw a pattern that could have been read from a play."""
    frequency = draw(st.sampled_from(frequencies))
    chosen: dict[str, Any] = {}
    for key, strategy in VALUES.items():
        if key in USED_BY[frequency] and (key in NEEDED_BY[frequency] or draw(st.booleans())):
            chosen[key] = draw(strategy)
    if frequency is Frequency.CONTINUOUS:
        chosen["every"] *= 60
    start, end = chosen.get("start_date"), chosen.get("end_date")
    if start and end and end < start:
        chosen["end_date"] = start
    if "repeat_every" in USED_BY[frequency] and draw(st.booleans()):
        until = draw(TIMES)
        if until >= chosen["at"]:
            chosen.update(repeat_every=draw(st.integers(1, 86399)), repeat_until=until)
        else:
            chosen.update(repeat_every=0)
    return SchedulePattern(frequency, **chosen)
