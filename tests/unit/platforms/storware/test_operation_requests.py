# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the options of a play to the request of an operation."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.api.errors import InvalidOption
from ansible_collections.nightshift.backup.plugins.module_utils.api.messages import Call
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.storware.operation_requests import (
    build_call,
    find_operation,
    why_to_confirm,
)
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.storware.operations import OPERATIONS
from ansible_collections.nightshift.backup.tests.unit.platforms.storware.samples import GUID, OTHER

REF = {"guid": GUID}


def call(name: str, guid: Any = None, query: Any = None, body: Any = None) -> Call:
    return build_call(find_operation(name), guid, query, body)


@pytest.mark.parametrize(
    "guid",
    [
        "",
        " ",
        "all-running",
        "../tasks",
        f"{GUID}/state",
        f"{GUID}?x=1",
        GUID[:-1],
        "%2e%2e",
        7,
        [],
        {},
        f"{GUID}\n{GUID}",
    ],
)
@pytest.mark.parametrize("name", [operation.id for operation in OPERATIONS if operation.guid_of])
def test_nothing_but_a_guid_gets_into_a_path(name: str, guid: Any) -> None:
    with pytest.raises(InvalidOption, match="must be a GUID"):
        call(name, guid, body="FULL" if name == "update_task_backup_type" else "QUEUED")


def test_a_missing_guid_is_refused_and_one_too_many_as_well() -> None:
    with pytest.raises(InvalidOption, match="needs guid, that of a recovery plan"):
        call("create_tasks_from_recovery_plan")
    with pytest.raises(InvalidOption, match="takes no guid"):
        call("cancel_all_running_tasks", GUID)
    assert call("delete_task", f" {GUID.upper()}\n").path == f"tasks/{GUID}"


@pytest.mark.parametrize(
    ("query", "sent"),
    [
        ({"states": ["QUEUED", "RUNNING"]}, {"states": ["QUEUED", "RUNNING"]}),
        ({"states": "QUEUED"}, {"states": ["QUEUED"]}),
        ({"page": 0, "size": "40"}, {"page": "0", "size": "40"}),
        ({"mounted-backup-assigned": True, "backup": None}, {"mounted-backup-assigned": "true"}),
        ({"protected-entity": GUID, "nameLike": "db"}, {"protected-entity": GUID, "nameLike": "db"}),
    ],
)
def test_queries(query: dict[str, Any], sent: dict[str, Any]) -> None:
    made = call("list_tasks", query=query)
    assert (made.method, made.path, made.query, made.safe, made.body) == ("GET", "tasks", sent, True, None)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"protectedEntity": GUID}, "query.protectedEntity is no parameter of list_tasks"),
        ({"protected-entity": "db01"}, "query.protected-entity must be a GUID"),
        ({"protected-entity": ""}, "query.protected-entity is ''"),
        ({"states": []}, "query.states is empty"),
        ({"state": ["QUEUED", "RUNNING"]}, "query.state takes one value"),
        ({"states": ["QUEUED", "DONE"]}, "query.states must be one of CANCELLED"),
        ({"type": "export"}, "query.type must be one of"),
        ({"page": -1}, "whole number"),
        ({"size": True}, "whole number"),
        ({"direction": "up"}, "asc, desc"),
        ({"mounted-backup-assigned": "maybe"}, "true or false"),
    ],
)
def test_a_query_that_a_server_would_misread_is_refused(query: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidOption, match=words):
        call("list_tasks", query=query)


def test_a_query_that_an_operation_does_not_have() -> None:
    with pytest.raises(InvalidOption, match="It has none"):
        call("create_export", query={"project-uuid": "x"}, body={})


