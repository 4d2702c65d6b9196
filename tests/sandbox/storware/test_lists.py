# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters, paging, sorting and shapes of lists."""

from __future__ import annotations

import pytest
from storware_harness import Json, Storware


@pytest.fixture(scope="module")
def tasks(storware_server: Storware) -> dict[str, Json]:
    """A few tasks of known states."""
    api = storware_server
    made = {
        "running": {"vm": "db01", "state": "RUNNING", "backup_type": "INCREMENTAL"},
        "queued": {"vm": "erp01", "state": "QUEUED", "priority": 90},
        "failed": {"vm": "files01", "state": "FAILED", "status_info": "broken"},
    }
    answers = {name: api.control("POST", "storware/tasks", body) for name, body in made.items()}
    return {name: {**answer["task"], "backup": answer["backup"]} for name, answer in answers.items()}


def guids(rows: list[Json]) -> set[str]:
    """The GUIDs of rows."""
    return {row["guid"] for row in rows}


def test_states_repeat(api: Storware, tasks: dict[str, Json]) -> None:
    found = api.get("/tasks", states=["QUEUED", "RUNNING"])
    assert {row["state"]["name"] for row in found} == {"QUEUED", "RUNNING"}
    assert {tasks["running"]["guid"], tasks["queued"]["guid"]} <= guids(found)
    assert {row["state"]["name"] for row in api.get("/tasks", state="FAILED")} == {"FAILED"}
    assert api.call("GET", "/tasks?states=QUEUED,RUNNING").status_code == 400


def test_each_entity_filter(api: Storware, tasks: dict[str, Json]) -> None:
    task = tasks["running"]
    destinations = {row["name"]: row["guid"] for row in api.get("/backup-destinations")}
    for key, value in (
        ("backup", task["backup"]),
        ("backup-destination", destinations["s3-1"]),
        ("hypervisor", task["hypervisor"]["guid"]),
        ("hypervisor-manager", task["hypervisorManager"]["guid"]),
        ("protected-entity", task["protectedEntity"]["guid"]),
        ("workflow-execution", task["workflowExecution"]["guid"]),
    ):
        assert task["guid"] in guids(api.get("/tasks", **{key: value})), key
        assert tasks["failed"]["guid"] not in guids(api.get("/tasks", **{key: value})), key
    for key in ("node", "parent-task", "restore-job", "schedule", "storage-provider", "protected-entity"):
        assert api.get("/tasks", **{key: "5b2d1f0a-0000-4000-8000-00000000dead"}) == [], key


def test_other_filters(api: Storware, tasks: dict[str, Json]) -> None:
    assert tasks["queued"]["guid"] in guids(api.get("/tasks", nameLike="ERP"))
    assert tasks["queued"]["guid"] not in guids(api.get("/tasks", nameLike="db0"))
    assert tasks["running"]["guid"] in guids(api.get("/tasks", filter="incremental"))
    assert {row["type"]["name"] for row in api.get("/tasks", type="STORE")} == {"STORE"}
    assert api.get("/tasks", **{"mounted-backup-assigned": "true"}) == []
    assert len(api.get("/tasks", **{"mounted-backup-assigned": "false"})) == len(api.get("/tasks"))


@pytest.mark.parametrize("query", ["state=PAUSED", "type=BACKUP", "page=x", "size=0", "page=-1&size=5",
                                   "mounted-backup-assigned=maybe", "direction=up"])  # fmt: skip
def test_values_that_are_refused(api: Storware, query: str) -> None:
    answer = api.call("GET", f"/tasks?{query}")
    assert answer.status_code == 400
    assert answer.json()["error"]["message"]


def test_unknown_keys_are_ignored_silently(api: Storware, tasks: dict[str, Json]) -> None:
    everything = guids(api.get("/tasks"))
    for query in (
        {"protectedEntity": tasks["running"]["protectedEntity"]["guid"]},
        {"STATES": "QUEUED"},
        {"state": ""},
    ):
        assert guids(api.get("/tasks", **query)) == everything


def test_paging(api: Storware) -> None:
    everything = api.get("/tasks")
    whole = api.call("GET", "/tasks")
    assert "X-Total-Count" not in whole.headers
    collected: list[str] = []
    for page in range(20):
        answer = api.call("GET", f"/tasks?page={page}&size=3")
        assert answer.headers["X-Total-Count"] == str(len(everything))
        collected += [row["guid"] for row in answer.json()]
        if len(answer.json()) < 3:
            break
    assert collected == [row["guid"] for row in everything]
    api.fault(fault="no_total_count", path="/tasks$", times=None)
    assert "X-Total-Count" not in api.call("GET", "/tasks?page=0&size=3").headers


def test_sorting(api: Storware, tasks: dict[str, Json]) -> None:
    rows = api.get("/tasks", orderBy="priority", direction="desc")
    assert rows[0]["guid"] == tasks["queued"]["guid"]
    assert len(api.get("/tasks", orderBy="unheard")) == len(rows)


def test_detailed_has_more(api: Storware, tasks: dict[str, Json]) -> None:
    short = next(row for row in api.get("/tasks") if row["guid"] == tasks["failed"]["guid"])
    long = next(row for row in api.get("/tasks/detailed") if row["guid"] == tasks["failed"]["guid"])
    assert set(long) > set(short)
    assert long["statusInfo"] == "broken"
    assert set(long) - set(short) == {"creationTime", "statusInfo", "retryCount", "workflowExecution"}


