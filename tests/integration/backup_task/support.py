# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A sandbox in a process of its own, and ``backup_task`` run against it in this one."""

from __future__ import annotations

import base64
import json
import subprocess
import time
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
from ansible_collections.nightshift.backup.plugins.module_utils.arguments import without_nulls
from ansible_collections.nightshift.backup.plugins.module_utils.entrypoints.backup_task import ENTRY
from ansible_collections.nightshift.backup.plugins.module_utils.runner import Run, execute, invalid_arguments
from ansible_collections.nightshift.backup.plugins.plugin_utils.controller import validate

REPOSITORY = Path(__file__).parents[3]
TIME_SCALE = 300
FS, LFS = "File System", "Linux File System"
COLD, WARM = 500, 40


def _client(name: str, subclients: list[Any], agent: str = LFS) -> dict[str, Any]:
    instance = {"name": "DefaultInstanceName", "backupsets": [{"name": "main", "subclients": subclients}]}
    return {"name": name, "agents": [{"name": agent, "instances": [instance]}]}


def estate(cold: int, warm: int) -> dict[str, Any]:
    """Return clients of our own: so many that each test has fresh ones, and some with a past."""
    uneven = [{"name": f"s{seconds}", "seasoned": True, "seconds": seconds} for seconds in (6, 90, 300)]
    mixed = [{"name": "old", "seasoned": True}, {"name": "new"}]
    return {
        "clients": [
            *(_client(f"cold{number:04d}", ["default", "extra"]) for number in range(cold)),
            *(_client(f"warm{number:03d}", [{"name": "default", "seasoned": True}]) for number in range(warm)),
            _client("uneven", uneven),
            *(_client(f"endless_{choice}", [{"name": "default", "seconds": 86400}]) for choice in ("fail", "cancel")),
            _client("mixed", mixed),
            _client("gaps", ["default", {"name": "off", "enabled": False}]),
        ]
    }


