# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A sandbox in a process of its own, as runs of other processes need it, and what it knows of their backups."""

from __future__ import annotations

import base64
import json
import subprocess
import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import requests

REPOSITORY = Path(__file__).parents[2]
Json = dict[str, Any]

_JSON = {"Accept": "application/json"}
_ENDED = frozenset({"Completed", "Failed", "Killed", "Committed", "FINISHED", "FAILED", "CANCELLED"})


class Oracle(ABC):
    """One platform of a sandbox, and its objects whose backups take so long that none ends before time is moved."""

    name: str
    objects: str
    #: Whether the server refuses a second schedule of the same name.
    unique_names: bool

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

    def set_clock(self, epoch: float) -> None:
        """Set the server's clock. Backwards, nothing goes on meanwhile."""
        self.control("POST", "clock", {"set": datetime.fromtimestamp(epoch, tz=timezone.utc).isoformat()})

    def expire(self) -> None:
        """End every session."""
        self.control("POST", "expire")

    @abstractmethod
    def stranger(self, number: int) -> str:
        """Let somebody else start a full backup of an object, and return the ID of what backs it up."""

    @abstractmethod
    def pause(self, name: str) -> bool:
        """Let somebody pause what backs an object up. False where there is no such thing."""

    @abstractmethod
    def purge(self) -> None:
        """Remove from the server's lists what its cleaning removes."""

    def begin(self) -> None:
        """Let everything end and grow old, so that what is started from now on counts."""
        while self.active():
            # Those of one object wait for one another, and a step of time lets but one of them go on.
            self.pass_time(1800)
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
    def covering(self) -> Json:
        """Return the options by which a schedule covers something."""

    @abstractmethod
    def schedules(self, name: str) -> list[str]:
        """Return the IDs of the schedules of that name."""

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
    unique_names = False

    def __init__(self, ready: Mapping[str, Any]) -> None:
        super().__init__(ready)
        self._last = 0

    def targets(self, count: int) -> list[Json]:
        rest = {"app": "Linux File System", "backupset": "defaultBackupSet", "subclient": "default"}
        return [{"client": f"{self.objects}{number:04d}", **rest} for number in range(1, count + 1)]

    def mark(self) -> None:
        self._last = max((int(job) for job in self._jobs()), default=0)

    def _ask(self, method: str, service: str, body: Any = None) -> Any:
        """Ask with a session of the campaign's own."""
        url = self.ready["commvault_url"]
        password = base64.b64encode(self.ready["password"].encode()).decode()
        login = self._http.post(f"{url}/Login", json={"username": "admin", "password": password}, headers=_JSON)
        headers = {**_JSON, "Authtoken": login.json()["token"]}
        reply = self._http.request(method, f"{url}/{service}", json=body, headers=headers, timeout=60)
        assert reply.ok, reply.text
        return reply.json()

    def _jobs(self) -> dict[str, Json]:
        wanted = {"scope": 1, "category": 0, "pagingConfig": {"offset": 0, "limit": 10_000, "sortField": "jobId"}}
        body = {**wanted, "jobFilter": {"completedJobLookupTime": 30 * 86400}}
        rows = [entry["jobSummary"] for entry in self._ask("POST", "Jobs", body)["jobs"]]
        return {str(row["jobId"]): row for row in rows}

    def made(self) -> dict[str, tuple[str, str]]:
        # A list shows a job a moment after it was made.
        self.pass_time(1)
        return {
            number: (row.get("subclient", {}).get("clientName", ""), row["status"])
            for number, row in self._jobs().items()
            if int(number) > self._last and row.get("subclient", {}).get("clientName", "").startswith(self.objects)
        }

    def stranger(self, number: int) -> str:
        target = self.targets(number)[-1]
        entity = {f"{key}Name": value for key, value in target.items()}
        values = {"level": "FULL", "status": "Running"}
        return str(self.control("POST", "jobs", {"entity": entity, **values})["job"]["jobId"])

    def pause(self, name: str) -> bool:
        (number,) = (number for number, (owner, _state) in self.made().items() if owner == name)
        self._ask("POST", f"Job/{number}/action/pause")
        return True

    def purge(self) -> None:
        """Age what ended some time ago: a job is not aged in the moment in which it ends."""
        now = float(self.control("GET", "clock")["epoch"])
        for number, row in self._jobs().items():
            if row["status"] in _ENDED and row["jobEndTime"] < now - 900:
                self.control("POST", "jobs", {"id": number, "aged": True})

    def covering(self) -> Json:
        return {"targets": self.targets(1)}

    def schedules(self, name: str) -> list[str]:
        listed = self._ask("GET", "Schedules").get("taskDetail", [])
        entries = [entry["subTasks"][0]["subTask"] for entry in listed]
        return sorted(str(entry["subTaskId"]) for entry in entries if entry["subTaskName"] == name)


