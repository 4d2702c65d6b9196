# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks are moved as wanted, and it is known afterwards by whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.api.errors import (
    AuthenticationFailed,
    Fate,
    InvalidOption,
    ServiceError,
    Unreachable,
)
from ansible_collections.nightshift.backup.plugins.module_utils.flows.change_state import change_state
from ansible_collections.nightshift.backup.plugins.module_utils.flows.query_tasks import check_filters
from ansible_collections.nightshift.backup.plugins.module_utils.flows.report_tasks import report_moves
from ansible_collections.nightshift.backup.plugins.module_utils.flows.surroundings import Surroundings
from ansible_collections.nightshift.backup.plugins.module_utils.model.query import TaskQuery
from ansible_collections.nightshift.backup.plugins.module_utils.model.state_change import (
    Move,
    MoveOutcome,
    StateRequest,
    Wanted,
)
from ansible_collections.nightshift.backup.plugins.module_utils.model.states import State

from .fakes import NOW, FakeClock, lost
from .task_fakes import TRAITS, FakeTasks, no, task


@pytest.fixture
def server(clock: FakeClock) -> FakeTasks:
    return FakeTasks(clock, {str(number): task(str(number)) for number in (1, 2, 3)})


def run(server: FakeTasks, wanted: Wanted, *ids: str, check: bool = False, **rest: Any) -> list[Move]:
    surroundings = Surroundings(check_mode=check, clock=server.clock)
    return change_state(server, StateRequest(wanted, ids=ids, **rest), surroundings)


def outcomes(moves: list[Move]) -> list[str]:
    return [move.outcome.value if move.outcome else "open" for move in moves]


def test_each_is_moved_once(server: FakeTasks) -> None:
    moves = run(server, Wanted.PAUSED, "1", "2")
    assert outcomes(moves) == ["changed", "changed"]
    assert server.sent == [("1", Wanted.PAUSED), ("2", Wanted.PAUSED)]
    assert [move.state for move in moves] == [State.PAUSED, State.PAUSED]


def test_what_is_there_or_has_ended_is_left_alone(server: FakeTasks) -> None:
    server.tasks["1"] = task("1", State.PAUSED)
    server.tasks["2"] = task("2", State.SUCCEEDED)
    server.tasks["3"] = replace(task("3"), native_state="barred")
    moves = run(server, Wanted.PAUSED, "1", "2", "3")
    assert outcomes(moves) == ["unchanged", "unchanged", "failed"]
    assert server.sent == []


def test_a_refusal_because_somebody_was_faster_is_unchanged(server: FakeTasks) -> None:
    server.answers, server.effective = [no()], True
    (move,) = run(server, Wanted.PAUSED, "1")
    assert (move.outcome, move.error) == (MoveOutcome.UNCHANGED, None)
    assert "faster" in move.message


def test_a_lost_answer_is_not_taken_for_somebody_else(server: FakeTasks) -> None:
    server.answers, server.effective = [lost()], True
    (move,) = run(server, Wanted.PAUSED, "1")
    assert move.outcome is MoveOutcome.CHANGED
    assert len(server.sent) == 1


def test_a_lost_answer_is_ours_also_when_its_effect_shows_late(
    server: FakeTasks, monkeypatch: pytest.MonkeyPatch
) -> None:
    def move(one: Any, wanted: Wanted) -> None:
        server.sent.append((one.id, wanted))
        if len(server.sent) == 1:
            raise lost()
        server.tasks[one.id] = replace(one, state=State.CANCELLED, native_state="cancelled")
        raise no()

    monkeypatch.setattr(server, "move", move)
    assert outcomes(run(server, Wanted.CANCELLED, "1")) == ["changed"]
    assert len(server.sent) == 2


def test_a_request_without_effect_is_sent_again_and_given_up(server: FakeTasks) -> None:
    server.answers = [lost(), no(status=429)]
    assert outcomes(run(server, Wanted.PAUSED, "1")) == ["changed"]
    assert len(server.sent) == 3
    server.tasks["2"] = task("2")
    server.sent, server.answers = [], [lost(), lost(), lost()]
    # One of the three may still take effect.
    assert outcomes(run(server, Wanted.PAUSED, "2")) == ["unknown"]
    assert len(server.sent) == 3
    server.sent, server.answers = [], [no(status=429)] * 3
    assert outcomes(run(server, Wanted.PAUSED, "3")) == ["failed"]


