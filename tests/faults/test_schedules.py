# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Schedules that are made, changed, switched, replaced and deleted while things go wrong: one, as asked, or a word."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any, ClassVar, Protocol

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.entrypoints.backup_schedule import ENTRY
from nightshift_sandbox.commvault import create_task
from nightshift_sandbox.storware import ids
from nightshift_sandbox.storware.enums import DAYS

from .conftest import Counts
from .plays import Json, Setting, play, setting
from .sandbox_thread import Stage
from .sides import CommvaultSide, Side, StorwareSide
from .size import size
from .verdicts import INVENTED, STRANGER, TWICE, UNREPORTED

NAME = "nightly"
_ASKS = "whether it is to run cannot be told"
DEEDS = ("create", "change", "switch", "replace", "delete")


class Scheduled(Protocol):
    """What the campaign must know of a platform's schedules. They serve one object, called ours."""

    side: Side
    changes: str
    methods: Sequence[str]
    looks: str
    unchangeable: ClassVar[Sequence[Json]]
    """The faults by which the server refuses to change a schedule in place, where a replacement needs them."""

    def add(self, name: str, level: str, hour: int) -> None:
        """Make a schedule of ours."""

    def add_others(self) -> None:
        """Make a colleague's, which are like ours but for one thing each."""

    def asked(self, deed: str, level: str, rng: Random) -> Json:
        """Return the options that name what is served, with the platform's own."""

    def mine(self) -> dict[str, tuple[str, int, bool]]:
        """Return level, hour and switch of the schedules of our name on what is ours, by ID."""

    def others(self) -> dict[str, str]:
        """Return all that is to be known of the schedules that are not ours, by ID."""

    def clear(self) -> None:
        """Delete what was made."""


class CommvaultSchedules:
    """Commvault's."""

    changes = "/(CreateTask|Qcommand/qoperation execute|Schedules/task/Action/(Enable|Disable))$"
    methods = ("POST",)
    looks = "/(Schedules.*|Job/.*|WhoAmI)$"
    unchangeable: ClassVar[Sequence[Json]] = (
        {"fault": "error_in_200", "path": "Qcommand", "body": "ModifyTaskReq", "times": None},
    )
    _ours, _elsewhere = "host0001", "host0002"

    def __init__(self, stage: Stage) -> None:
        self.side: Side = CommvaultSide(stage)
        self._world = stage.world
        self._seeded = {task["taskInfo"]["task"]["taskId"] for task in self._world.firing.schedules()}

    def asked(self, deed: str, level: str, rng: Random) -> Json:
        rest = {"app": "Linux File System", "backupset": "defaultBackupSet", "subclient": "default"}
        named = {"targets": [{"client": self._ours, **rest}]}
        if deed in ("delete", "switch"):
            return named
        return {**named, "level": level, "commvault": {"wire_format": rng.choice(("json", "xml"))}}

    def add(self, name: str, level: str, hour: int) -> None:
        self._add(self._ours, name, level, hour)

    def add_others(self) -> None:
        self._add(self._elsewhere, NAME, "full", 21)
        self._add(self._ours, "weekly", "full", 20)

    def _add(self, client: str, name: str, level: str, hour: int) -> None:
        entity = {"clientName": client, "backupsetName": "defaultBackupSet", "subclientName": "default"}
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

    def _is_mine(self, info: Json) -> bool:
        named = info["subTasks"][0]["subTask"]["subTaskName"] == NAME
        return bool(named and info["associations"][0]["clientName"] == self._ours)

    def mine(self) -> dict[str, tuple[str, int, bool]]:
        found = {}
        for info in self._all():
            if self._is_mine(info):
                entry = info["subTasks"][0]
                level = {1: "full", 2: "incremental"}[entry["options"]["backupOpts"]["backupLevel"]]
                hour = entry["pattern"]["active_start_time"] // 3600
                found[str(info["task"]["taskId"])] = (level, hour, not info["task"]["taskFlags"]["disabled"])
        return found

    def others(self) -> dict[str, str]:
        return {str(info["task"]["taskId"]): repr(info) for info in self._all() if not self._is_mine(info)}

    def clear(self) -> None:
        for info in self._all():
            self._world.firing.delete(info["task"]["taskId"])
        self.side.clean_up()


