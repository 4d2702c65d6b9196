# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is done to a schedule, and what is not: each protection with the harm that it prevents."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.api.errors import (
    Ambiguous,
    InvalidOption,
    NotFound,
    Rejected,
)
from ansible_collections.nightshift.backup.plugins.module_utils.flows.plan_schedule import plan_schedule
from ansible_collections.nightshift.backup.plugins.module_utils.model.levels import Level
from ansible_collections.nightshift.backup.plugins.module_utils.model.schedule import Kind, TargetsMode
from ansible_collections.nightshift.backup.tests.unit.flows.schedule_fakes import (
    LATER,
    FakeSchedules,
    asked,
)

ADD, REMOVE = TargetsMode.ADD, TargetsMode.REMOVE
SIXTY = " ".join(f"host{number:02}" for number in range(60))


@pytest.fixture
def server() -> FakeSchedules:
    return FakeSchedules()


def plan(server: FakeSchedules, **given: Any) -> Any:
    request = asked(**given)
    return plan_schedule(server, request, server.find_schedules(request))


def moves(server: FakeSchedules, **given: Any) -> list[str]:
    return [move.value for move in plan(server, **given).moves]


def test_a_missing_one_is_created_and_an_equal_one_left_alone(server: FakeSchedules) -> None:
    assert moves(server) == ["create"]
    server.add()
    assert plan(server).is_empty
    assert plan(server, name="NIGHTLY", enabled=True, level=None, pattern=None).is_empty


@pytest.mark.parametrize("key", ["targets", "level", "pattern"])
def test_a_new_one_needs_everything(server: FakeSchedules, key: str) -> None:
    with pytest.raises(InvalidOption, match=f"{key} is missing"):
        plan(server, **{key: None})


def test_a_new_one_needs_a_name_and_an_id_must_exist(server: FakeSchedules) -> None:
    with pytest.raises(InvalidOption, match="needs a name"):
        plan(server, name=None)
    with pytest.raises(NotFound, match="no schedule 7"):
        plan(server, schedule_id="7")
    assert plan(server, schedule_id="7", present=False).is_empty


def test_changes_and_the_switch_come_in_an_order_that_never_runs_half_changed(server: FakeSchedules) -> None:
    server.add()
    assert moves(server, pattern=LATER) == ["change"]
    assert moves(server, pattern=LATER, enabled=False) == ["disable", "change"]
    server.schedules.clear()
    server.add(enabled=False)
    assert moves(server, pattern=LATER, enabled=True) == ["change", "enable"]
    assert moves(server, pattern=LATER) == ["change"]


def test_another_schedule_of_the_name_on_other_targets_is_not_meant(server: FakeSchedules) -> None:
    server.add(covers="b")
    assert moves(server) == ["create"]
    assert plan(server, present=False).is_empty


def test_two_candidates_are_listed_and_not_guessed_between(server: FakeSchedules) -> None:
    one, two = server.add(), server.add(covers="a b")
    for given in ({}, {"present": False}, {"targets": None, "enabled": False, "whole_schedule": True}):
        with pytest.raises(Ambiguous, match=f"{one.schedule_id}, {two.schedule_id}"):
            plan(server, **given)
    assert plan(server, schedule_id=one.schedule_id).is_empty


@pytest.mark.parametrize(("kind", "words"), [(Kind.POLICY, "a schedule policy"), (Kind.SYSTEM, "the server's own")])
@pytest.mark.parametrize("given", [{}, {"present": False}, {"enabled": False}, {"pattern": LATER}])
def test_what_is_not_made_by_plays_is_refused(server: FakeSchedules, kind: Kind, words: str, given: Any) -> None:
    server.add(kind=kind)
    with pytest.raises(Rejected, match=words):
        plan(server, **given)


