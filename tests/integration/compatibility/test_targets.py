# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Modules shipped to the Pythons that hosts have: those that we support do the work, older ones say one sentence."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ansible.release
import pytest
import yaml

from ..backup_task.support import REPOSITORY, serving
from ..controller.conftest import Controller
from .pythons import old_pythons

# Set by scripts/matrix.py; without it the oldest and the newest stand for all.
EVERY = "EVERY_PYTHON" in os.environ
_ASK = "import sys, requests, jsonschema; print('%d.%d' % sys.version_info[:2])"


def _pythons() -> dict[str, str]:
    """Return a Python of each environment beside ours that could run modules, by its version."""
    found = {}
    for python in sorted(REPOSITORY.glob(".venv*/bin/python")):
        asked = subprocess.run([python, "-c", _ASK], capture_output=True, text=True, check=False)
        if asked.returncode == 0 and python.parent != Path(sys.executable).parent:
            found.setdefault(asked.stdout.strip(), str(python))
    return _chosen(found)


def _chosen(pythons: dict[str, str]) -> dict[str, str]:
    ordered = sorted(pythons, key=lambda version: [int(part) for part in version.split(".")])
    return {version: pythons[version] for version in (ordered if EVERY else {*ordered[:1], *ordered[-1:]})}


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    with serving(tmp_path_factory.mktemp("sandbox")) as said:
        yield said


@pytest.fixture(scope="module")
def controller(tmp_path_factory: pytest.TempPathFactory) -> Controller:
    return Controller(tmp_path_factory.mktemp("controller"))


def _run(controller: Controller, ready: dict[str, Any], pythons: dict[str, str]) -> Any:
    """List jobs and start a backup by every Python of ``pythons``, on hosts called by their versions."""
    commvault = {"platform": "commvault", "url": ready["commvault_url"], "ca_path": ready["ca_path"]}
    storware = {"platform": "storware", "url": ready["storware_url"], "ca_path": ready["ca_path"]}
    login = {"username": ready["username"], "password": "{{ lookup('env', 'BACKUP_PASSWORD') }}"}
    target = {
        "client": "cold{{ '%04d' % number }}",
        "app": "Linux File System",
        "backupset": "main",
        "subclient": "default",
    }
    tasks = [
        {"name": "list", "nightshift.backup.task_info": {**commvault, **login, "limit": 5}},
        {
            "name": "start",
            "nightshift.backup.backup_task": {**commvault, **login, "targets": [target], "level": "full"},
        },
    ]
    if EVERY:
        tasks.append({"name": "nodes", "nightshift.backup.storware_info": {**storware, **login, "what": "nodes"}})
    hosts = {
        f"python-{version}": {
            "ansible_connection": "local", "ansible_python_interpreter": python, "number": number,
            "ansible_pipelining": True,
        }
        for number, (version, python) in enumerate(pythons.items())
    }  # fmt: skip
    inventory = controller.root / "targets.yml"
    inventory.write_text(yaml.safe_dump({"all": {"hosts": hosts}}))
    play = [{"hosts": "all", "gather_facts": False, "ignore_errors": True, "tasks": tasks}]
    return controller.run(
        yaml.safe_dump(play), "-i", str(inventory), "-l", ",".join(hosts), env={"BACKUP_PASSWORD": ready["password"]}
    )


def test_supported_pythons_do_the_work(controller: Controller, ready: dict[str, Any]) -> None:
    pythons = _pythons()
    assert pythons, "there is no environment beside this one"
    outcome = _run(controller, ready, pythons)
    for version in pythons:
        host = f"python-{version}"
        assert outcome.of("list", host)["ending"] == "ok", outcome.of("list", host)
        assert outcome.of("start", host)["tasks"][0]["outcome"] == "started", outcome.of("start", host)
        assert not EVERY or outcome.of("nodes", host)["total"] > 0, outcome.of("nodes", host)
    print(f"ansible-core {ansible.release.__version__} shipped to Python {', '.join(sorted(pythons))}")


def test_old_pythons_say_one_sentence(controller: Controller, ready: dict[str, Any]) -> None:
    pythons = _chosen(old_pythons())
    if not pythons:
        pytest.skip("no Python before 3.10 is here")
    outcome = _run(controller, ready, pythons)
    for version in pythons:
        for task in ("list", "start"):
            result = outcome.of(task, f"python-{version}")
            assert result["msg"].startswith("nightshift.backup needs Python 3.10 or later; "), (version, result)
            assert f" is {version}." in result["msg"]
            assert result["error"]["kind"] == "invalid"
            assert not result.get("module_stderr")
    assert "Traceback" not in outcome.stdout + outcome.stderr
    print(f"ansible-core {ansible.release.__version__} was understood by Python {', '.join(sorted(pythons))}")
