# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`/_sandbox/storware…`: what tests do to the Storware part of the sandbox."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from typing import Any

from nightshift_sandbox.storware import ids
from nightshift_sandbox.storware.backups import shown_backup
from nightshift_sandbox.storware.engine import HOUR
from nightshift_sandbox.storware.exports import destinations_of, export_vm
from nightshift_sandbox.storware.history import backup_row
from nightshift_sandbox.storware.life_restore import new_vm
from nightshift_sandbox.storware.policies import rules_of
from nightshift_sandbox.storware.system import System
from nightshift_sandbox.storware.task_views import details
from nightshift_sandbox.web import Request
from nightshift_sandbox.world import World

Json = dict[str, Any]
COUNTED = ("vm", "policy", "rule", "schedule", "backup", "snapshot", "mounted", "restorejob", "workflow")
SETTINGS = ("threads", "session_minutes", "task_retention_hours")
#: Keys that set a task's field of the same name.
TASK_FIELDS = (
    *("type", "state", "priority", "seconds", "work", "progress", "started", "finished", "status_info", "origin"),
    *("user", "backup_type", "node", "retry_count", "frozen", "window_start", "window_end", "created", "schedule"),
)


def _body(request: Request) -> Any:
    return json.loads(request.body or b"{}")


def state(world: World, _request: Request) -> Json:
    """Counts, and the settings in force."""
    system = world.storware
    tasks = list(system.engine.tasks.values())
    return {
        **{kind: system.tables.count(kind) for kind in COUNTED},
        "tasks": dict(Counter(task.state for task in tasks)),
        "tasks_total": len(tasks),
        "backups": dict(Counter(row["status"] for row in system.tables.all("backup"))),
        "sessions": system.sessions.live,
        "next_run": system.plan.next_due(),
        "cookies": list(system.sessions.names),
    }


def change(world: World, request: Request) -> Json:
    """`{"purge": true}` or a list of GUIDs, `{"expire_sessions": true}`, and the settings of `SETTINGS`."""
    system, body = world.storware, _body(request)
    unknown = set(body) - {"purge", "expire_sessions", *SETTINGS}
    if unknown:
        raise ValueError(f"unknown keys: {', '.join(sorted(unknown))}")
    answer: Json = {}
    if "purge" in body:
        chosen = body["purge"]
        answer["purged"] = system.engine.remove_if(
            lambda task: task.guid in chosen if isinstance(chosen, list) else bool(chosen) and task.ended
        )
    if body.get("expire_sessions"):
        answer["expired"] = system.sessions.expire_all()
    for name in SETTINGS:
        if name in body:
            system.tables.set_setting(name, float(body[name]))
    return {**answer, **state(world, request)}


def _vm(system: System, given: Json) -> Json:
    """The VM of a body's `vm`: its GUID, or the name of one that is present."""
    wanted = given["vm"]
    row = system.tables.get("vm", wanted)
    if row is None:
        row = next((row for row in system.tables.all("vm") if row["name"] == wanted and row["present"]), None)
    if row is None:
        raise KeyError(f"no VM {wanted}")
    return row


def task(world: World, request: Request) -> Json:
    """Create an export of a `vm`, as another user's, or change a task (`guid`); see `TASK_FIELDS`.

    `created_ago`, `started_ago`, `finished_ago` are seconds before the sandbox's present. A new task is frozen unless
    the body says otherwise.
    """
    system, body = world.storware, _body(request)
    values = {key: body[key] for key in TASK_FIELDS if key in body}
    for key in ("created", "started", "finished"):
        if f"{key}_ago" in body:
            values[key] = system.stamp() - int(float(body[f"{key}_ago"]) * 1000)
    if "guid" in body:
        found = system.engine.tasks[body["guid"]]
    else:
        vm = _vm(system, body)
        rules = [rule for rule in rules_of(system.tables, vm["policy"] or "") if rule["active"]]
        found = export_vm(system.tables, system.engine, vm, rules, body.get("backup_type", "FULL"), "USER")
        values = {"frozen": True, "user": "stranger", **values}
    changed = replace(found, **values)
    if changed.ended and changed.finished is None:
        changed.finished = system.stamp()
    system.engine.adopt(changed)
    if changed.state == "RUNNING" and changed.backup:
        system.tables.change("backup", changed.backup, status="INPROGRESS", snapshotTime=changed.started)
    return {"task": details(system.tables, changed), "backup": changed.backup}


def backup(world: World, request: Request) -> Json:
    """Create a backup of a `vm` (`status`, `type`, `age_hours`), or change one (`guid` and fields to set)."""
    system, body = world.storware, _body(request)
    if "guid" in body:
        row = {**system.tables.require("backup", body["guid"]), **body}
    else:
        vm = _vm(system, body)
        rules = [rule for rule in rules_of(system.tables, vm["policy"] or "") if rule["active"]]
        at = system.stamp() - int(float(body.get("age_hours", 1)) * HOUR)
        row = backup_row(vm, ids.fresh(), at, body.get("type", "FULL"), body.get("status", "SUCCESS"))
        row = {**row, "rule": rules[0]["guid"] if rules else None, "locations": []}
        for destination in destinations_of(rules):
            place = {"guid": ids.fresh(), "destination": destination, "status": "PRESENT", "roleType": "PRIMARY"}
            row["locations"].append({**place, "statusInfo": None, "hint": body.get("hint", "STANDARD_RETENTION")})
        system.tables.change("vm", vm["guid"], lastBackup=row["backupTime"])
    system.tables.put("backup", row)
    return {"backup": shown_backup(system.tables, row)}


def vm(world: World, request: Request) -> Json:
    """Change a VM (`vm`, and of `destiny`, `seconds`, `present`, `hidden`, `policy`), or make one (`new`, its name)."""
    system, body = world.storware, _body(request)
    if "new" in body:
        host = system.tables.all("hypervisor")[0]
        row = new_vm(body["new"], host["guid"], host["manager"], None, 1 << 30)
    else:
        row = _vm(system, body)
    values = {key: body[key] for key in ("destiny", "seconds", "present", "hidden") if key in body}
    if "policy" in body:
        policy = system.tables.named("policy", body["policy"]) if body["policy"] else None
        values["policy"] = policy["guid"] if policy else None
    system.tables.put("vm", {**row, **values})
    return {"vm": {**row, **values}}
