# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documented examples for Storware, as they are, but for the server's address and user, and the pauses of waits."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml
from ansible_collections.nightshift.backup.tests.integration.controller.conftest import HERE, Controller

from .support import REPOSITORY, Sandbox

MODULES = ("storware_info", "storware_operation", "backup_task", "protection_info")


def examples(module: str) -> list[dict[str, Any]]:
    """Return the tasks of a module's examples that are for Storware."""
    text = (REPOSITORY / "plugins" / "modules" / f"{module}.py").read_text(encoding="utf-8")
    (found,) = re.findall(r'^EXAMPLES = r"""\n(.*?)"""', text, re.DOTALL | re.MULTILINE)
    return [
        task
        for task in yaml.safe_load(found)
        for name, options in task.items()
        if name.startswith("nightshift.backup.") and options["platform"] == "storware"
    ]


def test_the_examples_work(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> None:
    for name in ("db01", "web01"):
        sandbox.past(name, 1)
    clone = next(
        one
        for one in sandbox.get("virtual-machines")
        if one["name"] == "clone01" and one.get("hvManager", {}).get("name") == "vc1"
    )
    sandbox.past(clone["guid"], 1)
    by_module = {module: examples(module) for module in MODULES}
    assert all(by_module.values())
    tasks = json.loads(
        json.dumps([task for found in by_module.values() for task in found])
        .replace("https://storware.example.com:8181/api", sandbox.url)
        .replace('"username": "ansible"', '"username": "admin"')
    )
    for task in tasks:
        for options in (one for name, one in task.items() if name.startswith("nightshift.")):
            # They wait with the pauses that suit a real server.
            options.update({"poll_interval": "0.1s"} if options.get("wait") else {})
    access = {"platform": "storware", "url": sandbox.url, "username": "admin", "password": sandbox.password}
    login = {"name": "login", "nightshift.backup.session": access, "register": "login"}
    environment = {
        "NIGHTSHIFT_URL": sandbox.url,
        "NIGHTSHIFT_USERNAME": "admin",
        "NIGHTSHIFT_PASSWORD": sandbox.password,
        "NIGHTSHIFT_VALIDATE_CERTS": "false",
    }
    run = Controller(tmp_path_factory.mktemp("examples")).run(
        [login, *tasks],
        "--limit",
        HERE,
        "--extra-vars",
        json.dumps({"storware_password": sandbox.password}),
        env=environment,
        ignore_errors=False,
    )
    assert run.code == 0, run.stdout + run.stderr
    for task in tasks:
        assert (task["name"], HERE) in run.results
    restored = [one for one in sandbox.get("virtual-machines") if one["name"] == "db01-restore-test"]
    assert len(restored) == 1
    sandbox.call("DELETE", f"protected-entities/{restored[0]['guid']}")
