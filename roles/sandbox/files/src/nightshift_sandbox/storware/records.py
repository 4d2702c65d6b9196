# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Restore jobs, mounted backups, snapshots and workflow executions (specification sections 3.8 and 5.3)."""

from __future__ import annotations

from typing import Any

from nightshift_sandbox.storware import ids
from nightshift_sandbox.storware.call import Call, listing, pruned, within
from nightshift_sandbox.storware.enums import ENTITY_TYPES, MOUNT_MODES, SNAPSHOT_STATUSES, parse, shown
from nightshift_sandbox.storware.policies import shown_snapshot_rule
from nightshift_sandbox.storware.tables import Tables
from nightshift_sandbox.storware.task_views import entity
from nightshift_sandbox.web import Reply

Json = dict[str, Any]


def _visible(call: Call, kind: str) -> list[Json]:
    project = call.project
    return [row for row in call.system.tables.all(kind) if not project or row["project"] == project]


def _timed(call: Call, rows: list[Json], field: str) -> list[Json]:
    begin, end = call.number("from"), call.number("to")
    after = call.number("after")
    lower = max((value for value in (begin, after) if value is not None), default=None)
    return [
        row for row in rows if (lower is None or row[field] >= lower) and (end is None or row[field] <= end)
    ]  # fmt: skip


def restore_job(tables: Tables, row: Json) -> Json:
    """A restore job on the wire."""
    backup = tables.get("backup", row["backup"])
    return {
        "guid": row["guid"],
        "restoreTime": row["restoreTime"],
        "restoreType": shown(row["restoreType"]),
        "status": shown(row["status"]),
        "statusInfo": row["statusInfo"],
        "protectedEntity": entity(tables, row["vm"]) or {"guid": row["vm"], "name": row["vmName"]},
        "backup": {"guid": row["backup"], "snapshotTime": backup["snapshotTime"] if backup else None},
        "type": shown("VM"),
    }


def _entity_name(row: Json) -> str:
    return str(row["protectedEntity"]["name"])


def list_restore_jobs(call: Call) -> Reply:
    """`GET /restore-jobs`."""
    rows = [row for row in _visible(call, "restorejob") if call.one("protected-entity") in ("", row["vm"])]
    rows = _timed(call, rows, "restoreTime")
    return listing(call, (restore_job(call.system.tables, row) for row in rows), _entity_name)


def get_restore_job(call: Call) -> Json:
    """`GET /restore-jobs/{guid}`."""
    row = within(call, call.system.tables.require("restorejob", call.guid), "Restore job")
    return dict(pruned(restore_job(call.system.tables, row)))


def mounted_backup(tables: Tables, row: Json) -> Json:
    """A mounted backup on the wire."""
    backup = tables.get("backup", row["backup"])
    named = entity(tables, row["vm"]) or {"guid": row["vm"], "name": row["name"]}
    return {
        "guid": row["guid"],
        "backup": {
            "guid": row["backup"],
            "snapshotTime": backup["snapshotTime"] if backup else None,
            "protectedEntity": named,
        },
        "mode": shown(row["mode"]),
        "state": shown(row["state"]),
        "node": tables.ref("node", row["node"]),
        "mountedFileSystemCount": row["fileSystems"],
        "mountedFileCount": 0,
    }


def list_mounted(call: Call) -> Reply:
    """`GET /mounted-backups`."""
    rows = _visible(call, "mounted")
    for key, field in (("backup", "backup"), ("node", "node"), ("protected-entity", "vm")):
        if wanted := call.one(key):
            rows = [row for row in rows if row[field] == wanted]
    if mode := call.one("mode"):
        parse(mode, MOUNT_MODES, "mode")
        rows = [row for row in rows if row["mode"] == mode]
    if kind := call.one("protected-entity-type"):
        rows = rows if parse(kind, ENTITY_TYPES, "protected-entity-type") == "VM" else []
    if call.flag("finished-mount") is not None:
        rows = [row for row in rows if (row["state"] == "RUNNING") == call.flag("finished-mount")]
    tables = call.system.tables
    return listing(call, (mounted_backup(tables, row) for row in rows), lambda row: _entity_name(row["backup"]))


def get_mounted(call: Call) -> Json:
    """`GET /mounted-backups/{guid}`."""
    row = within(call, call.system.tables.require("mounted", call.guid), "Mounted backup")
    return dict(pruned(mounted_backup(call.system.tables, row)))


