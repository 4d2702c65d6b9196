# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The exchanges that the specification works through, in their order, with the shapes it gives."""

from __future__ import annotations

from storware_harness import Json, Storware


def test_from_login_to_backup(api: Storware) -> None:
    vm = next(row for row in api.get("/virtual-machines", nameLike="db01") if row["present"])
    assert (vm["hvmType"]["name"], vm["hvManager"]["name"], vm["vmBackupPolicy"]["name"]) == ("RHV", "rhv1", "gold")
    policies = api.post("/policies/vm-backup/list-by-entities", {"protectedEntities": [vm["guid"]]})
    rule = policies[0]["rules"][0]
    assert (policies[0]["active"], policies[0]["priority"], rule["active"]) == (True, 50, True)
    start = api.now()
    body: Json = {
        "backupType": {"name": "FULL"}, "protectedEntities": [{"guid": vm["guid"]}], "rules": [{"guid": rule["guid"]}],
        "priority": 50, "windowStart": start, "retryCount": 0, "protectedEntityType": "VM", "async": True,
    }  # fmt: skip
    task = api.post("/tasks/export", body)[0]
    assert task["state"] == {"name": "QUEUED", "description": "Queued"}
    assert task["type"] == {"name": "EXPORT", "description": "Export"}
    assert task["windowStart"] == start
    assert task["originEntity"] == {"type": {"name": "USER", "description": "User"}}
    assert task["protectedEntity"]["type"] == {"name": "VM", "description": "VM"}
    running = api.wait(f"/tasks/{task['guid']}", lambda row: row["state"]["name"] != "QUEUED")
    assert running["startTime"] >= start
    assert running["node"]["name"] in ("node1", "node2")
    query = {"status": ["QUEUED", "INPROGRESS", "SUCCESS"], "protected_entity": vm["guid"], "from": start}
    api.wait("/session/user", lambda _: any(row["backupLocations"] for row in api.get("/backups", **query)))
    backup = api.get("/backups", **query)[0]
    assert backup["backupLocations"][0]["retentionHint"]["name"] == "STANDARD_RETENTION"
    assert api.finish_backup(backup)["status"]["name"] == "SUCCESS"


def test_an_unknown_task(api: Storware) -> None:
    answer = api.call("GET", "/tasks/no-such-guid")
    assert answer.status_code == 404
    assert list(answer.json()) == ["message"]
