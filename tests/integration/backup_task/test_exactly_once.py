# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A start is sent once, whatever happens to its answer, and a stranger's backup is never taken for ours."""

from __future__ import annotations

from typing import Any

import pytest

from .support import Module, Sandbox

# Answers that leave the fate of a request open although it had its effect.
LOST: list[dict[str, Any]] = [
    {"kind": "drop_after"},
    {"kind": "empty"},
    {"kind": "truncated"},
    {"kind": "invalid_utf8"},
    {"kind": "status", "status": 500, "effect": True},
    {"kind": "status", "status": 503, "effect": True, "text": "try again"},
    {"kind": "html", "status": 200, "effect": True},
    {"kind": "html", "status": 502, "effect": True},
]
NEVER_DONE: list[dict[str, Any]] = [
    {"kind": "drop_before"},
    {"kind": "status", "status": 500},
    {"kind": "html", "status": 503},
]


def kind(fault: dict[str, Any]) -> str:
    return f"{fault['kind']}{fault.get('status', '')}"


@pytest.mark.parametrize(
    ("fault", "wire_format"),
    [*((fault, "json") for fault in LOST), *((fault, "xml") for fault in LOST[2:3])],
    ids=lambda value: kind(value) if isinstance(value, dict) else value,
)
def test_a_lost_start_is_found_by_its_marker(
    backup: Module, sandbox: Sandbox, fault: dict[str, Any], wire_format: str
) -> None:
    target = sandbox.cold()
    sandbox.fault(**fault)
    ran = backup(target, commvault={"wire_format": wire_format}, skip_if_running=False).good()
    assert ran.outcomes == ["adopted"]
    assert ran.result["changed"] is True
    (job,) = sandbox.jobs_of(target)
    assert ran.row["job_ids"] == [str(job["jobId"])]
    assert ran.row["task_id"]
    assert len(sandbox.starts()) == 1


@pytest.mark.parametrize("fault", NEVER_DONE, ids=kind)
def test_a_start_that_left_no_trace_is_an_unknown_outcome(
    backup: Module, sandbox: Sandbox, fault: dict[str, Any]
) -> None:
    target = sandbox.cold()
    sandbox.fault(**fault)
    ran = backup(target, settle="0.7s", skip_if_running=False).bad("unknown_outcome")
    assert ran.outcomes == ["unknown"]
    assert ran.result["changed"] is True
    assert not sandbox.jobs_of(target)
    (body,) = sandbox.starts()
    marker = body["taskInfo"]["subTasks"][0]["options"]["commonOpts"]["jobDescription"].split(":")[1].rstrip("]")
    assert marker in ran.result["msg"]
    assert "within 0.7 s" in ran.result["msg"]


def test_the_time_limit_of_a_start_and_what_was_started_all_the_same(backup: Module, sandbox: Sandbox) -> None:
    target = sandbox.cold()
    sandbox.fault("delay", seconds=1.6, when="after")
    ran = backup(target, start_timeout="1s", wait=True).good()
    assert ran.outcomes == ["adopted"]
    assert ran.row["state"] == "succeeded"
    assert len(sandbox.starts()) == len(sandbox.jobs_of(target)) == 1


def test_a_start_that_appears_late_is_still_found(backup: Module, sandbox: Sandbox) -> None:
    target = sandbox.cold()
    sandbox.fault("job_late", seconds=0.6)
    sandbox.fault("drop_after")
    ran = backup(target, settle="10s").good()
    assert ran.outcomes == ["adopted"]
    assert len(sandbox.jobs_of(target)) == 1


def test_a_batch_is_adopted_whole_and_each_job_goes_to_its_target(backup: Module, sandbox: Sandbox) -> None:
    targets = [sandbox.cold(), sandbox.cold(None), sandbox.cold()]
    sandbox.fault("drop_after")
    ran = backup(*targets, wait=True).good()
    assert ran.outcomes == ["adopted"] * 3
    assert [len(row["job_ids"]) for row in ran.result["tasks"]] == [1, 2, 1]
    for target, row in zip(targets, ran.result["tasks"], strict=True):
        assert sorted(row["job_ids"]) == sorted(str(job["jobId"]) for job in sandbox.jobs_of(target))
    assert len(sandbox.starts()) == 1


def test_resend_sends_once_more(backup: Module, sandbox: Sandbox) -> None:
    target = sandbox.cold()
    sandbox.fault("drop_before")
    ran = backup(target, resend=True, settle="0.5s").good()
    assert ran.outcomes == ["started"]
    assert len(sandbox.starts()) == 2
    sandbox.wait_until_shown(ran.row["job_ids"][0])
    assert len(sandbox.jobs_of(target)) == 1


def test_resend_sends_not_a_third_time(backup: Module, sandbox: Sandbox) -> None:
    sandbox.fault("drop_before", times=None)
    backup(sandbox.cold(), resend=True, settle="0.5s").bad("unknown_outcome")
    assert len(sandbox.starts()) == 2


