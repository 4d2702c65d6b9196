# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every option of the payload arrives at the server as documented."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.entrypoints.backup_task import ENTRY

from .support import Module, Sandbox, leaf

BACKUP, COMMON = "subTasks/options/backupOpts/", "subTasks/options/commonOpts/"
USER = "subTasks/options/adminOpts/clientInstallOption/installerOption/User/"

# Option: its place in the request, what is given, what is sent if that differs, and what must be given beside it.
OPTIONS: dict[str, tuple[Any, ...]] = {
    **{
        f"backup_options.{option}": (f"{BACKUP}{wire}", True)
        for option, wire in (
            ("collect_meta_info", "collectMetaInfo"),
            ("do_not_truncate_log", "doNotTruncateLog"),
            ("incremental_data_with_logs", "incrementalDataWithLogs"),
            ("is_sp_has_in_line_copy", "isSpHasInLineCopy"),
            ("run_incremental_backup", "runIncrementalBackup"),
            ("run_silo_backup", "runSILOBackup"),
            ("sybase_skip_full_after_log_backup", "sybaseSkipFullafterLogBkp"),
            ("truncate_logs_on_source", "truncateLogsOnSource"),
        )
    },
    "backup_options.inc_level": (
        f"{BACKUP}incLevel",
        "after_synth",
        "AFTER_SYNTH",
        {"backup_options": {"run_incremental_backup": True}},
    ),
    **{
        f"data_options.{option}": (f"{BACKUP}dataOpt/{wire}", False)
        for option, wire in (
            ("create_new_index", "createNewIndex"),
            ("enable_index_check_pointing", "enableIndexCheckPointing"),
            ("enforce_transaction_log_usage", "enforceTransactionLogUsage"),
            ("follow_mount_points", "followMountPoints"),
            ("skip_catalog_phase_for_snap_backup", "skipCatalogPhaseForSnapBackup"),
            ("skip_consistency_check", "skipConsistencyCheck"),
            ("space_reclamation", "spaceReclamation"),
            ("verify_synth_full", "verifySynthFull"),
        )
    },
    "data_path.drive_id": (f"{BACKUP}dataPathOpt/drive/driveId", 4),
    "data_path.drive_pool_id": (f"{BACKUP}dataPathOpt/drivePool/drivePoolId", 5),
    "data_path.library_id": (f"{BACKUP}dataPathOpt/library/libraryId", 6),
    "data_path.media_agent_id": (f"{BACKUP}dataPathOpt/mediaAgent/mediaAgentId", 7),
    "data_path.spare_media_group_id": (f"{BACKUP}dataPathOpt/spareGroup/spareMediaGroupId", 8),
    **{
        f"media.{option}": (f"{BACKUP}mediaOpt/{wire}", True)
        for option, wire in (
            ("allow_other_schedules_to_use_media_set", "allowOtherSchedulesToUseMediaSet"),
            ("mark_media_full_on_success", "markMediaFullOnSuccess"),
            ("reserve_resources_before_scan", "reserveResourcesBeforeScan"),
            ("start_new_media", "startNewMedia"),
        )
    },
    "media.number_of_days": (f"{BACKUP}mediaOpt/numberofDays", 9, 9, {"media": {"retention_job_type": "no_of_days"}}),
    "media.retention_job_type": (f"{BACKUP}mediaOpt/retentionJobType", "infinite", "INFINITE"),
    **{
        f"vault_tracker.{option}": (f"{BACKUP}vaultTrackerOpt/{wire}", True)
        for option, wire in (
            ("exclude_media_not_copied", "excludeMediaNotCopied"),
            ("export_media_after_job_finishes", "exportMediaAfterJobFinishes"),
            ("filter_media_by_retention", "filterMediaByRetention"),
            ("track_transit", "trackTransit"),
            ("use_virtual_mail_slots", "useVirtualMailSlots"),
            ("media_status.active", "mediaStatus/active"),
            ("media_status.all", "mediaStatus/all"),
            ("media_status.bad", "mediaStatus/bad"),
            ("media_status.full", "mediaStatus/full"),
            ("media_status.overwrite_protected", "mediaStatus/overwriteProtected"),
        )
    },
    "vault_tracker.media_with_extended_retention_jobs": (
        f"{BACKUP}vaultTrackerOpt/mediaWithExtendedRetentionJobs",
        False,
        False,
        {"vault_tracker": {"filter_media_by_retention": True}},
    ),
    "vault_tracker.export_location": (f"{BACKUP}vaultTrackerOpt/exportLocation", "vault 1"),
    "vault_tracker.in_transit_location": (f"{BACKUP}vaultTrackerOpt/inTransitLocation", "van"),
    "virtual_server.backup_failed_vms_only": (f"{BACKUP}vsaBackupOptions/backupFailedVMsOnly", True),
    "retry.enable_number_of_retries": (f"{COMMON}jobRetryOpts/enableNumberOfRetries", False),
    "retry.number_of_retries": (f"{COMMON}jobRetryOpts/numberOfRetries", 3),
    "retry.kill_running_job_when_total_running_time_expires": (
        f"{COMMON}jobRetryOpts/killRunningJobWhenTotalRunningTimeExpires",
        True,
        True,
        {"retry": {"total_running_time": "4h"}},
    ),
    "retry.enable_total_running_time": (f"{COMMON}jobRetryOpts/runningTime/enableTotalRunningTime", False),
    "retry.total_running_time": (f"{COMMON}jobRetryOpts/runningTime/totalRunningTime", "01:05:00", 3900),
    "startup.priority": (f"{COMMON}startUpOpts/priority", 0),
    "startup.start_in_suspended_state": (f"{COMMON}startUpOpts/startInSuspendedState", True),
    "startup.use_default_priority": (f"{COMMON}startUpOpts/useDefaultPriority", True),
    "admin_user.user_id": (f"{USER}userId", 12),
    "admin_user.user_name": (f"{USER}userName", "carla"),
    "task.sequence_number": ("task/sequenceNumber", 10),
    "task.initiated_from": ("task/initiatedFrom", "gui", 1),
    "task.disabled": ("task/taskFlags/disabled", True),
}
TARGETS: dict[str, tuple[str, Any, Any]] = {
    "display_name": ("displayName", "Shown", "Shown"),
    "commcell_id": ("commCellId", 2, 2),
    "company": ("entityInfo/companyName", "Acme", "Acme"),
    "company_id": ("entityInfo/companyId", 3, 3),
    "multi_commcell_id": ("entityInfo/multiCommcellId", 4, 4),
    "entity_type": ("_type_", "subclient", 7),
}


