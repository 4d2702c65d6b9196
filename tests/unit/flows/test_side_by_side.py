# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Work goes on side by side, and whatever ends it early waits for nothing."""

from __future__ import annotations

import threading
import time

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.flows.side_by_side import side_by_side


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
