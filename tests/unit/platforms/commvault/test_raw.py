# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.api.errors import InvalidOption, MissingLibrary
from ansible_collections.nightshift.backup.plugins.module_utils.model.levels import Level
from ansible_collections.nightshift.backup.plugins.module_utils.model.request import WaitOptions
from ansible_collections.nightshift.backup.plugins.module_utils.platforms import json_schema
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault import merge
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.checks import check_request
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.create_task import build_body
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.schemas import request_schema
from ansible_collections.nightshift.backup.tests.unit.platforms.commvault.samples import SUBCLIENT, request


def options(**parts: Any) -> dict[str, Any]:
    return {"taskInfo": {"subTasks": [{"options": parts}]}}


def task(**parts: Any) -> dict[str, Any]:
    return {"taskInfo": {"task": parts}}


def sub_task(**parts: Any) -> dict[str, Any]:
    return {"taskInfo": {"subTasks": [{"subTask": parts}]}}


def built(raw: Any, **rest: Any) -> dict[str, Any]:
    asked = request(raw=raw, **rest)
    task_info: dict[str, Any] = build_body(asked, asked.targets)["taskInfo"]
    return task_info


def refusal(raw: Any, **rest: Any) -> str:
    with pytest.raises(InvalidOption) as caught:
        check_request(request(raw=raw, **rest))
    return str(caught.value)


def test_dicts_merge_and_lists_of_objects_merge_by_position() -> None:
    merged = built(options(backupOpts={"adHocBackup": True, "dataOpt": {"copyOnly": True}}), description="why")
    assert merged["subTasks"] == [
        {
            "options": {
                "backupOpts": {"backupLevel": "FULL", "adHocBackup": True, "dataOpt": {"copyOnly": True}},
                "commonOpts": {"jobDescription": "why"},
            },
            "subTask": {"subTaskType": 2, "operationType": 2},
        }
    ]


def test_other_lists_replace() -> None:
    asked = request(raw=options(backupOpts={"adHocBkpContents": {"selectedAdHocPaths": ["/a", "/b"]}}))
    body = build_body(asked, asked.targets)
    again = merge.merge_raw(
        body,
        options(backupOpts={"adHocBkpContents": {"selectedAdHocPaths": ["/c"]}}),
        unsafe=False,
        schema=request_schema(),
    )
    contents = again["taskInfo"]["subTasks"][0]["options"]["backupOpts"]["adHocBkpContents"]
    assert contents == {"selectedAdHocPaths": ["/c"]}


def test_null_leaves_things_as_they_are() -> None:
    plain = request()
    assert built(options(backupOpts={"backupLevel": None})) == build_body(plain, plain.targets)["taskInfo"]


def test_what_is_merged_into_is_not_changed() -> None:
    asked = request()
    body = build_body(asked, asked.targets)
    merge.merge_raw(body, options(commonOpts={"jobDescription": "x"}), unsafe=False, schema=request_schema())
    assert body == build_body(asked, asked.targets)


REACHING = [
    {"taskInfo": {"associations": [{"clientName": "other"}]}},
    {"taskInfo": {"associations": [{"clientId": 5}]}},
    {"taskInfo": {"associations": [None, {"clientName": "other"}]}},
    {"taskInfo": {"associations": [{"_type_": 6}]}},
    task(taskType=2),
    task(taskType="SCHEDULE"),
    task(policyType=0, taskId=17),
    task(ownerId=1),
    task(originalCC={"commCellId": 4}),
    sub_task(operationType=1001),
    sub_task(subTaskType="RESTORE"),
    sub_task(subTaskId=3),
    sub_task(subTask={"subtaskId": 3}),
    {"taskInfo": {"subTasks": [{}, {"options": {}}]}},
    {"taskInfo": {"subTasks": [{"subTaskOperation": 3}]}},
]


@pytest.mark.parametrize("raw", REACHING, ids=str)
def test_what_is_backed_up_and_which_task_it_is_stay(raw: Any) -> None:
    assert "raw must not change" in refusal(raw)
    assert built(raw, raw_unsafe=True) != built(None)


