# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When schedules run, against dates worked out by hand."""

from __future__ import annotations

from datetime import datetime, timezone
from itertools import islice
from typing import Any

import pytest
from nightshift_sandbox.commvault.errors import Refusal
from nightshift_sandbox.commvault.patterns import check_pattern, describe, filled
from nightshift_sandbox.commvault.recurrence import next_run, runs

EASTERN = {"timeZone": {"TimeZoneName": "(UTC-05:00) Eastern Time (US & Canada)"}}


def day(text: str) -> int:
    """A date as the wire has it."""
    return int(datetime.fromisoformat(text).replace(tzinfo=timezone.utc).timestamp())


def dates(count: int, start: str, at: int = 0, **pattern: Any) -> list[str]:
    """The first runs of a pattern, in UTC."""
    stored = filled({"active_start_date": day(start), "active_start_time": at, **pattern}, 1, 0)
    found = (datetime.fromtimestamp(run, timezone.utc) for run in islice(runs(stored), count))
    return [
        moment.strftime("%Y-%m-%d" + (" %H:%M" if at or pattern.get("freq_subday_interval") else ""))
        for moment in found
    ]


def test_once() -> None:
    assert dates(3, "2030-05-03", at=75600, freq_type=1) == ["2030-05-03 21:00"]


@pytest.mark.parametrize(("interval", "factor", "second"), [(3, 1, "04"), (0, 3, "04"), (3, 3, "04"), (0, 0, "02")])
def test_daily_in_every_encoding(interval: int, factor: int, second: str) -> None:
    found = dates(2, "2026-05-01", freq_type=4, freq_interval=interval, freq_recurrence_factor=factor)
    assert found == ["2026-05-01", f"2026-05-{second}"]


def test_weekly() -> None:
    # 2026-05-03 is a Sunday; Monday and Friday, every second week.
    found = dates(4, "2026-05-03", freq_type=8, freq_interval=34, freq_recurrence_factor=2)
    assert found == ["2026-05-04", "2026-05-08", "2026-05-18", "2026-05-22"]


def test_true_days_win_over_bits() -> None:
    found = dates(2, "2026-05-03", freq_type=8, freq_interval=127, daysToRun={"Tuesday": True, "Monday": False})
    assert found == ["2026-05-05", "2026-05-12"]


def test_short_months_run_on_their_last_day() -> None:
    found = dates(4, "2026-01-15", freq_type=16, freq_interval=31, freq_recurrence_factor=1)
    assert found == ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]
    leap = dates(2, "2027-01-01", freq_type=64, freq_interval=30, freq_recurrence_factor=2)
    assert leap == ["2027-02-28", "2028-02-29"]


def test_relative() -> None:
    last_friday = dates(3, "2026-05-01", freq_type=32, freq_interval=6, freq_relative_interval=5)
    assert last_friday == ["2026-05-29", "2026-06-26", "2026-07-31"]
    second_weekday_of_july = dates(
        2, "2026-01-01", freq_type=128, freq_interval=9, freq_relative_interval=2, freq_recurrence_factor=7
    )
    assert second_weekday_of_july == ["2026-07-02", "2027-07-02"]
    last_day = dates(2, "2026-02-01", freq_type=32, freq_interval=8, freq_relative_interval=5)
    assert last_day == ["2026-02-28", "2026-03-31"]


def test_exceptions() -> None:
    days = [{"exception": True, "onDayNumber": 268435460}]
    found = dates(31, "2026-05-01", freq_type=4, freq_interval=1, repeatPattern=days)
    assert not {"2026-05-03", "2026-05-29"} & set(found)
    fourth_friday = [{"exception": True, "occurrence": 8, "onDay": 32}]
    found = dates(5, "2026-05-01", freq_type=8, freq_interval=32, repeatPattern=fourth_friday)
    assert found == ["2026-05-01", "2026-05-08", "2026-05-15", "2026-05-29", "2026-06-05"]
    last_weekday = [{"exception": True, "occurrence": 16, "onDay": 256}]
    found = dates(31, "2026-05-25", freq_type=4, freq_interval=1, repeatPattern=last_weekday)
    assert "2026-05-29" not in found
    never = [{"exception": True, "onDayNumber": 2**31 - 1}]
    assert dates(1, "2026-05-25", freq_type=4, freq_interval=1, repeatPattern=never) == []


def test_repetition_within_the_day_ends_and_counts() -> None:
    pattern = {"freq_type": 4, "freq_interval": 1, "freq_subday_interval": 14400, "active_end_time": 82800}
    found = dates(9, "2026-05-01", at=54000, active_end_occurence=4, **pattern)
    assert found == ["2026-05-01 15:00", "2026-05-01 19:00", "2026-05-01 23:00", "2026-05-02 15:00"]
    found = dates(9, "2026-05-01", active_end_date=day("2026-05-02"), freq_type=4, freq_interval=1)
    assert found == ["2026-05-01", "2026-05-02"]


def test_daylight_saving() -> None:
    # 02:30 does not exist in New York on 2026-03-08: the run comes after the gap, at 03:30 local time.
    found = dates(3, "2026-03-07", at=9000, freq_type=4, freq_interval=1, **EASTERN)
    assert found == ["2026-03-07 07:30", "2026-03-08 07:30", "2026-03-09 06:30"]


def test_next_run_of_steady_schedules() -> None:
    stored = filled({"freq_type": 4096, "freq_interval": 45, "active_start_date": day("2026-05-01")}, 1, 0)
    assert next_run(stored, day("2026-05-01") + 60) == day("2026-05-01") + 2700
    assert next_run(stored, day("2026-05-01") - 60) == day("2026-05-01")


def test_prose() -> None:
    stored = filled(
        {"freq_type": 4, "freq_interval": 3, "active_start_date": day("2016-05-02"), "active_start_time": 75600}, 1, 0
    )
    assert describe(stored) == "Every 3 days at 9:00 PM starting May 2, 2016"


@pytest.mark.parametrize(
    "pattern",
    [
        {},
        {"freq_type": 2},
        {"freq_type": 8},
        {"freq_type": 8, "freq_interval": 128},
        {"freq_type": 16, "freq_interval": 32},
        {"freq_type": 16},
        {"freq_type": 32, "freq_interval": 11, "freq_relative_interval": 1},
        {"freq_type": 32, "freq_interval": 6, "freq_relative_interval": 0},
        {"freq_type": 64, "freq_interval": 1, "freq_recurrence_factor": 13},
        {"freq_type": 4096, "freq_interval": 0},
        {"freq_type": 1024},
        {"freq_type": 4, "active_start_time": 86400},
        {"freq_type": 4, "freq_subday_interval": 3600, "active_start_time": 3600, "active_end_time": 60},
        {"freq_type": 4, "active_start_date": 5},
        {"freq_type": 4, "active_start_date": 172800, "active_end_date": 86400},
        {"freq_type": 4, "active_end_occurence": -1},
        {"freq_type": 4, "timeZone": {"TimeZoneName": "Middle-earth"}},
        {"freq_type": 4, "timeZone": {"TimeZoneID": 5}},
        {"freq_type": 4, "calendar": {"calendarId": 77}},
        {"freq_type": 4, "repeatPattern": [{"exception": True}]},
    ],
)
def test_nonsense(pattern: dict[str, Any]) -> None:
    with pytest.raises(Refusal):
        check_pattern(pattern, {})
