# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Schedules, policies and rules: full replacement, names, and what schedules start."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

import pytest
from harness import SOURCES
from storware_harness import Json, Storware

sys.path.insert(0, str(SOURCES))

from nightshift_sandbox.storware.recurrence import next_run

HOUR = 3_600_000
NIGHTLY: Json = {
    "name": "test nightly",
    "active": True,
    "type": {"name": "VM_BACKUP"},
    "backupType": {"name": "FULL"},
    "executionType": {"name": "TIME"},
    "hour": 20 * HOUR,
    "startWindowLength": 6 * HOUR,
    "daysOfWeek": [{"name": "MONDAY"}, {"name": "THURSDAY"}],
    "dayOfWeekOccurrences": [],
    "months": [],
    "interval": None,
    "rules": [],
}
INTERVAL: Json = {**NIGHTLY, "executionType": "INTERVAL", "hour": None, "startWindowLength": None,
                  "interval": {"startHour": 0, "endHour": 6 * HOUR, "frequency": 2 * HOUR}}  # fmt: skip


def test_round_trip(api: Storware) -> None:
    created = api.post("/schedules", NIGHTLY)
    shown = api.get(f"/schedules/{created['guid']}")
    assert shown == created
    assert shown["daysOfWeek"] == [
        {"name": "MONDAY", "description": "Monday"},
        {"name": "THURSDAY", "description": "Thursday"},
    ]
    assert not {"interval", "lastRun"} & set(shown)
    changed = {**shown, "hour": 21 * HOUR, "rules": api.rules(api.vm("db01"))}
    answer = api.call("PUT", f"/schedules/{created['guid']}", changed)
    assert (answer.status_code, answer.content) == (204, b"")
    again = api.get(f"/schedules/{created['guid']}")
    assert (again["hour"], again["rules"]) == (21 * HOUR, api.rules(api.vm("db01")))
    assert [policy["name"] for policy in again["policies"]] == ["gold"]
    without = {key: value for key, value in again.items() if key not in ("rules", "startWindowLength", "active")}
    assert api.call("PUT", f"/schedules/{created['guid']}", without).status_code == 204
    reset = api.get(f"/schedules/{created['guid']}")
    assert (reset["rules"], reset["active"], "startWindowLength" in reset) == ([], True, False)
    assert api.call("DELETE", f"/schedules/{created['guid']}").status_code == 204
    assert api.call("GET", f"/schedules/{created['guid']}").status_code == 404


def test_intervals(api: Storware) -> None:
    created = api.post("/schedules", {**INTERVAL, "name": "test interval"})
    assert created["interval"] == INTERVAL["interval"]
    assert not {"hour", "startWindowLength"} & set(created)
    api.call("DELETE", f"/schedules/{created['guid']}")


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"name": ""}, 400),
        ({"name": "applications nightly"}, 409),
        ({"type": None}, 400),
        ({"type": {"name": "BACKUP"}}, 400),
        ({"daysOfWeek": []}, 400),
        ({"daysOfWeek": [{"name": "monday"}]}, 400),
        ({"dayOfWeekOccurrences": [{"name": "FIFTH_IN_MONTH"}]}, 400),
        ({"months": [{"name": "JAN"}]}, 400),
        ({"hour": None}, 400),
        ({"hour": 86_400_000}, 400),
        ({"hour": "20:00"}, 400),
        ({"executionType": None}, 400),
        ({"interval": INTERVAL["interval"]}, 400),
        ({"executionType": {"name": "INTERVAL"}}, 400),
        ({"rules": [{"guid": "unknown"}]}, 404),
        ({"guid": "5b2d1f0a-0000-4000-8000-000000000000"}, 400),
        ({"active": "yes"}, 400),
    ],
)
def test_schedules_that_are_refused(api: Storware, change: Json, status: int) -> None:
    answer = api.call("POST", "/schedules", {**NIGHTLY, "name": "test refused", **change})
    assert answer.status_code == status, answer.text
    assert answer.json()


def test_the_type_is_fixed(api: Storware) -> None:
    created = api.post("/schedules", {**NIGHTLY, "name": "test type"})
    body = {**created, "type": {"name": "VM_SNAPSHOT"}}
    assert api.call("PUT", f"/schedules/{created['guid']}", body).status_code == 400
    api.call("DELETE", f"/schedules/{created['guid']}")


