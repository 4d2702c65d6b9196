# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts sandboxes as processes of their own and talks to them."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

Json = dict[str, Any]
XML = {"Accept": "application/xml", "Content-Type": "application/xml"}
_ROOT = Path(__file__).resolve().parents[2]
# That of the developer's environment, also where the tests run in another one.
PYTHON = _ROOT / ".venv" / "bin" / "python"
# The server that stands beside these tests is tested, not one that happens to be installed.
SOURCES = _ROOT / "roles" / "sandbox" / "files" / "src"
ENDED = ("Completed", "Failed", "Killed", "Committed")


class Sandbox:
    """A running sandbox and a session with it."""

    def __init__(self, process: subprocess.Popen[bytes], ready: Json) -> None:
        self.process = process
        self.ready = ready
        self.base: str = ready["commvault_url"]
        self.http = requests.Session()
        # The machine's own certificate settings would win over the sandbox's authority.
        self.http.trust_env = False
        self.http.verify = ready["ca_path"] or False
        self.http.headers["Accept"] = "application/json"
        self.http.headers["Authtoken"] = ready["access_token"]

    def get(self, path: str, **more: Any) -> requests.Response:
        """GET a service."""
        return self.http.get(f"{self.base}/{path}", timeout=60, **more)

    def post(self, path: str, body: Any = None, **more: Any) -> requests.Response:
        """POST to a service."""
        return self.http.post(f"{self.base}/{path}", json=body, timeout=60, **more)

    def control(self, method: str, path: str, body: Any = None) -> Json:
        """Call a control service."""
        answer = self.http.request(method, f"{self.ready['control_url']}/{path}", json=body, timeout=60)
        answer.raise_for_status()
        result: Json = answer.json()
        return result

    def login(self, user: str, password: str, **more: Any) -> requests.Response:
        """Log in without the session's own token."""
        secret = base64.b64encode(password.encode()).decode()
        return self.post("Login", {"username": user, "password": secret, **more}, headers={"Authtoken": ""})

    def token(self, user: str) -> str:
        """A fresh login token of a user."""
        password = self.ready["password"] if user == "admin" else self.ready["users"][user]["password"]
        token: str = self.login(user, password, deviceId="test").json()["token"]
        return token

    def create(self, *associations: Json, level: Any = "FULL", **more: Any) -> requests.Response:
        """CreateTask; see :func:`task`."""
        return self.post("CreateTask", task(*associations, level=level, **more))

    def job(self, number: str | int) -> Json | None:
        """A job's summary, or None while it is not found."""
        jobs: list[Json] = self.get(f"Job/{number}").json()["jobs"]
        return jobs[0]["jobSummary"] if jobs else None

    def wait(self, number: str | int, good: Callable[[Json], bool], seconds: float = 10) -> Json:
        """Poll a job until its summary is as wanted."""
        end = time.monotonic() + seconds
        summary = None
        while time.monotonic() < end:
            summary = self.job(number)
            if summary is not None and good(summary):
                return summary
            time.sleep(0.05)
        raise AssertionError(f"job {number} did not get there: {summary}")

    def seen(self, number: str | int) -> Json:
        """A job's summary, as soon as the job is found."""
        return self.wait(number, bool)

    def finish(self, number: str | int, seconds: float = 10) -> Json:
        """Poll a job to its end."""
        return self.wait(number, lambda job: job["status"].startswith(ENDED), seconds)


def task(*associations: Json, level: Any = "FULL", common: Json | None = None, pattern: Json | None = None,
         name: str = "", kind: Any = None, **backup: Any) -> Json:  # fmt: skip
    """A CreateTask body: immediate, or a schedule when there is a pattern."""
    subtask: Json = {"subTaskType": 2, "operationType": 2}
    entry: Json = {"subTask": subtask, "options": {"backupOpts": {"backupLevel": level, **backup}}}
    if common is not None:
        entry["options"]["commonOpts"] = common
    if pattern is not None:
        entry["pattern"] = pattern
        subtask["subTaskName"] = name
    chosen = kind if kind is not None else 2 if pattern is not None else 1
    head = {"taskType": chosen, "initiatedFrom": 2, "policyType": 0, "taskFlags": {"disabled": False}}
    return {"taskInfo": {"associations": list(associations), "task": head, "subTasks": [entry]}}


def entity(client: str, backupset: str = "defaultBackupSet", subclient: str | None = "default", **more: Any) -> Json:
    """An association by names; None as subclient means the whole backup set."""
    named: Json = {"clientName": client, "backupsetName": backupset, **more}
    return named if subclient is None else {**named, "subclientName": subclient}


@contextmanager
def running(folder: Path, *options: str, scale: float = 60) -> Iterator[Sandbox]:
    """A sandbox for the length of a `with` block."""
    ready_file = folder / "ready.json"
    command = [str(PYTHON), "-m", "nightshift_sandbox", "serve", "--time-scale", str(scale)]
    command += ["--ready-file", str(ready_file), *options]
    environment = {**os.environ, "PYTHONPATH": str(SOURCES)}
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment)
    try:
        end = time.monotonic() + 20
        while not ready_file.exists():
            assert process.poll() is None, "the sandbox ended before it was ready"
            assert time.monotonic() < end, "the sandbox is not ready after 20 seconds"
            time.sleep(0.02)
        yield Sandbox(process, json.loads(ready_file.read_text(encoding="utf-8")))
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
