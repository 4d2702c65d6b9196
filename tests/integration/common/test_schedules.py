# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the modules of schedules promise whatever the platform."""

from __future__ import annotations

import json
from typing import Any

import pytest

from .platforms import Platform

Json = dict[str, Any]
NIGHTLY: Json = {"frequency": "daily", "at": "21:00"}
PATTERNS: tuple[Json, ...] = (
    {"frequency": "weekly", "days": ["friday", "monday"], "at": "08:00", "timezone": "Asia/Tokyo"},
    {"frequency": "monthly_relative", "week": "last", "day": "sunday", "at": "12:00"},
    {"frequency": "yearly_relative", "week": "first", "day": "saturday", "month": "july", "at": "12:00:30"},
    {"frequency": "daily", "at": "08:00", "repeat_every": "2h", "repeat_until": "20:00"},
)


def declare(platform: Platform, name: str, *places: int, **more: Any) -> Json:
    """Run ``backup_schedule`` for a schedule that covers some objects."""
    declared = {"name": name, "level": "full", "pattern": NIGHTLY, **platform.covering(*(places or (0,)))}
    return platform.run("backup_schedule", **{**declared, **more})


def good(result: Json) -> Json:
    assert not result.get("failed"), result["msg"]
    return result


def test_it_is_made_once_changed_once_and_removed_once(platform: Platform) -> None:
    made = good(declare(platform, "common life"))
    assert (made["changed"], platform.writes()) == (True, 1)
    assert set(made) >= {"schedule", "schedule_id", "task_id", "changes", "next_runs", "requests"}
    assert [run["mark"] for run in made["next_runs"]] == [None] * 5
    for _again in range(2):
        same = good(declare(platform, "Common Life"))
        assert (same["changed"], same["changes"], same["schedule_id"]) == (False, [], made["schedule_id"])
    assert platform.writes() == 1
    later = good(declare(platform, "common life", pattern={**NIGHTLY, "at": "22:30"}, diff=True))
    assert later["changes"] == [{"key": "pattern.at", "before": "21:00", "after": "22:30", "reason": ""}]
    assert later["diff"]["before"]["pattern"]["at"] == "21:00"
    assert later["diff"]["after"]["pattern"]["at"] == "22:30"
    gone = good(declare(platform, "common life", state="absent"))
    assert (gone["changed"], gone["schedule"], gone["next_runs"]) == (True, None, [])
    assert good(declare(platform, "common life", state="absent"))["changed"] is False


def test_check_mode_sends_nothing_and_shows_what_would_be_sent(platform: Platform) -> None:
    planned = good(declare(platform, "common check", check=True))
    assert (planned["changed"], planned["schedule_id"], platform.writes()) == (True, None, 0)
    made = good(declare(platform, "common check"))
    assert planned["requests"] == made["requests"]
    planned = good(declare(platform, "common check", level="incremental", check=True))
    done = good(declare(platform, "common check", level="incremental"))
    assert (planned["changes"], planned["requests"]) == (done["changes"], done["requests"])
    assert planned["schedule"] == done["schedule"]


def test_every_rhythm_is_at_rest_when_it_is_declared_again(platform: Platform) -> None:
    for pattern in PATTERNS:
        # What the rhythm before it repeated is said to end.
        given = {"repeat_every": 0, **pattern}
        result = good(declare(platform, "common rhythm", pattern=given))
        assert result["changed"] is True
        assert good(declare(platform, "common rhythm", pattern=given))["changed"] is False
        assert result["schedule"]["pattern"]["at"] == pattern["at"]
        assert len(result["next_runs"]) == 5


def test_it_is_switched_without_losing_anything(platform: Platform) -> None:
    made = good(declare(platform, "common switch", enabled=False))
    assert (made["schedule"]["enabled"], made["next_runs"]) == (False, [])
    assert good(declare(platform, "common switch"))["changed"] is False
    both = good(declare(platform, "common switch", enabled=True, level="incremental"))
    assert [change["key"] for change in both["changes"]] == ["level", "enabled"]
    assert (both["schedule"]["enabled"], both["schedule"]["level"]) == (True, "incremental")