def test_virtual_machines(api: Storware) -> None:
    rows = api.get("/virtual-machines")
    assert len(rows) > 20
    assert {"guid", "uuid", "name", "present", "hypervisor"} <= set(rows[0])
    by_name = [row for row in rows if row["name"] == "clone01"]
    assert len(by_name) == 2
    assert len({row["hvManager"]["guid"] for row in by_name}) == 2
    assert sorted(row["present"] for row in rows if row["name"] == "db01") == [False, True]
    assert api.get("/virtual-machines", uuid=rows[0]["uuid"])[0]["guid"] == rows[0]["guid"]
    assert {row["hvmType"]["name"] for row in api.get("/virtual-machines", **{"hypervisor-manager-type": "RHV"})} == {
        "RHV"
    }
    assert api.vm("pveguest01")["hvType"]["name"] == "PROXMOX"
    assert "newborn01" not in {row["name"] for row in rows}


def test_protection(api: Storware) -> None:
    states = {
        state: {row["name"] for row in api.get("/virtual-machines", backupStatus=state)}
        for state in ("IS_PROTECTED", "NOT_PROTECTED", "NO_SCHEDULE")
    }
    assert "db02" in states["IS_PROTECTED"]
    assert "broken01" in states["NOT_PROTECTED"]
    assert {"nopolicy01", "tworules01"} <= states["NO_SCHEDULE"]


def test_backups(api: Storware) -> None:
    guid = api.vm("db02")["guid"]
    good = api.get("/backups", protected_entity=guid, status=["SUCCESS", "PARTIAL_SUCCESS"])
    assert {row["status"]["name"] for row in good} == {"SUCCESS"}
    newest = max(good, key=lambda row: row["snapshotTime"])
    assert newest["type"]["name"] == "INCREMENTAL"
    parent = newest["parentBackup"]["guid"]
    assert guids(api.get("/backups", parent_backup=parent)) == {newest["guid"]}
    assert {newest["guid"], parent} <= guids(api.get("/backups", root_backup=parent))
    assert guids(api.get("/backups", protected_entity=guid, **{"from": newest["snapshotTime"]})) == {newest["guid"]}
    assert guids(api.get("/backups", protected_entity=guid, type="FULL")) < guids(
        api.get("/backups", protected_entity=guid)
    )
    policy = api.vm("db02")["vmBackupPolicy"]["guid"]
    assert newest["guid"] in guids(api.get("/backups", **{"backup-policy": policy}))
    assert newest["guid"] in guids(api.get("/backups", **{"backup-rule": newest["backupRule"]["guid"]}))
    assert api.get(f"/backups/{newest['guid']}")["networkInterfaceCards"]
    everything = api.get("/backups", protected_entity=guid)
    assert {row["status"]["name"] for row in everything} == {"SUCCESS", "FAILED", "SUCCESS_REMOVED"}
    assert api.call("GET", "/backups?status=IN_PROGRESS").status_code == 400


def test_backup_locations(api: Storware) -> None:
    rows = api.get("/backup-locations", protected_entity=api.vm("db02")["guid"], location_status="PRESENT")
    assert {row["status"]["name"] for row in rows} == {"PRESENT"}
    assert {row["roleType"]["name"] for row in rows} == {"PRIMARY", "SECONDARY"}
    assert {"guid", "backup", "snapshotTime", "backupDestination", "backupDestinationType", "type"} <= set(rows[0])


def test_infrastructure(api: Storware) -> None:
    managers = api.get("/hypervisor-managers")
    assert {row["type"]["name"] for row in managers} == {"RHV", "VCENTER", "OPENSTACK"}
    assert all("name" not in row for row in managers)
    guid = managers[0]["guid"]
    assert len(api.get("/hypervisor-clusters", hypervisor_manager=guid)) == 1
    assert len(api.get("/hypervisor-storages", hypervisor_manager=guid)) == 2
    assert len(api.get("/hypervisors", hypervisor_manager=guid)) == 2
    assert len(api.get("/network", hypervisorManagerGuid=guid)) == 1
    backup = api.get("/backups", protected_entity=api.vm("db02")["guid"])[0]["guid"]
    fitting = api.get("/hypervisor-managers/", **{"backup-to-be-restored": backup})
    assert [row["type"]["name"] for row in fitting] == ["RHV"]
    assert api.get("/nodes")[0]["version"].startswith("7.4")
    usable = api.post("/backup-destinations/usable-for-vms", [{"guid": api.vm("db02")["guid"]}])
    assert "lonely1" not in {row["name"] for row in usable}
    files = api.get("/backup-files/detailed/for-restore", backup=backup, with_modified_configs="true")
    assert {row["type"]["name"] for row in files} & {"DISK", "DISK_INC"}


def test_larger_estates_can_be_paged(api: Storware) -> None:
    first = api.call("GET", "/virtual-machines?page=0&size=10&orderBy=name&direction=asc")
    names = [row["name"] for row in first.json()]
    assert names == sorted(names)
    assert int(first.headers["X-Total-Count"]) == len(api.get("/virtual-machines"))
