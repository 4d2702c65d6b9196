# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Following backups to their end, whatever happens on the way."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.api.errors import (
    AuthenticationFailed,
    Fate,
    ProtocolError,
    Unreachable,
)
from ansible_collections.nightshift.backup.plugins.module_utils.flows.report import report
from ansible_collections.nightshift.backup.plugins.module_utils.flows.start_backups import start_backups
from ansible_collections.nightshift.backup.plugins.module_utils.flows.surroundings import Surroundings
from ansible_collections.nightshift.backup.plugins.module_utils.flows.wait import poll_pause
from ansible_collections.nightshift.backup.plugins.module_utils.model.levels import Level
from ansible_collections.nightshift.backup.plugins.module_utils.model.outcome import Ledger, Row
from ansible_collections.nightshift.backup.plugins.module_utils.model.request import Acceptance, WaitOptions
from ansible_collections.nightshift.backup.plugins.module_utils.model.states import State
from ansible_collections.nightshift.backup.tests.unit.flows.fakes import FakeClock, FakePlatform, job, request_for


def run(platform: FakePlatform, surroundings: Surroundings, *names: str, **rest: Any) -> dict[str, Any]:
    request = request_for(*(names or ("a",)), **{"wait": WaitOptions(timeout=3600.0), **rest})
    ledger = Ledger([Row(target) for target in request.targets])
    start_backups(platform, request, surroundings, ledger)
    return {**report(ledger, with_diff=True), "warnings": ledger.warnings}


@pytest.mark.parametrize(
    ("end", "good"),
    [
        (State.SUCCEEDED, True),
        (State.WARNING, True),
        (State.PARTIAL, False),
        (State.FAILED, False),
        (State.CANCELLED, False),
    ],
)
def test_every_end_is_recognised_and_judged(
    platform: FakePlatform, surroundings: Surroundings, end: State, good: bool
) -> None:
    platform.script = {"1010": [State.QUEUED, State.RUNNING, State.UNKNOWN, end]}
    result = run(platform, surroundings)
    assert result.get("failed", False) is not good
    assert result["tasks"][0]["state"] == end.value
    assert result["tasks"][0]["outcome"] == "started"


def test_accepted_ends_can_be_widened_and_narrowed(platform: FakePlatform, surroundings: Surroundings) -> None:
    platform.script = {"1010": [State.PARTIAL], "1020": [State.WARNING]}
    assert "failed" not in run(platform, surroundings, acceptance=Acceptance(errors=True))
    assert run(platform, surroundings, acceptance=Acceptance(warnings=False))["failed"] is True


def test_dropped_polls_and_a_short_absence_do_not_end_the_wait(
    platform: FakePlatform, surroundings: Surroundings
) -> None:
    dropped = Unreachable("reset", fate=Fate.OPEN)
    garbled = ProtocolError("an HTML page")
    platform.script = {"1010": ["gone", dropped, State.RUNNING, garbled, "gone", State.SUCCEEDED]}
    assert run(platform, surroundings)["tasks"][0]["state"] == "succeeded"


def test_a_task_that_stays_away_is_an_error(
    platform: FakePlatform, surroundings: Surroundings, clock: FakeClock
) -> None:
    platform.script = {"1010": [State.RUNNING, "gone"]}
    result = run(platform, surroundings, settle=120.0)
    assert result["error"]["kind"] == "not_found"
    assert clock.monotonic() < 300


def test_lost_credentials_end_the_wait_at_once_with_the_ids(platform: FakePlatform, surroundings: Surroundings) -> None:
    platform.script = {"1010": [State.RUNNING, AuthenticationFailed("the token expired")]}
    result = run(platform, surroundings)
    assert result["error"]["kind"] == "authentication"
    assert result["tasks"][0]["job_ids"] == ["1010"]


@pytest.mark.parametrize(("cancel", "asked"), [(False, []), (True, ["1010"])])
def test_the_time_is_over(
    platform: FakePlatform, surroundings: Surroundings, clock: FakeClock, cancel: bool, asked: list[str]
) -> None:
    platform.script = {"1010": [State.RUNNING], "9": [State.RUNNING], "1012": [State.PAUSED]}
    platform.active = [job("9", "b")]
    options = WaitOptions(timeout=600.0, cancel_on_timeout=cancel)
    result = run(platform, surroundings, "a", "b", "c", wait=options, batch=True)
    assert result["error"]["kind"] == "timeout"
    assert platform.cancelled == asked
    assert 600.0 <= clock.monotonic() <= 601.0
    assert [row["job_ids"] for row in result["tasks"]] == [["1010"], ["9"], ["1012"]]


def test_what_was_found_running_is_awaited_too(platform: FakePlatform, surroundings: Surroundings) -> None:
    platform.active = [job("9", "a")]
    platform.script = {"9": [State.RUNNING, State.FAILED]}
    result = run(platform, surroundings)
    assert result["changed"] is False
    assert result["failed"] is True


def test_one_failure_does_not_end_the_wait_for_the_others(platform: FakePlatform, surroundings: Surroundings) -> None:
    platform.script = {"1010": [State.FAILED], "1011": [State.RUNNING, State.RUNNING, State.SUCCEEDED]}
    result = run(platform, surroundings, "a", "b")
    assert [row["state"] for row in result["tasks"]] == ["failed", "succeeded"]
    assert platform.polls[-1] == ["1011"]