def test_an_answer_may_be_empty(api: Storware) -> None:
    api.fault(fault="empty", method="POST", path="/schedules$")
    answer = api.call("POST", "/schedules", {**NIGHTLY, "name": "test empty"})
    assert (answer.status_code, answer.content) == (201, b"")
    found = [row for row in api.get("/schedules") if row["name"] == "test empty"]
    assert len(found) == 1
    api.call("DELETE", f"/schedules/{found[0]['guid']}")


def test_lists(api: Storware) -> None:
    rows = api.get("/schedules")
    assert {row["type"]["name"] for row in rows} == {"VM_BACKUP", "VM_SNAPSHOT", "APP_BACKUP"}
    assert {row["executionType"]["name"] for row in rows} == {"TIME", "INTERVAL"}
    assert any(not row["active"] for row in rows)
    assert {row["type"]["name"] for row in api.get("/schedules", type="VM_SNAPSHOT")} == {"VM_SNAPSHOT"}
    mine = {row["name"] for row in api.get("/schedules", protected_entity=api.vm("db01")["guid"])}
    assert mine == {"gold monthly full", "gold copy", "snapshots weekly"}


def test_a_tenants_schedule_bears_the_projects_prefix(api: Storware) -> None:
    tenant = api.as_user("tenant")
    created = tenant.post("/schedules", {**NIGHTLY, "name": "mine"})
    assert created["name"].startswith("uuid_")
    assert created["name"].endswith("_mine")
    assert created["guid"] in {row["guid"] for row in tenant.get("/schedules")}
    assert tenant.call("POST", "/schedules", {**NIGHTLY, "name": "mine"}).status_code == 409
    assert all(row["name"].startswith("uuid_") for row in tenant.get("/schedules"))
    assert tenant.call("DELETE", f"/schedules/{created['guid']}").status_code == 204


