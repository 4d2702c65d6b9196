# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which tasks are run again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.flows.rerun import attempts_made, chain_of, judge_reruns
from ansible_collections.nightshift.backup.plugins.module_utils.model.states import State
from ansible_collections.nightshift.backup.plugins.module_utils.model.task import Task

from .task_fakes import task

FAILED, GOOD, CANCELLED = State.FAILED, State.SUCCEEDED, State.CANCELLED


def outcome(around: Sequence[Task], number: str, *, force: bool = False, most: int = 2, chosen: str = "") -> str | None:
    tasks = [one for one in around if one.id in {number, *chosen.split()}]
    siblings = {one.id: around for one in tasks}
    verdicts = judge_reruns(tasks, siblings, force=force, max_attempts=most, with_origin=lambda some: some)
    found = verdicts[number].outcome
    return found.value if found else None


@pytest.mark.parametrize(
    ("states", "force", "expected"),
    [
        ([FAILED], False, None),
        ([CANCELLED], False, None),
        ([GOOD], False, "unchanged"),
        ([State.PARTIAL], False, "unchanged"),
        ([GOOD], True, None),
        ([State.RUNNING], True, "unchanged"),
        ([FAILED, GOOD], False, "superseded"),
        ([FAILED, State.WARNING], False, "superseded"),
        ([FAILED, State.QUEUED], False, "superseded"),
        ([FAILED, State.UNKNOWN], False, "superseded"),
        ([FAILED, State.PARTIAL], False, None),
        ([FAILED, FAILED], False, None),
        ([FAILED, GOOD], True, None),
    ],
)
def test_by_ends(states: list[State], force: bool, expected: str | None) -> None:
    around = [task(str(number), state) for number, state in enumerate(states, start=1)]
    assert outcome(around, "1", force=force) == expected


def test_of_several_that_are_named_only_the_last_counts() -> None:
    around = [task("1", FAILED), task("2", FAILED)]
    assert outcome(around, "1", chosen="2") == "superseded"
    assert outcome(around, "2", chosen="1") is None


def by_hand(number: int, interactive: bool | None) -> Task:
    return task(str(number), FAILED, interactive=interactive)


@pytest.mark.parametrize(
    ("started_by_hand", "made"),
    [
        ([False], 0),
        ([False, True], 1),
        ([False, True, True], 2),
        ([False, False, True], 1),
        ([False, True, False], 0),
        ([True, True, True], 2),
        ([None, None], 1),
        ([], 0),
    ],
)
def test_attempts(started_by_hand: list[bool | None], made: int) -> None:
    chain = [by_hand(number, interactive) for number, interactive in enumerate(started_by_hand, start=1)]
    assert attempts_made(chain) == made
    if len(chain) > 2:
        newest = str(len(chain))
        assert outcome(chain, newest) == ("exhausted" if made >= 2 else None)
        assert outcome(chain, newest, most=3) is None


def test_a_success_begins_a_new_chain() -> None:
    tasks = [task("1", FAILED), task("2", GOOD), task("4", CANCELLED), task("3", FAILED), task("5", State.PARTIAL)]
    assert [one.id for one in chain_of(tasks)] == ["3", "4"]


def test_who_started_the_attempts_of_all_tasks_is_asked_at_once() -> None:
    chains = {name: [task(f"{name}{number}", FAILED, interactive=None) for number in (1, 2, 3)] for name in "579"}
    short = [task("1", FAILED, interactive=None)]
    asked: list[list[str]] = []

    def with_origin(tasks: Sequence[Task]) -> Sequence[Task]:
        asked.append([one.id for one in tasks])
        # The first attempt at 7 was the schedule's, and the third as well.
        return [replace(one, interactive=one.id not in ("71", "73")) for one in tasks]

    newest = [short[0], *(chain[-1] for chain in chains.values())]
    siblings = {chain[-1].id: chain for chain in (short, *chains.values())}
    verdicts = judge_reruns(newest, siblings, force=False, max_attempts=2, with_origin=with_origin)
    assert asked == [[f"{name}{number}" for name in "579" for number in (1, 2, 3)]]
    assert list(verdicts) == ["1", "53", "73", "93"]
    assert [verdict.outcome and verdict.outcome.value for verdict in verdicts.values()] == [
        *(None, "exhausted", None, "exhausted")
    ]
    judge_reruns([short[0]], siblings, force=False, max_attempts=2, with_origin=with_origin)
    assert len(asked) == 1
