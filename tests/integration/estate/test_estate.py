# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole estate's schedules from one list: what is done, what is left alone, and what pruning must never harm."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from ansible_collections.nightshift.backup.plugins.modules import backup_schedules
from ansible_collections.nightshift.backup.tests.integration.estate.harness import Estate

OPTIONS = ("--estate", "300", "--time-scale", "300")
Json = dict[str, Any]


def host(number: int, **more: Any) -> Json:
    return {"client": f"host{number:04d}", "backupset": "defaultBackupSet", "subclient": "default", **more}


def nightly(number: int, prefix: str = "nightly", **more: Any) -> Json:
    return {
        "name": f"{prefix} {number}",
        "level": "incremental",
        "targets": [host(number)],
        "pattern": {"frequency": "daily", "at": "21:00"},
        **more,
    }


def scope(name: str, *numbers: int) -> Json:
    return {"name": name, "targets": [{"client": f"host{number:04d}"} for number in numbers]}


def outcomes(result: Json) -> list[str]:
    return [row["outcome"] for row in result["schedules"]]


def names(rows: list[Json]) -> list[str]:
    return sorted(row["name"] for row in rows)


def make(estate: Estate, *schedules: Json) -> None:
    result = estate.play("backup_schedules", schedules=list(schedules))
    assert not result.get("failed"), result.get("msg")
    estate.received()


def exists(estate: Estate, name: str) -> bool:
    """Tell whether the server has a schedule of that name."""
    found = estate.play(
        "backup_schedules", schedules=[], allow_empty=True, scope={"name": name, "targets": [{"client": "host0001"}]}
    )
    estate.received()
    return bool(found["undeclared"] or found["foreign"])


def test_three_hundred_schedules_need_few_requests_and_no_change_the_second_time(estate: Estate) -> None:
    login = {"username": estate.ready["username"], "password": estate.ready["password"]}
    schedules = [nightly(number, "bulk") for number in range(1, 301)]
    result = estate.play("backup_schedules", schedules=schedules, spread="1h", **login)
    assert result["summary"]["created"] == 300, result.get("msg")
    assert [row["name"] for row in result["schedules"]] == [entry["name"] for entry in schedules]
    count = estate.count()
    # One login, one listing before and one after, and for each schedule its creation and two looks at what came of it.
    assert (count["POST Login"], count["GET Schedules"]) == (1, 2)
    assert count["POST CreateTask"] == 300
    assert sum(count.values()) <= 3 * 300 + 5
    starts = {row["next_runs"][0]["at"] for row in result["schedules"]}
    assert len(starts) > 250, "spread over an hour they hardly meet"

    again = estate.play("backup_schedules", schedules=schedules, spread="1h", **login)
    assert again["changed"] is False
    assert set(outcomes(again)) == {"unchanged"}
    requests = estate.received()
    assert len(requests) <= 300 + 4
    assert [entry for entry in requests if entry["write"] and "Log" not in entry["path"]] == []


def test_schedules_of_one_name_are_read_a_bounded_number_of_times(estate: Estate) -> None:
    schedules = [nightly(number, name="same for all") for number in range(1, 31)]
    make(estate, *schedules)
    assert estate.play("backup_schedules", schedules=schedules)["changed"] is False
    assert sum(estate.count().values()) <= 2 * 30 + 4


def test_a_failed_item_stops_no_other_and_the_task_fails_naming_how_many(estate: Estate) -> None:
    schedules = [
        nightly(41),
        nightly(42, targets=[{"client": "nowhere", "backupset": "defaultBackupSet", "subclient": "default"}]),
        nightly(43),
    ]
    result = estate.play("backup_schedules", schedules=schedules)
    assert result["failed"] is True
    assert outcomes(result) == ["created", "failed", "created"]
    assert result["msg"].startswith("1 of 3 schedules failed. First: nightly 42")
    assert result["error"] == result["schedules"][1]["error"]
    assert result["error"]["kind"] in ("not_found", "rejected")
    assert [row["schedule_id"] is None for row in result["schedules"]] == [False, True, False]


