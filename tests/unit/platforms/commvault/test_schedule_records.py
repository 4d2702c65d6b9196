# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Schedules as servers show them: whose they are, what they cover, and what differs."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.model.schedule import Kind, Schedule, ScheduleRequest
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.schedule_body import change_step
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.schedule_compare import (
    changes,
    uncertain,
)
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.schedule_coverage import covered
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.schedule_portable import portable
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.schedule_portrait import portrait
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.schedule_records import (
    read_listing,
    read_schedules,
)
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.targets import parse_targets

DAILY = {"freq_type": 4, "freq_interval": 1, "active_start_time": 75600}
SUBCLIENT = {"clientName": "web01", "clientId": 5, "appName": "File System", "backupsetName": "set",
             "subclientName": "www", "subclientId": 7}  # fmt: skip
(WWW,) = parse_targets([{"client": "web01", "app": "File System", "backupset": "set", "subclient": "www"}])


def shown(*associations: dict[str, Any], options: Any = None, pattern: Any = None, **task: Any) -> Schedule:
    info = {
        "associations": list(associations or (SUBCLIENT,)),
        "task": {"taskId": 6441, "taskType": 2, **task},
        "subTasks": [{"subTask": {"subTaskId": 80001, "subTaskName": "nightly", "operationType": 2},
                      "pattern": {**DAILY, **(pattern or {})}, "options": options or {}}],
    }  # fmt: skip
    (found,) = read_schedules(info)
    return found


@pytest.mark.parametrize(
    ("task", "kind"),
    [
        ({}, Kind.OWN),
        ({"taskType": "SCHEDULE"}, Kind.OWN),
        ({"taskType": None}, Kind.OWN),
        ({"taskType": 4}, Kind.POLICY),
        ({"taskType": 2, "taskFlags": {"isSystem": 1}}, Kind.SYSTEM),
        ({"taskType": 777}, Kind.SYSTEM),
        ({"taskType": 1}, Kind.SYSTEM),
    ],
)
def test_whose_a_schedule_is(task: dict[str, Any], kind: Kind) -> None:
    assert shown(**task).kind is kind


def test_other_operations_are_no_schedules_of_backups() -> None:
    entry = {"subTask": {"subTaskId": 1, "operationType": 1001}, "pattern": DAILY}
    assert list(read_schedules({"task": {"taskId": 1}, "subTasks": [entry]})) == []
    assert list(read_listing({"taskDetail": [{"task": {"taskId": 1}, "subTasks": [entry]}]})) == []


@pytest.mark.parametrize(
    ("entity", "within"),
    [
        ({"clientName": "WEB01"}, True),
        ({"clientId": 5, "clientName": "web01", "appName": "File System"}, True),
        ({"clientName": "web01", "applicationId": 81, "appName": "SQL Server"}, False),
        ({"clientName": "web02"}, False),
        ({"clientGroupName": "all servers", "clientGroupId": 3}, True),
        ({"clientName": "web01", "appName": "File System", "backupsetName": "set"}, True),
        ({"clientName": "web01", "appName": "File System", "backupsetName": "other"}, False),
    ],
)
def test_what_is_wider_than_a_target_covers_it(entity: dict[str, Any], within: bool) -> None:
    schedule = shown(entity)
    coverage = covered([WWW], schedule)
    assert (coverage.touches, bool(coverage.within)) == (within, within)
    assert coverage.unnamed == schedule.targets
    assert schedule.targets[0].label


def test_unknown_entities_have_a_label() -> None:
    labels = [shown(entity).targets[0].label for entity in ({"clientGroupName": "all"}, {"x": 1})]
    assert labels == ["clientGroupName all", "an entity that only the server knows"]


@pytest.mark.parametrize(
    ("task", "alert", "differs", "doubted"),
    [
        ({}, {"id": 1}, True, False),
        ({"alert": {"alertId": 1, "alertName": "Bad"}}, {"id": 1, "name": "other"}, False, False),
        ({"alert": {"alertId": 1, "alertName": "Bad"}}, {"name": "BAD"}, False, False),
        ({"alert": {"alertId": 1, "alertName": "Bad"}}, {"name": "Good"}, True, False),
        ({"alertId": 1}, {"id": 1}, False, False),
        ({"alertId": 2}, {"id": 1}, True, False),
        ({"alertId": 2}, {"name": "Bad"}, False, True),
    ],
)
def test_alerts(task: dict[str, Any], alert: dict[str, Any], differs: bool, doubted: bool) -> None:
    schedule, request = shown(**task), ScheduleRequest(name="nightly", alert=alert)
    assert bool(changes(request, schedule)) is differs
    assert bool(uncertain(request, schedule)) is doubted
    body = change_step(request, schedule).body
    assert isinstance(body, dict)
    sent = body["TMMsg_ModifyTaskReq"]["taskInfo"]["task"]
    # An old ID beside a new name would leave the server to choose.
    assert {key.removeprefix("alert").lower() for key in sent["alert"]} == set(alert)
    assert "alertId" not in sent


