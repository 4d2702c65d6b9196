# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Talks to the Storware part of a sandbox, as a user would: names first, then GUIDs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
from harness import Sandbox, running

Json = dict[str, Any]
ENDED = ("FINISHED", "FAILED", "CANCELLED")
OVER = ("SUCCESS", "PARTIAL_SUCCESS", "FAILED", "SUCCESS_REMOVED")


class Storware:
    """A session with the API."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.base: str = sandbox.ready["storware_url"]
        self.http = self.session()

    def session(self) -> requests.Session:
        """A new HTTP session without cookies."""
        http = requests.Session()
        http.trust_env = False
        http.verify = self.sandbox.ready["ca_path"] or False
        return http

    def login(self, user: str = "admin", http: requests.Session | None = None) -> requests.Response:
        """Log in."""
        ready = self.sandbox.ready
        password = ready["password"] if user == "admin" else ready["users"][user]["password"]
        body = {"login": user, "password": password}
        return (http or self.http).post(f"{self.base}/session/login", json=body, timeout=10)

    def as_user(self, user: str) -> Storware:
        """A session of another user."""
        other = Storware(self.sandbox)
        assert other.login(user).status_code == 201
        return other

    def call(self, method: str, path: str, body: Any = None, **more: Any) -> requests.Response:
        """Call a service."""
        return self.http.request(method, f"{self.base}{path}", json=body, timeout=10, **more)

    def get(self, path: str, **query: Any) -> Any:
        """The content of a GET that succeeds."""
        params = {key.replace("_", "-"): value for key, value in query.items()}
        answer = self.call("GET", path, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, body: Any = None) -> Any:
        """The content of a POST that succeeds."""
        answer = self.call("POST", path, body)
        assert answer.status_code == 201, answer.text
        return answer.json() if answer.content else None

    def control(self, method: str, path: str, body: Any = None) -> Json:
        """Call a control service."""
        return self.sandbox.control(method, path, body)

    def fault(self, **rule: Any) -> None:
        """Set a fault."""
        self.control("POST", "faults", rule)

    def advance(self, seconds: float) -> None:
        """Move the clock, and log in again, as the session may be too old then."""
        self.control("POST", "clock", {"advance": seconds})
        self.login()

    def now(self) -> int:
        """The sandbox's present, in milliseconds."""
        return int(self.control("GET", "clock")["epoch"] * 1000)

    def vm(self, name: str) -> Json:
        """The VM of a name that is present, and the first one of several."""
        found = [row for row in self.get("/virtual-machines") if row["name"] == name and row["present"]]
        assert found, f"no VM {name}"
        result: Json = found[0]
        return result

    def rules(self, vm: Json) -> list[Json]:
        """The rules of a VM's policy."""
        policies = self.post("/policies/vm-backup/list-by-entities", {"protectedEntities": [vm["guid"]]})
        return [{"guid": rule["guid"], "name": rule["name"]} for policy in policies for rule in policy["rules"]]

    def export_body(self, *names: str, **more: Any) -> Json:
        """The body of an export of VMs that share a policy."""
        vms = [self.vm(name) for name in names]
        return {
            "backupType": {"name": "FULL"},
            "protectedEntities": [{"guid": vm["guid"]} for vm in vms],
            "rules": self.rules(vms[0]),
            "protectedEntityType": "VM",
            **more,
        }

    def export(self, name: str, **more: Any) -> Json:
        """Start the backup of one VM; the task."""
        tasks: list[Json] = self.post("/tasks/export", self.export_body(name, **more))
        assert len(tasks) == 1
        return tasks[0]

    def backup_of(self, task: Json) -> Json:
        """The backup that an export is about: the newest of its VM."""
        rows = self.get("/backups", protected_entity=task["protectedEntity"]["guid"])
        for row in rows:
            if any(item["guid"] == task["guid"] for item in self.get("/tasks", backup=row["guid"])):
                result: Json = row
                return result
        raise AssertionError(f"no backup of task {task['guid']}")

    def tasks_of(self, backup: Json) -> list[tuple[str, str]]:
        """Type and state of every task of a backup, sorted."""
        rows = self.get("/tasks", backup=backup["guid"])
        return sorted((row["type"]["name"], row["state"]["name"]) for row in rows)

    def wait(self, path: str, good: Callable[[Json], bool], seconds: float = 10) -> Json:
        """Poll a record until it is as wanted."""
        end = time.monotonic() + seconds
        row: Json = {}
        while time.monotonic() < end:
            row = self.get(path)
            if good(row):
                return row
            time.sleep(0.03)
        raise AssertionError(f"{path} did not get there: {row}")

    def finish(self, task: Json) -> Json:
        """Poll a task to its end."""
        return self.wait(f"/tasks/{task['guid']}", lambda row: row["state"]["name"] in ENDED)

    def finish_backup(self, backup: Json) -> Json:
        """Poll a backup to its end."""
        return self.wait(f"/backups/{backup['guid']}", lambda row: row["status"]["name"] in OVER)


@contextmanager
def running_storware(folder: Path, *options: str, scale: float = 200) -> Iterator[Storware]:
    """A sandbox with a session, for the length of a `with` block."""
    with running(folder, *options, scale=scale) as sandbox:
        api = Storware(sandbox)
        assert api.login().status_code == 201
        yield api