def test_rows_have_the_keys_of_backup_schedule(estate: Estate) -> None:
    single = estate.play("backup_schedule", **nightly(44))
    row = estate.play("backup_schedules", schedules=[nightly(44)])["schedules"][0]
    assert set(single) - {"diff"} <= set(row)
    assert {"name", "outcome", "error"} <= set(row)
    assert row["schedule"] == single["schedule"]


def test_check_mode_shows_the_whole_plan_and_sends_nothing(estate: Estate) -> None:
    make(estate, nightly(51), nightly(52))
    plan: Json = {
        "schedules": [nightly(51, pattern={"frequency": "daily", "at": "22:00"}), nightly(53)],
        "prune": "true",
        "scope": scope("nightly 5?", 51, 52, 53),
    }
    shown = estate.play("backup_schedules", check=True, **plan)
    assert estate.writes() == []
    assert shown["changed"] is True
    assert outcomes(shown) == ["changed", "created"]
    assert names(shown["pruned"]) == ["nightly 52"]
    assert [entry["before_header"] for entry in shown["diff"]] == ["nightly 51", "nightly 53", "nightly 52"]
    done = estate.play("backup_schedules", **plan)
    assert [row["changes"] for row in done["schedules"]] == [row["changes"] for row in shown["schedules"]]
    assert done["summary"] == shown["summary"]
    assert estate.play("backup_schedules", **plan)["changed"] is False


@pytest.mark.parametrize(
    ("schedules", "sentence"),
    [
        ([nightly(1), nightly(1, name="NIGHTLY 1")], "are both called nightly 1 and name the same targets"),
        ([nightly(1), {"name": "nightly 1", "enabled": False}], "are both called nightly 1"),
        ([{"schedule_id": "7", "enabled": True}, {"schedule_id": "7", "enabled": False}], "are both schedule 7"),
        ([nightly(1), nightly(2, level="fulll")], r"schedules\[1\] \(nightly 2\): value of level must be one of"),
        ([nightly(1, pattern={"frequency": "daily", "at": 1260})], r"schedules\[0\] \(nightly 1\): pattern.at"),
        ([nightly(1, patern={})], r"schedules\[0\] \(nightly 1\): options that do not exist: patern\. Supported"),
        ([nightly(1, pattern=True)], r"schedules\[0\] \(nightly 1\): pattern must be a dict"),
        ([nightly(1, targets=[True])], r"schedules\[0\] \(nightly 1\): targets\[0\] must be a dict"),
        ([nightly(1, name="a\x00b")], r"schedules\[0\] .*: name holds a control character"),
        ([], "schedules is empty"),
    ],
)
def test_a_list_that_cannot_be_meant_is_refused_before_any_request(
    estate: Estate, schedules: list[Json], sentence: str
) -> None:
    result = estate.play("backup_schedules", schedules=schedules)
    assert result["failed"] is True
    assert re.search(sentence, result["msg"]), result["msg"]
    assert result["error"]["kind"] == "invalid"
    assert estate.received() == []


def test_one_schedule_named_by_id_and_by_name_is_refused_before_any_change(estate: Estate) -> None:
    identity = estate.play("backup_schedule", **nightly(61))["schedule_id"]
    estate.received()
    both = [{"schedule_id": identity, "enabled": False}, nightly(61, pattern={"frequency": "daily", "at": "20:00"})]
    result = estate.play("backup_schedules", schedules=both)
    assert f"are both schedule {identity} of the server" in result["msg"]
    assert estate.writes() == []