@pytest.mark.parametrize(
    ("name", "guid", "body"),
    [
        ("create_export", None, {"backupType": {"name": "FULL"}, "protectedEntities": [REF], "future": 1}),
        ("update_task_state", GUID, "QUEUED"),
        ("update_task_state", GUID, {"state": {"name": "CANCELLED"}, "statusInfo": "by hand"}),
        ("update_task_backup_type", GUID, "FULL"),
        ("cancel_running_tasks", None, [{**REF, "state": {"name": "RUNNING"}, "more": {}}]),
        ("create_batch_delete_tasks", None, [{"value": GUID}, {"value": OTHER}]),
        ("create_unmount", None, {"mountedBackup": {**REF, "name": "x"}}),
        ("create_restore_and_mount", None, {"backupLocation": REF, "mode": {"name": "AUTO"}}),
        ("update_task_progress", GUID, {"value": 12.5}),
        ("create_upload", None, {"whatever": [1]}),
    ],
)
def test_bodies_are_sent_as_given(name: str, guid: Any, body: Any) -> None:
    made = call(name, guid, body=body)
    assert json.loads(made.body or b"") == body
    assert made.content_type == "application/json"
    assert not made.safe


@pytest.mark.parametrize(
    ("name", "guid", "body", "words"),
    [
        ("create_export", None, {"backupType": {"name": "FULL"}}, "protectedEntities"),
        ("create_export", None, {"backupType": {"name": "FULL"}, "protectedEntities": []}, "protectedEntities"),
        ("create_export", None, {"backupType": "FULL", "protectedEntities": [REF]}, "backupType"),
        ("create_export", None, {"backupType": {"name": "SYNTHETIC"}, "protectedEntities": [REF]}, "FULL"),
        ("create_export", None, {"backuptype": {"name": "FULL"}, "protectedEntities": [REF]}, "spelt backupType"),
        ("create_snapshot", None, {"protectedEntities": [REF], "priority": 101}, "priority"),
        ("create_unmount", None, {"mountedBackup": {"guid": "x"}}, "mountedBackup.guid"),
        ("create_unmount", None, {"mountedBackup": REF, "force": True}, "force"),
        ("create_delete_tasks", None, {"value": ""}, "value"),
        ("create_delete_tasks", None, None, "value"),
        ("create_batch_delete_tasks", None, [], "non-empty|too short"),
        ("cancel_running_tasks", None, [], "non-empty|too short"),
        ("cancel_running_tasks", None, [{"state": {"name": "RUNNING"}}], "guid"),
        ("cancel_running_tasks", None, None, "array"),
        ("update_task_state", GUID, "PAUSED", "update_task_state"),
        ("update_task_state", GUID, None, "update_task_state"),
        ("update_task_backup_type", GUID, {"name": "FULL"}, "BackupType"),
        ("delete_task", GUID, {"x": 1}, "takes no body"),
    ],
)
def test_a_body_that_does_not_fit_is_refused(name: str, guid: Any, body: Any, words: str) -> None:
    with pytest.raises(InvalidOption, match=words):
        call(name, guid, body=body)


def test_bodies_of_which_nothing_is_known_may_be_left_out() -> None:
    assert call("create_remove_old_backups").body == b"{}"


@pytest.mark.parametrize(
    ("name", "query", "body", "why"),
    [
        ("list_tasks", {}, None, None),
        ("cancel_all_running_tasks", {}, None, "whole server"),
        ("cancel_all_running_tasks", {"project-uuid": "p"}, None, None),
        ("create_delete_tasks", {"project-uuid": "p"}, {"value": GUID}, "brought back"),
        ("update_task_progress", {}, {"value": 1}, "node"),
        ("list_tasks_queued_for_node", {}, None, "node"),
        ("create_restore_and_import", {}, {"overwrite": True}, "overwrite"),
        ("create_restore_and_import", {}, {"overwrite": False}, None),
        ("create_restore", {}, {"deep": [{"Overwrite": "true"}]}, "overwrite"),
    ],
)
def test_what_needs_a_confirmation(name: str, query: dict[str, Any], body: Any, why: str | None) -> None:
    said = why_to_confirm(find_operation(name), query, body)
    assert (said is None) if why is None else (why in (said or ""))


def test_an_unknown_operation_lists_the_known() -> None:
    with pytest.raises(InvalidOption, match=r"no operation 'backup'.*create_export"):
        find_operation("backup")
