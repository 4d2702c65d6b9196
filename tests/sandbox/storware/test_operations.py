# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each of the 57 operations of the vendor's page on tasks: method, path, parameters, status and shape."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from harness import SOURCES
from storware_harness import Json, Storware

sys.path.insert(0, str(SOURCES))

from nightshift_sandbox.storware.routes_tasks import ROUTES
from nightshift_sandbox.storware.task_views import BY_GUID

#: What the page says: its operations in its order, their query parameters, statuses and types of answers.
OPERATIONS: list[Json] = json.loads(
    (Path(__file__).parents[1] / "fixtures" / "storware_operations.json").read_text(encoding="utf-8")
)
RECORD = {"guid", "type", "state", "windowStart", "windowEnd", "progress"}
DETAILS = RECORD | {"creationTime", "priority"}
Make = Callable[[Storware], tuple[str, Any]]


def _task(api: Storware, state: str = "RUNNING") -> str:
    """A task in some state."""
    made = api.control("POST", "storware/tasks", {"vm": "app01", "state": state})
    return str(made["task"]["guid"])


def _named(api: Storware, path: str, name: str) -> Json:
    return {"guid": next(row["guid"] for row in api.get(path) if row.get("name") == name)}


def _location(api: Storware) -> Json:
    vm = api.vm("db01")
    rows = api.get("/backup-locations", protected_entity=vm["guid"], location_status="PRESENT")
    return {"guid": rows[0]["guid"]}


def _manager(api: Storware) -> Json:
    return {"guid": next(row["guid"] for row in api.get("/hypervisor-managers") if "rhv1" in row["url"])}


def _fresh_vm(api: Storware) -> str:
    return str(api.control("POST", "storware/vms", {"new": "short-lived"})["vm"]["guid"])


def _mounted(api: Storware) -> Json:
    """A mounted backup; the estate's own one may be gone by now."""
    if not api.get("/mounted-backups"):
        api.post("/tasks/restore-and-mount", {"backupLocation": _location(api), "mode": {"name": "MANUAL"}})
        api.wait("/session/user", lambda _: bool(api.get("/mounted-backups")))
    return {"mountedBackup": {"guid": api.get("/mounted-backups")[0]["guid"]}}


def _queued(api: Storware) -> tuple[str, None]:
    _task(api, "QUEUED")
    return f"/tasks/queued?node={_named(api, '/nodes', 'node1')['guid']}", None


def _listed(path: str) -> Make:
    def make(api: Storware) -> tuple[str, None]:
        _task(api)
        return path, None

    return make


def _snapshot_request(api: Storware) -> Json:
    rule = api.get("/policies/vm-snapshot")[0]["rules"][0]
    return {"protectedEntities": [{"guid": api.vm("erp01")["guid"]}], "rule": {"guid": rule["guid"]}, "priority": 60}


def _records(api: Storware, state: str) -> list[Json]:
    guid = _task(api, state)
    return [row for row in api.get("/tasks") if row["guid"] == guid]


def _plain(path: str, body: Any = None) -> Make:
    return lambda _: (path, body)


def _on_task(suffix: str, body: Any = None, state: str = "RUNNING") -> Make:
    return lambda api: (f"/tasks/{_task(api, state)}{suffix}", body)


