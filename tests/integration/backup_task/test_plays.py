# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``backup_task`` in plays: the same in-process and as a shipped module, readable, and silent about secrets."""

from __future__ import annotations

import base64
import re
from typing import Any
from urllib.parse import quote

import pytest
from ansible_collections.nightshift.backup.tests.integration.controller.conftest import (
    HERE,
    THERE,
    Controller,
    Outcome,
    comparable,
)

from .support import Sandbox

# What two runs of the same task differ in.
_OWN = {"job_ids", "task_id", "started_at", "finished_at", "id", "bytes"}
_NUMBERS = re.compile(r"\b\d{4,}\b|nightshift:\w+|host-\w+|(?<=backup is ).* old")


def alike(value: Any) -> Any:
    """Return a result without IDs, times and markers."""
    if isinstance(value, dict):
        return {key: alike(entry) for key, entry in value.items() if key not in _OWN}
    if isinstance(value, list):
        return [alike(entry) for entry in value]
    return _NUMBERS.sub("#", value) if isinstance(value, str) else value


def same(run: Outcome, name: str) -> dict[str, Any]:
    """Return the result of a task on the controller after making sure that the shipped module gave the same."""
    here, there = run.of(name, HERE), run.of(name, THERE)
    assert alike(comparable(here)) == alike(comparable(there))
    return here


@pytest.fixture(scope="module")
def controller(tmp_path_factory: pytest.TempPathFactory) -> Controller:
    return Controller(tmp_path_factory.mktemp("plays"))


@pytest.fixture(scope="module")
def play(controller: Controller, server: Sandbox) -> Outcome:
    """Run the main cases on both hosts, at the highest verbosity, in check mode and not."""
    server.reset()
    access = {"platform": "commvault", "url": server.url, "ca_path": server.ca_path}
    access |= {"username": "admin", "password": server.password, "level": "full"}
    access |= {"poll_interval": "0.1s", "settle": "3s"}
    started, running, fresh = server.cold(), server.cold(), server.cold()
    server.job(running, level="FULL", status="Running")
    server.job(fresh, level="FULL", status="Completed", started_ago=7200, ended_ago=7000)
    refused = {**started, "client": "nowhere"}

    def task(name: str, *targets: dict[str, Any], **more: Any) -> dict[str, Any]:
        keywords = {key[1:]: more.pop(key) for key in list(more) if key.startswith("_")}
        return {"name": name, "nightshift.backup.backup_task": {**access, "targets": [*targets], **more}, **keywords}

    # The two hosts run at the same time, so neither may look for what the other one started.
    alone = {"skip_if_running": False}
    tasks = [
        task("waited", started, wait=True, **alone),
        task("running", running),
        task("fresh", fresh, max_age="1d"),
        task("refused", refused, **alone),
        task("half refused", started, {**refused, "subclient": "extra"}, **alone),
        task("xml", started, commvault={"wire_format": "xml"}, wait=True, **alone),
        task("checked", started, _check_mode=True, _diff=True, **alone),
        task("contradiction", started, commvault={"startup": {"priority": 1000}}),
        task("wrong password", started, password="hush/Wörd 17&"),
        task("wrong token", started, token="QSDK 5ecret/t0ken+x", username=None, password=None),
        task("looped", {**started, "subclient": "{{ item }}"}, _loop=["default", "extra"], **alone),
    ]
    # In two parts, because a busy machine may need long for each shipped module.
    halves = [controller.run(part, "-vvvv", env={"ANSIBLE_PIPELINING": "1"}) for part in (tasks[:6], tasks[6:])]
    return Outcome(
        max(half.code for half in halves),
        "".join(half.stdout for half in halves),
        "".join(half.stderr for half in halves),
        {key: result for half in halves for key, result in half.results.items()},
    )


def test_a_start_that_is_awaited(play: Outcome) -> None:
    result = same(play, "waited")
    assert result["changed"] is True
    (row,) = result["tasks"]
    assert (row["outcome"], row["state"], row["progress"]) == ("started", "succeeded", 100.0)
    assert row["jobs"][0]["native_state"] == "Completed"


