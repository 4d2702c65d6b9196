# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``protection_info`` on Storware: policies and rules, expired data, VMs that are gone."""

from __future__ import annotations

from typing import Any

import pytest

from .support import Modules, Ran, Sandbox


def verdict(ran: Ran) -> dict[str, Any]:
    """Return the row of the only target."""
    (row,) = ran.result["targets"]
    return dict(row)


@pytest.mark.parametrize(
    ("policy", "schedules", "enabled", "words"),
    [
        ("gold", ["gold monthly full"], ["gold monthly full"], ""),
        ("tworules", ["tworules off"], [], "(its schedules are disabled: tworules off)"),
        ("leaving", [], [], "(no schedule covers it)"),
        ("paused", [], [], "its backup policy paused has no active rule"),
        ("norules", [], [], "its backup policy norules has no rule"),
        (None, [], [], "it has no backup policy"),
    ],
)
def test_what_a_policy_does_for_its_vms(
    modules: Modules, sandbox: Sandbox, policy: str | None, schedules: list[str], enabled: list[str], words: str
) -> None:
    name = sandbox.new_vm(f"of-{policy}", policy)["name"]
    ran = modules.protection(name, fail_on_unprotected=True).bad("rejected")
    row = verdict(ran)
    assert (row["schedules"], row["enabled_schedules"]) == (schedules, enabled)
    assert ran.result["msg"].startswith(f"1 of 1 targets is not protected. {name}: no good backup began within")
    assert words in ran.result["msg"]


def test_a_policy_that_is_switched_off_does_not_protect(modules: Modules, sandbox: Sandbox) -> None:
    guid = sandbox.vm("hourly01")["vmBackupPolicy"]["guid"]
    assert verdict(modules.protection("hourly01").good())["enabled_schedules"] == ["hourly incremental"]
    policy = sandbox.get(f"policies/vm-backup/{guid}")
    sandbox.call("PUT", f"policies/vm-backup/{guid}", {**policy, "active": False})
    try:
        row = verdict(modules.protection("hourly01", max_age="1s").good())
    finally:
        sandbox.call("PUT", f"policies/vm-backup/{guid}", policy)
    assert (row["schedules"], row["enabled_schedules"]) == (["hourly incremental"], [])
    assert "its backup policy hourly is not active" in row["reason"]


def test_data_that_is_gone_protects_nothing(modules: Modules, sandbox: Sandbox) -> None:
    name = sandbox.new_vm("expired01")["name"]
    expired = sandbox.past(name, 3, "SUCCESS_REMOVED")
    reason = verdict(modules.protection(name).good())["reason"]
    assert f"nothing can be restored from the backup {expired} (its data has expired)" in reason
    older = sandbox.past(name, 30)
    removed = sandbox.past(name, 2, locations=[])
    row = verdict(modules.protection(name).good())
    assert (row["protected"], row["last_good"]["id"], row["last_attempt"]["id"]) == (False, older, removed)
    assert f"from the newer backup {removed} (none of its copies is there any more)" in row["reason"]
    assert modules.backup(name, max_age="24h", check=True).outcomes == ["would_start"]


def test_vms_that_are_gone_have_no_verdict_among_all(modules: Modules, sandbox: Sandbox) -> None:
    ran = modules.protection(all=True).good()
    gone = {target["name"]: target for target in ran.result["not_present"]}
    assert {"gone01", "db01"} <= set(gone)
    shown = [row["target"]["name"] for row in ran.result["targets"]]
    assert "gone01" not in shown
    assert shown.count("db01") == 1
    assert sorted(row["target"]["hypervisor_manager"] for row in ran.result["targets"] if "clone01" in str(row)) == [
        "rhv1",
        "vc1",
    ]
    # Whoever names one gets the verdict on it.
    row = verdict(modules.protection({"guid": gone["gone01"]["guid"]}, max_age="20h", level="full").good())
    assert "2 d 2 h old" in row["reason"]
    assert "no longer present" in modules.protection("gone01").bad("not_found").result["msg"]


def test_a_name_that_two_share_is_listed(modules: Modules) -> None:
    ran = modules.protection("clone01", "web02").bad("ambiguous")
    assert "the name fits 2 entities: clone01, hypervisor rhv-h01.example.com, manager rhv1" in ran.result["msg"]
    assert [row["target"] for row in ran.result["targets"]] == [{"name": "clone01"}, {"name": "web02"}]


def test_what_a_user_may_see(modules: Modules, sandbox: Sandbox) -> None:
    mine = modules.protection(all=True, user="tenant").good().result["targets"]
    assert len(mine) == 2
    assert all("shop0" in row["target"]["name"] for row in mine)
    assert "VE_BACKUP_SLA_READ" in modules.protection("db01", user="norights").bad("forbidden").result["msg"]
    assert modules.protection("db01", user="viewer").good()


@pytest.mark.parametrize("level", ["differential", "transaction_log"])
def test_a_level_that_no_backup_has_is_refused(modules: Modules, sandbox: Sandbox, level: str) -> None:
    ran = modules.protection("db01", level=level).bad("invalid")
    assert f"Storware has no backups of level {level} to judge by. level: incremental" in ran.result["msg"]
    assert sandbox.received() == []
    assert sandbox.sent("session/login") == []
