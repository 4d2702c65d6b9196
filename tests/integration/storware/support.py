# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A sandbox in a process of its own, and modules run against its Storware part in this one."""

from __future__ import annotations

import json
import subprocess
import time
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
from ansible_collections.nightshift.backup.plugins.module_utils.arguments import without_nulls
from ansible_collections.nightshift.backup.plugins.module_utils.runner import Run, execute, invalid_arguments
from ansible_collections.nightshift.backup.plugins.plugin_utils.controller import validate

from ..modules import ENTRIES

REPOSITORY = Path(__file__).parents[3]
TIME_SCALE = 150


@contextmanager
def serving(folder: Path) -> Iterator[dict[str, Any]]:
    """Run a sandbox and yield what it says of itself."""
    ready = folder / "ready.json"
    program = REPOSITORY / ".venv" / "bin" / "nightshift-sandbox"
    command = [str(program), "serve", "--time-scale", str(TIME_SCALE), "--ready-file", str(ready)]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + 60
        while not ready.exists():
            assert process.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < deadline, "the sandbox did not become ready"
            time.sleep(0.02)
        yield json.loads(ready.read_text())
    finally:
        process.terminate()
        process.wait(timeout=10)


class Sandbox:
    """The server as tests see it: what it has, what it received, and what it is told to do."""

    def __init__(self, ready: Mapping[str, Any]) -> None:
        self.url: str = ready["storware_url"]
        self.ca_path: str = ready["ca_path"]
        self.password: str = ready["password"]
        self.passwords = {"admin": ready["password"], **{name: one["password"] for name, one in ready["users"].items()}}
        self._control: str = ready["control_url"]
        self._made = 0
        self._http = requests.Session()
        # Before 2.0, urllib3 leaves its connections open when nobody needs them any more.
        weakref.finalize(self, self._http.close)
        # The machine may name other authorities in its environment.
        self._http.trust_env = False
        self._http.verify = self.ca_path

    def control(self, method: str, service: str, body: Any = None) -> Any:
        """Call a control service."""
        reply = self._http.request(method, f"{self._control}/{service}", json=body)
        assert reply.status_code == 200, reply.text
        return reply.json()

    def reset(self) -> None:
        """Forget faults and requests."""
        self.control("DELETE", "faults")
        self.control("DELETE", "requests")

    def fault(self, kind: str, path: str = "tasks/export", **more: Any) -> None:
        """Let the next matching request go wrong."""
        self.control("POST", "faults", {"fault": kind, "path": path, **more})

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Call the API with a session of the tests' own."""
        reply = self._http.request(method, f"{self.url}/{path}", json=body)
        if reply.status_code == 401:
            login = {"login": "admin", "password": self.passwords["admin"]}
            assert self._http.post(f"{self.url}/session/login", json=login).ok
            reply = self._http.request(method, f"{self.url}/{path}", json=body)
        assert reply.ok, reply.text
        return reply.json() if reply.content else None

    def get(self, path: str) -> Any:
        """Read something."""
        return self.call("GET", path)

    def vm(self, name: str) -> dict[str, Any]:
        """Return a VM that is present, by its name."""
        return next(one for one in self.get("virtual-machines") if one["name"] == name and one["present"])

    def task(self, state: str) -> dict[str, Any]:
        """Return some task in a state."""
        return next(one for one in self.get("tasks") if one["state"]["name"] == state)

    def new_vm(self, name: str | None = None, policy: str | None = "silver") -> dict[str, Any]:
        """Make a VM without any past, under a name that no test has used unless one is given."""
        self._made += 1
        name = name or f"made{self._made:03d}"
        made: dict[str, Any] = self.control("POST", "storware/vms", {"new": name, "policy": policy})["vm"]
        return made

    def past(self, name: str, hours: float, status: str = "SUCCESS", kind: str = "FULL", **more: Any) -> str:
        """Give a VM a backup of some hours ago, with ``more`` fields set; return its GUID."""
        body = {"vm": name, "age_hours": hours, "status": status, "type": kind}
        guid = str(self.control("POST", "storware/backups", body)["backup"]["guid"])
        if more:
            self.control("POST", "storware/backups", {"guid": guid, **more})
        return guid

    def received(self) -> list[str]:
        """Return method and path of everything since the last reset but logins and logouts."""
        log = self.control("GET", "requests")["requests"]
        found = [f"{entry['method']} {entry['path'].split('/api/', 1)[-1]}" for entry in log]
        return [line for line in found if "session/" not in line]

    def made_task(self, vm: str, state: str, **fields: Any) -> str:
        """Make an export that stays as it is until somebody acts on it, and return its GUID."""
        body = {"vm": vm, "state": state, **fields}
        return str(self.control("POST", "storware/tasks", body)["task"]["guid"])

    def writes(self) -> list[str]:
        """Return method and path of the requests since the last reset that were to change something."""
        log = self.control("GET", "requests")["requests"]
        lines = [f"{entry['method']} {entry['path'].split('/api/', 1)[-1]}" for entry in log]
        return [line for line in lines if not line.startswith("GET ") and " session/" not in line]

    def sent(self, name: str = "tasks/export", method: str = "POST") -> list[dict[str, Any]]:
        """Return the requests of one service since the last reset."""
        log = self.control("GET", "requests")["requests"]
        return [entry for entry in log if entry["method"] == method and entry["path"].endswith(f"/{name}")]


