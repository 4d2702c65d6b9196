# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts are spread by name alone, and never lose a run."""

from __future__ import annotations

import datetime as dt

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.model.calendar import day_times
from ansible_collections.nightshift.backup.plugins.module_utils.model.pattern import Frequency, SchedulePattern
from ansible_collections.nightshift.backup.plugins.module_utils.model.spread import room_of, spread
from hypothesis import given
from hypothesis import strategies as st

TIMES = st.times().map(lambda time: time.replace(microsecond=0))


def daily(at: str, every: int | None = None, until: str | None = None) -> SchedulePattern:
    end = dt.time.fromisoformat(until) if until else None
    return SchedulePattern(Frequency.DAILY, at=dt.time.fromisoformat(at), repeat_every=every, repeat_until=end)


def test_the_offset_of_a_name_is_the_same_everywhere_and_for_ever() -> None:
    assert spread(daily("21:00"), "nightly web01", 3600).at == dt.time(21, 42, 20)
    assert spread(daily("21:00"), " Nightly WEB01", 3600) == spread(daily("21:00"), "nightly web01", 3600)


def test_three_hundred_names_do_not_meet_in_one_second() -> None:
    spreads = (spread(daily("21:00"), f"host{number}", 3600) for number in range(300))
    starts = [pattern.at for pattern in spreads if pattern.at is not None]
    assert len(starts) == 300
    assert max(starts.count(start) for start in starts) <= 4
    assert min(starts) < dt.time(21, 2)
    assert max(starts) > dt.time(21, 58)


@given(TIMES, st.text(), st.integers(0, 10**6))
def test_a_start_stays_on_its_day_and_within_the_spread(at: dt.time, key: str, within: int) -> None:
    moved = spread(SchedulePattern(Frequency.DAILY, at=at), key, within).at
    assert moved is not None
    offset = (dt.datetime.combine(dt.date.min, moved) - dt.datetime.combine(dt.date.min, at)).total_seconds()
    assert 0 <= offset < max(within, 1)


@given(TIMES, TIMES, st.integers(60, 80_000), st.text(), st.integers(0, 90_000))
def test_no_run_of_a_day_is_lost(at: dt.time, until: dt.time, every: int, key: str, within: int) -> None:
    at, until = min(at, until), max(at, until)
    pattern = SchedulePattern(Frequency.DAILY, at=at, repeat_every=every, repeat_until=until)
    moved = spread(pattern, key, within)
    assert len(day_times(moved)) == len(day_times(pattern))
    assert day_times(moved)[-1] <= until
    assert moved.repeat_until == until


@pytest.mark.parametrize(
    ("pattern", "room"),
    [
        (daily("23:59:59"), 0),
        (daily("23:00"), 3599),
        (daily("08:00", 4 * 3600, "20:00"), 0),
        (daily("08:00", 4 * 3600, "20:30"), 1800),
        (SchedulePattern(Frequency.AUTOMATIC), None),
    ],
)
def test_the_room_that_a_start_has(pattern: SchedulePattern, room: int | None) -> None:
    assert room_of(pattern) == room
    if not room:
        assert spread(pattern, "x", 3600) == pattern
