# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What modules are asked to do: for each module and platform, work that succeeds against the sandbox."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ansible_collections.nightshift.backup.plugins.module_utils.arguments import without_nulls
from ansible_collections.nightshift.backup.plugins.module_utils.results import clean_result
from ansible_collections.nightshift.backup.plugins.module_utils.runner import (
    EntryPoint,
    Run,
    execute,
    invalid_arguments,
)
from ansible_collections.nightshift.backup.plugins.plugin_utils.controller import plain_arguments, validate

from ..backup_task.support import Sandbox as CommvaultSandbox
from ..modules import ENTRIES
from ..storware.support import Sandbox as StorwareSandbox
from .wire import Clock, Replay, Tape, connected

_QUICK = {"poll_interval": "0.1s", "wait_timeout": "10m"}
_DAILY = {"frequency": "daily", "at": "21:00"}
_LATER = {"frequency": "daily", "at": "22:00"}
_POLICY = {"level": "full", "pattern": _DAILY, "storware": {"policies": ["gold"]}}
_SCHEDULED = {"client": "web01", "app": "File System", "backupset": "defaultBackupSet", "subclient": "www"}


@dataclass(frozen=True)
class Scenario:
    """A module with options, called by what it does. ``also`` prepares the server before it is recorded."""

    name: str
    platform: str
    module: str
    options: Mapping[str, Any]


@dataclass
class Played:
    """What came of a run: its result as users get it, what was sent, and what was answered."""

    result: dict[str, Any]
    replay: Replay
    shown: list[str]
    seconds: float

    @property
    def kind(self) -> str:
        """The kind of its failure, empty for a success."""
        return str(self.result["error"]["kind"]) if self.result.get("failed") else ""


def run_entry(entry: EntryPoint, arguments: Mapping[str, Any], shown: list[str]) -> dict[str, Any]:
    """Run a module as its action plugin does, from its arguments to its cleaned result."""
    try:
        given = without_nulls(plain_arguments(arguments), entry.argument_spec)
    except TypeError as error:
        return invalid_arguments(str(error))
    checked = validate(entry, given, entry.name)
    if checked.problem:
        result = invalid_arguments(checked.problem)
    else:
        result = execute(entry, Run(checked.params, diff=True, show=shown.append))
    return clean_result(result, checked.secrets, entry.option_names)


class Stage:
    """Plays scenarios: each is recorded against the sandbox when it is first wanted, and then replayed."""

    def __init__(self, ready: Mapping[str, Any]) -> None:
        self._ready = ready
        self._tapes: dict[str, Tape] = {}
        self.commvault = CommvaultSandbox(ready)
        self.storware = StorwareSandbox(ready)

    @cached_property
    def scenarios(self) -> dict[str, Scenario]:
        """All scenarios by their names."""
        found = [*_commvault(self.commvault), *_storware(self.storware)]
        return {scenario.name: scenario for scenario in found}

    def tape(self, scenario: Scenario) -> Tape:
        """Return what the sandbox answers in a scenario.

        Those before it are recorded as well, in their order: one may need what an earlier one has made.
        """
        for earlier in self.scenarios.values():
            if scenario.name in self._tapes:
                break
            if earlier.name not in self._tapes:
                self._tapes[earlier.name] = self._record(earlier)
        return self._tapes[scenario.name]

    def _record(self, scenario: Scenario) -> Tape:
        """Play a scenario on the real server, where it must succeed."""
        tape, shown = Tape(), list[str]()
        with connected(tape.recorder()):
            result = run_entry(ENTRIES[scenario.module], self.arguments(scenario), shown)
        assert not result.get("failed"), (scenario.name, result)
        return tape

    def arguments(self, scenario: Scenario) -> dict[str, Any]:
        """Return the arguments of a scenario."""
        login = {"username": "admin", "password": str(self._ready["password"])}
        url = self._ready[f"{scenario.platform}_url"]
        connection = {"platform": scenario.platform, "url": url, "validate_certs": False, "retries": 1, "timeout": 10}
        return {**connection, **login, **scenario.options}

    def play(
        self,
        scenario: Scenario,
        arguments: Mapping[str, Any] | None = None,
        place: int | None = None,
        change: Callable[[Any], Any] | None = None,
    ) -> Played:
        """Replay a scenario, with other arguments or with one answer changed."""
        tape = self.tape(scenario)
        clock = Clock(tape.began)
        replay, shown = Replay(tape, clock, place, change), list[str]()
        begun = time.perf_counter()
        with connected(replay.wire, clock):
            result = run_entry(
                ENTRIES[scenario.module], self.arguments(scenario) if arguments is None else arguments, shown
            )
        return Played(result, replay, shown, time.perf_counter() - begun)


