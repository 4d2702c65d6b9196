# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A wait ends when the backups have ended, and not before."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from .support import LFS, Module, Sandbox

TROUBLE = {"client": "trouble01", "app": LFS, "backupset": "defaultBackupSet"}

ENDS: list[tuple[str, str, str, dict[str, Any], bool]] = [
    ("default", "succeeded", "Completed", {}, True),
    ("with_warnings", "warning", "Completed w/ one or more warnings", {}, True),
    ("with_warnings", "warning", "Completed w/ one or more warnings", {"accept_warnings": False}, False),
    ("with_errors", "partial", "Completed w/ one or more errors", {}, False),
    ("with_errors", "partial", "Completed w/ one or more errors", {"accept_errors": True}, True),
    ("fails", "failed", "Failed", {}, False),
    ("wont_start", "failed", "Failed to Start", {}, False),
    ("committed", "partial", "Committed", {}, False),
    ("pends", "succeeded", "Completed", {}, True),
]


@pytest.mark.parametrize(("subclient", "state", "native", "options", "good"), ENDS)
def test_every_end_of_a_job(
    backup: Module, sandbox: Sandbox, subclient: str, state: str, native: str, options: dict[str, Any], good: bool
) -> None:
    ran = backup({**TROUBLE, "subclient": subclient}, wait=True, **options)
    (job,) = ran.row["jobs"]
    assert (ran.row["outcome"], ran.row["state"], job["native_state"]) == ("started", state, native)
    assert ran.result.get("failed", False) is not good
    assert job["finished_at"]
    assert job["id"] == ran.row["job_ids"][0]
    if not good:
        assert ran.result["error"]["kind"] == "rejected"
        assert native in ran.result["msg"]
        assert job["message"].rstrip(".") in ran.result["msg"]


def test_a_committed_backup_is_never_accepted(backup: Module, sandbox: Sandbox) -> None:
    ran = backup({**TROUBLE, "subclient": "committed"}, wait=True, accept_errors=True).bad("rejected")
    assert "ended as Committed" in ran.result["msg"]


@pytest.mark.parametrize("status", ["Killed", "Abnormal Terminated Cleanup", "Skipped"])
def test_ends_that_come_from_outside(backup: Module, sandbox: Sandbox, status: str) -> None:
    target = sandbox.cold()
    found = sandbox.job(target, level="FULL", status="Running")
    timer = threading.Timer(0.4, lambda: sandbox.job(id=int(found), status=status, reason="Said the operator."))
    timer.start()
    ran = backup(target, wait=True).bad("rejected")
    timer.join()
    assert ran.row["state"] == ("cancelled" if status == "Killed" else "failed")
    assert f"{found} ended as {status} (Said the operator)" in ran.result["msg"]


def test_an_unknown_status_is_no_end(backup: Module, sandbox: Sandbox) -> None:
    target = sandbox.cold()
    found = sandbox.job(target, level="FULL", status="Running")
    sandbox.job(id=int(found), status="Completed by magic")
    ran = backup(target, wait=True, wait_timeout="1s").bad("timeout")
    assert ran.row["state"] == "unknown"
    assert ran.row["jobs"][0]["native_state"] == "Completed by magic"


def test_a_wait_shows_what_changes(backup: Module, sandbox: Sandbox) -> None:
    ran = backup({**TROUBLE, "subclient": "slow"}, wait=True, level="full").good()
    job_id = ran.row["job_ids"][0]
    assert ran.shown[0].endswith(f"started as {job_id}")
    assert len(ran.shown) == len({line.split(" after ")[0] for line in ran.shown})
    assert f'by ids: ["{job_id}"]' in ran.shown[1]
    assert all(line.startswith("trouble01/") for line in (ran.shown[0], *ran.shown[2:]))
    assert "succeeded 100 % after" in ran.shown[-1]


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "drop_before", "times": 2},
        {"kind": "html", "times": 2},
        {"kind": "truncated", "times": 2},
        {"kind": "empty", "times": 2},
        {"kind": "status", "status": 503, "times": 2},
        {"kind": "rate_limit", "times": 1, "retry_after": 0.1},
        {"kind": "not_found_first", "times": 3},
        {"kind": "error_in_200", "times": 2},
        {"kind": "expired_token", "times": 1},
    ],
    ids=lambda fault: str(fault["kind"]),
)
def test_polls_that_go_wrong_do_not_end_the_wait(backup: Module, sandbox: Sandbox, fault: dict[str, Any]) -> None:
    sandbox.fault(path=r"Job/\d+$", **fault)
    user = {"username": "admin", "password": sandbox.password}
    ran = backup(sandbox.cold(), wait=True, **user).good()
    assert ran.row["state"] == "succeeded"
    assert len(sandbox.starts()) == 1


def test_a_token_that_expires_during_the_wait_is_replaced(backup: Module, sandbox: Sandbox) -> None:
    timer = threading.Timer(0.6, sandbox.expire)
    timer.start()
    user = {"username": "admin", "password": sandbox.password}
    ran = backup({**TROUBLE, "subclient": "slow"}, wait=True, **user).good()
    timer.join()
    assert ran.row["state"] == "succeeded"
    assert len(sandbox.sent("Login")) == 1
    assert len(sandbox.sent("Logout")) == 1
    assert len(sandbox.starts()) == 1


def test_a_token_alone_that_expires_ends_the_wait_with_the_ids(backup: Module, sandbox: Sandbox) -> None:
    timer = threading.Timer(0.6, sandbox.expire)
    timer.start()
    ran = backup({**TROUBLE, "subclient": "slow"}, wait=True, skip_if_running=False).bad("authentication")
    timer.join()
    assert ran.outcomes == ["started"]
    assert ran.row["job_ids"]
    assert "could not be awaited" in ran.row["message"]


