# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
from itertools import count
from typing import Any

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.api.errors import InvalidOption
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.create_task import (
    build_body,
    start_call,
    start_calls,
)
from ansible_collections.nightshift.backup.tests.unit.platforms.commvault.samples import (
    SUBCLIENT,
    leaves,
    options_with,
    request,
)


def common_opts(**rest: Any) -> Any:
    asked = request(**rest)
    marker = "m1" if asked.marker else None
    return build_body(asked, asked.targets, marker)["taskInfo"]["subTasks"][0]["options"].get("commonOpts")


def test_the_smallest_body() -> None:
    asked = request()
    assert build_body(asked, asked.targets) == {
        "taskInfo": {
            "associations": [
                {
                    "clientName": "client001",
                    "appName": "SQL Server",
                    "applicationId": 81,
                    "backupsetName": "defaultBackupSet",
                    "subclientName": "default",
                    "_type_": 7,
                }
            ],
            "task": {"taskType": 1, "initiatedFrom": 2, "policyType": 0, "taskFlags": {"disabled": False}},
            "subTasks": [
                {"subTask": {"subTaskType": 2, "operationType": 2}, "options": {"backupOpts": {"backupLevel": "FULL"}}}
            ],
        }
    }


@pytest.mark.parametrize(
    ("description", "marker", "sent"),
    [
        ("nightly", True, "nightly [nightshift:m1]"),
        (None, True, "[nightshift:m1]"),
        ("", True, "[nightshift:m1]"),
        ("nightly", False, "nightly"),
        ("", False, ""),
    ],
)
def test_the_marker_ends_the_description(description: str | None, marker: bool, sent: str) -> None:
    assert common_opts(description=description, marker=marker) == {"jobDescription": sent}


def test_without_description_and_marker_nothing_is_sent() -> None:
    assert common_opts(marker=False) is None


@pytest.mark.parametrize(
    ("options", "sent"),
    [
        (
            {"retry": {"number_of_retries": 3}},
            {"jobRetryOpts": {"enableNumberOfRetries": True, "numberOfRetries": 3}},
        ),
        (
            {"retry": {"number_of_retries": 3, "enable_number_of_retries": False}},
            {"jobRetryOpts": {"enableNumberOfRetries": False, "numberOfRetries": 3}},
        ),
        (
            {"retry": {"total_running_time": "01:05:00"}},
            {"jobRetryOpts": {"runningTime": {"enableTotalRunningTime": True, "totalRunningTime": 3900}}},
        ),
        ({"startup": {"priority": 0}}, {"startUpOpts": {"priority": 0, "useDefaultPriority": False}}),
        (
            {"startup": {"priority": 0, "use_default_priority": True}},
            {"startUpOpts": {"priority": 0, "useDefaultPriority": True}},
        ),
    ],
)
def test_naming_a_value_switches_it_on(options: Any, sent: Any) -> None:
    assert common_opts(options=options, marker=False) == sent


@pytest.mark.parametrize(
    ("spelling", "level", "task_type", "entity"),
    [("mixed", "FULL", 1, 7), ("number", 1, 1, 7), ("name", "FULL", "IMMEDIATE", "SUBCLIENT_ENTITY")],
)
def test_enumerations_are_spelt_as_asked(spelling: str, level: Any, task_type: Any, entity: Any) -> None:
    asked = request(options={"enum_format": spelling})
    sent = leaves(build_body(asked, asked.targets)["taskInfo"])
    assert sent["subTasks[0]/options/backupOpts/backupLevel"] == level
    assert sent["task/taskType"] == task_type
    assert sent["associations[0]/_type_"] == entity


@pytest.mark.parametrize(
    ("spelling", "operation", "level"), [("mixed", "2", "FULL"), ("name", "BACKUP", "FULL"), ("number", "2", "1")]
)
def test_enumerations_in_xml(spelling: str, operation: str, level: str) -> None:
    asked = request(options={"wire_format": "xml", "enum_format": spelling})
    call = start_call(asked, asked.targets, None)
    assert isinstance(call.body, str)
    assert f'operationType="{operation}"' in call.body
    assert f'backupLevel="{level}"' in call.body
    assert call.wire.body == call.body.encode()


def test_json_keeps_text_as_it_is() -> None:
    name = 'a"b\\c\n<ü>\u2028\U0001f600'
    asked = request({**SUBCLIENT, "client": name})
    call = start_call(asked, asked.targets, None)
    assert json.loads(call.wire.body or b"")["taskInfo"]["associations"][0]["clientName"] == name
    assert call.body == json.loads(call.wire.body or b"")


def test_half_a_character_is_refused() -> None:
    asked = request({**SUBCLIENT, "client": "a\ud800"})
    with pytest.raises(InvalidOption, match="cannot be written"):
        start_call(asked, asked.targets, None)


def calls(number: int, **rest: Any) -> list[tuple[str | None, list[int]]]:
    asked = request(*({**SUBCLIENT, "client": f"c{client}"} for client in range(number)), **rest)
    numbers = count(1)
    made = start_calls(asked, asked.targets, lambda: f"m{next(numbers)}")
    return [(call.marker, [target.position for target in call.targets]) for call in made]


def test_targets_share_a_request() -> None:
    assert calls(3) == [("m1", [0, 1, 2])]
    assert calls(5, max_batch=2) == [("m1", [0, 1]), ("m2", [2, 3]), ("m3", [4])]
    assert calls(2, batch=False) == [("m1", [0]), ("m2", [1])]


def test_companies_do_not_share_a_request() -> None:
    asked = request(
        {**SUBCLIENT, "company": "one"},
        {**SUBCLIENT, "company": "two"},
        {**SUBCLIENT, "company": "one", "client": "c2"},
    )
    made = start_calls(asked, asked.targets, lambda: None)
    assert [[target.position for target in call.targets] for call in made] == [[0, 2], [1]]


def test_a_batch_of_nothing_is_refused() -> None:
    with pytest.raises(InvalidOption, match="max_batch must be 1 or more; got 0"):
        calls(1, max_batch=0)


def test_equal_requests_are_equal_bytes() -> None:
    one = request(options={"startup": {"priority": 1}, "media": {"start_new_media": True}})
    two = request(options={"media": {"start_new_media": True}, "startup": {"priority": 1}})
    assert start_call(one, one.targets, None).wire == start_call(two, two.targets, None).wire


def test_a_sequence_number_brings_the_task_id_of_a_new_task() -> None:
    asked = request(options=options_with("task.sequence_number", 10))
    task = build_body(asked, asked.targets)["taskInfo"]["task"]
    assert (task["sequenceNumber"], task["taskId"]) == (10, 0)
