# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The verdict on a target, from what the server knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.api.errors import InvalidOption, NotFound, ProtocolError
from ansible_collections.nightshift.backup.plugins.module_utils.flows.decide import is_fresh
from ansible_collections.nightshift.backup.plugins.module_utils.flows.judge_protection import (
    ProtectionRequest,
    judge,
    judge_protection,
)
from ansible_collections.nightshift.backup.plugins.module_utils.flows.report_tasks import report_protection
from ansible_collections.nightshift.backup.plugins.module_utils.model.levels import Level
from ansible_collections.nightshift.backup.plugins.module_utils.model.protection import Coverage, Evidence
from ansible_collections.nightshift.backup.plugins.module_utils.model.request import BackupRequest
from ansible_collections.nightshift.backup.plugins.module_utils.model.states import State
from ansible_collections.nightshift.backup.plugins.module_utils.model.target import Target
from ansible_collections.nightshift.backup.plugins.module_utils.model.task import Task
from hypothesis import given
from hypothesis import strategies as st

from .fakes import NOW, job, targets

HOUR = 3600.0
(TARGET,) = targets("one")


def done(number: str, hours: float, state: State = State.SUCCEEDED, **rest: Any) -> Task:
    return job(number, "one", state, started_at=NOW - hours * HOUR, **rest)


def verdict(parts: Mapping[str, Sequence[Task]], **options: Any) -> Any:
    request = ProtectionRequest((TARGET,), **options)
    return judge(request, Evidence(TARGET, parts), NOW)


def test_the_oldest_part_counts() -> None:
    found = verdict({"a": [done("1", 1)], "b": [done("2", 5), done("3", 9)]})
    assert found.protected
    assert found.last_good.id == "2"
    assert found.reason == "the last good backup is 5 h old"


def test_every_reason_is_told() -> None:
    found = verdict({"a": [done("1", 30)], "b": [], "c": [done("2", 1, State.FAILED, message="Full disk.")]})
    assert not found.protected
    assert found.last_good is None
    assert found.reason == (
        "no good backup of b, c began within the last 7 d; the last good backup of a is 1 d 6 h old, more than 1 d; "
        "the last attempt, full 2, ended as failed (Full disk)"
    )


def test_a_backup_of_the_future_proves_nothing() -> None:
    parts = {"a": [done("1", -48)]}
    found = verdict(parts)
    assert not found.protected
    assert found.last_good is None
    assert found.reason == (
        "no good backup began within the last 7 d; 1 began after the server's own time, so that its age cannot be told"
    )
    assert is_fresh(BackupRequest((TARGET,), Level.FULL, max_age=24 * HOUR), parts, NOW) is None
    # An older one still counts, and clocks that are a minute apart are usual.
    assert verdict({"a": [done("1", -48), done("2", 3)]}).last_good.id == "2"
    assert verdict({"a": [done("1", -1 / 60)]}).protected


def test_lost_data_and_what_keeps_it_from_being_backed_up_are_told() -> None:
    gone = done("3", 2, restorable=False, message="its data has expired")
    found = judge(ProtectionRequest((TARGET,)), Evidence(TARGET, {"a": [gone, done("1", 30)]}), NOW)
    assert found.reason == (
        "the last good backup is 1 d 6 h old, more than 1 d; nothing can be restored from the newer backup 3 (its data "
        "has expired)"
    )
    bare = judge(ProtectionRequest((TARGET,)), Evidence(TARGET, {"a": [gone]}, notes=("it has no policy",)), NOW)
    assert bare.reason.endswith("nothing can be restored from the backup 3 (its data has expired); it has no policy")
    good = judge(ProtectionRequest((TARGET,)), Evidence(TARGET, {"a": [done("1", 3), gone]}), NOW)
    assert (good.protected, good.reason) == (True, "the last good backup is 3 h old")


def test_what_is_not_there_any_more_has_no_verdict() -> None:
    found = judge_protection(Server([Evidence(TARGET, {"a": []}, present=False)]), ProtectionRequest(None))
    assert (found.verdicts, found.not_present) == ([], [TARGET])
    shown = report_protection(found, must_be_protected=False)
    assert (shown["not_present"], shown["targets"], "failed" in shown) == ([dict(TARGET.given)], [], False)
    loud = report_protection(found, must_be_protected=True)
    assert (loud["failed"], loud["error"]["kind"]) == (True, "rejected")
    assert loud["msg"].startswith("Nothing was judged")


