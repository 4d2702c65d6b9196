# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Work goes on side by side, and whatever ends it early waits for nothing."""

from __future__ import annotations

import threading
import time
from random import Random

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.api.errors import NotFound
from ansible_collections.nightshift.backup.plugins.module_utils.api.side_by_side import (
    READERS,
    Once,
    read_each,
    side_by_side,
    try_each,
)
from hypothesis import given, settings
from hypothesis import strategies as st


class TimeLimit(BaseException):
    """What Ansible raises in the main thread when a task takes too long."""


def test_no_more_than_so_many_at_a_time_and_each_once() -> None:
    running: list[int] = []
    most: list[int] = []

    def work(number: int) -> int:
        running.append(number)
        most.append(len(running))
        time.sleep(0.01)
        running.remove(number)
        return number * 2

    done = {number: future.result() for number, future in side_by_side(work, range(20), 4)}
    assert done == {number: number * 2 for number in range(20)}
    assert 1 < max(most) <= 4


def test_an_error_belongs_to_its_own_thing() -> None:
    def work(number: int) -> float:
        return 1 / number

    errors = {number for number, future in side_by_side(work, [0, 1, 2], 2) if future.exception() is not None}
    assert errors == {0}


def test_an_early_end_takes_back_what_has_not_begun_and_waits_for_nothing() -> None:
    begun: list[int] = []
    gate = threading.Event()

    def work(number: int) -> None:
        begun.append(number)
        if number:
            gate.wait(10)

    def meet_the_limit() -> None:
        for _number, _future in side_by_side(work, range(50), 2):
            raise TimeLimit

    start = time.monotonic()
    with pytest.raises(TimeLimit):
        meet_the_limit()
    assert time.monotonic() - start < 5
    gate.set()
    time.sleep(0.05)
    assert len(begun) <= 4


def test_nothing_to_do_starts_no_thread() -> None:
    before = threading.active_count()
    assert list(side_by_side(str, [], 8)) == []
    assert threading.active_count() == before


def test_a_failure_of_a_service_stands_for_its_own_thing_and_ends_nothing() -> None:
    lost = NotFound("there is no 3")

    def read(number: int) -> int:
        if number == 3:
            raise lost
        return number * 2

    assert try_each(read, range(6)) == [0, 2, 4, lost, 8, 10]
    with pytest.raises(ZeroDivisionError):
        try_each(lambda number: 1 // number, range(3))


def test_what_is_read_comes_in_the_order_of_the_things() -> None:
    running: list[int] = []
    most: list[int] = []

    def read(number: int) -> int:
        running.append(number)
        most.append(len(running))
        time.sleep(0.002 * (number % 5))
        running.remove(number)
        return number * 2

    assert read_each(read, range(40)) == [number * 2 for number in range(40)]
    assert 1 < max(most) <= READERS


@pytest.mark.parametrize("count", [0, 1])
def test_few_things_are_read_without_threads(count: int) -> None:
    assert read_each(lambda _number: threading.current_thread(), range(count)) == [threading.main_thread()] * count


@settings(max_examples=50)
@given(st.integers(2, 30), st.sets(st.integers(0, 29), min_size=1), st.randoms(use_true_random=False))
def test_the_failure_is_the_one_that_one_after_the_other_would_have_met(
    count: int, bad: set[int], random: Random
) -> None:
    pauses = [random.choice([0.0, 0.0, 0.001, 0.003]) for _number in range(count)]
    begun: list[int] = []

    def read(number: int) -> int:
        begun.append(number)
        time.sleep(pauses[number])
        if number in bad:
            raise LookupError(number)
        return number

    expected = min(bad)
    if expected >= count:
        assert read_each(read, range(count)) == list(range(count))
        return
    with pytest.raises(LookupError) as caught:
        read_each(read, range(count))
    assert caught.value.args == (expected,)
    # Whatever one after the other would have read was read, once, and at most what was under way beside it.
    assert set(range(expected + 1)) <= set(begun)
    assert len(begun) == len(set(begun))
    after = list(begun)
    time.sleep(0.004)
    assert begun == after


def test_a_failure_ends_the_reading() -> None:
    begun: list[int] = []

    def read(number: int) -> None:
        begun.append(number)
        if not number:
            raise LookupError
        time.sleep(0.005)

    with pytest.raises(LookupError):
        read_each(read, range(1000))
    assert len(begun) < 1000


def test_what_several_ask_for_is_read_once() -> None:
    asked: list[str] = []
    together = threading.Barrier(4, timeout=10)

    def read(key: str) -> str:
        asked.append(key)
        time.sleep(0.02)
        return key.upper()

    once = Once(read)

    def ask(number: int) -> str:
        together.wait()
        return once.of("ab"[number % 2])

    assert read_each(ask, range(4)) == ["A", "B", "A", "B"]
    assert once.of("a") == "A"
    assert sorted(asked) == ["a", "b"]


def test_a_failure_is_told_to_all_who_wait_and_then_forgotten() -> None:
    tries: list[str] = []
    waiting = threading.Event()

    def read(key: str) -> str:
        tries.append(key)
        if len(tries) == 1:
            assert waiting.wait(10)
            time.sleep(0.02)
            raise LookupError(key)
        return key

    once = Once(read)

    def ask(number: int) -> str:
        if number:
            while not tries:
                time.sleep(0.001)
            waiting.set()
        try:
            return once.of("a")
        except LookupError as error:
            return repr(error)

    assert read_each(ask, [0, 1]) == ["LookupError('a')"] * 2
    assert once.of("a") == "a"
    assert tries == ["a", "a"]
