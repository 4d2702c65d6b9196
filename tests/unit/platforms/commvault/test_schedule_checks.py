# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is refused, and what is warned of, before a schedule is looked for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.api.errors import InvalidOption
from ansible_collections.nightshift.backup.plugins.module_utils.model.levels import Level
from ansible_collections.nightshift.backup.plugins.module_utils.model.pattern_options import read_pattern
from ansible_collections.nightshift.backup.plugins.module_utils.model.schedule import Schedule, ScheduleRequest
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.schedule_body import (
    change_step,
    create_step,
)
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.schedule_checks import (
    check_schedule,
)
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.schedule_portrait import wanted
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.targets import parse_targets

TARGET = {"client": "c", "app": "File System", "backupset": "b", "subclient": "s"}
BACKUP, COMMON = "backupOpts", "commonOpts"


def schedule(options: dict[str, Any] | None = None, **more: Any) -> ScheduleRequest:
    given: dict[str, Any] = {
        "name": "n",
        "targets": parse_targets([TARGET]),
        "level": Level.FULL,
        "pattern": read_pattern({"frequency": "weekly", "days": ["monday"], "at": "21:00"}),
        **more,
    }
    return ScheduleRequest(options=options or {}, **given)


def raw(part: str, **values: Any) -> dict[str, Any]:
    return {"taskInfo": {"subTasks": [{"options": {part: values}}]}}


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (raw(BACKUP, incLevel="BEFORE_SYNTH"), "commvault.backup_options.inc_level needs"),
        (raw(COMMON, startUpOpts={"priority": 1000}), "commvault.startup.priority must be 0 to 999"),
        (raw(BACKUP, backupLevel="TRANSACTION_LOG"), "File System has no transaction_log backup"),
        ({"taskInfo": {"associations": [{"clientName": "other"}]}}, "raw must not change associations"),
        ({"taskInfo": {"task": {"taskType": 1}}}, "raw must not change task/taskType"),
    ],
)
def test_every_guard_sees_what_raw_says(said: dict[str, Any], told: str) -> None:
    with pytest.raises(InvalidOption, match=told):
        check_schedule(schedule(raw=said))


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"startup": {"start_in_suspended_state": True}}, "Each job of the schedule starts suspended"),
        ({"backup_options": {"run_incremental_backup": True}}, "only means something with level synthetic_full"),
    ],
)
def test_what_would_leave_data_unprotected_is_warned_of(said: dict[str, Any], told: str) -> None:
    assert [warning for warning in check_schedule(schedule(said)) if told in warning]
    assert check_schedule(schedule()) == []


def test_raw_is_warned_of_like_an_option() -> None:
    said = raw(COMMON, startUpOpts={"startInSuspendedState": True})
    assert any("suspended" in warning for warning in check_schedule(schedule(raw=said)))


def frequency(step: Any) -> Any:
    body = step.body.get("TMMsg_ModifyTaskReq", step.body)
    return body["taskInfo"]["subTasks"][0]["pattern"]["freq_type"]


@pytest.mark.parametrize(("chosen", "sent"), [("mixed", 8), ("number", 8), ("name", "WEEKLY")])
def test_the_frequency_is_spelt_like_other_enumerations(chosen: str, sent: Any) -> None:
    request = schedule({"enum_format": chosen})
    assert frequency(create_step(request, enabled=True)) == sent
    present = Schedule("2", "1", "n", True, parse_targets([TARGET]), Level.FULL, None, raw={"subTasks": [{}]})
    assert frequency(change_step(replace(request, targets=None), present)) == sent


def test_a_frequency_without_a_documented_name_is_a_number() -> None:
    request = schedule({"enum_format": "name"}, pattern=read_pattern({"frequency": "continuous", "every": "30m"}))
    assert frequency(create_step(request, enabled=True)) == 4096


def test_how_a_request_is_written_is_no_property_of_the_schedule() -> None:
    formats = {"wire_format": "json", "enum_format": "name"}
    assert "commvault" not in wanted(schedule(formats))
    assert wanted(schedule({**formats, "startup": {"priority": 1}}))["commvault"] == {"startup": {"priority": 1}}
