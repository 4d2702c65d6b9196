# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.model.pattern import (
    KEYS,
    NEVER,
    Day,
    Exceptions,
    Frequency,
    PatternError,
    SchedulePattern,
    Week,
    without_defaults,
)
from ansible_collections.nightshift.backup.plugins.module_utils.model.pattern_options import (
    as_options,
    read_pattern,
)
from ansible_collections.nightshift.backup.plugins.module_utils.model.pattern_reference import pattern_documentation
from ansible_collections.nightshift.backup.tests.unit.model.pattern_strategies import patterns
from hypothesis import given

DAILY = {"frequency": "daily", "at": "21:00"}
LAST_FRIDAY = {"frequency": "monthly_relative", "week": "last", "day": "friday", "at": "21:00"}


@given(patterns())
def test_a_pattern_survives_the_way_through_its_options(pattern: SchedulePattern) -> None:
    assert read_pattern(as_options(pattern)) == pattern


def test_every_key_is_read() -> None:
    pattern = read_pattern(
        {
            "frequency": "Weekly",
            "every": "2",
            "at": "9:30",
            "days": ["Friday", "monday", "friday"],
            "day": None,
            "start_date": dt.date(2026, 11, 22),
            "end_date": "2031-01-31",
            "occurrences": 7,
            "repeat_every": "4h",
            "repeat_until": "23:00:30",
            "timezone": "Europe/Berlin",
            "timezone_id": "42",
            "calendar": "Fiscal",
            "calendar_id": 3,
            "exceptions": [
                {"days_of_month": [31, 1]},
                {"week": "last", "day": "friday"},
                {"days_of_month": ["3"], "week": None},
            ],
            "description": "nightly",
        }
    )
    assert pattern == SchedulePattern(
        Frequency.WEEKLY,
        every=2,
        at=dt.time(9, 30),
        days=(Day.MONDAY, Day.FRIDAY),
        start_date=dt.date(2026, 11, 22),
        end_date=dt.date(2031, 1, 31),
        occurrences=7,
        repeat_every=14400,
        repeat_until=dt.time(23, 0, 30),
        timezone="Europe/Berlin",
        timezone_id=42,
        calendar="Fiscal",
        calendar_id=3,
        exceptions=Exceptions((1, 3, 31), ((Week.LAST, Day.FRIDAY),)),
        description="nightly",
    )
    assert as_options(pattern)["exceptions"] == [{"days_of_month": [1, 3, 31]}, {"week": "last", "day": "friday"}]
    assert as_options(pattern)["repeat_until"] == "23:00:30"


def test_an_end_and_a_repetition_can_be_taken_away() -> None:
    pattern = read_pattern({**DAILY, "end_date": "never", "repeat_every": 0, "occurrences": 0, "exceptions": []})
    assert (pattern.end_date, pattern.repeat_every, pattern.exceptions) == (NEVER, 0, Exceptions())
    assert as_options(pattern)["end_date"] == "never"
    assert without_defaults(pattern) == read_pattern(DAILY)


@pytest.mark.parametrize(
    ("given_date", "read"),
    [
        (dt.datetime.fromisoformat("2026-11-22"), dt.date(2026, 11, 22)),
        ("2026-11-22 00:00:00", dt.date(2026, 11, 22)),
        ("2026-11-22T00:00:00", dt.date(2026, 11, 22)),
    ],
)
def test_dates_are_read_as_yaml_delivers_them(given_date: Any, read: dt.date) -> None:
    assert read_pattern({**DAILY, "start_date": given_date}).start_date == read


def test_months_have_names() -> None:
    pattern = read_pattern({"frequency": "yearly", "month": "July", "day_of_month": 4, "at": "21:00"})
    assert pattern.month == 7


def test_a_continuous_schedule_takes_a_duration() -> None:
    pattern = read_pattern({"frequency": "continuous", "every": "45m"})
    assert pattern.every == 2700
    assert as_options(pattern) == {"frequency": "continuous", "every": "45m"}


@pytest.mark.parametrize(
    ("number", "meant"),
    [
        (1260, '"21:00"'),
        ("1260", '"21:00"'),
        (570, '"09:30"'),
        (14400, '"04:00:00"'),
        (75630, '"21:00:30"'),
        (60, '"01:00"'),
        (1439, '"23:59"'),
    ],
)
def test_an_unquoted_time_is_explained(number: Any, meant: str) -> None:
    with pytest.raises(PatternError) as caught:
        read_pattern({"frequency": "daily", "at": number})
    assert caught.value.option == "pattern.at"
    assert "YAML" in caught.value.message
    assert f"at: {meant}" in caught.value.message


