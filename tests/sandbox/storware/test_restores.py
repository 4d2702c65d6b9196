# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Restores, mounts, snapshots, deletions, inventories."""

from __future__ import annotations

import pytest
from storware_harness import Json, Storware


def location(api: Storware, vm: str) -> Json:
    """The newest copy of a VM that is present."""
    rows = api.get("/backup-locations", protected_entity=api.vm(vm)["guid"], location_status="PRESENT")
    return dict(max(rows, key=lambda row: row["snapshotTime"]))


def manager(api: Storware, part: str) -> Json:
    """A manager by a part of its URL."""
    return {"guid": next(row["guid"] for row in api.get("/hypervisor-managers") if part in row["url"])}


def job_of(api: Storware, task: Json) -> Json:
    """The restore job of a RESTORE task."""
    rows = api.get("/restore-jobs", protected_entity=task["protectedEntity"]["guid"])
    found = [row for row in rows if api.get("/tasks", restore_job=row["guid"], type="RESTORE")]
    mine = [row for row in found if task["guid"] in {t["guid"] for t in api.get("/tasks", restore_job=row["guid"])}]
    assert len(mine) == 1
    return dict(mine[0])


def restore(api: Storware, vm: str, **more: object) -> Json:
    """Start a restore to the first platform; the RESTORE task."""
    body = {"backupLocation": location(api, vm), "hypervisorManager": manager(api, "rhv1"), **more}
    task: Json = api.post("/tasks/restore-and-import", body)
    return task


def over(api: Storware, job: Json) -> Json:
    """Poll a restore job to its end."""
    return api.wait(f"/restore-jobs/{job['guid']}", lambda row: row["status"]["name"] != "IN_PROGRESS")


def test_restore_and_import(api: Storware) -> None:
    cluster = api.get("/hypervisor-clusters", hypervisor_manager=manager(api, "rhv1")["guid"])[0]
    storage = api.get("/hypervisor-storages", hypervisor_manager=manager(api, "rhv1")["guid"])[0]
    ids = {"restoreClusterId": cluster["uuid"], "restoreStorageId": storage["uuid"]}
    task = restore(api, "db01", restoredPeName="db01-restored", **ids)
    assert (task["type"]["name"], task["restoreType"]["name"]) == ("RESTORE", "RESTORE_AND_IMPORT")
    job = job_of(api, task)
    assert over(api, job)["status"]["name"] == "SUCCESS"
    following = api.get("/tasks/detailed", parent_task=task["guid"])
    assert [row["type"]["name"] for row in following] == ["IMPORT"]
    assert len(api.get("/tasks", restore_job=job["guid"])) == 2
    new = api.vm("db01-restored")
    assert new["hvManager"]["guid"] == manager(api, "rhv1")["guid"]
    assert "vmBackupPolicy" not in new


def test_a_name_that_exists_is_not_overwritten(api: Storware) -> None:
    before = api.vm("db02")
    job = over(api, job_of(api, restore(api, "db02")))
    assert (job["status"]["name"], job["statusInfo"]) == ("FAILED", "Virtual machine 'db02' already exists")
    assert api.vm("db02") == before


def test_overwrite_deletes_namesakes(api: Storware) -> None:
    before = api.vm("web02")
    job = over(api, job_of(api, restore(api, "web02", overwrite=True)))
    assert job["status"]["name"] == "SUCCESS"
    assert api.call("GET", f"/virtual-machines/{before['guid']}").status_code == 404
    assert api.vm("web02")["guid"] != before["guid"]


def test_a_restore_that_fails(api: Storware) -> None:
    job = over(api, job_of(api, restore(api, "norestore01", restoredPeName="never")))
    assert job["status"]["name"] == "FAILED"
    assert "connection" in job["statusInfo"]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"backupLocation": None}, 400),
        ({"backupLocation": {"guid": "unknown"}}, 404),
        ({"hypervisorManager": None}, 400),
        ({"hypervisor": {"guid": "unknown"}}, 400),
        ({"hypervisorManager": {"guid": "unknown"}}, 404),
        ({"restoreClusterId": "not-a-platform-id"}, 400),
        ({"restoreStorageId": "not-a-platform-id"}, 400),
        ({"restoredDiskAllocationFormat": {"name": "THIN"}}, 400),
        ({"overwrite": "yes"}, 400),
        ({"restoredNetworks": {}}, 400),
    ],
)
def test_restores_that_are_refused(api: Storware, change: Json, status: int) -> None:
    body = {"backupLocation": location(api, "app01"), "hypervisorManager": manager(api, "rhv1"), **change}
    assert api.call("POST", "/tasks/restore-and-import", body).status_code == status


