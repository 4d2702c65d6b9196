# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each platform as the common tests need it: targets that nobody has used, and what its server got."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from ansible_collections.nightshift.backup.plugins.module_utils.arguments import without_nulls
from ansible_collections.nightshift.backup.plugins.module_utils.runner import Run, execute, invalid_arguments
from ansible_collections.nightshift.backup.plugins.plugin_utils.controller import validate

from ..backup_task.support import Module
from ..backup_task.support import Ran as CommvaultRan
from ..backup_task.support import Sandbox as CommvaultSandbox
from ..modules import ENTRIES
from ..storware.support import Modules
from ..storware.support import Ran as StorwareRan
from ..storware.support import Sandbox as StorwareSandbox
from ..tasks.support import Modules as CommvaultModules
from ..tasks.support import only, requests_of, writes

Ran = CommvaultRan | StorwareRan
Target = dict[str, Any]
# Seconds by which what is so many hours old is older, since servers tell their time in whole seconds.
_SOME = 10.0
_WEB01 = {"client": "web01", "app": "File System", "backupset": "defaultBackupSet"}
_LOGS = {"client": "web01", "app": "File System", "backupset": "logs", "subclient": "default"}
_VMS = ("app01", "web01", "web02", "erp01", "files01", "mail01", "db01", "db02", "kvmguest01", "cirros01", "hourly01")


class Platform(Protocol):
    """What the tests do to a platform."""

    def fresh(self) -> Target:
        """Return a target that no test has used."""

    def slow(self) -> Target:
        """Return a target whose backup outlasts every test."""

    def until_shown(self, job_id: str) -> None:
        """Return once the server shows a job that was just started."""

    def unknown(self) -> Target:
        """Return a target that the server does not have."""

    def foreign(self) -> Target:
        """Return a target of the other platform."""

    def untouched(self) -> Target:
        """Return a target that no test has used, and that was never backed up."""

    def past(self, target: Target, hours: float, end: str = "good", level: str = "full") -> str:
        """Give a target a backup of some hours ago that ended ``good``, ``warning``, ``partial`` or ``failed``."""

    def running(self, target: Target) -> str:
        """Let a backup of the target run on and on; return the ID of its task."""

    def backup(self, *targets: Target, **options: Any) -> Ran:
        """Run ``backup_task``."""

    def made(self, state: str, target: Target | None = None, ago: float = 600.0) -> str:
        """Make a task that stays in a state until somebody acts on it, and return its ID."""

    def forgotten(self) -> str:
        """Return the ID of a task that the server does not show any more, or never did."""

    def selecting(self, target: Target) -> dict[str, Any]:
        """Return a filter that lets only the tasks of ``target`` pass."""

    def lacking(self) -> str:
        """Return a state that the platform cannot bring a task to."""

    def info(self, **options: Any) -> Ran:
        """Run ``task_info``."""

    def state(self, state: str, *ids: Any, **options: Any) -> Ran:
        """Run ``task_state``."""

    def moves(self) -> int:
        """Return how many requests that change tasks the server got since the last reset."""

    def judge(self, *targets: Target, **options: Any) -> Ran:
        """Run ``protection_info``, for everything where no target is given."""

    def received(self) -> list[str]:
        """Return method and path of all requests since the last reset, logins and logouts left out."""

    def run(self, module: str, **options: Any) -> dict[str, Any]:
        """Run a module of schedules and return its result."""

    def covering(self, *places: int) -> dict[str, Any]:
        """Return the options by which a schedule covers the objects of these numbers, 0 to 2."""

    def scope(self, *places: int) -> dict[str, Any]:
        """Return the options of a scope that holds these objects and no others."""

    def writes(self) -> int:
        """Return how many requests the server got since the last reset that were to change something."""

    def starts(self) -> int:
        """Return how many starts the server got since the last reset."""

    def start_path(self) -> str:
        """Return the path to which starts go."""

    def logins(self) -> int:
        """Return how many logins the server got since the last reset."""

    def fault(self, kind: str, where: str, **more: Any) -> None:
        """Let something go wrong: at a ``start``, a ``poll``, a ``list``, a ``move`` to cancelled, or a ``create``."""

    def credentials(self, user: str) -> dict[str, Any]:
        """Return options that log in by password."""

    def other_options(self) -> dict[str, Any]:
        """Return options that belong to the other platform."""

    def reset(self) -> None:
        """Forget faults and requests."""


