# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules that show, move and judge tasks, run in this process against a sandbox in another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import requests
from ansible_collections.nightshift.backup.plugins.module_utils.arguments import without_nulls
from ansible_collections.nightshift.backup.plugins.module_utils.entrypoints import (
    backup_task,
    protection_info,
    task_info,
    task_state,
)
from ansible_collections.nightshift.backup.plugins.module_utils.runner import (
    EntryPoint,
    Run,
    execute,
    invalid_arguments,
)
from ansible_collections.nightshift.backup.plugins.plugin_utils.controller import validate
from ansible_collections.nightshift.backup.tests.integration.backup_task.support import Ran, Sandbox

WRITES = ("action/pause", "action/resume", "action/kill", "action/Resubmit", "CreateTask")


class Modules:
    """The modules without Ansible around them, but with their argument specs."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    def run(self, entry: EntryPoint, options: Mapping[str, Any], *, check: bool = False, diff: bool = False) -> Ran:
        given = {
            "platform": "commvault",
            "url": self.sandbox.url,
            "ca_path": self.sandbox.ca_path,
            "token": self.sandbox.token,
            "retries": 1,
            **options,
        }
        checked = validate(entry, without_nulls(given, entry.argument_spec), entry.name)
        if checked.problem:
            return Ran(invalid_arguments(checked.problem))
        ran = Ran({})
        ran.result = execute(entry, Run(checked.params, check_mode=check, diff=diff, show=ran.shown.append))
        return ran

    def info(self, **options: Any) -> Ran:
        return self.run(task_info.ENTRY, options)

    def state(self, state: str, *ids: Any, check: bool = False, diff: bool = False, **options: Any) -> Ran:
        chosen = {"ids": list(ids)} if ids else {}
        quick = {"poll_interval": "0.1s", "settle": "3s"}
        return self.run(task_state.ENTRY, {"state": state, **chosen, **quick, **options}, check=check, diff=diff)

    def protection(self, *targets: Mapping[str, Any], **options: Any) -> Ran:
        chosen = {"targets": [dict(target) for target in targets]} if targets else {}
        return self.run(protection_info.ENTRY, {**chosen, **options})

    def backup(self, *targets: Mapping[str, Any], **options: Any) -> Ran:
        given = {"targets": [dict(target) for target in targets], "level": "full", "poll_interval": "0.1s", **options}
        return self.run(backup_task.ENTRY, given)


def ids(ran: Ran) -> list[str]:
    """Return the IDs of the rows of a result."""
    return [row["id"] for row in ran.result["tasks"]]


def by_id(ran: Ran) -> dict[str, dict[str, Any]]:
    """Return the rows of a result by their IDs."""
    return {row["id"]: row for row in ran.result["tasks"]}


def only(target: Mapping[str, Any]) -> dict[str, Any]:
    """Return a target by its client alone."""
    return {"client": target["client"]}


def writes(sandbox: Sandbox) -> list[str]:
    """Return the paths of the requests that changed something, in the order in which they came."""
    paths = [entry["path"].split("/api/", 1)[-1] for entry in sandbox.log() if entry["method"] == "POST"]
    return [path for path in paths if path.endswith(WRITES)]


def post(sandbox: Sandbox, path: str, body: Mapping[str, Any]) -> Any:
    """Post something with a valid token, as somebody else would."""
    headers = {"Authtoken": sandbox.token, "Accept": "application/json"}
    with requests.Session() as http:
        http.trust_env = False
        reply = http.post(f"{sandbox.url}/{path}", json=body, headers=headers, verify=sandbox.ca_path, timeout=10)
    return reply.json()


def requests_of(sandbox: Sandbox) -> list[str]:
    """Return method and path of everything that was received but logins and logouts."""
    found = [f"{entry['method']} {entry['path'].split('/api/', 1)[-1]}" for entry in sandbox.log()]
    return [line for line in found if not line.endswith(("Login", "Logout"))]
