# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Schedules that are made, changed, switched, replaced and deleted while things go wrong: one, as asked, or a word."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random
from typing import Any, ClassVar, Protocol

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.entrypoints.backup_schedule import ENTRY
from nightshift_sandbox.commvault import create_task

from .conftest import Counts
from .oracle import INVENTED, STRANGER, TWICE, UNREPORTED
from .plays import Json, Setting, play, setting
from .sides import CommvaultSide, Side
from .size import size
from .stage import Stage

NAME = "nightly"
DEEDS = ("create", "change", "switch", "replace", "delete")


class Scheduled(Protocol):
    """What the campaign must know of a platform's schedules."""

    side: Side
    changes: str
    looks: str
    unchangeable: ClassVar[Json]
    """The fault by which the server refuses to change a schedule in place."""

    def add(self, target: Mapping[str, Any], name: str, level: str, hour: int) -> None:
        """Make a schedule."""

    def mine(self, target: Mapping[str, Any]) -> dict[str, tuple[str, int, bool]]:
        """Return level, hour and switch of the schedules of our name on the target, by ID."""

    def others(self, target: Mapping[str, Any]) -> dict[str, str]:
        """Return all that is to be known of the schedules that are not ours, by ID."""

    def clear(self, target: Mapping[str, Any]) -> None:
        """Delete what was made."""


class CommvaultSchedules:
    """Commvault's."""

    changes = "/(CreateTask|Qcommand/qoperation execute|Schedules/task/Action/(Enable|Disable))$"
    looks = "/(Schedules.*|Job/.*|WhoAmI)$"
    unchangeable: ClassVar[Json] = {"fault": "error_in_200", "path": "Qcommand", "body": "ModifyTaskReq", "times": None}

    def __init__(self, stage: Stage) -> None:
        self.side: Side = CommvaultSide(stage)
        self._world = stage.world
        self._seeded = {task["taskInfo"]["task"]["taskId"] for task in self._world.firing.schedules()}

    def add(self, target: Mapping[str, Any], name: str, level: str, hour: int) -> None:
        entity = {"clientName": target["client"], "backupsetName": target["backupset"], "subclientName": "default"}
        subtask = {"subTaskType": 2, "operationType": 2, "subTaskName": name}
        entry = {
            "subTask": subtask,
            "options": {"backupOpts": {"backupLevel": level.upper()}},
            "pattern": {"freq_type": 4, "freq_interval": 1, "active_start_time": hour * 3600},
        }
        task = {"taskType": 2, "initiatedFrom": 2, "policyType": 0, "taskFlags": {"disabled": False}}
        info = {"associations": [entity], "task": task, "subTasks": [entry]}
        create_task.create(self._world, {"taskInfo": info}, False, self._world.users.accounts["admin"])

    def _all(self) -> list[Json]:
        tasks = [task["taskInfo"] for task in self._world.firing.schedules()]
        return [info for info in tasks if info["task"]["taskId"] not in self._seeded]

    def _is_mine(self, info: Json, target: Mapping[str, Any]) -> bool:
        named = info["subTasks"][0]["subTask"]["subTaskName"] == NAME
        return named and info["associations"][0]["clientName"] == target["client"]

    def mine(self, target: Mapping[str, Any]) -> dict[str, tuple[str, int, bool]]:
        found = {}
        for info in self._all():
            if self._is_mine(info, target):
                entry = info["subTasks"][0]
                level = {1: "full", 2: "incremental"}[entry["options"]["backupOpts"]["backupLevel"]]
                hour = entry["pattern"]["active_start_time"] // 3600
                found[str(info["task"]["taskId"])] = (level, hour, not info["task"]["taskFlags"]["disabled"])
        return found

    def others(self, target: Mapping[str, Any]) -> dict[str, str]:
        return {str(info["task"]["taskId"]): repr(info) for info in self._all() if not self._is_mine(info, target)}

    def clear(self, target: Mapping[str, Any]) -> None:
        for info in self._all():
            self._world.firing.delete(info["task"]["taskId"])
        self.side.clean_up()


SCHEDULED: Mapping[str, Callable[[Stage], Scheduled]] = {"commvault": CommvaultSchedules}