def test_a_given_token_is_never_logged_out(backup: Module, sandbox: Sandbox) -> None:
    backup(sandbox.cold(), username="admin", password=sandbox.password).good()
    assert not sandbox.sent("Login")
    assert not sandbox.sent("Logout")


@pytest.mark.parametrize(("choice", "killed"), [("fail", False), ("cancel", True)])
def test_the_time_is_over(backup: Module, sandbox: Sandbox, choice: str, killed: bool) -> None:
    found, paused, started = sandbox.cold(), sandbox.cold(), {**sandbox.cold(), "client": f"endless_{choice}"}
    sandbox.job(found, level="FULL", status="Running")

    def suspend() -> None:
        for row in sandbox.jobs_of(paused):
            sandbox.job(id=row["jobId"], status="Suspended")

    timer = threading.Timer(0.5, suspend)
    timer.start()
    ran = backup(found, paused, started, wait=True, wait_timeout="1.2s", on_timeout=choice, skip_if_running=True)
    timer.join()
    ran.bad("timeout")
    assert ran.outcomes == ["already_running", "started", "started"]
    kills = [entry["path"].rsplit("/", 3)[1] for entry in sandbox.sent("kill")]
    mine = [str(row["jobId"]) for row in sandbox.jobs_of(started)]
    assert kills == (mine if killed else [])
    assert ("was asked to end" in ran.result["tasks"][2]["message"]) is killed
    assert all(row["message"] for row in ran.result["tasks"])


@pytest.mark.parametrize(
    "options", [{"startup": {"start_in_suspended_state": True}}, {"task": {"disabled": True}}], ids=str
)
def test_a_start_that_never_runs_is_not_awaited(backup: Module, sandbox: Sandbox, options: dict[str, Any]) -> None:
    ran = backup(sandbox.cold(), wait=True, commvault=options).bad("invalid")
    assert "wait would never end" in ran.result["msg"]
    assert not sandbox.log()


def test_a_suspended_start_is_started_with_a_warning(backup: Module, sandbox: Sandbox) -> None:
    target = sandbox.cold()
    ran = backup(target, commvault={"startup": {"start_in_suspended_state": True}}).good()
    assert "starts suspended" in ran.warnings
    assert [row["status"] for row in sandbox.jobs_of(target)] in ([], ["Suspended"])


@pytest.mark.parametrize(
    ("order", "levels"),
    [
        ("before_synth", ["incremental", "synthetic_full"]),
        ("after_synth", ["synthetic_full", "incremental"]),
    ],
)
def test_a_synthetic_full_with_an_incremental_is_followed_to_the_end_of_both(
    backup: Module, sandbox: Sandbox, order: str, levels: list[str]
) -> None:
    both = {"backup_options": {"run_incremental_backup": True, "inc_level": order}}
    ran = backup(sandbox.warm(), level="synthetic_full", commvault=both, wait=True).good()
    assert [job["level"] for job in ran.row["jobs"]] == levels
    assert {job["state"] for job in ran.row["jobs"]} == {"succeeded"}
    assert ran.row["job_ids"] == [job["id"] for job in ran.row["jobs"]]
    assert not ran.warnings


def test_each_subclient_of_a_set_owes_both_of_its_jobs(backup: Module, sandbox: Sandbox) -> None:
    target = {"client": "uneven", "app": LFS, "backupset": "main", "entity_type": "backupset"}
    both = {"backup_options": {"run_incremental_backup": True, "inc_level": "before_synth"}}
    ran = backup(target, level="synthetic_full", commvault=both, wait=True).good()
    made = sorted((job["subclient"], job["level"]) for job in ran.row["jobs"])
    assert made == sorted((name, kind) for name in ("s6", "s90", "s300") for kind in ("incremental", "synthetic_full"))
    assert {job["state"] for job in ran.row["jobs"]} == {"succeeded"}


def test_the_level_that_the_server_ran_is_told(backup: Module, sandbox: Sandbox) -> None:
    target = sandbox.cold()
    ran = backup(target, level="incremental", wait=True).good()
    assert ran.row["level"] == "full"
    assert ran.row["jobs"][0]["requested_level"] == "incremental"
    assert "asked for incremental, the server ran full" in ran.warnings


@pytest.mark.parametrize("wait", [True, False])
def test_strict_level_fails(backup: Module, sandbox: Sandbox, wait: bool) -> None:
    ran = backup(sandbox.cold(), level="incremental", strict_level=True, wait=wait).bad("rejected")
    assert ran.outcomes == ["started"]
    assert "the server ran full" in ran.result["msg"]


def test_one_converted_subclient_of_a_set_is_told(backup: Module, sandbox: Sandbox) -> None:
    target = {"client": "mixed", "app": LFS, "backupset": "main", "entity_type": "backupset"}
    ran = backup(target, level="incremental", wait=True, strict_level=True).bad("rejected")
    assert "new: asked for incremental, the server ran full" in ran.result["msg"]


def test_strict_level_does_not_pass_what_it_could_not_read(backup: Module, sandbox: Sandbox) -> None:
    sandbox.fault("status", path=r"Job/\d+$", status=503, times=None)
    ran = backup(sandbox.cold(), level="incremental", strict_level=True, retries=0, settle="0.5s")
    assert ran.result["failed"]
    assert ran.outcomes == ["started"]
    assert ran.row["job_ids"]