#: Path and body with which each operation succeeds.
REQUESTS: dict[str, Make] = {
    "list_tasks": _listed("/tasks"),
    "delete_all_finished_tasks": _plain("/tasks/all-finished"),
    "delete_all_finished_and_queued_tasks": _plain("/tasks/all-finished-and-queued"),
    "cancel_all_running_tasks": _plain("/tasks/all-running"),
    "create_batch_delete_tasks": lambda api: ("/tasks/batch-delete", [{"value": _fresh_vm(api)}, {"value": "unknown"}]),
    "cancel_running_tasks": lambda api: ("/tasks/cancel-running", _records(api, "RUNNING")),
    "update_task_cbt_id": _plain("/tasks/cbt-id", {"cbtId": "7"}),
    "create_connectivity_test": lambda api: ("/tasks/connectivity-test", {"hypervisorManagers": [_manager(api)]}),
    "create_delete_tasks": lambda api: ("/tasks/delete", {"value": _fresh_vm(api)}),
    "delete_finished_tasks": lambda api: ("/tasks/delete-finished", _records(api, "FAILED")),
    "delete_finished_and_queued_tasks": lambda api: ("/tasks/delete-finished-and-queued", _records(api, "QUEUED")),
    "list_tasks_detailed": _listed("/tasks/detailed"),
    "create_eject_tape": lambda api: ("/tasks/eject-tape", {"tapes": [_named(api, "/tapes", "A00001L8")]}),
    "create_export": lambda api: ("/tasks/export", api.export_body("db02")),
    "create_import_for_cloud": _plain("/tasks/import-for-cloud", {}),
    "create_import_for_os_agent": _plain("/tasks/import-for-os-agent", {}),
    "create_import_tape": lambda api: ("/tasks/import-tape", {"tapes": [_named(api, "/tapes", "A00002L8")]}),
    "update_task_inc_snap_required": lambda api: (
        "/tasks/inc-snap-required",
        {"incSnapRequired": True, "task": {"guid": _task(api)}},
    ),
    "update_instance_inventory": _plain("/tasks/instance-inventory", {}),
    "create_instant_restore": lambda api: ("/tasks/instant-restore", {"backupLocation": _location(api)}),
    "update_inventory": _plain("/tasks/inventory", {"type": {"name": "FULL"}}),
    "create_inventory_sync": lambda api: ("/tasks/inventory-sync", {"hypervisorManagers": [_manager(api)]}),
    "create_live_migration": _plain("/tasks/live-migration", {}),
    "get_tasks_modification_timestamps": _plain("/tasks/modification-timestamps"),
    "create_mount": lambda api: ("/tasks/mount", _mounted(api)),
    "list_tasks_queued_for_node": _queued,
    "create_remove_old_backups": _plain("/tasks/remove-old-backups", {}),
    "create_remove_old_snapshots": _plain("/tasks/remove-old-snapshots", {}),
    "create_restore": lambda api: ("/tasks/restore", {"backupLocation": _location(api), "restorePath": "/restore"}),
    "create_restore_and_import": lambda api: (
        "/tasks/restore-and-import",
        {"backupLocation": _location(api), "hypervisorManager": _manager(api), "restoredPeName": "from operations"},
    ),
    "create_restore_and_mount": lambda api: (
        "/tasks/restore-and-mount",
        {"backupLocation": _location(api), "mode": {"name": "MANUAL"}},
    ),
    "create_snapshot_reversion_task": lambda api: (
        "/tasks/revert",
        {"snapshot": {"guid": api.get("/snapshots", status="PRESENT")[0]["guid"]}},
    ),
    "create_snapshot": lambda api: ("/tasks/snapshot", _snapshot_request(api)),
    "update_tasks_state": lambda api: (
        "/tasks/state",
        {"state": {"name": "CANCELLED"}, "tasks": [{"guid": _task(api)}], "statusInfo": "no longer needed"},
    ),
    "update_tape_manager_inventory": _plain("/tasks/tape-manager-inventory", {}),
    "create_tape_manager_inventory_sync": lambda api: (
        "/tasks/tape-manager-inventory-sync",
        {"tapeManagers": [_named(api, "/tape-managers", "library1")]},
    ),
    "create_unmount": lambda api: ("/tasks/unmount", _mounted(api)),
    "create_upload": _plain("/tasks/upload", {}),
    "delete_task": _on_task("", state="FAILED"),
    "get_task": _on_task("?extended=true"),
    "create_tasks_from_recovery_plan": lambda api: (
        f"/tasks/{_named(api, '/recovery-plans', 'disaster')['guid']}",
        None,
    ),
    "create_import_for_cloud_per_feature_tasks": _plain("/tasks/import-for-cloud/per-feature", {}),
    "create_wizard_inventory_sync_tasks": lambda api: (
        "/tasks/wizard/inventory-sync",
        {"hypervisorManagers": [_manager(api)]},
    ),
    "update_task_backup_type": _on_task("/backup-type", "FULL"),
    "update_task_cloud_progress": _on_task("/cloud-progress", {"processedObjectCount": 3, "totalObjectCount": 9}),
    "update_task_os_progress": _on_task("/os-progress", {"processedObjectCount": 3, "totalObjectCount": 9}),
    "update_task_progress": _on_task("/progress", {"value": 66.5}),
    "update_task_restore_host_id": _on_task("/restore-host-id", {"value": "host-7"}),
    "update_task_restore_storage_id": _on_task("/restore-storage-id", {"value": "storage-7"}),
    "get_task_state": _on_task("/state"),
    "update_task_state": _on_task("/state", "QUEUED", state="FAILED"),
    "update_task_files": _on_task("/task-files", {}),
    "update_task_transfer_info": _on_task("/transfer-info", {}),
    "update_task_transfer_rate": _on_task("/transfer-rate", {"rate": 100}),
    "get_task_state_v2": _on_task("/state/v2"),
    "update_task_transfer_rate_incremental": _on_task("/transfer-rate/incremental", {"rate": 100}),
    "get_task_last_transfer_rate": _on_task("/transfer-rate/last"),
}


