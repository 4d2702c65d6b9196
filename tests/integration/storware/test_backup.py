# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``backup_task`` on Storware: names, rules, the chain of tasks, and what goes wrong on the way."""

from __future__ import annotations

from typing import Any

import pytest

from .support import Modules, Sandbox

PROJECT = "7d3c1f52-90a4-4f0b-8a66-2f1f6a0e5b01"


def test_a_backup_is_awaited_to_its_stored_end(modules: Modules, sandbox: Sandbox) -> None:
    ran = modules.backup("db01", skip_if_running=False, wait=True).good()
    assert (ran.row["outcome"], ran.row["state"], ran.row["level"]) == ("started", "succeeded", "full")
    assert ran.row["job_ids"] == [ran.row["task_id"]]
    newest = max(
        sandbox.get(f"backups?protected-entity={sandbox.vm('db01')['guid']}"), key=lambda one: one["snapshotTime"]
    )
    assert (newest["status"]["name"], newest["size"]) == ("SUCCESS", ran.row["jobs"][0]["bytes"])
    assert len(sandbox.sent()) == 1


def test_check_mode_shows_the_request_and_sends_none(modules: Modules, sandbox: Sandbox) -> None:
    ran = modules.backup("web01", check=True, level="incremental").good()
    assert (ran.result["changed"], ran.outcomes) == (True, ["would_start"])
    (request,) = ran.result["requests"]
    assert request["path"] == "tasks/export"
    assert request["body"]["backupType"] == {"name": "INCREMENTAL"}
    assert sandbox.sent() == []


def test_targets_share_a_request_where_they_share_rules(modules: Modules, sandbox: Sandbox) -> None:
    ran = modules.backup("db01", "db02", "web01", "erp01", skip_if_running=False, wait=True).good()
    policies = {sandbox.vm(name)["vmBackupPolicy"]["guid"] for name in ("db01", "db02", "web01", "erp01")}
    assert len(sandbox.sent()) == len(policies)
    assert [row["state"] for row in ran.result["tasks"]] == ["succeeded"] * 4
    assert len({row["task_id"] for row in ran.result["tasks"]}) == 4


@pytest.mark.parametrize(
    ("target", "kind", "words"),
    [
        ("nosuch", "not_found", "not on the server"),
        ("gone01", "not_found", "no longer present"),
        ("clone01", "ambiguous", "the name fits 2 entities: clone01, hypervisor rhv-h01.example.com, manager rhv1"),
        ("nopolicy01", "not_found", "nopolicy01 has no backup policy"),
        ("norules01", "not_found", "has no active rule"),
        ("paused01", "not_found", "has no active rule"),
        ("tworules01", "ambiguous", "several active rules: local"),
        ({"guid": PROJECT}, "not_found", "there is no such VM"),
        ({"guid": ""}, "invalid", "must be a GUID"),
    ],
)
def test_what_cannot_be_resolved_starts_nothing(
    modules: Modules, sandbox: Sandbox, target: Any, kind: str, words: str
) -> None:
    assert words in modules.backup(target).bad(kind).result["msg"]
    assert sandbox.sent() == []


def test_a_name_is_narrowed_and_a_policy_has_its_rules_named(modules: Modules) -> None:
    modules.backup({"name": "clone01", "hypervisor_manager": "vc1"}, wait=True).good()
    by_url = {"name": "clone01", "hypervisor_manager": "https://vc1.example.com"}
    modules.backup(by_url, skip_if_running=False, check=True).good()
    modules.backup({**by_url, "hypervisor_manager": "https://rhv1.example.com"}, check=True).bad("not_found")
    modules.backup("tworules01", storware={"rules": "all"}, wait=True).good()
    modules.backup("tworules01", storware={"rules": ["local"]}, wait=True).good()
    assert "no rule nope" in modules.backup("db01", storware={"rules": ["nope"]}).bad("not_found").result["msg"]


def test_a_name_and_a_guid_of_one_vm_are_refused(modules: Modules, sandbox: Sandbox) -> None:
    ran = modules.backup("db01", {"guid": sandbox.vm("db01")["guid"]}).bad("invalid")
    assert "same target" in ran.result["msg"]
    assert sandbox.sent() == []