def test_what_the_play_does_not_name_is_left_alone(platform: Platform) -> None:
    good(declare(platform, "common wide", 0, 1))
    for more in ({"enabled": False}, {"state": "absent"}, {"pattern": {**NIGHTLY, "at": "23:00"}}, {}):
        result = declare(platform, "common wide", 0, **more)
        assert "that are not named here" in result["msg"], more
        assert result["error"]["kind"] == "rejected"
    assert platform.writes() == 1
    assert good(declare(platform, "common wide", 0, targets_mode="remove"))["changed"] is True
    assert good(declare(platform, "common wide", 0, targets_mode="remove"))["changed"] is False
    assert good(declare(platform, "common wide", 1))["changed"] is False
    assert "would be left without any" in declare(platform, "common wide", 1, targets_mode="remove")["msg"]
    assert good(declare(platform, "common wide", 0, targets_mode="add"))["changed"] is True
    assert good(declare(platform, "common wide", 0, whole_schedule=True))["changed"] is True
    assert good(declare(platform, "common wide", 0))["changed"] is False


def test_what_is_read_can_be_fed_back_and_renamed(platform: Platform) -> None:
    made = good(declare(platform, "common read", pattern=PATTERNS[0]))
    (row,) = good(platform.run("backup_schedule_info", names=["Common Read"]))["schedules"]
    writes = platform.writes()
    fed = good(platform.run("backup_schedule", **json.loads(json.dumps(row))))
    assert (fed["changed"], platform.writes()) == (False, writes)
    (moved,) = good(platform.run("backup_schedule_info", names=["common read"], portable=True))["schedules"]
    assert "schedule_id" not in moved
    assert good(platform.run("backup_schedule", **moved))["changed"] is False
    renamed = good(platform.run("backup_schedule", schedule_id=made["schedule_id"], name="common renamed"))
    assert [change["key"] for change in renamed["changes"]] == ["name"]
    assert good(platform.run("backup_schedule_info", names=["common read"]))["schedules"] == []


def test_a_creation_whose_answer_is_lost_is_found_and_not_repeated(platform: Platform) -> None:
    platform.fault("drop_after", "create")
    assert good(declare(platform, "common lost"))["changed"] is True
    assert platform.writes() == 1
    assert good(declare(platform, "common lost"))["changed"] is False


def test_an_estate_is_kept_and_pruned_within_its_scope(platform: Platform) -> None:
    def entry(name: str, *places: int) -> Json:
        return {"name": name, "level": "full", "pattern": NIGHTLY, **platform.covering(*places)}

    good(declare(platform, "estate stray", 0))
    good(declare(platform, "estate wide", 0, 2))
    estate: Json = {"schedules": [entry("estate one", 0), entry("estate two", 1)], "spread": "30m"}
    estate["scope"] = {"name": "estate *", **platform.scope(0, 1)}
    drift = good(platform.run("backup_schedules", **estate, check=True))
    assert [row["name"] for row in drift["undeclared"]] == ["estate stray"]
    assert "max_prune" in platform.run("backup_schedules", **estate, prune="true", max_prune=0)["msg"]
    done = good(platform.run("backup_schedules", **estate, prune="true"))
    assert [row["name"] for row in done["pruned"]] == ["estate stray"]
    assert [row["name"] for row in done["foreign"]] == ["estate wide"]
    writes = platform.writes()
    again = good(platform.run("backup_schedules", **estate, prune="true"))
    assert (again["changed"], platform.writes()) == (False, writes)
    assert good(platform.run("backup_schedule", **done["pruned"][0]["schedule"]))["changed"] is True


@pytest.mark.parametrize("how", ["options", "time", "pattern", "empty"])
def test_a_schedule_that_cannot_be_meant_is_refused_before_any_request(platform: Platform, how: str) -> None:
    bad: Json = {
        "options": platform.other_options(),
        "time": {"pattern": {"frequency": "daily", "at": 1260}},
        "pattern": {"pattern": {"frequency": "daily", "at": "21:00", "days": ["monday"]}},
        "empty": {"name": " "},
    }[how]
    result = declare(platform, bad.pop("name", "common refused"), **bad)
    assert result["failed"] is True
    assert (platform.writes(), platform.logins()) == (0, 0)
