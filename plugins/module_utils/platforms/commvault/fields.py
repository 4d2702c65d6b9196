# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one table of what a Commvault backup request can say.

Each row joins an option of a play with its place in the request. Argument specs, request bodies, XML, JSON Schema and
reference documentation are all made from it, so that a parameter of the vendor's stands in exactly one place. Source:
the vendor's pages "Create Task (Backup)" (JSON and XML), "PostgreSQL Backup Operations" and "Salesforce Backup".

The rows of targets and of payload options are in files of their own; rows of other parts of a request, such as the
pattern of a schedule, join in the same way.
"""

from __future__ import annotations

from .automatic import AUTOMATIC_FIELDS
from .enums import BACKUP_LEVEL, OPERATION_TYPE, POLICY_TYPE, SUBTASK_TYPE, TASK_TYPE
from .field_types import BACKUP, COMMON, SUBTASK, TASK, Field, Group, Kind, Scope
from .pattern_fields import PATTERN_FIELDS
from .payload_fields import PLATFORM_FIELDS
from .target_fields import TARGET_FIELDS

# Parameters that other code has to know. Everything else goes through the table without being named.
BACKUP_LEVEL_WIRE = BACKUP + "backupLevel"
JOB_DESCRIPTION = COMMON + "jobDescription"
NOTIFY_USER = COMMON + "notifyUserOnJobCompletion"

SHARED_FIELDS: tuple[Field, ...] = (
    Field(BACKUP_LEVEL_WIRE, Kind.ENUM, Scope.SHARED, ("level",), enum=BACKUP_LEVEL),
    Field(JOB_DESCRIPTION, Kind.STR, Scope.SHARED, ("description",)),
    Field(NOTIFY_USER, Kind.BOOL, Scope.SHARED, ("notify_user",)),
)

FIXED_FIELDS: tuple[Field, ...] = (
    Field(TASK + "taskType", Kind.ENUM, enum=TASK_TYPE),
    Field(TASK + "policyType", Kind.ENUM, enum=POLICY_TYPE),
    Field(TASK + "taskId", Kind.INT, minimum=0),
    Field(SUBTASK + "subTask/subTaskType", Kind.ENUM, enum=SUBTASK_TYPE),
    Field(SUBTASK + "subTask/operationType", Kind.ENUM, enum=OPERATION_TYPE),
    # The vendor's SDK sends it and no page names it. It is here because XML and JSON Schema must know its type.
    Field(SUBTASK + "subTaskOperation", Kind.INT, minimum=0, documented=False),
)

FIELDS: tuple[Field, ...] = (*TARGET_FIELDS, *SHARED_FIELDS, *PLATFORM_FIELDS, *FIXED_FIELDS)

SCHEDULE_FIELDS: tuple[Field, ...] = (
    Field(SUBTASK + "subTask/subTaskName", Kind.STR, Scope.SHARED, ("name",)),
    Field(SUBTASK + "subTask/subTaskId", Kind.INT, minimum=0, documented=False),
    Field(TASK + "alert/alertId", Kind.INT, Scope.SHARED, ("alert", "id")),
    Field(TASK + "alert/alertName", Kind.STR, Scope.SHARED, ("alert", "name")),
    *PATTERN_FIELDS,
    *AUTOMATIC_FIELDS,
)
"""What a schedule says besides. A backup that starts now has none of it."""

BY_WIRE: dict[str, Field] = {field.wire: field for field in (*FIELDS, *SCHEDULE_FIELDS)}
BY_PLATFORM_OPTION: dict[tuple[str, ...], Field] = {field.option: field for field in PLATFORM_FIELDS}
BY_TARGET_OPTION: dict[str, Field] = {field.option[0]: field for field in TARGET_FIELDS}

GROUPS: tuple[Group, ...] = (
    Group(("backup_options",), ("What kind of backup it is.",)),
    Group(("data_options",), ("How data is read.",)),
    Group(("data_path",), ("Which way the data takes.", "The ID V(0) leaves the choice to the server.")),
    Group(("media",), ("Which media is used and how long the job is kept.",)),
    Group(("vault_tracker",), ("What is done with the media after the job.",)),
    Group(("vault_tracker", "media_status"), ("Media of which status is exported and tracked.",)),
    Group(("virtual_server",), ("Options of backups of virtual machines.",)),
    Group(("retry",), ("How often the job is tried, and how long it may take.",)),
    Group(("startup",), ("How the job starts.",)),
    Group(("admin_user",), ("The user named in the request's administrative part.",)),
    Group(("task",), ("Options of the task that holds the job.",)),
)
