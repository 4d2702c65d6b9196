# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The remaining requests that queue tasks: deletions, inventories, tests, tapes, clean-ups, plans."""

from __future__ import annotations

from typing import Any

from nightshift_sandbox.storware.call import Call, guid_of, guids_of, pruned, value_of, within
from nightshift_sandbox.storware.errors import Refusal
from nightshift_sandbox.storware.exports import export_vm, usable_rules
from nightshift_sandbox.storware.policies import rules_of
from nightshift_sandbox.storware.task import Task
from nightshift_sandbox.storware.task_views import details, record

Json = dict[str, Any]
#: Keys of requests, the kind of what they list, and the field of the task that holds it.
OBJECTS = {
    "hypervisorManagers": ("manager", "manager"),
    "hypervisors": ("hypervisor", "hypervisor"),
    "backupDestinations": ("destination", "destinations"),
    "storageProviders": ("provider", "provider"),
    "tapeManagers": ("tapemanager", "tape_manager"),
}


def _delete_task(call: Call, guid: str) -> Task:
    vm = within(call, call.system.tables.require("vm", guid), "Protected entity")
    return call.system.engine.create(
        "DELETE", user=call.account.name, entity=vm["guid"], entity_name=vm["name"], project=vm["project"],
        hypervisor=vm["hypervisor"], manager=vm["manager"], seconds=10.0,
    )  # fmt: skip


def create_delete(call: Call) -> list[Json]:
    """`POST /tasks/delete`: a protected entity with its backups, not a task."""
    return [details(call.system.tables, _delete_task(call, value_of(call.body())))]


def create_batch_delete(call: Call) -> Json:
    """`POST /tasks/batch-delete`: what cannot be deleted is listed, and the others are."""
    answer: Json = {"successful": [], "unsuccessful": [], "tasks": []}
    for guid in [value_of(item) for item in call.array()]:
        try:
            task = _delete_task(call, guid)
        except Refusal:
            answer["unsuccessful"].append({"guid": guid})
        else:
            answer["successful"].append({"guid": guid, "name": task.entity_name})
            answer["tasks"].append(details(call.system.tables, task))
    return answer


def _for_each(call: Call, kind: str, *keys: str) -> list[Json]:
    """One task for each object that the body lists below these keys."""
    body, tables = call.object(), call.system.tables
    listed = [(key, tables.require(OBJECTS[key][0], guid)) for key in keys for guid in guids_of(body, key)]
    shown = []
    for key, row in listed:
        field = OBJECTS[key][1]
        fields: Json = {field: [row["guid"]] if field == "destinations" else row["guid"]}
        shown.append(details(tables, call.system.engine.create(kind, user=call.account.name, seconds=10.0, **fields)))
    return shown


def create_inventory_sync(call: Call) -> list[Json]:
    """`POST /tasks/inventory-sync` and its twin of the set-up wizard."""
    return _for_each(call, "INVENTORY_SYNC", "hypervisorManagers", "hypervisors")


def create_connectivity_test(call: Call) -> list[Json]:
    """`POST /tasks/connectivity-test`."""
    keys = ("hypervisors", "hypervisorManagers", "backupDestinations", "storageProviders")
    return _for_each(call, "CONNECTIVITY_TEST", *keys)


def create_tape_sync(call: Call) -> list[Json]:
    """`POST /tasks/tape-manager-inventory-sync`."""
    return _for_each(call, "TAPE_MANAGER_INVENTORY_SYNC", "tapeManagers")


def _tapes(call: Call, kind: str) -> list[Json]:
    tables = call.system.tables
    tapes = [tables.require("tape", guid) for guid in guids_of(call.object(), "tapes")]
    tasks = [
        call.system.engine.create(kind, user=call.account.name, tape_manager=tape["manager"], seconds=10.0)
        for tape in tapes
    ]
    return [details(tables, task) for task in tasks]


def create_eject_tape(call: Call) -> list[Json]:
    """`POST /tasks/eject-tape`."""
    return _tapes(call, "EJECT_TAPE")


def create_import_tape(call: Call) -> list[Json]:
    """`POST /tasks/import-tape`."""
    return _tapes(call, "IMPORT_TAPE")


def _one(call: Call, kind: str) -> Task:
    """A task of which nothing but its type is known: whatever the body holds is kept."""
    body, fields = call.object(), {}
    if body.get("protectedEntity"):
        guid = guid_of(body["protectedEntity"], "protectedEntity")
        vm = within(call, call.system.tables.require("vm", guid), "Protected entity")
        fields = {"entity": vm["guid"], "entity_name": vm["name"], "project": vm["project"]}
    return call.system.engine.create(kind, user=call.account.name, request=body, **fields)


def create_backup_cleanup(call: Call) -> list[Json]:
    """`POST /tasks/remove-old-backups`."""
    return [details(call.system.tables, _one(call, "BACKUP_CLEANUP"))]


def create_snapshot_cleanup(call: Call) -> list[Json]:
    """`POST /tasks/remove-old-snapshots`."""
    return [details(call.system.tables, _one(call, "SNAPSHOT_CLEANUP"))]


def create_live_migration(call: Call) -> Json:
    """`POST /tasks/live-migration`."""
    return details(call.system.tables, _one(call, "LIVE_MIGRATION"))


def create_upload(call: Call) -> Json:
    """`POST /tasks/upload`."""
    return details(call.system.tables, _one(call, "UPLOAD"))


def create_from_plan(call: Call) -> list[Json]:
    """`POST /tasks/{guid}`: the GUID is that of a recovery plan; each of its VMs is backed up."""
    tables, engine = call.system.tables, call.system.engine
    plan = tables.require("plan", call.guid)
    tasks = []
    for guid in plan["vms"]:
        vm = within(call, tables.require("vm", guid), "Virtual machine")
        rules = [rule["guid"] for rule in rules_of(tables, vm["policy"] or "") if rule["active"]]
        tasks.append(export_vm(tables, engine, vm, usable_rules(tables, vm, rules), "FULL", "USER"))
    return [pruned(record(tables, task)) for task in tasks]