@pytest.mark.parametrize(
    ("platform", "cover"),
    [("commvault", {"targets": [host(48)]}), ("storware", {"storware": {"policies": ["gold"]}})],
)
def test_a_new_schedule_of_which_too_little_is_said_is_refused_before_any_change(
    estate: Estate, platform: str, cover: Json
) -> None:
    """Only the server tells that they are new; all of them are named at once."""
    whole = {"level": "full", "pattern": {"frequency": "daily", "at": "21:00"}, **cover}
    without = {"no level": "level", "no pattern": "pattern", "no cover": next(iter(cover))}
    lacking = [
        {"name": name, **{option: value for option, value in whole.items() if option != left_out}}
        for name, left_out in without.items()
    ]
    schedules = [{"name": "whole", **whole}, *lacking, {"name": "never there", "state": "absent"}]
    login = {"username": estate.ready["username"], "password": estate.ready["password"]}
    result = estate.play("backup_schedules", platform=platform, schedules=schedules, **login)
    assert (result["error"]["kind"], result["changed"]) == ("invalid", False)
    missing = {"commvault": "targets", "storware": "storware.rules or storware.policies"}[platform]
    for position, option in enumerate(("level", "pattern", missing), start=1):
        name = schedules[position]["name"]
        assert (
            f"schedules[{position}] ({name}): There is no schedule {name} yet, and {option} is missing" in result["msg"]
        )
    assert estate.writes() == []


# --- pruning: each test shows the harm that a brake prevents -------------------------------------------------------


@pytest.mark.parametrize(
    "options",
    [
        {"prune": "true"},
        {"prune": "disable", "scope": {"name": "", "targets": [{"client": "host0001"}]}},
        {"prune": "true", "scope": {"name": "nightly *", "targets": []}},
        {"prune": "true", "scope": {"name": "*", "targets": [{"client": "*"}]}},
        {"prune": "true", "scope": {"name": "*", "targets": [{"client": ""}]}},
    ],
)
def test_prune_needs_a_scope_of_name_and_targets(estate: Estate, options: Json) -> None:
    result = estate.play("backup_schedules", schedules=[nightly(1)], **options)
    assert result["error"]["kind"] == "invalid"
    assert estate.received() == []


def test_prune_deletes_what_is_not_declared_and_returns_its_definition(estate: Estate) -> None:
    make(estate, nightly(71), nightly(72, description="keep me"), nightly(73))
    result = estate.play("backup_schedules", schedules=[nightly(71)], prune="true", scope=scope("Nightly 7*", 71, 72))
    assert not result.get("failed"), result.get("msg")
    assert names(result["pruned"]) == ["nightly 72"], "the one of another client is none of the scope's business"
    assert result["foreign"] == []
    definition = result["pruned"][0]["schedule"]
    back = estate.play("backup_schedules", schedules=[nightly(71), definition])
    assert outcomes(back) == ["unchanged", "created"]
    assert back["schedules"][1]["schedule"]["description"] == "keep me"


def test_nothing_is_pruned_when_a_schedule_failed(estate: Estate) -> None:
    make(estate, nightly(74), nightly(75))
    estate.fault(fault="error_in_200", path="CreateTask$", times=None)
    result = estate.play(
        "backup_schedules", schedules=[nightly(74), nightly(76)], prune="true", scope=scope("nightly 7*", 74, 75, 76)
    )
    assert outcomes(result) == ["unchanged", "failed"]
    assert "Nothing was pruned, because 1 schedule failed." in result["msg"]
    assert result["pruned"] == []
    estate.control("DELETE", "faults")
    left = estate.play("backup_schedules", schedules=[nightly(74)], scope=scope("nightly 7*", 74, 75))
    assert "nightly 75" in names(left["undeclared"]), "still there: it may have been renamed by the one that failed"


def test_nothing_is_pruned_when_a_schedule_of_the_scope_cannot_be_read(estate: Estate) -> None:
    make(estate, nightly(77), nightly(78), nightly(79))
    odd = estate.play("backup_schedule", name="nightly 79", targets=[host(79)])["task_id"]
    estate.received()
    estate.fault(fault="status", status=403, vendor_body=True, path=f"Schedules/{odd}$", times=None)
    result = estate.play(
        "backup_schedules", schedules=[nightly(77)], prune="true", scope=scope("nightly 7[789]", 77, 78, 79)
    )
    assert result["failed"] is True
    assert result["pruned"] == []
    assert estate.writes() == []


