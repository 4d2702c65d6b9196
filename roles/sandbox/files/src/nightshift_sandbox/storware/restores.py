# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starting restores, mounts and their likes (specification section 2.2)."""

from __future__ import annotations

from typing import Any

from nightshift_sandbox.storware import ids
from nightshift_sandbox.storware.backups import find_location
from nightshift_sandbox.storware.call import Call, boolean, guid_of, integer, items, text, within
from nightshift_sandbox.storware.enums import DISK_FORMATS, MOUNT_MODES, parse
from nightshift_sandbox.storware.errors import conflict, invalid, missing
from nightshift_sandbox.storware.exports import window
from nightshift_sandbox.storware.infrastructure import restore_targets
from nightshift_sandbox.storware.task import Task
from nightshift_sandbox.storware.task_views import details

Json = dict[str, Any]
REQUESTED_MODES = ("AUTO", "MANUAL", "ISCSI")


def source(call: Call, body: Json) -> Json:
    """The backup that a request restores, from `backupLocation` or the older `backup`.

    :raises Refusal: 400 neither is given, 404 unknown, 409 the copy holds no data
    """
    if body.get("backupLocation"):
        guid = guid_of(body["backupLocation"], "backupLocation")
        found = find_location(call, guid)
        if found is None:
            raise missing("Backup location", guid)
        backup, item = found
        if item["status"] != "PRESENT":
            raise conflict(f"Backup location {guid} is not present")
        return backup
    if not body.get("backup"):
        raise invalid("backupLocation: a reference with a guid is required")
    backup = within(call, call.system.tables.require("backup", guid_of(body["backup"], "backup")), "Backup")
    if not any(item["status"] == "PRESENT" for item in backup["locations"]):
        raise conflict("The backup has no copy that is present")
    return backup


def queue_restore(call: Call, backup: Json, restore_type: str, **fields: Any) -> Task:
    """Queue a RESTORE task, with the job that judges it."""
    tables, engine = call.system.tables, call.system.engine
    job = tables.put("restorejob", {
        "guid": ids.fresh(), "name": backup["vmName"], "vm": backup["vm"], "vmName": backup["vmName"],
        "backup": backup["guid"], "project": backup["project"], "restoreType": restore_type,
        "restoreTime": engine.stamp(), "status": "IN_PROGRESS", "statusInfo": None,
    })  # fmt: skip
    vm = tables.get("vm", backup["vm"])
    return engine.create(
        "RESTORE", user=call.account.name, seconds=float(vm["seconds"]) / 2 if vm else 20.0, entity=backup["vm"],
        entity_name=backup["vmName"], project=backup["project"], backup=backup["guid"], restore_job=job["guid"],
        restore_type=restore_type, **fields,
    )  # fmt: skip


def create_restore(call: Call) -> Json:
    """`POST /tasks/restore`: files into a directory of a node."""
    body = call.object()
    backup = source(call, body)
    if body.get("node"):
        call.system.tables.require("node", guid_of(body["node"], "node"))
    return details(call.system.tables, queue_restore(call, backup, "RESTORE", request=body))


def create_restore_and_import(call: Call) -> Json:
    """`POST /tasks/restore-and-import`: a VM on a platform."""
    body = call.object()
    backup = source(call, body)
    target = _target(call, body, backup)
    if body.get("restoredDiskAllocationFormat") is not None:
        parse(body["restoredDiskAllocationFormat"], DISK_FORMATS, "restoredDiskAllocationFormat")
    for field in ("overwrite", "restoreToOriginalVolumeType"):
        boolean(body, field)
    for field in ("restoredNetworks", "taskFiles"):
        items(body, field)
    text(body, "restoredPeName")
    return details(call.system.tables, queue_restore(call, backup, "RESTORE_AND_IMPORT", request=body, **target))


