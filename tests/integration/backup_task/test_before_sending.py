# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What cannot be meant is refused before any request, and check mode changes nothing."""

from __future__ import annotations

import re
from typing import Any

import pytest

from .support import LFS, Module, Sandbox

PLACE = {"client": "client001", "app": "File System", "backupset": "defaultBackupSet"}
TARGET = {**PLACE, "subclient": "default"}


def commvault(**options: Any) -> dict[str, Any]:
    return {"commvault": options}


CONTRADICTIONS: list[tuple[str, list[dict[str, Any]], dict[str, Any], str]] = [
    ("no target", [], {}, "at least one target"),
    ("empty target", [{}], {}, "names no client"),
    ("no backup set", [{"client": "client001"}], {}, "names no backupset"),
    ("empty name", [{**PLACE, "subclient": ""}], {}, "is empty"),
    ("blank name", [{**TARGET, "client": "  "}], {}, "is empty"),
    ("wildcard", [{**PLACE, "subclient": "*"}], {}, "entity_type: backupset"),
    ("subclient of a set", [{**TARGET, "entity_type": "backupset"}], {}, "together with entity_type"),
    ("set as subclient", [{**PLACE, "entity_type": "subclient"}], {}, "names none"),
    ("duplicate", [TARGET, {**TARGET, "client": "CLIENT001"}], {}, "the same target"),
    ("set beside its subclient", [TARGET, PLACE], {}, "overlap"),
    ("application and another ID", [{**TARGET, "app": "PostgreSQL", "app_id": 22}], {}, "has the ID 125"),
    ("unknown level", [TARGET], {"level": "everything"}, "value of level must be one of"),
    ("level that the agent lacks", [{**TARGET, "app": "Oracle"}], {"level": "differential"}, "has no differential"),
    (
        "level spelt otherwise",
        [{**TARGET, "app": "SQL Server"}],
        {"level": "incremental"},
        "its log backup is transaction_log",
    ),
    ("inc_level alone", [TARGET], commvault(backup_options={"inc_level": "before_synth"}), "run_incremental_backup"),
    ("priority too low", [TARGET], commvault(startup={"priority": -1}), "0 to 999"),
    ("priority too high", [TARGET], commvault(startup={"priority": 1000}), "0 to 999"),
    (
        "extended retention alone",
        [TARGET],
        commvault(vault_tracker={"media_with_extended_retention_jobs": True}),
        "filter_media_by_retention",
    ),
    (
        "kill without a time",
        [TARGET],
        commvault(retry={"kill_running_job_when_total_running_time_expires": True}),
        "total_running_time",
    ),
    ("time without a unit", [TARGET], commvault(retry={"total_running_time": "3900"}), "YAML also reads"),
    ("duration without a unit", [TARGET], {"max_age": "24"}, "needs a unit"),
    ("no interval", [TARGET], {"poll_interval": "0s"}, "at least 0.1s"),
    (
        "other levels without a look",
        [TARGET],
        {"skip_if_running": False, "if_other_running": "fail"},
        "if_other_running: fail needs skip_if_running: true",
    ),
    ("resend without a marker", [TARGET], {"resend": True, "marker": False}, "resend needs a start that carries"),
    ("batch of none", [TARGET], {"max_batch": 0}, "max_batch must be 1 or more"),
    ("negative retries", [TARGET], {"retries": -1}, "retries must be"),
    ("no credentials", [TARGET], {"token": None}, "nothing to log in with"),
    ("credentials in the URL", [TARGET], {"url": "https://u:pw@cs.example.com/api"}, "contains credentials"),
    ("no level", [TARGET], {"level": None}, "level"),
    ("an option that does not exist", [TARGET], commvault(backup_opts={}), "backup_opts"),
]


@pytest.mark.parametrize(
    ("targets", "options", "words"), [row[1:] for row in CONTRADICTIONS], ids=[row[0] for row in CONTRADICTIONS]
)
@pytest.mark.parametrize("check", [False, True])
def test_a_contradiction_is_refused_before_any_request(
    backup: Module, sandbox: Sandbox, targets: list[dict[str, Any]], options: dict[str, Any], words: str, check: bool
) -> None:
    ran = backup(*targets, check=check, **options).bad("invalid")
    assert words in ran.result["msg"]
    assert ran.result["changed"] is False
    assert not sandbox.log()


@pytest.mark.parametrize(
    ("target", "options", "words"),
    [
        (TARGET, commvault(media={"number_of_days": 5}), "ignores commvault.media.number_of_days"),
        (PLACE, {}, "Every subclient of client001/File System/defaultBackupSet is backed up"),
        (TARGET, commvault(backup_options={"run_incremental_backup": True}), "only means something with"),
        (TARGET, commvault(startup={"priority": 3, "use_default_priority": True}), "ignores commvault.startup"),
    ],
)
def test_what_the_server_ignores_is_a_warning(
    backup: Module, sandbox: Sandbox, target: dict[str, Any], options: dict[str, Any], words: str
) -> None:
    assert words in backup(target, check=True, **options).good().warnings


def test_an_explicit_backup_set_is_no_warning(backup: Module, sandbox: Sandbox) -> None:
    assert not backup({**PLACE, "entity_type": "backupset"}, check=True).good().warnings


MODES: list[dict[str, Any]] = [
    {},
    {"skip_if_running": False},
    {"max_age": "1d"},
    {"wait": True, "on_timeout": "cancel"},
    {"verify_targets": True},
    {"strict_level": True},
    commvault(wire_format="xml"),
    commvault(enum_format="name"),
    {"batch": False},
    {"marker": False},
    {"token": None, "username": "admin"},
]


@pytest.mark.parametrize("options", MODES, ids=str)
def test_check_mode_writes_nothing_and_tells_what_would_be_sent(
    backup: Module, sandbox: Sandbox, options: dict[str, Any]
) -> None:
    if "username" in options:
        options = {**options, "password": sandbox.password}
    targets = [sandbox.cold(), sandbox.cold(None)]
    planned = backup(*targets, check=True, diff=True, **options).good()
    assert not [entry for entry in sandbox.log() if entry["write"]]
    assert planned.outcomes == ["would_start", "would_start"]
    assert planned.result["changed"] is True
    assert set(planned.result["diff"]["after"].values()) == {"to be started"}
    done = backup(*targets, **options).good()
    assert without_markers(planned.result["requests"]) == without_markers(done.result["requests"])
    assert [request["body"] for request in done.result["requests"]] == sandbox.starts()


def without_markers(value: Any) -> Any:
    return re.sub(r"nightshift:\w+", "nightshift", repr(value))


def test_check_mode_sees_what_runs_and_what_is_fresh(backup: Module, sandbox: Sandbox) -> None:
    running, stuck = sandbox.cold(), sandbox.cold()
    sandbox.job(running, level="FULL", status="Running")
    sandbox.job(stuck, level="FULL", status="Suspended")
    ran = backup(running, stuck, check=True).bad("rejected")
    assert ran.outcomes == ["already_running", "stuck"]
    assert ran.result["requests"] == []
    assert ran.result["changed"] is False


def test_diff_mode_after_a_run(backup: Module, sandbox: Sandbox) -> None:
    target = sandbox.cold()
    ran = backup(target, diff=True, wait=True).good()
    label = f"{target['client']}/{LFS}/DefaultInstanceName/main/default"
    assert ran.result["diff"]["before"] == {label: "no such backup"}
    assert ran.result["diff"]["after"] == {label: f"started as {ran.row['job_ids'][0]}, succeeded"}
