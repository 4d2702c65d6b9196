# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What campaigns with a sandbox in this process must know of each platform: targets, strangers, and its state."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any, Protocol

from nightshift_sandbox.commvault import create_task, schedules
from nightshift_sandbox.storware.exports import export_vm
from nightshift_sandbox.storware.policies import rules_of
from nightshift_sandbox.storware.task import Task

from .sandbox_thread import Stage

Json = dict[str, Any]
HOSTS = 24
SETS = 8
_LEVELS = {"full": "FULL", "incremental": "INCREMENTAL"}


class Side(Protocol):
    """One platform."""

    name: str
    start_path: str
    look_path: str
    born: str
    """The kind of thing that a start makes."""

    def connection(self, rng: Random) -> Json:
        """Return options that reach the server, by a token alone or with a password as well."""

    def targets(self, rng: Random, count: int) -> list[Json]:
        """Return different targets."""

    def parts(self, target: Mapping[str, Any]) -> frozenset[str]:
        """Return what a target consists of, each of which one start backs up once."""

    def part_of(self, identifier: str) -> str | None:
        """Return what a job or task backs up, ``None`` for one that does not exist."""

    def parent_of(self, identifier: str) -> str:
        """Return the ID of the request's task behind a job."""

    def options(self, rng: Random) -> Json:
        """Return options of the platform's own."""

    def strangers(self, target: Mapping[str, Any], level: str, *, marker: bool) -> Sequence[Callable[[], None]]:
        """Return what others may do to a target meanwhile."""

    def clean_up(self) -> None:
        """Forget what has ended."""


class CommvaultSide:
    """Commvault."""

    name = "commvault"
    start_path = "/CreateTask$"
    look_path = "/(Jobs|JobDetails|WhoAmI|Job/[0-9]+(/TaskDetails)?)$"
    born = "job"

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._world = stage.world

    def connection(self, rng: Random) -> Json:
        admin = self._world.users.accounts["admin"]
        token = self._stage.do(lambda: self._world.users.login(admin))
        given = {"url": f"{self._stage.root}/commandcenter/api", "token": token}
        return {**given, "username": "admin", "password": admin.password} if rng.random() < 0.7 else given

    def targets(self, rng: Random, count: int) -> list[Json]:
        names = [f"host{number:04d}" for number in range(1, HOSTS + 1)] + [f"set{number}" for number in range(SETS)]
        return [self._target(name, rng) for name in rng.sample(names, count)]

    def _target(self, name: str, rng: Random) -> Json:
        if name.startswith("host"):
            return {"client": name, "app": "Linux File System", "backupset": "defaultBackupSet", "subclient": "default"}
        target = {"client": name, "app": "Linux File System", "backupset": "main"}
        return {**target, "entity_type": "backupset"} if rng.random() < 0.6 else {**target, "subclient": "a"}

    def parts(self, target: Mapping[str, Any]) -> frozenset[str]:
        return frozenset(
            str(number)
            for number, subclient in self._world.estate.subclients.items()
            if (entity := subclient.entity())["clientName"] == target["client"]
            and entity["backupsetName"] == target["backupset"]
            and target.get("subclient", entity["subclientName"]) == entity["subclientName"]
        )

    def part_of(self, identifier: str) -> str | None:
        job = self._world.engine.jobs.get(int(identifier))
        return str(job.subclient_id) if job else None

    def parent_of(self, identifier: str) -> str:
        return str(self._world.engine.jobs[int(identifier)].task_id)

    def options(self, rng: Random) -> Json:
        options: Json = {"wire_format": rng.choice(("json", "xml"))}
        if rng.random() < 0.2:
            options["startup"] = {"priority": rng.randrange(1, 500)}
        return {"commvault": options, **({"description": "nightly"} if rng.random() < 0.3 else {})}

    def strangers(self, target: Mapping[str, Any], level: str, *, marker: bool) -> Sequence[Callable[[], None]]:
        same, other = _LEVELS[level], "INCREMENTAL" if level == "full" else "FULL"
        found: list[Callable[[], None]] = [
            lambda: self._start(target, same, "operator"),
            lambda: self._start(target, same, "admin", "[nightshift:0123456789ab]"),
            lambda: self._start(target, same, "admin", "before the release"),
            lambda: self._start(target, other, "admin"),
            lambda: self._fire(target, same),
        ]
        # Without a marker, nothing tells what one user started twice at the same moment and in the same words.
        return [*found, lambda: self._start(target, same, "admin")] if marker else found

    def _body(self, target: Mapping[str, Any], level: str, description: str, kind: int) -> Json:
        entity = {"clientName": target["client"], "backupsetName": target["backupset"]}
        if "subclient" in target:
            entity["subclientName"] = target["subclient"]
        options: Json = {"backupOpts": {"backupLevel": level}}
        if description:
            options["commonOpts"] = {"jobDescription": description}
        subtask = {"subTaskType": 2, "operationType": 2, "subTaskName": "a schedule"}
        return {
            "associations": [entity],
            "task": {"taskType": kind, "initiatedFrom": 2, "policyType": 0, "taskFlags": {"disabled": False}},
            "subTasks": [{"subTask": subtask, "options": options}],
        }

    def _start(self, target: Mapping[str, Any], level: str, user: str, description: str = "") -> None:
        body = self._body(target, level, description, 1)
        create_task.create(self._world, {"taskInfo": body}, False, self._world.users.accounts[user])

    def _fire(self, target: Mapping[str, Any], level: str) -> None:
        body, admin = self._body(target, level, "", 2), self._world.users.accounts["admin"]
        body["subTasks"][0]["pattern"] = {"freq_type": 4, "freq_interval": 1, "active_start_time": 3600}
        task_id = create_task.create(self._world, {"taskInfo": body}, False, admin)["taskId"]
        task = self._world.firing.find(task_id)
        if task is not None:
            schedules._start(self._world, task, admin, "Scheduled")
        self._world.firing.delete(task_id)

    def clean_up(self) -> None:
        jobs = self._world.engine.jobs
        for number in [number for number, job in jobs.items() if not job.active]:
            del jobs[number]


