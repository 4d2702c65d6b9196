# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The life of a backup: export, stores, retries, windows, priorities, what goes wrong."""

from __future__ import annotations

import pytest
from storware_harness import Json, Storware


def test_export_and_a_store_for_each_destination(api: Storware) -> None:
    task = api.export("db02", priority=70)
    assert task["state"] == {"name": "QUEUED", "description": "Queued"}
    assert task["type"]["name"] == "EXPORT"
    assert (task["priority"], task["progress"]) == (70, 0.0)
    assert not {"startTime", "finishTime", "statusInfo", "node"} & set(task)
    backup = api.backup_of(task)
    assert backup["status"]["name"] in ("QUEUED", "INPROGRESS")
    assert "backupTime" not in backup
    done = api.finish(task)
    assert (done["state"]["name"], done["progress"]) == ("FINISHED", 100.0)
    assert done["startTime"] <= done["finishTime"]
    backup = api.finish_backup(backup)
    assert backup["status"]["name"] == "SUCCESS"
    assert backup["type"]["name"] == "FULL"
    places = {item["backupDestination"]["name"]: item for item in backup["backupLocations"]}
    assert {name: item["status"]["name"] for name, item in places.items()} == {"fs1": "PRESENT", "s3-1": "PRESENT"}
    assert places["s3-1"]["roleType"]["name"] == "SECONDARY"
    assert api.tasks_of(backup) == [("EXPORT", "FINISHED"), ("STORE", "FINISHED"), ("STORE", "FINISHED")]
    stores = api.get("/tasks/detailed", parent_task=task["guid"])
    assert {row["backupDestination"]["name"] for row in stores} == {"fs1", "s3-1"}
    workflow = task["workflowExecution"]["guid"]
    assert len(api.get("/tasks", workflow_execution=workflow)) == 3
    shown = [row for row in api.get("/workflow-executions") if row["guid"] == workflow]
    assert shown[0]["state"]["name"] == "FINISHED"


def test_an_export_that_is_over_is_no_backup_yet(api: Storware) -> None:
    api.control("POST", "storware/vms", {"vm": "web02", "destiny": {"store_fails": {"fs1": -1}}})
    task = api.export("web02")
    backup = api.backup_of(task)
    assert api.finish(task)["state"]["name"] == "FINISHED"
    assert api.finish_backup(backup)["status"]["name"] == "FAILED"
    api.control("POST", "storware/vms", {"vm": "web02", "destiny": {}})


def test_stores_say_nothing_of_their_progress(api: Storware) -> None:
    api.control("POST", "storware/vms", {"vm": "files01", "seconds": 300})
    task = api.export("files01")
    moving = api.wait(f"/tasks/{task['guid']}", lambda row: 0 < row["progress"] < 100)
    assert moving["state"]["name"] == "RUNNING"
    assert moving["node"]["name"] == "node1"
    api.finish(task)
    store = api.wait(
        f"/tasks/{api.get('/tasks', parent_task=task['guid'])[0]['guid']}",
        lambda row: row["state"]["name"] == "RUNNING",
    )
    assert store["progress"] == 0.0
    api.finish(store)


def test_retries_are_copies(api: Storware) -> None:
    task = api.export("flaky01", retryCount=3)
    backup = api.finish_backup(api.backup_of(task))
    assert backup["status"]["name"] == "SUCCESS"
    rows = [row for row in api.get("/tasks/detailed", backup=backup["guid"]) if row["type"]["name"] == "EXPORT"]
    rows.sort(key=lambda row: -row["retryCount"])
    assert [row["state"]["name"] for row in rows] == ["FAILED", "FAILED", "FINISHED"]
    assert [row["retryCount"] for row in rows] == [3, 2, 1]
    assert len({row["guid"] for row in rows}) == 3
    assert api.get(f"/tasks/{task['guid']}")["state"]["name"] == "FAILED"


def test_without_retries_the_backup_fails(api: Storware) -> None:
    task = api.export("broken01")
    backup = api.finish_backup(api.backup_of(task))
    assert backup["status"]["name"] == "FAILED"
    assert backup["statusInfo"] == "Snapshot could not be created"
    assert api.tasks_of(backup) == [("EXPORT", "FAILED")]


def test_a_failed_store_is_repeated_too(api: Storware) -> None:
    backup = api.finish_backup(api.backup_of(api.export("retrystore01", retryCount=1)))
    assert backup["status"]["name"] == "SUCCESS"
    assert api.tasks_of(backup) == [("EXPORT", "FINISHED"), ("STORE", "FAILED"), ("STORE", "FINISHED")]


