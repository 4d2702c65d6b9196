# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Creating, replacing and deleting policies and rules: what is not sent is reset (specification section 5.4)."""

from __future__ import annotations

from typing import Any

from nightshift_sandbox.storware import ids
from nightshift_sandbox.storware.call import Call, boolean, guid_of, guids_of, integer, items, pruned, text
from nightshift_sandbox.storware.enums import AUTO_ASSIGN, ROLES, parse
from nightshift_sandbox.storware.errors import conflict, invalid
from nightshift_sandbox.storware.policies import find, rules_of, shown_policy, shown_rule
from nightshift_sandbox.storware.tables import Tables

Json = dict[str, Any]
LISTS = ("includeTags", "excludeTags", "includeRegExps", "excludeRegExps", "hvClusters")
SWITCHES = ("autoRemoveNonPresent", "dailyReportEnabled", "disableCleanOldBackups", "quiesceBeforeSnapshot")
THRESHOLDS = ("failRemainingBackupTasksExportThreshold", "failRemainingBackupTasksStoreThreshold")


def checked_name(call: Call, kind: str, body: Json, guid: str = "") -> str:
    """The name in a body with the project's prefix, which nothing else of that kind may have."""
    name = text(body, "name").strip()
    if not 1 <= len(name) <= 255:
        raise invalid("name: 1 to 255 characters are required")
    name = prefixed(call, name)
    if any(row["name"] == name and row["guid"] != guid for row in call.system.tables.all(kind)):
        raise conflict(f"name: '{name}' is already in use")
    return name


def prefixed(call: Call, name: str) -> str:
    """The name of what is made within a project: it begins with the project."""
    row = call.system.tables.get("project", call.project)
    prefix = f"uuid_{row['uuid']}_" if row else ""
    return name if name.startswith(prefix) else prefix + name


def _auto_assign(body: Json) -> Json:
    given = body.get("autoAssignSettings") or {}
    mode = parse(given.get("mode", "DISABLED"), AUTO_ASSIGN, "autoAssignSettings.mode")
    return {"mode": mode, **{key: given.get(key) or [] for key in LISTS}}


def _policy(call: Call, body: Json, guid: str) -> Json:
    tables = call.system.tables
    name, priority = checked_name(call, "policy", body, guid), integer(body, "priority", 0, 100)
    more: Json = {key: boolean(body, key) for key in SWITCHES}
    more |= {key: integer(body, key, 0, 100) or 0 for key in THRESHOLDS}
    projects = [tables.require("project", call.project)["guid"]] if call.project else guids_of(body, "projects")
    return {
        "guid": guid,
        "name": name,
        "active": boolean(body, "active", default=True),
        "priority": 50 if priority is None else priority,
        "backupRetryCount": integer(body, "backupRetryCount") or 0,
        "autoAssign": _auto_assign(body),
        "projects": projects,
        "more": more,
    }


def create_policy(call: Call) -> Json:
    """`POST /policies/vm-backup`."""
    return _save(call, ids.fresh())


def replace_policy(call: Call) -> None:
    """`PUT /policies/vm-backup/{guid}`."""
    _save(call, str(find(call)["guid"]))


def _save(call: Call, guid: str) -> Json:
    tables, body = call.system.tables, call.object()
    row, vms = _policy(call, body, guid), guids_of(body, "vms")
    for vm in vms:
        tables.require("vm", vm)
    rules = [_rule(tables, item, guid, position) for position, item in enumerate(items(body, "rules"))]
    tables.put("policy", row)
    kept = {rule["guid"] for rule, _unused in rules}
    for old in rules_of(tables, guid):
        if old["guid"] not in kept:
            tables.delete("rule", old["guid"])
    for rule, schedules in rules:
        tables.put("rule", rule)
        assign_schedules(tables, rule["guid"], schedules)
    for machine in tables.all("vm"):
        if machine["guid"] in vms or machine["policy"] == guid:
            tables.put("vm", {**machine, "policy": guid if machine["guid"] in vms else None})
    return dict(pruned(shown_policy(tables, row, detailed=True)))


def _rule(tables: Tables, item: Any, policy: str, position: int) -> tuple[Json, list[str]]:
    """A rule of a body, and the schedules it names."""
    if not isinstance(item, dict):
        raise invalid("rules: an array of rules is required")
    if item.get("guid"):
        tables.require("rule", item["guid"])
    row = {
        "guid": item.get("guid") or ids.fresh(),
        "name": text(item, "name") or "Default",
        "policy": policy,
        "active": boolean(item, "active", default=True),
        "position": position,
        "markedForDeletion": False,
        "destinations": [_destination(tables, entry) for entry in items(item, "ruleBackupDestinations")],
    }
    schedules = guids_of(item, "schedules")
    for guid in schedules:
        tables.require("schedule", guid)
    return row, schedules


def _destination(tables: Tables, entry: Json) -> Json:
    destination = tables.require("destination", guid_of(entry.get("backupDestination"), "backupDestination"))
    return {
        "roleType": parse(entry.get("roleType"), ROLES, "roleType"),
        "destination": destination["guid"],
        "active": boolean(entry, "active", default=True),
        "retention": entry.get("backupRetentionSettings"),
    }


def assign_schedules(tables: Tables, rule: str, schedules: list[str]) -> None:
    """Let exactly these schedules use a rule."""
    for row in tables.all("schedule"):
        others = [guid for guid in row["rules"] if guid != rule]
        rules = [*others, rule] if row["guid"] in schedules else others
        if rules != row["rules"]:
            tables.put("schedule", {**row, "rules": rules})


def delete_policy(call: Call) -> None:
    """`DELETE /policies/vm-backup/{guid}`: its VMs are without one afterwards."""
    tables, row = call.system.tables, find(call)
    for rule in rules_of(tables, row["guid"]):
        assign_schedules(tables, rule["guid"], [])
        tables.delete("rule", rule["guid"])
    for vm in tables.all("vm"):
        if vm["policy"] == row["guid"]:
            tables.put("vm", {**vm, "policy": None})
    tables.delete("policy", row["guid"])


def create_rule(call: Call) -> Json:
    """`POST /rules/vm-backup`."""
    tables, body = call.system.tables, call.object()
    policy = tables.require("policy", guid_of(body.get("policy"), "policy"))
    row, schedules = _rule(tables, {**body, "guid": None}, policy["guid"], len(rules_of(tables, policy["guid"])))
    tables.put("rule", row)
    assign_schedules(tables, row["guid"], schedules)
    return dict(pruned(shown_rule(tables, row)))


def replace_rule(call: Call) -> None:
    """`PUT /rules/vm-backup/{guid}`."""
    tables, body = call.system.tables, call.object()
    old = tables.require("rule", call.guid)
    row, schedules = _rule(tables, {**body, "guid": call.guid}, old["policy"], old["position"])
    tables.put("rule", row)
    assign_schedules(tables, call.guid, schedules)


def delete_rule(call: Call) -> None:
    """`DELETE /rules/vm-backup/{guid}`."""
    tables = call.system.tables
    tables.require("rule", call.guid)
    assign_schedules(tables, call.guid, [])
    tables.delete("rule", call.guid)
