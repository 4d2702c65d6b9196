# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Local times to UTC and back, whatever the zone, and when schedules run."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.model.pattern import (
    WEEK_DAYS,
    Frequency,
    PatternError,
    Week,
)
from ansible_collections.nightshift.backup.plugins.module_utils.model.pattern_options import as_options, read_pattern
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.base import NextRun
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.storware.schedule_pattern import (
    Words,
    differences,
    spoken,
    wanted,
)
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.storware.schedule_runs import next_runs
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.storware.schedule_times import (
    Timing,
    localize,
    read_timing,
)
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.storware.schedule_zones import offset_at
from ansible_collections.nightshift.backup.tests.unit.platforms.storware.schedule_strategies import (
    BY_DAYS,
    MOMENTS,
    MONTHS,
    RECORDS,
    REPETITIONS,
    USED,
    VALUES,
    WEEKS,
    ZONES,
    words,
)
from dateutil.rrule import DAILY, MO, rrule
from hypothesis import assume, given, settings
from hypothesis import strategies as st

WINTER = dt.datetime(2027, 1, 15, 12, tzinfo=dt.timezone.utc)
SUMMER = dt.datetime(2027, 7, 15, 12, tzinfo=dt.timezone.utc)
HOUR = 3_600_000


def told(timing: Timing, zone: str | None, moment: dt.datetime) -> list[NextRun]:
    """The next runs of what can be foretold."""
    found = next_runs(timing, zone, moment)
    assert found is not None
    return found


def said(frequency: str = "daily", at: str = "21:00", zone: str = "Europe/Berlin", **more: Any) -> Words:
    extra = {key: more.pop(key) for key in ("weeks", "months") if key in more}
    return Words(read_pattern({"frequency": frequency, "at": at, "timezone": zone, **more}), **extra)


def timing_of(one: Words, moment: dt.datetime) -> Timing:
    """Return the timing of words; those that fall on another day in UTC, and cannot, are not looked at."""
    reason = ""
    try:
        return wanted(one, None, moment)
    except PatternError as error:
        reason = error.message
    assert "in UTC" in reason
    assume(False)
    raise AssertionError


@settings(max_examples=40, deadline=None)
@given(words(), MOMENTS)
def test_words_become_wire_and_the_same_words_again(one: Words, moment: dt.datetime) -> None:
    timing = timing_of(one, moment)
    assert one.pattern is not None
    assert read_timing(timing.wire()) == timing
    assert differences(one, timing, moment) == []
    again = spoken(timing, one.pattern.timezone, moment)
    assert again.pattern is not None
    assert again.pattern.timezone == one.pattern.timezone
    assert read_pattern(as_options(again.pattern)) == again.pattern
    assert wanted(again, None, moment) == timing
    fully = replace(again.pattern, repeat_every=again.pattern.repeat_every or 0)
    if again.pattern.frequency is one.pattern.frequency:
        assert fully == one.pattern
        assert (again.weeks or ()) == (one.weeks or ())
        assert (again.months or ()) == (one.months or ())


@settings(max_examples=40, deadline=None)
@given(words(), MOMENTS)
def test_a_time_is_the_same_moment_in_utc(one: Words, moment: dt.datetime) -> None:
    timing = timing_of(one, moment)
    assert one.pattern is not None
    zone = dt.timezone(dt.timedelta(seconds=offset_at(one.zone, moment)))
    foretold = [run.at for run in told(timing, None, moment)]
    assert foretold == list(islice(independent(one, moment.astimezone(zone)), 5))


def independent(one: Words, after: dt.datetime) -> Any:
    """The runs by dateutil, on clocks that never change."""
    pattern = one.pattern
    assert pattern is not None
    assert pattern.at is not None
    days = {Frequency.DAILY: WEEK_DAYS, Frequency.WEEKLY: pattern.days}.get(pattern.frequency, (pattern.day,))
    weeks = one.weeks or ((pattern.week,) if pattern.week else ())
    kinds = [MO.__class__(WEEK_DAYS.index(day)) for day in days or () if day is not None]
    numbers = [-1 if week is Week.LAST else list(Week).index(week) + 1 for week in weeks]
    months = one.months or ((pattern.month,) if pattern.month else None)
    start = after.replace(hour=0, minute=0, second=0, microsecond=0) - dt.timedelta(days=1)
    rule: dict[str, Any] = {"bymonth": months}
    dates = rrule(DAILY, dtstart=start, byweekday=kinds, **rule)
    first, last = pattern.at, pattern.repeat_until or pattern.at
    step = dt.timedelta(seconds=pattern.repeat_every or 86400)
    for date in dates:
        if numbers and not any(_is_nth(date, number) for number in numbers):
            continue
        run = dt.datetime.combine(date, first, after.tzinfo)
        while run <= dt.datetime.combine(date, last, after.tzinfo):
            if run > after:
                yield run
            run += step


