# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is already running or young enough is not started again."""

from __future__ import annotations

from typing import Any

import pytest

from .support import LFS, Module, Sandbox

HOUR, DAY = 3600, 86400


@pytest.mark.parametrize(
    ("level", "running", "outcome"),
    [
        ("full", "full", "already_running"),
        ("full", "incremental", "started"),
        ("incremental", "full", "already_running"),
        ("incremental", "incremental", "already_running"),
        ("incremental", "differential", "already_running"),
        ("incremental", "synthetic_full", "started"),
        ("differential", "incremental", "already_running"),
        ("synthetic_full", "synthetic_full", "already_running"),
        ("synthetic_full", "full", "started"),
    ],
)
def test_the_level_rule_of_what_runs(backup: Module, sandbox: Sandbox, level: str, running: str, outcome: str) -> None:
    target = sandbox.cold()
    found = sandbox.job(target, level=running.upper(), status="Running")
    ran = backup(target, level=level).good()
    assert ran.outcomes == [outcome]
    assert len(sandbox.starts()) == (outcome == "started")
    assert ran.result["changed"] is (outcome == "started")
    if outcome == "already_running":
        assert ran.row["job_ids"] == [found]
        assert f"backup {found} is already running" in ran.row["message"]
    else:
        assert f"is started while {running.replace('_', ' ')} backup {found} is running" in ran.warnings


@pytest.mark.parametrize("status", ["Waiting", "Pending", "Queued", "Running", "Interrupted", "Kill Pending"])
def test_every_active_status_counts(backup: Module, sandbox: Sandbox, status: str) -> None:
    target = sandbox.cold()
    sandbox.job(target, level="FULL", status=status)
    assert backup(target).good().outcomes == ["already_running"]


@pytest.mark.parametrize("status", ["Completed", "Failed", "Killed"])
def test_what_has_ended_does_not_run(backup: Module, sandbox: Sandbox, status: str) -> None:
    target = sandbox.cold()
    sandbox.job(target, level="FULL", status=status)
    assert backup(target).good().outcomes == ["started"]


@pytest.mark.parametrize(
    ("choice", "outcome", "failed", "posts"),
    [("start", "started", False, 1), ("skip", "not_started", False, 0), ("fail", "failed", True, 0)],
)
def test_another_level_runs(
    backup: Module, sandbox: Sandbox, choice: str, outcome: str, failed: bool, posts: int
) -> None:
    target = sandbox.cold()
    found = sandbox.job(target, level="INCREMENTAL", status="Running")
    ran = backup(target, if_other_running=choice)
    assert ran.outcomes == [outcome]
    assert ran.result.get("failed", False) is failed
    assert len(sandbox.starts()) == posts
    assert found in (ran.warnings if choice == "start" else ran.row["message"])


@pytest.mark.parametrize(
    ("job", "options"),
    [
        ({"status": "Running", "started_ago": 25 * HOUR}, {}),
        ({"status": "Suspended", "started_ago": 60}, {}),
        ({"status": "Running", "started_ago": 120}, {"stuck_after": "90s"}),
    ],
)
def test_a_stuck_backup_fails_the_target_and_is_left_alone(
    backup: Module, sandbox: Sandbox, job: dict[str, Any], options: dict[str, Any]
) -> None:
    target = sandbox.cold()
    found = sandbox.job(target, level="FULL", **job)
    ran = backup(target, wait=True, **options).bad("rejected")
    assert ran.outcomes == ["stuck"]
    assert f"full backup {found} has been {job['status']} for" in ran.result["msg"]
    assert not [entry for entry in sandbox.log() if entry["write"]]


def test_a_backup_set_runs_only_when_each_of_its_subclients_does(backup: Module, sandbox: Sandbox) -> None:
    target = sandbox.cold(None)
    first = sandbox.job({**target, "subclient": "default"}, level="FULL")
    ran = backup(target).good()
    assert ran.outcomes == ["started"]
    assert f"a part of it already runs ({first})" in ran.warnings
    target = sandbox.cold(None)
    jobs = [sandbox.job({**target, "subclient": name}, level="FULL") for name in ("default", "extra")]
    ran = backup(target).good()
    assert ran.outcomes == ["already_running"]
    assert sorted(ran.row["job_ids"]) == sorted(jobs)


def test_another_subclient_or_client_does_not_count(backup: Module, sandbox: Sandbox) -> None:
    target = sandbox.cold()
    sandbox.job({**target, "subclient": "extra"}, level="FULL")
    sandbox.job(sandbox.cold(), level="FULL")
    ran = backup(target).good()
    assert ran.outcomes == ["started"]
    assert not ran.warnings


def test_without_the_look_it_is_started_again(backup: Module, sandbox: Sandbox) -> None:
    target = sandbox.cold()
    sandbox.job(target, level="FULL")
    assert backup(target, skip_if_running=False).good().outcomes == ["started"]


def test_a_second_run_finds_the_first(backup: Module, sandbox: Sandbox) -> None:
    target = {"client": "trouble01", "app": LFS, "backupset": "defaultBackupSet", "subclient": "slow"}
    first = backup(target).good()
    sandbox.wait_until_shown(first.row["job_ids"][0])
    sandbox.reset()
    second = backup(target, wait=True).good()
    assert second.outcomes == ["already_running"]
    assert second.result["changed"] is False
    assert second.row["job_ids"] == first.row["job_ids"]
    assert second.row["state"] == "succeeded"
    assert not sandbox.starts()