def _commvault(sandbox: CommvaultSandbox) -> Iterator[Scenario]:
    def scenario(title: str, module: str, /, **options: Any) -> Scenario:
        return Scenario(f"commvault: {title}", "commvault", module, options)

    cold, warm = sandbox.cold(), sandbox.warm()
    yield scenario("log in", "session")
    yield scenario("start", "backup_task", targets=[sandbox.cold()], level="full", wait=True, **_QUICK)
    yield scenario(
        "start plainly", "backup_task", targets=[sandbox.cold()], level="full", marker=False, skip_if_running=False
    )
    yield scenario(
        "start in XML",
        "backup_task",
        targets=[sandbox.cold(), sandbox.cold()],
        level="incremental",
        commvault={"wire_format": "xml"},
        description="nightly",
        verify_targets=True,
        **_QUICK,
    )
    yield scenario("fresh", "backup_task", targets=[warm], level="incremental", max_age="400d")
    yield scenario("list", "task_info", targets=[warm], since="400d")
    yield scenario("list in detail", "task_info", targets=[warm], since="400d", detailed=True, limit=2)
    job = sandbox.job(sandbox.cold(), seconds=86400)
    sandbox.wait_until_shown(job)
    yield scenario("read", "task_info", ids=[job])
    yield scenario("cancel", "task_state", ids=[job], state="cancelled", wait=True, **_QUICK)
    yield scenario("select", "task_state", select={"targets": [cold]}, state="paused")
    yield scenario("judge", "protection_info", targets=[warm, cold], max_age="400d", look_back="400d")
    yield scenario("judge all", "protection_info", all=True)
    declared = {"targets": [_SCHEDULED], "level": "incremental", "pattern": _DAILY}
    yield scenario("declare", "backup_schedule", name="hostile", **declared)
    yield scenario("declare again", "backup_schedule", name="hostile", **{**declared, "pattern": _LATER})
    yield scenario("read schedules", "backup_schedule_info", portable=True)
    estate = [{"name": "hostile", **declared}, {"name": "hostile 2", **declared}]
    scope = {"targets": [_SCHEDULED], "name": "hostile*"}
    yield scenario("declare an estate", "backup_schedules", schedules=estate, scope=scope, prune=True)
    yield scenario("run a schedule", "backup_task", targets=[_SCHEDULED], schedule="hostile", skip_if_running=False)
    yield scenario("remove", "backup_schedule", name="hostile", state="absent", targets=[_SCHEDULED])


def _storware(sandbox: StorwareSandbox) -> Iterator[Scenario]:
    def scenario(title: str, module: str, /, **options: Any) -> Scenario:
        return Scenario(f"storware: {title}", "storware", module, options)

    yield scenario("log in", "session")
    yield scenario("start", "backup_task", targets=[{"name": "db01"}], level="full", wait=True, **_QUICK)
    yield scenario(
        "start plainly", "backup_task", targets=[{"name": "db02"}], level="full", skip_if_running=False, marker=False
    )
    yield scenario("fresh", "backup_task", targets=[{"name": "db02"}], level="incremental", max_age="400d")
    entity = sandbox.vm("db02")["guid"]
    (rule,) = sandbox.get(f"policies/vm-backup/{sandbox.vm('db02')['vmBackupPolicy']['guid']}")["rules"]
    body = {
        "backupType": {"name": "FULL"},
        "protectedEntities": [{"guid": entity}],
        "rules": [{"guid": rule["guid"]}],
        "protectedEntityType": "VM",
    }
    yield scenario("operate", "storware_operation", operation="create_export", body=body, wait=True, **_QUICK)
    yield scenario(
        "list by operation",
        "storware_operation",
        operation="list_tasks_detailed",
        query={"states": ["RUNNING", "FINISHED"]},
    )
    yield scenario("virtual machines", "storware_info", what="virtual_machines", name="db01")
    yield scenario("latest good backup", "storware_info", what="backups", protected_entity="db01", latest_good=True)
    yield scenario("policies", "storware_info", what="policies")
    yield scenario("mounted backups", "storware_info", what="mounted_backups", protected_entity=entity)
    yield scenario("list", "task_info", targets=[{"name": "db02"}], since="400d")
    yield scenario("list in detail", "task_info", since="400d", detailed=True, limit=2)
    task = sandbox.made_task("erp01", "RUNNING")
    yield scenario("read", "task_info", ids=[task])
    yield scenario("cancel", "task_state", ids=[task], state="cancelled", wait=True, **_QUICK)
    ended = sandbox.made_task("erp01", "FAILED")
    yield scenario("run again", "task_state", ids=[ended], state="queued")
    yield scenario("select", "task_state", select={"targets": [{"name": "erp01"}]}, state="absent")
    yield scenario("judge", "protection_info", targets=[{"name": "db01"}, {"name": "db02"}], max_age="400d")
    yield scenario("judge all", "protection_info", all=True)
    yield scenario("declare", "backup_schedule", name="hostile", **_POLICY)
    yield scenario("declare again", "backup_schedule", name="hostile", **{**_POLICY, "pattern": _LATER})
    yield scenario("read schedules", "backup_schedule_info", portable=True)
    estate = [{"name": "hostile", **_POLICY}, {"name": "hostile 2", **_POLICY}]
    scope = {"name": "hostile*", "storware": _POLICY["storware"]}
    yield scenario("declare an estate", "backup_schedules", schedules=estate, scope=scope, prune=True)
    yield scenario("remove", "backup_schedule", name="hostile", state="absent", storware=_POLICY["storware"])
