# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What schedules that are due start."""

from __future__ import annotations

from typing import Any

from nightshift_sandbox.storware.exports import export_vm, snapshot_vm
from nightshift_sandbox.storware.system import System

Json = dict[str, Any]


def fire_due(system: System) -> int:
    """Start the tasks of every schedule that is due; returns how many schedules there were."""
    due = system.plan.due()
    for schedule, at in due:
        length = schedule["startWindowLength"]
        window = {"window_start": at, "window_end": at + length if length else None, "schedule": schedule["guid"]}
        for guid in schedule["rules"]:
            if schedule["type"] == "VM_BACKUP":
                _back_up(system, schedule, guid, window)
            elif schedule["type"] == "VM_SNAPSHOT":
                _snapshot(system, guid, window)
        system.tables.change("schedule", schedule["guid"], lastRun=at)
    return len(due)


def _back_up(system: System, schedule: Json, guid: str, window: Json) -> None:
    tables, engine = system.tables, system.engine
    rule = tables.get("rule", guid)
    policy = tables.get("policy", rule["policy"]) if rule else None
    if rule is None or policy is None or not (rule["active"] and policy["active"]) or rule["markedForDeletion"]:
        return
    retries, priority = policy["backupRetryCount"], policy["priority"]
    for vm in tables.all("vm"):
        if vm["policy"] != policy["guid"] or not vm["present"] or vm["hidden"]:
            continue
        if schedule["backupType"] == "SYNCHRONIZATION":
            # Copies what the first destination holds to the second one, without an export.
            second = [item["destination"] for item in rule["destinations"] if item["roleType"] != "PRIMARY"]
            engine.create(
                "BACKUP_DESTINATION_SYNC", origin="SCHEDULE", entity=vm["guid"], entity_name=vm["name"],
                project=vm["project"], destinations=second, rules=[guid], priority=priority, **window,
            )  # fmt: skip
        else:
            export_vm(
                tables, engine, vm, [rule], schedule["backupType"], "SCHEDULE", retry_count=retries, priority=priority,
                request={"retryCount": retries}, **window,
            )  # fmt: skip


def _snapshot(system: System, guid: str, window: Json) -> None:
    rule = system.tables.get("snaprule", guid)
    if rule is None or not rule["active"]:
        return
    for vm in system.tables.all("vm"):
        if vm["snapPolicy"] == rule["policy"] and vm["present"] and not vm["hidden"]:
            snapshot_vm(system.tables, system.engine, vm, rule, "SCHEDULE", **window)
