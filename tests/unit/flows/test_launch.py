# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Exactly once: what happens to a start whose answer is lost."""

from __future__ import annotations

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.api.errors import (
    Fate,
    ServerFault,
    UnknownOutcome,
    Unreachable,
)
from ansible_collections.nightshift.backup.plugins.module_utils.flows.launch import Launched, launch
from ansible_collections.nightshift.backup.plugins.module_utils.flows.surroundings import Surroundings
from ansible_collections.nightshift.backup.plugins.module_utils.model.outcome import Outcome
from ansible_collections.nightshift.backup.plugins.module_utils.model.request import BackupRequest
from ansible_collections.nightshift.backup.tests.unit.flows.fakes import (
    FakeClock,
    FakePlatform,
    lost,
    refused,
    request_for,
)


def start(platform: FakePlatform, request: BackupRequest, surroundings: Surroundings) -> Launched:
    new_marker = surroundings.token if request.marker else lambda: None
    (call,) = platform.start_calls(request, request.targets, new_marker)
    return launch(platform, request, call, surroundings, None)


def test_a_lost_answer_leads_to_a_search_and_never_to_a_second_post(
    platform: FakePlatform, surroundings: Surroundings
) -> None:
    platform.answers = [lost()]
    platform.shown_after = 30.0
    launched = start(platform, request_for("a"), surroundings)
    assert launched.outcome is Outcome.ADOPTED
    assert launched.receipt.job_ids == ("1010",)
    assert len(platform.posts) == 1


def test_a_bare_server_fault_is_an_open_fate_too(platform: FakePlatform, surroundings: Surroundings) -> None:
    platform.answers = [ServerFault("boom", http_status=500, fate=Fate.OPEN)]
    assert start(platform, request_for("a"), surroundings).outcome is Outcome.ADOPTED


def test_what_is_not_found_is_an_unknown_outcome(
    platform: FakePlatform, surroundings: Surroundings, clock: FakeClock
) -> None:
    platform.answers, platform.effective = [lost()], False
    with pytest.raises(UnknownOutcome) as caught:
        start(platform, request_for("a", settle=60.0), surroundings)
    assert caught.value.kind == "unknown_outcome"
    assert "token1" in str(caught.value)
    assert len(platform.posts) == 1
    assert 60.0 <= clock.monotonic() < 64.0


def test_resend_sends_once_more_after_the_search(platform: FakePlatform, surroundings: Surroundings) -> None:
    platform.answers, platform.effective = [lost(), lost(), lost()], False
    with pytest.raises(UnknownOutcome):
        start(platform, request_for("a", resend=True), surroundings)
    assert len(platform.posts) == 2


def test_what_is_found_in_part_is_looked_for_until_it_is_whole(
    platform: FakePlatform, surroundings: Surroundings, clock: FakeClock
) -> None:
    platform.answers, platform.partly_until = [lost()], 30.0
    launched = start(platform, request_for("a", "b"), surroundings)
    assert (launched.receipt.job_ids, launched.receipt.complete) == (("1010", "1011"), True)
    assert clock.monotonic() < 40.0


def test_what_is_never_found_whole_is_not_called_complete(platform: FakePlatform, surroundings: Surroundings) -> None:
    platform.answers, platform.partly_until = [lost()], 1000.0
    launched = start(platform, request_for("a", "b"), surroundings)
    assert (launched.receipt.job_ids, launched.receipt.complete) == (("1010",), False)


def test_what_could_not_be_looked_for_to_the_end_is_not_sent_again(
    platform: FakePlatform, surroundings: Surroundings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_given: object) -> None:
        raise lost("GET")

    platform.answers = [lost()]
    monkeypatch.setattr(platform, "find_started", fail)
    with pytest.raises(UnknownOutcome, match="failed as well"):
        start(platform, request_for("a", resend=True), surroundings)
    assert len(platform.posts) == 1


def test_a_refusal_of_the_second_request_says_nothing_of_the_first(
    platform: FakePlatform, surroundings: Surroundings
) -> None:
    platform.answers, platform.effective = [lost(), refused()], False
    with pytest.raises(UnknownOutcome, match="no answer"):
        start(platform, request_for("a", resend=True), surroundings)


def test_what_never_left_is_sent_again(platform: FakePlatform, surroundings: Surroundings) -> None:
    platform.effective = False
    platform.answers = [Unreachable("refused", fate=Fate.NOT_SENT)]
    platform.answers.append(None)
    assert start(platform, request_for("a"), surroundings).outcome is Outcome.STARTED
    assert len(platform.posts) == 2


def test_a_refusal_is_final(platform: FakePlatform, surroundings: Surroundings) -> None:
    platform.answers, platform.effective = [refused()], False
    with pytest.raises(type(refused())):
        start(platform, request_for("a"), surroundings)
    assert len(platform.posts) == 1


def test_without_marker_and_without_a_look_before_nothing_is_adopted(
    platform: FakePlatform, surroundings: Surroundings, clock: FakeClock
) -> None:
    platform.answers = [lost()]
    with pytest.raises(UnknownOutcome):
        start(platform, request_for("a", marker=False, skip_if_running=False), surroundings)
    assert clock.monotonic() == 0.0
