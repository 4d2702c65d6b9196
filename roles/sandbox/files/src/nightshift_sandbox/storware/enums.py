# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Enumerations (specification section 3.2): objects on output, objects or names on input."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from nightshift_sandbox.storware.errors import invalid

Json = dict[str, Any]
TASK_TYPES = (
    *("BACKUP_CLEANUP", "BACKUP_DESTINATION_INIT", "BACKUP_DESTINATION_SYNC", "CONNECTIVITY_TEST", "DELETE"),
    *("EJECT_TAPE", "EXPORT", "IMPORT", "IMPORT_TAPE", "INVENTORY_SYNC", "LIVE_MIGRATION", "MOUNT", "RESTORE"),
    *("SCOPED_INVENTORY_SYNC", "SNAPSHOT", "SNAPSHOT_CLEANUP", "SNAPSHOT_REVERSION", "STAGING_CLEANUP", "STORE"),
    *("TAPE_MANAGER_INVENTORY_SYNC", "UNMOUNT", "UPLOAD"),
)
TASK_STATES = ("QUEUED", "RUNNING", "FINISHED", "FAILED", "CANCELLED")
ENDED = ("FINISHED", "FAILED", "CANCELLED")
BACKUP_TYPES = ("FULL", "INCREMENTAL", "SYNTHETIC", "SYNCHRONIZATION")
EXPORT_TYPES = ("FULL", "INCREMENTAL")
BACKUP_STATUSES = ("QUEUED", "INPROGRESS", "SUCCESS", "PARTIAL_SUCCESS", "FAILED", "SUCCESS_REMOVED")
GOOD_BACKUPS = ("SUCCESS", "PARTIAL_SUCCESS")
LOCATION_STATUSES = ("IN_PROGRESS", "PRESENT", "FAILED", "REMOVED")
SNAPSHOT_STATUSES = ("QUEUED", "CREATING", "PRESENT", "FAILED", "REMOVED")
PROTECTION = ("IS_PROTECTED", "NOT_PROTECTED", "NO_SCHEDULE")
ENTITY_TYPES = (
    *("VM", "APP", "STORAGE", "OS", "OS_AGENT", "CLOUD"),
    *("CLOUD_USER", "CLOUD_GROUP", "CLOUD_SITE", "CLOUD_TEAMS"),
)
MOUNT_MODES = (
    *("AUTO", "MANUAL", "ISCSI"),
    *("INSTANT_RESTORE", "CLOUD_DOWNLOAD", "CLOUD_PST_DOWNLOAD", "OS_DOWNLOAD"),
)
DISK_FORMATS = ("PREALLOCATED", "SPARSE")
ROLES = ("PRIMARY", "SECONDARY", "ARCHIVE")
SCHEDULE_TYPES = ("VM_BACKUP", "VM_SNAPSHOT", "APP_BACKUP")
EXECUTION_TYPES = ("TIME", "INTERVAL")
DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
OCCURRENCES = ("FIRST_IN_MONTH", "SECOND_IN_MONTH", "THIRD_IN_MONTH", "FOURTH_IN_MONTH", "LAST_IN_MONTH")
MONTHS = (
    *("JANUARY", "FEBRUARY", "MARCH", "APRIL", "MAY", "JUNE"),
    *("JULY", "AUGUST", "SEPTEMBER", "OCTOBER", "NOVEMBER", "DECEMBER"),
)
AUTO_ASSIGN = ("DISABLED", "ASSIGN_ONLY", "ASSIGN_AND_REMOVE")
#: Platforms on which an incremental backup exists (section 5.1).
WITH_INCREMENTAL = ("KVM", "CITRIX", "ESXI", "HYPERV", "RHV", "NUTANIX", "VCENTER")
_ACRONYMS = {"VM", "OS", "ISCSI", "VCENTER", "RHV", "KVM", "OPENSTACK", "PROXMOX", "S3", "FILESYSTEM"}
_SPECIAL = {"INPROGRESS": "In progress"}


def shown(name: str | None) -> Json | None:
    """The enum object of a name; nothing for nothing."""
    if name is None:
        return None
    words = name if name in _ACRONYMS else name.replace("_", " ").capitalize()
    return {"name": name, "description": _SPECIAL.get(name, words)}


def parse(value: Any, allowed: Iterable[str], field: str) -> str:
    """The name in an enum object or a plain string.

    :raises Refusal: 400, neither, or an unknown name
    """
    name = value.get("name") if isinstance(value, dict) else value
    if not isinstance(name, str):
        raise invalid(f"{field}: an enumeration value is required")
    if name not in tuple(allowed):
        raise invalid(f"{field}: unknown value '{name}'; known: {', '.join(allowed)}")
    return name


def parse_all(values: Any, allowed: Iterable[str], field: str) -> list[str]:
    """The names in an array of enumeration values; null is an empty array."""
    if values is None:
        return []
    if not isinstance(values, list):
        raise invalid(f"{field}: an array is required")
    return [parse(value, allowed, field) for value in values]