@dataclass
class Ran:
    """What a run left."""

    result: dict[str, Any]
    shown: list[str] = field(default_factory=list)

    @property
    def row(self) -> dict[str, Any]:
        """The first row."""
        return dict(self.result["tasks"][0])

    @property
    def outcomes(self) -> list[str]:
        """The outcome of every row."""
        return [row["outcome"] for row in self.result["tasks"]]

    def good(self) -> Ran:
        """Make sure that the task did not fail."""
        assert not self.result.get("failed"), self.result
        return self

    def bad(self, kind: str) -> Ran:
        """Make sure that the task failed, and how."""
        assert self.result.get("failed"), self.result
        assert self.result["error"]["kind"] == kind, self.result
        return self


class Modules:
    """Modules without Ansible around them, but with their argument specs."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    def run(
        self,
        module: str,
        *,
        user: str = "admin",
        check: bool = False,
        diff: bool = False,
        when_shown: Callable[[str], object] | None = None,
        **options: Any,
    ) -> Ran:
        """Run a module as ``user``; an option that is ``None`` is not given.

        ``when_shown`` is called with each line of progress, so that something can happen in the middle of a wait.
        """
        entry = ENTRIES[module]
        given = {
            "platform": "storware",
            "url": self.sandbox.url,
            "ca_path": self.sandbox.ca_path,
            "username": user,
            "password": self.sandbox.passwords[user],
            "retries": 1,
            **options,
        }
        checked = validate(entry, without_nulls(given, entry.argument_spec), module)
        if checked.problem:
            return Ran(invalid_arguments(checked.problem))
        ran = Ran({})

        def show(line: str) -> None:
            ran.shown.append(line)
            if when_shown is not None:
                when_shown(line)

        ran.result = execute(entry, Run(checked.params, check_mode=check, diff=diff, show=show))
        return ran

    def backup(self, *names: Any, level: str = "full", **options: Any) -> Ran:
        """Run ``backup_task`` for VMs by name, or for targets, with quick waits."""
        targets = [{"name": name} if isinstance(name, str) else name for name in names]
        quick = {"poll_interval": "0.1s", "wait_timeout": "60s", "settle": "5s"}
        return self.run("backup_task", targets=targets, level=level, **{**quick, **options})

    def protection(self, *names: Any, **options: Any) -> Ran:
        """Run ``protection_info`` for VMs by name, or for targets."""
        targets = [{"name": name} if isinstance(name, str) else name for name in names]
        return self.run("protection_info", **({"targets": targets} if names else {}), **options)

    def operate(self, operation: str, **options: Any) -> Ran:
        """Run ``storware_operation`` with quick waits."""
        quick = {"poll_interval": "0.1s", "wait_timeout": "60s"}
        return self.run("storware_operation", operation=operation, **{**quick, **options})

    def info(self, **options: Any) -> Ran:
        """Run ``task_info``."""
        return self.run("task_info", **options)

    def state(self, state: str, *ids: Any, **options: Any) -> Ran:
        """Run ``task_state`` with quick waits."""
        chosen = {"ids": list(ids)} if ids else {}
        quick = {"poll_interval": "0.1s", "wait_timeout": "60s"}
        return self.run("task_state", state=state, **{**chosen, **quick, **options})
