# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Task operations of Storware that make tasks, while things go wrong."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.entrypoints.storware_operation import ENTRY
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.storware import operate
from nightshift_sandbox.storware.policies import rules_of

from .conftest import Counts
from .plays import Json, Setting, play, setting
from .sandbox_thread import Cue
from .sides import StorwareSide
from .size import size
from .verdicts import INVENTED, STRANGER, TWICE, UNREPORTED

# Clients of one server seldom agree on the millisecond, so a window of our own tells our tasks from others.
_OUR_WINDOW = 137


class Campaign:
    """Runs of ``storware_operation`` against one server."""

    def __init__(self, where: Setting) -> None:
        self._where = where
        self._side = StorwareSide(where.stage)
        self._world = where.stage.world
        self._do = where.stage.do

    def round(self, operation: str) -> None:
        """Carry out an operation while things go wrong, let all come, and compare."""
        where, side, rng = self._where, self._side, self._where.rng
        targets = side.targets(rng, rng.randint(1, 3))
        body = self._do(lambda: self._body(operation, targets))
        cause = self._do(lambda: self._set_traps(targets))
        connection = {**side.connection(rng), "timeout": 2, "retries": rng.randint(0, 3)}
        result = play(ENTRY, {"platform": "storware", **connection, "operation": operation, "body": body})
        where.let_all_come()
        findings = len(where.verdicts.findings)
        self._do(lambda: self._judge(result, cause))
        where.explain(findings, cause, result)
        self._do(side.clean_up)

    def _body(self, operation: str, targets: list[Json]) -> Json:
        tables, rng = self._world.storware.tables, self._where.rng
        vms = [next(row for row in tables.all("vm") if row["name"] == target["name"]) for target in targets]
        if operation == "create_inventory_sync":
            return {"hypervisors": [{"guid": vms[0]["hypervisor"]}]}
        rules = [rule for rule in rules_of(tables, vms[0]["policy"]) if rule["active"]]
        body: Json = {
            "backupType": {"name": "FULL"},
            "protectedEntities": [{"guid": vm["guid"]} for vm in vms],
            "rules": [{"guid": rules[0]["guid"]}],
            "protectedEntityType": "VM",
        }
        if rng.random() < 0.7:
            body["windowStart"] = self._world.storware.stamp() // 1000 * 1000 + _OUR_WINDOW
        return body

    def _set_traps(self, targets: list[Json]) -> str:
        where, rng = self._where, self._where.rng
        for _stranger in range(rng.choice((0, 1, 2))):
            action = rng.choice(self._side.strangers(rng.choice(targets), "full", marker=True))
            where.stage.app.cues.append(Cue("POST", "/tasks/", action, after=rng.random() < 0.5))
        return where.set_traps("/tasks/(export|inventory-sync)$", self._side.look_path, 40.0)

    def _judge(self, result: Json, cause: str) -> None:
        verdicts, engine = self._where.verdicts, self._world.storware.engine
        ours = {identifier for entry in self._where.stage.app.made for _kind, identifier in entry.ids}
        told = {row["id"] for row in result.get("tasks", [])}
        kind = result["error"]["kind"] if result.get("failed") else "done"
        verdicts.counts[f"result: {kind}"] += 1
        for entity, number in Counter(engine.tasks[identifier].entity for identifier in ours).items():
            if number > 1 and entity is not None:
                verdicts.find(TWICE, f"{entity}, {number} times")
        for identifier in told - ours:
            verdicts.find(STRANGER if identifier in engine.tasks else INVENTED, identifier)
        # An answer may leave tasks out: then it is the request that is told of.
        if ours and not result["changed"]:
            verdicts.find(UNREPORTED, f"{ours}")
        if kind == "done" and result["changed"] and not ours:
            verdicts.find(INVENTED, "a request that made nothing")
        if kind == "unknown_outcome":
            verdicts.counts[f"unknown_outcome, {'done' if ours else 'not done'}: {cause}"] += 1


@pytest.mark.parametrize("operation", ["create_export", "create_inventory_sync"])
def test_operations(operation: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, counts: Counts) -> None:
    rounds: Any = size(8, 120)
    monkeypatch.setattr(operate, "_START_SECONDS", 0.25)
    with setting(f"storware_operation {operation}", tmp_path, monkeypatch) as where:
        campaign = Campaign(where)
        for _round in range(rounds):
            campaign.round(operation)
        where.tell(counts, "storware_operation", f"times: {operation}", rounds)