def list_mounted_file_systems(call: Call) -> Reply:
    """`GET /mounted-file-systems/detailed?mounted-backup=`."""
    rows = [row for row in _visible(call, "mounted") if call.one("mounted-backup") in ("", row["guid"])]
    return listing(call, (
        {"guid": ids.known("mfs", f"{row['guid']}/{number}"), "name": f"/mnt/vprotect/{row['name']}/{number}",
         "mountedBackup": {"guid": row["guid"]}}
        for row in rows for number in range(row["fileSystems"])
    ))  # fmt: skip


def snapshot(tables: Tables, row: Json) -> Json:
    """A snapshot on the wire."""
    rule = tables.get("snaprule", row["rule"])
    return {
        "guid": row["guid"],
        "uuid": row["uuid"],
        "snapshotTime": row["snapshotTime"],
        "protectedEntity": entity(tables, row["vm"]) or {"guid": row["vm"], "name": row["vmName"]},
        "rule": shown_snapshot_rule(tables, rule) if rule else None,
        "status": shown(row["status"]),
        "standAlone": row["standAlone"],
        "warnings": [],
        "warningsPresent": False,
        "lastStoredSnapshotAssignments": [],
    }


def list_snapshots(call: Call) -> Reply:
    """`GET /snapshots`."""
    tables, rows = call.system.tables, _visible(call, "snapshot")
    if entities := call.many("protected-entity"):
        rows = [row for row in rows if row["vm"] in entities]
    if status := call.one("status"):
        parse(status, SNAPSHOT_STATUSES, "status")
        rows = [row for row in rows if row["status"] == status]
    if uuid := call.one("uuid"):
        rows = [row for row in rows if row["uuid"] == uuid]
    if rule := call.one("backup-rule"):
        rows = [row for row in rows if row["rule"] == rule]
    if call.flag("stand-alone") is not None:
        rows = [row for row in rows if row["standAlone"] == call.flag("stand-alone")]
    rows = _timed(call, rows, "snapshotTime")
    return listing(call, (snapshot(tables, row) for row in rows), _entity_name)


def get_snapshot(call: Call) -> Json:
    """`GET /snapshots/{guid}`."""
    row = within(call, call.system.tables.require("snapshot", call.guid), "Snapshot")
    return dict(pruned(snapshot(call.system.tables, row)))


def workflow(call: Call, row: Json) -> Json:
    """A workflow execution on the wire: the state of all its tasks together."""
    tables = call.system.tables
    tasks = [task for task in call.system.engine.tasks.values() if task.workflow == row["guid"]]
    states = {task.state for task in tasks}
    if states & {"QUEUED", "RUNNING"} or not states:
        state = "RUNNING" if states else "UNKNOWN"
    elif states == {"FINISHED"}:
        state = "FINISHED"
    else:
        state = "PARTIALLY_FINISHED" if "FINISHED" in states else next(iter(sorted(states)))
    finished = max((task.finished or 0 for task in tasks), default=0)
    return {
        "guid": row["guid"],
        "state": shown(state),
        "definitionName": row["name"],
        "averageProgress": sum(task.progress for task in tasks) / len(tasks) if tasks else 0.0,
        "currentStep": shown(max(tasks, key=lambda task: task.number).type) if tasks else None,
        "protectedEntity": entity(tables, row["vm"]) or {"guid": row["vm"], "name": row["vmName"]},
        "backupDestinations": [tables.ref("destination", guid) for guid in row["destinations"]],
        "originEntity": {"type": shown(row["origin"])},
        "priority": row["priority"],
        "startTime": row["started"],
        "finishTime": finished if state not in ("RUNNING", "UNKNOWN") else None,
    }


def list_workflows(call: Call) -> Reply:
    """`GET /workflow-executions`."""
    return listing(call, (workflow(call, row) for row in _visible(call, "workflow")), _entity_name)


def delete_workflow(call: Call) -> None:
    """`DELETE /workflow-executions/{guid}`: its ended tasks go with it."""
    row = within(call, call.system.tables.require("workflow", call.guid), "Workflow execution")
    call.system.engine.remove_if(lambda task: task.workflow == row["guid"] and task.ended)
    if not any(task.workflow == row["guid"] for task in call.system.engine.tasks.values()):
        call.system.tables.delete("workflow", row["guid"])
