# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""VM backup policies, VM snapshot policies and their rules (specification section 5.4)."""

from __future__ import annotations

from typing import Any

from nightshift_sandbox.storware.call import Call, listing, pruned
from nightshift_sandbox.storware.enums import shown
from nightshift_sandbox.storware.errors import invalid, missing
from nightshift_sandbox.storware.tables import Tables
from nightshift_sandbox.web import Reply

Json = dict[str, Any]


def rules_of(tables: Tables, policy: str, kind: str = "rule") -> list[Json]:
    """The rules of a policy, in their order."""
    rows = [row for row in tables.all(kind) if row["policy"] == policy]
    return sorted(rows, key=lambda row: int(row["position"]))


def shown_rule(tables: Tables, rule: Json, only_active: bool = False) -> Json:
    """A rule on the wire."""
    schedules = [row for row in tables.all("schedule") if rule["guid"] in row["rules"]]
    items = [item for item in rule["destinations"] if item["active"] or not only_active]
    return {
        "guid": rule["guid"],
        "name": rule["name"],
        "policy": tables.ref("policy", rule["policy"]),
        "active": rule["active"],
        "position": rule["position"],
        "markedForDeletion": rule["markedForDeletion"],
        "removable": not rule["markedForDeletion"],
        "schedules": [{"guid": row["guid"], "name": row["name"]} for row in schedules],
        "schedulesCount": len(schedules),
        "vmCount": sum(1 for vm in tables.all("vm") if vm["policy"] == rule["policy"]),
        "daysToKeepRetentionLock": 0,
        "ruleBackupDestinations": [shown_destination(tables, item) for item in items],
    }


def shown_destination(tables: Tables, item: Json) -> Json:
    """A destination of a rule on the wire."""
    return {
        "roleType": shown(item["roleType"]),
        "backupDestination": tables.ref("destination", item["destination"]),
        "active": item["active"],
        "daysToKeepRetentionLock": 0,
        "backupRetentionSettings": item.get("retention"),
    }


def shown_policy(tables: Tables, row: Json, detailed: bool, extended: bool = False) -> Json:
    """A policy on the wire: a list's record, or the details."""
    rules = rules_of(tables, row["guid"])
    if detailed or extended:
        shown_rules = [shown_rule(tables, rule) for rule in rules]
    else:
        shown_rules = [{"guid": rule["guid"], "name": rule["name"]} for rule in rules]
    vms = [vm for vm in tables.all("vm") if vm["policy"] == row["guid"] and not vm["hidden"]]
    base = {
        "guid": row["guid"],
        "name": row["name"],
        "active": row["active"],
        "priority": row["priority"],
        "backupRetryCount": row["backupRetryCount"],
        "rules": shown_rules,
        "averageBackupSize": 0,
    }
    if not detailed:
        return {**base, "autoAssignMode": shown(row["autoAssign"]["mode"]), "vmCount": len(vms)}
    mode = shown(row["autoAssign"]["mode"])
    return {
        **base,
        **row["more"],
        "autoAssignSettings": {**row["autoAssign"], "mode": mode},
        "vms": [{"guid": vm["guid"], "name": vm["name"]} for vm in vms],
        "projects": [tables.ref("project", guid) for guid in row["projects"]],
        "visibleForAllProjects": not row["projects"],
    }


def visible(call: Call) -> list[Json]:
    """The policies that the user and `project-uuid` allow."""
    project = call.project
    rows = call.system.tables.all("policy")
    return [row for row in rows if not project or project in row["projects"]]


def find(call: Call) -> Json:
    """The policy in the path."""
    row = call.system.tables.require("policy", call.guid)
    if call.account.project and row not in visible(call):
        raise missing("VM backup policy", call.guid)
    return row


def list_policies(call: Call) -> Reply:
    """`GET /policies/vm-backup`."""
    tables, rows = call.system.tables, visible(call)
    if vm := call.one("virtual-machine"):
        row = tables.get("vm", vm)
        rows = [policy for policy in rows if row and policy["guid"] == row["policy"]]
    extended = bool(call.flag("extended"))
    return listing(call, (shown_policy(tables, row, detailed=False, extended=extended) for row in rows))


def get_policy(call: Call) -> Json:
    """`GET /policies/vm-backup/{guid}`."""
    return dict(pruned(shown_policy(call.system.tables, find(call), detailed=True)))


def list_by_entities(call: Call) -> list[Json]:
    """`POST /policies/vm-backup/list-by-entities`: GUIDs as plain strings."""
    guids = call.object().get("protectedEntities")
    if not isinstance(guids, list) or not all(isinstance(guid, str) for guid in guids):
        raise invalid("protectedEntities: an array of guids is required")
    tables = call.system.tables
    wanted = {tables.require("vm", guid)["policy"] for guid in guids}
    return [
        pruned(shown_policy(tables, row, detailed=False, extended=True))
        for row in visible(call)
        if row["guid"] in wanted
    ]


def preview(call: Call) -> list[Json]:
    """`POST …/auto-assignment-preview`: nothing would change, as no policy here assigns by itself."""
    call.object()
    return []


def list_snapshot_policies(call: Call) -> Reply:
    """`GET /policies/vm-snapshot`."""
    tables = call.system.tables
    return listing(call, (_shown_snapshot_policy(tables, row) for row in tables.all("snappolicy")))


def get_snapshot_policy(call: Call) -> Json:
    """`GET /policies/vm-snapshot/{guid}`."""
    tables = call.system.tables
    return _shown_snapshot_policy(tables, tables.require("snappolicy", call.guid))


def _shown_snapshot_policy(tables: Tables, row: Json) -> Json:
    rules = [shown_snapshot_rule(tables, rule) for rule in rules_of(tables, row["guid"], "snaprule")]
    vms = [vm for vm in tables.all("vm") if vm["snapPolicy"] == row["guid"]]
    return {
        "guid": row["guid"],
        "name": row["name"],
        "active": row["active"],
        "priority": row["priority"],
        "rules": rules,
        "vms": [{"guid": vm["guid"], "name": vm["name"]} for vm in vms],
        "vmCount": len(vms),
    }


def shown_snapshot_rule(tables: Tables, rule: Json) -> Json:
    """A snapshot rule on the wire."""
    schedules = [row for row in tables.all("schedule") if rule["guid"] in row["rules"]]
    return {
        "guid": rule["guid"],
        "name": rule["name"],
        "policy": tables.ref("snappolicy", rule["policy"]),
        "active": rule["active"],
        "retentionVersions": rule["retentionVersions"],
        "retentionDays": rule["retentionDays"],
        "schedules": [{"guid": row["guid"], "name": row["name"]} for row in schedules],
    }


def list_rules(call: Call) -> Reply:
    """`GET /rules/vm-backup?policy=`."""
    tables, policies = call.system.tables, {row["guid"] for row in visible(call)}
    wanted = call.many("policy")
    rows = [row for row in tables.all("rule") if row["policy"] in policies and (not wanted or row["policy"] in wanted)]
    return listing(call, (shown_rule(tables, row) for row in rows))


def get_rule(call: Call) -> Json:
    """`GET /rules/vm-backup/{guid}?only-active-destinations=false`."""
    tables = call.system.tables
    only_active = bool(call.flag("only-active-destinations"))
    return dict(pruned(shown_rule(tables, tables.require("rule", call.guid), only_active)))