def test_the_first_listing_must_succeed(estate: Estate) -> None:
    estate.fault(fault="status", status=403, vendor_body=True, path="Schedules$", times=None)
    result = estate.play("backup_schedules", schedules=[nightly(81)], prune="true", scope=scope("*", 81))
    assert result["failed"] is True
    assert estate.writes() == []


def test_more_than_max_prune_prunes_nothing(estate: Estate) -> None:
    make(estate, *(nightly(number, "crowd") for number in range(101, 106)))
    request: Json = {
        "schedules": [nightly(101, "crowd")],
        "prune": "true",
        "scope": scope("crowd *", *range(101, 106)),
    }
    result = estate.play("backup_schedules", max_prune=3, **request)
    assert "prune would delete 4 schedules" in result["msg"]
    assert "max_prune is 3" in result["msg"]
    assert result["pruned"] == []
    assert estate.writes() == []
    assert len(estate.play("backup_schedules", max_prune=4, **request)["pruned"]) == 4


def test_an_empty_list_does_not_end_all_protection(estate: Estate) -> None:
    make(estate, nightly(111))
    request: Json = {"prune": "true", "scope": scope("nightly 111", 111)}
    refused = estate.play("backup_schedules", schedules=[], **request)
    assert "allow_empty" in refused["msg"]
    absent = estate.play(
        "backup_schedules", schedules=[{"name": "x", "state": "absent", "targets": [host(112)]}], **request
    )
    assert "allow_empty" in absent["msg"]
    assert estate.received() == []
    meant = estate.play("backup_schedules", schedules=[], allow_empty=True, **request)
    assert names(meant["pruned"]) == ["nightly 111"]


def test_a_list_that_does_not_belong_to_the_scope_prunes_nothing(estate: Estate) -> None:
    make(estate, nightly(113))
    result = estate.play(
        "backup_schedules", schedules=[nightly(114, "test")], prune="true", scope=scope("nightly 11*", 113)
    )
    assert "none of the declared ones lies in the scope" in result["msg"]
    assert outcomes(result) == ["created"]
    assert result["pruned"] == []
    assert exists(estate, "nightly 113") is False, "host0001 is not what it covers"
    left = estate.play("backup_schedules", schedules=[nightly(114, "test")], scope=scope("nightly 113", 113))
    assert names(left["undeclared"]) == ["nightly 113"]


def test_what_also_covers_targets_outside_the_scope_is_foreign_and_left_alone(estate: Estate) -> None:
    wide = nightly(121, targets=[host(121), host(122)])
    make(estate, wide, nightly(123))
    for prune in ("true", "disable"):
        result = estate.play(
            "backup_schedules", schedules=[nightly(123)], prune=prune, scope=scope("nightly 12*", 121, 123)
        )
        assert not result.get("failed")
        assert result["pruned"] == []
        assert names(result["foreign"]) == ["nightly 121"]
        assert [label.partition("/")[0] for label in result["foreign"][0]["outside"]] == ["host0122"]
    assert estate.play("backup_schedules", schedules=[wide])["changed"] is False


def test_schedules_of_a_policy_and_of_the_system_are_never_pruned(estate: Estate) -> None:
    before = estate.schedules()
    keep = {
        "name": "files01 kept",
        "level": "incremental",
        "targets": [{"client": "files01", "backupset": "defaultBackupSet", "subclient": "home"}],
        "pattern": {"frequency": "daily", "at": "21:00"},
    }
    result = estate.play(
        "backup_schedules",
        schedules=[keep],
        prune="true",
        scope={"name": "*[dtp]*", "targets": [{"client": "files01"}, {"client": "cs01"}]},
    )
    assert not result.get("failed"), result.get("msg")
    assert {row["name"]: row["reason"] for row in result["foreign"]} == {
        "policy default": "it belongs to a schedule policy",
        "system created": "it is the server's own",
    }
    assert estate.schedules() == before + 1 - len(result["pruned"])
    assert "policy default" not in names(result["pruned"])


