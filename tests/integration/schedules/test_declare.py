# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Schedules are declared, changed in what was given, switched, renamed and removed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.model.pattern import SchedulePattern
from ansible_collections.nightshift.backup.plugins.module_utils.model.pattern_options import as_options
from ansible_collections.nightshift.backup.tests.integration.schedules.conftest import Plays
from ansible_collections.nightshift.backup.tests.unit.model.pattern_strategies import patterns
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

WWW = {"client": "web01", "app": "File System", "backupset": "defaultBackupSet", "subclient": "www"}
LOGS = {"client": "web01", "app": "File System", "backupset": "logs", "subclient": "default"}
DAILY = {"frequency": "daily", "at": "21:00"}
BASE: dict[str, Any] = {"name": "declared", "targets": [WWW], "level": "incremental", "pattern": DAILY}

FREQUENCIES: dict[str, dict[str, Any]] = {
    "once": {"frequency": "once", "start_date": "2035-01-31", "at": "21:00"},
    "daily": {"frequency": "daily", "at": "06:30:30", "every": 3},
    "within the day": {"frequency": "daily", "at": "08:00", "repeat_every": "4h", "repeat_until": "20:00"},
    "weekly": {"frequency": "weekly", "days": ["saturday", "monday"], "at": "00:00", "every": 2},
    "monthly": {"frequency": "monthly", "day_of_month": 31, "at": "21:00", "every": 2, "occurrences": 7},
    "relative": {"frequency": "monthly_relative", "week": "last", "day": "weekend_day", "at": "21:00"},
    "yearly": {"frequency": "yearly", "month": "july", "day_of_month": 4, "at": "21:00", "end_date": "2040-12-31"},
    "yearly relative": {"frequency": "yearly_relative", "month": 7, "week": "second", "day": "weekday", "at": "21:00"},
    "exceptions": {**DAILY, "exceptions": [{"week": "fourth", "day": "friday"}, {"days_of_month": [1, 31]}]},
    "zone": {**DAILY, "timezone": "Europe/Berlin", "start_date": "2026-12-24"},
    "zone by ID": {**DAILY, "timezone_id": 42, "calendar": "Fiscal"},
    "automatic": {"frequency": "automatic", "automatic": {"max_backup_interval": 24, "ac_power": True}},
    "continuous": {"frequency": "continuous", "every": "45m"},
}  # fmt: skip


@pytest.mark.parametrize("wire_format", ["json", "xml"])
@pytest.mark.parametrize("pattern", FREQUENCIES.values(), ids=list(FREQUENCIES))
def test_every_frequency_is_made_and_made_of_another(plays: Plays, pattern: dict[str, Any], wire_format: str) -> None:
    given = {**BASE, "pattern": pattern, "commvault": {"wire_format": wire_format}}
    assert plays.good(**given)["changed"]
    since = plays.next_index
    assert not plays.good(**given)["changed"]
    assert plays.writes(since) == []
    weekly = {"frequency": "weekly", "days": ["tuesday"], "at": "03:00", "repeat_every": 0, "end_date": "never",
              "occurrences": 0, "exceptions": []}  # fmt: skip
    for other in (weekly, pattern):
        change = {**given, "pattern": other}
        assert plays.good(**change)["changed"] is True
        assert plays.good(**change)["changed"] is False
    content = {entry["headers"]["content-type"] for entry in plays.writes(since)}
    assert content == {f"application/{wire_format}"}


LATER = {**DAILY, "at": "22:00"}
EDITS: list[tuple[str, dict[str, Any]]] = [
    ("level", {"level": "full"}),
    ("description", {"description": "for people"}),
    ("notify_user", {"notify_user": True}),
    ("alert.id", {"alert": {"id": 2}}),
    ("pattern.at", {"pattern": LATER}),
    ("pattern.every", {"pattern": {**LATER, "every": 2}}),
    ("pattern.timezone", {"pattern": {**LATER, "timezone": "Asia/Tokyo"}}),
    ("pattern.end_date", {"pattern": {**LATER, "end_date": "2040-01-01"}}),
    ("commvault.media.start_new_media", {"commvault": {"media": {"start_new_media": True}}}),
    ("raw", {"raw": {"taskInfo": {"subTasks": [{"options": {"commonOpts": {"jobDescription": "r"}}}]}}}),
]