def nested(way: str, value: Any, beside: Mapping[str, Any] | None = None) -> dict[str, Any]:
    options: dict[str, Any] = {name: dict(inner) for name, inner in (beside or {}).items()}
    *steps, last = way.split(".")
    here = options
    for step in steps:
        here = here.setdefault(step, {})
    here[last] = value
    return options


def ways(spec: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    for name, details in spec.items():
        if "options" in details:
            yield from ways(details["options"], f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"


def test_the_table_has_every_option() -> None:
    assert {*OPTIONS, "wire_format", "enum_format"} == set(ways(ENTRY.argument_spec["commvault"]["options"]))


@pytest.mark.parametrize("option", OPTIONS)
def test_an_option_arrives_and_nothing_else_does(backup: Module, sandbox: Sandbox, option: str) -> None:
    wire, given, *more = OPTIONS[option]
    sent, beside = (more[0] if more else given), (more[1] if len(more) > 1 else None)
    backup.plain(sandbox.cold(), level="synthetic_full", commvault=nested(option, given, beside))
    (body,) = sandbox.starts()
    assert leaf(body, wire) == sent
    assert type(leaf(body, wire)) is type(sent)
    bare = set(leaves({"backupLevel": "SYNTHETIC_FULL"}, BACKUP)) if not wire.startswith("task") else set()
    options = set(leaves(leaf(body, "subTasks/options"), "subTasks/options/"))
    implied = {f"{COMMON}jobRetryOpts/enableNumberOfRetries", f"{COMMON}startUpOpts/useDefaultPriority"}
    implied |= {f"{COMMON}jobRetryOpts/runningTime/enableTotalRunningTime", f"{BACKUP}backupLevel"}
    partners = {OPTIONS[name][0] for name in ways_of(beside)} | {f"{COMMON}jobRetryOpts/runningTime/totalRunningTime"}
    assert options - {wire} - bare - implied <= partners


def leaves(tree: Any, prefix: str = "") -> Iterator[str]:
    for name, value in tree.items():
        if isinstance(value, Mapping):
            yield from leaves(value, f"{prefix}{name}/")
        else:
            yield f"{prefix}{name}"


def ways_of(beside: Mapping[str, Any] | None) -> list[str]:
    return [f"{group}.{name}" for group, inner in (beside or {}).items() for name in inner]


@pytest.mark.parametrize(
    ("options", "wire", "sent"),
    [
        ({"retry": {"number_of_retries": 2}}, f"{COMMON}jobRetryOpts/enableNumberOfRetries", True),
        (
            {"retry": {"number_of_retries": 2, "enable_number_of_retries": False}},
            f"{COMMON}jobRetryOpts/enableNumberOfRetries",
            False,
        ),
        (
            {"retry": {"total_running_time": "90m"}},
            f"{COMMON}jobRetryOpts/runningTime/enableTotalRunningTime",
            True,
        ),
        ({"startup": {"priority": 999}}, f"{COMMON}startUpOpts/useDefaultPriority", False),
        (
            {"startup": {"priority": 5, "use_default_priority": True}},
            f"{COMMON}startUpOpts/useDefaultPriority",
            True,
        ),
        ({"task": {"sequence_number": 4}}, "task/taskId", 0),
        ({}, "task/initiatedFrom", 2),
        ({}, "task/taskFlags/disabled", False),
        ({}, "task/policyType", 0),
    ],
)
def test_what_one_option_implies(
    backup: Module, sandbox: Sandbox, options: dict[str, Any], wire: str, sent: object
) -> None:
    backup.plain(sandbox.cold(), commvault=options)
    (body,) = sandbox.starts()
    assert leaf(body, wire) == sent


@pytest.mark.parametrize("option", TARGETS)
def test_a_target_is_named_as_given(backup: Module, sandbox: Sandbox, option: str) -> None:
    wire, given, sent = TARGETS[option]
    backup.plain(sandbox.cold(**{option: given})).good()
    (body,) = sandbox.starts()
    assert leaf(body, f"associations/{wire}") == sent


def test_a_target_is_named_by_ids_alone(backup: Module, sandbox: Sandbox) -> None:
    names = sandbox.cold()
    entity = sandbox.get("GetId", clientname=names["client"], agent=names["app"], backupset="main", subclient="default")
    ids = {"client": "clientId", "app": "applicationId", "instance": "instanceId"}
    ids |= {"backupset": "backupsetId", "subclient": "subclientId"}
    sandbox.reset()
    ran = backup({f"{name}_id": entity[wire] for name, wire in ids.items()}, wait=True).good()
    assert ran.row["jobs"][0]["state"] == "succeeded"
    (body,) = sandbox.starts()
    sent = dict(body["taskInfo"]["associations"][0])
    assert sent == {"_type_": 7, **{wire: entity[wire] for wire in ids.values()}}


def test_the_documented_pair_of_an_application_is_completed(backup: Module, sandbox: Sandbox) -> None:
    target = {"client": "pgsql01", "app": "PostgreSQL", "backupset": "FSBasedBackupSet", "instance": "reporting"}
    backup.plain(target, commvault={}).good()
    (body,) = sandbox.starts()
    assert leaf(body, "associations/applicationId") == 125
    assert leaf(body, "associations/_type_") == 6


def test_description_and_notification(backup: Module, sandbox: Sandbox) -> None:
    backup.plain(sandbox.cold(), description="vor dem Umbau: äöü, \u201eneu\u201c", notify_user=True).good()
    (body,) = sandbox.starts()
    assert leaf(body, f"{COMMON}jobDescription") == "vor dem Umbau: äöü, \u201eneu\u201c"
    assert leaf(body, f"{COMMON}notifyUserOnJobCompletion") is True


def test_the_marker_follows_the_description(backup: Module, sandbox: Sandbox) -> None:
    backup(sandbox.cold(), description="weekly").good()
    backup(sandbox.cold()).good()
    first, second = (leaf(body, f"{COMMON}jobDescription") for body in sandbox.starts())
    assert first.startswith("weekly [nightshift:")
    assert second.startswith("[nightshift:")
    assert first.split("[")[1] != second.split("[")[1]


@pytest.mark.parametrize("level", ["full", "incremental", "differential", "synthetic_full"])
def test_a_level_is_sent_and_run(backup: Module, sandbox: Sandbox, level: str) -> None:
    ran = backup(sandbox.warm(), level=level, wait=True).good()
    (body,) = sandbox.starts()
    assert leaf(body, f"{BACKUP}backupLevel") == level.upper()
    assert ran.row["level"] == ran.row["jobs"][0]["requested_level"] == level


def test_a_log_backup_is_sent_and_run(backup: Module, sandbox: Sandbox) -> None:
    target = {"client": "sql01", "app": "SQL Server", "backupset": "defaultBackupSet", "subclient": "hr"}
    ran = backup(target, level="transaction_log", wait=True).good()
    assert ran.row["level"] == "transaction_log"


def test_exactly_one_request_with_a_token_and_no_look(backup: Module, sandbox: Sandbox) -> None:
    backup(sandbox.cold(), skip_if_running=False).good()
    assert [entry["path"].rsplit("/", 1)[1] for entry in sandbox.log()] == ["CreateTask"]