def test_prune_can_disable_instead_and_does_so_once(estate: Estate) -> None:
    make(estate, nightly(131), nightly(132))
    request: Json = {"schedules": [nightly(131)], "prune": "disable", "scope": scope("nightly 13*", 131, 132)}
    result = estate.play("backup_schedules", **request)
    assert [(row["name"], row["outcome"]) for row in result["pruned"]] == [("nightly 132", "changed")]
    again = estate.play("backup_schedules", **request)
    assert again["changed"] is False
    assert names(again["undeclared"]) == ["nightly 132"]
    assert again["undeclared"][0]["schedule"]["enabled"] is False


def test_a_renamed_schedule_is_made_before_its_old_name_is_pruned(estate: Estate) -> None:
    make(estate, nightly(141, "old"))
    result = estate.play(
        "backup_schedules", schedules=[nightly(141, "new")], prune="true", scope=scope("[no][el][wd] 141", 141)
    )
    assert outcomes(result) == ["created"]
    assert names(result["pruned"]) == ["old 141"]
    writes = [entry["path"].rpartition("/api/")[2] for entry in estate.writes()]
    assert writes[0] == "CreateTask"
    assert len(writes) == 2


def test_a_declared_schedule_is_never_pruned_however_it_is_named(estate: Estate) -> None:
    identity = estate.play("backup_schedule", **nightly(151))["schedule_id"]
    result = estate.play(
        "backup_schedules",
        schedules=[{"schedule_id": identity, "level": "full"}, nightly(152)],
        prune="true",
        scope=scope("nightly 15*", 151, 152),
    )
    assert "is not named" not in result.get("msg", "")
    assert result["pruned"] == []


def test_a_server_that_cannot_be_reached_any_more_is_not_tried_three_hundred_times(estate: Estate) -> None:
    make(estate, nightly(161))
    estate.fault(fault="expired_token", path="Schedules/[0-9]+$|CreateTask$", times=None)
    result = estate.play("backup_schedules", schedules=[nightly(number) for number in range(161, 261)])
    assert result["failed"] is True
    assert result["summary"]["failed"] + result["summary"]["not_tried"] == 100
    assert result["summary"]["not_tried"] >= 80
    assert sum(estate.count().values()) < 60


def test_a_lost_answer_makes_no_second_schedule(estate: Estate) -> None:
    before = estate.schedules()
    estate.fault(fault="drop_after", path="CreateTask$", times=2)
    result = estate.play("backup_schedules", schedules=[nightly(262), nightly(263), nightly(264)])
    assert not result.get("failed"), result.get("msg")
    assert outcomes(result) == ["created"] * 3
    assert estate.schedules() == before + 3


def test_the_examples_of_the_documentation_do_what_they_say(estate: Estate) -> None:
    looked_up = [nightly(271), nightly(272)]
    for task in yaml.safe_load(backup_schedules.EXAMPLES):
        (given,) = (value for key, value in task.items() if key.startswith("nightshift.backup."))
        options = {key: value for key, value in given.items() if key not in ("url", "token", "password")}
        if options["platform"] == "storware":
            options |= {"username": "admin", "password": estate.ready["password"]}
        if isinstance(options["schedules"], str):
            options["schedules"] = looked_up
        result = estate.play("backup_schedules", check=bool(task.get("check_mode")), **options)
        assert not result.get("failed"), (task["name"], result.get("msg"))
        assert result["summary"]["created"] == (0 if task.get("check_mode") else 2), task["name"]
        if task.get("check_mode"):
            assert {"web01 nightly", "web01 weekly"} <= set(names(result["undeclared"]))


def test_prune_is_said_as_yaml_says_it(estate: Estate) -> None:
    make(estate, nightly(281), nightly(282))
    request: Json = {"schedules": [nightly(281)], "scope": scope("nightly 28*", 281, 282)}
    assert names(estate.play("backup_schedules", prune=False, **request)["undeclared"]) == ["nightly 282"]
    assert names(estate.play("backup_schedules", prune=True, **request)["pruned"]) == ["nightly 282"]