def test_cluster_guids_are_not_platform_ids(api: Storware) -> None:
    cluster = api.get("/hypervisor-clusters", hypervisor_manager=manager(api, "rhv1")["guid"])[0]
    body = {"backupLocation": location(api, "app01"), "hypervisorManager": manager(api, "rhv1"),
            "restoreClusterId": cluster["guid"]}  # fmt: skip
    assert api.call("POST", "/tasks/restore-and-import", body).status_code == 400


def test_other_platforms_are_refused(api: Storware) -> None:
    body = {"backupLocation": location(api, "app01"), "hypervisorManager": manager(api, "vc1")}
    assert api.call("POST", "/tasks/restore-and-import", body).status_code == 400


def test_copies_that_are_not_present(api: Storware) -> None:
    failed = api.get("/backup-locations", protected_entity=api.vm("app01")["guid"])
    gone = api.get("/backup-locations", location_status="FAILED")[0]
    assert {row["status"]["name"] for row in failed} == {"PRESENT"}
    body = {"backupLocation": gone, "hypervisorManager": manager(api, "rhv1")}
    assert api.call("POST", "/tasks/restore-and-import", body).status_code == 409


def test_plain_restore(api: Storware) -> None:
    task = api.post("/tasks/restore", {"backupLocation": location(api, "erp01")})
    job = over(api, job_of(api, task))
    assert (job["status"]["name"], job["restoreType"]["name"]) == ("SUCCESS", "RESTORE")
    assert api.get("/tasks", parent_task=task["guid"]) == []


def mount(api: Storware, vm: str, **more: object) -> Json:
    """Mount the newest copy; the mounted backup."""
    place = location(api, vm)
    body = {"backupLocation": place, "mode": {"name": "AUTO"}, "mountedFileSystems": [{"mountPath": "/mnt/x"}], **more}
    task = api.post("/tasks/restore-and-mount", body)
    assert over(api, job_of(api, task))["status"]["name"] == "SUCCESS"
    rows = api.get("/mounted-backups", backup=place["backup"]["guid"])
    assert len(rows) == 1
    return dict(rows[0])


def gone(api: Storware, mounted: Json) -> None:
    """Wait until a mounted backup is."""
    path = f"/mounted-backups/{mounted['guid']}"
    api.wait("/session/user", lambda _: api.call("GET", path).status_code == 404)


def test_mount_and_unmount(api: Storware) -> None:
    mounted = mount(api, "db01")
    assert mounted["mode"]["name"] == "AUTO"
    assert mounted["backup"]["protectedEntity"]["name"] == "db01"
    task = api.post("/tasks/unmount", {"mountedBackup": {"guid": mounted["guid"]}})
    assert task["type"]["name"] == "UNMOUNT"
    assert api.get("/tasks", **{"mounted-backup-assigned": "true"})
    gone(api, mounted)


def test_unmount_time_is_a_duration(api: Storware) -> None:
    mounted = mount(api, "erp01", unmountTime=3_600_000)
    api.advance(1800)
    assert api.call("GET", f"/mounted-backups/{mounted['guid']}").status_code == 200
    api.advance(2000)
    gone(api, mounted)


@pytest.mark.parametrize("change", [{"mode": None}, {"mode": {"name": "INSTANT_RESTORE"}}, {"mountedFileSystems": []},
                                    {"mode": {"name": "ISCSI"}}, {"unmountTime": -1}])  # fmt: skip
def test_mounts_that_are_refused(api: Storware, change: Json) -> None:
    body = {"backupLocation": location(api, "app01"), "mode": {"name": "AUTO"},
            "mountedFileSystems": [{"mountPath": "/mnt/x"}], **change}  # fmt: skip
    assert api.call("POST", "/tasks/restore-and-mount", body).status_code == 400