def test_what_is_not_started(play: Outcome) -> None:
    for name, outcome in (("running", "already_running"), ("fresh", "fresh")):
        result = same(play, name)
        assert result["changed"] is False
        assert result["tasks"][0]["outcome"] == outcome
        assert result["requests"] == []


def test_what_is_refused(play: Outcome) -> None:
    result = same(play, "refused")
    assert result["ending"] == "failed"
    assert result["error"]["code"] == 587205848
    assert "Client [nowhere] does not exist" in result["msg"]
    result = same(play, "half refused")
    assert result["changed"] is True
    assert [row["outcome"] for row in result["tasks"]] == ["started", "failed"]


def test_xml(play: Outcome) -> None:
    result = same(play, "xml")
    assert result["requests"][0]["body"].startswith("<TMMsg_CreateTaskReq>")
    assert result["tasks"][0]["state"] == "succeeded"


def test_check_mode(play: Outcome) -> None:
    result = same(play, "checked")
    assert result["tasks"][0]["outcome"] == "would_start"
    assert result["requests"][0]["path"] == "CreateTask"
    assert set(result["diff"]["after"].values()) == {"to be started"}
    assert re.search(r'\+\s+"cold\d+/[^\n]*": "to be started"', play.stdout)


def test_failures_before_any_start(play: Outcome) -> None:
    assert same(play, "contradiction")["error"]["kind"] == "invalid"
    for name in ("wrong password", "wrong token"):
        result = same(play, name)
        assert result["error"]["kind"] == "authentication"
        assert result["tasks"][0]["outcome"] == "not_started"


def test_a_loop(play: Outcome) -> None:
    items = same(play, "looped")["results"]
    assert [item["tasks"][0]["target"]["subclient"] for item in items] == ["default", "extra"]
    assert {item["tasks"][0]["outcome"] for item in items} == {"started"}


def test_progress_is_on_stderr(play: Outcome) -> None:
    assert re.search(r"here: cold\d+/\S+ File System/\S+: started as \d+", play.stderr)
    assert re.search(r"here: cold\d+/.*: succeeded 100 % after", play.stderr)
    assert "started as" not in play.stdout
    assert "there: cold" not in play.stderr


def test_no_secret_is_shown(play: Outcome, server: Sandbox) -> None:
    for secret in (server.password, "hush/Wörd 17&", "QSDK 5ecret/t0ken+x", "5ecret/t0ken+x"):
        encoded = base64.b64encode(secret.encode()).decode()
        play.assert_silent_about(secret, encoded, quote(secret, safe=""))


def test_one_login_serves_a_play(controller: Controller, sandbox: Sandbox) -> None:
    first, second = sandbox.cold(), sandbox.cold()
    (where,) = ("nightshift.backup.",)
    access = {"platform": "commvault", "url": sandbox.url, "ca_path": sandbox.ca_path}
    block = {
        "module_defaults": {
            f"{where}backup_task": {
                **access,
                "level": "full",
                "token": "{{ (login | default({})).token | default(omit) }}",
            }
        },
        "block": [
            {"name": name, f"{where}backup_task": {"targets": [target]}}
            for name, target in (("a", first), ("b", second))
        ],
        "always": [{"name": "bye", f"{where}session": {**access, "state": "absent", "token": "{{ login.token }}"}}],
    }
    credentials = {"username": "admin", "password": sandbox.password}
    login = {"name": "hello", f"{where}session": {**access, **credentials}, "register": "login", "run_once": True}
    run = controller.run([login, block], hosts=HERE)
    assert run.code == 0, run.stdout + run.stderr
    assert [run.of(name)["tasks"][0]["outcome"] for name in ("a", "b")] == ["started", "started"]
    assert len(sandbox.sent("Login")) == 1
    assert len(sandbox.sent("Logout")) == 1
    assert run.stdout.count("ok:") + run.stdout.count("changed:") == 4