class StorwareSchedules:
    """Storware's. Names are unique there, and a replacement begins by renaming; only another type needs one."""

    changes = "/schedules(/[0-9a-f]{8}-[-0-9a-f]+)?$"
    methods = ("POST", "PUT", "DELETE")
    looks = "/(schedules|policies|rules)"
    unchangeable: ClassVar[Sequence[Json]] = ()

    def __init__(self, stage: Stage) -> None:
        self.side: Side = StorwareSide(stage)
        self._system = stage.world.storware
        self._tables = self._system.tables
        self._seeded = {row["guid"] for row in self._tables.all("schedule")}

    def asked(self, deed: str, level: str, rng: Random) -> Json:
        if deed == "replace":
            return {"whole_schedule": True, "storware": {"type": "vm_snapshot", "policies": ["snap-daily"]}}
        named = {"storware": {"rules": ["silver/Default"]} if rng.random() < 0.5 else {"policies": ["silver"]}}
        return named if deed in ("delete", "switch") else {**named, "level": level}

    def _rule(self, policy: str) -> str:
        guid = next(row["guid"] for row in self._tables.all("policy") if row["name"] == policy)
        return str(next(row["guid"] for row in self._tables.all("rule") if row["policy"] == guid))

    def add(self, name: str, level: str, hour: int) -> None:
        self._add("silver", name, level, hour)

    def add_others(self) -> None:
        self._add("gold", f"{NAME} of another policy", "full", 21)
        self._add("silver", "weekly", "full", 20)

    def _add(self, policy: str, name: str, level: str, hour: int) -> None:
        row = {
            "guid": ids.fresh(), "name": name, "active": True, "type": "VM_BACKUP", "backupType": level.upper(),
            "executionType": "TIME", "hour": hour * 3_600_000, "startWindowLength": 6 * 3_600_000, "interval": None,
            "daysOfWeek": list(DAYS), "dayOfWeekOccurrences": [], "months": [], "rules": [self._rule(policy)],
            "lastRun": None,
        }  # fmt: skip
        self._system.plan.add(self._tables.put("schedule", row))

    def _all(self) -> list[Json]:
        return [row for row in self._tables.all("schedule") if row["guid"] not in self._seeded]

    def mine(self) -> dict[str, tuple[str, int, bool]]:
        found = {}
        for row in self._all():
            if row["name"] in (NAME, f"{NAME} (being replaced)"):
                kind = "snapshot" if row["type"] == "VM_SNAPSHOT" else row["backupType"].lower()
                found[row["guid"]] = (kind, row["hour"] // 3_600_000, row["active"])
        return found

    def others(self) -> dict[str, str]:
        mine = self.mine()
        # That it has run is no change of it.
        return {row["guid"]: repr({**row, "lastRun": None}) for row in self._all() if row["guid"] not in mine}

    def clear(self) -> None:
        for row in self._all():
            self._tables.delete("schedule", row["guid"])
            self._system.plan.drop(row["guid"])
        self.side.clean_up()


SCHEDULED: Mapping[str, Callable[[Stage], Scheduled]] = {
    "commvault": CommvaultSchedules,
    "storware": StorwareSchedules,
}


class Campaign:
    """Runs of ``backup_schedule`` against one server."""

    def __init__(self, where: Setting, scheduled: Scheduled) -> None:
        self._where = where
        self._scheduled = scheduled
        self._do = where.stage.do

    def round(self, deed: str) -> None:
        """Change something while things go wrong, and once more when they do not."""
        where, scheduled, rng = self._where, self._scheduled, self._where.rng
        self._do(lambda: self._prepare(deed))
        wanted, options = _ask(deed, scheduled, rng)
        params = {"platform": scheduled.side.name, "name": NAME, **options}
        connection = {**scheduled.side.connection(rng), "timeout": 0.5, "retries": rng.randint(0, 3)}
        before = self._do(lambda: (scheduled.mine(), scheduled.others()))
        cause = self._do(lambda: self._set_traps(deed))
        result = play(ENTRY, {**connection, **params})
        where.let_all_come()
        findings = len(where.verdicts.findings)
        self._do(lambda: self._judge(before, wanted, result, cause))
        if deed == "replace":
            self._do(lambda: where.stage.world.faults.load(list(scheduled.unchangeable)))
        again = play(ENTRY, {**scheduled.side.connection(rng), **params})
        if again.get("failed") and _ASKS in again["msg"]:
            # Neither of the two runs, so it has to be told whether one is to.
            where.verdicts.counts["asked whether the replaced one is to run"] += 1
            again = play(ENTRY, {**scheduled.side.connection(rng), **params, "enabled": True})
        where.let_all_come()
        self._do(lambda: self._judge_repair(wanted, again))
        where.explain(findings, cause, {"first": result, "again": again})
        self._do(scheduled.clear)

    def _prepare(self, deed: str) -> None:
        if deed != "create":
            self._scheduled.add(NAME, "full", 21)
        self._scheduled.add_others()

    def _set_traps(self, deed: str) -> str:
        where, scheduled = self._where, self._scheduled
        if deed == "replace":
            where.stage.world.faults.load(list(scheduled.unchangeable))
        return where.set_traps(scheduled.changes, scheduled.looks, 6.0, methods=scheduled.methods)

    def _judge(self, before: tuple[Any, Any], wanted: Any, result: Json, cause: str) -> None:
        verdicts, scheduled = self._where.verdicts, self._scheduled
        mine, (old, others) = scheduled.mine(), before
        failed = bool(result.get("failed"))
        kind = result["error"]["kind"] if failed else "done"
        verdicts.counts[f"result: {kind}"] += 1
        if sum(state[2] for state in mine.values()) > 1:
            verdicts.find(TWICE, f"{mine}")
        if not failed and list(mine.values()) != wanted:
            verdicts.find(INVENTED, f"wanted {wanted}, there is {mine}")
        if mine != old and not result["changed"]:
            verdicts.find(UNREPORTED, f"{old} became {mine}")
        if scheduled.others() != others:
            verdicts.find(STRANGER, "somebody else's schedule was changed")
        if kind == "unknown_outcome":
            verdicts.counts[f"unknown_outcome, {'done' if mine != old else 'not done'}: {cause}"] += 1

    def _judge_repair(self, wanted: Any, again: Json) -> None:
        verdicts, mine = self._where.verdicts, self._scheduled.mine()
        if again.get("failed") or list(mine.values()) != wanted:
            verdicts.find("not repaired by the next run", f"wanted {wanted}, there is {mine}")


def _ask(deed: str, scheduled: Scheduled, rng: Random) -> tuple[list[tuple[str, int, bool]], Json]:
    """Return what is to be there in the end, and the options that say so."""
    hour, level = rng.randint(1, 9), rng.choice(("full", "incremental"))
    asked = scheduled.asked(deed, level, rng)
    if deed == "delete":
        return [], {**asked, "state": "absent"}
    if deed == "switch":
        return [("full", 21, False)], {**asked, "enabled": False}
    asked["pattern"] = {"frequency": "daily", "at": f"{hour:02}:00"}
    if deed == "replace":
        asked["replace"] = True
    return [(asked.get("level", "snapshot"), hour, True)], asked


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("platform", SCHEDULED)
def test_schedules(platform: str, deed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, counts: Counts) -> None:
    rounds = size(5, 40)
    with setting(f"schedules on {platform} {deed}", tmp_path, monkeypatch) as where:
        campaign = Campaign(where, SCHEDULED[platform](where.stage))
        for _round in range(rounds):
            campaign.round(deed)
        counts[f"schedules on {platform}", "not repaired by the next run"] += 0
        where.tell(counts, f"schedules on {platform}", f"times: {deed}", rounds)
