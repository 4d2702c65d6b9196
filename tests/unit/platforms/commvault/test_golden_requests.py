# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor's sample requests come out of options that a play can give, leaf by leaf.

Where a sample holds a place holder that is no value (``0`` or ``string`` for an enumeration), the test says as what it
is read.
"""

from __future__ import annotations

import json
from typing import Any
from xml.etree.ElementTree import Element

from ansible_collections.nightshift.backup.plugins.module_utils.model.levels import Level
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.checks import check_request
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.create_task import start_call
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.xml import decode
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.xml_reader import parse_xml
from ansible_collections.nightshift.backup.tests.unit.platforms.commvault.samples import FIXTURES, leaves, request

ENTITY = "taskInfo/associations[0]/"
TASK = "taskInfo/task/"
SUBTASK = "taskInfo/subTasks[0]/subTask/"
BACKUP = "taskInfo/subTasks[0]/options/backupOpts/"

# What may be sent although a sample does without it.
ALWAYS = {
    ENTITY + "_type_",
    TASK + "policyType",
    TASK + "initiatedFrom",
    TASK + "taskFlags/disabled",
}
IMMEDIATE_BACKUP = {TASK + "taskType": 1, SUBTASK + "subTaskType": 2, SUBTASK + "operationType": 2}


def assert_json(asked: Any, sample: str, readings: dict[str, Any]) -> None:
    assert isinstance(check_request(asked), list)
    call = start_call(asked, asked.targets, None)
    sent = leaves(json.loads(call.wire.body or b""))
    expected = {**leaves(json.loads((FIXTURES / sample).read_text(encoding="utf-8"))), **readings}
    assert {way: value for way, value in sent.items() if way in expected} == expected
    assert set(sent) - set(expected) <= ALWAYS
    assert (call.wire.method, call.wire.path, call.wire.safe) == ("POST", "CreateTask", False)
    assert (call.wire.content_type, call.wire.accept) == ("application/json", "application/json")


def test_json_page() -> None:
    asked = request(
        {"client": "string", "app": "string", "app_id": 0, "commcell_id": 0, "backupset": "string"},
        level=Level.SYNTHETIC_FULL,
        description="string",
        options={
            "enum_format": "number",
            "task": {"sequence_number": 0, "disabled": True},
            "backup_options": {
                "truncate_logs_on_source": True,
                "sybase_skip_full_after_log_backup": True,
                "run_incremental_backup": True,
                "is_sp_has_in_line_copy": True,
                "run_silo_backup": True,
                "do_not_truncate_log": True,
            },
            "data_options": {
                "skip_catalog_phase_for_snap_backup": True,
                "follow_mount_points": True,
                "enable_index_check_pointing": True,
                "enforce_transaction_log_usage": True,
                "space_reclamation": True,
                "skip_consistency_check": True,
                "create_new_index": True,
                "verify_synth_full": True,
            },
            "data_path": {
                "media_agent_id": 0,
                "library_id": 0,
                "drive_pool_id": 0,
                "spare_media_group_id": 0,
                "drive_id": 0,
            },
            "media": {
                "mark_media_full_on_success": True,
                "number_of_days": 0,
                "start_new_media": True,
                "retention_job_type": "infinite",
                "allow_other_schedules_to_use_media_set": True,
                "reserve_resources_before_scan": True,
            },
            "retry": {
                "kill_running_job_when_total_running_time_expires": True,
                "number_of_retries": 0,
                "enable_number_of_retries": True,
                "enable_total_running_time": True,
                "total_running_time": "0s",
            },
            "startup": {"start_in_suspended_state": True, "use_default_priority": True, "priority": 0},
        },
    )
    readings = {
        **IMMEDIATE_BACKUP,
        ENTITY + "_type_": 6,
        TASK + "initiatedFrom": 2,
        BACKUP + "backupLevel": 4,
    }
    assert_json(asked, "create-task-json-page.json", readings)


def test_postgresql_page() -> None:
    asked = request(
        {
            "client": "string",
            "client_id": 0,
            "app": "PostgreSQL",
            "app_id": 0,
            "instance": "string",
            "instance_id": 0,
            "backupset": "string",
            "backupset_id": 0,
            "subclient": "string",
            "subclient_id": 0,
            "display_name": "string",
        },
        level=Level.INCREMENTAL,
        notify_user=True,
        options={
            "backup_options": {"incremental_data_with_logs": True},
            "admin_user": {"user_id": 0, "user_name": "string"},
        },
    )
    assert_json(asked, "postgresql-page.json", {**IMMEDIATE_BACKUP, BACKUP + "backupLevel": "INCREMENTAL"})


def test_salesforce_page() -> None:
    asked = request(
        {
            "client": "string",
            "client_id": 0,
            "instance": "string",
            "instance_id": 0,
            "backupset_id": 0,
            "display_name": "string",
            "company": "string",
            "company_id": 0,
            "multi_commcell_id": 0,
        },
        level=Level.INCREMENTAL,
        notify_user=False,
        options={"enum_format": "number", "data_options": {"create_new_index": True}},
    )
    # The page shows the names of these three with quotation marks inside the text.
    assert_json(asked, "salesforce-page.json", IMMEDIATE_BACKUP)


def test_xml_page() -> None:
    asked = request(
        {
            "client": "client001",
            "app": "File System",
            "app_id": 33,
            "backupset": "defaultBackupSet",
            "subclient": "default",
            "commcell_id": 0,
        },
        description="",
        options={
            "wire_format": "xml",
            "task": {"sequence_number": 10, "initiated_from": "commandline", "disabled": False},
            "backup_options": {
                "do_not_truncate_log": False,
                "is_sp_has_in_line_copy": False,
                "run_incremental_backup": True,
                "run_silo_backup": False,
                "sybase_skip_full_after_log_backup": False,
                "truncate_logs_on_source": False,
            },
            "data_options": {
                "create_new_index": False,
                "enable_index_check_pointing": False,
                "enforce_transaction_log_usage": False,
                "follow_mount_points": True,
                "skip_catalog_phase_for_snap_backup": False,
                "skip_consistency_check": False,
                "space_reclamation": False,
                "verify_synth_full": False,
            },
            "data_path": {
                "drive_id": 0,
                "drive_pool_id": 0,
                "library_id": 0,
                "media_agent_id": 0,
                "spare_media_group_id": 0,
            },
            "media": {
                "allow_other_schedules_to_use_media_set": True,
                "mark_media_full_on_success": False,
                "number_of_days": 30,
                "reserve_resources_before_scan": False,
                "retention_job_type": "storage_policy_default",
                "start_new_media": True,
            },
            "retry": {
                "enable_number_of_retries": False,
                "kill_running_job_when_total_running_time_expires": False,
                "number_of_retries": 0,
                "enable_total_running_time": False,
                "total_running_time": "01:00:00",
            },
            "startup": {"priority": 166, "start_in_suspended_state": False, "use_default_priority": True},
        },
    )
    assert isinstance(check_request(asked), list)
    call = start_call(asked, asked.targets, None)
    assert (call.wire.content_type, call.wire.accept) == ("application/xml", "application/xml")
    sample = (FIXTURES / "create-task-xml-page-immediate.xml").read_bytes().replace(b"subbclientName", b"subclientName")
    sent, expected = _attributes(parse_xml(call.wire.body or b"")), _attributes(parse_xml(sample))
    # The page lists names as the values of this one, and its sample sends a number whose meaning no page states.
    retention = "TMMsg_CreateTaskReq/taskInfo/subTasks/options/backupOpts/mediaOpt@retentionJobType"
    assert (expected.pop(retention), sent.pop(retention)) == ("2", "STORAGE_POLICY_DEFAULT")
    assert sent == expected
    assert leaves(decode(sample))[BACKUP + "dataPathOpt/drive/driveId"] == 0


def _attributes(element: Element, way: str = "") -> dict[str, str]:
    here = f"{way}/{element.tag}".lstrip("/")
    found = {f"{here}@{name}": value for name, value in element.attrib.items()}
    for child in element:
        found.update(_attributes(child, here))
    return found