class Campaign:
    """Runs of ``backup_schedule`` against one server."""

    def __init__(self, where: Setting, scheduled: Scheduled) -> None:
        self._where = where
        self._scheduled = scheduled
        self._do = where.stage.do

    def round(self, deed: str) -> None:
        """Change something while things go wrong, and once more when they do not."""
        where, scheduled, rng = self._where, self._scheduled, self._where.rng
        target = {"client": "host0001", "app": "Linux File System", "backupset": "defaultBackupSet",
                  "subclient": "default"}  # fmt: skip
        self._do(lambda: self._prepare(deed, target))
        wanted, options = _ask(deed, rng)
        params = {"platform": scheduled.side.name, "name": NAME, "targets": [target], **options}
        connection = {**scheduled.side.connection(rng), "timeout": 0.5, "retries": rng.randint(0, 3)}
        before = self._do(lambda: (scheduled.mine(target), scheduled.others(target)))
        cause = self._do(lambda: self._set_traps(deed))
        result = play(ENTRY, {**connection, **params})
        where.let_all_come()
        findings = len(where.verdicts.findings)
        self._do(lambda: self._judge(before, wanted, target, result, cause))
        if deed == "replace":
            self._do(lambda: where.stage.world.faults.load([scheduled.unchangeable]))
        again = play(ENTRY, {**scheduled.side.connection(rng), **params})
        where.let_all_come()
        self._do(lambda: self._judge_repair(wanted, target, again))
        where.explain(findings, cause, {"first": result, "again": again})
        self._do(lambda: scheduled.clear(target))

    def _prepare(self, deed: str, target: Json) -> None:
        if deed != "create":
            self._scheduled.add(target, NAME, "full", 21)
        # A colleague's: our name elsewhere, and another name on our target.
        self._scheduled.add({**target, "client": "host0002"}, NAME, "full", 21)
        self._scheduled.add(target, "weekly", "full", 20)

    def _set_traps(self, deed: str) -> str:
        if deed == "replace":
            self._where.stage.world.faults.load([self._scheduled.unchangeable])
        return self._where.set_traps(self._scheduled.changes, self._scheduled.looks, 6.0)

    def _judge(self, before: tuple[Any, Any], wanted: Any, target: Json, result: Json, cause: str) -> None:
        verdicts, scheduled = self._where.verdicts, self._scheduled
        mine, (old, others) = scheduled.mine(target), before
        failed = bool(result.get("failed"))
        kind = result["error"]["kind"] if failed else "done"
        verdicts.counts[f"result: {kind}"] += 1
        if sum(state[2] for state in mine.values()) > 1:
            verdicts.find(TWICE, f"{mine}")
        if not failed and list(mine.values()) != wanted:
            verdicts.find(INVENTED, f"wanted {wanted}, there is {mine}")
        if mine != old and not result["changed"]:
            verdicts.find(UNREPORTED, f"{old} became {mine}")
        if scheduled.others(target) != others:
            verdicts.find(STRANGER, "somebody else's schedule was changed")
        if kind == "unknown_outcome":
            verdicts.counts[f"unknown_outcome, {'done' if mine != old else 'not done'}: {cause}"] += 1

    def _judge_repair(self, wanted: Any, target: Json, again: Json) -> None:
        verdicts, mine = self._where.verdicts, self._scheduled.mine(target)
        if again.get("failed") or list(mine.values()) != wanted:
            verdicts.find("not repaired by the next run", f"wanted {wanted}, there is {mine}")


def _ask(deed: str, rng: Random) -> tuple[list[tuple[str, int, bool]], Json]:
    """Return what is to be there in the end, and the options that say so."""
    hour = rng.randint(1, 9)
    level = rng.choice(("full", "incremental"))
    pattern = {"frequency": "daily", "at": f"{hour:02}:00"}
    if deed == "delete":
        return [], {"state": "absent"}
    if deed == "switch":
        return [("full", 21, False)], {"enabled": False}
    asked = {"level": level, "pattern": pattern, "commvault": {"wire_format": rng.choice(("json", "xml"))}}
    return [(level, hour, True)], {**asked, "replace": True} if deed == "replace" else asked


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("platform", SCHEDULED)
def test_schedules(platform: str, deed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, counts: Counts) -> None:
    rounds = size(5, 100)
    with setting(f"schedules on {platform} {deed}", tmp_path, monkeypatch) as where:
        campaign = Campaign(where, SCHEDULED[platform](where.stage))
        for _round in range(rounds):
            campaign.round(deed)
        counts[f"schedules on {platform}", "not repaired by the next run"] += 0
        where.tell(counts, f"schedules on {platform}", f"times: {deed}", rounds)