def test_a_synthetic_full_has_ended_only_when_it_was_seen_to_end(
    platform: FakePlatform, surroundings: Surroundings
) -> None:
    incremental = job("1010", "a", State.SUCCEEDED, level=Level.INCREMENTAL)
    synthetic = job("777", "a", State.RUNNING, level=Level.SYNTHETIC_FULL)
    platform.script = {"1010": [incremental], "777": [State.RUNNING, State.SUCCEEDED]}
    platform.later = [synthetic]
    result = run(platform, surroundings, level=Level.SYNTHETIC_FULL)
    assert "failed" not in result
    assert [entry["id"] for entry in result["tasks"][0]["jobs"]] == ["1010", "777"]
    platform.later, platform.script = [], {"1020": [incremental]}
    platform.script["1020"] = [job("1020", "a", State.SUCCEEDED, level=Level.INCREMENTAL)]
    result = run(platform, surroundings, level=Level.SYNTHETIC_FULL)
    assert result["failed"] is True
    assert "further backup" in result["msg"]


@pytest.mark.parametrize(
    ("parts", "active", "lacking"),
    [
        (["default"], [], None),
        (["default", "data", "logs"], [], "the server made no job for data, logs."),
        (["default", "data"], [Level.FULL], None),
        (["default", "data"], [Level.INCREMENTAL], None),
    ],
)
def test_a_whole_is_backed_up_only_with_each_of_its_parts(
    platform: FakePlatform, surroundings: Surroundings, parts: list[str], active: list[Level], lacking: str | None
) -> None:
    platform.parts = {"a": parts}
    platform.active = [
        replace(job("9", "a", level=level), entity={"client": "a", "subclient": "data"}) for level in active
    ]
    platform.script = {"1010": [job("1010", "a", State.SUCCEEDED)]}
    result = run(platform, surroundings)
    assert (lacking is None) is ("failed" not in result)
    assert lacking is None or result["msg"].startswith(f"a is not backed up as a whole: {lacking}")
    assert result["tasks"][0]["outcome"] == "started"


def test_a_job_that_does_not_tell_its_part_may_be_that_of_any(
    platform: FakePlatform, surroundings: Surroundings
) -> None:
    platform.parts = {"a": ["default", "data"]}
    platform.script = {"1010": [replace(job("1010", "a", State.SUCCEEDED), entity={"client": "a", "subclient": None})]}
    assert "failed" not in run(platform, surroundings)


def test_progress_is_shown_on_change_only_and_ids_before_the_wait(
    platform: FakePlatform, surroundings: Surroundings, lines: list[str]
) -> None:
    platform.script = {"1010": [State.RUNNING] * 5 + [State.SUCCEEDED]}
    run(platform, surroundings)
    assert lines[0] == "a: started as 1010"
    assert [line.split(" after ")[0] for line in lines[2:]] == ["a: running", "a: succeeded"]


def test_how_to_pick_up_a_wait_is_shown_before_it_begins(
    platform: FakePlatform, surroundings: Surroundings, lines: list[str]
) -> None:
    platform.active = [job("9", "b")]
    platform.script = {"9": [State.SUCCEEDED]}
    run(platform, surroundings, "a", "b")
    assert lines[0] == "a: started as 1010"
    assert lines[1].startswith("waiting now; the backups go on if this run ends before they do.")
    assert 'task_info or task_state by ids: ["1010", "9"]' in lines[1]
    assert "run the same task again" in lines[1]


def test_who_starts_in_any_case_is_not_told_to_run_it_again(
    platform: FakePlatform, surroundings: Surroundings, lines: list[str]
) -> None:
    run(platform, surroundings, skip_if_running=False)
    assert 'ids: ["1010"]' in lines[1]
    assert "run the same task again" not in lines[1]


def test_a_single_look_that_misses_a_task_is_no_loss_however_seldom_the_looks_are(
    platform: FakePlatform, surroundings: Surroundings
) -> None:
    platform.script = {"1010": [State.RUNNING, "gone", State.RUNNING, State.SUCCEEDED]}
    options = WaitOptions(timeout=7200.0, poll_interval=600.0)
    assert "failed" not in run(platform, surroundings, wait=options, settle=120.0)


def test_absence_counts_from_when_the_server_answers_again(
    platform: FakePlatform, surroundings: Surroundings, clock: FakeClock
) -> None:
    outage: list[Any] = [Unreachable("it restarts", fate=Fate.NOT_SENT)] * 40
    platform.script = {"1010": [State.RUNNING, *outage, "gone", "gone", State.RUNNING, State.SUCCEEDED]}
    assert "failed" not in run(platform, surroundings, settle=120.0)
    assert clock.monotonic() > 600.0


def test_what_cannot_be_looked_at_is_not_cancelled(platform: FakePlatform, surroundings: Surroundings) -> None:
    platform.script = {"1010": [State.RUNNING, ProtocolError("no sense")]}
    options = WaitOptions(timeout=600.0, cancel_on_timeout=True)
    result = run(platform, surroundings, wait=options)
    assert platform.cancelled == []
    assert "was not cancelled, because its present state could not be read" in result["msg"]


def test_a_long_wait_asks_seldom() -> None:
    assert poll_pause(0.0, 10.0) == 10.0
    assert poll_pause(600.0, 10.0) == 30.0
    assert poll_pause(86_400.0, 10.0) == 60.0
    assert poll_pause(86_400.0, 90.0) == 90.0
