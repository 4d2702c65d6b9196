# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The request bodies of the task operations, field by field.

The vendor's page shows most types by example only, and many not at all. What is known from the vendor's manual and own
clients is marked as observed, and what the page's wording suggests as inferred. Types of which something is unknown
take any further field.
"""

from __future__ import annotations

from .operation_types import (
    COUNT,
    FLAG,
    GUID_TEXT,
    MOMENT,
    NUMBER,
    PRIORITY,
    REF,
    REFS,
    TASK_STATES,
    TEXT,
    Body,
    BodyField,
    Known,
    choice,
    listed,
)

_OBSERVED, _INFERRED = Known.OBSERVED, Known.INFERRED

_WINDOW = (
    BodyField("windowStart", MOMENT),
    BodyField("windowEnd", MOMENT),
    BodyField("priority", PRIORITY),
)

EXPORT = Body(
    "ExportTaskRequest",
    (
        *_WINDOW,
        BodyField("backupType", choice("FULL", "INCREMENTAL"), required=True),
        BodyField("protectedEntities", REFS, _OBSERVED, required=True),
        BodyField("rules", REFS, _OBSERVED),
        BodyField("backupDestination", REF, _OBSERVED),
        BodyField("retryCount", COUNT, _OBSERVED),
        BodyField("protectedEntityType", TEXT, _OBSERVED),
        BodyField("async", FLAG, _OBSERVED),
    ),
)
SNAPSHOT = Body(
    "SnapshotTaskRequest",
    (
        *_WINDOW,
        BodyField("protectedEntities", REFS, _OBSERVED, required=True),
        BodyField("rule", REF, _OBSERVED),
    ),
)
REVERSION = Body("SnapshotReversionTaskRequest", (*_WINDOW, BodyField("snapshot", REF, _INFERRED)))

# The copy to restore from: the page's own clients name its location, older ones the backup.
RESTORE = Body(
    "RestoreTaskRequest",
    (
        BodyField("backup", REF, _INFERRED),
        BodyField("backupLocation", REF, _INFERRED),
        BodyField("node", REF, _INFERRED),
        BodyField("restorePath", TEXT, _INFERRED),
    ),
)
RESTORE_AND_IMPORT = Body(
    "RestoreAndImportTaskRequest",
    (
        BodyField("backupLocation", REF, _OBSERVED, required=True),
        BodyField("backup", REF, _OBSERVED),
        BodyField("hypervisorManager", REF, _OBSERVED),
        BodyField("hypervisor", REF, _OBSERVED),
        BodyField("restoreStorageId", TEXT, _OBSERVED),
        BodyField("restoreClusterId", TEXT, _OBSERVED),
        BodyField("restoredPeName", TEXT, _OBSERVED),
        BodyField("restoreProject", TEXT, _OBSERVED),
        BodyField("dataCenter", {"type": "object", "required": ["name"]}, _OBSERVED),
        BodyField("baseImage", {"type": "object", "required": ["uuid"]}, _OBSERVED),
        BodyField("restoredDiskAllocationFormat", choice("PREALLOCATED", "SPARSE"), _OBSERVED),
        BodyField("overwrite", FLAG, _OBSERVED),
        BodyField("restoreToOriginalVolumeType", FLAG, _OBSERVED),
        BodyField("restoreVmFlavor", {"type": "object"}, _OBSERVED),
        BodyField("restoredNetworks", listed("network", "networkInterfaceCard"), _OBSERVED),
        BodyField("taskFiles", listed("backupFile", "diskName", "excludedFromRestore", "storageId"), _OBSERVED),
    ),
)
RESTORE_AND_MOUNT = Body(
    "RestoreAndMountTaskRequest",
    (
        BodyField("backupLocation", REF, _OBSERVED, required=True),
        BodyField("mode", choice("AUTO", "MANUAL", "ISCSI"), required=True),
        BodyField("node", REF, _OBSERVED),
        BodyField("mountedFileSystems", listed("fileSystem", "mountPath"), _OBSERVED),
        BodyField("mountedDisks", listed("backupFile"), _OBSERVED),
        BodyField("allowedClients", {"type": "array", "items": TEXT}, _OBSERVED),
        BodyField("unmountTime", MOMENT, _OBSERVED),
    ),
)
INSTANT_RESTORE = Body(
    "InstantRestoreTaskRequest",
    (
        BodyField("mode", choice()),
        BodyField("backupLocation", REF, _INFERRED),
        BodyField("node", REF, _INFERRED),
    ),
)
_MOUNTED = (BodyField("mountedBackup", REF, _OBSERVED, required=True),)
MOUNT = Body("MountTaskRequest", _MOUNTED, whole=True)
UNMOUNT = Body("UnmountTaskRequest", _MOUNTED, whole=True)
LIVE_MIGRATION = Body("LiveMigrationTaskRequest")
UPLOAD = Body("UploadFilesRequest")
IMPORT_FOR_CLOUD = Body("ImportForCloudTaskRequest")
IMPORT_FOR_CLOUD_PER_FEATURE = Body("CloudTaskWithOptionsPerFeatureRequest")
IMPORT_FOR_OS_AGENT = Body("ImportForAgentTaskRequest")

INVENTORY_SYNC = Body(
    "InventorySyncTaskRequest",
    (BodyField("hypervisorManagers", REFS, _OBSERVED), BodyField("hypervisors", REFS, _INFERRED)),
)
CONNECTIVITY_TEST = Body(
    "ConnectivityTestTaskRequest",
    (
        BodyField("hypervisors", REFS, _INFERRED),
        BodyField("hypervisorManagers", REFS, _INFERRED),
        BodyField("backupDestinations", REFS, _INFERRED),
        BodyField("storageProviders", REFS, _INFERRED),
    ),
)
EJECT_TAPE = Body("EjectTapeTaskRequest", (BodyField("tapes", REFS, _INFERRED),))
IMPORT_TAPE = Body("ImportTapeTaskRequest", (BodyField("tapes", REFS, _INFERRED),))
TAPE_MANAGER_SYNC = Body("TapeManagerInventorySyncTaskRequest", (BodyField("tapeManagers", REFS, _INFERRED),))

_ENTITY_GUID = (BodyField("value", GUID_TEXT, _OBSERVED, required=True),)
DELETE_ENTITY = Body("StringDTO", _ENTITY_GUID, whole=True)
DELETE_ENTITIES = Body("StringDTO", _ENTITY_GUID, array=True, whole=True)
PLATFORM_ID = Body("StringDTO", (BodyField("value", TEXT, _OBSERVED, required=True),), whole=True)
REMOVE_OLD_BACKUPS = Body("BackupCleanupTaskRequest")
REMOVE_OLD_SNAPSHOTS = Body("SnapshotsCleanupTaskRequest")

TASK_RECORDS = Body(
    "TaskListRecord",
    (
        BodyField("guid", GUID_TEXT, required=True),
        BodyField("type", choice()),
        BodyField("state", choice()),
        BodyField("windowStart", MOMENT),
        BodyField("windowEnd", MOMENT),
        BodyField("progress", NUMBER),
    ),
    array=True,
)
TASKS_STATE = Body(
    "UpdateTasksStateRequest",
    (
        BodyField("state", {"anyOf": [{"enum": list(TASK_STATES)}, choice(*TASK_STATES)]}, _INFERRED, required=True),
        BodyField("tasks", REFS, _INFERRED, required=True),
    ),
)
_STATE_OBJECT = {"type": "object", "required": ["state"], "properties": {"state": choice(*TASK_STATES)}}
TASK_STATE = Body("TaskState", bare={"anyOf": [{"enum": list(TASK_STATES)}, _STATE_OBJECT]})
BACKUP_TYPE = Body("BackupType", bare={"enum": ["FULL", "INCREMENTAL", "SYNTHETIC", "SYNCHRONIZATION"]})

CBT = Body("UpdateCbtTaskRequest")
INC_SNAP_REQUIRED = Body(
    "UpdateIncSnapRequired", (BodyField("incSnapRequired", FLAG, _INFERRED), BodyField("task", REF, _INFERRED))
)
OBJECT_COUNTS = Body(
    "UpdateTaskProgressRequest",
    (BodyField("processedObjectCount", COUNT, _INFERRED), BodyField("totalObjectCount", COUNT, _INFERRED)),
)
PROGRESS = Body("DoubleDTO", (BodyField("value", NUMBER, _INFERRED, required=True),))
TASK_FILES = Body("TaskFilesListRequest")
TRANSFER_INFO = Body("TransferInfoRequest")
TRANSFER_RATE = Body("DataTransferRateRequest")
INSTANCE_INVENTORY = Body("InstanceScopedInventoryRequest")
FULL_INVENTORY = Body("FullInventoryRequest", (BodyField("type", choice()),))
TAPE_MANAGER_INVENTORY = Body("TapeManagerInventoryRequest")