def test_a_project_sees_its_own(modules: Modules) -> None:
    modules.backup({"name": "shop01", "project": PROJECT}, user="tenant", wait=True).good()


@pytest.mark.parametrize(
    ("name", "options", "state", "words"),
    [
        ("broken01", {}, "failed", "Snapshot could not be created"),
        ("storefail01", {}, "failed", "Store failed"),
        ("partial01", {}, "partial", "PARTIAL_SUCCESS"),
        ("orphan01", {}, "failed", "Backup destination is not assigned to the node"),
    ],
)
def test_bad_ends(modules: Modules, name: str, options: dict[str, Any], state: str, words: str) -> None:
    ran = modules.backup(name, wait=True, **options).bad("rejected")
    assert ran.row["state"] == state
    assert words in ran.result["msg"]


def test_an_end_that_is_accepted(modules: Modules) -> None:
    assert modules.backup("partial01", wait=True, accept_errors=True).good().row["state"] == "partial"


@pytest.mark.parametrize("name", ["flaky01", "retrystore01"])
def test_retries_are_followed(modules: Modules, name: str) -> None:
    ran = modules.backup(name, wait=True, storware={"retry_count": 2}).good()
    assert (ran.row["state"], len(ran.row["job_ids"])) == ("succeeded", 1)


def test_an_incremental_that_became_full_is_told(modules: Modules) -> None:
    ran = modules.backup("pveguest01", level="incremental", wait=True).good()
    assert ran.row["level"] == "full"
    assert ran.result["warnings"] == ["pveguest01: asked for incremental, the server ran full."]
    ran = modules.backup("pveguest01", level="incremental", wait=True, strict_level=True).bad("rejected")
    assert "the server ran full" in ran.result["msg"]


def test_what_runs_is_not_started_again_and_good_backups_are_fresh(modules: Modules, sandbox: Sandbox) -> None:
    first = modules.backup("slow01").good()
    second = modules.backup("slow01").good()
    assert (second.outcomes, second.result["changed"]) == (["already_running"], False)
    assert second.row["task_id"] == first.row["task_id"]
    modules.backup("mail01", wait=True).good()
    fresh = modules.backup("mail01", max_age="1h").good()
    assert (fresh.outcomes, fresh.result["changed"]) == (["fresh"], False)
    assert len(sandbox.sent()) == 2
    ran = modules.backup("slow01", wait=True, wait_timeout="1s", on_timeout="cancel").bad("timeout")
    assert ran.outcomes == ["already_running"]
    assert sandbox.sent("tasks/cancel-running") == []


def test_a_timeout_cancels_what_was_started(modules: Modules, sandbox: Sandbox) -> None:
    options = {"skip_if_running": False, "wait": True, "wait_timeout": "2s", "on_timeout": "cancel"}
    ran = modules.backup("slow01", **options).bad("timeout")
    assert "was asked to end" in ran.result["msg"]
    (cancelled,) = sandbox.sent("tasks/cancel-running")
    assert [record["guid"] for record in cancelled["body"]] == ran.row["job_ids"]


@pytest.mark.parametrize("fault", ["drop_after", "truncated"])
@pytest.mark.parametrize("names", [["db01"], ["db01", "db02"]])
def test_a_lost_answer_is_adopted_and_nothing_is_sent_twice(
    modules: Modules, sandbox: Sandbox, fault: str, names: list[str]
) -> None:
    sandbox.fault(fault)
    ran = modules.backup(*names, skip_if_running=False, wait=True).good()
    assert ran.outcomes == ["adopted"] * len(names)
    assert [row["state"] for row in ran.result["tasks"]] == ["succeeded"] * len(names)
    assert [row["level"] for row in ran.result["tasks"]] == ["full"] * len(names)
    assert len(sandbox.sent()) == 1


