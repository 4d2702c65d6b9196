# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Both wire formats, the ways to spell enumerations, and ``raw``."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.xml_reader import parse_xml

from .support import Module, Sandbox, leaf

BACKUP = "subTasks/options/backupOpts/"


def test_xml_is_sent_and_its_answer_read(backup: Module, sandbox: Sandbox) -> None:
    targets = [sandbox.cold(), sandbox.cold()]
    options = {"wire_format": "xml", "virtual_server": {"backup_failed_vms_only": False}, "startup": {"priority": 3}}
    ran = backup(*targets, description='<A & "B">', commvault=options, wait=True).good()
    (request,) = sandbox.sent()
    assert request["headers"]["content-type"] == request["headers"]["accept"] == "application/xml"
    root = parse_xml(request["body"].encode())
    assert root.tag == "TMMsg_CreateTaskReq"
    assert [node.get("clientName") for node in root.iter("associations")] == [entry["client"] for entry in targets]
    common = next(root.iter("commonOpts"))
    assert common.get("jobDescription", "").startswith('<A & "B"> [nightshift:')
    assert next(root.iter("backupFailedVMsOnly")).text == "false"
    assert next(root.iter("startUpOpts")).attrib == {"priority": "3", "useDefaultPriority": "false"}
    assert ran.outcomes == ["started", "started"]
    assert {row["state"] for row in ran.result["tasks"]} == {"succeeded"}
    assert ran.row["task_id"]


@pytest.mark.parametrize(
    ("enum_format", "sent"),
    [
        ("mixed", {"_type_": 7, "taskType": 1, "from": 2, "sub": 2, "level": "SYNTHETIC_FULL", "inc": "BEFORE_SYNTH"}),
        ("number", {"_type_": 7, "taskType": 1, "from": 2, "sub": 2, "level": 4, "inc": 1}),
        (
            "name",
            {
                "_type_": "SUBCLIENT_ENTITY",
                "taskType": "IMMEDIATE",
                "from": "COMMANDLINE",
                "sub": "BACKUP",
                "level": "SYNTHETIC_FULL",
                "inc": "BEFORE_SYNTH",
            },
        ),
    ],
)
def test_enumerations_are_spelt_as_asked_and_understood(
    backup: Module, sandbox: Sandbox, enum_format: str, sent: dict[str, Any]
) -> None:
    options = {
        "enum_format": enum_format,
        "backup_options": {"run_incremental_backup": True, "inc_level": "before_synth"},
        "media": {"retention_job_type": "storage_policy_default"},
    }
    ran = backup.plain(sandbox.warm(), level="synthetic_full", commvault=options).good()
    (body,) = sandbox.starts()
    assert {
        "_type_": leaf(body, "associations/_type_"),
        "taskType": leaf(body, "task/taskType"),
        "from": leaf(body, "task/initiatedFrom"),
        "sub": leaf(body, "subTasks/subTask/subTaskType"),
        "level": leaf(body, f"{BACKUP}backupLevel"),
        "inc": leaf(body, f"{BACKUP}incLevel"),
    } == sent
    assert ("a number that is inferred" in ran.warnings) is (enum_format == "number")


def test_an_unknown_number_is_refused(backup: Module, sandbox: Sandbox) -> None:
    target = {"client": "sql01", "app": "SQL Server", "backupset": "defaultBackupSet", "subclient": "default"}
    backup(target, level="transaction_log", commvault={"enum_format": "number"}).bad("invalid")
    assert not sandbox.log()


def raw(**options: Any) -> dict[str, Any]:
    return {"taskInfo": {"subTasks": [{"options": options}]}}


@pytest.mark.parametrize("wire_format", ["json", "xml"])
def test_raw_is_merged_last(backup: Module, sandbox: Sandbox, wire_format: str) -> None:
    change = raw(
        backupOpts={"dataOpt": {"createNewIndex": False, "maxNumberOfStreams": 4}},
        commonOpts={"jobDescription": "from raw"},
    )
    options = {"data_options": {"create_new_index": True, "verify_synth_full": True}, "wire_format": wire_format}
    ran = backup(sandbox.cold(), description="from the option", commvault=options, raw=change).good()
    assert ran.outcomes == ["started"]
    (body,) = sandbox.starts()
    if wire_format == "xml":
        data = next(parse_xml(body.encode()).iter("dataOpt"))
        assert data.attrib == {"createNewIndex": "false", "verifySynthFull": "true", "maxNumberOfStreams": "4"}
        return
    assert leaf(body, f"{BACKUP}dataOpt") == {
        "createNewIndex": False,
        "verifySynthFull": True,
        "maxNumberOfStreams": 4,
    }
    assert leaf(body, "subTasks/options/commonOpts/jobDescription").startswith("from raw [nightshift:")


@pytest.mark.parametrize(
    "change",
    [
        {"taskInfo": {"associations": [{"clientName": "files01"}]}},
        {"taskInfo": {"associations": [{}, {"clientName": "files01", "backupsetName": "archive"}]}},
        {"taskInfo": {"task": {"taskType": 2}}},
        {"taskInfo": {"task": {"taskId": 6001}}},
        {"taskInfo": {"subTasks": [{"subTask": {"operationType": "RESTORE"}}]}},
        {"taskInfo": {"subTasks": [{"subTask": {"subTaskId": 9}}]}},
        {"taskInfo": {"TASK": {"taskType": 2}}},
        {"taskInfo": {"subTasks": "all"}},
        raw(commonOpts={"startUpOpts": {"priority": 1000}}),
        raw(backupOpts={"backupLevel": "EVERYTHING"}),
        {"taskinfo": {}},
    ],
)
def test_raw_that_reaches_too_far_is_refused_before_any_request(
    backup: Module, sandbox: Sandbox, change: dict[str, Any]
) -> None:
    backup(sandbox.cold(), raw=change).bad("invalid")
    assert not sandbox.log()


def test_raw_unsafe_lets_it_pass(backup: Module, sandbox: Sandbox) -> None:
    change = {"taskInfo": {"associations": [{"subclientName": "extra"}]}}
    backup.plain(sandbox.cold(), raw=change, raw_unsafe=True)
    (body,) = sandbox.starts()
    assert leaf(body, "associations/subclientName") == "extra"


def test_every_guard_runs_on_the_merged_body(backup: Module, sandbox: Sandbox) -> None:
    asleep = raw(commonOpts={"startUpOpts": {"startInSuspendedState": True}})
    ran = backup(sandbox.cold(), wait=True, raw=asleep).bad("invalid")
    assert "wait would never end" in ran.result["msg"]
    assert not sandbox.log()
