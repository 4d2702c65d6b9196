# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ``protection_info`` promises whatever the platform."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ..backup_task.support import REPOSITORY
from .platforms import Commvault, Platform, Ran, Storware

_ROW = {"target", "protected", "reason", "last_good", "last_attempt", "running", "schedules", "enabled_schedules"}
_JOB = {"id", "requested_level", "level", "state", "native_state", "progress", "started_at", "finished_at", "bytes"}


def verdict(ran: Ran) -> dict[str, Any]:
    """Return the row of the only target."""
    (row,) = ran.result["targets"]
    return dict(row)


def test_one_row_for_each_target_in_the_order_given(platform: Platform) -> None:
    never, good, old = platform.untouched(), platform.untouched(), platform.untouched()
    backup, older = platform.past(good, 3), platform.past(old, 30)
    ran = platform.judge(never, good, old).good()
    rows = ran.result["targets"]
    assert [row["target"] for row in rows] == [never, good, old]
    assert [row["protected"] for row in rows] == [False, True, False]
    assert all(set(row) == _ROW for row in rows)
    assert set(rows[1]["last_good"]) >= _JOB
    assert [row["last_good"] and row["last_good"]["id"] for row in rows] == [None, backup, older]
    assert rows[0]["reason"].startswith("no good backup began within the last 7 d")
    assert rows[1]["reason"].startswith("the last good backup is 3 h")
    assert rows[2]["reason"] == "the last good backup is 1 d 6 h old, more than 1 d"
    assert (ran.result["protected"], ran.result["unprotected"], ran.result["changed"]) == (1, 2, False)
    assert ran.result["as_of"].endswith("Z")
    assert ran.result["not_present"] == []


def test_how_far_back_is_looked(platform: Platform) -> None:
    target = platform.untouched()
    platform.past(target, 9 * 24)
    assert verdict(platform.judge(target))["last_good"] is None
    assert "is 9 d" in verdict(platform.judge(target, look_back="30d"))["reason"]
    assert verdict(platform.judge(target, max_age="10d"))["protected"] is True


def test_how_the_last_attempt_ended(platform: Platform) -> None:
    target = platform.untouched()
    good, bad = platform.past(target, 30), platform.past(target, 2, "failed")
    row = verdict(platform.judge(target).good())
    assert (row["protected"], row["last_good"]["id"], row["last_attempt"]["id"]) == (False, good, bad)
    assert f"the last attempt, full {bad}, ended as F" in row["reason"]
    assert row["reason"].endswith("(Out of space)")


@pytest.mark.parametrize(
    ("end", "options", "protected"),
    [
        ("warning", {}, True),
        ("warning", {"accept_warnings": False}, False),
        ("partial", {}, False),
        ("partial", {"accept_errors": True}, True),
        ("failed", {"accept_errors": True}, False),
    ],
)
def test_what_counts_as_good(platform: Platform, end: str, options: dict[str, Any], protected: bool) -> None:
    target = platform.untouched()
    platform.past(target, 1, end)
    assert verdict(platform.judge(target, **options).good())["protected"] is protected
    started = platform.backup(target, max_age="2h", check=True, **options)
    assert started.outcomes == ["fresh" if protected else "would_start"]


@pytest.mark.parametrize("had", ["full", "incremental"])
@pytest.mark.parametrize("level", ["full", "incremental"])
@pytest.mark.parametrize("hours", [1, 3])
def test_it_agrees_with_max_age_of_backup_task(platform: Platform, had: str, level: str, hours: float) -> None:
    target = platform.untouched()
    platform.past(target, hours, level=had)
    protected = verdict(platform.judge(target, level=level, max_age="2h").good())["protected"]
    assert protected is (hours == 1 and (had == "full" or level == "incremental"))
    assert platform.backup(target, level=level, max_age="2h", check=True).outcomes == [
        "fresh" if protected else "would_start"
    ]


def test_a_pipeline_ends_with_a_list_to_act_on(platform: Platform) -> None:
    good, never, busy = platform.untouched(), platform.untouched(), platform.untouched()
    platform.past(good, 1)
    task = platform.running(busy)
    ran = platform.judge(good, never, busy, fail_on_unprotected=True).bad("rejected")
    assert ran.result["msg"].startswith("2 of 3 targets are not protected. ")
    assert next(iter(never.values())) in ran.result["msg"]
    assert f"(running now: {task})" in ran.result["msg"]
    assert next(iter(good.values())) not in ran.result["msg"]
    assert [row["id"] for row in ran.result["targets"][2]["running"]] == [task]
    assert ran.result["targets"][2]["running"][0]["state"] == "running"
    assert platform.judge(good, fail_on_unprotected=True).good().result["protected"] == 1