def test_an_unreachable_server_fails_every_row(backup: Module, sandbox: Sandbox) -> None:
    ran = backup(sandbox.cold(), sandbox.cold(), url="https://127.0.0.1:1/commandcenter/api", retries=0)
    ran.bad("unreachable")
    assert ran.outcomes == ["not_started", "not_started"]
    assert ran.result["changed"] is False


@pytest.mark.parametrize("fault", [{"kind": "drop_after"}, {"kind": "drop_before"}], ids=kind)
@pytest.mark.parametrize("marker", [True, False])
def test_a_stranger_s_backup_is_never_adopted(
    backup: Module, sandbox: Sandbox, fault: dict[str, Any], marker: bool
) -> None:
    target = sandbox.cold()
    sandbox.fault(**fault)
    # They have ended, so that the look before the start does not see them, and begin after it by their clock.
    later = {"level": "FULL", "status": "Completed", "started": int(sandbox.now()) + 2}
    strange = {
        sandbox.job(target, user="stranger", task_id=999, **later),
        sandbox.job(target, user="admin", task_id=998, started_from="Scheduled", **later),
        sandbox.job({**target, "subclient": "extra"}, user="admin", task_id=997, **later),
    }
    ran = backup(target, marker=marker, settle="0.8s")
    assert not strange & set(ran.row["job_ids"])
    mine = [row for row in sandbox.jobs_of(target) if str(row["jobId"]) not in strange]
    assert len(mine) == (fault["kind"] == "drop_after")
    assert ran.outcomes == ["adopted" if mine else "unknown"]


def test_without_a_marker_the_only_candidate_is_ours(backup: Module, sandbox: Sandbox) -> None:
    target = sandbox.cold()
    sandbox.fault("drop_after")
    ran = backup(target, marker=False, settle="0.8s").good()
    assert ran.outcomes == ["adopted"]
    assert len(sandbox.jobs_of(target)) == 1


@pytest.mark.parametrize(
    "twin", [{"level": "FULL"}, {"level": "INCREMENTAL"}, {"level": "FULL", "task_id": 0}], ids=str
)
def test_without_a_marker_one_of_two_candidates_is_not_chosen(
    backup: Module, sandbox: Sandbox, twin: dict[str, Any]
) -> None:
    target = sandbox.cold()
    sandbox.fault("drop_after")
    # Somebody else who works as the same user starts a backup at the same time.
    later = {"status": "Completed", "user": "admin", "task_id": 997, "started": int(sandbox.now()) + 2}
    sandbox.job(target, **{**later, **twin})
    ran = backup(target, marker=False, settle="0.8s").bad("unknown_outcome")
    assert ran.row["job_ids"] == []


@pytest.mark.parametrize("words", ["[nightshift:0123456789ab]", "before the release", ""])
def test_without_a_marker_the_words_of_a_job_must_be_ours(backup: Module, sandbox: Sandbox, words: str) -> None:
    target = sandbox.cold()
    sandbox.fault("drop_before")
    # Somebody else who works as the same user starts the very backup that we did not get started.
    later = {"status": "Completed", "level": "FULL", "started": int(sandbox.now()) + 2}
    sandbox.job(target, user="admin", task_id=997, description=words, **later)
    ran = backup(target, marker=False, settle="0.8s", description="nightly").bad("unknown_outcome")
    assert ran.row["job_ids"] == []


def test_without_a_marker_and_a_list_from_before_nothing_is_adopted(backup: Module, sandbox: Sandbox) -> None:
    target = sandbox.cold()
    sandbox.fault("drop_after")
    ran = backup.plain(target).bad("unknown_outcome")
    assert "was not looked for" in ran.result["msg"]
    assert [entry["path"].rsplit("/", 1)[1] for entry in sandbox.log()] == ["CreateTask"]


def test_an_expired_token_at_the_start_is_no_reason_for_two(backup: Module, sandbox: Sandbox) -> None:
    target = sandbox.cold()
    sandbox.fault("expired_token")
    user = {"username": "admin", "password": sandbox.password}
    ran = backup(target, skip_if_running=False, **user).good()
    assert ran.outcomes == ["started"]
    assert [request["status"] for request in sandbox.sent()] == [401, 200]
    sandbox.wait_until_shown(ran.row["job_ids"][0])
    assert len(sandbox.jobs_of(target)) == 1


def test_look_ups_that_fail_do_not_end_the_search(backup: Module, sandbox: Sandbox) -> None:
    target = sandbox.cold()
    sandbox.fault("drop_after")
    sandbox.fault("html", path="Jobs$", times=1)
    ran = backup(target, skip_if_running=False, settle="10s", retries=0).good()
    assert ran.outcomes == ["adopted"]
