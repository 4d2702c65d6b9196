# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The life of a restore: RESTORE, then IMPORT or MOUNT (specification section 6)."""

from __future__ import annotations

from typing import Any

from nightshift_sandbox.storware import ids
from nightshift_sandbox.storware.engine import Engine
from nightshift_sandbox.storware.tables import Tables
from nightshift_sandbox.storware.task import Task

Json = dict[str, Any]


def restore_ended(tables: Tables, engine: Engine, task: Task) -> None:
    """Data has reached the node: it goes on to a platform or a mount, or the restore is done."""
    if task.state != "FINISHED":
        finish_job(tables, engine, task, "FAILED")
        return
    following = {"RESTORE_AND_IMPORT": "IMPORT", "RESTORE_AND_MOUNT": "MOUNT"}.get(task.restore_type or "")
    if following is None:
        finish_job(tables, engine, task, "SUCCESS")
        return
    engine.create(
        following, priority=task.priority, seconds=task.seconds, origin=task.origin, user=task.user,
        entity=task.entity, entity_name=task.entity_name, project=task.project, hypervisor=task.hypervisor,
        manager=task.manager, backup=task.backup, parent=task.guid, restore_job=task.restore_job,
        restore_type=task.restore_type, workflow=task.workflow, request=task.request,
    )  # fmt: skip


def finish_job(tables: Tables, engine: Engine, task: Task, status: str) -> None:
    """The restore job is over."""
    if task.restore_job:
        info = task.status_info if status == "FAILED" else None
        tables.change("restorejob", task.restore_job, status=status, statusInfo=info, finished=engine.stamp())


def target_name(task: Task) -> str:
    """The name that the restored VM gets."""
    return str(task.request.get("restoredPeName") or task.entity_name)


def namesakes(tables: Tables, task: Task) -> list[Json]:
    """Present VMs that have this name already, where the VM is restored to."""
    owner = ("manager", task.manager) if task.manager else ("hypervisor", task.hypervisor)
    name = target_name(task)
    return [row for row in tables.all("vm") if row["name"] == name and row["present"] and row[owner[0]] == owner[1]]


def import_obstacle(tables: Tables, task: Task) -> str:
    """Why a platform refuses the VM, or nothing."""
    if task.restore_job is None or task.request.get("overwrite") or not namesakes(tables, task):
        return ""
    return f"Virtual machine '{target_name(task)}' already exists"


def import_ended(tables: Tables, engine: Engine, task: Task) -> None:
    """The VM exists on the platform; with `overwrite` those of its name do not any more."""
    if task.state != "FINISHED":
        finish_job(tables, engine, task, "FAILED")
        return
    if task.restore_job is None:
        return
    for row in namesakes(tables, task):
        tables.delete("vm", row["guid"])
    hypervisor = task.hypervisor
    if task.manager and not hypervisor:
        owned = [row["guid"] for row in tables.all("hypervisor") if row["manager"] == task.manager]
        hypervisor = owned[0] if owned else None
    source = tables.get("vm", task.entity) or {"size": 1 << 30, "project": task.project}
    tables.put("vm", new_vm(target_name(task), hypervisor, task.manager, source["project"], int(source["size"])))
    finish_job(tables, engine, task, "SUCCESS")


def new_vm(name: str, hypervisor: str | None, manager: str | None, project: str | None, size: int) -> Json:
    """A VM that nobody has protected yet."""
    return {
        "guid": ids.fresh(), "uuid": ids.fresh(), "name": name, "present": True, "hypervisor": hypervisor,
        "manager": manager, "policy": None, "snapPolicy": None, "project": project, "destiny": {}, "seconds": 40.0,
        "size": size, "tags": [], "lastBackup": None, "hidden": False,
    }  # fmt: skip


def mount_ended(tables: Tables, engine: Engine, task: Task) -> None:
    """The backup is mounted."""
    if task.state != "FINISHED":
        finish_job(tables, engine, task, "FAILED")
        return
    if task.mounted:
        tables.change("mounted", task.mounted, state="RUNNING")
        return
    body = task.request
    duration = body.get("unmountTime")
    tables.put("mounted", {
        "guid": ids.fresh(), "name": task.entity_name, "backup": task.backup, "mode": body.get("mode", "AUTO"),
        "state": "RUNNING", "node": body.get("node") or task.node, "vm": task.entity, "project": task.project,
        "mounted": engine.stamp(), "unmountAt": engine.stamp() + duration if duration else None,
        "fileSystems": len(body.get("mountedFileSystems") or []) or 1,
    })  # fmt: skip
    finish_job(tables, engine, task, "SUCCESS")


def unmount_ended(tables: Tables, _engine: Engine, task: Task) -> None:
    """The mounted backup is gone."""
    if task.mounted:
        if task.state == "FINISHED":
            tables.delete("mounted", task.mounted)
        else:
            tables.change("mounted", task.mounted, state="RUNNING")


def unmount_overdue(tables: Tables, engine: Engine) -> None:
    """Queue the unmounting of everything that was mounted for a time that has passed."""
    for row in tables.all("mounted"):
        if row["unmountAt"] and row["unmountAt"] <= engine.stamp() and row["state"] == "RUNNING":
            tables.change("mounted", row["guid"], state="UNMOUNTING")
            engine.create(
                "UNMOUNT", origin="SYSTEM_SCHEDULE", entity=row["vm"], entity_name=row["name"], backup=row["backup"],
                project=row["project"], mounted=row["guid"], node=row["node"],
            )  # fmt: skip