@pytest.mark.parametrize(
    "raw",
    [
        task(taskType="IMMEDIATE"),
        task(taskId=0),
        sub_task(operationType="Backup"),
        {"taskInfo": {"associations": [{"_type_": "SUBCLIENT_ENTITY"}]}},
        options(backupOpts={"dataPathOpt": {"mediaAgent": {"mediaAgentId": 4}}}),
    ],
    ids=str,
)
def test_saying_the_same_in_other_words_is_no_change(raw: Any) -> None:
    assert check_request(request(raw=raw)) == []


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (["x"], "raw must be a dict"),
        ({"clientName": "x"}, "Additional properties are not allowed ('clientName' was unexpected)"),
        ({"taskInfo": {"subTasks": [{"pattern": {}}]}}, "'pattern' was unexpected"),
        (options(backupOpts={"backupLevel": "SIDEWAYS"}), "taskInfo.subTasks[0].options.backupOpts.backupLevel"),
        (options(backupOpts={"backupLevel": 17}), "17 is not one of"),
        (options(backupOpts={"runIncrementalBackup": "true"}), "is not of type 'boolean'"),
        (options(commonOpts={"jobDescription": 5}), "is not of type 'string'"),
        (options(backupOpts={"backuplevel": 2}), "backuplevel must be spelt backupLevel"),
        ({"taskInfo": {"associations": [{"ClientName": "x"}]}}, "ClientName must be spelt clientName"),
        (
            options(backupOpts={"x": dt.date(2026, 11, 22)}),
            "raw.taskInfo.subTasks[0].options.backupOpts.x is a date",
        ),
        (options(backupOpts={5: 1}), "the key 5 must be text"),
        (options(backupOpts={"x": float("nan")}), "cannot be sent"),
    ],
    ids=str,
)
@pytest.mark.parametrize("unsafe", [False, True])
def test_what_no_request_can_hold_is_refused(raw: Any, words: str, unsafe: bool) -> None:
    assert words in refusal(raw, raw_unsafe=unsafe)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (options(commonOpts={"startUpOpts": {"priority": 1000}}), "999"),
        (options(commonOpts={"startUpOpts": {"startInSuspendedState": True}}), "wait would never end"),
        (task(taskFlags={"disabled": True}), "wait would never end"),
        (options(backupOpts={"incLevel": "Before_Synth"}), "inc_level needs"),
        (options(backupOpts={"incLevel": 1}), "inc_level needs"),
        (options(backupOpts={"backupLevel": "Incremental"}), "SQL Server has no incremental backup"),
        (
            options(backupOpts={"vaultTrackerOpt": {"mediaWithExtendedRetentionJobs": True}}),
            "filter_media_by_retention",
        ),
    ],
    ids=str,
)
@pytest.mark.parametrize("unsafe", [False, True])
def test_guards_see_the_merged_body(raw: Any, words: str, unsafe: bool) -> None:
    assert words in refusal(raw, raw_unsafe=unsafe, wait=WaitOptions())


def test_warnings_see_the_merged_body() -> None:
    raw = options(backupOpts={"runIncrementalBackup": True, "mediaOpt": {"numberofDays": 3, "retentionJobType": 0}})
    assert len(check_request(request(raw=raw))) == 2
    raw = options(backupOpts={"mediaOpt": {"numberofDays": 3, "retentionJobType": 1}})
    assert check_request(request(raw=raw)) == []


def test_another_level_by_raw_is_a_warning() -> None:
    (warning,) = check_request(
        request({**SUBCLIENT, "app": "MySQL"}, level=Level.FULL, raw=options(backupOpts={"backupLevel": 2}))
    )
    assert "raw changes the level from full to incremental" in warning


def test_the_marker_survives_raw() -> None:
    asked = request(raw=options(commonOpts={"jobDescription": "mine"}))
    body = build_body(asked, asked.targets, "abc")
    assert body["taskInfo"]["subTasks"][0]["options"]["commonOpts"]["jobDescription"] == "mine [nightshift:abc]"


def test_without_the_library_raw_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_schema, "IMPORT_TRACE", "no such module")
    with pytest.raises(MissingLibrary, match="jsonschema"):
        built(task(description="x"))
    assert built(None)
