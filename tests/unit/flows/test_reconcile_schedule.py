# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers that are lost, servers that accept and do nothing, and schedules that have to be made anew."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.api.errors import (
    Ambiguous,
    NotFound,
    Rejected,
    TimedOut,
    UnknownOutcome,
)
from ansible_collections.nightshift.backup.plugins.module_utils.flows.reconcile_schedule import Journal, reconcile
from ansible_collections.nightshift.backup.plugins.module_utils.flows.schedule_report import schedule_result
from ansible_collections.nightshift.backup.plugins.module_utils.flows.surroundings import Surroundings
from ansible_collections.nightshift.backup.plugins.module_utils.model.levels import Level
from ansible_collections.nightshift.backup.tests.unit.flows.schedule_fakes import (
    DAILY,
    LATER,
    FakeSchedules,
    Interrupted,
    asked,
)


@pytest.fixture
def server() -> FakeSchedules:
    return FakeSchedules()


def test_each_kind_of_work_is_done_and_then_at_rest(server: FakeSchedules, surroundings: Surroundings) -> None:
    for given, sent in (
        ({}, ["create"]),
        ({"pattern": LATER, "enabled": False}, ["disable", "change"]),
        ({"pattern": DAILY, "enabled": True}, ["change", "enable"]),
        ({"targets": "a b"}, ["change"]),
        ({"present": False, "targets": "a b"}, ["delete"]),
    ):
        server.sent.clear()
        report, journal = server.run(asked(**given), surroundings)
        assert server.sent == sent
        assert journal.effective
        assert (report.after is None) is ("present" in given)
        again, quiet = server.run(asked(**given), surroundings)
        assert again.plan.is_empty
        assert (server.sent, quiet.requests, quiet.effective) == (sent, [], False)


def test_targets_are_verified_before_the_first_change(server: FakeSchedules, surroundings: Surroundings) -> None:
    server.unknown = {"typo"}
    with pytest.raises(NotFound):
        server.run(asked(targets="a typo", verify_targets=True), surroundings)
    assert server.sent == []
    server.run(asked(targets="a", verify_targets=True), surroundings)
    assert (server.sent, server.verified) == (["create"], ["a", "typo", "a"])
    server.verified.clear()
    server.run(asked(targets="a", verify_targets=True), surroundings)
    server.run(asked(targets="a", verify_targets=True, present=False), surroundings)
    server.run(asked(targets="a typo"), surroundings)
    assert server.verified == []


def test_check_mode_shows_the_requests_and_sends_none(server: FakeSchedules, surroundings: Surroundings) -> None:
    dry = replace(surroundings, check_mode=True)
    _unused, journal = server.run(asked(), dry)
    assert [request["path"] for request in journal.requests] == ["create"]
    server.add()
    _unused, journal = server.run(asked(pattern=LATER, enabled=False), dry)
    assert [request["path"] for request in journal.requests] == ["disable", "change"]
    assert (server.sent, journal.effective) == ([], False)


def test_a_creation_whose_answer_is_lost_is_adopted(server: FakeSchedules, surroundings: Surroundings) -> None:
    server.add(covers="b")
    server.script = {"create": ["lost"]}
    report, _unused = server.run(asked(), surroundings)
    assert server.sent == ["create"]
    assert report.after is not None
    assert len(server.schedules) == 2
    assert server.schedules[report.after.schedule_id].targets[0].label == "a"


def test_a_creation_that_may_not_have_happened_is_not_sent_again(
    server: FakeSchedules, surroundings: Surroundings
) -> None:
    server.script = {"create": ["unsent"]}
    with pytest.raises(UnknownOutcome, match="its answer was lost"):
        server.run(asked(), surroundings)
    assert server.sent == ["create"]
    server.run(asked(), surroundings)
    assert server.only().name == "nightly"


def test_a_creation_that_never_shows_is_an_error(server: FakeSchedules, surroundings: Surroundings) -> None:
    server.script = {"create": ["ignored"]}
    journal = Journal()
    with pytest.raises((NotFound, UnknownOutcome, Rejected)) as caught:
        reconcile(server, asked(), surroundings, journal)
    assert "does not show it" in str(caught.value)
    # The server said that it made one, which is no reason to say that nothing has changed.
    assert journal.effective