def test_the_page_is_served_in_full() -> None:
    assert len(OPERATIONS) == 57
    assert [(item["method"], item["path"]) for item in OPERATIONS] == [(route.method, route.path) for route in ROUTES]
    assert [item["status"] for item in OPERATIONS] == [route.status for route in ROUTES]
    assert [item["id"] for item in OPERATIONS] == list(REQUESTS)


def test_the_lists_take_the_22_parameters() -> None:
    lists = [item for item in OPERATIONS if item["path"] in ("/tasks", "/tasks/detailed") and item["method"] == "GET"]
    others = {"state", "states", "type", "project-uuid", "mounted-backup-assigned", "nameLike", "filter"}
    others |= {"page", "size", "orderBy", "direction"}
    for item in lists:
        assert len(item["query"]) == 22
        assert set(item["query"]) == set(BY_GUID) | others


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda item: item["id"])
def test_operation(api: Storware, operation: Json) -> None:
    path, body = REQUESTS[operation["id"]](api)
    answer = api.call(operation["method"], path, body)
    assert answer.status_code == operation["status"], answer.text
    if operation["status"] == 204 or operation["response"] is None:
        assert answer.content == b""
        return
    content = answer.json()
    assert "null" not in answer.text
    kind = operation["response"]
    assert isinstance(content, list) is kind.startswith("[]")
    rows = content if isinstance(content, list) else [content]
    expected = {"TaskListRecord": RECORD, "TaskDetails": DETAILS, "TaskStatus": {"state"}}.get(kind.lstrip("[]"), set())
    assert rows
    for row in rows:
        assert expected <= set(row)
        if kind.endswith("TaskListRecord"):
            assert "creationTime" not in row
        if expected:
            assert set(row["state"]) == {"name", "description"}


def test_batch_delete_tells_what_it_could_not_do(api: Storware) -> None:
    guid = _fresh_vm(api)
    content = api.post("/tasks/batch-delete", [{"value": guid}, {"value": "unknown"}])
    assert [item["guid"] for item in content["successful"]] == [guid]
    assert [item["guid"] for item in content["unsuccessful"]] == ["unknown"]
    assert content["tasks"][0]["type"]["name"] == "DELETE"


def test_literal_segments_win_over_guids(api: Storware) -> None:
    assert api.call("DELETE", "/tasks/queued").status_code == 405
    assert api.call("GET", "/tasks/export").status_code == 405
    assert api.call("DELETE", "/tasks/").status_code == 405
    assert api.call("DELETE", "/tasks").status_code == 405
    assert api.call("PUT", "/tasks/wizard").status_code == 405
    assert api.call("GET", "/Tasks").status_code == 404


def test_a_slash_at_the_end_is_tolerated(api: Storware) -> None:
    assert api.get("/hypervisor-managers/") == api.get("/hypervisor-managers")


def test_unknown_guids(api: Storware) -> None:
    for operation in OPERATIONS:
        if "{guid}" in operation["path"]:
            _, body = REQUESTS[operation["id"]](api)
            path = operation["path"].replace("{guid}", "5b2d1f0a-0000-4000-8000-00000000dead")
            answer = api.call(operation["method"], path, body)
            assert answer.status_code == 404, path
            assert answer.json()["message"]


@pytest.mark.parametrize("operation", [item for item in OPERATIONS if item["method"] in ("POST", "PUT")],
                         ids=lambda item: item["id"])  # fmt: skip
def test_bodies_that_cannot_be_read(api: Storware, operation: Json) -> None:
    path, body = REQUESTS[operation["id"]](api)
    if body is None:
        return
    for headers, content, status in (
        ({"Content-Type": "application/json"}, b"", 400),
        ({"Content-Type": "application/json"}, b"{", 400),
        ({"Content-Type": "application/json"}, b"7", 400),
        ({"Content-Type": "text/plain"}, json.dumps(body).encode(), 415),
    ):
        answer = api.http.request(operation["method"], api.base + path, data=content, headers=headers, timeout=10)
        assert answer.status_code == status, (path, content, answer.text)


def test_node_reports_are_kept(api: Storware) -> None:
    guid = _task(api)
    api.call("PUT", f"/tasks/{guid}/os-progress", {"processedObjectCount": 3, "totalObjectCount": 9})
    api.call("PUT", f"/tasks/{guid}/progress", {"value": 66.5})
    api.call("PUT", f"/tasks/{guid}/transfer-rate", {"rate": 125})
    task = api.get(f"/tasks/{guid}", extended="true")
    assert (task["progress"], task["processedObjectCount"], task["totalObjectCount"]) == (66.5, 3, 9)
    assert "totalObjectCount" not in api.get(f"/tasks/{guid}")
    api.control("POST", "storware", {"purge": [guid]})
    assert api.call("GET", f"/tasks/{guid}").status_code == 404
    assert api.get(f"/tasks/{guid}/transfer-rate/last") == {"rate": 125}