class Storware(Oracle):
    """Storware: exports of VMs host0001 and so on."""

    name = "storware"
    objects = "host"
    unique_names = True

    def __init__(self, ready: Mapping[str, Any]) -> None:
        super().__init__(ready)
        self._before: set[str] = set()

    def targets(self, count: int) -> list[Json]:
        return [{"name": f"{self.objects}{number:04d}"} for number in range(1, count + 1)]

    def mark(self) -> None:
        self._before = {task["guid"] for task in self._exports()}

    def stranger(self, number: int) -> str:
        values = {"backup_type": "FULL", "state": "RUNNING"}
        made = self.control("POST", "storware/tasks", {"vm": f"{self.objects}{number:04d}", **values})
        return str(made["task"]["guid"])

    def pause(self, name: str) -> bool:
        return False

    def purge(self) -> None:
        self.control("POST", "storware", {"purge": True})

    def call(self, path: str) -> Any:
        """Read something with a session of the campaign's own."""
        reply = self._http.get(f"{self.ready['storware_url']}/{path}", timeout=60)
        if reply.status_code == 401:
            login = {"login": "admin", "password": self.ready["password"]}
            assert self._http.post(f"{self.ready['storware_url']}/session/login", json=login, timeout=60).ok
            reply = self._http.get(f"{self.ready['storware_url']}/{path}", timeout=60)
        assert reply.ok, reply.text
        return reply.json()

    def covering(self) -> Json:
        return {"storware": {"policies": ["gold"]}}

    def schedules(self, name: str) -> list[str]:
        return sorted(entry["guid"] for entry in self.call("schedules") if entry["name"] == name)

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


@dataclass(frozen=True)
class Course:
    """How long the backups of an object take, and how they end: one of the keys of ``_DESTINIES``."""

    seconds: float = 600.0
    end: str = "good"


# How each end is brought about, in the words of the sandbox: of a subclient, and of a VM.
_DESTINIES: Mapping[str, tuple[str, Json]] = {
    "good": ("", {}),
    "warned": ("warnings", {}),
    "retried": ("pending", {"export_fails": 1}),
    "unclean": ("errors", {"store_fails": {"fs1": -1}}),
    "bad": ("failed", {"export_fails": -1}),
}


def _client(number: int, course: Course) -> Json:
    subclient = {"name": "default", "seconds": course.seconds, "destiny": _DESTINIES[course.end][0]}
    instance = {"name": "DefaultInstanceName", "backupsets": [{"name": "defaultBackupSet", "subclients": [subclient]}]}
    return {"name": f"slow{number:04d}", "agents": [{"name": "Linux File System", "instances": [instance]}]}


def _instruct(storware: Storware, courses: Sequence[Course]) -> None:
    """Give Storware's objects the courses of the seed, and let all of them run at a time."""
    storware.control("POST", "storware", {"threads": 10 * len(courses)})
    for number, course in enumerate(courses, start=1):
        values = {"seconds": course.seconds, "destiny": _DESTINIES[course.end][1]}
        storware.control("POST", "storware/vms", {"vm": f"{storware.objects}{number:04d}", **values})


@contextmanager
def serving(folder: Path, courses: Sequence[Course]) -> Iterator[Json]:
    """Run a sandbox with one object of each platform for each course, and yield what it says of itself."""
    ready, seed = folder / "ready.json", folder / "seed.json"
    seed.write_text(json.dumps({"clients": [_client(number, course) for number, course in enumerate(courses, 1)]}))
    program = REPOSITORY / ".venv" / "bin" / "nightshift-sandbox"
    options = ("--estate", str(len(courses)), "--seed-data", str(seed))
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
        _instruct(Storware(content), courses)
        yield content
    finally:
        process.terminate()
        process.wait(timeout=30)