def _run(module: str, given: Mapping[str, Any]) -> dict[str, Any]:
    options = dict(given)
    check, diff = options.pop("check", False), options.pop("diff", False)
    entry = ENTRIES[module]
    checked = validate(entry, without_nulls(options, entry.argument_spec), module)
    if checked.problem:
        return invalid_arguments(checked.problem)
    return execute(entry, Run(checked.params, check_mode=check, diff=diff))


class Commvault:
    """Commvault."""

    def __init__(self, ready: Mapping[str, Any]) -> None:
        self._sandbox = CommvaultSandbox(ready)
        self._module = Module(self._sandbox)
        self._modules = CommvaultModules(self._sandbox)
        self._passwords = {"admin": ready["password"], "viewer": ready["users"]["viewer"]["password"]}

    def fresh(self) -> Target:
        return self._sandbox.cold()

    def slow(self) -> Target:
        return {**self._sandbox.cold(), "client": "endless_fail"}

    def until_shown(self, job_id: str) -> None:
        self._sandbox.wait_until_shown(job_id)

    def unknown(self) -> Target:
        return {**self._sandbox.cold(), "client": "nowhere"}

    def foreign(self) -> Target:
        return {"name": "db01"}

    def untouched(self) -> Target:
        return self._sandbox.cold()

    def past(self, target: Target, hours: float, end: str = "good", level: str = "full") -> str:
        ends = {"good": "", "warning": " w/ one or more warnings", "partial": " w/ one or more errors"}
        status = "Failed" if end == "failed" else f"Completed{ends[end]}"
        times = {"started_ago": hours * 3600 + _SOME, "ended_ago": hours * 3600 - 60}
        reason = "Out of space." if end == "failed" else ""
        return self._sandbox.job(target, status=status, level=level.upper(), reason=reason, **times)

    def running(self, target: Target) -> str:
        return self._sandbox.job(target, status="Running", level="FULL")

    def backup(self, *targets: Target, **options: Any) -> Ran:
        return self._module(*targets, **options)

    def made(self, state: str, target: Target | None = None, ago: float = 600.0) -> str:
        status = {"running": "Running", "succeeded": "Completed", "failed": "Failed", "cancelled": "Killed"}[state]
        values = {"level": "FULL", "seconds": 86400, "started_ago": ago, "started_from": "Scheduled"}
        return self._sandbox.job(target or self.untouched(), status=status, **values)

    def forgotten(self) -> str:
        return "6001"

    def selecting(self, target: Target) -> dict[str, Any]:
        return {"targets": [only(target)]}

    def lacking(self) -> str:
        return "absent"

    def info(self, **options: Any) -> Ran:
        return self._modules.info(**options)

    def state(self, state: str, *ids: Any, **options: Any) -> Ran:
        return self._modules.state(state, *ids, **options)

    def moves(self) -> int:
        return len(writes(self._sandbox))

    def judge(self, *targets: Target, **options: Any) -> Ran:
        return self._modules.protection(*targets, **options)

    def received(self) -> list[str]:
        return requests_of(self._sandbox)

    def run(self, module: str, **options: Any) -> dict[str, Any]:
        access = {"platform": "commvault", "url": self._sandbox.url, "ca_path": self._sandbox.ca_path}
        return _run(module, {**access, "token": self._sandbox.token, **options})

    def covering(self, *places: int) -> dict[str, Any]:
        objects = ({**_WEB01, "subclient": "www"}, {**_WEB01, "subclient": "default"}, _LOGS)
        return {"targets": [objects[place] for place in places]}

    def scope(self, *places: int) -> dict[str, Any]:
        return self.covering(*places)

    def writes(self) -> int:
        log = self._sandbox.log()
        return sum(1 for entry in log if entry["write"] and not entry["path"].endswith("/Login"))

    def starts(self) -> int:
        return len(self._sandbox.sent())

    def start_path(self) -> str:
        return "/commandcenter/api/CreateTask"

    def logins(self) -> int:
        return len(self._sandbox.sent("Login"))

    def fault(self, kind: str, where: str, **more: Any) -> None:
        places = {
            "start": "CreateTask",
            "create": "CreateTask",
            "poll": "Job/[0-9]+$",
            "list": "Jobs$",
            "move": "action/kill",
        }
        self._sandbox.fault(kind, places.get(where, "CreateTask"), **more)

    def credentials(self, user: str) -> dict[str, Any]:
        return {"token": None, "username": user, "password": self._passwords[user]}

    def other_options(self) -> dict[str, Any]:
        return {"storware": {"priority": 1}}

    def reset(self) -> None:
        assert self._sandbox.token
        self._sandbox.reset()


