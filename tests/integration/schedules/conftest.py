# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The schedule modules against a sandbox, run as the action plugins run them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.entrypoints.backup_schedule import ENTRY as SCHEDULE
from ansible_collections.nightshift.backup.plugins.module_utils.entrypoints.backup_schedule_info import ENTRY as INFO
from ansible_collections.nightshift.backup.plugins.module_utils.runner import EntryPoint, Run, execute
from ansible_collections.nightshift.backup.plugins.plugin_utils.controller import validate
from ansible_collections.nightshift.backup.tests.sandbox.harness import Sandbox, running

Json = dict[str, Any]


class Plays:
    """Runs modules against one sandbox, and tells what it received."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.connection: Json = {
            "platform": "commvault",
            "url": sandbox.base,
            "token": sandbox.ready["access_token"],
            "ca_path": sandbox.ready["ca_path"],
        }

    def _run(self, entry: EntryPoint, params: Json, *, check_mode: bool = False, diff: bool = False) -> Json:
        checked = validate(entry, {**self.connection, **params}, entry.name)
        if checked.problem:
            return {"failed": True, "changed": False, "msg": checked.problem}
        return execute(entry, Run(params=checked.params, check_mode=check_mode, diff=diff))

    def schedule(self, *, check_mode: bool = False, diff: bool = False, **params: Any) -> Json:
        """Run ``backup_schedule``."""
        return self._run(SCHEDULE, params, check_mode=check_mode, diff=diff)

    def good(self, *, check_mode: bool = False, diff: bool = False, **params: Any) -> Json:
        """Run ``backup_schedule``, which has to succeed."""
        result = self.schedule(check_mode=check_mode, diff=diff, **params)
        assert "failed" not in result, result["msg"]
        return result

    def refused(self, **params: Any) -> str:
        """Run ``backup_schedule``, which has to fail without sending anything that changes the server."""
        before = self.next_index
        result = self.schedule(**params)
        assert result.get("failed"), result
        assert self.writes(before) == []
        return str(result["msg"])

    def info(self, **params: Any) -> Json:
        """Run ``backup_schedule_info``, which has to succeed."""
        result = self._run(INFO, params)
        assert "failed" not in result, result["msg"]
        return result

    @property
    def next_index(self) -> int:
        """The index of the next request."""
        return int(self.sandbox.control("GET", "requests")["next"])

    def writes(self, since: int) -> list[Json]:
        """What was received since then that changes a server."""
        found: list[Json] = self.sandbox.control("GET", f"requests?since={since}&writes_only=1")["requests"]
        return found

    def requests(self, since: int) -> list[Json]:
        """All that was received since then."""
        found: list[Json] = self.sandbox.control("GET", f"requests?since={since}")["requests"]
        return found

    def fault(self, fault: str, **rule: Any) -> None:
        """Let something go wrong."""
        self.sandbox.control("POST", "faults", {"fault": fault, **rule})

    def record(self, task_id: str) -> Json:
        """What the server holds of a task."""
        found: Json = self.sandbox.get(f"Schedules/{task_id}").json()["taskInfo"]
        return found

    def named(self, name: str) -> list[Json]:
        """The entries of the server's listing that have this name, in any case."""
        listed = self.sandbox.get("Schedules").json().get("taskDetail", [])
        return [
            entry for entry in listed if entry["subTasks"][0]["subTask"]["subTaskName"].casefold() == name.casefold()
        ]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plays]:
    """One sandbox for all tests, each of which has schedules of its own. Sixty clients more than usual."""
    with running(tmp_path_factory.mktemp("schedules"), "--estate", "60") as sandbox:
        yield Plays(sandbox)


@pytest.fixture
def plays(server: Plays, pauses: list[float]) -> Iterator[Plays]:
    """The sandbox without faults, and without the schedules that a test has made. Nobody waits for long."""
    del pauses
    before = _ids(server.sandbox)
    yield server
    server.sandbox.control("DELETE", "faults")
    for subtask_id in _ids(server.sandbox) - before:
        body = {"TMMsg_TaskOperationReq": {"opType": 3, "subtaskEntity": [{"_type_": 68, "subtaskId": subtask_id}]}}
        server.sandbox.post("Qcommand/qoperation%20execute", body)


def _ids(sandbox: Sandbox) -> set[int]:
    listed = sandbox.get("Schedules").json().get("taskDetail", [])
    return {entry["subTasks"][0]["subTask"]["subTaskId"] for entry in listed}
