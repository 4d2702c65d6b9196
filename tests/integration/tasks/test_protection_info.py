# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``protection_info``: the verdicts, and what it costs to give them."""

from __future__ import annotations

import time
from typing import Any

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.api import side_by_side
from ansible_collections.nightshift.backup.tests.integration.backup_task.support import Ran, Sandbox

from .support import Modules, only, post, requests_of

HOUR, DAY = 3600, 86400


def verdict(ran: Ran) -> dict[str, Any]:
    """Return the row of the only target."""
    (row,) = ran.result["targets"]
    return dict(row)


def backup(sandbox: Sandbox, target: dict[str, Any], age: float, status: str = "Completed", **values: Any) -> str:
    given = {"level": "FULL", "started_ago": age, "ended_ago": age - 60, **values}
    return sandbox.job(target, status=status, **given)


def test_protected(modules: Modules, sandbox: Sandbox) -> None:
    target = sandbox.cold()
    good = backup(sandbox, target, 3 * HOUR)
    active = sandbox.job(target, status="Running", level="INCREMENTAL")
    ran = modules.protection(target).good()
    row = verdict(ran)
    assert row["target"] == target
    assert (row["protected"], row["last_good"]["id"], row["last_attempt"]["id"]) == (True, good, good)
    assert row["reason"].startswith("the last good backup is 3 h")
    assert [job["id"] for job in row["running"]] == [active]
    assert (ran.result["protected"], ran.result["unprotected"], ran.result["changed"]) == (1, 0, False)
    written = time.strftime("%Y-%m-%dT%H:%M", time.gmtime(sandbox.now()))
    assert ran.result["as_of"].startswith(written[:-2])


def test_never_backed_up(modules: Modules, sandbox: Sandbox) -> None:
    target = sandbox.cold()
    row = verdict(modules.protection(target).good())
    assert (row["protected"], row["last_good"], row["last_attempt"], row["running"]) == (False, None, None, [])
    assert row["reason"] == "no good backup began within the last 7 d"
    assert "30 d" in verdict(modules.protection(target, look_back="30d"))["reason"]


def test_too_old_and_how_the_last_attempt_ended(modules: Modules, sandbox: Sandbox) -> None:
    target = sandbox.cold()
    good = backup(sandbox, target, 30 * HOUR)
    bad = backup(sandbox, target, 2 * HOUR, "Failed", reason="The disk is full.")
    row = verdict(modules.protection(target).good())
    assert (row["protected"], row["last_good"]["id"], row["last_attempt"]["id"]) == (False, good, bad)
    assert "30 h" not in row["reason"]
    assert row["reason"].startswith("the last good backup is 1 d 6 h old, more than 1 d; the last attempt, full")
    assert row["reason"].endswith(f"{bad}, ended as Failed (The disk is full)")
    assert verdict(modules.protection(target, max_age="31h"))["protected"] is True


@pytest.mark.parametrize(
    ("status", "options", "protected"),
    [
        ("Completed w/ one or more warnings", {}, True),
        ("Completed w/ one or more warnings", {"accept_warnings": False}, False),
        ("Completed w/ one or more errors", {}, False),
        ("Completed w/ one or more errors", {"accept_errors": True}, True),
        ("Committed", {"accept_errors": True}, False),
        ("Killed", {"accept_errors": True}, False),
    ],
)
def test_what_counts_as_good(
    modules: Modules, sandbox: Sandbox, status: str, options: dict[str, Any], protected: bool
) -> None:
    target = sandbox.cold()
    backup(sandbox, target, HOUR, status)
    assert verdict(modules.protection(target, **options).good())["protected"] is protected


@pytest.mark.parametrize("had", ["FULL", "INCREMENTAL", "SYNTHETIC_FULL"])
@pytest.mark.parametrize("level", ["full", "incremental", "synthetic_full"])
def test_it_agrees_with_max_age_of_backup_task(modules: Modules, sandbox: Sandbox, had: str, level: str) -> None:
    target = sandbox.cold()
    backup(sandbox, target, HOUR, level=had)
    protected = verdict(modules.protection(target, level=level, max_age="2h").good())["protected"]
    outcome = modules.backup(target, level=level, max_age="2h").result["tasks"][0]["outcome"]
    assert protected is (outcome == "fresh")


def test_a_set_and_a_client_are_as_good_as_each_part(modules: Modules, sandbox: Sandbox) -> None:
    target = sandbox.cold()
    backup(sandbox, target, HOUR)
    whole = {name: target[name] for name in ("client", "backupset")}
    for chosen in (whole, only(target)):
        row = verdict(modules.protection(chosen).good())
        assert (row["protected"], row["last_good"]) == (False, None)
        assert row["reason"] == "no good backup of extra began within the last 7 d"
    older = backup(sandbox, {**target, "subclient": "extra"}, 5 * HOUR)
    for chosen in (whole, only(target)):
        row = verdict(modules.protection(chosen).good())
        assert (row["protected"], row["last_good"]["id"]) == (True, older)