BAD: list[tuple[dict[str, Any], str, list[str]]] = [
    ({"frequency": "daily", "at": 9}, "at", ["9", '"21:00"']),
    ({"frequency": "daily", "at": "24:00"}, "at", ["'24:00'", "23:59:59"]),
    ({"frequency": "daily", "at": "9pm"}, "at", ["'9pm'", "quotes"]),
    ({**DAILY, "every": 0}, "every", ["0", "at least 1"]),
    ({**DAILY, "every": True}, "every", ["True"]),
    ({**DAILY, "every": "two"}, "every", ["'two'"]),
    ({**DAILY, "repeat_every": "4h"}, "repeat_until", ["repeat_every needs pattern.repeat_until"]),
    ({**DAILY, "repeat_until": "23:00"}, "repeat_every", ["23:00", "how often"]),
    ({**DAILY, "repeat_every": "4h", "repeat_until": "20:00"}, "repeat_until", ["20:00", "21:00", "before"]),
    ({**DAILY, "repeat_every": "1d", "repeat_until": "23:00"}, "repeat_every", ["below 24h"]),
    ({**DAILY, "repeat_every": 14400, "repeat_until": "23:00"}, "repeat_every", ["14400", "unit", '"04:00:00"']),
    ({**DAILY, "repeat_every": 240, "repeat_until": "23:00"}, "repeat_every", ["240", "unit"]),
    ({**DAILY, "repeat_every": "0.5s", "repeat_until": "23:00"}, "repeat_every", ["whole"]),
    ({**DAILY, "repeat_every": "soon", "repeat_until": "23:00"}, "repeat_every", ["soon"]),
    ({**DAILY, "repeat_every": "4h", "repeat_until": 1380}, "repeat_until", ['"23:00"']),
    ({**DAILY, "start_date": "2026-11-22", "end_date": "2026-11-21"}, "end_date", ["2026-11-21", "2026-11-22"]),
    ({**DAILY, "start_date": "2026-02-30"}, "start_date", ["2026-02-30", "exists"]),
    ({**DAILY, "start_date": "11/22/2026"}, "start_date", ["11/22/2026"]),
    ({**DAILY, "occurrences": -1}, "occurrences", ["-1", "at least 0"]),
    ({**DAILY, "timezone": ""}, "timezone", ["not empty"]),
    ({**DAILY, "exceptions": [{"week": "last"}]}, "exceptions[0]", ["days_of_month"]),
    ({**DAILY, "exceptions": [{"days_of_month": [32]}]}, "exceptions[0].days_of_month", ["32", "1 to 31"]),
    ({**DAILY, "exceptions": [{"days_of_month": []}]}, "exceptions[0]", ["[]"]),
    ({**DAILY, "exceptions": "never"}, "exceptions", ["list"]),
    ({**DAILY, "exceptions": [{"week": "fifth", "day": "friday"}]}, "exceptions[0].week", ["fifth", "last"]),
    ({**DAILY, "days": ["monday"]}, "days", ["['monday']", "does not use it", "weekly"]),
    ({**DAILY, "automatic": {"ac_power": True}}, "automatic", ["does not use it"]),
    ({**DAILY, "time": "21:00"}, "time", ["not a key", "timezone"]),
    ({"frequency": "daily"}, "at", ["pattern.at is missing", "daily"]),
    ({"frequency": "weekly"}, "days", ["pattern.days and pattern.at are missing"]),
    ({"frequency": "weekly", "at": "21:00", "days": []}, "days", ["list of day names"]),
    ({"frequency": "weekly", "at": "21:00", "days": ["moday"]}, "days", ["'moday'", "Did you mean monday?"]),
    ({"frequency": "weekly", "at": "21:00", "days": ["Thrusday"]}, "days", ["Did you mean thursday?"]),
    ({"frequency": "weekly", "at": "21:00", "days": ["wed"]}, "days", ["Did you mean wednesday?"]),
    ({"frequency": "weekly", "at": "21:00", "days": ["weekday"]}, "days", ["'weekday'"]),
    ({"frequency": "weekli", "at": "21:00"}, "frequency", ["Did you mean weekly?"]),
    ({"at": "21:00"}, "frequency", ["missing"]),
    ({**LAST_FRIDAY, "day_of_month": 31}, "day_of_month", ["31", "does not use it", "week and day"]),
    ({**LAST_FRIDAY, "day": 31}, "day", ["31", "day_of_month"]),
    ({"frequency": "monthly", "day_of_month": 32, "at": "21:00"}, "day_of_month", ["32", "1 to 31"]),
    ({"frequency": "yearly", "day_of_month": 4, "month": "juli", "at": "21:00"}, "month", ["Did you mean july?"]),
    ({"frequency": "yearly", "day_of_month": 4, "month": 13, "at": "21:00"}, "month", ["13", "1 to 12"]),
    ({"frequency": "continuous", "every": 45}, "every", ["45", "unit"]),
    ({"frequency": "once", "at": "21:00"}, "start_date", ["missing"]),
    ({"frequency": "once", "at": "21:00", "start_date": "2026-11-22", "end_date": "2027-01-01"}, "end_date", ["once"]),
    ({"frequency": "other"}, "native", ["missing"]),
]


@pytest.mark.parametrize(("options", "key", "words"), BAD)
def test_bad_input_is_refused_with_one_sentence(options: dict[str, Any], key: str, words: list[str]) -> None:
    with pytest.raises(PatternError) as caught:
        read_pattern(options)
    assert caught.value.option == f"pattern.{key}"
    assert f"pattern.{key}" in caught.value.message
    for word in words:
        assert word in caught.value.message
    assert "\n" not in caught.value.message
    assert str(caught.value) == caught.value.message


def test_the_documentation_has_every_key_and_nothing_else() -> None:
    documented = pattern_documentation({"ac_power": {"type": "bool"}})["suboptions"]
    assert set(documented) == set(KEYS)
    assert documented["automatic"]["suboptions"] == {"ac_power": {"type": "bool"}}
    assert "For V(weekly). It is needed then." in " ".join(documented["days"]["description"])
    assert "Needed with V(once)." in documented["start_date"]["description"]