def test_one_destination_of_two_is_partial_success(api: Storware) -> None:
    backup = api.finish_backup(api.backup_of(api.export("partial01")))
    assert backup["status"]["name"] == "PARTIAL_SUCCESS"
    assert {item["status"]["name"] for item in backup["backupLocations"]} == {"PRESENT", "FAILED"}


def test_no_destination_is_failure(api: Storware) -> None:
    backup = api.finish_backup(api.backup_of(api.export("storefail01")))
    assert backup["status"]["name"] == "FAILED"
    assert "no space left" in backup["statusInfo"]


def test_a_destination_without_node(api: Storware) -> None:
    task = api.finish(api.export("orphan01"))
    assert (task["state"]["name"], task["statusInfo"]) == ("FAILED", "Backup destination is not assigned to the node")


def test_incremental_needs_a_base_and_a_platform(api: Storware) -> None:
    kind = {"name": "INCREMENTAL"}
    real = api.finish_backup(api.backup_of(api.export("erp01", backupType=kind)))
    assert (real["type"]["name"], "parentBackup" in real) == ("INCREMENTAL", True)
    for name in ("pveguest01", "nonode01"):
        api.control("POST", "storware/vms", {"vm": name, "destiny": {}})
        silent = api.finish_backup(api.backup_of(api.export(name, backupType=kind)))
        assert (silent["status"]["name"], silent["type"]["name"]) == ("SUCCESS", "FULL")
    api.control("POST", "storware/vms", {"vm": "nonode01", "destiny": {"no_node": True}})


def test_incremental_not_possible(api: Storware) -> None:
    vms = [api.vm("erp01"), api.vm("pveguest01")]
    found = api.post("/virtual-machines/incremental-not-possible", {"entities": vms})
    assert [row["name"] for row in found] == ["pveguest01"]


def test_a_window_in_the_future(api: Storware) -> None:
    start = api.now() + 3_600_000
    task = api.export("mail01", windowStart=start, windowEnd=start + 600_000)
    api.advance(1800)
    assert api.get(f"/tasks/{task['guid']}")["state"]["name"] == "QUEUED"
    api.advance(1830)
    assert api.finish(task)["state"]["name"] == "FINISHED"


def test_a_window_that_passes(api: Storware) -> None:
    task = api.export("nonode01", windowEnd=api.now() + 60_000)
    backup = api.backup_of(task)
    assert api.get(f"/tasks/{task['guid']}")["state"]["name"] == "QUEUED"
    api.advance(120)
    ended = api.get(f"/tasks/{task['guid']}")
    assert (ended["state"]["name"], ended["statusInfo"]) == ("FAILED", "Task was not started within its start window")
    assert api.get(f"/backups/{backup['guid']}")["status"]["name"] == "FAILED"


def test_the_usual_window_is_five_hours(api: Storware) -> None:
    task = api.export("nonode01")
    assert task["windowEnd"] - task["windowStart"] == 5 * 3_600_000
    api.advance(5 * 3600 + 60)
    assert api.get(f"/tasks/{task['guid']}")["state"]["name"] == "FAILED"


def test_higher_priorities_go_first(api: Storware) -> None:
    api.control("POST", "storware", {"threads": 1})
    try:
        names = ("app01", "db02", "erp01", "db01", "partial01")
        start = api.now() + 2000
        tasks = [api.export(name, priority=10 * number, windowStart=start) for number, name in enumerate(names)]
        done = [api.finish(task) for task in tasks]
    finally:
        api.control("POST", "storware", {"threads": 10})
    order = sorted(done, key=lambda row: row["startTime"])
    assert order[0]["priority"] == 40
    assert {row["priority"] for row in order[-2:]} == {0, 10}


def test_several_entities_in_one_request(api: Storware) -> None:
    tasks = api.post("/tasks/export", api.export_body("app01", "erp01"))
    assert {task["protectedEntity"]["name"] for task in tasks} == {"app01", "erp01"}
    for task in tasks:
        api.finish(task)