def _is_nth(date: dt.datetime, number: int) -> bool:
    rule = rrule(DAILY, dtstart=date.replace(day=1), count=40, byweekday=[date.weekday()])
    same = [day for day in rule if day.month == date.month]
    return (same[-1] if number < 0 else same[number - 1]).date() == date.date()


@settings(max_examples=40, deadline=None)
@given(words(), MOMENTS, st.data())
def test_an_edit_of_one_field_changes_that_field_alone(one: Words, moment: dt.datetime, data: st.DataObject) -> None:
    pattern = one.pattern
    assert pattern is not None
    keys = [f"pattern.{key}" for key in USED[pattern.frequency]]
    keys += ["storware.weeks"] if pattern.frequency in BY_DAYS else []
    keys += ["storware.months"] if pattern.frequency is not Frequency.YEARLY_RELATIVE else []
    keys += ["pattern.repeat_every"] if pattern.repeat_every else []
    key = data.draw(st.sampled_from(keys))
    name = key.rpartition(".")[2]
    value = data.draw({**VALUES, "weeks": WEEKS, "months": MONTHS, "repeat_every": REPETITIONS}[name])
    if name in ("weeks", "months"):
        edited = replace(one, **{name: value})
    else:
        assume(name != "at" or not pattern.repeat_every or value <= pattern.repeat_until)
        edited = replace(one, pattern=replace(pattern, **{name: value}))
    present = timing_of(one, moment)
    after = timing_of(edited, moment)
    found = [difference.key for difference in differences(edited, present, moment)]
    assert found == ([key] if after != present else [])
    assert wanted(edited, present, moment) == after
    assert differences(edited, after, moment) == []


@settings(max_examples=40, deadline=None)
@given(RECORDS, MOMENTS)
def test_whatever_a_server_holds_can_be_fed_back(record: dict[str, Any], moment: dt.datetime) -> None:
    timing = read_timing(record)
    shown = spoken(timing, None, moment)
    assert shown.pattern is not None
    if shown.pattern.frequency is Frequency.OTHER and not shown.pattern.native:
        return
    fed = replace(shown, pattern=read_pattern(as_options(shown.pattern)))
    assert differences(fed, timing, moment) == []


@settings(max_examples=40, deadline=None)
@given(words(), MOMENTS, MOMENTS)
def test_what_the_clocks_did_is_told_from_what_the_play_did(one: Words, then: dt.datetime, now: dt.datetime) -> None:
    present = timing_of(one, then)
    timing_of(one, now)
    found = differences(one, present, now)
    assert bool(found) is (timing_of(one, now) != present)
    if abs(now - then) < dt.timedelta(days=360):
        assert all(difference.dst for difference in found)


# --- by examples ---


@pytest.mark.parametrize(
    ("one", "hour", "days"),
    [
        (said("weekly", "21:00", days=["monday"]), 20 * HOUR, ("MONDAY",)),
        (said("weekly", "00:30", days=["monday"]), int(23.5 * HOUR), ("SUNDAY",)),
        (said("weekly", "08:00", "Asia/Tokyo", days=["monday", "sunday"]), 23 * HOUR, ("SATURDAY", "SUNDAY")),
        (said("weekly", "20:00", "America/New_York", days=["sunday"]), 1 * HOUR, ("MONDAY",)),
        (said("weekly", "01:00", "Pacific/Kiritimati", days=["wednesday"]), 11 * HOUR, ("TUESDAY",)),
        (said("weekly", "05:45", "Asia/Kathmandu", days=["wednesday"]), 0, ("WEDNESDAY",)),
    ],
)
def test_days_move_with_the_hour(one: Words, hour: int, days: tuple[str, ...]) -> None:
    timing = wanted(one, None, WINTER)
    assert (timing.execution, timing.hour, timing.days) == ("TIME", hour, days)


@pytest.mark.parametrize(
    ("one", "sentence"),
    [
        (said("monthly_relative", "00:30", week="first", day="sunday"), "falls on the day before in UTC"),
        (said("monthly_relative", "20:00", "America/New_York", week="last", day="friday"), "on the day after in UTC"),
        (said("daily", "00:30", months=(1,)), "The month cannot be moved with it"),
        (said("weekly", "00:30", days=["monday"], weeks=(Week.FIRST,)), "The week of a month cannot be moved"),
        (said("daily", "08:00", "Asia/Tokyo", repeat_every="1h", repeat_until="20:00"), "no midnight in UTC"),
    ],
)
def test_what_cannot_move_to_utc_is_refused(one: Words, sentence: str) -> None:
    with pytest.raises(PatternError, match=sentence):
        wanted(one, None, WINTER)


