# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run starts, what it leaves alone, and what it says of each target."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.api.errors import Fate, NotFound, Unreachable
from ansible_collections.nightshift.backup.plugins.module_utils.flows.report import report
from ansible_collections.nightshift.backup.plugins.module_utils.flows.start_backups import start_backups
from ansible_collections.nightshift.backup.plugins.module_utils.flows.surroundings import Surroundings
from ansible_collections.nightshift.backup.plugins.module_utils.model.levels import Level
from ansible_collections.nightshift.backup.plugins.module_utils.model.outcome import Ledger, Row
from ansible_collections.nightshift.backup.plugins.module_utils.model.request import (
    Acceptance,
    BackupRequest,
    WaitOptions,
)
from ansible_collections.nightshift.backup.plugins.module_utils.model.states import State
from ansible_collections.nightshift.backup.tests.unit.flows.fakes import (
    NOW,
    FakePlatform,
    job,
    lost,
    refused,
    request_for,
)


def run(platform: FakePlatform, request: BackupRequest, surroundings: Surroundings) -> dict[str, Any]:
    ledger = Ledger([Row(target) for target in request.targets])
    start_backups(platform, request, surroundings, ledger)
    return {**report(ledger, with_diff=True), "warnings": ledger.warnings}


def outcomes(result: dict[str, Any]) -> list[str]:
    return [row["outcome"] for row in result["tasks"]]


def test_a_start_is_reported_with_its_ids(platform: FakePlatform, surroundings: Surroundings) -> None:
    result = run(platform, request_for("a", "b"), surroundings)
    assert result["changed"] is True
    assert "failed" not in result
    assert outcomes(result) == ["started", "started"]
    assert [row["job_ids"] for row in result["tasks"]] == [["1010"], ["1011"]]
    assert [row["target"] for row in result["tasks"]] == [{"client": "a"}, {"client": "b"}]
    assert result["requests"] == [{"method": "POST", "path": "start", "body": {"of": ["a", "b"]}}]