def moment(text: str) -> int:
    """Milliseconds of a UTC time."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("change", "after", "expected"),
    [
        ({"daysOfWeek": ["MONDAY"]}, "2026-05-04T19:59", "2026-05-04T20:00"),
        ({"daysOfWeek": ["MONDAY"]}, "2026-05-04T20:00", "2026-05-11T20:00"),
        (
            {"daysOfWeek": ["SUNDAY"], "dayOfWeekOccurrences": ["FIRST_IN_MONTH"]},
            "2026-05-04T00:00",
            "2026-06-07T20:00",
        ),
        ({"daysOfWeek": ["FRIDAY"], "dayOfWeekOccurrences": ["LAST_IN_MONTH"]}, "2026-05-04T00:00", "2026-05-29T20:00"),
        ({"daysOfWeek": ["FRIDAY"], "months": ["JANUARY"]}, "2026-05-04T00:00", "2027-01-01T20:00"),
        ({"interval": (0, 6, 2)}, "2026-05-04T03:00", "2026-05-04T04:00"),
        ({"interval": (0, 6, 2)}, "2026-05-04T06:00", "2026-05-05T00:00"),
        ({"interval": (22, 4, 2), "daysOfWeek": ["MONDAY"]}, "2026-05-05T00:30", "2026-05-05T02:00"),
    ],
)
def test_next_run(change: Json, after: str, expected: str) -> None:
    every = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"]
    schedule: Json = {"executionType": "TIME", "hour": 20 * HOUR, "daysOfWeek": every, "dayOfWeekOccurrences": [],
                      "months": [], **change}  # fmt: skip
    if "interval" in change:
        keys = ("startHour", "endHour", "frequency")
        values = dict(zip(keys, (hour * HOUR for hour in change["interval"]), strict=True))
        schedule |= {"executionType": "INTERVAL", "interval": values}
    assert next_run(schedule, moment(after)) == moment(expected)


def test_a_schedule_starts_tasks(api: Storware) -> None:
    now = api.now()
    day = datetime.fromtimestamp(now / 1000 + 3600, UTC)
    hour = int((now + HOUR) % (24 * HOUR))
    body = {**NIGHTLY, "name": "test firing", "hour": hour, "daysOfWeek": [day.strftime("%A").upper()],
            "rules": api.rules(api.vm("tworules01"))[:1]}  # fmt: skip
    schedule = api.post("/schedules", body)
    api.advance(3600 + 5)
    tasks = api.get("/tasks/detailed", schedule=schedule["guid"])
    exports = [task for task in tasks if task["type"]["name"] == "EXPORT"]
    assert [task["protectedEntity"]["name"] for task in exports] == ["tworules01"]
    assert exports[0]["originEntity"]["type"]["name"] == "SCHEDULE"
    assert exports[0]["windowEnd"] - exports[0]["windowStart"] == 6 * HOUR
    assert api.get(f"/schedules/{schedule['guid']}")["lastRun"] == exports[0]["windowStart"]
    assert api.finish(exports[0])["state"]["name"] == "FINISHED"
    api.call("DELETE", f"/schedules/{schedule['guid']}")


def test_policies(api: Storware) -> None:
    gold = next(row for row in api.get("/policies/vm-backup") if row["name"] == "gold")
    assert gold["rules"] == api.rules(api.vm("db01"))
    extended = next(row for row in api.get("/policies/vm-backup", extended="true") if row["name"] == "gold")
    assert extended["rules"][0]["ruleBackupDestinations"][1]["roleType"]["name"] == "SECONDARY"
    details = api.get(f"/policies/vm-backup/{gold['guid']}")
    assert {"db01", "db02", "app01"} <= {vm["name"] for vm in details["vms"]}
    assert details["autoAssignSettings"]["mode"]["name"] == "DISABLED"
    rule = api.get(f"/rules/vm-backup/{gold['rules'][0]['guid']}")
    assert rule["policy"]["name"] == "gold"
    assert {row["name"] for row in rule["schedules"]} == {"gold monthly full", "gold copy"}
    mine = api.get("/policies/vm-backup", **{"virtual-machine": api.vm("db01")["guid"]})
    assert [row["name"] for row in mine] == ["gold"]
    marked = next(row for row in api.get("/policies/vm-backup", extended="true") if row["name"] == "leaving")
    assert {rule["name"]: rule["markedForDeletion"] for rule in marked["rules"]} == {"old": True, "new": False}


def test_policies_are_replaced_as_a_whole(api: Storware) -> None:
    destination = next(row for row in api.get("/backup-destinations") if row["name"] == "fs1")
    vm = api.vm("nopolicy01")
    rule = {"name": "only", "ruleBackupDestinations": [{"roleType": "PRIMARY", "backupDestination": destination}]}
    body = {"name": "made here", "rules": [rule], "vms": [{"guid": vm["guid"]}]}
    created = api.post("/policies/vm-backup", body)
    assert (created["priority"], created["rules"][0]["name"]) == (50, "only")
    assert api.vm("nopolicy01")["vmBackupPolicy"]["name"] == "made here"
    assert api.call("POST", "/policies/vm-backup", {"name": "made here"}).status_code == 409
    assert api.call("POST", "/policies/vm-backup", {"name": "high", "priority": 101}).status_code == 400
    assert api.finish_backup(api.backup_of(api.export("nopolicy01")))["status"]["name"] == "SUCCESS"
    assert api.call("PUT", f"/policies/vm-backup/{created['guid']}", {"name": "renamed"}).status_code == 204
    renamed = api.get(f"/policies/vm-backup/{created['guid']}")
    assert (renamed["name"], renamed["rules"], renamed["vms"]) == ("renamed", [], [])
    assert "vmBackupPolicy" not in api.vm("nopolicy01")
    assert api.call("DELETE", f"/policies/vm-backup/{created['guid']}").status_code == 204


def test_rules_on_their_own(api: Storware) -> None:
    destination = next(row for row in api.get("/backup-destinations") if row["name"] == "fs1")
    policy = next(row for row in api.get("/policies/vm-backup") if row["name"] == "norules")
    place = {"roleType": {"name": "PRIMARY"}, "backupDestination": destination}
    body = {"name": "late", "policy": {"guid": policy["guid"]}, "ruleBackupDestinations": [place]}
    rule = api.post("/rules/vm-backup", body)
    assert [item["name"] for item in api.rules(api.vm("norules01"))] == ["late"]
    assert api.call("PUT", f"/rules/vm-backup/{rule['guid']}", {**rule, "active": False}).status_code == 204
    assert api.get(f"/rules/vm-backup/{rule['guid']}")["active"] is False
    assert api.call("DELETE", f"/rules/vm-backup/{rule['guid']}").status_code == 204
    assert api.get("/rules/vm-backup", policy=policy["guid"]) == []
