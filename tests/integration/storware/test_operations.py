# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each of the 57 operations against a server, and the chains that restores and mounts are."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.storware.operations import BY_ID, OPERATIONS

from .support import Modules, Sandbox

Given = dict[str, Any]
Recipe = Callable[[Sandbox], Given]


def _export(sandbox: Sandbox, name: str = "db02") -> Given:
    vm = sandbox.vm(name)
    (rule,) = sandbox.get(f"policies/vm-backup/{vm['vmBackupPolicy']['guid']}")["rules"]
    return {
        "backupType": {"name": "FULL"},
        "protectedEntities": [{"guid": vm["guid"]}],
        "rules": [{"guid": rule["guid"]}],
        "protectedEntityType": "VM",
    }


def _queued(sandbox: Sandbox) -> Given:
    """Return a task that waits for its window."""
    (task,) = sandbox.call("POST", "tasks/export", {**_export(sandbox), "windowStart": 4102444800000})
    return {"guid": task["guid"]}


def _ended(sandbox: Sandbox) -> Given:
    queued = _queued(sandbox)
    sandbox.call("PUT", f"tasks/{queued['guid']}/state", "FAILED")
    return queued


def _running(sandbox: Sandbox) -> Given:
    queued = _queued(sandbox)
    sandbox.call("PUT", f"tasks/{queued['guid']}/state", "RUNNING")
    return queued


def _lasting(sandbox: Sandbox) -> Given:
    """Return a running task that does not end by itself before it is cancelled."""
    (task,) = sandbox.call("POST", "tasks/export", _export(sandbox, "slow01"))
    sandbox.call("PUT", f"tasks/{task['guid']}/state", "RUNNING")
    return {"guid": task["guid"]}


def _copy(sandbox: Sandbox) -> Given:
    location = sandbox.get(f"backup-locations?protected-entity={sandbox.vm('db01')['guid']}&location-status=PRESENT")[0]
    return {"guid": location["guid"]}


def _restore(sandbox: Sandbox, name: str = "restored01") -> Given:
    manager = next(one for one in sandbox.get("hypervisor-managers") if "rhv1" in one["url"])
    cluster = sandbox.get(f"hypervisor-clusters?hypervisor-manager={manager['guid']}")[0]
    storage = sandbox.get(f"hypervisor-storages?hypervisor-manager={manager['guid']}")[0]
    return {
        "backupLocation": _copy(sandbox),
        "hypervisorManager": {"guid": manager["guid"]},
        "restoreClusterId": cluster["uuid"],
        "restoreStorageId": storage["uuid"],
        "restoredPeName": name,
    }


def _mount(sandbox: Sandbox) -> Given:
    body = {"backupLocation": _copy(sandbox), "mode": {"name": "AUTO"}}
    return {**body, "mountedFileSystems": [{"mountPath": "/mnt/x"}]}


def _node(sandbox: Sandbox) -> Given:
    return {"guid": sandbox.get("nodes")[0]["guid"]}


def _mounted(sandbox: Sandbox) -> Given:
    return {"mountedBackup": {"guid": sandbox.get("mounted-backups")[0]["guid"]}}


def _manager(sandbox: Sandbox) -> Given:
    return {"guid": sandbox.get("hypervisor-managers")[0]["guid"]}


def _snapshot(sandbox: Sandbox) -> Given:
    vm = next(one for one in sandbox.get("virtual-machines") if one.get("snapshotMgmtPolicy"))
    policy = sandbox.get(f"policies/vm-snapshot/{vm['snapshotMgmtPolicy']['guid']}")
    return {"protectedEntities": [{"guid": vm["guid"]}], "rule": {"guid": policy["rules"][0]["guid"]}}


def _on(make: Recipe, body: Any = None) -> Recipe:
    """Return a recipe for an operation on one task."""
    return lambda sandbox: {"guid": make(sandbox)["guid"], **({} if body is None else {"body": body})}


def _body(make: Recipe, *, confirm: bool = False) -> Recipe:
    return lambda sandbox: {"body": make(sandbox), **({"confirm": True} if confirm else {})}


