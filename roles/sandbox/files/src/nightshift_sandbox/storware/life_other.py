# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the remaining types of tasks bring about: snapshots, deletions, inventories, clean-ups."""

from __future__ import annotations

from nightshift_sandbox.storware.engine import Engine
from nightshift_sandbox.storware.tables import Tables
from nightshift_sandbox.storware.task import Task


def snapshot_started(tables: Tables, _engine: Engine, task: Task) -> None:
    """The platform makes the snapshot."""
    tables.change("snapshot", str(task.snapshot), status="CREATING")


def snapshot_ended(tables: Tables, engine: Engine, task: Task) -> None:
    """The snapshot exists, or does not."""
    status = "PRESENT" if task.state == "FINISHED" else "FAILED"
    tables.change("snapshot", str(task.snapshot), status=status, snapshotTime=engine.stamp())


def delete_ended(tables: Tables, _engine: Engine, task: Task) -> None:
    """The entity is gone, and its backups with it."""
    if task.state == "FINISHED" and task.entity:
        remove_entity(tables, task.entity)


def remove_entity(tables: Tables, guid: str) -> None:
    """Remove a VM, its backups and snapshots; nothing happens on its hypervisor."""
    for kind in ("backup", "snapshot", "mounted"):
        for row in tables.all(kind):
            if row["vm"] == guid:
                tables.delete(kind, row["guid"])
    tables.delete("vm", guid)


def inventory_ended(tables: Tables, _engine: Engine, task: Task) -> None:
    """VMs that were made on the platform since the last look become known."""
    if task.state != "FINISHED":
        return
    for row in tables.all("vm"):
        same = row["manager"] == task.manager if task.manager else row["hypervisor"] == task.hypervisor
        if row["hidden"] and same:
            tables.change("vm", row["guid"], hidden=False)


def cleanup_ended(tables: Tables, _engine: Engine, task: Task) -> None:
    """Copies that retention has given up are removed; a backup without any is a removed one."""
    if task.state != "FINISHED":
        return
    for backup in tables.all("backup"):
        if not any(item["hint"] == "TO_REMOVE" and item["status"] == "PRESENT" for item in backup["locations"]):
            continue
        locations = [
            {**item, "status": "REMOVED"} if item["hint"] == "TO_REMOVE" else item for item in backup["locations"]
        ]
        gone = all(item["status"] != "PRESENT" for item in locations)
        status = "SUCCESS_REMOVED" if gone else backup["status"]
        tables.put("backup", {**backup, "locations": locations, "status": status})


def snapshot_cleanup_ended(tables: Tables, _engine: Engine, task: Task) -> None:
    """Snapshots beyond their rule's number of versions are removed, the oldest first."""
    if task.state != "FINISHED":
        return
    for rule in tables.all("snaprule"):
        mine = [row for row in tables.all("snapshot") if row["rule"] == rule["guid"] and row["status"] == "PRESENT"]
        for vm in {row["vm"] for row in mine}:
            newest = sorted((row for row in mine if row["vm"] == vm), key=lambda row: -int(row["snapshotTime"]))
            for row in newest[int(rule["retentionVersions"]) :]:
                tables.change("snapshot", row["guid"], status="REMOVED")