def test_the_jobs_of_a_shared_request_are_shown_before_they_are_read(
    platform: FakePlatform, surroundings: Surroundings, lines: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def never_read(*_arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(platform, "assign", never_read)
    with pytest.raises(KeyboardInterrupt):
        run(platform, request_for("a", "b", "c"), surroundings)
    assert lines == ["a and 2 more: started as 1010, 1011, 1012"]


def test_check_mode_sends_nothing_and_shows_the_request(platform: FakePlatform, surroundings: Surroundings) -> None:
    result = run(platform, request_for("a", "b"), replace(surroundings, check_mode=True))
    assert platform.posts == []
    assert outcomes(result) == ["would_start", "would_start"]
    assert result["changed"] is True
    assert result["requests"][0]["body"] == {"of": ["a", "b"]}


@pytest.mark.parametrize(
    ("asked", "running", "outcome"),
    [
        (Level.FULL, Level.FULL, "already_running"),
        (Level.FULL, Level.INCREMENTAL, "started"),
        (Level.INCREMENTAL, Level.FULL, "already_running"),
        (Level.INCREMENTAL, Level.DIFFERENTIAL, "already_running"),
        (Level.INCREMENTAL, Level.SYNTHETIC_FULL, "started"),
        (Level.INCREMENTAL, Level.TRANSACTION_LOG, "started"),
        (Level.DIFFERENTIAL, Level.INCREMENTAL, "already_running"),
        (Level.SYNTHETIC_FULL, Level.FULL, "started"),
        (Level.SYNTHETIC_FULL, Level.SYNTHETIC_FULL, "already_running"),
        (Level.TRANSACTION_LOG, Level.FULL, "started"),
        (Level.TRANSACTION_LOG, Level.TRANSACTION_LOG, "already_running"),
        (Level.FULL, None, "started"),
    ],
)
def test_only_a_backup_that_satisfies_the_level_holds_a_start_back(
    platform: FakePlatform, surroundings: Surroundings, asked: Level, running: Level | None, outcome: str
) -> None:
    platform.active = [job("9", "a", level=running)]
    result = run(platform, request_for("a", level=asked), surroundings)
    assert outcomes(result) == [outcome]
    assert result["changed"] is (outcome == "started")
    assert bool(result["warnings"]) is (outcome == "started")


@pytest.mark.parametrize(
    ("choice", "outcome", "failed"),
    [("start", "started", False), ("skip", "not_started", False), ("fail", "failed", True)],
)
def test_if_other_running(
    platform: FakePlatform, surroundings: Surroundings, choice: str, outcome: str, failed: bool
) -> None:
    platform.active = [job("9", "a", level=Level.INCREMENTAL)]
    result = run(platform, request_for("a", if_other_running=choice), surroundings)
    assert outcomes(result) == [outcome]
    assert result.get("failed", False) is failed


def test_without_markers_a_list_is_taken_before_a_start(platform: FakePlatform, surroundings: Surroundings) -> None:
    platform.marks_starts = False
    platform.active = [job("9", "a")]
    platform.answers = [lost()]
    request = request_for("a", skip_if_running=False)
    assert outcomes(run(platform, request, surroundings)) == ["adopted"]
    assert set(platform.known) == {frozenset({"9"})}
    platform.answers = [lost()]
    unasked = replace(request, marker=False, settle=1.0)
    assert outcomes(run(platform, unasked, surroundings)) == ["unknown"]


def test_skip_if_running_off_looks_at_nothing(platform: FakePlatform, surroundings: Surroundings) -> None:
    platform.active = [job("9", "a")]
    assert outcomes(run(platform, request_for("a", skip_if_running=False), surroundings)) == ["started"]


@pytest.mark.parametrize(
    "task",
    [
        job("9", "a", State.PAUSED),
        job("9", "a", started_at=NOW - 90_000),
        job("9", "a", State.QUEUED, started_at=NOW - 90_000, message="no media"),
    ],
)
def test_a_stuck_backup_fails_its_row_and_nothing_is_started_or_cancelled(
    platform: FakePlatform, surroundings: Surroundings, task: Any
) -> None:
    platform.active = [task]
    result = run(platform, request_for("a"), surroundings)
    assert outcomes(result) == ["stuck"]
    assert result["failed"] is True
    assert "9" in result["msg"]
    assert platform.posts == []
    assert platform.cancelled == []


def test_a_healthy_backup_beside_a_stuck_one_is_enough(platform: FakePlatform, surroundings: Surroundings) -> None:
    platform.active = [job("8", "a", State.PAUSED), job("9", "a")]
    result = run(platform, request_for("a"), surroundings)
    assert outcomes(result) == ["already_running"]
    assert result["tasks"][0]["job_ids"] == ["9"]


def test_one_running_subclient_does_not_hold_back_its_backup_set(
    platform: FakePlatform, surroundings: Surroundings
) -> None:
    platform.parts = {"a": ["default", "home"]}
    platform.active = [job("9", "a")]
    result = run(platform, request_for("a"), surroundings)
    assert outcomes(result) == ["started"]
    assert "9" in result["warnings"][0]
    platform.parts = {"a": ["default"]}
    assert outcomes(run(platform, request_for("a"), surroundings)) == ["already_running"]


class TestMaxAge:
    """A target is fresh by its newest accepted recovery point, on the server's clock."""

    def fresh(self, platform: FakePlatform, surroundings: Surroundings, **rest: Any) -> str:
        asked = {"max_age": 3600.0, **rest}
        return outcomes(run(platform, request_for("a", **asked), surroundings))[0]

    def test_age_runs_from_the_beginning_of_the_backup(
        self, platform: FakePlatform, surroundings: Surroundings
    ) -> None:
        platform.finished = [job("5", "a", State.SUCCEEDED, started_at=NOW - 3500, finished_at=NOW - 10)]
        assert self.fresh(platform, surroundings) == "fresh"
        platform.finished = [job("5", "a", State.SUCCEEDED, started_at=NOW - 3700, finished_at=NOW - 10)]
        assert self.fresh(platform, surroundings) == "started"

    @pytest.mark.parametrize("state", [State.FAILED, State.CANCELLED, State.PARTIAL])
    def test_bad_ends_do_not_count(self, platform: FakePlatform, surroundings: Surroundings, state: State) -> None:
        platform.finished = [job("5", "a", state)]
        assert self.fresh(platform, surroundings) == "started"

    def test_what_is_accepted_counts(self, platform: FakePlatform, surroundings: Surroundings) -> None:
        platform.finished = [job("5", "a", State.PARTIAL)]
        assert self.fresh(platform, surroundings, acceptance=Acceptance(errors=True)) == "fresh"
        platform.finished = [job("5", "a", State.WARNING)]
        assert self.fresh(platform, surroundings) == "fresh"
        assert self.fresh(platform, surroundings, acceptance=Acceptance(warnings=False)) == "started"

    def test_a_backup_whose_data_is_gone_does_not_count(
        self, platform: FakePlatform, surroundings: Surroundings
    ) -> None:
        platform.finished = [job("5", "a", State.SUCCEEDED, restorable=False)]
        assert self.fresh(platform, surroundings) == "started"

    def test_only_a_satisfying_level_counts(self, platform: FakePlatform, surroundings: Surroundings) -> None:
        platform.finished = [job("5", "a", State.SUCCEEDED, level=Level.SYNTHETIC_FULL)]
        assert self.fresh(platform, surroundings) == "started"
        platform.finished = [job("5", "a", State.SUCCEEDED, level=Level.INCREMENTAL)]
        assert self.fresh(platform, surroundings) == "started"
        assert self.fresh(platform, surroundings, level=Level.INCREMENTAL) == "fresh"

    def test_a_backup_set_is_only_as_fresh_as_each_subclient(
        self, platform: FakePlatform, surroundings: Surroundings
    ) -> None:
        platform.parts = {"a": ["default", "home"]}
        platform.finished = [job("5", "a", State.SUCCEEDED)]
        assert self.fresh(platform, surroundings) == "started"
        home = replace(job("6", "a", State.SUCCEEDED), entity={"client": "a", "subclient": "home"})
        platform.finished.append(home)
        assert self.fresh(platform, surroundings) == "fresh"

    def test_a_look_up_that_fails_fails_its_row_alone(self, platform: FakePlatform, surroundings: Surroundings) -> None:
        platform.history_error = {0: NotFound("no such client")}
        result = run(platform, request_for("a", "b", max_age=60.0), surroundings)
        assert outcomes(result) == ["failed", "started"]
        assert result["failed"] is True
        assert result["error"]["kind"] == "not_found"

    def test_good_data_outweighs_a_stuck_backup(self, platform: FakePlatform, surroundings: Surroundings) -> None:
        platform.active = [job("9", "a", State.PAUSED)]
        platform.finished = [job("5", "a", State.SUCCEEDED)]
        assert self.fresh(platform, surroundings) == "fresh"


class TestRefusals:
    """Targets that the server refuses never keep the others from their backup."""

    def test_a_refused_batch_is_halved_until_the_culprits_stand_alone(
        self, platform: FakePlatform, surroundings: Surroundings
    ) -> None:
        platform.bad = {"c"}
        result = run(platform, request_for("a", "b", "c", "d", "e"), surroundings)
        assert outcomes(result) == ["started", "started", "failed", "started", "started"]
        assert result["failed"] is True
        assert result["changed"] is True
        assert "unknown client" in result["msg"]
        assert result["error"] == {
            "kind": "rejected",
            "http_status": 400,
            "code": 7,
            "message": "unknown client in ['c']",
            "method": "POST",
            "path": "start",
        }
        markers = [call.marker for call in platform.posts]
        assert len(set(markers)) == len(markers)

    def test_stop_starts_nothing_more(self, platform: FakePlatform, surroundings: Surroundings) -> None:
        platform.bad = {"b"}
        asked = request_for("a", "b", "c", batch=False, split_invalid=False)
        assert outcomes(run(platform, asked, surroundings)) == ["started", "failed", "not_started"]

    def test_what_a_refused_batch_started_in_spite_is_not_started_again(
        self, platform: FakePlatform, surroundings: Surroundings
    ) -> None:
        platform.answers = [refused("half of it")]
        result = run(platform, request_for("a", "b"), surroundings)
        assert outcomes(result) == ["adopted", "adopted"]
        assert len(platform.posts) == 1

    def test_an_unreachable_server_is_not_tried_for_every_batch(
        self, platform: FakePlatform, surroundings: Surroundings
    ) -> None:
        platform.effective = False
        platform.answers = [Unreachable("refused", fate=Fate.NOT_SENT)] * 3
        result = run(platform, request_for("a", "b", batch=False), surroundings)
        assert outcomes(result) == ["failed", "not_started"]
        assert len(platform.posts) == 3

    def test_an_unresolved_target_fails_alone_or_stops_all(
        self, platform: FakePlatform, surroundings: Surroundings
    ) -> None:
        platform.unresolved = {1: NotFound("no such client")}
        assert outcomes(run(platform, request_for("a", "b"), surroundings)) == ["started", "failed"]
        stop = request_for("a", "b", split_invalid=False)
        assert outcomes(run(platform, stop, surroundings)) == ["not_started", "failed"]


def test_a_level_that_the_server_changed_is_a_warning_or_a_failure(
    platform: FakePlatform, surroundings: Surroundings
) -> None:
    platform.script = {"1010": [job("1010", "a", level=Level.FULL)], "1020": [job("1020", "a", level=Level.FULL)]}
    result = run(platform, request_for("a", level=Level.INCREMENTAL, strict_level=True), surroundings)
    assert result["failed"] is True
    assert "asked for incremental, the server ran full" in result["msg"]
    assert platform.polls == [["1010"]]
    result = run(platform, request_for("a", level=Level.INCREMENTAL), surroundings)
    assert "failed" not in result
    assert platform.polls == [["1010"]]


def test_the_diff_tells_before_and_after(platform: FakePlatform, surroundings: Surroundings) -> None:
    platform.active = [job("9", "b")]
    result = run(platform, request_for("a", "b"), surroundings)
    assert result["diff"]["before"] == {"a": "no such backup", "b": "already_running as 9, running"}
    assert result["diff"]["after"] == {"a": "started as 1010, queued", "b": "already_running as 9, running"}


def test_the_ledger_tells_what_was_started_even_when_the_run_breaks(
    platform: FakePlatform, surroundings: Surroundings
) -> None:
    platform.script = {"1010": [ZeroDivisionError("a defect")]}
    request = request_for("a", wait=WaitOptions())
    ledger = Ledger([Row(target) for target in request.targets])
    with pytest.raises(ZeroDivisionError):
        start_backups(platform, request, surroundings, ledger)
    assert report(ledger)["tasks"][0]["job_ids"] == ["1010"]
    assert report(ledger)["changed"] is True


def test_a_target_that_a_search_did_not_see_may_still_be_started(
    platform: FakePlatform, surroundings: Surroundings
) -> None:
    platform.answers, platform.partly_until = [lost()], 1000.0
    result = run(platform, request_for("a", "b"), surroundings)
    assert outcomes(result) == ["adopted", "unknown"]
    assert result["error"]["kind"] == "unknown_outcome"
    assert "no backup of b was seen" in result["msg"]
    assert len(platform.posts) == 1