def test_a_creation_after_which_no_look_succeeds_is_told_as_such(
    server: FakeSchedules, surroundings: Surroundings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(_task_id: str) -> None:
        raise TimedOut("the server is down")

    monkeypatch.setattr(server, "read_created", down)
    journal = Journal()
    with pytest.raises(UnknownOutcome, match=r"accepted the creation of nightly, but .* \(the server is down\)"):
        reconcile(server, asked(), surroundings, journal)
    assert journal.effective
    assert server.only().name == "nightly"


@pytest.mark.parametrize("answer", ["lost", "unsent"])
@pytest.mark.parametrize(
    ("given", "step"),
    [({"pattern": LATER}, "change"), ({"enabled": False}, "disable"), ({"present": False}, "delete")],
)
def test_a_lost_answer_to_what_sets_a_state_does_no_harm(
    server: FakeSchedules, surroundings: Surroundings, answer: str, given: Any, step: str
) -> None:
    server.add()
    server.script = {step: [answer, answer]}
    _unused, journal = server.run(asked(**given), surroundings)
    assert server.run(asked(**given), surroundings)[0].plan.is_empty
    assert journal.effective
    if (step, answer) == ("delete", "lost"):
        assert server.sent == ["delete"]


def test_an_answer_that_is_lost_for_good_is_an_error(server: FakeSchedules, surroundings: Surroundings) -> None:
    server.add()
    server.script = {"change": ["unsent"] * 3}
    journal = Journal()
    with pytest.raises(UnknownOutcome, match="no answer"):
        reconcile(server, asked(pattern=LATER), surroundings, journal)
    # It may have been carried out, which is no reason to say that nothing has changed.
    assert journal.effective


@pytest.mark.parametrize(
    ("given", "step", "key"),
    [
        ({"pattern": LATER}, "change", "pattern"),
        ({"enabled": False}, "disable", "enabled"),
        ({"present": False}, "delete", "state"),
        ({"targets": "a b"}, "change", "targets"),
    ],
)
def test_what_was_accepted_and_not_done_is_an_error(
    server: FakeSchedules, surroundings: Surroundings, given: Any, step: str, key: str
) -> None:
    server.add()
    server.script = {step: ["ignored"]}
    with pytest.raises(Rejected, match=f"did not carry it out \\({key}\\)"):
        server.run(asked(**given), surroundings)


def test_a_creation_that_came_out_otherwise_is_an_error(server: FakeSchedules, surroundings: Surroundings) -> None:
    server.makes = {"level": Level.INCREMENTAL}
    with pytest.raises(Rejected, match="level"):
        server.run(asked(), surroundings)


def test_a_refusal_half_way_says_what_was_done(server: FakeSchedules, surroundings: Surroundings) -> None:
    server.add()
    server.script = {"change": ["refused"]}
    with pytest.raises(Rejected):
        server.run(asked(pattern=LATER, enabled=False), surroundings)
    assert not server.only().enabled
    server.run(asked(pattern=LATER, enabled=False), surroundings)
    assert server.only().pattern == LATER


# --- replace ---


def stubborn(server: FakeSchedules, how: str = "ignored") -> FakeSchedules:
    server.script["change"] = [how] * 20
    return server


@pytest.mark.parametrize("how", ["ignored", "refused"])
@pytest.mark.parametrize("enabled", [True, False])
def test_what_cannot_be_changed_in_place_is_replaced(
    server: FakeSchedules, surroundings: Surroundings, how: str, enabled: bool
) -> None:
    old = server.add(enabled=enabled, raw={"alert": {"id": 3}, "unknown": 1})
    report, journal = stubborn(server, how).run(asked(pattern=LATER, level=None, replace=True), surroundings)
    new = server.only()
    assert new.schedule_id != old.schedule_id
    assert (new.pattern, new.enabled, new.level, new.raw) == (LATER, enabled, Level.FULL, old.raw)
    hand_over = ["disable", "enable"] if enabled else []
    assert server.sent == ["change", "create", *hand_over, "delete"]
    assert report.after == new
    assert journal.effective


def test_without_leave_nothing_is_replaced(server: FakeSchedules, surroundings: Surroundings) -> None:
    server.add()
    with pytest.raises(Rejected, match="replace: true"):
        stubborn(server).run(asked(pattern=LATER), surroundings)
    assert server.sent == ["change"]


@pytest.mark.parametrize("step", ["create", "disable", "enable", "delete"])
@pytest.mark.parametrize("given", [{}, {"enabled": True}])
def test_a_replacement_is_taken_up_after_each_step(
    server: FakeSchedules, surroundings: Surroundings, step: str, given: Any
) -> None:
    old = server.add()
    stubborn(server).script[step] = ["interrupted"]
    request = asked(pattern=LATER, replace=True, **given)
    with pytest.raises(Interrupted):
        server.run(request, surroundings)
    if step == "disable" and not given:
        # Nobody can tell whether the old one ran before, so it is asked for rather than guessed.
        with pytest.raises(Rejected, match="Say so with enabled"):
            server.run(request, surroundings)
        request = asked(pattern=LATER, replace=True, enabled=True)
    dry = replace(surroundings, check_mode=True)
    before = dict(server.schedules)
    _unused, shown = server.run(request, dry)
    assert server.schedules == before
    server.sent.clear()
    server.run(request, surroundings)
    assert [request["path"] for request in shown.requests] == server.sent
    new = server.only()
    assert (new.schedule_id != old.schedule_id, new.pattern, new.enabled) == (True, LATER, True)
    assert server.run(request, surroundings)[0].plan.is_empty


def test_lost_answers_do_not_double_a_replacement(server: FakeSchedules, surroundings: Surroundings) -> None:
    server.add()
    stubborn(server).script.update(create=["lost"], disable=["lost"], enable=["lost"], delete=["lost"])
    server.run(asked(pattern=LATER, replace=True), surroundings)
    assert (server.only().pattern, server.only().enabled) == (LATER, True)


def test_a_creation_that_was_looked_for_stays_told_when_the_next_step_is_refused(
    server: FakeSchedules, surroundings: Surroundings
) -> None:
    server.add()
    stubborn(server, "refused").script.update(create=["lost"], disable=["refused"])
    journal = Journal()
    with pytest.raises(Rejected):
        reconcile(server, asked(pattern=LATER, level=None, replace=True), surroundings, journal)
    assert server.sent == ["change", "create", "disable"]
    assert journal.effective


def test_the_old_one_runs_on_when_the_new_one_cannot_be_enabled(
    server: FakeSchedules, surroundings: Surroundings
) -> None:
    old = server.add()
    for how in ("refused", "ignored"):
        stubborn(server).script["enable"] = [how]
        with pytest.raises(Rejected):
            server.run(asked(pattern=LATER, replace=True), surroundings)
        assert server.schedules[old.schedule_id].enabled
        assert len(server.schedules) == 2
    server.run(asked(pattern=LATER, replace=True), surroundings)
    assert server.only().pattern == LATER


def test_never_two_run_because_it_was_not_heard_that_the_new_one_is_enabled(
    server: FakeSchedules, surroundings: Surroundings
) -> None:
    stubborn(server).add()
    server.script["enable"] = ["lost", "lost", "lost"]
    server.run(asked(pattern=LATER, replace=True), surroundings)
    assert (server.only().pattern, server.only().enabled) == (LATER, True)


def test_a_copy_that_came_out_otherwise_is_removed_again(server: FakeSchedules, surroundings: Surroundings) -> None:
    old = stubborn(server).add()
    server.makes = {"pattern": DAILY}
    with pytest.raises(Rejected, match="made something else of it \\(pattern\\)"):
        server.run(asked(pattern=LATER, replace=True), surroundings)
    assert server.only() == old


def test_siblings_are_not_switched_off_by_a_replacement(server: FakeSchedules, surroundings: Surroundings) -> None:
    server.add(siblings=("weekly",))
    with pytest.raises(Rejected, match="shares its switch with weekly"):
        stubborn(server).run(asked(pattern=LATER, replace=True), surroundings)
    assert server.sent == ["change"]


@pytest.mark.parametrize(
    "other",
    [
        {"pattern": LATER},
        {"pattern": LATER, "enabled": False, "raw": {"alert": {"id": 9}}},
        {"pattern": LATER, "enabled": False, "level": Level.INCREMENTAL},
        {"pattern": LATER, "enabled": False, "covers": "a b"},
    ],
)
def test_somebodys_second_schedule_is_not_taken_for_half_a_replacement(
    server: FakeSchedules, surroundings: Surroundings, other: Any
) -> None:
    server.add()
    server.add(**other)
    with pytest.raises(Ambiguous):
        server.run(asked(pattern=LATER, level=None, replace=True), surroundings)
    assert server.sent == []


def test_half_a_replacement_that_would_drop_other_clients_is_refused(
    server: FakeSchedules, surroundings: Surroundings
) -> None:
    server.add(covers="a b c")
    server.add(pattern=LATER, enabled=False)
    with pytest.raises(Rejected, match="also covers targets that are not named here: b, c"):
        server.run(asked(pattern=LATER, replace=True), surroundings)
    assert server.sent == []


# --- replace where names are unique ---

ANOTHER_KIND: dict[str, Any] = {"options": {"kind": "other"}, "level": None, "pattern": None}


@pytest.fixture
def strict() -> FakeSchedules:
    """A server on which no two schedules have the same name, and of which none becomes of another kind."""
    return FakeSchedules(names_are_unique=True, changes_at_once=True)


def test_what_a_schedule_is_for_life_is_changed_by_replacement_alone(
    strict: FakeSchedules, surroundings: Surroundings
) -> None:
    old = strict.add(raw={"kind": "one"})
    with pytest.raises(Rejected, match="has kind one, not other, and a schedule keeps it for life"):
        strict.run(asked(**ANOTHER_KIND), surroundings)
    request = asked(replace=True, **ANOTHER_KIND)
    _unused, shown = strict.run(request, replace(surroundings, check_mode=True))
    assert strict.sent == []
    report, _journal = strict.run(request, surroundings)
    new = strict.only()
    assert (new.schedule_id != old.schedule_id, new.name, new.enabled, new.raw["kind"]) == (
        True,
        "nightly",
        True,
        "other",
    )
    assert strict.sent == ["change", "create", "disable", "enable", "delete"]
    # The new one cannot be enabled in a preview, since its ID is not known.
    assert [request["path"] for request in shown.requests] == ["change", "create", "disable", "delete"]
    assert report.after == new
    assert strict.run(request, surroundings)[0].plan.is_empty


@pytest.mark.parametrize("step", ["change", "create", "disable", "enable", "delete"])
def test_a_renamed_one_is_taken_up_after_each_step(
    strict: FakeSchedules, surroundings: Surroundings, step: str
) -> None:
    strict.add(raw={"kind": "one"})
    strict.script[step] = ["interrupted"]
    request = asked(replace=True, enabled=True, **ANOTHER_KIND)
    with pytest.raises(Interrupted):
        strict.run(request, surroundings)
    if step != "delete":
        with pytest.raises(Rejected, match="half replaced: its former self is now called nightly \\(being replaced\\)"):
            strict.run(asked(), surroundings)
        before = dict(strict.schedules)
        strict.run(request, replace(surroundings, check_mode=True))
        assert strict.schedules == before
    strict.run(request, surroundings)
    assert (strict.only().name, strict.only().raw["kind"], strict.only().enabled) == ("nightly", "other", True)
    assert strict.run(request, surroundings)[0].plan.is_empty


def test_a_play_that_changed_its_mind_in_between_gets_what_it_says_now(
    strict: FakeSchedules, surroundings: Surroundings
) -> None:
    strict.add(raw={"kind": "one"})
    strict.script["disable"] = ["interrupted"]
    with pytest.raises(Interrupted):
        strict.run(asked(replace=True, **ANOTHER_KIND), surroundings)
    strict.run(asked(replace=True, enabled=True, options={"kind": "third"}, pattern=LATER), surroundings)
    assert (strict.only().raw["kind"], strict.only().pattern, strict.only().enabled) == ("third", LATER, True)


def test_a_refused_copy_leaves_the_old_one_under_its_name(strict: FakeSchedules, surroundings: Surroundings) -> None:
    old = strict.add(raw={"kind": "one"})
    strict.script["create"] = ["refused"]
    with pytest.raises(Rejected, match="no"):
        strict.run(asked(replace=True, **ANOTHER_KIND), surroundings)
    assert strict.only() == old


def test_one_request_changes_and_switches(strict: FakeSchedules, surroundings: Surroundings) -> None:
    strict.add()
    _report, journal = strict.run(asked(pattern=LATER, enabled=False), replace(surroundings, check_mode=True))
    assert [request["path"] for request in journal.requests] == ["change"]


def test_a_unique_name_is_enough_whatever_it_covers(strict: FakeSchedules, surroundings: Surroundings) -> None:
    strict.add(covers="b")
    with pytest.raises(Rejected, match="also covers targets that are not named here: b"):
        strict.run(asked(), surroundings)
    strict.run(asked(whole_schedule=True), surroundings)
    assert [target.label for target in strict.only().targets] == ["a"]


@pytest.mark.parametrize(("coming", "enabled", "warned"), [([], True, True), (None, True, False), ([], False, False)])
def test_a_schedule_that_will_never_run_again_is_told(
    server: FakeSchedules, surroundings: Surroundings, coming: list[Any] | None, enabled: bool, warned: bool
) -> None:
    server.coming = coming
    for dry in (True, False, False):
        around = replace(surroundings, check_mode=dry)
        report, _unused = server.run(asked(enabled=enabled), around)
        for _again in range(2):
            assert schedule_result(server, report, around, with_diff=False)["next_runs"] == []
        assert ["No run of the schedule lies ahead" in warning for warning in report.warnings] == [True] * warned