def test_rules_choose_destinations(api: Storware) -> None:
    rules = {rule["name"]: rule for rule in api.rules(api.vm("tworules01"))}
    only = api.finish_backup(api.backup_of(api.export("tworules01", rules=[rules["offsite"]])))
    assert [item["backupDestination"]["name"] for item in only["backupLocations"]] == ["s3-1"]
    both = api.finish_backup(api.backup_of(api.export("tworules01")))
    assert {item["backupDestination"]["name"] for item in both["backupLocations"]} == {"fs1", "s3-1"}


def test_the_vm_tells_of_its_backups(api: Storware) -> None:
    before = api.vm("app01")
    backup = api.finish_backup(api.backup_of(api.export("app01")))
    after = api.vm("app01")
    assert after["lastBackup"] > before["lastBackup"]
    assert after["lastSuccessfulFullBackup"]["guid"] == backup["guid"]
    assert after["backupUpToDate"] is True
    assert "backupUpToDate" not in api.vm("nopolicy01")


def test_async_exports_may_tell_nothing_or_a_part(api: Storware) -> None:
    body = api.export_body("web01", "mail01", **{"async": True})
    api.fault(fault="partial_list", path="/tasks/export", keep=0)
    assert api.post("/tasks/export", body) == []
    api.fault(fault="partial_list", path="/tasks/export", keep=0.5)
    assert len(api.post("/tasks/export", body)) == 1
    assert len(api.post("/tasks/export", body)) == 2


def test_async_tasks_may_appear_late(api: Storware) -> None:
    guid = api.vm("kvmguest01")["guid"]
    api.fault(fault="job_late", path="/tasks/export", seconds=0.5)
    assert api.post("/tasks/export", api.export_body("kvmguest01", **{"async": True})) == []
    query: Json = {"protected_entity": guid, "type": "EXPORT"}
    assert api.get("/tasks", **query) == []
    api.wait("/session/user", lambda _: bool(api.get("/tasks", **query)))


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"protectedEntities": None}, 400),
        ({"protectedEntities": []}, 400),
        ({"protectedEntities": [{"guid": "5b2d1f0a-0000-4000-8000-000000000000"}]}, 404),
        ({"protectedEntities": ["5b2d1f0a-0000-4000-8000-000000000000"]}, 400),
        ({"backupType": None}, 400),
        ({"backupType": {"name": "DIFFERENTIAL"}}, 400),
        ({"backupType": {"name": "full"}}, 400),
        ({"rules": None}, 400),
        ({"rules": [{"guid": "5b2d1f0a-0000-4000-8000-000000000000"}]}, 404),
        ({"priority": 101}, 400),
        ({"priority": -1}, 400),
        ({"priority": "50"}, 400),
        ({"retryCount": -1}, 400),
        ({"windowStart": 2000, "windowEnd": 1000}, 400),
        ({"windowStart": "2026-01-01T00:00:00Z"}, 400),
        ({"protectedEntityType": "HOST"}, 400),
        ({"async": "yes"}, 400),
    ],
)
def test_exports_that_are_refused(api: Storware, change: Json, status: int) -> None:
    before = api.control("GET", "storware")["tasks_total"]
    answer = api.call("POST", "/tasks/export", {**api.export_body("db01"), **change})
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert (body["error"] if status == 400 else body)["message"]
    assert api.control("GET", "storware")["tasks_total"] == before


def test_enums_may_be_plain_names(api: Storware) -> None:
    assert api.export("cirros01", backupType="FULL")["backupType"]["name"] == "FULL"


@pytest.mark.parametrize(("name", "rule"), [("paused01", "Default"), ("leaving01", "old")])
def test_rules_that_must_not_be_used(api: Storware, name: str, rule: str) -> None:
    rules = [item for item in api.rules(api.vm(name)) if item["name"] == rule]
    assert api.call("POST", "/tasks/export", api.export_body(name, rules=rules)).status_code == 400


def test_rules_of_another_policy(api: Storware) -> None:
    body = api.export_body("db01", rules=api.rules(api.vm("web01")))
    assert api.call("POST", "/tasks/export", body).status_code == 400


def test_a_vm_without_policy(api: Storware) -> None:
    body = api.export_body("nopolicy01", rules=api.rules(api.vm("web01")))
    assert api.call("POST", "/tasks/export", body).status_code == 400


def test_a_destination_instead_of_rules(api: Storware) -> None:
    destination = next(row for row in api.get("/backup-destinations") if row["name"] == "fs1")
    task = api.export("nopolicy01", rules=None, backupDestination={"guid": destination["guid"]})
    assert api.finish_backup(api.backup_of(task))["status"]["name"] == "SUCCESS"
