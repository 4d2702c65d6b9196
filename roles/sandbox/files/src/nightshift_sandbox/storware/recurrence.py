# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a schedule runs next: UTC times of UTC days, without daylight saving (specification section 4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from nightshift_sandbox.storware.enums import DAYS, MONTHS, OCCURRENCES

Json = dict[str, Any]
MS, DAY = 1000, 86_400_000
#: Days to look ahead: the fifth kind of a weekday in one month of the year comes within two years.
HORIZON = 800


def runs_on(schedule: Json, day: date) -> bool:
    """Whether a schedule runs on a day."""
    if DAYS[day.weekday()] not in schedule["daysOfWeek"]:
        return False
    if schedule["months"] and MONTHS[day.month - 1] not in schedule["months"]:
        return False
    wanted = schedule["dayOfWeekOccurrences"]
    if not wanted:
        return True
    which = (day.day - 1) // 7
    last = (day + timedelta(days=7)).month != day.month
    return (which < 4 and OCCURRENCES[which] in wanted) or (last and "LAST_IN_MONTH" in wanted)


def moments(schedule: Json) -> Iterator[int]:
    """The times of a day, in milliseconds after midnight; those after 24 hours belong to the night that follows."""
    if schedule["executionType"] == "TIME":
        yield int(schedule["hour"])
        return
    interval = schedule["interval"]
    at, end = int(interval["startHour"]), int(interval["endHour"])
    if end < at:
        end += DAY
    while at <= end:
        yield at
        at += int(interval["frequency"])


def next_run(schedule: Json, after: int) -> int | None:
    """The first run after a moment (milliseconds since the epoch), or None when there is none."""
    # An interval may reach into the next day, so that yesterday's runs count, too.
    day = datetime.fromtimestamp(after / MS, UTC).date() - timedelta(days=1)
    for _ in range(HORIZON):
        if runs_on(schedule, day):
            midnight = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * MS
            coming = [midnight + at for at in moments(schedule) if midnight + at > after]
            if coming:
                return min(coming)
        day += timedelta(days=1)
    return None
