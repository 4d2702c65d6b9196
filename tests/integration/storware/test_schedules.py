# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Schedules of Storware: declared, fed back, changed in what was given, replaced, pruned; and what is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.model.pattern_options import as_options
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.storware.schedule_pattern import (
    Words,
    extra_options,
)
from ansible_collections.nightshift.backup.tests.unit.platforms.storware.schedule_strategies import words
from hypothesis import HealthCheck, Phase, given, settings

from .support import Modules, Sandbox, serving

Json = dict[str, Any]
BASE: Json = {
    "name": "declared",
    "level": "incremental",
    "pattern": {"frequency": "daily", "at": "21:00"},
    "storware": {"policies": ["gold"]},
}
HOUR = 3_600_000
TENANT = "7d3c1f52-90a4-4f0b-8a66-2f1f6a0e5b01"


class Plays:
    """Runs the schedule modules against one sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self._modules = Modules(sandbox)

    def run(self, module: str = "backup_schedule", **options: Any) -> Json:
        self.sandbox.reset()
        return self._modules.run(module, **options).result

    def good(self, module: str = "backup_schedule", **options: Any) -> Json:
        result = self.run(module, **options)
        assert not result.get("failed"), result["msg"]
        return result

    def again(self, **options: Any) -> Json:
        """Run once more, which has to change nothing."""
        result = self.good(**options)
        assert (result["changed"], result["changes"], self.sandbox.writes()) == (False, [], [])
        return result

    def refused(self, **options: Any) -> str:
        """Run what has to be refused without changing anything."""
        result = self.run(**options)
        assert result.get("failed"), result
        assert self.sandbox.writes() == []
        assert "\n" not in result["msg"]
        return str(result["msg"])

    def record(self, name: str) -> Json:
        (found,) = [row for row in self.sandbox.get("schedules") if row["name"] == name]
        return dict(found)

    def names(self) -> set[str]:
        return {row["name"] for row in self.sandbox.get("schedules")}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with serving(tmp_path_factory.mktemp("schedules")) as ready:
        yield Sandbox(ready)


@pytest.fixture
def plays(server: Sandbox, pauses: list[float]) -> Iterator[Plays]:
    """The sandbox without the schedules that a test has made. Nobody waits for long."""
    del pauses
    before = {row["guid"] for row in server.get("schedules")}
    yield Plays(server)
    server.reset()
    for row in server.get("schedules"):
        if row["guid"] not in before:
            server.call("DELETE", f"schedules/{row['guid']}")


def test_every_schedule_can_be_fed_back_and_moves_by_names(plays: Plays) -> None:
    rows = plays.good("backup_schedule_info")["schedules"]
    assert len(rows) == 9
    for row in json.loads(json.dumps(rows)):
        result = plays.again(**row)
        assert result.get("warnings") is None
        assert result["schedule"] == row
    moved = plays.good("backup_schedule_info", portable=True)
    assert moved["not_portable"] == []
    text = json.dumps(moved["schedules"])
    guids = {guid for row in rows for guid in (row["schedule_id"], *row["storware"].get("rules", []))}
    assert not any(guid in text for guid in guids)
    for row in moved["schedules"]:
        plays.again(**row)
        copy = {**row, "name": f"{row['name']} copy"}
        assert plays.good(**copy)["changed"]
        plays.again(**copy)


SHAPES: dict[str, tuple[Json, Json]] = {
    "shifted": (
        {"pattern": {"frequency": "weekly", "days": ["monday"], "at": "08:00", "timezone": "Asia/Tokyo"}},
        {"hour": 23 * HOUR, "daysOfWeek": ["SUNDAY"], "startWindowLength": 6 * HOUR},
    ),
    "relative": (
        {"pattern": {"frequency": "monthly_relative", "week": "last", "day": "friday", "at": "23:59:59"}},
        {"hour": 86_399_000, "daysOfWeek": ["FRIDAY"], "dayOfWeekOccurrences": ["LAST_IN_MONTH"]},
    ),
    "yearly": (
        {"pattern": {"frequency": "yearly_relative", "week": "first", "day": "sunday", "month": "july", "at": "03:00"}},
        {"dayOfWeekOccurrences": ["FIRST_IN_MONTH"], "months": ["JULY"]},
    ),
    "repeated": (
        {"pattern": {"frequency": "daily", "at": "08:00", "repeat_every": "2h", "repeat_until": "20:00"}},
        {"executionType": "INTERVAL", "interval": {"startHour": 8 * HOUR, "endHour": 20 * HOUR, "frequency": 2 * HOUR}},
    ),
    "interval": (
        {"pattern": {"frequency": "weekly", "days": ["sunday"], "at": "01:00"},
         "storware": {"policies": ["gold"], "interval": {"every": "90m", "end": "05:30"}}},
        {"interval": {"startHour": HOUR, "endHour": int(5.5 * HOUR), "frequency": int(1.5 * HOUR)}},
    ),
    "narrowed": (
        {"pattern": {"frequency": "weekly", "days": ["saturday", "sunday"], "at": "05:00"}, "level": None,
         "storware": {"rules": ["Default"], "policies": ["gold", "silver"], "weeks": ["third", "first"],
                      "months": [1, "april"], "backup_type": "synchronization", "start_window": "90m"}},
        {"backupType": "SYNCHRONIZATION", "dayOfWeekOccurrences": ["FIRST_IN_MONTH", "THIRD_IN_MONTH"],
         "months": ["JANUARY", "APRIL"], "startWindowLength": int(1.5 * HOUR)},
    ),
    "snapshot": (
        {"level": None, "storware": {"type": "vm_snapshot", "rules": ["snap-daily/keep"]}},
        {"type": "VM_SNAPSHOT", "backupType": "FULL"},
    ),
    "application": ({"level": "full", "storware": {"type": "app_backup"}}, {"type": "APP_BACKUP"}),
    "all rules": ({"storware": {"policies": ["tworules"], "rules": ["all"]}}, {}),
    "native": (
        {"pattern": {"frequency": "other",
                     "native": {"executionType": "TIME", "hour": 1234, "daysOfWeek": ["MONDAY"]}}},
        {"hour": 1234, "daysOfWeek": ["MONDAY"]},
    ),
}  # fmt: skip


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(entry) for entry in value]
    return value["name"] if isinstance(value, dict) and "name" in value else value


def test_every_shape_is_made_once_and_made_of_another(plays: Plays) -> None:
    for name, (options, expected) in SHAPES.items():
        declared = {**BASE, "name": name, **options}
        assert plays.good(**declared)["changed"], name
        assert plays.sandbox.writes() == ["POST schedules"]
        record = plays.record(name)
        assert {key: _plain(record[key]) for key in expected} == expected, name
        plays.again(**declared)
        if "native" not in declared["pattern"]:
            plain = {"frequency": "daily", "at": "04:00", "repeat_every": 0}
            only = {key: value for key, value in declared["storware"].items() if key in ("rules", "policies", "type")}
            assert plays.good(**{**declared, "pattern": plain, "storware": only, "level": None})["changed"], name
            plays.good(**declared)
            assert {key: _plain(plays.record(name)[key]) for key in expected} == expected, name
    assert len(plays.record("all rules")["rules"]) == 2


def test_check_mode_predicts_and_a_change_keeps_the_rest(plays: Plays) -> None:
    planned = plays.good(**BASE, check=True, diff=True)
    assert (planned["changed"], planned["schedule_id"], plays.sandbox.writes()) == (True, None, [])
    made = plays.good(**BASE, diff=True)
    assert planned["requests"] == made["requests"]
    assert len(planned["next_runs"]) == 5
    before = plays.record("declared")
    change = {"name": "Declared", "pattern": {"frequency": "daily", "at": "23:00"}, "enabled": False,
              "storware": {"policies": ["gold"]}}  # fmt: skip
    planned = plays.good(**change, check=True, diff=True)
    done = plays.good(**change, diff=True)
    assert plays.sandbox.writes() == [f"PUT schedules/{made['schedule_id']}"]
    for key in ("schedule", "diff", "requests", "changes"):
        assert planned[key] == done[key], key
    assert [change["key"] for change in done["changes"]] == ["pattern.at", "enabled"]
    after = plays.record("declared")
    assert {key for key in before if before[key] != after[key]} == {"hour", "active"}
    assert done["next_runs"] == []
    assert plays.good(name="declared", state="absent", whole_schedule=True, check=True)["schedule"] is None
    assert plays.good(**BASE, state="absent")["changed"]
    plays.again(**BASE, state="absent")


def test_rules_that_are_not_named_are_not_touched(plays: Plays) -> None:
    plays.good(**BASE)
    silver = {"name": "declared", "storware": {"rules": ["silver/Default"]}}
    for more in ({"enabled": False}, {"state": "absent"}, {"level": "full"}, {}):
        said = plays.refused(**silver, **more)
        assert "also covers rules that are not named here: gold/Default" in said
    assert "named here: gold/Default" in plays.refused(name="declared", state="absent")
    added = plays.good(**silver, targets_mode="add")
    assert added["changes"] == [
        {"key": "storware.rules", "before": ["gold/Default"], "after": ["gold/Default", "silver/Default"], "reason": ""}
    ]
    plays.again(**silver, targets_mode="add")
    assert "gold/Default" in plays.refused(**silver, enabled=False)
    assert plays.good(name="declared", enabled=False, whole_schedule=True)["changed"]
    plays.good(**silver, targets_mode="remove")
    plays.again(**silver, targets_mode="remove")
    assert [rule["name"] for rule in plays.record("declared")["rules"]] == ["Default"]
    said = plays.refused(name="declared", targets_mode="remove", storware={"policies": ["gold"]})
    assert "would be left without any rule" in said
    plays.good(**silver, whole_schedule=True)
    plays.again(**silver)


def test_names_belong_to_one_schedule_of_whatever_type(plays: Plays) -> None:
    snapshots = {**BASE, "name": "snapshots weekly"}
    assert "is the name of a schedule of type vm_snapshot, and gold/Default is a rule" in plays.refused(**snapshots)
    typed = {**snapshots, "storware": {"policies": ["gold"], "type": "vm_backup"}}
    said = plays.refused(**typed, whole_schedule=True)
    assert "has storware.type vm_snapshot, not vm_backup, and a schedule keeps it for life. Names are unique" in said
    made = plays.good(**BASE)
    said = plays.refused(schedule_id=made["schedule_id"], name="gold copy", whole_schedule=True)
    assert "The name gold copy is taken by the vm_backup schedule" in said
    renamed = plays.good(schedule_id=made["schedule_id"], name="renamed")
    assert (renamed["schedule"]["name"], renamed["schedule_id"]) == ("renamed", made["schedule_id"])
    plays.again(schedule_id=made["schedule_id"], name="renamed")


def test_a_type_is_changed_by_replacement_that_can_be_taken_up(plays: Plays) -> None:
    old = plays.good(**BASE)
    asked = {**BASE, "level": None, "storware": {"type": "vm_snapshot", "rules": ["keep"]}, "whole_schedule": True}
    assert "replace: true" in plays.refused(**asked)
    planned = plays.good(**asked, replace=True, check=True)
    assert [step["method"] for step in planned["requests"]] == ["PUT", "POST", "PUT", "DELETE"]
    # The way to the server is lost between the steps: the old one goes on under the name that tells of it.
    plays.sandbox.reset()
    plays.sandbox.fault("status", "schedules$", method="POST", status=403, times=9)
    plays.sandbox.fault("status", f"schedules/{old['schedule_id']}", method="PUT", status=403, skip=1, times=9)
    result = Modules(plays.sandbox).run("backup_schedule", **asked, replace=True).result
    assert result["failed"]
    assert plays.record("declared (being replaced)")["active"] is True
    plays.sandbox.reset()
    assert "is half replaced" in plays.refused(**BASE)
    new = plays.good(**asked, replace=True)
    assert new["schedule"]["storware"]["type"] == "vm_snapshot"
    assert (new["schedule"]["enabled"], new["schedule_id"] != old["schedule_id"]) == (True, True)
    assert {name for name in plays.names() if "declared" in name} == {"declared"}
    plays.again(**asked, replace=True)


@pytest.mark.parametrize("fault", ["drop_after", "empty"])
def test_a_creation_is_sent_once_and_found_by_its_name(plays: Plays, fault: str) -> None:
    plays.sandbox.reset()
    plays.sandbox.fault(fault, "schedules$", method="POST")
    result = Modules(plays.sandbox).run("backup_schedule", **BASE).good().result
    assert plays.sandbox.writes() == ["POST schedules"]
    assert result["schedule_id"] == plays.record("declared")["guid"]


def test_a_creation_without_a_trace_is_unknown_and_changes_are_sent_again(plays: Plays) -> None:
    plays.sandbox.reset()
    plays.sandbox.fault("drop_before", "schedules$", method="POST")
    Modules(plays.sandbox).run("backup_schedule", **BASE).bad("unknown_outcome")
    assert plays.sandbox.writes() == ["POST schedules"]
    plays.good(**BASE)
    plays.sandbox.fault("drop_before", "schedules/", method="PUT")
    Modules(plays.sandbox).run("backup_schedule", **{**BASE, "level": "full"}).good()
    plays.sandbox.fault("drop_after", "schedules/", method="DELETE")
    Modules(plays.sandbox).run("backup_schedule", **BASE, state="absent").good()
    assert "declared" not in plays.names()


REFUSED: dict[str, tuple[Json, str]] = {
    "targets": ({"targets": [{"name": "db01"}]}, "targets is no option of a Storware schedule"),
    "monthly": ({"pattern": {"frequency": "monthly", "day_of_month": 1, "at": "21:00"}}, "use monthly_relative"),
    "once": ({"pattern": {"frequency": "once", "start_date": "2030-01-01", "at": "21:00"}}, "backup_task"),
    "every": ({"pattern": {"frequency": "weekly", "days": ["monday"], "at": "21:00", "every": 2}},
              "pattern.every is 2, but Storware counts no days, weeks or months"),
    "start": ({"pattern": {"frequency": "daily", "at": "21:00", "start_date": "2030-01-01"}}, "has no first day"),
    "exceptions": ({"pattern": {"frequency": "daily", "at": "21:00", "exceptions": [{"days_of_month": [1]}]}},
                   "has no exceptions"),
    "weekday": ({"pattern": {"frequency": "monthly_relative", "week": "last", "day": "weekday", "at": "21:00"}},
                "pattern.day is weekday, which Storware does not count; allowed are monday"),
    "zone": ({"pattern": {"frequency": "daily", "at": "21:00", "timezone": "Europe/Berlim"}}, "Europe/Berlin"),
    "shift": ({"pattern": {"frequency": "monthly_relative", "week": "first", "day": "sunday", "at": "03:00",
                           "timezone": "Asia/Tokyo"}}, "The week of a month cannot be moved with it"),
    "midnight": ({"pattern": {"frequency": "daily", "at": "08:00", "repeat_every": "1h", "repeat_until": "20:00",
                              "timezone": "Asia/Tokyo"}}, "between which there is no midnight in UTC"),
    "level": ({"level": "differential"}, "allowed are full and incremental"),
    "both levels": ({"storware": {"policies": ["gold"], "backup_type": "full"}}, "contradict each other"),
    "type": ({"storware": {"type": "vm_bakup"}}, "Did you mean vm_backup?"),
    "window": ({"storware": {"start_window": "6"}}, "storware.start_window needs a unit"),
    "unquoted": ({"storware": {"interval": {"start": 480, "end": "20:00", "every": "1h"}}}, 'write it in quotes'),
    "weeks": ({"storware": {"weeks": ["fifth"]}}, "storware.weeks is 'fifth'; allowed are first"),
    "all": ({"storware": {"rules": ["all"]}}, "storware.rules: all stands alone, and needs storware.policies"),
    "alert": ({"alert": {"id": 1}}, "alert is no option of a Storware schedule"),
    "foreign": ({"commvault": {"startup": {"priority": 1}}}, "commvault holds options of commvault"),
    "native": ({"pattern": {"frequency": "other", "native": {"rules": []}}}, "says nothing of when a schedule runs"),
}  # fmt: skip


@pytest.mark.parametrize("name", list(REFUSED))
def test_what_has_no_form_is_refused_before_any_request(plays: Plays, name: str) -> None:
    options, sentence = REFUSED[name]
    assert sentence in plays.refused(**{**BASE, **options})
    assert plays.sandbox.control("GET", "requests")["requests"] == []


def test_no_schedule_can_be_run_now(plays: Plays) -> None:
    said = plays.refused(module="backup_task", targets=[{"name": "db01"}], schedule="gold copy")
    assert "which has no call that runs a schedule now" in said
    assert plays.sandbox.control("GET", "requests")["requests"] == []


@pytest.mark.parametrize(
    ("storware", "sentence"),
    [
        ({"policies": ["nosuch"]}, "There is no policy nosuch for this type of schedule. There are bronze, "),
        ({"rules": ["Default"]}, "rules are called Default: gold/Default, silver/Default, "),
        ({"rules": ["nosuch"]}, "There is no rule nosuch"),
        ({"policies": ["tworules"]}, "has several active rules: tworules/local, tworules/offsite"),
        ({"policies": ["norules"]}, "The policy norules has no active rule"),
        ({"rules": ["leaving/old"]}, "is not active or is marked for deletion"),
        ({"policies": ["gold"], "rules": ["local"]}, "There is no rule local"),
        ({"rules": ["snap-daily/keep"]}, "snap-daily/keep is a rule for schedules of type vm_snapshot"),
        (None, "storware.rules or storware.policies is missing"),
    ],
)
def test_rules_are_looked_up_exactly(plays: Plays, storware: Json | None, sentence: str) -> None:
    assert sentence in plays.refused(**{**BASE, "storware": storware})


def test_a_tenants_schedule_is_found_without_its_prefix(plays: Plays) -> None:
    tenant = {**BASE, "user": "tenant", "storware": {"policies": ["tenant-daily"], "project": TENANT}}
    made = plays.good(**tenant)
    assert made["schedule"]["name"] == f"uuid_{TENANT}_declared"
    plays.again(**tenant)
    assert plays.good(**tenant, state="absent")["changed"]


def test_schedules_of_a_virtual_machine(plays: Plays) -> None:
    def found(name: str) -> list[str]:
        return [row["name"] for row in plays.good("backup_schedule_info", targets=[{"name": name}])["schedules"]]

    assert found("db01") == ["gold monthly full", "gold copy", "snapshots weekly"]
    assert found("files01") == ["bronze quarterly"]
    assert found("nopolicy01") == []


def test_an_estate_is_pruned_within_its_policies_alone(plays: Plays) -> None:
    def entry(name: str, *policies: str, **more: Any) -> Json:
        return {**BASE, "name": name, "storware": {"policies": list(policies)}, **more}

    plays.good(**entry("est stray", "gold"))
    plays.good(**entry("est wide", "gold", "bronze"))
    plays.good(**entry("est elsewhere", "bronze"))
    estate: Json = {
        "schedules": [entry("est one", "gold"), entry("est two", "nowhere"), entry("est three", "silver")],
        "spread": "30m", "prune": "true",
        "scope": {"name": "est *", "storware": {"policies": ["gold"], "rules": ["silver/Default"]}},
    }  # fmt: skip
    failed = plays.run("backup_schedules", **estate)
    assert [row["outcome"] for row in failed["schedules"]] == ["created", "failed", "created"]
    assert "Nothing was pruned" in failed["msg"]
    del estate["schedules"][1]
    assert "max_prune is 0" in plays.run("backup_schedules", **estate, max_prune=0)["msg"]
    planned = plays.good("backup_schedules", **estate, check=True)
    assert plays.sandbox.writes() == []
    done = plays.good("backup_schedules", **estate)
    for result in (planned, done):
        assert [row["name"] for row in result["pruned"]] == ["est stray"]
        (foreign,) = result["foreign"]
        assert (foreign["name"], foreign["outside"]) == ("est wide", ["bronze/Default"])
    assert {name for name in plays.names() if name.startswith("est ")} == {
        "est one", "est three", "est wide", "est elsewhere"
    }  # fmt: skip
    assert len({plays.record(name)["hour"] for name in ("est one", "est three", "est wide")}) == 3
    again = plays.good("backup_schedules", **estate)
    assert (again["changed"], plays.sandbox.writes()) == (False, [])
    assert plays.good(**done["pruned"][0]["schedule"])["changed"]
    empty = {"schedules": [entry("est wide", "gold", "bronze", state="absent")], "prune": "disable",
             "scope": estate["scope"]}  # fmt: skip
    assert "leave none in the scope" in plays.run("backup_schedules", **empty)["msg"]
    gone = plays.good("backup_schedules", **empty, allow_empty=True)
    assert {row["name"] for row in gone["pruned"]} == {"est stray", "est one", "est three"}
    assert {row["outcome"] for row in gone["pruned"]} == {"changed"}
    twice = {**estate, "schedules": [entry("est one", "gold"), entry("Est One", "silver")]}
    assert "are both called est one, so they are one schedule" in plays.refused(module="backup_schedules", **twice)
    without = {**estate, "scope": {"name": "*", "targets": [{"client": "x"}]}}
    assert "scope.targets is no option of Storware" in plays.refused(module="backup_schedules", **without)


@settings(max_examples=8, deadline=None, phases=[Phase.generate],
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(words())
def test_any_declaration_applied_twice_changes_nothing_the_second_time(plays: Plays, said: Words) -> None:
    assert said.pattern is not None
    declared = {**BASE, "name": "any", "pattern": as_options(said.pattern),
                "storware": {"policies": ["gold"], **extra_options(said)}}  # fmt: skip
    first = plays.run(**declared)
    if first.get("failed"):
        assert "in UTC" in first["msg"]
        assert plays.sandbox.writes() == []
        return
    plays.again(**declared)
    assert plays.good(name="any", state="absent", whole_schedule=True)["changed"]


def test_runs_are_foretold_and_the_clocks_change(plays: Plays) -> None:
    # Back, so that nothing else is due on the way.
    plays.sandbox.control("POST", "clock", {"set": "2026-03-27T12:00:00Z"})
    berlin = {**BASE, "storware": {"rules": ["tworules/local"]},
              "pattern": {"frequency": "daily", "at": "02:30", "timezone": "Europe/Berlin"}}  # fmt: skip
    made = plays.good(**berlin)
    assert [run["mark"] for run in made["next_runs"]] == [None, "gap", "dst", "dst", "dst"]
    for run in made["next_runs"][:3]:
        moment = datetime.fromisoformat(run["at"]).astimezone(timezone.utc)
        plays.sandbox.control("POST", "clock", {"set": (moment + timedelta(seconds=5)).isoformat()})
        assert plays.record("declared")["lastRun"] == moment.timestamp() * 1000
    changed = plays.good(**berlin)
    assert changed["changes"] == [{"key": "pattern.at", "before": "03:30", "after": "02:30", "reason": "dst"}]
    assert changed["next_runs"][0]["at"] == "2026-03-31T02:30:00+02:00"
    plays.again(**berlin)