def test_after_a_change_of_the_clocks_the_stored_hour_is_off_and_the_reason_known() -> None:
    one = said("weekly", "01:30", days=["monday"])
    winter = wanted(one, None, WINTER)
    assert (winter.hour, winter.days) == (HOUR // 2, ("MONDAY",))
    (change,) = differences(one, winter, SUMMER)
    assert (change.key, change.before, change.after, change.dst) == ("pattern.at", "02:30", "01:30", True)
    summer = wanted(one, winter, SUMMER)
    assert (summer.hour, summer.days) == (int(23.5 * HOUR), ("SUNDAY",))
    (moved,) = differences(said("weekly", "05:00", days=["monday"]), winter, SUMMER)
    assert moved.dst is False


def test_what_words_leave_open_stays_and_ends_with_its_frequency() -> None:
    quarterly = wanted(said("monthly_relative", "21:00", "UTC", week="last", day="sunday", months=(1, 4)), None, WINTER)
    moved = wanted(said("monthly_relative", "22:00", "UTC", week="last", day="sunday"), quarterly, WINTER)
    assert (moved.hour, moved.weeks, moved.months) == (22 * HOUR, ("LAST_IN_MONTH",), ("JANUARY", "APRIL"))
    weekly = said("weekly", "21:00", "UTC", days=["sunday"])
    (change,) = differences(weekly, quarterly, WINTER)
    assert (change.key, change.before, change.after) == ("pattern.frequency", "monthly_relative", "weekly")
    after = wanted(weekly, quarterly, WINTER)
    assert (after.days, after.weeks, after.months) == (("SUNDAY",), (), ())


def test_a_repetition_stays_until_it_is_ended() -> None:
    hourly = wanted(said("daily", "08:00", "UTC", repeat_every="2h", repeat_until="20:00"), None, WINTER)
    assert hourly.interval == {"startHour": 8 * HOUR, "endHour": 20 * HOUR, "frequency": 2 * HOUR}
    later = wanted(said("daily", "10:00", "UTC"), hourly, WINTER)
    assert later.interval == {"startHour": 10 * HOUR, "endHour": 20 * HOUR, "frequency": 2 * HOUR}
    with pytest.raises(PatternError, match="repeat_every: 0 to end the repetition"):
        wanted(said("daily", "21:00", "UTC"), hourly, WINTER)
    once = wanted(said("daily", "21:00", "UTC", repeat_every=0), hourly, WINTER)
    assert (once.execution, once.hour, once.interval) == ("TIME", 21 * HOUR, None)


def test_runs_near_a_change_of_the_clocks_are_marked() -> None:
    before = dt.datetime(2027, 3, 26, 12, tzinfo=dt.timezone.utc)
    timing = wanted(said("daily", "02:30"), None, before)
    runs = [(run.at.isoformat(), run.mark) for run in told(timing, "Europe/Berlin", before)]
    assert runs == [
        ("2027-03-27T02:30:00+01:00", None),
        ("2027-03-28T03:30:00+02:00", "gap"),
        ("2027-03-29T03:30:00+02:00", "dst"),
        ("2027-03-30T03:30:00+02:00", "dst"),
        ("2027-03-31T03:30:00+02:00", "dst"),
    ]
    before = dt.datetime(2027, 10, 30, 12, tzinfo=dt.timezone.utc)
    timing = wanted(said("daily", "02:30"), None, before)
    runs = [(run.at.isoformat(), run.mark) for run in told(timing, "Europe/Berlin", before)][:2]
    assert runs == [("2027-10-31T02:30:00+02:00", "fold"), ("2027-11-01T01:30:00+01:00", "dst")]


@settings(max_examples=40, deadline=None)
@given(words(), MOMENTS, st.sampled_from(ZONES))
def test_runs_are_the_same_moments_on_any_clock(one: Words, moment: dt.datetime, zone: str) -> None:
    timing = timing_of(one, moment)
    plain, shown = told(timing, None, moment), told(timing, zone, moment)
    assert [run.at for run in plain] == [run.at for run in shown]
    assert {run.timezone for run in shown} == {zone}
    assert {run.mark for run in plain} == {None}
    for run in shown:
        assert run.at.replace(tzinfo=None) == run.at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def test_nobody_can_tell_the_runs_of_what_is_not_known() -> None:
    assert next_runs(read_timing({"executionType": "CRON", "daysOfWeek": ["MONDAY"]}), None, WINTER) is None
    over_midnight = {"startHour": 22 * HOUR, "endHour": 4 * HOUR, "frequency": HOUR}
    record = {"executionType": "INTERVAL", "interval": over_midnight, "daysOfWeek": ["MONDAY"]}
    assert next_runs(read_timing(record), None, WINTER) is None
    assert localize(read_timing(record), 0) is None
