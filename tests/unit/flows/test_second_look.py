# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of starts that another run makes in the same moment."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.api.errors import Rejected, ServerFault
from ansible_collections.nightshift.backup.plugins.module_utils.flows.report import report
from ansible_collections.nightshift.backup.plugins.module_utils.flows.start_backups import start_backups
from ansible_collections.nightshift.backup.plugins.module_utils.flows.surroundings import Surroundings
from ansible_collections.nightshift.backup.plugins.module_utils.model.levels import Level
from ansible_collections.nightshift.backup.plugins.module_utils.model.outcome import Ledger, Row
from ansible_collections.nightshift.backup.plugins.module_utils.model.request import WaitOptions
from ansible_collections.nightshift.backup.plugins.module_utils.model.states import State
from ansible_collections.nightshift.backup.plugins.module_utils.model.task import Task
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.base import Receipt, StartCall
from ansible_collections.nightshift.backup.tests.unit.flows.fakes import FakeClock, FakePlatform, job, request_for

WAITS = WaitOptions(timeout=3600.0)
EARLIER, LATER = "5", "9999"


def run(platform: FakePlatform, surroundings: Surroundings, *names: str, **rest: Any) -> dict[str, Any]:
    request = request_for(*(names or ("a",)), **{"withdraw_twins": True, **rest})
    ledger = Ledger([Row(target) for target in request.targets])
    start_backups(platform, request, surroundings, ledger)
    return {**report(ledger), "warnings": ledger.warnings}


@pytest.mark.parametrize("other", [EARLIER, LATER])
@pytest.mark.parametrize("wait", [None, WAITS])
def test_both_go_on_with_a_warning_unless_the_play_says(
    platform: FakePlatform, surroundings: Surroundings, other: str, wait: WaitOptions | None
) -> None:
    platform.meanwhile = [job(other, "a")]
    platform.script = {"1010": [State.RUNNING, State.RUNNING, State.SUCCEEDED]}
    result = run(platform, surroundings, withdraw_twins=False, wait=wait)
    row = result["tasks"][0]
    assert (row["outcome"], row["job_ids"]) == ("started", ["1010"])
    # Without a wait nothing more is read than has to be.
    assert row["also_started"] == ([other] if wait else [])
    assert ("in the same moment: a" in "".join(result["warnings"])) is (wait is not None)
    assert platform.cancelled == []


@pytest.mark.parametrize("wait", [None, WAITS])
def test_the_later_of_two_gives_way(
    platform: FakePlatform, surroundings: Surroundings, clock: FakeClock, wait: WaitOptions | None
) -> None:
    platform.meanwhile = [job(EARLIER, "a")]
    platform.script = {"1010": [State.RUNNING], EARLIER: [State.RUNNING, State.SUCCEEDED]}
    result = run(platform, surroundings, wait=wait)
    row = result["tasks"][0]
    assert platform.cancelled == ["1010"]
    assert (row["outcome"], row["job_ids"], row["withdrawn"]) == ("already_running", [EARLIER], ["1010"])
    assert (result["changed"], result["warnings"], "failed" in result) == (True, [], False)
    assert row["state"] == ("succeeded" if wait else "running")
    assert clock.sleeps[0] == 1.0 or wait


def test_the_earlier_of_two_stays(platform: FakePlatform, surroundings: Surroundings) -> None:
    platform.meanwhile = [job(LATER, "a")]
    row = run(platform, surroundings)["tasks"][0]
    assert (row["outcome"], row["also_started"], platform.cancelled) == ("started", [LATER], [])


@pytest.mark.parametrize(
    "other",
    [
        job(EARLIER, "a", level=Level.INCREMENTAL),
        job(EARLIER, "a", State.PAUSED),
        job(EARLIER, "b"),
    ],
)
def test_nothing_gives_way_to_what_does_not_protect_the_same(
    platform: FakePlatform, surroundings: Surroundings, other: Task
) -> None:
    platform.meanwhile = [other]
    assert run(platform, surroundings)["tasks"][0]["outcome"] == "started"
    assert platform.cancelled == []


def test_a_whole_gives_way_only_when_each_part_is_covered(platform: FakePlatform, surroundings: Surroundings) -> None:
    platform.parts = {"a": ["default", "logs"]}
    platform.meanwhile = [job(EARLIER, "a")]
    assert run(platform, surroundings)["tasks"][0]["outcome"] == "started"
    assert platform.cancelled == []


def test_what_was_seen_before_the_start_is_no_rival(platform: FakePlatform, surroundings: Surroundings) -> None:
    beside = job(EARLIER, "a", level=Level.INCREMENTAL)
    platform.active, platform.meanwhile = [beside], [beside]
    row = run(platform, surroundings, level=Level.FULL)["tasks"][0]
    assert (row["outcome"], row["also_started"]) == ("started", [])


def test_who_cannot_withdraw_goes_on(
    platform: FakePlatform, surroundings: Surroundings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_task: Task) -> None:
        raise Rejected("no such right")

    monkeypatch.setattr(platform, "cancel", refuse)
    platform.meanwhile = [job(EARLIER, "a")]
    result = run(platform, surroundings)
    assert result["tasks"][0]["outcome"] == "started"
    assert "1010 could not be withdrawn (no such right)" in result["warnings"][0]


def test_a_second_look_that_fails_fails_nothing(
    platform: FakePlatform, surroundings: Surroundings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object) -> None:
        raise ServerFault("down")

    monkeypatch.setattr(platform, "rivals", fail)
    result = run(platform, surroundings, wait=WAITS)
    assert "failed" not in result


def test_nothing_is_looked_for_when_nothing_was_started(platform: FakePlatform, surroundings: Surroundings) -> None:
    platform.active = [job("9", "a")]
    platform.meanwhile = [job(EARLIER, "a")]
    row = run(platform, surroundings)["tasks"][0]
    assert (row["outcome"], row["also_started"]) == ("already_running", [])


class Slow(FakePlatform):
    """A server that takes four seconds to start, while others go on."""

    def start(self, call: StartCall) -> Receipt:
        self.clock.sleep(4.0)
        if len(self.posts) == 1:
            self.active = [job("9", "c")]
        return super().start(call)


def test_a_run_of_many_requests_looks_again_on_its_way(clock: FakeClock, surroundings: Surroundings) -> None:
    platform = Slow(clock)
    result = run(platform, surroundings, "a", "b", "c", "d", batch=False)
    assert [row["outcome"] for row in result["tasks"]] == ["started", "started", "already_running", "started"]
    assert len(platform.posts) == 3


def test_a_shared_request_leaves_out_what_another_run_has_started_since(
    clock: FakeClock, surroundings: Surroundings
) -> None:
    platform = Slow(clock)
    result = run(platform, surroundings, "a", "b", "x", "y", "c", "d", max_batch=2)
    assert [row["outcome"] for row in result["tasks"]] == ["started"] * 4 + ["already_running", "started"]
    assert [[target.label for target in call.targets] for call in platform.posts] == [["a", "b"], ["x", "y"], ["d"]]
