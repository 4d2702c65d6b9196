# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Storware's modules in plays: the same in-process and as shipped modules, with one login by cookies."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.nightshift.backup.tests.integration.controller.conftest import (
    HERE,
    THERE,
    Controller,
    Outcome,
)

from .support import Sandbox

BUSY = "busy-in-a-play"


@pytest.fixture(scope="module")
def play(tmp_path_factory: pytest.TempPathFactory, server: Sandbox) -> Outcome:
    """Log in once, and do with that login what a play would, on both hosts."""
    node = next(one for one in server.get("nodes") if one["name"] == "node2")
    server.made_task(server.new_vm(BUSY)["name"], "RUNNING", node=node["guid"])
    server.reset()
    access = {"platform": "storware", "url": server.url, "ca_path": server.ca_path}
    credentials = {"username": "admin", "password": server.passwords["admin"]}
    token = {"token": "{{ login.token }}"}

    def task(name: str, module: str, **options: Any) -> dict[str, Any]:
        keywords = {key[1:]: options.pop(key) for key in list(options) if key.startswith("_")}
        return {"name": name, f"nightshift.backup.{module}": {**access, **options}, **keywords}

    quick = {"poll_interval": "0.1s", "wait": True}
    backup = {"level": "full", "skip_if_running": False, "settle": "5s", **quick}
    tasks = [
        task("login", "session", _register="login", **credentials),
        task("backup", "backup_task", targets=[{"name": "erp01"}], **backup, **token),
        task("checked", "backup_task", targets=[{"name": "erp01"}], _check_mode=True, **backup, **token),
        task("unknown", "backup_task", targets=[{"name": "nosuch"}], **backup, **token),
        task("judged", "protection_info", targets=[{"name": "erp01"}, {"name": "nopolicy01"}], max_age="1h", **token),
        task("latest", "storware_info", what="backups", protected_entity="erp01", latest_good=True, **token),
        task("listed", "storware_operation", operation="list_tasks", query={"states": ["RUNNING"]}, **token),
        task("unconfirmed", "storware_operation", operation="delete_all_finished_tasks", **token),
        task("wrong guid", "storware_operation", operation="delete_task", guid="", **token),
        task("tasks", "task_info", node="node2", name_like=BUSY, states=["running"], types=["export"], **token),
        task("to cancel", "task_state", select={"name_like": BUSY}, state="cancelled", _check_mode=True, **token),
        task("wrong password", "storware_info", what="nodes", username="admin", password="hush/Wörd 17&"),
        task("logout", "session", state="absent", **token),
    ]
    controller = Controller(tmp_path_factory.mktemp("plays"))
    # In two parts would be two logins, so the one play gets the time that it needs.
    return controller.run(tasks, "-vvv", env={"ANSIBLE_PIPELINING": "1"})


@pytest.mark.parametrize("host", [HERE, THERE])
def test_what_a_play_does_with_one_login(play: Outcome, host: str) -> None:
    (row,) = play.of("backup", host)["tasks"]
    assert (row["outcome"], row["state"], row["level"]) == ("started", "succeeded", "full")
    assert play.of("checked", host)["tasks"][0]["outcome"] == "would_start"
    judged = play.of("judged", host)
    assert [row["protected"] for row in judged["targets"]] == [True, False]
    assert judged["targets"][1]["reason"].endswith("it has no backup policy")
    unknown = play.of("unknown", host)
    assert (unknown["ending"], unknown["error"]["kind"]) == ("failed", "not_found")
    assert play.of("latest", host)["objects"][0]["protectedEntity"]["name"] == "erp01"
    assert play.of("listed", host)["changed"] is False
    assert "confirm: true" in play.of("unconfirmed", host)["msg"]
    (busy,) = play.of("tasks", host)["tasks"]
    assert (busy["target"]["name"], busy["native_state"]) == (BUSY, "EXPORT RUNNING")
    (row,) = play.of("to cancel", host)["tasks"]
    assert (row["id"], row["outcome"]) == (busy["id"], "would_change")
    assert "must be a GUID" in play.of("wrong guid", host)["msg"]
    assert play.of("wrong password", host)["error"]["kind"] == "authentication"


def test_a_play_logs_in_once_for_each_host(play: Outcome, server: Sandbox) -> None:
    # Each host once by session, and once with the wrong password.
    assert len(server.sent("session/login")) == 4
    assert len(server.sent("session/logout")) == 2


def test_no_secret_is_shown(play: Outcome, server: Sandbox) -> None:
    play.assert_silent_about(server.passwords["admin"], "hush/Wörd 17&", "JSESSIONID=")
