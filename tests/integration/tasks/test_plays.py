# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules in plays: the same in-process and as shipped modules, and their examples as they are documented."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from ansible_collections.nightshift.backup.tests.integration.backup_task.support import REPOSITORY, Sandbox, serving
from ansible_collections.nightshift.backup.tests.integration.controller.conftest import (
    HERE,
    THERE,
    Controller,
    Outcome,
    comparable,
)

from .support import Modules

DEFAULT = {"client": "client001", "backupset": "defaultBackupSet", "app": "File System", "subclient": "default"}

_OWN = {"id", "new_id", "changed_ids", "started_at", "finished_at", "bytes", "raw", "as_of"}
_NUMBERS = re.compile(r"\b\d{4,}\b|(?<=backup is ).* old")


def alike(value: Any) -> Any:
    """Return a result without IDs and times."""
    if isinstance(value, dict):
        return {_NUMBERS.sub("#", key): alike(entry) for key, entry in value.items() if key not in _OWN}
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
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A sandbox that no other test has left anything in, where what is to be released is backed up."""
    release = {**DEFAULT, "client": "pgsql01", "app": "PostgreSQL", "instance": "main", "backupset": "FSBasedBackupSet"}
    with serving(tmp_path_factory.mktemp("fresh"), cold=2, warm=1) as ready:
        sandbox = Sandbox(ready)
        Modules(sandbox).backup(release, wait=True).good()
        yield sandbox


def task(server: Sandbox, module: str, name: str, **more: Any) -> dict[str, Any]:
    """Return a task for the sandbox, called ``name``. Keywords of tasks begin with an underscore."""
    access = {"platform": "commvault", "url": server.url, "ca_path": server.ca_path}
    access |= {"username": "admin", "password": server.password}
    keywords = {key[1:]: more.pop(key) for key in list(more) if key.startswith("_")}
    return {"name": name, f"nightshift.backup.{module}": {**access, **more}, **keywords}


def assert_ends(run: Outcome, endings: dict[str, str]) -> None:
    """Make sure that each task ended as it is said here, the same in both places."""
    for name, ending in endings.items():
        result = same(run, name)
        assert result["changed"] is (ending == "changed"), name
        assert (result["ending"] == "failed") is (ending not in ("ok", "changed")), name
        if ending not in ("ok", "changed"):
            assert result["error"]["kind"] == ending, name


def test_task_info(controller: Controller, sandbox: Sandbox) -> None:
    good = sandbox.cold()
    sandbox.job(good, status="Completed", level="FULL", started_ago=7200, ended_ago=7000)
    run = controller.run(
        [
            task(sandbox, "task_info", "listed", targets=[{"client": good["client"]}]),
            task(sandbox, "task_info", "missing", schedule="weakly"),
            task(sandbox, "task_info", "wrong platform", hypervisor="x"),
        ],
        "-vvvv",
    )
    assert_ends(run, {"listed": "ok", "missing": "not_found", "wrong platform": "invalid"})
    assert same(run, "listed")["by_state"] == {"succeeded": 1}
    run.assert_silent_about(sandbox.password)


def test_task_state(controller: Controller, sandbox: Sandbox) -> None:
    moved = sandbox.job(sandbox.cold(), status="Running", seconds=86400)
    failed = sandbox.job(sandbox.cold(), status="Failed", level="FULL", started_ago=600)
    move = {"wait": True, "poll_interval": "0.1s", "ids": [moved]}
    run = controller.run(
        [
            task(sandbox, "task_state", "checked", ids=[moved], state="paused", _check_mode=True, _diff=True),
            task(sandbox, "task_state", "paused", **move, state="paused"),
            task(sandbox, "task_state", "resumed", **move, state="running"),
            task(sandbox, "task_state", "impossible", ids=[moved], state="absent"),
            task(sandbox, "task_state", "run again", ids=[failed], state="queued", _check_mode=True),
        ],
        "-vvvv",
        # One host after the other, so that neither finds what the other one did.
        serial=1,
    )
    assert_ends(
        run,
        {
            "checked": "changed",
            "paused": "changed",
            "resumed": "changed",
            "impossible": "invalid",
            "run again": "changed",
        },
    )
    assert list(same(run, "checked")["diff"]["after"].values()) == ["paused"]
    assert re.search(r'\+\s+"job \d+": "paused"', run.stdout)
    run.assert_silent_about(sandbox.password)


def test_protection_info(controller: Controller, sandbox: Sandbox) -> None:
    good, bad = sandbox.cold(), sandbox.cold()
    sandbox.job(good, status="Completed", level="FULL", started_ago=7200, ended_ago=7000)
    run = controller.run(
        [
            task(sandbox, "protection_info", "judged", targets=[good, bad]),
            task(sandbox, "protection_info", "must be good", targets=[good, bad], fail_on_unprotected=True),
            task(sandbox, "protection_info", "contradiction", targets=[good], all=True),
        ],
        "-vvvv",
    )
    assert_ends(run, {"judged": "ok", "must be good": "rejected", "contradiction": "invalid"})
    assert [row["protected"] for row in same(run, "must be good")["targets"]] == [True, False]
    run.assert_silent_about(sandbox.password)


# --- the examples of the documentation -------------------------------------------------------------------------------


def examples(module: str) -> list[dict[str, Any]]:
    """Return the tasks of a module's examples, as they are."""
    text = (REPOSITORY / "plugins" / "modules" / f"{module}.py").read_text(encoding="utf-8")
    (found,) = re.findall(r'^EXAMPLES = r"""\n(.*?)"""', text, re.DOTALL | re.MULTILINE)
    return list(yaml.safe_load(found))


@pytest.mark.parametrize("module", ["task_info", "task_state", "protection_info"])
def test_the_examples_work(controller: Controller, fresh: Sandbox, module: str) -> None:
    fresh.job(DEFAULT, status="Running", seconds=86400)
    fresh.job(DEFAULT, status="Failed", level="FULL", started_ago=600)
    moved = fresh.job(DEFAULT, status="Completed" if module == "task_info" else "Running")
    started = {"started": {"tasks": [{"task_id": "6001", "job_ids": [moved]}]}}
    text = json.dumps(examples(module)).replace("https://commserve.example.com/commandcenter/api", fresh.url)
    storware = {"storware_password": fresh.storware_password}
    text = text.replace("https://storware.example.com:8181/api", fresh.storware_url).replace('"ansible"', '"admin"')
    tasks = json.loads(text)
    environment = {"COMMVAULT_TOKEN": fresh.token, "NIGHTSHIFT_VALIDATE_CERTS": "false"}
    run = controller.run(
        tasks, "--limit", HERE, "--extra-vars", json.dumps(started | storware), env=environment, ignore_errors=False
    )
    assert run.code == 0, run.stdout + run.stderr
    for task in tasks:
        assert (task["name"], HERE) in run.results