def test_a_target_that_cannot_be_looked_up_fails_and_the_others_are_judged(platform: Platform) -> None:
    good = platform.untouched()
    platform.past(good, 1)
    ran = platform.judge(good, platform.unknown())
    assert ran.result["failed"] is True
    assert [row["protected"] for row in ran.result["targets"]] == [True, False]
    assert "could not be looked up" in ran.result["targets"][1]["reason"]
    assert ran.result["msg"].startswith("1 of 2 could not be judged. nowhere")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "Either targets or all"),
        ({"all": True, "targets": "known"}, "Either targets or all"),
        ({"targets": "none"}, "empty"),
        ({"targets": "foreign"}, ""),
        ({"targets": "known", "thorough": True}, "thorough only means something with all"),
        ({"all": True, "max_age": "2d", "look_back": "1d"}, "shorter than max_age"),
        ({"all": True, "max_age": "24"}, "max_age needs a unit"),
    ],
)
def test_refused_before_any_request(platform: Platform, options: dict[str, Any], words: str) -> None:
    chosen = {"known": [platform.unknown()], "none": [], "foreign": [platform.foreign()]}
    given = {key: chosen[value] if key == "targets" else value for key, value in options.items()}
    assert words in platform.judge(**given).bad("invalid").result["msg"]
    assert (platform.received(), platform.logins()) == ([], 0)


def test_everything(platform: Platform) -> None:
    good, never = platform.untouched(), platform.untouched()
    backup = platform.past(good, 1)
    ran = platform.judge(all=True).good()
    assert [line for line in platform.received() if not line.startswith(("GET ", "POST Jobs"))] == []
    key = next(iter(good))
    rows = {row["target"][key]: row for row in ran.result["targets"]}
    assert rows[good[key]]["last_good"]["id"] == backup
    assert rows[never[key]]["reason"].startswith("no good backup began within the last 7 d")
    assert ran.result["protected"] + ran.result["unprotected"] == len(ran.result["targets"])
    names = [row["target"][key] for row in ran.result["targets"]]
    assert names == sorted(names, key=str.casefold)
    again = verdict(platform.judge(rows[good[key]]["target"]).good())
    assert (again["protected"], again["last_good"]["id"]) == (True, backup)


def test_a_wrong_password_is_offered_once(platform: Platform) -> None:
    options = {**platform.credentials("admin"), "password": "wrong horse"}
    ran = platform.judge(all=True, **options).bad("authentication")
    assert platform.logins() == 1
    assert "wrong horse" not in str(ran.result)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Platform]]:
    """A sandbox with 5,000 further clients, and as many virtual machines."""
    folder: Path = tmp_path_factory.mktemp("large")
    ready = folder / "ready.json"
    program = REPOSITORY / ".venv" / "bin" / "nightshift-sandbox"
    process = subprocess.Popen([program, "serve", "--estate", "5000", "--ready-file", ready], stdout=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 60
        while not ready.exists():
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)
        told = json.loads(ready.read_text())
        yield {"commvault": Commvault(told), "storware": Storware(told)}
    finally:
        process.terminate()
        process.wait(timeout=10)


@pytest.mark.parametrize(
    ("name", "target", "most"),
    [
        (
            "commvault",
            {
                "client": "host0042",
                "app": "Linux File System",
                "backupset": "defaultBackupSet",
                "subclient": "default",
            },
            3,
        ),
        # Pages of a thousand: entities, virtual machines and their backups; tasks, policies and schedules.
        ("storware", {"name": "host0042"}, 21),
    ],
)
def test_five_thousand_cost_a_few_requests(
    large: dict[str, Platform], name: str, target: dict[str, Any], most: int
) -> None:
    platform = large[name]
    backup = platform.past(target, 0.5)
    platform.reset()
    ran = platform.judge(all=True, timeout=120, max_age="1h", look_back="1d").good()
    assert len(platform.received()) <= most
    key = next(iter(target))
    rows = [row for row in ran.result["targets"] if row["target"][key].startswith("host")]
    assert len(rows) == 5000
    assert [row["last_good"]["id"] for row in rows if row["protected"]] == [backup]