@contextmanager
def serving(folder: Path, cold: int = COLD, warm: int = WARM) -> Iterator[dict[str, Any]]:
    """Run a sandbox with so many untouched clients, and ones with a past, and yield what it says of itself."""
    seed, ready = folder / "seed.json", folder / "ready.json"
    seed.write_text(json.dumps(estate(cold, warm)))
    program = REPOSITORY / ".venv" / "bin" / "nightshift-sandbox"
    command = [program, "serve", "--time-scale", str(TIME_SCALE), "--seed-data", seed, "--ready-file", ready]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen([str(word) for word in command], stdout=log, stderr=log)
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
    """The server as tests see it: what it received, and what it is told to do."""

    def __init__(self, ready: Mapping[str, Any]) -> None:
        self.url: str = ready["commvault_url"]
        self.ca_path: str = ready["ca_path"]
        self.password: str = ready["password"]
        self.storware_url: str = ready["storware_url"]
        self.storware_password: str = ready["password"]
        self.operator_password: str = ready["users"]["operator"]["password"]
        self._control: str = ready["control_url"]
        self._http = requests.Session()
        # Before 2.0, urllib3 leaves its connections open when nobody needs them any more.
        weakref.finalize(self, self._http.close)
        # The machine may name other authorities in its environment.
        self._http.trust_env = False
        self._http.verify = self.ca_path
        self._http.headers["Accept"] = "application/json"
        self._token: str | None = None
        self._used = {"cold": 0, "warm": 0}

    def reset(self) -> None:
        """Forget faults and requests."""
        self._ask("DELETE", "faults")
        self._ask("DELETE", "requests")

    def _ask(self, method: str, service: str, body: Any = None) -> Any:
        reply = self._http.request(method, f"{self._control}/{service}", json=body)
        assert reply.status_code == 200, reply.text
        return reply.json()

    @property
    def token(self) -> str:
        """A token that is valid now; to get it may take a login."""
        if self._token is None:
            self._token = self.login("admin", self.password)
        return self._token

    def login(self, user: str, password: str) -> str:
        """Return a new token."""
        encoded = base64.b64encode(password.encode()).decode()
        reply = self._http.post(f"{self.url}/Login", json={"username": user, "password": encoded})
        return str(reply.json()["token"])

    def get(self, path: str, **query: Any) -> Any:
        """Read something with a valid token."""
        headers = {"Authtoken": self.token}
        return self._http.get(f"{self.url}/{path}", params=query, headers=headers).json()

    def expire(self) -> None:
        """End every session."""
        self._token = None
        self._ask("POST", "expire")

    def advance(self, seconds: float) -> None:
        """Move the server's clock."""
        self._ask("POST", "clock", {"advance": seconds})

    def now(self) -> float:
        """Return the server's clock."""
        return float(self._ask("GET", "clock")["epoch"])

    def fault(self, kind: str, path: str = "CreateTask", **more: Any) -> None:
        """Let the next matching request go wrong."""
        self._ask("POST", "faults", {"fault": kind, "path": path, **more})

    def job(self, target: Mapping[str, Any] | None = None, **values: Any) -> str:
        """Make a job on ``target``, or change the one with ``id``; return its ID."""
        names = {"client": "clientName", "app": "appName", "backupset": "backupsetName", "subclient": "subclientName"}
        body = dict(values)
        if target is not None:
            body["entity"] = {wire: target[name] for name, wire in names.items() if name in target}
        return str(self._ask("POST", "jobs", body)["job"]["jobId"])

    def wait_until_shown(self, job_id: str) -> None:
        """Return when the server shows a job that was just started."""
        deadline = time.monotonic() + 5
        while not self.get(f"Job/{job_id}")["jobs"]:
            assert time.monotonic() < deadline
            time.sleep(0.05)

    def log(self) -> list[dict[str, Any]]:
        """Return what was received since the last reset."""
        found: list[dict[str, Any]] = self._ask("GET", "requests")["requests"]
        return found

    def sent(self, name: str = "CreateTask") -> list[dict[str, Any]]:
        """Return the requests of one service."""
        return [entry for entry in self.log() if entry["path"].endswith(f"/{name}")]

    def starts(self) -> list[Any]:
        """Return the bodies of all starts."""
        return [entry["body"] for entry in self.sent()]

    def jobs_of(self, target: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return the summaries of all jobs on a subclient or a backup set, the oldest first."""
        reply = self.get("Job", completedJobLookupTime=400 * 86400, showAgedJobs="true", jobFilter="Backup")
        keys = {"client": "clientName", "backupset": "backupsetName", "subclient": "subclientName"}
        rows = [entry["jobSummary"] for entry in reply["jobs"]]
        found = [
            row
            for row in rows
            if all(
                row["subclient"].get(wire) == target.get(key, row["subclient"].get(wire)) for key, wire in keys.items()
            )
        ]
        return found[::-1]

    def _unused(self, kind: str, most: int) -> int:
        number = self._used[kind]
        assert number < most, f"all {most} {kind} clients of this sandbox are used up"
        self._used[kind] += 1
        return number

    def cold(self, subclient: str | None = "default", **more: Any) -> dict[str, Any]:
        """Return a target on a client that no test has used, without any backup so far."""
        return _target(f"cold{self._unused('cold', COLD):04d}", subclient, **more)

    def warm(self, **more: Any) -> dict[str, Any]:
        """Return a target on a client that no test has used, with backups in the past."""
        return _target(f"warm{self._unused('warm', WARM):03d}", "default", **more)


def _target(client: str, subclient: str | None, **more: Any) -> dict[str, Any]:
    target = {"client": client, "app": LFS, "instance": "DefaultInstanceName", "backupset": "main", **more}
    return {**target, "subclient": subclient} if subclient else {**target, "entity_type": "backupset"}


@dataclass
class Ran:
    """What a run left."""

    result: dict[str, Any]
    shown: list[str] = field(default_factory=list)

    @property
    def row(self) -> dict[str, Any]:
        """The row of the first target."""
        return dict(self.result["tasks"][0])

    @property
    def outcomes(self) -> list[str]:
        """The outcome of every row."""
        return [row["outcome"] for row in self.result["tasks"]]

    @property
    def warnings(self) -> str:
        """All warnings as one text."""
        return "\n".join(self.result.get("warnings", []))

    def good(self) -> Ran:
        """Make sure that the task did not fail."""
        assert not self.result.get("failed"), self.result
        return self

    def bad(self, kind: str) -> Ran:
        """Make sure that the task failed, and how."""
        assert self.result.get("failed"), self.result
        assert self.result["error"]["kind"] == kind, self.result
        return self


class Module:
    """``backup_task`` without Ansible around it, but with its argument spec."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    def __call__(self, *targets: Mapping[str, Any], check: bool = False, diff: bool = False, **options: Any) -> Ran:
        """Run with quick waits and a valid token, unless ``options`` say otherwise (``None``: not given)."""
        given = {
            "platform": "commvault",
            "url": self.sandbox.url,
            "ca_path": self.sandbox.ca_path,
            "token": self.sandbox.token if "token" not in options else None,
            "level": "full",
            "targets": [dict(target) for target in targets],
            "poll_interval": "0.1s",
            "settle": "3s",
            "retries": 1,
            **options,
        }
        checked = validate(ENTRY, without_nulls(given, ENTRY.argument_spec), "backup_task")
        if checked.problem:
            return Ran(invalid_arguments(checked.problem))
        ran = Ran({})
        ran.result = execute(ENTRY, Run(checked.params, check_mode=check, diff=diff, show=ran.shown.append))
        return ran

    def plain(self, *targets: Mapping[str, Any], **options: Any) -> Ran:
        """Start without looking first and without a marker, so that one request is all."""
        return self(*targets, **{"skip_if_running": False, "marker": False, **options})


def leaf(body: Mapping[str, Any], path: str) -> Any:
    """Return the value at ``path`` below ``taskInfo``, where lists have one entry; ``None`` where there is none."""
    here: Any = body["taskInfo"]
    for step in path.split("/"):
        here = here[0] if isinstance(here, list) else here
        here = here.get(step) if isinstance(here, Mapping) else None
    return here
