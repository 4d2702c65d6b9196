# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starting backups and snapshots (specification section 2.2)."""

from __future__ import annotations

from typing import Any

from nightshift_sandbox.storware import ids
from nightshift_sandbox.storware.call import Call, boolean, guid_of, guids_of, integer, within
from nightshift_sandbox.storware.engine import Engine
from nightshift_sandbox.storware.enums import ENTITY_TYPES, EXPORT_TYPES, parse
from nightshift_sandbox.storware.errors import invalid
from nightshift_sandbox.storware.life_backup import new_backup
from nightshift_sandbox.storware.tables import Tables
from nightshift_sandbox.storware.task import Task
from nightshift_sandbox.storware.task_views import details

Json = dict[str, Any]


def window(body: Json) -> Json:
    """`windowStart`, `windowEnd` and `priority` of a request, checked."""
    start, end = integer(body, "windowStart"), integer(body, "windowEnd")
    if start is not None and end is not None and end < start:
        raise invalid("windowEnd: must not be before windowStart")
    priority = integer(body, "priority", 0, 100)
    return {"window_start": start, "window_end": end, "priority": 50 if priority is None else priority}


def entities(call: Call, body: Json) -> list[Json]:
    """The VMs that a request names."""
    guids = guids_of(body, "protectedEntities")
    if not guids:
        raise invalid("protectedEntities: at least one protected entity is required")
    return [within(call, call.system.tables.require("vm", guid), "Virtual machine") for guid in guids]


def usable_rules(tables: Tables, vm: Json, guids: list[str]) -> list[Json]:
    """Those rules of a request that belong to a VM's policy.

    :raises Refusal: 400, there is none, or one that must not be used
    """
    if vm["policy"] is None:
        raise invalid(f"Virtual machine {vm['name']} has no backup policy")
    rules = [row for guid in guids if (row := tables.require("rule", guid))["policy"] == vm["policy"]]
    if not rules:
        raise invalid(f"None of the rules belongs to the backup policy of virtual machine {vm['name']}")
    for rule in rules:
        if rule["markedForDeletion"] or not rule["active"]:
            raise invalid(f"Rule {rule['name']} is not active or marked for deletion")
    return rules


def destinations_of(rules: list[Json]) -> list[str]:
    """The active destinations of rules, each once."""
    active = [item["destination"] for rule in rules for item in rule["destinations"] if item["active"]]
    return list(dict.fromkeys(active))


def export_vm(
    tables: Tables, engine: Engine, vm: Json, rules: list[Json], backup_type: str, origin: str, **fields: Any
) -> Task:
    """Queue one export, with its workflow and its backup entry."""
    destinations = fields.pop("destinations", None) or destinations_of(rules)
    guids = [rule["guid"] for rule in rules]
    backup = new_backup(tables, vm, backup_type, guids, origin, engine.stamp())
    workflow = tables.put("workflow", {
        "guid": ids.fresh(), "name": "VM backup", "vm": vm["guid"], "vmName": vm["name"], "project": vm["project"],
        "destinations": destinations, "origin": origin, "priority": fields.get("priority", 50),
        "started": engine.stamp(),
    })  # fmt: skip
    return engine.create(
        "EXPORT", origin=origin, backup_type=backup_type, entity=vm["guid"], entity_name=vm["name"],
        project=vm["project"], hypervisor=vm["hypervisor"], manager=vm["manager"], seconds=float(vm["seconds"]),
        destinations=destinations, rules=guids, backup=backup["guid"], workflow=workflow["guid"], **fields,
    )  # fmt: skip


def create_export(call: Call) -> list[Json]:
    """`POST /tasks/export`: one task for each entity."""
    body, tables, engine = call.object(), call.system.tables, call.system.engine
    vms = entities(call, body)
    backup_type = parse(body.get("backupType"), EXPORT_TYPES, "backupType")
    if body.get("protectedEntityType") is not None:
        kind = parse(body["protectedEntityType"], ENTITY_TYPES, "protectedEntityType")
        if kind != "VM":
            raise invalid(f"protectedEntityType: the entities are not of type {kind}")
    retries = integer(body, "retryCount") or 0
    fields = {**window(body), "retry_count": retries, "user": call.account.name, "request": {"retryCount": retries}}
    boolean(body, "async")
    chosen = _chosen_rules(tables, body, vms)
    if body.get("backupDestination"):
        fields["destinations"] = [
            tables.require("destination", guid_of(body["backupDestination"], "backupDestination"))["guid"]
        ]
    tasks = [export_vm(tables, engine, vm, rules, backup_type, "USER", **fields) for vm, rules in chosen]
    if body.get("async"):
        tasks = [task for task in tasks if engine.seen(task)]
    return [details(tables, task) for task in tasks[: round(len(tasks) * call.system.answered)]]


def _chosen_rules(tables: Tables, body: Json, vms: list[Json]) -> list[tuple[Json, list[Json]]]:
    """Each VM with its rules; everything is checked before anything is queued."""
    guids = guids_of(body, "rules")
    if guids:
        policies = {vm["policy"] for vm in vms}
        for guid in guids:
            if tables.require("rule", guid)["policy"] not in policies:
                raise invalid(f"Rule {guid} does not belong to the backup policy of any of the entities")
        return [(vm, usable_rules(tables, vm, guids)) for vm in vms]
    if not body.get("backupDestination"):
        raise invalid("rules: at least one rule is required")
    return [(vm, []) for vm in vms]


def create_snapshot(call: Call) -> list[Json]:
    """`POST /tasks/snapshot`: only VMs with a snapshot policy, by a rule of that policy."""
    body, tables, engine = call.object(), call.system.tables, call.system.engine
    vms = entities(call, body)
    rule = tables.require("snaprule", guid_of(body.get("rule"), "rule"))
    fields = window(body)
    for vm in vms:
        if vm["snapPolicy"] is None or vm["snapPolicy"] != rule["policy"]:
            raise invalid(f"Virtual machine {vm['name']} does not have the snapshot policy of rule {rule['name']}")
    tasks = [snapshot_vm(tables, engine, vm, rule, "USER", **fields) for vm in vms]
    return [details(tables, task) for task in tasks]


def snapshot_vm(tables: Tables, engine: Engine, vm: Json, rule: Json, origin: str, **fields: Any) -> Task:
    """Queue one snapshot, with its record."""
    snapshot = tables.put("snapshot", {
        "guid": ids.fresh(), "uuid": ids.fresh(), "vm": vm["guid"], "vmName": vm["name"], "project": vm["project"],
        "rule": rule["guid"], "status": "QUEUED", "snapshotTime": engine.stamp(), "standAlone": True,
    })  # fmt: skip
    return engine.create(
        "SNAPSHOT", origin=origin, entity=vm["guid"], entity_name=vm["name"], project=vm["project"], seconds=12.0,
        hypervisor=vm["hypervisor"], manager=vm["manager"], snapshot=snapshot["guid"], **fields,
    )  # fmt: skip
