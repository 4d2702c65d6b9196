# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several targets to a request, and what the server refuses."""

from __future__ import annotations

from typing import Any

import pytest

from .support import LFS, Module, Sandbox, leaf

DENIED = {"client": "pgsql_win", "app": "PostgreSQL", "instance": "pgsql_win_5432", "backupset": "FSBasedBackupSet"}


def names(body: dict[str, Any]) -> list[str]:
    return [entry["clientName"] for entry in body["taskInfo"]["associations"]]


def test_one_request_for_all_and_each_job_with_its_target(backup: Module, sandbox: Sandbox) -> None:
    targets = [sandbox.cold(), sandbox.cold(None), sandbox.cold(), sandbox.cold()]
    ran = backup(*targets, wait=True).good()
    assert len(sandbox.starts()) == 1
    assert [row["target"] for row in ran.result["tasks"]] == targets
    for target, row in zip(targets, ran.result["tasks"], strict=True):
        assert sorted(row["job_ids"]) == sorted(str(job["jobId"]) for job in sandbox.jobs_of(target))
        assert row["state"] == "succeeded"
    assert len({row["task_id"] for row in ran.result["tasks"]}) == 1


@pytest.mark.parametrize(
    ("options", "sizes"), [({}, [5]), ({"max_batch": 2}, [2, 2, 1]), ({"batch": False}, [1, 1, 1, 1, 1])], ids=str
)
def test_the_size_of_a_batch(backup: Module, sandbox: Sandbox, options: dict[str, Any], sizes: list[int]) -> None:
    ran = backup(*(sandbox.cold() for _target in range(5)), **options).good()
    assert [len(names(body)) for body in sandbox.starts()] == sizes
    assert ran.outcomes == ["started"] * 5
    markers = {leaf(body, "subTasks/options/commonOpts/jobDescription") for body in sandbox.starts()}
    assert len(markers) == len(sizes)


def test_companies_do_not_share_a_request(backup: Module, sandbox: Sandbox) -> None:
    targets = [sandbox.cold(company="Acme"), sandbox.cold(company="Zenith"), sandbox.cold(company="Acme")]
    backup(*targets).good()
    assert [len(names(body)) for body in sandbox.starts()] == [2, 1]


def test_a_refused_target_in_the_middle_stands_alone_and_the_others_run(backup: Module, sandbox: Sandbox) -> None:
    targets = [sandbox.cold() for _target in range(5)]
    targets[2] = {**targets[2], "client": "nowhere"}
    ran = backup(*targets, wait=True).bad("rejected")
    assert ran.outcomes == ["started", "started", "failed", "started", "started"]
    assert [row["state"] for row in ran.result["tasks"]].count("succeeded") == 4
    assert "Client [nowhere] does not exist" in ran.result["msg"]
    assert ran.result["error"] == {
        "kind": "rejected",
        "http_status": 200,
        "code": 587205848,
        "message": ran.result["error"]["message"],
        "method": "POST",
        "path": "CreateTask",
    }
    assert ran.result["changed"] is True
    for target in targets[:2] + targets[3:]:
        assert len(sandbox.jobs_of(target)) == 1


def test_stop_starts_nothing_more(backup: Module, sandbox: Sandbox) -> None:
    targets = [sandbox.cold() for _target in range(4)]
    targets[1] = {**targets[1], "client": "nowhere"}
    ran = backup(*targets, on_invalid="stop", max_batch=2).bad("rejected")
    assert ran.outcomes == ["failed", "failed", "not_started", "not_started"]
    assert len(sandbox.starts()) == 1
    assert ran.result["changed"] is False


@pytest.mark.parametrize("marker", [True, False])
def test_what_a_refused_batch_started_all_the_same_is_not_started_again(
    backup: Module, sandbox: Sandbox, marker: bool
) -> None:
    targets = [sandbox.cold(), sandbox.cold()]
    sandbox.fault("status", status=500, vendor_body=True, effect=True, error_code=17)
    ran = backup(*targets, marker=marker).good()
    assert ran.outcomes == ["adopted", "adopted"]
    assert len(sandbox.starts()) == 1
    assert [len(sandbox.jobs_of(target)) for target in targets] == [1, 1]


def test_a_target_of_which_nothing_was_started_fails_alone(backup: Module, sandbox: Sandbox) -> None:
    off = {"client": "gaps", "app": LFS, "backupset": "main", "subclient": "off"}
    ran = backup(off, sandbox.cold()).bad("not_found")
    assert ran.outcomes == ["failed", "started"]
    assert "started no backup of gaps/" in ran.result["msg"]