def _fixed(**given: Any) -> Recipe:
    return lambda _sandbox: dict(given)


def _node_call(make: Recipe, body: Any) -> Recipe:
    return lambda sandbox: {"guid": make(sandbox)["guid"], "body": body, "confirm": True}


RECIPES: dict[str, Recipe] = {
    "list_tasks": _fixed(query={"states": ["QUEUED", "RUNNING"]}),
    "list_tasks_detailed": _fixed(query={"type": "EXPORT", "size": 5, "page": 0}),
    "get_tasks_modification_timestamps": _fixed(),
    "get_task": lambda sandbox: {**_ended(sandbox), "query": {"extended": True}},
    "get_task_state": _on(_ended),
    "get_task_state_v2": _on(_ended),
    "get_task_last_transfer_rate": _on(_ended),
    "delete_all_finished_tasks": lambda sandbox: {"confirm": bool(_ended(sandbox))},
    "delete_all_finished_and_queued_tasks": lambda sandbox: {"confirm": bool(_queued(sandbox))},
    "cancel_all_running_tasks": lambda sandbox: {"confirm": bool(_lasting(sandbox))},
    "cancel_running_tasks": lambda sandbox: {"body": [_lasting(sandbox)]},
    "delete_finished_tasks": lambda sandbox: {"body": [_ended(sandbox)]},
    "delete_finished_and_queued_tasks": lambda sandbox: {"body": [_queued(sandbox), _ended(sandbox)]},
    "update_tasks_state": lambda sandbox: {"body": {"state": {"name": "CANCELLED"}, "tasks": [_queued(sandbox)]}},
    "delete_task": _on(_queued),
    "update_task_backup_type": _on(_queued, "INCREMENTAL"),
    "update_task_restore_host_id": _on(_queued, {"value": "host-7"}),
    "update_task_restore_storage_id": _on(_queued, {"value": "storage-7"}),
    "update_task_state": _on(_queued, "CANCELLED"),
    "create_batch_delete_tasks": lambda sandbox: {"body": [{"value": sandbox.vm("nonode01")["guid"]}], "confirm": True},
    "create_connectivity_test": _body(lambda sandbox: {"hypervisorManagers": [_manager(sandbox)]}),
    "create_delete_tasks": lambda sandbox: {"body": {"value": sandbox.vm("cirros01")["guid"]}, "confirm": True},
    "create_eject_tape": _fixed(body={}),
    "create_export": _body(_export),
    "create_import_for_cloud": _fixed(body={}),
    "create_import_for_cloud_per_feature_tasks": _fixed(body={}),
    "create_import_for_os_agent": _fixed(body={}),
    "create_import_tape": _fixed(body={}),
    "create_instant_restore": _body(
        lambda sandbox: {"mode": {"name": "INSTANT_RESTORE"}, "backupLocation": _copy(sandbox)}
    ),
    "create_inventory_sync": _body(lambda sandbox: {"hypervisorManagers": [_manager(sandbox)]}),
    "create_wizard_inventory_sync_tasks": _body(lambda sandbox: {"hypervisorManagers": [_manager(sandbox)]}),
    "create_live_migration": _fixed(body={}),
    "create_mount": _body(_mounted),
    "create_remove_old_backups": _fixed(body={}, confirm=True),
    "create_remove_old_snapshots": _fixed(body={}, confirm=True),
    "create_restore": _body(lambda sandbox: {"backupLocation": _copy(sandbox), "node": _node(sandbox)}),
    "create_restore_and_import": _body(_restore),
    "create_restore_and_mount": _body(_mount),
    "create_snapshot_reversion_task": _body(
        lambda sandbox: {"snapshot": {"guid": sandbox.get("snapshots")[0]["guid"]}}, confirm=True
    ),
    "create_snapshot": _body(_snapshot),
    "create_tape_manager_inventory_sync": _fixed(body={}),
    "create_unmount": _body(_mounted),
    "create_upload": _fixed(body={}),
    "create_tasks_from_recovery_plan": lambda sandbox: {"guid": sandbox.get("recovery-plans")[0]["guid"]},
    "list_tasks_queued_for_node": lambda sandbox: {"query": {"node": _node(sandbox)["guid"]}, "confirm": True},
    "update_task_cbt_id": lambda sandbox: {"body": {"task": _queued(sandbox), "cbtId": "1"}, "confirm": True},
    "update_task_inc_snap_required": lambda sandbox: {
        "body": {"task": _queued(sandbox), "incSnapRequired": True},
        "confirm": True,
    },
    "update_instance_inventory": _fixed(body={}, confirm=True),
    "update_inventory": _fixed(body={"type": {"name": "FULL"}}, confirm=True),
    "update_tape_manager_inventory": _fixed(body={}, confirm=True),
    "update_task_cloud_progress": _node_call(_running, {"processedObjectCount": 1, "totalObjectCount": 4}),
    "update_task_os_progress": _node_call(_running, {"processedObjectCount": 1, "totalObjectCount": 4}),
    "update_task_progress": _node_call(_running, {"value": 12.5}),
    "update_task_files": _node_call(_running, {}),
    "update_task_transfer_info": _node_call(_running, {}),
    "update_task_transfer_rate": _node_call(_running, {}),
    "update_task_transfer_rate_incremental": _node_call(_running, {}),
}


