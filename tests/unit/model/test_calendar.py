# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import datetime as dt
import time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.model.calendar import Run, next_runs
from ansible_collections.nightshift.backup.plugins.module_utils.model.pattern import Day, SchedulePattern
from ansible_collections.nightshift.backup.plugins.module_utils.model.pattern_options import read_pattern

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
UTC = ZoneInfo("UTC")


def pattern_of(frequency: str, at: str = "21:00", **more: Any) -> SchedulePattern:
    return read_pattern({"frequency": frequency, "at": at, **more})


def shown(runs: list[Run]) -> list[str]:
    return [run.at.isoformat() + (f" {run.mark}" if run.mark else "") for run in runs]


def runs(pattern: SchedulePattern, after: str, zone: ZoneInfo = UTC, count: int = 5, **more: Any) -> list[str]:
    moment = dt.datetime.fromisoformat(after).replace(tzinfo=dt.timezone.utc)
    return shown(next_runs(pattern, moment, zone, count, **more))


def days(pattern: SchedulePattern, after: str = "2026-01-01", count: int = 5, **more: Any) -> list[str]:
    return [run[:10] for run in runs(pattern, after, UTC, count, **more)]


def test_five_runs_with_their_offset() -> None:
    assert runs(pattern_of("daily"), "2026-11-22T20:00:01", BERLIN) == [
        f"2026-11-{day}T21:00:00+01:00" for day in range(23, 28)
    ]


def test_a_run_at_this_very_moment_is_over() -> None:
    assert days(pattern_of("daily"), "2026-11-22T21:00:00", 1) == ["2026-11-23"]
    assert days(pattern_of("daily"), "2026-11-22T20:59:59", 1) == ["2026-11-22"]


def test_a_skipped_time_runs_later_and_is_marked() -> None:
    assert runs(pattern_of("daily", "02:30"), "2026-03-28T00:00", BERLIN, 3) == [
        "2026-03-28T02:30:00+01:00",
        "2026-03-29T03:30:00+02:00 gap",
        "2026-03-30T02:30:00+02:00",
    ]


def test_a_repeated_time_runs_once_and_is_marked() -> None:
    assert runs(pattern_of("daily", "02:30"), "2026-10-24T12:00", BERLIN, 2) == [
        "2026-10-25T02:30:00+02:00 fold",
        "2026-10-26T02:30:00+01:00",
    ]


def test_after_may_lie_between_the_two_times_of_a_fold() -> None:
    assert runs(pattern_of("daily", "02:30"), "2026-10-25T00:45", BERLIN, 1) == ["2026-10-26T02:30:00+01:00"]


def test_after_in_the_second_half_of_a_fold_of_the_same_zone() -> None:
    after = dt.datetime(2026, 10, 25, 2, 15, tzinfo=BERLIN, fold=1)
    assert shown(next_runs(pattern_of("daily", "02:30"), after, BERLIN, 1)) == ["2026-10-26T02:30:00+01:00"]


def test_runs_that_a_gap_brings_together_are_one() -> None:
    every_half_hour = pattern_of("daily", "01:30", repeat_every="30m", repeat_until="03:30")
    assert runs(every_half_hour, "2026-03-28T23:00", BERLIN, 4) == [
        "2026-03-29T01:30:00+01:00",
        "2026-03-29T03:00:00+02:00 gap",
        "2026-03-29T03:30:00+02:00 gap",
        "2026-03-30T01:30:00+02:00",
    ]


def test_a_whole_day_that_a_country_skipped() -> None:
    samoa = ZoneInfo("Pacific/Apia")
    assert runs(pattern_of("daily", "10:00"), "2011-12-29T00:00", samoa, 3) == [
        "2011-12-29T10:00:00-10:00",
        "2011-12-31T10:00:00+14:00 gap",
        "2012-01-01T10:00:00+14:00",
    ]


def test_the_days_29_to_31_are_the_last_of_a_shorter_month() -> None:
    assert days(pattern_of("monthly", day_of_month=31)) == [
        "2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31",
    ]  # fmt: skip
    assert days(pattern_of("monthly", day_of_month=30), "2028-02-01", 2) == ["2028-02-29", "2028-03-30"]
    assert days(pattern_of("yearly", month=2, day_of_month=29), "2027-01-01", 2) == ["2027-02-28", "2028-02-29"]


