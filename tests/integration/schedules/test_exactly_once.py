# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A connection that breaks makes neither a second schedule nor a wrong one."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.nightshift.backup.tests.integration.schedules.conftest import Plays

TARGET = {"client": "web02", "app": "Linux File System", "backupset": "logs", "subclient": "nginx"}
ONCE: dict[str, Any] = {
    "name": "exactly once",
    "targets": [TARGET],
    "level": "full",
    "pattern": {"frequency": "daily", "at": "21:00"},
}


@pytest.mark.parametrize("fault", ["drop_after", "truncated", "empty"])
def test_a_creation_whose_answer_is_cut_off_is_adopted(plays: Plays, fault: str) -> None:
    plays.fault(fault, method="POST", path="CreateTask$")
    made = plays.good(**ONCE)
    assert made["changed"]
    (listed,) = plays.named("exactly once")
    assert str(listed["task"]["taskId"]) == made["task_id"]
    assert not plays.good(**ONCE)["changed"]


def test_a_creation_that_did_not_happen_is_not_sent_twice(plays: Plays) -> None:
    since = plays.next_index
    plays.fault("html", method="POST", path="CreateTask$", status=503)
    result = plays.schedule(**ONCE)
    assert result["error"]["kind"] == "unknown_outcome"
    assert len(plays.writes(since)) == 1
    assert plays.named("exactly once") == []
    plays.good(**ONCE)
    assert len(plays.named("exactly once")) == 1


def test_a_refused_creation_is_final(plays: Plays) -> None:
    since = plays.next_index
    plays.fault("error_in_200", method="POST", path="CreateTask$", error_message="No licence.")
    result = plays.schedule(**ONCE)
    assert "No licence." in result["msg"]
    assert (result["error"]["kind"], result["changed"]) == ("rejected", False)
    assert len(plays.writes(since)) == 1


@pytest.mark.parametrize("effect", [True, False])
def test_lost_answers_to_changes(plays: Plays, effect: bool) -> None:
    plays.good(**ONCE)
    for given, path in (
        ({"level": "incremental"}, "Qcommand"),
        ({"level": "incremental", "enabled": False}, "Disable$"),
        ({"state": "absent"}, "Qcommand"),
    ):
        plays.fault("drop_after" if effect else "drop_before", method="POST", path=path)
        assert plays.good(**{**ONCE, **given})["changed"]
        assert not plays.good(**{**ONCE, **given})["changed"]
    assert plays.named("exactly once") == []


def test_accepted_and_not_done_is_said(plays: Plays) -> None:
    plays.good(**ONCE)
    plays.fault("error_in_200", method="POST", path="Qcommand", error_code=0, error_message="")
    result = plays.schedule(**{**ONCE, "level": "incremental"})
    assert "did not carry it out (level)" in result["msg"]
    plays.fault("error_in_200", method="POST", path="Disable$", error_code=0, error_message="")
    assert "did not carry it out (enabled)" in plays.schedule(**ONCE, enabled=False)["msg"]


@pytest.mark.parametrize("wire_format", ["json", "xml"])
def test_what_cannot_be_changed_in_place_is_replaced(plays: Plays, wire_format: str) -> None:
    options = {"commvault": {"wire_format": wire_format, "startup": {"priority": 7}}}
    old = plays.good(**ONCE, **options, description="kept", alert={"id": 1})
    plays.fault("error_in_200", method="POST", path="Qcommand", body="ModifyTaskReq", times=None)
    given = {"name": "exactly once", "targets": [TARGET], "pattern": {"frequency": "weekly", "days": ["monday"],
             "at": "21:00"}, "commvault": {"wire_format": wire_format}}  # fmt: skip
    assert "internal error" in plays.schedule(**given)["msg"]
    new = plays.good(**given, replace=True)
    assert new["schedule_id"] != old["schedule_id"]
    kept = {key: new["schedule"][key] for key in ("level", "description", "alert", "enabled")}
    assert kept == {"level": "full", "description": "kept", "alert": {"id": 1}, "enabled": True}
    assert new["schedule"]["commvault"] == old["schedule"]["commvault"]
    assert len(plays.named("exactly once")) == 1
    assert not plays.good(**given, replace=True)["changed"]


@pytest.mark.parametrize("path", ["Disable$", "Enable$", "Qcommand"])
def test_an_interrupted_replacement_is_taken_up(plays: Plays, path: str) -> None:
    plays.good(**ONCE)
    plays.fault("error_in_200", method="POST", path="Qcommand", body="ModifyTaskReq", times=None)
    plays.fault("error_in_200", method="POST", path=path, body="taskId=|opType")
    given = {**ONCE, "level": "incremental", "replace": True}
    assert plays.schedule(**given)["failed"]
    enabled = [entry for entry in plays.named("exactly once") if not entry["task"]["taskFlags"]["disabled"]]
    assert len(enabled) == 1
    done = plays.good(**given)
    assert (done["schedule"]["level"], done["schedule"]["enabled"]) == ("incremental", True)
    assert len(plays.named("exactly once")) == 1


@pytest.mark.parametrize("missing", ["name", "targets"])
def test_a_replacement_has_to_be_found_again(plays: Plays, missing: str) -> None:
    given = {**ONCE, "replace": True, missing: None, "schedule_id": "80001"}
    assert "replace: true needs name and targets" in plays.refused(**given)