def test_every_operation_has_its_recipe() -> None:
    assert set(RECIPES) == set(BY_ID)


@pytest.mark.parametrize("name", [operation.id for operation in OPERATIONS])
def test_each_operation_does_what_it_says(modules: Modules, sandbox: Sandbox, name: str) -> None:
    given = RECIPES[name](sandbox)
    sandbox.reset()
    checked = modules.operate(name, check=True, **given).good()
    log = sandbox.control("GET", "requests")["requests"]
    assert [entry for entry in log if entry["method"] != "GET" and "/session/" not in entry["path"]] == []
    ran = modules.operate(name, **given).good()
    operation = BY_ID[name]
    assert ran.result["changed"] is checked.result["changed"] is (operation.method != "GET")
    assert ran.result["request"]["method"] == operation.method
    made = {task["native_state"].split()[0] for task in ran.result["tasks"]}
    assert made <= set(operation.task_types) or name == "create_tasks_from_recovery_plan"
    # In check mode only reads were sent, so that this is the one call of the two runs.
    path = operation.path.replace("{guid}", str(given.get("guid")))
    assert sandbox.received().count(f"{operation.method} {path.lstrip('/')}") >= 1
    if operation.method != "GET":
        assert [line for line in sandbox.received() if not line.startswith("GET ")] == [
            f"{operation.method} {path.lstrip('/')}"
        ]


def test_a_restore_under_a_new_name_from_names_alone_then_removed(modules: Modules, sandbox: Sandbox) -> None:
    copy = modules.run("storware_info", what="backup_locations", protected_entity="db02", latest_good=True).good()
    (location,) = copy.result["objects"]
    manager = modules.run("storware_info", what="hypervisor_managers", backup=location["backup"]["guid"]).good()
    body = {
        **_restore(sandbox, "db02-test"),
        "backupLocation": {"guid": location["guid"]},
        "hypervisorManager": {"guid": manager.result["objects"][0]["guid"]},
    }
    ran = modules.operate("create_restore_and_import", body=body, wait=True).good()
    assert ran.result["verdict"]["status"]["name"] == "SUCCESS"
    assert ran.row["native_state"] == "SUCCESS"
    restored = modules.run("storware_info", what="virtual_machines", name="db02-test").good()
    (vm,) = restored.result["objects"]
    gone = modules.operate("create_delete_tasks", body={"value": vm["guid"]}, confirm=True, wait=True).good()
    assert gone.row["state"] == "succeeded"
    assert modules.run("storware_info", what="virtual_machines", name="db02-test").good().result["total"] == 0