def test_parts_of_one_name_do_not_vouch_for_each_other(modules: Modules, sandbox: Sandbox) -> None:
    # This client has a subclient called "default" in each of its sets, and a set of one name in two instances.
    late = {"client": "pgsql01", "app": "PostgreSQL", "instance": "reporting", "backupset": "FSBasedBackupSet"}
    backup(sandbox, {"client": "pgsql01", "app": "PostgreSQL", "backupset": "DumpBasedBackupSet"}, HOUR)
    whole = verdict(modules.protection({"client": "pgsql01"}, max_age="2h").good())
    assert whole["protected"] is False
    assert "PostgreSQL/reporting/FSBasedBackupSet/default" in whole["reason"]
    either = {name: late[name] for name in ("client", "app", "backupset")}
    reason = verdict(modules.protection(either, max_age="2h"))["reason"]
    assert "PostgreSQL/main/FSBasedBackupSet/default, PostgreSQL/reporting/FSBasedBackupSet/default" in reason
    sandbox.reset()
    modules.protection(late, either, {"client": "pgsql01"})
    reads = requests_of(sandbox)
    assert [line for line in reads if "GetId" in line or "Subclient" in line] == ["GET GetId", "GET Subclient"]


def test_other_sets_of_the_client_say_nothing_about_one(modules: Modules, sandbox: Sandbox) -> None:
    target = {"client": "pgsql01", "app": "PostgreSQL", "instance": "main", "backupset": "DumpBasedBackupSet"}
    client = sandbox.get("GetId", clientname="pgsql01")["clientId"]
    by_id = {"client_id": client, **{name: target[name] for name in ("app", "instance", "backupset")}}
    reason = verdict(modules.protection(by_id, max_age="1s"))["reason"]
    assert ("crm" in reason, "FSBased" in reason) == (True, False)


def test_parts_that_are_switched_off(modules: Modules) -> None:
    off = verdict(modules.protection({"client": "files01", "backupset": "switchedOff"}).good())
    assert (off["protected"], off["reason"]) == (False, "it has no part whose backups are switched on")


def test_schedules(modules: Modules) -> None:
    web = {"client": "WEB02", "backupset": "defaultBackupSet", "subclient": "default"}
    row = verdict(modules.protection(web).good())
    assert row["schedules"] == ["automatic", "nightly", "once next month", "weekdays"]
    assert row["enabled_schedules"] == ["automatic", "once next month", "weekdays"]
    shown = modules.info(targets=[web], limit=1, since="7d").result["tasks"][0]["target"]
    by_ids = {name: value for name, value in shown.items() if name.endswith("_id")}
    assert verdict(modules.protection(by_ids))["schedules"] == row["schedules"]
    assert verdict(modules.protection({"client_id": by_ids["client_id"]}))["schedules"] == row["schedules"]
    assert verdict(modules.protection({**web, "subclient": "etc"}))["schedules"] == []


def test_a_pipeline_ends_with_a_list_to_act_on(modules: Modules, sandbox: Sandbox) -> None:
    good, never, busy = sandbox.cold(), sandbox.cold(), sandbox.cold()
    backup(sandbox, good, HOUR)
    job = sandbox.job(busy, status="Running")
    ran = modules.protection(good, never, busy, fail_on_unprotected=True).bad("rejected")
    assert ran.result["msg"].startswith("2 of 3 targets are not protected. ")
    assert f"{never['client']}/" in ran.result["msg"]
    assert "(no schedule covers it)" in ran.result["msg"]
    assert f"(running now: {job})" in ran.result["msg"]
    assert f"{good['client']}/" not in ran.result["msg"]
    assert len(ran.result["targets"]) == 3
    modules.protection(good, fail_on_unprotected=True).good()
    disabled = modules.protection(
        {"client": "ora01", "backupset": "defaultBackupSet", "subclient": "default"},
        max_age="1h",
        fail_on_unprotected=True,
    )
    assert "not protected" in disabled.bad("rejected").result["msg"]


def test_a_target_that_cannot_be_looked_up(modules: Modules, sandbox: Sandbox) -> None:
    good = sandbox.cold()
    backup(sandbox, good, HOUR)
    ran = modules.protection(good, {**good, "client": "nowhere"})
    assert ran.result["failed"] is True
    assert [row["protected"] for row in ran.result["targets"]] == [True, False]
    assert "could not be looked up" in ran.result["targets"][1]["reason"]
    assert ran.result["msg"].startswith("1 of 2 could not be judged. nowhere/")


