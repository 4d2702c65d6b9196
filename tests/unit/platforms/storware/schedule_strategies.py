# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random words and timings of Storware's schedules for property tests."""

from __future__ import annotations

import datetime as dt
from typing import Any

from ansible_collections.nightshift.backup.plugins.module_utils.model.pattern import (
    WEEK_DAYS,
    Frequency,
    SchedulePattern,
    Week,
)
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.storware.schedule_pattern import Words
from ansible_collections.nightshift.backup.tests.unit.model.pattern_strategies import DAYS, TIMES
from hypothesis import strategies as st

# On both sides of the date line, with halves and quarters of hours, with and without daylight saving.
ZONES = (
    "UTC", "Europe/Berlin", "America/New_York", "America/St_Johns", "Asia/Kolkata", "Asia/Kathmandu",
    "Pacific/Kiritimati", "Pacific/Pago_Pago", "Australia/Lord_Howe", "America/Santiago",
)  # fmt: skip
# Ten years from 2026 on.
MOMENTS = st.integers(1_767_225_600, 2_082_758_400).map(lambda at: dt.datetime.fromtimestamp(at, dt.timezone.utc))
BY_DAYS = (Frequency.DAILY, Frequency.WEEKLY)
WEEKS = st.sets(st.sampled_from(Week)).map(lambda chosen: tuple(week for week in Week if week in chosen))
MONTHS = st.sets(st.integers(1, 12)).map(lambda chosen: tuple(sorted(chosen)))
REPETITIONS = st.integers(60, 86399)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "at": TIMES,
    "days": DAYS,
    "week": st.sampled_from(Week),
    "day": st.sampled_from(WEEK_DAYS),
    "month": st.integers(1, 12),
}
USED: dict[Frequency, tuple[str, ...]] = {
    Frequency.DAILY: ("at",),
    Frequency.WEEKLY: ("at", "days"),
    Frequency.MONTHLY_RELATIVE: ("at", "week", "day"),
    Frequency.YEARLY_RELATIVE: ("at", "week", "day", "month"),
}


@st.composite
def words(draw: st.DrawFn) -> Words:
    """Draw what a play could say, all of it spoken."""
    frequency = draw(st.sampled_from(list(USED)))
    chosen = {key: draw(VALUES[key]) for key in USED[frequency]}
    chosen["timezone"] = draw(st.sampled_from(ZONES))
    chosen["repeat_every"] = 0
    if draw(st.booleans()):
        until = draw(TIMES)
        if until >= chosen["at"]:
            chosen.update(repeat_every=draw(REPETITIONS), repeat_until=until)
    weeks = draw(WEEKS) if frequency in BY_DAYS else None
    months = draw(MONTHS) if frequency is not Frequency.YEARLY_RELATIVE else None
    return Words(SchedulePattern(frequency, **chosen), weeks, months)


def _named(*names: str) -> st.SearchStrategy[Any]:
    return st.lists(st.sampled_from(names), max_size=7).flatmap(
        lambda chosen: st.sampled_from([chosen, [{"name": name, "description": "x"} for name in chosen]])
    )


_DAYS = [day.name for day in WEEK_DAYS]
_NUMBERS = st.none() | st.integers(0, 86_399_999) | st.integers(0, 86_399).map(lambda seconds: seconds * 1000)

RECORDS = st.fixed_dictionaries(
    {},
    optional={
        "executionType": st.sampled_from([{"name": "TIME"}, "TIME", {"name": "INTERVAL"}, {"name": "CRON"}, None]),
        "hour": _NUMBERS,
        "interval": st.none()
        | st.fixed_dictionaries({"startHour": _NUMBERS, "endHour": _NUMBERS, "frequency": _NUMBERS}),
        "daysOfWeek": _named(*_DAYS) | _named(*_DAYS, "EIGHTHDAY"),
        "dayOfWeekOccurrences": _named("FIRST_IN_MONTH", "LAST_IN_MONTH") | _named("FIFTH_IN_MONTH"),
        "months": _named("JANUARY", "JULY", "DECEMBER"),
    },
)
"""What a server may hold, an older or a newer one included."""
