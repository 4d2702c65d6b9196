# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The past of a new sandbox: backups, tasks, restores, mounts and snapshots."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from nightshift_sandbox.storware.engine import HOUR
from nightshift_sandbox.storware.estate_data import DESTINATIONS
from nightshift_sandbox.storware.exports import destinations_of
from nightshift_sandbox.storware.ids import known
from nightshift_sandbox.storware.policies import rules_of
from nightshift_sandbox.storware.system import System
from nightshift_sandbox.storware.tables import Tables
from nightshift_sandbox.storware.task import Task

Json = dict[str, Any]
#: VMs whose past is not the usual one: age in hours, type, status; the oldest first.
PASTS: dict[str, tuple[tuple[float, str, str], ...]] = {
    "web01": ((170, "FULL", "SUCCESS"), (20, "FULL", "PARTIAL_SUCCESS")),
    "mail01": ((100, "FULL", "SUCCESS"), (12, "FULL", "FAILED")),
    "files01": ((24 * 70, "FULL", "SUCCESS_REMOVED"), (24 * 12, "FULL", "SUCCESS")),
    "broken01": ((60, "FULL", "FAILED"), (36, "FULL", "FAILED")),
    "orphan01": (),
    "nopolicy01": (),
    "norules01": (),
    "newborn01": (),
    "nonode01": (),
    "app01": ((400, "FULL", "SUCCESS"),),
}
USUAL = (
    (24 * 60.0, "FULL", "SUCCESS_REMOVED"), (80.0, "FULL", "FAILED"), (50.0, "FULL", "SUCCESS"),
    (10.0, "INCREMENTAL", "SUCCESS"),
)  # fmt: skip
#: Platforms without incremental backups have only full ones.
FULL_ONLY = ("pveguest01", "cirros01")


def seed(system: System) -> None:
    """Give the estate its past."""
    now = system.stamp()
    for vm in system.tables.all("vm"):
        _past(system.tables, vm, now)
    _tasks(system, now)
    _restores(system, now)
    _snapshots(system, now)


def _past(tables: Tables, vm: Json, now: int) -> None:
    rules = [rule for rule in rules_of(tables, vm["policy"] or "") if rule["active"]]
    destinations = destinations_of(rules)
    parent = None
    for number, (age, kind, status) in enumerate(PASTS.get(vm["name"], USUAL), start=1):
        chosen = "FULL" if vm["name"] in FULL_ONLY or "shop" in vm["name"] else kind
        row = backup_row(vm, known("backup", f"{vm['guid']}/{number}"), now - int(age * HOUR), chosen, status)
        row["rule"] = rules[0]["guid"] if rules else None
        row["locations"] = [_location(row, item, place) for place, item in enumerate(destinations or [_first()])]
        row["parent"] = parent if chosen == "INCREMENTAL" else None
        row["node"] = known("node", "node1")
        tables.put("backup", row)
        parent = row["guid"] if status == "SUCCESS" else parent
        tables.change("vm", vm["guid"], lastBackup=row["backupTime"])


def _first() -> str:
    return known("destination", DESTINATIONS[0][0])


def backup_row(vm: Json, guid: str, at: int, kind: str, status: str) -> Json:
    """A backup as it stands when it is over, without its copies."""
    failed = status == "FAILED"
    return {
        "guid": guid, "vm": vm["guid"], "vmName": vm["name"],
        "project": vm["project"], "status": status, "type": kind, "snapshotTime": at, "backupTime": at + 1_260_000,
        "created": at - 30_000, "size": None if failed else vm["size"] // (1 if kind == "FULL" else 20),
        "statusInfo": "Connection to the host was lost" if failed else None, "parent": None, "origin": "SCHEDULE",
        "warnings": ["Guest agent did not answer"] if status == "PARTIAL_SUCCESS" else [], "description": None,
        "hypervisor": vm["hypervisor"], "manager": vm["manager"], "acknowledged": False,
    }  # fmt: skip


def _location(backup: Json, destination: str, place: int) -> Json:
    status = {"FAILED": "FAILED", "SUCCESS_REMOVED": "REMOVED"}.get(backup["status"], "PRESENT")
    return {
        "guid": known("location", f"{backup['guid']}/{place}"), "destination": destination, "status": status,
        "statusInfo": None, "hint": "STANDARD_RETENTION", "roleType": ("PRIMARY", "SECONDARY")[min(place, 1)],
    }  # fmt: skip


def _task(system: System, name: str, kind: str, label: str, **fields: Any) -> Task:
    """A task of a VM with the state that the past left it in."""
    tables = system.tables
    vm = tables.require("vm", known("vm", name))
    rules = [rule for rule in rules_of(tables, vm["policy"] or "") if rule["active"]]
    plain = system.engine.draft(
        kind, entity=vm["guid"], entity_name=vm["name"], project=vm["project"], hypervisor=vm["hypervisor"],
        manager=vm["manager"], destinations=destinations_of(rules), rules=[rule["guid"] for rule in rules],
        seconds=float(vm["seconds"]),
    )  # fmt: skip
    return system.engine.adopt(replace(plain, guid=known("task", label), **fields))