def test_a_target_whose_id_cannot_be_read_does_not_end_the_others(modules: Modules, sandbox: Sandbox) -> None:
    good, other = sandbox.cold(), sandbox.cold()
    backup(sandbox, good, HOUR)
    client = sandbox.get("GetId", clientname=other["client"])["clientId"]
    by_id = {"client_id": client, "app": other["app"], "backupset": other["backupset"], "subclient": "default"}
    sandbox.fault("status", f"Client/{client}$", status=403, vendor_body=True)
    ran = modules.protection(good, by_id)
    assert ran.result["failed"] is True
    assert [row["protected"] for row in ran.result["targets"]] == [True, False]
    assert "could not be looked up" in ran.result["targets"][1]["reason"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "Either targets or all"),
        ({"targets": [{"client": "web02"}], "all": True}, "Either targets or all"),
        ({"targets": []}, "targets is empty"),
        ({"targets": [{"subclient": "default"}]}, "names no client"),
        ({"targets": [{"client": "web02"}], "thorough": True}, "thorough only means something with all"),
        ({"all": True, "max_age": "2d", "look_back": "1d"}, "shorter than max_age"),
        ({"all": True, "max_age": "24"}, "max_age needs a unit"),
    ],
)
def test_refused_before_any_request(modules: Modules, sandbox: Sandbox, options: dict[str, Any], words: str) -> None:
    assert words in modules.protection(**options).bad("invalid").result["msg"]
    assert requests_of(sandbox) == []


def test_everything(modules: Modules, sandbox: Sandbox) -> None:
    target, other = sandbox.cold(), sandbox.cold()
    job = backup(sandbox, target, HOUR)
    sandbox.reset()
    ran = modules.protection(all=True).good()
    requests = requests_of(sandbox)
    assert requests.count("GET Client") == 1
    assert requests.count("GET Schedules") == 1
    assert set(requests) == {"GET Client", "POST Jobs", "GET Schedules"}
    rows = {(row["target"]["client"], row["target"].get("subclient")): row for row in ran.result["targets"]}
    assert rows[target["client"], "default"]["last_good"]["id"] == job
    assert rows[other["client"], None]["protected"] is False
    assert rows[other["client"], None]["reason"] == "no good backup began within the last 7 d"
    assert (target["client"], "extra") not in rows
    assert "not judged; thorough: true" in ran.warnings
    again = {**rows[target["client"], "default"]["target"]}
    assert verdict(modules.protection(again))["last_good"]["id"] == job
    assert [row["target"]["client"] for row in ran.result["targets"]] == sorted(
        (row["target"]["client"] for row in ran.result["targets"]), key=str.casefold
    )


def test_everything_in_every_part(modules: Modules, sandbox: Sandbox) -> None:
    target = sandbox.cold()
    backup(sandbox, target, HOUR)
    sandbox.reset()
    ran = modules.protection(all=True, thorough=True).good()
    requests = requests_of(sandbox)
    clients = len(sandbox.get("Client")["clientProperties"])
    assert (requests.count("GET Subclient"), requests.count("GET GetId")) == (clients, 0)
    mine = {
        row["target"].get("subclient"): row
        for row in ran.result["targets"]
        if row["target"]["client"] == target["client"]
    }
    assert {name: row["protected"] for name, row in mine.items()} == {"default": True, "extra": False}
    assert not ran.warnings
    off = [row for row in ran.result["targets"] if row["target"].get("backupset") == "switchedOff"]
    assert off == []


def test_read_side_by_side_as_one_after_the_other(
    modules: Modules, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    covered = sandbox.cold()
    backup(sandbox, covered, HOUR)
    chosen = [covered, only(covered), {"client": "pgsql01"}, {"client": "nowhere"}, {"client": "web02"}]
    found = {}
    for readers in (1, side_by_side.READERS):
        monkeypatch.setattr(side_by_side, "READERS", readers)
        for options in ({"all": True, "thorough": True}, {"targets": chosen}):
            sandbox.reset()
            result = modules.protection(**options, max_age="30d", look_back="30d").result
            # Without what goes on meanwhile: ages, and jobs that other tests have left running.
            rows = [
                {key: row[key] for key in ("target", "schedules", "enabled_schedules")} for row in result["targets"]
            ]
            verdicts = [
                (row["protected"], row["last_good"]) for row in result["targets"] if row["target"] in chosen[:2]
            ]
            found[readers, len(options)] = (rows, verdicts, sorted(requests_of(sandbox)))
    for count in (1, 2):
        assert found[1, count] == found[side_by_side.READERS, count]
    judged = result["targets"]
    assert [row["protected"] for row in judged][:2] == [True, False]
    assert "could not be looked up" in judged[3]["reason"]


def test_what_a_schedule_names_has_a_row_though_nothing_was_backed_up(modules: Modules, sandbox: Sandbox) -> None:
    target = sandbox.cold()
    entity = {"clientName": target["client"], "backupsetName": "main", "subclientName": "extra"}
    pattern = {"freq_type": 4, "freq_interval": 1, "active_start_time": 75600}
    subtask = {"subTaskType": 2, "operationType": 2, "subTaskName": f"of {target['client']}"}
    entry = {"subTask": subtask, "pattern": pattern, "options": {"backupOpts": {"backupLevel": "FULL"}}}
    post(sandbox, "CreateTask", {"taskInfo": {"associations": [entity], "task": {"taskType": 2}, "subTasks": [entry]}})
    rows = [
        row
        for row in modules.protection(all=True).good().result["targets"]
        if row["target"]["client"] == target["client"]
    ]
    assert [row["target"]["subclient"] for row in rows] == ["extra"]
    assert rows[0]["enabled_schedules"] == [f"of {target['client']}"]