def _target(call: Call, body: Json, backup: Json) -> Json:
    """Where the VM goes: exactly one manager or hypervisor of the backup's platform, by platform IDs below it."""
    tables = call.system.tables
    manager, hypervisor = body.get("hypervisorManager"), body.get("hypervisor")
    if bool(manager) == bool(hypervisor):
        raise invalid("Exactly one of hypervisorManager and hypervisor is required")
    kind, field = ("manager", "hypervisorManager") if manager else ("hypervisor", "hypervisor")
    row = tables.require(kind, guid_of(body[field], field))
    if row["guid"] not in restore_targets(tables, backup):
        raise invalid(f"{field}: the backup cannot be restored to this platform")
    for key, table in (("restoreClusterId", "cluster"), ("restoreStorageId", "hvstorage")):
        uuid = text(body, key)
        if uuid and not any(item["uuid"] == uuid and item["manager"] == row["guid"] for item in tables.all(table)):
            raise invalid(f"{key}: {uuid} is not known on this platform")
    return {kind: row["guid"]}


def create_restore_and_mount(call: Call) -> Json:
    """`POST /tasks/restore-and-mount`: files of a backup, readable on a node."""
    body = call.object()
    backup = source(call, body)
    mode = parse(body.get("mode"), REQUESTED_MODES, "mode")
    integer(body, "unmountTime")
    systems, clients = items(body, "mountedFileSystems"), items(body, "allowedClients")
    if mode == "AUTO" and (len(systems) != 1 or not text(systems[0], "mountPath")):
        raise invalid("mountedFileSystems: exactly one element with a mountPath is required in mode AUTO")
    if mode == "ISCSI" and not clients:
        raise invalid("allowedClients: at least one client is required in mode ISCSI")
    return details(call.system.tables, _mounting(call, body, backup, mode))


def _mounting(call: Call, body: Json, backup: Json, mode: str) -> Task:
    node = None
    if body.get("node"):
        node = call.system.tables.require("node", guid_of(body["node"], "node"))["guid"]
    return queue_restore(call, backup, "RESTORE_AND_MOUNT", request={**body, "mode": mode, "node": node})


def create_instant_restore(call: Call) -> Json:
    """`POST /tasks/instant-restore`: a VM that runs from its backup."""
    body = call.object()
    backup = source(call, body)
    if body.get("mode") is not None:
        parse(body["mode"], MOUNT_MODES, "mode")
    return details(call.system.tables, _mounting(call, body, backup, "INSTANT_RESTORE"))


def _mounted(call: Call) -> Json:
    guid = guid_of(call.object().get("mountedBackup"), "mountedBackup")
    return within(call, call.system.tables.require("mounted", guid), "Mounted backup")


def _for_mounted(call: Call, kind: str, row: Json) -> Json:
    task = call.system.engine.create(
        kind, user=call.account.name, entity=row["vm"], entity_name=row["name"], project=row["project"],
        backup=row["backup"], mounted=row["guid"], seconds=10.0,
    )  # fmt: skip
    return details(call.system.tables, task)


def create_mount(call: Call) -> Json:
    """`POST /tasks/mount`: mount again what is known already."""
    return _for_mounted(call, "MOUNT", _mounted(call))


def create_unmount(call: Call) -> Json:
    """`POST /tasks/unmount`: the record goes when the task is done."""
    row = _mounted(call)
    call.system.tables.put("mounted", {**row, "state": "UNMOUNTING"})
    return _for_mounted(call, "UNMOUNT", row)


def create_reversion(call: Call) -> Json:
    """`POST /tasks/revert`: the VM goes back to a snapshot, and its present state is lost."""
    body, tables = call.object(), call.system.tables
    given = body.get("snapshot") or body.get("protectedEntitySnapshot")
    row = within(call, tables.require("snapshot", guid_of(given, "snapshot")), "Snapshot")
    fields = window(body)
    if row["status"] != "PRESENT":
        raise conflict("The snapshot is not present")
    vm = tables.require("vm", row["vm"])
    task = call.system.engine.create(
        "SNAPSHOT_REVERSION", user=call.account.name, entity=row["vm"], entity_name=row["vmName"],
        project=row["project"], snapshot=row["guid"], hypervisor=vm["hypervisor"], manager=vm["manager"], **fields,
    )  # fmt: skip
    return details(tables, task)


def create_import(call: Call) -> list[Json]:
    """`POST /tasks/import-for-cloud`, its variant per feature, and `import-for-os-agent`.

    Nothing is known of their bodies, so that whatever they hold is taken.
    """
    task = call.system.engine.create("IMPORT", user=call.account.name, request=call.object())
    return [details(call.system.tables, task)]