@pytest.mark.parametrize(
    ("raw", "same"),
    [
        ({"subTasks": [{"options": {"backupOpts": {"backupLevel": "FULL"}}}]}, True),
        ({"subTasks": [{"options": {"backupOpts": {"backupLevel": "INCREMENTAL"}}}]}, False),
        ({"subTasks": [{"pattern": {"active_start_time": "21:00:00"}}]}, True),
        ({"subTasks": [{"pattern": {"active_start_time": "22:00:00"}}]}, False),
        ({"subTasks": [{"pattern": {"active_end_date": "2030-01-01 00:00:00"}}]}, True),
        ({"task": {"taskType": "SCHEDULE"}}, True),
        ({"task": {"newer": True}}, False),
        ({"subTasks": [{"options": {"newer": [1, 2]}}]}, True),
        ({"subTasks": [{"options": {"newer": [1, 3]}}]}, False),
    ],
)
def test_raw_is_compared_by_meaning(raw: dict[str, Any], same: bool) -> None:
    schedule = shown(
        options={"backupOpts": {"backupLevel": 1}, "newer": ["1", 2]}, pattern={"active_end_date": 1893456000}
    )
    found = changes(ScheduleRequest(name="nightly", raw={"taskInfo": raw}), schedule)
    assert (found == []) is same
    assert all(change.shared is ("task." in change.key) for change in found)


def test_idle_options_are_no_part_of_a_portrait() -> None:
    backup = {"incLevel": 1, "mediaOpt": {"retentionJobType": 2, "numberofDays": 30}}
    common = {"startUpOpts": {"priority": 166, "useDefaultPriority": True}, "jobRetryOpts": {"numberOfRetries": 4}}
    seen = portrait(shown(options={"backupOpts": backup, "commonOpts": common}))
    assert seen["commvault"] == {
        "media": {"retention_job_type": "storage_policy_default"},
        "startup": {"use_default_priority": True},
    }


@pytest.mark.parametrize(
    ("zone", "own", "name", "lost"),
    [
        ({"TimeZoneID": 1000, "TimeZoneName": "CommServe Time Zone"}, "Asia/Tokyo", "Asia/Tokyo", []),
        ({"TimeZoneID": 1000}, None, None, [("pattern.timezone", "CommServe Time Zone")]),
        ({"TimeZoneID": 1001}, "UTC", "Client Time Zone", []),
        ({"TimeZoneID": 42}, "UTC", None, [("pattern.timezone_id", 42)]),
        ({"TimeZoneID": 42, "TimeZoneName": "(UTC-05:00) Eastern Time (US & Canada)"}, "UTC",
         "(UTC-05:00) Eastern Time (US & Canada)", []),
    ],
)  # fmt: skip
def test_time_zones_are_carried_by_name(zone: Any, own: str | None, name: str | None, lost: Any) -> None:
    carried = portable(shown(pattern={"timeZone": zone, "calendar": {"calendarId": 1}}), lambda: own)
    assert carried.options["pattern"].get("timezone") == name
    assert list(carried.lost) == lost


def test_what_is_known_only_by_an_id_is_told() -> None:
    entity = {"clientId": 5, "backupsetId": 6, "backupsetName": "set"}
    options = {"backupOpts": {"backupLevel": 99, "newer": {"on": True, "off": False}}}
    carried = portable(
        shown(entity, options=options, pattern={"calendar": {"calendarId": 9}}, alertId=4), lambda: "UTC"
    )
    assert dict(carried.lost) == {
        "targets[0].client_id": 5,
        "pattern.calendar_id": 9,
        "alert.id": 4,
        "subTasks/options/backupOpts/backupLevel": 99,
        "subTasks/options/backupOpts/newer/on": True,
    }