def test_some_run_some_are_fresh_some_start(backup: Module, sandbox: Sandbox) -> None:
    running, fresh, stale = sandbox.cold(), sandbox.cold(), sandbox.cold()
    sandbox.job(running, level="FULL", status="Running")
    sandbox.job(fresh, level="FULL", status="Completed", started_ago=60, ended_ago=10)
    ran = backup(fresh, stale, running, max_age="1d").good()
    assert ran.outcomes == ["fresh", "started", "already_running"]
    (body,) = sandbox.starts()
    assert names(body) == [stale["client"]]


def test_verify_targets_asks_first_and_fails_what_does_not_exist(backup: Module, sandbox: Sandbox) -> None:
    good = sandbox.cold()
    wrong = [
        {**sandbox.cold(), "client": "nowhere"},
        {**sandbox.cold(), "subclient": "nothing"},
        {**sandbox.cold(), "backupset": "nothing"},
        {**sandbox.cold(), "client_id": 2},
        {**sandbox.cold(), "instance": "nothing"},
        {"client": "web01", "backupset_id": 101},
        {"client": "web01", "backupset": "logs", "subclient_id": 1001},
        {"client_id": 99999, "backupset": "main"},
        {"client_id": 2, "backupset_id": 99999},
    ]
    ran = backup(good, *wrong, verify_targets=True, batch=False)
    assert ran.outcomes == ["started", *["failed"] * len(wrong)]
    assert len(sandbox.starts()) == 1


ERRORS: list[tuple[str, dict[str, Any], dict[str, Any], str, str]] = [
    (
        "forbidden",
        DENIED,
        {"http_status": 403, "code": 587203022},
        "does not have required capability [Data Protection/Management Operations] for this client [pgsql_win]",
        "Ask an administrator",
    ),
    (
        "rejected",
        {"client": "files01", "app": "File System", "backupset": "switchedOff", "subclient": "default"},
        {"http_status": 500, "code": 587207178},
        "Failed to start backups as no eligible subclients were found.",
        "Correct what the server names",
    ),
    (
        "rejected",
        {"client": "nowhere", "app": "File System", "backupset": "defaultBackupSet", "subclient": "default"},
        {"http_status": 200, "code": 587205848},
        "Client [nowhere] does not exist.",
        "Correct what the server names",
    ),
]


@pytest.mark.parametrize("wire_format", ["json", "xml"])
@pytest.mark.parametrize(("kind", "target", "facts", "words", "advice"), ERRORS)
def test_a_refusal_is_told_in_the_server_s_words(
    backup: Module,
    sandbox: Sandbox,
    kind: str,
    target: dict[str, Any],
    facts: dict[str, Any],
    words: str,
    advice: str,
    wire_format: str,
) -> None:
    token = sandbox.login("operator", sandbox.operator_password)
    target = {"subclient": "default", **target}
    ran = backup(target, token=token, commvault={"wire_format": wire_format}).bad(kind)
    assert facts.items() <= ran.result["error"].items()
    assert {"method": "POST", "path": "CreateTask"}.items() <= ran.result["error"].items()
    assert words in ran.result["error"]["message"]
    assert ran.result["msg"].startswith(target["client"])
    assert advice in ran.result["msg"]
    assert ran.outcomes == ["failed"]
    assert len(sandbox.starts()) == 1


def test_a_wrong_token_is_told(backup: Module, sandbox: Sandbox) -> None:
    ran = backup(sandbox.cold(), token="QSDK wrong").bad("authentication")
    assert (ran.result["error"]["http_status"], ran.result["error"]["code"]) == (401, 5)
    assert ran.outcomes == ["not_started"]
    assert "give username and password" in ran.result["msg"]


def test_a_wrong_password_is_told_and_offered_once(backup: Module, sandbox: Sandbox) -> None:
    ran = backup(sandbox.cold(), token=None, username="admin", password="wrong").bad("authentication")
    assert "Invalid Username or Password" in ran.result["msg"]
    assert len(sandbox.sent("Login")) == 1


def test_an_untrusted_certificate_is_told(backup: Module, sandbox: Sandbox) -> None:
    ran = backup(sandbox.cold(), ca_path=None).bad("tls")
    assert "ca_path" in ran.result["msg"]
    assert not sandbox.log()