def test_a_refusal_after_a_lost_answer_may_come_of_our_own_request(
    server: FakeTasks, monkeypatch: pytest.MonkeyPatch
) -> None:
    def move(one: Any, wanted: Wanted) -> None:
        server.sent.append((one.id, wanted))
        if len(server.sent) == 1:
            raise lost()
        # The first request was still on its way when the server was looked at, and has arrived now.
        server.tasks[one.id] = task(one.id, State.PAUSED)
        raise no()

    monkeypatch.setattr(server, "move", move)
    (moved,) = run(server, Wanted.PAUSED, "1")
    assert (moved.outcome, moved.state) == (MoveOutcome.CHANGED, State.PAUSED)


def test_what_ended_between_the_look_and_the_request(server: FakeTasks, monkeypatch: pytest.MonkeyPatch) -> None:
    def end(one: Any, wanted: Wanted) -> None:
        server.tasks[one.id] = task(one.id, State.SUCCEEDED)
        raise no()

    monkeypatch.setattr(server, "move", end)
    (move,) = run(server, Wanted.PAUSED, "1")
    assert (move.outcome, move.state, move.error) == (MoveOutcome.UNCHANGED, State.SUCCEEDED, None)


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (AuthenticationFailed("who?", http_status=401), "failed"),
        (Unreachable("gone", fate=Fate.NOT_SENT), "failed"),
        (Unreachable("gone", fate=Fate.OPEN), "unknown"),
    ],
)
def test_nothing_more_is_tried_when_nothing_can_work(server: FakeTasks, error: ServiceError, outcome: str) -> None:
    server.answers = [error] * 3
    assert outcomes(run(server, Wanted.PAUSED, "1", "2")) == [outcome, "not_tried"]
    assert {task_id for task_id, _wanted in server.sent} == {"1"}


def test_a_task_in_between_two_states_is_waited_for(server: FakeTasks, clock: FakeClock) -> None:
    server.between["1"] = 4
    assert outcomes(run(server, Wanted.CANCELLED, "1")) == ["changed"]
    assert clock.time >= 2
    server.between["2"] = 1000
    assert outcomes(run(server, Wanted.CANCELLED, "2")) == ["changed"]


def test_one_that_is_not_shown(server: FakeTasks) -> None:
    server.hidden["1"] = 2
    assert outcomes(run(server, Wanted.PAUSED, "1", "7")) == ["changed", "failed"]
    assert outcomes(run(server, Wanted.ABSENT, "7")) == ["unchanged"]


def test_absent(server: FakeTasks) -> None:
    server.tasks["1"] = task("1", State.SUCCEEDED)
    (move,) = run(server, Wanted.ABSENT, "1", wait=True)
    assert (move.outcome, move.state, move.message) == (MoveOutcome.CHANGED, None, "it is gone, as wanted")
    assert "1" not in server.tasks


def test_brakes(server: FakeTasks) -> None:
    with pytest.raises(InvalidOption, match="3 tasks would be changed and max_tasks is 2"):
        run(server, Wanted.PAUSED, "1", "2", "3", max_tasks=2)
    server.traits = replace(TRAITS, moves=frozenset({Wanted.PAUSED}))
    with pytest.raises(InvalidOption, match="cannot bring a task to the state cancelled"):
        run(server, Wanted.CANCELLED, "1")
    assert server.sent == []


def test_check_mode_and_diff(server: FakeTasks) -> None:
    moves = run(server, Wanted.PAUSED, "1", check=True)
    assert server.sent == []
    result = report_moves(moves, "task", with_diff=True)
    assert result["changed"] is True
    assert result["diff"] == {"before": {"task 1": "running"}, "after": {"task 1": "paused"}}


def test_a_selection(server: FakeTasks) -> None:
    server.tasks["2"] = task("2", State.PAUSED)
    moves = run(server, Wanted.RUNNING, query=TaskQuery(states=frozenset({State.PAUSED})))
    assert [(move.id, move.state) for move in moves] == [("2", State.RUNNING)]


def test_waiting(server: FakeTasks, clock: FakeClock) -> None:
    server.tasks["1"] = task("1", State.QUEUED)
    (move,) = run(server, Wanted.RUNNING, "1", wait=True, wait_timeout=30)
    assert (move.outcome, move.error is not None) == (MoveOutcome.UNCHANGED, True)
    assert 30 <= clock.time < 60
    server.hidden["2"] = 0
    assert run(server, Wanted.PAUSED, "2", wait=True)[0].message == "paused"


def test_a_rerun(server: FakeTasks) -> None:
    server.tasks["1"] = task("1", State.FAILED)
    (move,) = run(server, Wanted.QUEUED, "1")
    assert (move.outcome, move.new_id, move.state) == (MoveOutcome.CHANGED, "91", State.QUEUED)
    assert report_moves([move], "task", with_diff=False)["changed_ids"] == ["91"]