def test_a_level_is_checked_before_anything_is_read() -> None:
    server = Server([])
    judge_protection(server, ProtectionRequest(None, level=Level.FULL))
    assert server.asked[0] is Level.FULL


def test_schedules_that_cannot_be_told_are_null() -> None:
    shown = result(Evidence(TARGET, {"a": []}, schedules=None))
    assert (shown["targets"][0]["schedules"], shown["targets"][0]["enabled_schedules"]) == (None, None)
    assert "no schedule covers" not in shown["msg"]


def test_no_part_protects_nothing() -> None:
    assert not verdict({}).protected


states = st.sampled_from(list(State))
jobs = st.builds(
    lambda hours, state, level, restorable: done("1", hours, state, level=level, restorable=restorable),
    st.floats(0, 200),
    states,
    st.sampled_from([*Level, None]),
    st.booleans(),
)


@given(st.dictionaries(st.sampled_from("abc"), st.lists(jobs, max_size=4)), st.sampled_from(list(Level)))
def test_it_is_the_rule_of_max_age_and_no_other(parts: dict[str, list[Task]], level: Level) -> None:
    start = BackupRequest((TARGET,), level, max_age=24 * HOUR)
    assert verdict(parts, level=level).protected is (is_fresh(start, parts, NOW) is not None)


class Server:
    shows_every_part = True

    def __init__(self, evidence: Sequence[Evidence], now: float | None = NOW) -> None:
        self._evidence, self._now = evidence, now
        self.asked: list[Any] = []

    def parse_selection(self, given: Sequence[Mapping[str, Any]]) -> tuple[Target, ...]:
        return ()

    def check_level(self, level: Level) -> None:
        self.asked.append(level)

    def server_time(self) -> float | None:
        return self._now

    def evidence(self, wanted: Sequence[Target], age: float) -> Sequence[Evidence]:
        self.asked.append(("evidence", age))
        return self._evidence

    def estate(self, age: float, *, every_part: bool) -> Sequence[Evidence]:
        self.asked.append(("estate", age, every_part))
        return self._evidence


def test_everything_or_what_is_named() -> None:
    server = Server([Evidence(TARGET, {"a": []})])
    judge_protection(server, ProtectionRequest(None, every_part=True))
    judge_protection(server, ProtectionRequest((TARGET,), look_back=99 * HOUR))
    asked = [one for one in server.asked if one is not Level.INCREMENTAL]
    assert asked == [("estate", 168 * HOUR, True), ("evidence", 99 * HOUR)]


def test_without_a_time_nothing_is_judged() -> None:
    with pytest.raises(ProtocolError):
        judge_protection(Server([], now=None), ProtectionRequest(None))
    with pytest.raises(InvalidOption, match="shorter than max_age"):
        judge_protection(Server([]), ProtectionRequest(None, max_age=2 * HOUR, look_back=HOUR))


def result(*evidence: Evidence, must: bool = True) -> dict[str, Any]:
    found = judge_protection(Server(evidence), ProtectionRequest((TARGET,)))
    return report_protection(found, must_be_protected=must)


def test_the_message_says_what_to_do() -> None:
    disabled = Evidence(TARGET, {"a": []}, schedules=[Coverage("nightly", enabled=False)])
    running = Evidence(TARGET, {"a": []}, running=[job("7", "one")])
    assert "(its schedules are disabled: nightly)" in result(disabled)["msg"]
    assert "(running now: 7)" in result(running)["msg"]
    assert result(disabled)["msg"].startswith("1 of 1 targets is not protected. one: ")
    assert "and 2 more, listed in the result" in result(*[disabled] * 12)["msg"]
    assert "failed" not in result(disabled, must=False)


def test_a_failed_look_up_is_loud() -> None:
    found = result(Evidence(TARGET, error=NotFound("gone")), must=False)
    assert (found["failed"], found["error"]["kind"]) == (True, "not_found")
    assert found["msg"] == "1 of 1 could not be judged. one: could not be looked up: gone."
