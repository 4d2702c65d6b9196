# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ``backup_task`` promises whatever the platform."""

from __future__ import annotations

import pytest

from ..secrets.servers import Listener, closing
from .platforms import Platform

_ROW = {
    "target",
    "outcome",
    "task_id",
    "job_ids",
    "also_started",
    "withdrawn",
    "jobs",
    "state",
    "progress",
    "level",
    "message",
}
_JOB = {"id", "requested_level", "level", "state", "native_state", "progress", "started_at", "finished_at", "bytes"}


def test_a_backup_that_is_awaited(platform: Platform) -> None:
    target = platform.fresh()
    ran = platform.backup(target, wait=True).good()
    assert ran.result["changed"] is True
    assert set(ran.row) == _ROW
    assert set(ran.row["jobs"][0]) >= _JOB
    assert (ran.row["target"], ran.row["outcome"], ran.row["state"]) == (target, "started", "succeeded")
    assert (ran.row["level"], ran.row["progress"], ran.row["jobs"][0]["requested_level"]) == ("full", 100.0, "full")
    assert (platform.starts(), len(ran.result["requests"])) == (1, 1)


def test_a_start_that_is_not_awaited(platform: Platform) -> None:
    ran = platform.backup(platform.fresh()).good()
    assert (ran.row["outcome"], ran.row["message"]) == ("started", "started, not awaited")
    assert ran.row["task_id"]
    assert ran.row["job_ids"]


def test_check_mode_starts_nothing_and_shows_the_request(platform: Platform) -> None:
    ran = platform.backup(platform.fresh(), check=True).good()
    assert (ran.result["changed"], ran.outcomes, platform.starts()) == (True, ["would_start"], 0)
    assert ran.result["requests"][0]["body"]


def test_what_runs_is_left_alone_and_what_is_fresh_as_well(platform: Platform) -> None:
    target = platform.slow()
    first = platform.backup(target).good()
    platform.until_shown(first.row["job_ids"][0])
    second = platform.backup(target).good()
    assert (second.outcomes, second.result["changed"]) == (["already_running"], False)
    assert second.row["job_ids"] == first.row["job_ids"]
    target = platform.fresh()
    platform.backup(target, wait=True).good()
    third = platform.backup(target, max_age="1h").good()
    assert (third.outcomes, third.result["changed"], platform.starts()) == (["fresh"], False, 2)


def test_an_unknown_target_fails_alone(platform: Platform) -> None:
    ran = platform.backup(platform.fresh(), platform.unknown(), platform.fresh(), wait=True)
    assert ran.result["failed"] is True
    assert ran.outcomes == ["started", "failed", "started"]
    assert [row["state"] for row in ran.result["tasks"]] == ["succeeded", "unknown", "succeeded"]
    assert "nowhere" in ran.result["msg"]


def test_a_lost_answer_is_adopted_and_nothing_is_sent_twice(platform: Platform) -> None:
    platform.fault("drop_after", "start")
    ran = platform.backup(platform.fresh(), wait=True).good()
    assert (ran.outcomes, ran.row["state"], platform.starts()) == (["adopted"], "succeeded", 1)


def test_a_start_without_a_trace_is_unknown_and_changed(platform: Platform) -> None:
    platform.fault("drop_before", "start")
    ran = platform.backup(platform.fresh(), settle="1s").bad("unknown_outcome")
    assert (ran.outcomes, ran.result["changed"], platform.starts()) == (["unknown"], True, 1)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("scheme", ["https", "http"])
def test_a_redirected_start_is_not_sent_again(platform: Platform, status: int, scheme: str) -> None:
    """The same path elsewhere says "ask there": nothing was started, and neither start nor token goes there."""
    elsewhere = Listener()
    with closing(elsewhere):
        location = f"{scheme}://{elsewhere.address}{platform.start_path()}"
        platform.fault("redirect", "start", status=status, location=location)
        target = platform.untouched()
        ran = platform.backup(target).bad("protocol")
        assert (ran.outcomes, ran.result["changed"], platform.starts()) == (["failed"], False, 1)
        assert f"HTTP {status}" in ran.result["msg"]
        assert elsewhere.address in ran.result["msg"]
        # It is not repeated by what follows, either.
        assert platform.backup(target).good().outcomes == ["started"]
    assert elsewhere.connections == 0


@pytest.mark.parametrize("status", [302, 303])
@pytest.mark.parametrize("effect", [True, False])
def test_a_start_that_is_answered_by_another_page_is_looked_for(platform: Platform, status: int, effect: bool) -> None:
    """As by a portal that sends to its front page, before or after the server has done its work."""
    platform.fault("redirect", "start", status=status, location="/portal/", effect=effect)
    ran = platform.backup(platform.untouched(), settle="1s")
    assert (ran.outcomes, ran.result["changed"]) == (["adopted" if effect else "unknown"], True)
    assert platform.starts() == 1


def test_a_session_that_expires_in_a_wait(platform: Platform) -> None:
    platform.fault("expired_token", "poll")
    ran = platform.backup(platform.fresh(), wait=True, **platform.credentials("admin")).good()
    assert (ran.row["state"], platform.starts(), platform.logins()) == ("succeeded", 1, 2)


def test_a_server_that_fails_for_a_while_ends_no_wait(platform: Platform) -> None:
    platform.fault("status", "poll", status=503, times=3)
    assert platform.backup(platform.fresh(), wait=True, retries=0).good().row["state"] == "succeeded"


def test_a_wrong_password_is_offered_once(platform: Platform) -> None:
    options = {**platform.credentials("admin"), "password": "wrong horse"}
    ran = platform.backup(platform.unknown(), **options).bad("authentication")
    assert platform.logins() == 1
    assert "wrong horse" not in str(ran.result)


def test_a_user_without_the_right(platform: Platform) -> None:
    ran = platform.backup(platform.unknown() | platform.fresh(), **platform.credentials("viewer"))
    assert ran.result["failed"] is True
    assert ran.outcomes == ["failed"]
    assert ran.result["changed"] is False


@pytest.mark.parametrize("how", ["options", "target", "twice"])
def test_what_cannot_be_meant_is_refused_before_any_request(platform: Platform, how: str) -> None:
    target = platform.unknown()
    if how == "options":
        ran = platform.backup(target, **platform.other_options())
    elif how == "target":
        ran = platform.backup(platform.foreign())
    else:
        ran = platform.backup(target, target)
    ran.bad("invalid")
    assert (platform.logins(), platform.starts()) == (0, 0)