def test_relative_days() -> None:
    last_friday = pattern_of("monthly_relative", week="last", day="friday")
    assert days(last_friday, count=2) == ["2026-01-30", "2026-02-27"]
    assert days(pattern_of("monthly_relative", week="fourth", day="day"), count=1) == ["2026-01-04"]
    assert days(pattern_of("monthly_relative", week="first", day="weekend_day"), "2026-03-02", 1) == ["2026-04-04"]
    assert days(pattern_of("monthly_relative", week="last", day="weekday"), "2026-05-01", 1) == ["2026-05-29"]
    assert days(pattern_of("yearly_relative", month=7, week="second", day="weekday"), count=1) == ["2026-07-02"]


def test_every_second_week_counts_from_the_week_of_the_start() -> None:
    wednesday = "2026-01-07"
    pattern = pattern_of("weekly", days=["sunday", "monday"], every=2, start_date=wednesday)
    assert days(pattern, count=3) == ["2026-01-18", "2026-01-19", "2026-02-01"]
    assert days(pattern, count=3, week_starts=Day.MONDAY) == ["2026-01-11", "2026-01-19", "2026-01-25"]


def test_every_second_month_counts_from_the_month_of_the_start() -> None:
    pattern = pattern_of("monthly", day_of_month=13, every=2, start_date="2025-12-20")
    assert days(pattern, count=3) == ["2026-02-13", "2026-04-13", "2026-06-13"]


def test_every_third_day_counts_from_the_start() -> None:
    assert days(pattern_of("daily", every=3, start_date="2025-12-31"), count=3) == [
        "2026-01-03", "2026-01-06", "2026-01-09",
    ]  # fmt: skip


def test_exceptions_of_both_kinds() -> None:
    pattern = pattern_of("daily", exceptions=[{"days_of_month": [1, 3]}, {"week": "first", "day": "sunday"}])
    assert days(pattern) == ["2026-01-02", "2026-01-05", "2026-01-06", "2026-01-07", "2026-01-08"]


def test_a_day_moved_to_the_month_end_is_left_out_by_its_own_number() -> None:
    pattern = pattern_of("monthly", day_of_month=31, exceptions=[{"days_of_month": [31]}])
    assert days(pattern, count=2) == ["2026-02-28", "2026-04-30"]


def test_occurrences_count_every_run_from_the_start_and_none_that_was_left_out() -> None:
    pattern = pattern_of(
        "daily", repeat_every="1h", repeat_until="22:00", occurrences=5, start_date="2026-01-01",
        exceptions=[{"days_of_month": [2]}],
    )  # fmt: skip
    assert runs(pattern, "2026-01-01T21:30") == [
        "2026-01-01T22:00:00+00:00", "2026-01-03T21:00:00+00:00", "2026-01-03T22:00:00+00:00",
        "2026-01-04T21:00:00+00:00",
    ]  # fmt: skip


def test_the_end_date_is_the_last_day() -> None:
    assert days(pattern_of("daily", end_date="2026-01-02")) == ["2026-01-01", "2026-01-02"]
    assert len(days(pattern_of("daily", end_date="never"))) == 5


def test_once() -> None:
    once = pattern_of("once", start_date="2030-05-03")
    assert runs(once, "2026-01-01", NEW_YORK) == ["2030-05-03T21:00:00-04:00"]
    assert runs(once, "2030-05-04T01:00", NEW_YORK) == []


@pytest.mark.parametrize(
    "options",
    [
        {"frequency": "automatic"},
        {"frequency": "continuous", "every": "45m"},
        {"frequency": "other", "native": {"freq_type": 2}},
    ],
)
def test_nobody_can_foretell_what_the_server_decides(options: dict[str, Any]) -> None:
    assert next_runs(read_pattern(options), dt.datetime.now(dt.timezone.utc), UTC) == []


def test_a_schedule_whose_days_are_all_left_out_ends_the_search() -> None:
    began = time.monotonic()
    assert days(pattern_of("monthly", day_of_month=13, exceptions=[{"days_of_month": [13]}])) == []
    assert (
        days(pattern_of("daily", exceptions=[{"week": "last", "day": "day"}, {"days_of_month": list(range(1, 32))}]))
        == []
    )
    assert time.monotonic() - began < 60


def test_an_old_schedule_that_repeats_every_second_is_quick() -> None:
    pattern = pattern_of("daily", "00:00", repeat_every="1s", repeat_until="23:59:59", start_date="1990-01-01",
                         occurrences=10**10)  # fmt: skip
    began = time.monotonic()
    assert len(runs(pattern, "2026-06-01T12:00")) == 5
    assert time.monotonic() - began < 60