class StorwareSide:
    """Storware."""

    name = "storware"
    start_path = "/tasks/export$"
    look_path = "/tasks/detailed$|/tasks/[0-9a-f]{8}-|/virtual-machines|/policies"
    born = "task"

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._system = stage.world.storware
        self._vms = {row["name"]: row for row in self._system.tables.all("vm") if row["name"].startswith("host")}

    def connection(self, rng: Random) -> Json:
        password = self._system.sessions.accounts["admin"].password
        session = self._stage.do(lambda: self._system.sessions.login("admin", password))
        names = self._system.sessions.names
        given = {"url": f"{self._stage.root}/api", "token": f"{names[0]}={session.value}; {names[1]}={session.route}"}
        return {**given, "username": "admin", "password": password} if rng.random() < 0.7 else given

    def targets(self, rng: Random, count: int) -> list[Json]:
        return [{"name": name} for name in rng.sample(sorted(self._vms), count)]

    def parts(self, target: Mapping[str, Any]) -> frozenset[str]:
        return frozenset({self._vms[target["name"]]["guid"]})

    def part_of(self, identifier: str) -> str | None:
        task = self._system.engine.tasks.get(identifier)
        return task.entity if task else None

    def parent_of(self, identifier: str) -> str:
        return identifier

    def options(self, rng: Random) -> Json:
        vm = next(iter(self._vms.values()))
        rules = [rule["name"] for rule in rules_of(self._system.tables, vm["policy"]) if rule["active"]]
        given: Json = {}
        if len(rules) > 1 or rng.random() < 0.5:
            given["rules"] = rng.choice((["all"], rng.sample(rules, 1)))
        if rng.random() < 0.3:
            given["window_start"] = rng.choice(("5m", "2h"))
        return {"storware": given} if given else {}

    def strangers(self, target: Mapping[str, Any], level: str, *, marker: bool) -> Sequence[Callable[[], None]]:
        same, other = _LEVELS[level], "INCREMENTAL" if level == "full" else "FULL"
        second = 1000
        found = [
            lambda: self._start(target, same, "USER"),
            lambda: self._start(target, other, "USER"),
            lambda: self._start(target, same, "SCHEDULE"),
        ]
        if marker:
            # Clients that know the server's time by its Date header know it in whole seconds, so without a mark they
            # agree on the very millisecond.
            found += [
                lambda: self._start(target, same, "USER", window_start=self._system.stamp() // second * second),
                lambda: self._start(target, same, "USER", window_start=self._system.stamp() // second * second + 30),
            ]
        return found

    def _start(self, target: Mapping[str, Any], level: str, origin: str, **fields: Any) -> None:
        self.export(target, level, origin, **fields)

    def export(self, target: Mapping[str, Any], level: str, origin: str, **fields: Any) -> Task:
        """Start a backup by one rule, as somebody else, and return its task."""
        tables, vm = self._system.tables, self._vms[target["name"]]
        rules = [rule for rule in rules_of(tables, vm["policy"]) if rule["active"]][:1]
        return export_vm(tables, self._system.engine, vm, rules, level, origin, user="somebody", **fields)

    def clean_up(self) -> None:
        self._system.engine.remove_if(lambda _task: True)
        self._system.engine._unseen.clear()