def test_a_policy_of_the_same_name_does_not_hide_the_plays_own(server: FakeSchedules) -> None:
    server.add(kind=Kind.POLICY)
    own = server.add()
    assert plan(server, pattern=LATER).schedule == own


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"enabled": False}, "Taking them out would end their protection"),
        ({"present": False}, "Removing it would end their protection"),
        ({"pattern": LATER}, "Taking them out"),
        ({"targets_mode": ADD, "pattern": LATER}, "would reach them as well"),
        ({"targets_mode": ADD, "enabled": False}, "would reach them as well"),
        ({"targets_mode": REMOVE, "enabled": False}, "would reach them as well"),
        ({"targets": None, "enabled": False}, "would reach them as well"),
        ({"targets": None, "pattern": LATER}, "would reach them as well"),
        ({"targets": None, "present": False}, "Removing it"),
    ],
)
def test_fifty_nine_other_clients_keep_their_protection(server: FakeSchedules, given: Any, words: str) -> None:
    server.add(covers=SIXTY)
    everything = {"targets": "host00", "level": None, "pattern": None, **given}
    with pytest.raises(Rejected, match=words) as caught:
        plan(server, **everything)
    assert "host01, host02" in str(caught.value) or "host00, host01" in str(caught.value)
    assert "and 49 more" in str(caught.value) or "and 50 more" in str(caught.value)
    assert not plan(server, **everything, whole_schedule=True).is_empty


def test_taking_one_of_sixty_out_reaches_no_other(server: FakeSchedules) -> None:
    server.add(covers=SIXTY)
    (change,) = plan(server, targets="host00", targets_mode=REMOVE, level=None, pattern=None).changes
    assert len(change.after) == 59


def test_nothing_that_differs_needs_no_leave(server: FakeSchedules) -> None:
    server.add(covers=SIXTY)
    assert plan(server, targets=None, enabled=True).is_empty
    assert plan(server, targets="host07", targets_mode=ADD).is_empty


def test_added_targets_join_the_schedule_of_the_name(server: FakeSchedules) -> None:
    one = server.add(covers="b c")
    found = plan(server, targets_mode=ADD)
    assert (found.schedule, found.changes[0].after) == (one, ["b", "c", "a"])
    server.add(covers="d")
    with pytest.raises(Ambiguous):
        plan(server, targets_mode=ADD)


def test_adding_what_is_covered_as_part_of_something_wider_changes_nothing(server: FakeSchedules) -> None:
    server.add(covers="a b")
    assert plan(server, targets="a/www", targets_mode=ADD).is_empty


def test_a_set_takes_the_place_of_its_subclients(server: FakeSchedules) -> None:
    server.add(covers="a/www a/logs b")
    assert plan(server, targets="a", targets_mode=ADD).changes[0].after == ["b", "a"]
    assert plan(server, targets="a b").changes[0].after == ["b", "a"]
    assert plan(server, targets="a", targets_mode=REMOVE).changes[0].after == ["b"]


def test_a_subclient_is_not_taken_out_of_its_set_in_silence(server: FakeSchedules) -> None:
    server.add(covers="a b")
    with pytest.raises(Rejected, match="a/www as part of something wider"):
        plan(server, targets="a/www", targets_mode=REMOVE)


def test_the_last_target_stays(server: FakeSchedules) -> None:
    server.add(covers="a b")
    with pytest.raises(Rejected, match=r"without any target.*state: absent"):
        plan(server, targets="b a", targets_mode=REMOVE, whole_schedule=True)
    with pytest.raises(Rejected, match="without any target"):
        plan(server, targets="a b c", targets_mode=REMOVE)


def test_taking_out_what_is_not_there_changes_nothing(server: FakeSchedules) -> None:
    assert plan(server, targets_mode=REMOVE).is_empty
    server.add(covers="b")
    assert plan(server, targets_mode=REMOVE).is_empty


@pytest.mark.parametrize(
    "given", [{"enabled": False}, {"targets": "a b"}, {"targets_mode": ADD, "targets": "b"}, {"alert": {"id": 1}}]
)
def test_siblings_under_one_task_are_not_changed_with_it(server: FakeSchedules, given: Any) -> None:
    server.add(siblings=("weekly", "monthly"))
    with pytest.raises(Rejected, match="shares its targets, its alert and its switch with weekly, monthly"):
        plan(server, **given)
    assert not plan(server, **given, whole_schedule=True).is_empty
    assert moves(server, pattern=LATER, level=Level.INCREMENTAL) == ["change"]
    assert moves(server, present=False) == ["delete"]


def test_a_rename_needs_the_id(server: FakeSchedules) -> None:
    one = server.add()
    assert plan(server, name="Nightly").is_empty
    (change,) = plan(server, name="Nightly", schedule_id=one.schedule_id).changes
    assert (change.key, change.before, change.after) == ("name", "nightly", "Nightly")
