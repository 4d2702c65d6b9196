# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of the field table: the options below ``commvault``."""

from __future__ import annotations

from functools import partial

from .enums import INC_LEVEL, INITIATED_FROM
from .field_types import BACKUP, COMMON, TASK, Field, Kind, Scope, option_row
from .media_fields import MEDIA_FIELDS

_ADMIN_USER = "subTasks[]/options/adminOpts/clientInstallOption/installerOption/User/"


_opts = partial(option_row, BACKUP)
_BACKUP_OPTIONS: tuple[Field, ...] = (
    _opts(
        "backup_options.collect_meta_info",
        "collectMetaInfo",
        Kind.BOOL,
        "Whether file and folder metadata is collected, which single items are restored by.",
        "The server's own choice is yes for full and streaming backups, no for IntelliSnap and incremental ones.",
    ),
    _opts("backup_options.do_not_truncate_log", "doNotTruncateLog", Kind.BOOL, "Whether logs are left untruncated."),
    _opts(
        "backup_options.inc_level",
        "incLevel",
        Kind.ENUM,
        "Whether the incremental backup runs before or after the synthetic full.",
        "Needs O(commvault.backup_options.run_incremental_backup=true).",
        enum=INC_LEVEL,
    ),
    _opts(
        "backup_options.incremental_data_with_logs",
        "incrementalDataWithLogs",
        Kind.BOOL,
        "Whether an incremental backup takes data as well as logs (PostgreSQL, MySQL).",
    ),
    _opts(
        "backup_options.is_sp_has_in_line_copy",
        "isSpHasInLineCopy",
        Kind.BOOL,
        "Whether the storage policy has an inline copy. The vendor says no more about it than its name.",
    ),
    _opts(
        "backup_options.run_incremental_backup",
        "runIncrementalBackup",
        Kind.BOOL,
        "Whether an incremental backup runs together with a synthetic full.",
        "It means nothing with another level.",
    ),
    _opts("backup_options.run_silo_backup", "runSILOBackup", Kind.BOOL, "Whether a SILO backup is run."),
    _opts(
        "backup_options.sybase_skip_full_after_log_backup",
        "sybaseSkipFullafterLogBkp",
        Kind.BOOL,
        "Whether new Sybase databases are spared a full backup after a log backup.",
    ),
    _opts("backup_options.truncate_logs_on_source", "truncateLogsOnSource", Kind.BOOL, "Whether logs are truncated."),
)

_data = partial(option_row, BACKUP + "dataOpt/")
_DATA_OPTIONS: tuple[Field, ...] = (
    _data("data_options.create_new_index", "createNewIndex", Kind.BOOL, "Whether a new index is begun."),
    _data(
        "data_options.enable_index_check_pointing",
        "enableIndexCheckPointing",
        Kind.BOOL,
        "Whether the index is saved at check points while the job runs.",
    ),
    _data(
        "data_options.enforce_transaction_log_usage",
        "enforceTransactionLogUsage",
        Kind.BOOL,
        "Whether an interrupted job picks up from its transaction logs.",
    ),
    _data(
        "data_options.follow_mount_points",
        "followMountPoints",
        Kind.BOOL,
        "Whether data below mount points is backed up.",
    ),
    _data(
        "data_options.skip_catalog_phase_for_snap_backup",
        "skipCatalogPhaseForSnapBackup",
        Kind.BOOL,
        "Whether a snapshot backup goes without its catalog phase.",
    ),
    _data(
        "data_options.skip_consistency_check",
        "skipConsistencyCheck",
        Kind.BOOL,
        "Whether the consistency check is left out.",
    ),
    _data("data_options.space_reclamation", "spaceReclamation", Kind.BOOL, "Whether deleted stubs are looked for."),
    _data("data_options.verify_synth_full", "verifySynthFull", Kind.BOOL, "Whether a synthetic full is verified."),
)

_VIRTUAL_SERVER: tuple[Field, ...] = (
    Field(
        BACKUP + "vsaBackupOptions/backupFailedVMsOnly",
        Kind.BOOL,
        Scope.PLATFORM,
        ("virtual_server", "backup_failed_vms_only"),
        ("Whether only virtual machines that failed in the job before are backed up.",),
        child_element=True,
    ),
)

_retry = partial(option_row, COMMON + "jobRetryOpts/")
_RETRY: tuple[Field, ...] = (
    _retry(
        "retry.enable_number_of_retries",
        "enableNumberOfRetries",
        Kind.BOOL,
        "Whether the job is tried again. Naming a number switches it on unless it is set.",
    ),
    _retry("retry.number_of_retries", "numberOfRetries", Kind.INT, "How often the job is tried again."),
    _retry(
        "retry.kill_running_job_when_total_running_time_expires",
        "killRunningJobWhenTotalRunningTimeExpires",
        Kind.BOOL,
        "Whether the job is killed at the end of that time even while it is running.",
        "The time is O(commvault.retry.total_running_time), which this needs.",
    ),
    _retry(
        "retry.enable_total_running_time",
        "runningTime/enableTotalRunningTime",
        Kind.BOOL,
        "Whether the job is killed at the end of O(commvault.retry.total_running_time) unless it is running just then.",
        "Naming a time switches it on unless it is set.",
    ),
    _retry(
        "retry.total_running_time",
        "runningTime/totalRunningTime",
        Kind.DURATION,
        "How long the job may exist, for example V(90m), V(4h) or quoted V(01:05:00).",
    ),
)

_STARTUP: tuple[Field, ...] = (
    Field(
        COMMON + "startUpOpts/priority",
        Kind.INT,
        Scope.PLATFORM,
        ("startup", "priority"),
        ("The job's priority, from V(0), the highest, to V(999).",),
        minimum=0,
        maximum=999,
    ),
    option_row(
        COMMON,
        "startup.start_in_suspended_state",
        "startUpOpts/startInSuspendedState",
        Kind.BOOL,
        "Whether the job waits, suspended, until somebody resumes it.",
    ),
    option_row(
        COMMON,
        "startup.use_default_priority",
        "startUpOpts/useDefaultPriority",
        Kind.BOOL,
        "Whether the job has the default priority. Naming a priority sends V(false) unless it is set.",
    ),
)

_ADMIN: tuple[Field, ...] = (
    option_row(_ADMIN_USER, "admin_user.user_id", "userId", Kind.INT, "The user's ID."),
    option_row(_ADMIN_USER, "admin_user.user_name", "userName", Kind.STR, "The user's name."),
)

_TASK_OPTIONS: tuple[Field, ...] = (
    option_row(
        TASK,
        "task.sequence_number",
        "sequenceNumber",
        Kind.INT,
        "A number of your own, other than zero. The task ID V(0) of a new task is sent with it.",
    ),
    option_row(
        TASK,
        "task.initiated_from",
        "initiatedFrom",
        Kind.ENUM,
        "Where the server shows the job to come from; V(commandline) is sent when this is left out.",
        enum=INITIATED_FROM,
    ),
    option_row(
        TASK,
        "task.disabled",
        "taskFlags/disabled",
        Kind.BOOL,
        "Whether the task is disabled; V(false) is sent by default.",
    ),
)

PLATFORM_FIELDS: tuple[Field, ...] = (
    *_BACKUP_OPTIONS,
    *_DATA_OPTIONS,
    *MEDIA_FIELDS,
    *_VIRTUAL_SERVER,
    *_RETRY,
    *_STARTUP,
    *_ADMIN,
    *_TASK_OPTIONS,
)
