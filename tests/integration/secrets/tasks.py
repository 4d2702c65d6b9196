# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A task for each module, on each platform that it has."""

from __future__ import annotations

from typing import Any

TARGET = {"client": "web02", "app": "Linux File System", "backupset": "defaultBackupSet", "subclient": "default"}
PATTERN = {"frequency": "daily", "at": "21:00"}
# Each host has schedules of its own, so that each makes them.
NIGHTLY, WEEKLY = "nightly of {{ inventory_hostname }}", "weekly of {{ inventory_hostname }}"
SCHEDULE = {"name": NIGHTLY, "targets": [TARGET], "level": "full", "pattern": PATTERN}
VM = {"name": "db01"}
JOB = 41
GUID = "b2559e5c-0f6e-4a0b-9d5e-3c1f0a7d4e21"
POLICY_SCHEDULE = {
    "name": NIGHTLY,
    "level": "full",
    "pattern": PATTERN,
    "storware": {"policies": ["gold"]},
}

# Module: its options, for each platform.
COMMVAULT: dict[str, dict[str, Any]] = {
    "session": {},
    "backup_task": {"targets": [TARGET], "level": "full", "settle": "1s"},
    "backup_schedule": SCHEDULE,
    "backup_schedules": {"schedules": [{**SCHEDULE, "name": WEEKLY}]},
    "backup_schedule_info": {},
    "task_info": {"detailed": True},
    "task_state": {"ids": [JOB], "state": "cancelled"},
    "protection_info": {"targets": [TARGET], "max_age": "1d"},
}
STORWARE: dict[str, dict[str, Any]] = {
    "storware_operation": {"operation": "list_tasks"},
    "storware_info": {"what": "virtual_machines"},
    "session": {},
    "backup_task": {"targets": [VM], "level": "full", "settle": "1s"},
    "backup_schedule": POLICY_SCHEDULE,
    "backup_schedules": {"schedules": [{**POLICY_SCHEDULE, "name": WEEKLY}]},
    "backup_schedule_info": {},
    "task_info": {},
    "task_state": {"ids": [GUID], "state": "cancelled"},
    "protection_info": {"targets": [VM], "max_age": "1d"},
}
# Each module once.
MODULES = {
    **{name: ("commvault", options) for name, options in COMMVAULT.items()},
    "storware_operation": ("storware", STORWARE["storware_operation"]),
    "storware_info": ("storware", STORWARE["storware_info"]),
}


def task(name: str, module: str, options: dict[str, Any], **keywords: Any) -> dict[str, Any]:
    """Return a task that is called ``name``."""
    return {"name": name, f"nightshift.backup.{module}": options, **keywords}