@pytest.mark.parametrize("wire_format", ["json", "xml"])
def test_an_edit_changes_what_was_given_and_keeps_the_rest(plays: Plays, wire_format: str) -> None:
    rest = {
        "description": "kept",
        "pattern": {**DAILY, "exceptions": [{"days_of_month": [13]}], "start_date": "2026-12-01"},
        "commvault": {"retry": {"number_of_retries": 3}, "backup_options": {"collect_meta_info": True}},
    }
    made = plays.good(**{**BASE, **rest})
    for key, edit in EDITS:
        before = plays.record(made["task_id"])
        options = {**edit.get("commvault", {}), "wire_format": wire_format}
        given = {"name": "Declared", "targets": [WWW], **edit, "commvault": options}
        (change,) = plays.good(**given)["changes"]
        assert change["key"].startswith(key)
        # "Every 2 days" is written into two fields, and the server describes a pattern anew.
        touched = _differences(before, plays.record(made["task_id"])) - {"subTasks[0]/pattern/description"}
        assert len({"freq" if "freq_" in way else way.rpartition("/")[0] for way in touched}) == 1, (key, touched)
        assert not plays.good(**given)["changed"]
    entry = plays.record(made["task_id"])["subTasks"][0]
    assert entry["subTask"]["subTaskName"] == "declared"
    assert entry["pattern"]["repeatPattern"][0]["onDayNumber"] == 1 << 12
    assert entry["options"]["commonOpts"]["jobRetryOpts"] == {"enableNumberOfRetries": True, "numberOfRetries": 3}
    assert entry["options"]["backupOpts"]["collectMetaInfo"] is True


def _differences(one: Any, other: Any, way: str = "") -> set[str]:
    if isinstance(one, dict) and isinstance(other, dict):
        keys = one.keys() | other.keys()
        return {
            found for key in keys for found in _differences(one.get(key), other.get(key), f"{way}/{key}".lstrip("/"))
        }
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return {found for i in range(len(one)) for found in _differences(one[i], other[i], f"{way}[{i}]")}
    return set() if one == other else {way}


def test_check_mode_predicts_and_sends_nothing(plays: Plays) -> None:
    since = plays.next_index
    planned = plays.good(**BASE, check_mode=True, diff=True)
    assert planned["changed"]
    assert planned["requests"][0]["path"] == "CreateTask"
    assert (planned["schedule_id"], planned["diff"]["before"]) == (None, {})
    assert plays.writes(since) == []
    made = plays.good(**BASE)
    assert made["requests"][0]["body"]["taskInfo"]["task"]["taskType"] == 2
    since = plays.next_index
    change = {**BASE, "pattern": {**DAILY, "at": "23:00"}, "enabled": False, "alert": {"id": 1}}
    planned = plays.good(**change, check_mode=True, diff=True)
    assert plays.writes(since) == []
    done = plays.good(**change, diff=True)
    assert planned["schedule"] == done["schedule"]
    assert planned["diff"] == done["diff"]
    assert planned["requests"] == done["requests"]
    assert (done["diff"]["before"]["pattern"]["at"], done["diff"]["after"]["pattern"]["at"]) == ("21:00", "23:00")
    assert (done["next_runs"], done["timezone"]) == ([], "(UTC) Coordinated Universal Time")
    back = {**change, "pattern": {**DAILY, "at": "04:00"}, "enabled": True}
    foretold = plays.good(**back, check_mode=True)["next_runs"]
    assert len(foretold) == 5
    assert all("T04:00:00" in run["at"] for run in foretold)
    gone = plays.good(**BASE, state="absent", check_mode=True, diff=True)
    assert (gone["schedule"], gone["diff"]["after"]) == (None, {})
    assert len(plays.named("declared")) == 1


def test_on_and_off(plays: Plays) -> None:
    made = plays.good(**BASE, enabled=False)
    flags = plays.record(made["task_id"])["task"]["taskFlags"]
    assert (made["schedule"]["enabled"], flags["disabled"]) == (False, True)
    assert not plays.good(**BASE)["changed"]
    assert plays.good(**BASE, enabled=True)["schedule"]["enabled"]
    task = {"commvault": {"task": {"disabled": True}}}
    assert plays.good(**BASE, **task)["changes"] == [{"key": "enabled", "before": True, "after": False, "reason": ""}]
    assert not plays.good(**BASE, **task, enabled=False)["changed"]
    assert "contradict" in plays.refused(**BASE, **task, enabled=True)
    # A change does not switch on what rests.
    assert plays.good(**{**BASE, "level": "full"})["schedule"]["enabled"] is False
    since = plays.next_index
    plays.good(**{**BASE, "level": "incremental"}, enabled=True)
    assert [entry["path"].rpartition("/")[2] for entry in plays.writes(since)][-1] == "Enable"


def test_a_rename_by_its_id(plays: Plays) -> None:
    made = plays.good(**BASE)
    renamed = plays.good(schedule_id=made["schedule_id"], name="another")
    assert (renamed["schedule"]["name"], renamed["schedule_id"]) == ("another", made["schedule_id"])
    assert not plays.good(schedule_id=made["schedule_id"], name="another")["changed"]
    assert "There is no schedule" in plays.refused(schedule_id=made["task_id"], name="x")
    assert plays.good(name="another", targets=[WWW], state="absent")["changed"]
    assert not plays.good(schedule_id=made["schedule_id"], state="absent")["changed"]