def test_instant_restore(api: Storware) -> None:
    task = api.post("/tasks/instant-restore", {"backupLocation": location(api, "mail01")})
    assert over(api, job_of(api, task))["status"]["name"] == "SUCCESS"
    assert "INSTANT_RESTORE" in {row["mode"]["name"] for row in api.get("/mounted-backups")}


@pytest.mark.parametrize("path", ["/tasks/snapshot", "/tasks/vm-snapshot"])
def test_snapshot_and_revert(api: Storware, path: str) -> None:
    vm, rule = api.vm("db01"), api.get("/policies/vm-snapshot")[0]["rules"][0]
    body = {"protectedEntities": [{"guid": vm["guid"]}], "rule": {"guid": rule["guid"]}}
    task = api.post(path, body)[0]
    guid = task["protectedEntitySnapshot"]["guid"]
    assert api.finish(task)["state"]["name"] == "FINISHED"
    snapshot = api.get(f"/snapshots/{guid}")
    assert (snapshot["status"]["name"], snapshot["standAlone"]) == ("PRESENT", True)
    assert guid in {row["guid"] for row in api.get("/snapshots", protected_entity=vm["guid"])}
    back = api.post("/tasks/revert", {"protectedEntitySnapshot": {"guid": guid}})
    assert back["type"]["name"] == "SNAPSHOT_REVERSION"
    assert api.finish(back)["state"]["name"] == "FINISHED"


def test_snapshots_need_a_snapshot_policy(api: Storware) -> None:
    rule = api.get("/policies/vm-snapshot")[0]["rules"][0]
    body = {"protectedEntities": [{"guid": api.vm("web01")["guid"]}], "rule": {"guid": rule["guid"]}}
    assert api.call("POST", "/tasks/snapshot", body).status_code == 400


def test_the_older_path_for_snapshots(api: Storware) -> None:
    api.fault(fault="status", method="POST", path="/tasks/snapshot$", status=404, times=None, vendor_body=True)
    body = {
        "protectedEntities": [{"guid": api.vm("db01")["guid"]}],
        "rule": api.get("/policies/vm-snapshot")[0]["rules"][0],
    }
    assert api.call("POST", "/tasks/snapshot", body).status_code == 404
    assert api.call("POST", "/tasks/vm-snapshot", body).status_code == 201


def test_deleting_an_entity_takes_its_backups_along(api: Storware) -> None:
    guid = api.vm("leaving01")["guid"]
    assert api.get("/backups", protected_entity=guid)
    task = api.post("/tasks/delete", {"value": guid})[0]
    assert task["type"]["name"] == "DELETE"
    done = api.finish(task)
    assert (done["state"]["name"], done["protectedEntityDisplayName"]) == ("FINISHED", "leaving01")
    assert "protectedEntity" not in done
    assert api.call("GET", f"/virtual-machines/{guid}").status_code == 404
    assert api.get("/backups", protected_entity=guid) == []


def test_inventory_sync_finds_new_machines(api: Storware) -> None:
    assert "newborn01" not in {row["name"] for row in api.get("/virtual-machines")}
    task = api.post("/tasks/inventory-sync", {"hypervisorManagers": [manager(api, "rhv1")]})[0]
    assert task["hypervisorManager"]["name"] == "rhv1"
    api.finish(task)
    assert api.vm("newborn01")["present"] is True


def test_clean_up_removes_what_retention_gave_up(api: Storware) -> None:
    made = api.control("POST", "storware/backups", {"vm": "app01", "age_hours": 900, "hint": "TO_REMOVE"})
    api.finish(api.post("/tasks/remove-old-backups", {})[0])
    backup = api.get(f"/backups/{made['backup']['guid']}")
    assert backup["status"]["name"] == "SUCCESS_REMOVED"
    assert {item["status"]["name"] for item in backup["backupLocations"]} == {"REMOVED"}


def test_a_recovery_plan(api: Storware) -> None:
    plan = api.get("/recovery-plans")[0]
    tasks = api.post(f"/tasks/{plan['guid']}")
    assert {task["protectedEntity"]["name"] for task in tasks} == {"web01", "mail01"}
    for task in tasks:
        assert api.finish(task)["state"]["name"] == "FINISHED"