def _tasks(system: System, now: int) -> None:
    """Finished, failed, running and queued tasks."""
    for name, state, age, info in (
        ("db01", "FINISHED", 10, None), ("db02", "FINISHED", 10, None),
        ("broken01", "FAILED", 36, "Snapshot could not be created"),
        ("web02", "CANCELLED", 30, "Canceled by user"),
    ):  # fmt: skip
        at = now - age * HOUR
        backup = known("backup", f"{known('vm', name)}/4")
        times: Json = {"created": at - 30_000, "window_start": at - 30_000, "window_end": at + 5 * HOUR, "started": at,
                       "finished": at + 600_000, "origin": "SCHEDULE", "node": known("node", "node1")}  # fmt: skip
        done = 100.0 if state == "FINISHED" else 41.5
        kind = "INCREMENTAL" if name.startswith("db") else "FULL"
        times["backup_type"] = kind
        known_backup = backup if system.tables.get("backup", backup) else None
        _task(system, name, "EXPORT", f"{name} export", state=state, status_info=info, progress=done,
              backup=known_backup, **times)  # fmt: skip
        if state == "FINISHED":
            later = {**times, "started": at + 610_000, "finished": at + 1_200_000, "destinations": [_first()]}
            _task(system, name, "STORE", f"{name} store", state=state, progress=100.0, backup=known_backup,
                  parent=known("task", f"{name} export"), **later)  # fmt: skip
    _open_task(system, "busy01", now, "RUNNING", {
        "progress": 41.5, "work": 16.0, "started": now - 300_000, "created": now - 310_000, "frozen": True,
        "backup_type": "FULL", "window_start": now - 310_000, "node": known("node", "node2"),
    })  # fmt: skip
    _open_task(system, "queued01", now, "QUEUED", {
        "backup_type": "FULL", "window_start": now + 12 * HOUR, "window_end": now + 18 * HOUR, "origin": "SCHEDULE",
    })  # fmt: skip


def _open_task(system: System, name: str, now: int, state: str, fields: Json) -> None:
    """A task that is not over, with its backup."""
    tables, vm = system.tables, system.tables.require("vm", known("vm", name))
    row = backup_row(
        vm, known("backup", f"{vm['guid']}/5"), now - 300_000, "FULL", "INPROGRESS" if state == "RUNNING" else "QUEUED"
    )
    rule = rules_of(tables, vm["policy"])[0]["guid"]
    snapshot = row["snapshotTime"] if state == "RUNNING" else None
    tables.put("backup", {**row, "rule": rule, "locations": [], "backupTime": None, "size": None, "node": None,
                          "snapshotTime": snapshot})  # fmt: skip
    _task(system, name, "EXPORT", f"{name} export", state=state, backup=row["guid"], **fields)


def _restores(system: System, now: int) -> None:
    """Restore jobs of the past, and a mounted backup."""
    tables = system.tables
    for name, number, status, age in (("db02", 3, "SUCCESS", 30), ("norestore01", 3, "FAILED", 28)):
        vm = tables.require("vm", known("vm", name))
        tables.put("restorejob", {
            "guid": known("restorejob", name), "name": name, "vm": vm["guid"], "vmName": name,
            "backup": known("backup", f"{vm['guid']}/{number}"), "project": None, "restoreType": "RESTORE_AND_IMPORT",
            "restoreTime": now - age * HOUR, "status": status,
            "statusInfo": "Import failed: connection to the host was lost" if status == "FAILED" else None,
        })  # fmt: skip
    vm = tables.require("vm", known("vm", "files01"))
    tables.put("mounted", {
        "guid": known("mounted", "files01"), "name": "files01", "backup": known("backup", f"{vm['guid']}/2"),
        "mode": "AUTO", "state": "RUNNING", "node": known("node", "node1"), "vm": vm["guid"], "project": None,
        "mounted": now - 2 * HOUR, "unmountAt": now + 22 * HOUR, "fileSystems": 2,
    })  # fmt: skip


def _snapshots(system: System, now: int) -> None:
    for name in ("db01", "erp01"):
        vm = system.tables.require("vm", known("vm", name))
        for number in (1, 2):
            system.tables.put("snapshot", {
                "guid": known("snapshot", f"{name}/{number}"), "uuid": known("snapshot uuid", f"{name}/{number}"),
                "vm": vm["guid"], "vmName": name, "project": None, "rule": known("snaprule", "snap-daily/keep"),
                "status": "PRESENT", "snapshotTime": now - number * 24 * HOUR, "standAlone": True,
            })  # fmt: skip
