# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Schedules of a server that knows more than this collection: nothing of it is lost, and nothing is sent for it."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.api.errors import InvalidOption, Rejected
from ansible_collections.nightshift.backup.plugins.module_utils.flows.plan_schedule import plan_schedule
from ansible_collections.nightshift.backup.plugins.module_utils.flows.reconcile_schedule import Journal, reconcile
from ansible_collections.nightshift.backup.plugins.module_utils.flows.surroundings import Surroundings
from ansible_collections.nightshift.backup.plugins.module_utils.model.levels import Level
from ansible_collections.nightshift.backup.plugins.module_utils.model.schedule import ScheduleRequest
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.storware.schedule_platform import (
    StorwareSchedules,
)

from .scripted import Script, enum, guid, rule

NEWER: dict[str, Any] = {
    "guid": guid(1),
    "name": "newer",
    "active": True,
    "type": enum("OS_BACKUP"),
    "backupType": enum("FOREVER"),
    "executionType": enum("CRON"),
    "cron": "0 3 * * *",
    "hour": 1234,
    "startWindowLength": 1500,
    "daysOfWeek": [enum("MONDAY"), enum("EIGHTHDAY")],
    "interval": None,
    "rules": [{"guid": guid(7), "name": "r", "weight": 3}],
    "limits": {"parallel": 2, "deep": [None, 1]},
    "lastRun": 5,
}


@pytest.fixture
def schedules(script: Script) -> StorwareSchedules:
    script.says("schedules", [NEWER])
    script.says(f"schedules/{guid(1)}", NEWER)
    policy = {"guid": guid(20), "name": "gold", "rules": [rule(8, "Default"), rule(9, "off", active=False)]}
    script.says("policies/vm-backup", [policy])
    return StorwareSchedules(script.session)


def request_of(schedules: StorwareSchedules, row: dict[str, Any], **more: Any) -> ScheduleRequest:
    """Return the request of a play that feeds a row back."""
    given: dict[str, Any] = {key: row[key] for key in ("name", "schedule_id", "enabled") if key in row}
    pattern = schedules.parse_pattern(row["pattern"])
    given.update(pattern=pattern, options=row["storware"], **more)
    return schedules.understand(ScheduleRequest(**given))


def test_what_a_newer_server_holds_is_shown_fed_back_and_sent_back(
    schedules: StorwareSchedules, script: Script
) -> None:
    (found,) = schedules.read_task(guid(1))
    row = schedules.portrait(found)
    assert (row["pattern"]["frequency"], row["storware"]["type"]) == ("other", "os_backup")
    assert row["storware"]["backup_type"] == "forever"
    report = reconcile(schedules, request_of(schedules, row), Surroundings(), Journal())
    assert report.plan.is_empty
    request = schedules.resolve(request_of(schedules, row, enabled=False))
    assert [move.value for move in plan_schedule(schedules, request, [found]).moves] == ["disable"]
    for step in (schedules.switch_step(found, on=False), schedules.change_step(request, found)):
        assert step.body == {**NEWER, "active": False}
    assert script.sent("PUT") == []
    lost = dict(schedules.portable(found).lost)
    assert lost.keys() == {"cron", "limits", "startWindowLength"}
    assert schedules.next_runs(request, found, datetime.now(timezone.utc)) is None


def test_words_of_a_newer_server_make_no_new_schedule(schedules: StorwareSchedules) -> None:
    for options in ({"type": "os_backup"}, {"backup_type": "forever"}):
        with pytest.raises(InvalidOption, match="allowed are"):
            schedules.check_schedule(ScheduleRequest(name="x", options=options))


def test_raw_is_compared_and_merged_and_guarded(schedules: StorwareSchedules) -> None:
    (found,) = schedules.read_task(guid(1))
    same = ScheduleRequest(schedule_id=guid(1), raw={"backupType": {"name": "FOREVER"}, "limits": {"parallel": 2}})
    assert schedules.changes(same, found) == []
    other = ScheduleRequest(schedule_id=guid(1), raw={"limits": {"parallel": 3}})
    (change,) = schedules.changes(other, found)
    assert (change.key, change.after["parallel"]) == ("raw.limits", 3)
    body = schedules.change_step(other, found).body
    assert isinstance(body, dict)
    assert (body["limits"]["parallel"], body["interval"], body["rules"]) == (3, None, NEWER["rules"])
    with pytest.raises(InvalidOption, match="raw must not change rules"):
        schedules.change_step(ScheduleRequest(raw={"rules": [{"guid": guid(8)}]}), found)


def test_an_inactive_rule_is_named_by_its_guid_alone(schedules: StorwareSchedules) -> None:
    def covers(*rules: str) -> list[str]:
        request = ScheduleRequest(name="new", options={"rules": list(rules), "policies": ["gold"]})
        return [target.label for target in schedules.resolve(schedules.understand(request)).targets or ()]

    assert covers("Default") == ["gold/Default"]
    assert covers(guid(9)) == ["gold/off"]
    with pytest.raises(Rejected, match="gold/off is not active"):
        covers("off")


def test_a_user_who_sees_no_policies_keeps_schedules_by_guids(schedules: StorwareSchedules, script: Script) -> None:
    record = {**NEWER, "type": enum("VM_BACKUP"), "backupType": enum("FULL"), "executionType": enum("TIME"),
              "hour": 3_600_000, "daysOfWeek": [enum("MONDAY")]}  # fmt: skip
    script.says(f"schedules/{guid(1)}", record)
    script.says("policies/vm-backup", 403)
    (found,) = schedules.read_task(guid(1))
    assert found.level is Level.FULL
    assert [target.label for target in found.targets] == ["r"]
    assert schedules.portrait(found)["storware"]["rules"] == [guid(7)]
