# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The life of a backup: EXPORT, one STORE for each destination, and retries (specification sections 3.5 and 3.6)."""

from __future__ import annotations

from typing import Any

from nightshift_sandbox.storware import ids
from nightshift_sandbox.storware.engine import Engine
from nightshift_sandbox.storware.enums import GOOD_BACKUPS, WITH_INCREMENTAL
from nightshift_sandbox.storware.tables import Tables
from nightshift_sandbox.storware.task import Task

Json = dict[str, Any]


def platform(tables: Tables, vm: Json) -> str:
    """The platform that backs a VM up: its manager's type, or its stand-alone hypervisor's."""
    owner = tables.get("manager", vm["manager"]) if vm["manager"] else tables.get("hypervisor", vm["hypervisor"])
    return str(owner["type"]) if owner else ""


def base_of(tables: Tables, vm: str) -> Json | None:
    """The newest good backup that an incremental one can build on: the last of a chain that starts with a full."""
    good = [row for row in tables.all("backup") if row["vm"] == vm and row["status"] in GOOD_BACKUPS]
    return max(good, key=lambda row: row["snapshotTime"] or 0, default=None)


def incremental_possible(tables: Tables, vm: Json) -> bool:
    """Whether an incremental backup would not become a full one."""
    return platform(tables, vm) in WITH_INCREMENTAL and base_of(tables, vm["guid"]) is not None


def new_backup(tables: Tables, vm: Json, backup_type: str, rules: list[str], origin: str, now: int) -> Json:
    """The entry that exists as soon as an export is queued."""
    return tables.put("backup", {
        "guid": ids.fresh(), "vm": vm["guid"], "vmName": vm["name"], "project": vm["project"], "status": "QUEUED",
        "type": backup_type, "snapshotTime": None, "backupTime": None, "created": now, "size": None,
        "statusInfo": None, "parent": None, "rule": rules[0] if rules else None, "origin": origin, "locations": [],
        "warnings": [], "hypervisor": vm["hypervisor"], "manager": vm["manager"], "node": None, "description": None,
        "acknowledged": False,
    })  # fmt: skip


def export_started(tables: Tables, engine: Engine, task: Task) -> None:
    """The node sees what it can do: without a base, an incremental backup becomes a full one, silently."""
    vm, backup = tables.get("vm", task.entity), tables.get("backup", task.backup)
    if vm is None or backup is None:
        return
    parent = None
    if task.backup_type == "INCREMENTAL":
        if incremental_possible(tables, vm):
            parent = base_of(tables, vm["guid"])
        else:
            task.backup_type = "FULL"
    tables.change(
        "backup", backup["guid"], status="INPROGRESS", type=task.backup_type, snapshotTime=engine.stamp(),
        parent=parent["guid"] if parent else None, node=task.node,
    )  # fmt: skip


def export_ended(tables: Tables, engine: Engine, task: Task) -> None:
    """Data has reached the staging space: the server queues its way to each destination."""
    if task.state != "FINISHED":
        if task.retry_count == 0 or task.state == "CANCELLED":
            _fail(tables, engine, task)
        return
    vm = tables.get("vm", task.entity)
    for destination in task.destinations:
        engine.create(
            "STORE", priority=task.priority, seconds=store_seconds(task.seconds), origin=task.origin, user=task.user,
            backup_type=task.backup_type, entity=task.entity, entity_name=task.entity_name, project=task.project,
            hypervisor=task.hypervisor, manager=task.manager, destinations=[destination], rules=task.rules,
            backup=task.backup, schedule=task.schedule, workflow=task.workflow, parent=task.guid,
            retry_count=int(task.request.get("retryCount") or 0), request=task.request,
        )  # fmt: skip
    if not task.destinations:
        _judge(tables, engine, task)
    tables.change("backup", str(task.backup), size=_size(vm, task))


def store_seconds(seconds: float) -> float:
    """How long a store takes beside its export."""
    return max(5.0, seconds / 2)


def _size(vm: Json | None, task: Task) -> int:
    size = int(vm["size"]) if vm else 1 << 30
    return size if task.backup_type == "FULL" else size // 20


def store_started(tables: Tables, _engine: Engine, task: Task) -> None:
    """A copy is being written."""
    _set_location(tables, task, "IN_PROGRESS")


def _set_location(tables: Tables, task: Task, status: str, info: str | None = None) -> None:
    backup = tables.get("backup", task.backup)
    if backup is None:
        return
    destination = task.destinations[0]
    others = [item for item in backup["locations"] if item["destination"] != destination]
    known = next((item for item in backup["locations"] if item["destination"] == destination), None)
    entry = known or {"guid": ids.fresh(), "destination": destination, "hint": "STANDARD_RETENTION"}
    rule = tables.get("rule", task.rules[0]) if task.rules else None
    roles = {item["destination"]: item["roleType"] for item in rule["destinations"]} if rule else {}
    entry = {**entry, "status": status, "statusInfo": info, "roleType": roles.get(destination, "PRIMARY")}
    tables.put("backup", {**backup, "locations": [*others, entry]})


def store_failure(tables: Tables, task: Task, destiny: Json) -> str:
    """Why a store fails, or nothing; `store_fails` names destinations and how often each one fails."""
    row = tables.get("destination", task.destinations[0]) if task.destinations else None
    failures = int(destiny.get("store_fails", {}).get(row["name"], 0)) if row else 0
    if row is not None and (failures < 0 or task.attempt < failures):
        return f"Store failed: no space left on backup destination {row['name']}"
    return ""


def store_ended(tables: Tables, engine: Engine, task: Task) -> None:
    """A copy is complete, or will not be."""
    good = task.state == "FINISHED"
    _set_location(tables, task, "PRESENT" if good else "FAILED", task.status_info)
    if task.state != "FAILED" or task.retry_count == 0:
        _judge(tables, engine, task)


def retried(tables: Tables, copy: Task) -> None:
    """A failed task has left a copy: the backup is not lost yet."""
    if copy.type == "EXPORT" and copy.backup:
        tables.change("backup", copy.backup, status="QUEUED", snapshotTime=None)


def _judge(tables: Tables, engine: Engine, task: Task) -> None:
    """Say how the backup went once nothing of it is left to do."""
    backup = tables.get("backup", task.backup)
    if backup is None or any(not other.ended for other in engine.of_backup(backup["guid"])):
        return
    states = [item["status"] for item in backup["locations"]]
    present = states.count("PRESENT")
    if present == 0:
        _fail(tables, engine, task)
        return
    status = "SUCCESS" if present == len(states) else "PARTIAL_SUCCESS"
    info = next((item["statusInfo"] for item in backup["locations"] if item["status"] == "FAILED"), None)
    tables.change("backup", backup["guid"], status=status, backupTime=engine.stamp(), statusInfo=info)
    tables.change("vm", backup["vm"], lastBackup=engine.stamp())


def _fail(tables: Tables, engine: Engine, task: Task) -> None:
    backup = tables.get("backup", task.backup)
    if backup is None or any(not other.ended for other in engine.of_backup(backup["guid"])):
        return
    tables.change("backup", backup["guid"], status="FAILED", statusInfo=task.status_info, backupTime=engine.stamp())
    tables.change("vm", backup["vm"], lastBackup=engine.stamp())