@pytest.mark.parametrize(("effective", "outcome"), [(True, "adopted"), (False, "unknown")])
def test_a_rerun_is_never_sent_twice(server: FakeTasks, effective: bool, outcome: str) -> None:
    server.tasks["1"] = task("1", State.FAILED)
    server.answers, server.effective = [lost()], effective
    (move,) = run(server, Wanted.QUEUED, "1")
    assert outcomes([move]) == [outcome]
    assert len(server.sent) == 1
    assert report_moves([move], "task", with_diff=False)["changed_ids"] == (["91"] if effective else [])


def test_a_rerun_in_place(server: FakeTasks) -> None:
    server.reruns_as_new = False
    server.tasks["1"] = task("1", State.FAILED)
    (move,) = run(server, Wanted.QUEUED, "1")
    assert (move.outcome, move.new_id) == (MoveOutcome.CHANGED, None)
    assert server.sent == [("1", Wanted.QUEUED)]


@pytest.mark.parametrize(("effective", "outcome"), [(True, "changed"), (False, "unknown")])
def test_a_rerun_in_place_is_never_sent_twice(server: FakeTasks, effective: bool, outcome: str) -> None:
    """One that is still on its way would run the task once more when it has failed again by then."""
    server.reruns_as_new = False
    server.tasks["1"] = task("1", State.FAILED)
    server.answers, server.effective = [lost()], effective
    assert outcomes(run(server, Wanted.QUEUED, "1")) == [outcome]
    assert len(server.sent) == 1


def test_a_rerun_in_place_that_takes_effect_late_is_found(
    server: FakeTasks, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.reruns_as_new = False
    server.tasks["1"] = task("1", State.FAILED)
    server.answers, begun, read = [lost()], clock.monotonic(), server.read

    def read_late(ids: Sequence[str]) -> Mapping[str, Any]:
        if clock.monotonic() - begun > 60:
            server.tasks["1"] = task("1", State.QUEUED)
        return read(ids)

    monkeypatch.setattr(server, "read", read_late)
    assert outcomes(run(server, Wanted.QUEUED, "1")) == ["changed"]
    assert len(server.sent) == 1


def test_a_rerun_in_place_that_has_failed_again_is_not_sent_again(
    server: FakeTasks, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail_again(one: Any, wanted: Wanted) -> None:
        server.sent.append((one.id, wanted))
        server.tasks[one.id] = replace(one, started_at=NOW)
        raise lost()

    server.reruns_as_new = False
    server.tasks["1"] = task("1", State.FAILED)
    monkeypatch.setattr(server, "move", fail_again)
    assert outcomes(run(server, Wanted.QUEUED, "1")) == ["changed"]
    assert len(server.sent) == 1


def test_a_rerun_in_place_that_is_refused(server: FakeTasks) -> None:
    server.reruns_as_new = False
    server.tasks["1"] = task("1", State.FAILED)
    server.answers = [no()]
    assert outcomes(run(server, Wanted.QUEUED, "1")) == ["failed"]


def vanish(server: FakeTasks, error: ServiceError | None) -> Any:
    """Return a move after which the server shows the task no more."""

    def move(one: Any, wanted: Wanted) -> None:
        del server.tasks[one.id]
        if error is not None:
            raise error

    return move


@pytest.mark.parametrize(
    ("wanted", "error", "outcome"),
    [
        (Wanted.CANCELLED, None, MoveOutcome.CHANGED),
        (Wanted.CANCELLED, lost(), MoveOutcome.CHANGED),
        (Wanted.CANCELLED, no(), MoveOutcome.UNCHANGED),
        (Wanted.ABSENT, lost(), MoveOutcome.CHANGED),
        (Wanted.ABSENT, no(), MoveOutcome.UNCHANGED),
    ],
)
def test_what_is_gone_is_cancelled_and_absent(
    server: FakeTasks, monkeypatch: pytest.MonkeyPatch, wanted: Wanted, error: Any, outcome: MoveOutcome
) -> None:
    server.traits = replace(TRAITS, forgets=True)
    monkeypatch.setattr(server, "move", vanish(server, error))
    (move,) = run(server, wanted, "1", wait=True)
    assert (move.outcome, move.error) == (outcome, None)
    assert "gone" in move.message or wanted is Wanted.ABSENT


def test_what_is_gone_may_live_where_nothing_is_forgotten(server: FakeTasks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "move", vanish(server, None))
    (move,) = run(server, Wanted.CANCELLED, "1", wait=True, wait_timeout=30)
    assert "was not cancelled after 30 s" in str(move.error)


def test_an_order_by_a_field_of_the_server_s_records(server: FakeTasks) -> None:
    with pytest.raises(InvalidOption, match="only by id"):
        check_filters(server, ["limit"], "startTime")
    server.traits = replace(TRAITS, sorts_by_record=True)
    check_filters(server, ["limit"], "startTime")