FRESH: list[tuple[str, dict[str, Any], dict[str, Any], bool]] = [
    ("young", {}, {}, True),
    ("too old", {"started_ago": 3 * HOUR}, {}, False),
    ("began too early, ended in time", {"started_ago": 3 * HOUR, "ended_ago": 60}, {}, False),
    ("aged", {"aged": True}, {}, False),
    ("failed", {"status": "Failed"}, {}, False),
    ("killed", {"status": "Killed"}, {}, False),
    ("committed", {"status": "Committed"}, {"accept_errors": True}, False),
    ("with errors", {"status": "Completed w/ one or more errors"}, {}, False),
    ("with accepted errors", {"status": "Completed w/ one or more errors"}, {"accept_errors": True}, True),
    ("with warnings", {"status": "Completed w/ one or more warnings"}, {}, True),
    ("warnings refused", {"status": "Completed w/ one or more warnings"}, {"accept_warnings": False}, False),
    ("another level", {"level": "INCREMENTAL"}, {}, False),
    ("a fuller level", {}, {"level": "incremental"}, True),
    ("a synthetic full for a full", {"level": "SYNTHETIC_FULL", "type": "Synthetic Full"}, {}, False),
    (
        "a synthetic full for itself",
        {"level": "SYNTHETIC_FULL", "type": "Synthetic Full"},
        {"level": "synthetic_full"},
        True,
    ),
    ("a restore", {"type": "Restore", "level": "FULL"}, {}, False),
]


@pytest.mark.parametrize(("job", "options", "fresh"), [row[1:] for row in FRESH], ids=[row[0] for row in FRESH])
def test_what_counts_as_the_last_good_backup(
    backup: Module, sandbox: Sandbox, job: dict[str, Any], options: dict[str, Any], fresh: bool
) -> None:
    target = sandbox.cold()
    values = {"status": "Completed", "level": "FULL", "started_ago": HOUR, "ended_ago": 60, **job}
    made = sandbox.job(target, **values)
    ran = backup(target, max_age="2h", **options).good()
    assert ran.outcomes == ["fresh" if fresh else "started"]
    assert len(sandbox.starts()) == (not fresh)
    if fresh:
        assert ran.row["job_ids"] == [made]
        assert ran.row["message"].startswith("the last good backup is 1 h")


def test_the_server_s_clock_decides_what_is_young(backup: Module, sandbox: Sandbox) -> None:
    target = sandbox.cold()
    sandbox.job(target, status="Completed", level="FULL", started_ago=60, ended_ago=10)
    login = {"token": None, "username": "admin", "password": sandbox.password}
    try:
        sandbox.advance(3 * HOUR)
        assert backup(target, max_age="2h", check=True, **login).good().outcomes == ["would_start"]
    finally:
        sandbox.advance(-3 * HOUR)
    assert backup(target, max_age="2h", check=True).good().outcomes == ["fresh"]


def test_a_backup_set_is_fresh_only_if_each_subclient_is(backup: Module, sandbox: Sandbox) -> None:
    target = sandbox.cold(None)
    common = {"status": "Completed", "level": "FULL", "ended_ago": 10}
    sandbox.job({**target, "subclient": "default"}, started_ago=60, **common)
    assert backup(target, max_age="1d", check=True).good().outcomes == ["would_start"]
    sandbox.job({**target, "subclient": "extra"}, started_ago=2 * HOUR, **common)
    ran = backup(target, max_age="1d", check=True).good()
    assert ran.outcomes == ["fresh"]
    assert ran.row["message"].startswith("the last good backup is 2 h")


def test_a_subclient_that_takes_no_backups_does_not_count(backup: Module, sandbox: Sandbox) -> None:
    target = {"client": "gaps", "app": LFS, "backupset": "main", "entity_type": "backupset"}
    sandbox.job({**target, "subclient": "default"}, status="Completed", level="FULL", started_ago=60, ended_ago=10)
    assert backup(target, max_age="1d", check=True).good().outcomes == ["fresh"]


def test_a_fresh_target_behind_a_stuck_backup_is_fresh(backup: Module, sandbox: Sandbox) -> None:
    target = sandbox.cold()
    sandbox.job(target, status="Suspended", level="FULL")
    sandbox.job(target, status="Completed", level="FULL", started_ago=60, ended_ago=10)
    assert backup(target, max_age="1d").good().outcomes == ["fresh"]


def test_a_target_that_cannot_be_looked_up_fails_and_the_others_run(backup: Module, sandbox: Sandbox) -> None:
    lost, good = {**sandbox.cold(), "client": "nowhere"}, sandbox.cold()
    ran = backup(lost, good, max_age="1d").bad("rejected")
    assert ran.outcomes == ["failed", "started"]
    assert "nowhere" in ran.result["msg"]


def test_a_history_that_cannot_be_read_starts_nothing(backup: Module, sandbox: Sandbox) -> None:
    sandbox.fault("html", path="Jobs", times=None)
    ran = backup(sandbox.cold(), max_age="1d", skip_if_running=False, retries=0)
    assert ran.result["failed"]
    assert ran.outcomes == ["not_started"]
    assert not sandbox.starts()