def test_a_mount_is_made_once_and_unmounted_once(modules: Modules, sandbox: Sandbox) -> None:
    locations = f"backup-locations?protected-entity={sandbox.vm('web02')['guid']}&location-status=PRESENT"
    body = {"backupLocation": sandbox.get(locations)[0], "mode": {"name": "AUTO"}}
    body["mountedFileSystems"] = [{"mountPath": "/mnt/x"}]
    first = modules.operate("create_restore_and_mount", body=body, wait=True).good()
    mounted = first.result["verdict"]
    assert mounted["backup"]["guid"] == body["backupLocation"]["backup"]["guid"]
    again = modules.operate("create_restore_and_mount", body=body, wait=True).good()
    assert (again.result["changed"], again.result["response"]["guid"]) == (False, mounted["guid"])
    unmount = {"body": {"mountedBackup": {"guid": mounted["guid"]}}}
    assert modules.operate("create_unmount", wait=True, **unmount).good().result["changed"]
    assert not modules.operate("create_unmount", wait=True, **unmount).good().result["changed"]


def test_an_export_is_awaited_by_its_backup(modules: Modules, sandbox: Sandbox) -> None:
    good = modules.operate("create_export", body=_export(sandbox), wait=True).good()
    assert (good.row["state"], good.row["native_state"]) == ("succeeded", "SUCCESS")
    bad = modules.operate("create_export", body=_export(sandbox, "storefail01"), wait=True).bad("rejected")
    assert "Store failed" in bad.result["msg"]
    assert bad.result["changed"] is True


def test_a_restore_that_fails(modules: Modules, sandbox: Sandbox) -> None:
    locations = f"backup-locations?protected-entity={sandbox.vm('norestore01')['guid']}&location-status=PRESENT"
    body = {**_restore(sandbox, "x"), "backupLocation": {"guid": sandbox.get(locations)[0]["guid"]}}
    ran = modules.operate("create_restore_and_import", body=body, wait=True).bad("rejected")
    assert ran.result["changed"] is True


def test_a_lost_start_is_found_or_unknown(modules: Modules, sandbox: Sandbox) -> None:
    body = {**_export(sandbox), "windowStart": int(time.time() * 1000)}
    sandbox.fault("drop_after")
    assert modules.operate("create_export", body=body, wait=True).good().row["state"] == "succeeded"
    assert len(sandbox.sent()) == 1
    # Without the moment at which its window starts, it could be anybody's.
    sandbox.fault("drop_after")
    modules.operate("create_export", body=_export(sandbox), wait=True).bad("unknown_outcome")
    assert len(sandbox.sent()) == 2
    sandbox.fault("drop_after", path="inventory-sync")
    body = {"hypervisorManagers": [_manager(sandbox)]}
    ran = modules.operate("create_inventory_sync", body=body).bad("unknown_outcome")
    assert ran.result["changed"] is True
    assert len(sandbox.sent("tasks/inventory-sync")) == 1


def test_what_was_accepted_without_a_task_is_told(modules: Modules) -> None:
    ran = modules.operate("create_inventory_sync", body={}).good()
    assert (ran.result["changed"], ran.result["tasks"]) == (True, [])
    assert ran.result["warnings"] == [
        "create_inventory_sync was accepted, but the server named no task that it has started."
    ]
    modules.operate("create_inventory_sync", body={}, wait=True).bad("not_found")


@pytest.mark.parametrize("guid", ["", " ", "all-running", "../tasks/all-running", "x"])
def test_a_wrong_guid_never_reaches_the_server(modules: Modules, sandbox: Sandbox, guid: str) -> None:
    modules.operate("delete_task", guid=guid, confirm=True).bad("invalid")
    assert sandbox.control("GET", "requests")["requests"] == []


def test_the_other_platform_is_refused(modules: Modules) -> None:
    for module, more in (("storware_operation", {"operation": "list_tasks"}), ("storware_info", {"what": "nodes"})):
        ran = modules.run(module, platform="commvault", **more).bad("invalid")
        assert "speaks to storware alone" in ran.result["msg"]