def test_sixty_clients(plays: Plays) -> None:
    hosts = [{"client": f"host{number:04}", "backupset": "defaultBackupSet", "subclient": "default"}
             for number in range(1, 61)]  # fmt: skip
    sixty = {**BASE, "name": "sixty", "targets": hosts}
    made = plays.good(**sixty)
    one = {"name": "sixty", "targets": hosts[:1]}
    for more in ({"enabled": False}, {"state": "absent"}, {"pattern": {**DAILY, "at": "23:00"}}, {"level": "full"}):
        assert "also covers targets that are not named here" in plays.refused(**one, **more)
    assert plays.good(**one, targets_mode="remove")["changed"]
    record = plays.record(made["task_id"])
    assert len(record["associations"]) == 59
    assert record["task"]["taskFlags"]["disabled"] is False
    assert not plays.good(**one, targets_mode="remove")["changed"]
    assert plays.good(**one, targets_mode="add")["changed"]
    assert not plays.good(**sixty)["changed"]
    assert not plays.good(**{**sixty, "targets": hosts[::-1]})["changed"]
    assert plays.good(name="sixty", enabled=False, whole_schedule=True)["changed"]
    assert len(plays.record(made["task_id"])["associations"]) == 60
    assert plays.good(name="sixty", state="absent", whole_schedule=True)["changed"]


def test_targets_are_added_and_taken_out(plays: Plays) -> None:
    plays.good(**BASE)
    added = plays.good(name="declared", targets=[LOGS], targets_mode="add")
    assert [change["key"] for change in added["changes"]] == ["targets"]
    assert len(plays.named("declared")) == 1
    assert not plays.good(name="declared", targets=[LOGS], targets_mode="add")["changed"]
    assert "without any target" in plays.refused(name="declared", targets=[LOGS, WWW], targets_mode="remove")
    assert "not named" in plays.refused(**BASE)
    assert plays.good(**BASE, whole_schedule=True)["changed"]
    whole = {"client": "web01", "app": "File System", "backupset": "defaultBackupSet", "entity_type": "backupset"}
    plays.good(**{**BASE, "targets": [whole]})
    said = plays.refused(name="declared", targets=[WWW], targets_mode="remove")
    assert "as part of something wider" in said


def test_not_made_by_plays(plays: Plays) -> None:
    for name, client in (("system created", "cs01"), ("policy default", "files01")):
        target = {"client": client, "backupset": "defaultBackupSet", "subclient": "default"}
        assert "left alone" in plays.refused(name=name, targets=[target], enabled=False)
        assert "left alone" in plays.refused(name=name, targets=[target], state="absent")


def test_two_of_one_name(plays: Plays) -> None:
    made = plays.good(**BASE)
    body = made["requests"][0]["body"]
    plays.sandbox.post("CreateTask", body)
    said = plays.refused(**BASE)
    assert "2 schedules called declared" in said
    assert made["schedule_id"] in said
    assert plays.good(**BASE, schedule_id=made["schedule_id"], state="absent")["changed"]
    assert not plays.good(**BASE)["changed"]


def test_unknown_fields_stay_on_the_server(plays: Plays) -> None:
    made = plays.good(**BASE)
    record = plays.record(made["task_id"])
    record["subTasks"][0]["options"]["adminOpts"] = {"fromANewerServer": {"a": [1, None]}}
    plays.sandbox.post("Qcommand/qoperation%20execute", {"TMMsg_ModifyTaskReq": {"taskInfo": record}})
    for form in ("json", "xml"):
        plays.good(**{**BASE, "pattern": {**DAILY, "at": f"2{len(form) - 2}:30"}}, commvault={"wire_format": form})
        options = plays.record(made["task_id"])["subTasks"][0]["options"]
        assert "fromANewerServer" in options["adminOpts"]


ZONES = st.sampled_from(["UTC", "Europe/Berlin", "(UTC-05:00) Eastern Time (US & Canada)", "Asia/Tokyo"])


@settings(
    max_examples=6,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(patterns(), ZONES, st.sampled_from(["json", "xml"]))
def test_any_declaration_applied_twice_changes_nothing_the_second_time(
    plays: Plays, pattern: SchedulePattern, zone: str, wire_format: str
) -> None:
    repeats = pattern.repeat_until is not None and pattern.repeat_until > (pattern.at or pattern.repeat_until)
    window = {} if repeats else {"repeat_every": None, "repeat_until": None}
    known = replace(pattern, timezone=zone, timezone_id=None, calendar=None, calendar_id=None, **window)
    if known.start_date is None:
        # It starts today then, and must not have ended before.
        known = replace(known, end_date=None)
    target = {"client": "web02", "app": "Linux File System", "backupset": "defaultBackupSet", "subclient": "etc"}
    given_now = {**BASE, "name": "any", "targets": [target], "pattern": as_options(known),
                 "commvault": {"wire_format": wire_format}}  # fmt: skip
    plays.good(**given_now)
    since = plays.next_index
    again = plays.good(**given_now)
    assert (again["changed"], again["changes"]) == (False, [])
    assert plays.writes(since) == []
    plays.good(name="any", targets=[target], state="absent")


def test_a_schedule_that_would_never_run_is_refused(plays: Plays) -> None:
    said = plays.refused(**{**BASE, "pattern": {**DAILY, "end_date": "2000-01-01"}})
    assert "pattern.end_date (2000-01-01) is before today" in said
