# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a sandbox itself knows of the backups that were started: the oracle of the campaigns."""

from __future__ import annotations

import json
import subprocess
import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

REPOSITORY = Path(__file__).parents[2]
Json = dict[str, Any]

_ENDED = frozenset({"Completed", "Failed", "Killed", "Committed", "FINISHED", "FAILED", "CANCELLED"})


class Oracle(ABC):
    """One platform of a sandbox, and its objects whose backups take so long that none ends before time is moved."""

    name: str
    objects: str

    def __init__(self, ready: Mapping[str, Any]) -> None:
        self.ready = ready
        self._http = requests.Session()
        # The machine may name other authorities in its environment.
        self._http.trust_env = False
        self._http.verify = ready["ca_path"] or True

    def control(self, method: str, service: str, body: Any = None) -> Any:
        """Call a control service."""
        reply = self._http.request(method, f"{self.ready['control_url']}/{service}", json=body, timeout=60)
        assert reply.status_code == 200, reply.text
        return reply.json()

    def requests(self) -> int:
        """Return how many requests the sandbox got so far."""
        return int(self.control("GET", "state")["requests"])

    def pass_time(self, seconds: float) -> None:
        """Move the server's clock, and with it what runs."""
        self.control("POST", "clock", {"advance": seconds})

    def options(self) -> Json:
        """Return the connection options of a task."""
        return {
            "platform": self.name,
            "url": self.ready[f"{self.name}_url"],
            "ca_path": self.ready["ca_path"],
            "username": "admin",
            "password": self.ready["password"],
        }

    def begin(self) -> None:
        """Let everything end and grow old, so that what is started from now on counts."""
        self.pass_time(6 * 3600)
        self.mark()

    def object_names(self, count: int) -> set[str]:
        """Return the names of the objects of so many targets."""
        return {f"{self.objects}{number:04d}" for number in range(1, count + 1)}

    @abstractmethod
    def mark(self) -> None:
        """Let only count what is started from now on."""

    @abstractmethod
    def targets(self, count: int) -> list[Json]:
        """Return so many targets, each of one object."""

    @abstractmethod
    def made(self) -> dict[str, tuple[str, str]]:
        """Return the backups begun since then by their IDs: the object's name, and the state."""

    def active(self) -> dict[str, tuple[str, str]]:
        """Return those of them that have not ended."""
        return {number: entry for number, entry in self.made().items() if entry[1] not in _ENDED}


class Commvault(Oracle):
    """Commvault: jobs of clients slow0001 and so on."""

    name = "commvault"
    objects = "slow"

    def __init__(self, ready: Mapping[str, Any]) -> None:
        super().__init__(ready)
        self._last = 0

    def targets(self, count: int) -> list[Json]:
        rest = {"app": "Linux File System", "backupset": "defaultBackupSet", "subclient": "default"}
        return [{"client": f"{self.objects}{number:04d}", **rest} for number in range(1, count + 1)]

    def mark(self) -> None:
        self._last = max((int(job) for job in self._jobs()), default=0)

    def _jobs(self) -> dict[str, Json]:
        wanted = {"scope": 1, "category": 0, "pagingConfig": {"offset": 0, "limit": 10_000, "sortField": "jobId"}}
        body = {**wanted, "jobFilter": {"completedJobLookupTime": 30 * 86400}}
        headers = {"Authtoken": self.ready["access_token"], "Accept": "application/json"}
        reply = self._http.post(f"{self.ready['commvault_url']}/Jobs", json=body, headers=headers, timeout=60)
        rows = [entry["jobSummary"] for entry in reply.json()["jobs"]]
        return {str(row["jobId"]): row for row in rows}

    def made(self) -> dict[str, tuple[str, str]]:
        return {
            number: (row["subclient"]["clientName"], row["status"])
            for number, row in self._jobs().items()
            if int(number) > self._last and row["subclient"]["clientName"].startswith(self.objects)
        }

    def schedules(self, name: str) -> list[str]:
        """Return the IDs of the schedules of that name."""
        headers = {"Authtoken": self.ready["access_token"], "Accept": "application/json"}
        reply = self._http.get(f"{self.ready['commvault_url']}/Schedules", headers=headers, timeout=60)
        entries = [entry["subTasks"][0]["subTask"] for entry in reply.json().get("taskDetail", [])]
        return sorted(str(entry["subTaskId"]) for entry in entries if entry["subTaskName"] == name)


class Storware(Oracle):
    """Storware: exports of VMs host0001 and so on."""

    name = "storware"
    objects = "host"

    def __init__(self, ready: Mapping[str, Any]) -> None:
        super().__init__(ready)
        self._before: set[str] = set()

    def targets(self, count: int) -> list[Json]:
        return [{"name": f"{self.objects}{number:04d}"} for number in range(1, count + 1)]

    def mark(self) -> None:
        self._before = {task["guid"] for task in self._exports()}

    def call(self, path: str) -> Any:
        """Read something with a session of the campaign's own."""
        reply = self._http.get(f"{self.ready['storware_url']}/{path}", timeout=60)
        if reply.status_code == 401:
            login = {"login": "admin", "password": self.ready["password"]}
            assert self._http.post(f"{self.ready['storware_url']}/session/login", json=login, timeout=60).ok
            reply = self._http.get(f"{self.ready['storware_url']}/{path}", timeout=60)
        assert reply.ok, reply.text
        return reply.json()

    def _exports(self) -> list[Json]:
        listed: list[Json] = self.call("tasks/detailed?type=EXPORT")
        return [task for task in listed if task["protectedEntity"]["name"].startswith(self.objects)]

    def made(self) -> dict[str, tuple[str, str]]:
        return {
            task["guid"]: (task["protectedEntity"]["name"], task["state"]["name"])
            for task in self._exports()
            if task["guid"] not in self._before
        }


def doubles(made: Mapping[str, tuple[str, str]]) -> int:
    """Return how many backups are too many: all but the first of each object."""
    return sum(count - 1 for count in Counter(name for name, _state in made.values()).values())


def _client(number: int) -> Json:
    sets = [{"name": "defaultBackupSet", "subclients": [{"name": "default", "seconds": 3600}]}]
    instances = [{"name": "DefaultInstanceName", "backupsets": sets}]
    return {"name": f"slow{number:04d}", "agents": [{"name": "Linux File System", "instances": instances}]}


def _slow_down(storware: Storware, objects: int) -> None:
    """Give Storware's objects backups as slow as those of the seed, and let all of them run at a time."""
    storware.control("POST", "storware", {"threads": 10 * objects})
    for name in storware.object_names(objects):
        storware.control("POST", "storware/vms", {"vm": name, "seconds": 3600})


@contextmanager
def serving(folder: Path, objects: int, *options: str) -> Iterator[Json]:
    """Run a sandbox with so many objects of each platform in ``folder``, and yield what it says of itself."""
    ready, seed = folder / "ready.json", folder / "seed.json"
    seed.write_text(json.dumps({"clients": [_client(number) for number in range(1, objects + 1)]}))
    program = REPOSITORY / ".venv" / "bin" / "nightshift-sandbox"
    options = ("--estate", str(objects), "--seed-data", str(seed), *options)
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [str(program), "serve", "--ready-file", str(ready), *options], stdout=log, stderr=log
        )
    try:
        deadline = time.monotonic() + 60
        while not ready.exists():
            assert process.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < deadline, "the sandbox did not become ready"
            time.sleep(0.05)
        content = json.loads(ready.read_text())
        _slow_down(Storware(content), objects)
        yield content
    finally:
        process.terminate()
        process.wait(timeout=30)