def test_a_start_that_never_arrived_is_unknown(modules: Modules, sandbox: Sandbox) -> None:
    sandbox.fault("drop_before")
    ran = modules.backup("db02", skip_if_running=False, settle="1s").bad("unknown_outcome")
    assert ran.outcomes == ["unknown"]
    assert len(sandbox.sent()) == 1


@pytest.mark.parametrize(
    ("fault", "more"), [("empty", {}), ("job_late", {"seconds": 1}), ("partial_list", {"keep": 0.4})]
)
def test_tasks_that_the_answer_leaves_out_are_found(
    modules: Modules, sandbox: Sandbox, fault: str, more: dict[str, Any]
) -> None:
    sandbox.fault(fault, **more)
    ran = modules.backup("db01", "db02", skip_if_running=False, wait=True).good()
    assert [row["state"] for row in ran.result["tasks"]] == ["succeeded"] * 2
    assert len(sandbox.sent()) == 1


def test_a_session_that_expires_in_a_wait_is_renewed_once(modules: Modules, sandbox: Sandbox) -> None:
    sandbox.fault("expired_token", path="tasks/[0-9a-f]{8}-", skip=1)
    modules.backup("db02", skip_if_running=False, wait=True).good()
    assert len(sandbox.sent("session/login")) == 2
    assert len(sandbox.sent()) == 1


def test_a_task_that_is_purged_in_a_wait_is_judged_by_its_backup(modules: Modules, sandbox: Sandbox) -> None:
    sandbox.fault("not_found_first", path="tasks/[0-9a-f]{8}-", skip=1, times=None)
    ran = modules.backup("app01", skip_if_running=False, wait=True).good()
    assert ran.row["state"] == "succeeded"


def test_a_wrong_password_is_offered_once(modules: Modules, sandbox: Sandbox) -> None:
    ran = modules.backup("db01", password="wrong horse").bad("authentication")
    assert "The login was refused (HTTP 401)" in ran.result["msg"]
    assert len(sandbox.sent("session/login")) == 1


@pytest.mark.parametrize(("user", "words"), [("norights", "VE_BACKUP_SLA_READ"), ("viewer", "VE_BACKUP_SLA_WRITE")])
def test_a_missing_privilege_is_named(modules: Modules, user: str, words: str) -> None:
    assert words in modules.backup("db02", user=user, skip_if_running=False).bad("forbidden").result["msg"]


@pytest.mark.parametrize(
    ("status", "kind", "words"), [(200, "protocol", 'HTML page titled "Sign in"'), (502, "server", "Sign in")]
)
def test_an_html_page_is_no_answer(modules: Modules, sandbox: Sandbox, status: int, kind: str, words: str) -> None:
    sandbox.fault("html", path="virtual-machines", status=status, title="Sign in", times=None)
    ran = modules.backup("db01", retries=0).bad(kind)
    assert words in ran.result["msg"]
    assert sandbox.sent() == []


def test_an_html_page_in_place_of_a_start_leaves_it_open(modules: Modules, sandbox: Sandbox) -> None:
    sandbox.fault("html", status=200, title="Sign in")
    ran = modules.backup("db02", skip_if_running=False, settle="1s").bad("unknown_outcome")
    assert 'answered POST tasks/export with an HTML page titled "Sign in"' in ran.result["msg"]
    assert (ran.outcomes, len(sandbox.sent())) == (["unknown"], 1)


def test_html_pages_end_no_wait(modules: Modules, sandbox: Sandbox) -> None:
    sandbox.fault("html", path="tasks/[0-9a-f]{8}-", status=200, title="Sign in", times=2)
    modules.backup("kvmguest01", skip_if_running=False, wait=True, retries=0).good()
    assert len(sandbox.sent()) == 1


def test_options_of_the_other_platform_are_refused(modules: Modules, sandbox: Sandbox) -> None:
    ran = modules.backup("db01", commvault={"startup": {"priority": 1}}).bad("invalid")
    assert ran.result["msg"] == "commvault holds options of commvault, and platform is storware."
    ran = modules.backup({"client": "c", "backupset": "b"}).bad("invalid")
    assert "client is no option of a Storware target" in ran.result["msg"]
    assert sandbox.sent("session/login") == []