class Storware:
    """Storware."""

    def __init__(self, ready: Mapping[str, Any]) -> None:
        self._sandbox = StorwareSandbox(ready)
        self._modules = Modules(self._sandbox)
        self._vms: Iterator[str] = iter(_VMS)

    def fresh(self) -> Target:
        return {"name": next(self._vms)}

    def slow(self) -> Target:
        return {"name": "slow01"}

    def until_shown(self, job_id: str) -> None:
        assert self._sandbox.get(f"tasks/{job_id}")

    def unknown(self) -> Target:
        return {"name": "nowhere"}

    def foreign(self) -> Target:
        return {"client": "client001", "backupset": "main"}

    def untouched(self) -> Target:
        return {"name": self._sandbox.new_vm()["name"]}

    def past(self, target: Target, hours: float, end: str = "good", level: str = "full") -> str:
        status = {"partial": "PARTIAL_SUCCESS", "failed": "FAILED"}.get(end, "SUCCESS")
        more: dict[str, Any] = {"warnings": ["Guest agent did not answer"]} if end == "warning" else {}
        if end == "failed":
            more = {"statusInfo": "Out of space."}
        return self._sandbox.past(target["name"], hours + _SOME / 3600, status, level.upper(), **more)

    def running(self, target: Target) -> str:
        body = {"vm": target["name"], "state": "RUNNING", "started_ago": 60}
        return str(self._sandbox.control("POST", "storware/tasks", body)["task"]["guid"])

    def backup(self, *targets: Target, **options: Any) -> Ran:
        return self._modules.backup(*targets, **options)

    def made(self, state: str, target: Target | None = None, ago: float = 600.0) -> str:
        native = {"running": "RUNNING", "succeeded": "FINISHED", "failed": "FAILED", "cancelled": "CANCELLED"}[state]
        values = {"started_ago": ago, "created_ago": ago, "origin": "SCHEDULE"}
        return self._sandbox.made_task((target or self.untouched())["name"], native, **values)

    def forgotten(self) -> str:
        guid = self.made("failed")
        self._sandbox.control("POST", "storware", {"purge": [guid]})
        return guid

    def selecting(self, target: Target) -> dict[str, Any]:
        return {"targets": [target]}

    def lacking(self) -> str:
        return "paused"

    def info(self, **options: Any) -> Ran:
        return self._modules.info(**options)

    def state(self, state: str, *ids: Any, **options: Any) -> Ran:
        return self._modules.state(state, *ids, **options)

    def moves(self) -> int:
        return len(self._sandbox.writes())

    def judge(self, *targets: Target, **options: Any) -> Ran:
        return self._modules.protection(*targets, **options)

    def received(self) -> list[str]:
        return self._sandbox.received()

    def run(self, module: str, **options: Any) -> dict[str, Any]:
        return self._modules.run(module, **options).result

    def covering(self, *places: int) -> dict[str, Any]:
        return {"storware": self.scope(*places)["storware"]}

    def scope(self, *places: int) -> dict[str, Any]:
        return {
            "storware": {"rules": [("gold/Default", "silver/Default", "bronze/Default")[place] for place in places]}
        }

    def writes(self) -> int:
        return len(self._sandbox.writes())

    def starts(self) -> int:
        return len(self._sandbox.sent())

    def start_path(self) -> str:
        return "/api/tasks/export"

    def logins(self) -> int:
        return len(self._sandbox.sent("session/login"))

    def fault(self, kind: str, where: str, **more: Any) -> None:
        method, path = {
            "start": ("POST", "tasks/export"),
            "create": ("POST", "schedules$"),
            "poll": ("GET", "tasks/[0-9a-f]{8}-"),
            "list": ("GET", "tasks$"),
            "move": ("POST", "tasks/cancel-running"),
        }[where]
        self._sandbox.fault(kind, path, method=method, **more)

    def credentials(self, user: str) -> dict[str, Any]:
        return {"user": user}

    def other_options(self) -> dict[str, Any]:
        return {"commvault": {"startup": {"priority": 1}}}

    def reset(self) -> None:
        self._sandbox.get("nodes")
        self._sandbox.reset()
