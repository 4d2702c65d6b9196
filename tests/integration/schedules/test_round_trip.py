# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is read can be fed back, and moves to another server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.nightshift.backup.tests.integration.schedules.conftest import Plays
from ansible_collections.nightshift.backup.tests.sandbox.harness import running

HOME = {"client": "files01", "app": "File System", "backupset": "defaultBackupSet", "subclient": "home"}


def assert_feeding_back_changes_nothing(plays: Plays, rows: list[dict[str, Any]]) -> None:
    since = plays.next_index
    for row in rows:
        given = json.loads(json.dumps(row))
        result = plays.good(**given)
        assert (result["changed"], result["changes"], result.get("warnings")) == (False, [], None), row["name"]
        shown = result["schedule"]
        assert {key: shown[key] for key in given} == given
    assert plays.writes(since) == []


def test_every_schedule_of_a_new_server(plays: Plays) -> None:
    found = plays.info()
    assert [row["name"] for row in found["schedules"]].count("nightly") == 2
    assert len(found["schedules"]) == 11
    reasons = {row["name"]: row["reason"] for row in found["foreign"]}
    assert reasons == {
        "system created": "It is the server's own.",
        "policy default": "It belongs to a schedule policy.",
    }
    assert_feeding_back_changes_nothing(plays, found["schedules"])


def test_filters_read_no_more_than_is_needed(plays: Plays) -> None:
    since = plays.next_index
    rows = plays.info(names=["Nightly"], targets=[{"client": "files01", "backupset": "defaultBackupSet"}])["schedules"]
    assert [row["targets"][0]["client"] for row in rows] == ["files01"]
    read = [entry["path"].rpartition("/")[2] for entry in plays.requests(since)]
    assert (read.count("Schedules"), len(read)) == (1, 3)
    (row,) = plays.info(schedule_ids=[rows[0]["schedule_id"]])["schedules"]
    assert row == rows[0]
    assert plays.info(names=["there is none"]) == {
        "changed": False, "schedules": [], "foreign": [], "not_portable": []
    }  # fmt: skip


def test_a_client_is_enough_to_ask_what_backs_it_up(plays: Plays) -> None:
    def names(*targets: dict[str, Any]) -> list[str]:
        found = plays.info(targets=list(targets))
        return sorted(row["name"] for row in [*found["schedules"], *found["foreign"]])

    part = {"client": "web02", "backupset": "defaultBackupSet", "subclient": "default"}
    assert names({"client": "WEB02"}) == ["automatic", "nightly", "once next month", "weekdays"]
    assert names({"client": "web02"}, part) == names(part) == names({"client": "web02"})
    assert names({**part, "subclient": "etc"}) == []
    assert names({"client": "web02", "app": "Oracle"}) == []
    assert names({"client": "files01"}) == ["nightly", "policy default"]


@pytest.mark.parametrize("given", [{"names": []}, {"schedule_ids": [" "]}])
def test_an_empty_filter_is_refused(plays: Plays, given: dict[str, Any]) -> None:
    with pytest.raises(AssertionError, match="is empty"):
        plays.info(**given)


def test_values_of_a_newer_server_survive(plays: Plays) -> None:
    made = plays.good(name="newer", targets=[HOME], level="full", pattern={"frequency": "daily", "at": "21:00"})
    record = plays.record(made["task_id"])
    entry = record["subTasks"][0]
    entry["pattern"]["freq_restart_interval"] = 9
    entry["options"]["adminOpts"] = {"fromANewerServer": {"deep": [1]}}
    plays.sandbox.post("Qcommand/qoperation%20execute", {"TMMsg_ModifyTaskReq": {"taskInfo": record}})
    (row,) = plays.info(names=["newer"])["schedules"]
    assert row["pattern"]["native"] == {"freq_restart_interval": 9}
    assert_feeding_back_changes_nothing(plays, [row])
    plays.good(**{**row, "level": "incremental"})
    after = plays.record(made["task_id"])["subTasks"][0]
    assert after["pattern"]["freq_restart_interval"] == 9
    assert after["options"]["adminOpts"] == {"fromANewerServer": {"deep": [1]}}
    lost = plays.info(names=["newer"], portable=True)["not_portable"]
    assert {"schedule": "newer", "schedule_id": made["schedule_id"], "value": [1],
            "key": "subTasks/options/adminOpts/fromANewerServer/deep"} in lost  # fmt: skip


def test_a_client_as_a_whole_is_not_declared_beside(plays: Plays) -> None:
    target = {"client": "web02", "app": "Linux File System", "backupset": "logs", "subclient": "nginx"}
    made = plays.good(name="wide", targets=[target], level="full", pattern={"frequency": "daily", "at": "21:00"})
    schedule = plays.record(made["task_id"])
    assert schedule["associations"][0]["backupsetName"] == "logs"
    plays.good(name="wide", targets=[{**target, "subclient": None}], targets_mode="add")
    assert [row["backupset"] for row in plays.info(names=["wide"])["schedules"][0]["targets"]] == ["logs"]


def seed(*clients: str) -> str:
    agents = [{"name": "Linux File System", "instances": [{"name": "DefaultInstanceName", "backupsets": [
        {"name": "defaultBackupSet", "subclients": ["default", "data"]}]}]}]  # fmt: skip
    return json.dumps({"clients": [{"name": client, "agents": agents} for client in clients]})


def test_an_estate_moves_to_a_server_with_other_ids(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    servers = []
    for name, options, clients in (("one", (), ("mover1", "mover2")), ("two", ("--estate", "9"), ("mover2", "mover1"))):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "seed.json").write_text(seed(*clients))
        servers.append(running(folder, "--seed-data", str(folder / "seed.json"), *options))
    with servers[0] as first, servers[1] as second:
        here, there = Plays(first), Plays(second)
        target = {"client": "mover1", "app": "Linux File System", "backupset": "defaultBackupSet", "subclient": "data"}
        here.good(
            name="moving", targets=[target, {**target, "client": "mover2"}], level="full", alert={"id": 1},
            pattern={"frequency": "monthly", "day_of_month": 31, "at": "21:00", "timezone": "Europe/Berlin"},
            commvault={"data_path": {"library_id": 4, "media_agent_id": 9}, "startup": {"priority": 3}}, enabled=False,
        )  # fmt: skip
        own = [row for row in here.info()["schedules"] if row["name"] != "nightly"]
        moved = here.info(names=[row["name"] for row in own], portable=True)
        lost = {entry["key"]: entry["value"] for entry in moved["not_portable"]}
        assert lost == {
            "alert.id": 1,
            "commvault.data_path.library_id": 4,
            "commvault.data_path.media_agent_id": 9,
        }
        assert "_id" not in json.dumps(moved["schedules"])
        assert all("timezone" in row["pattern"] for row in moved["schedules"])
        for row in there.info()["schedules"]:
            there.good(schedule_id=row["schedule_id"], state="absent", whole_schedule=True)
        for row in moved["schedules"]:
            assert there.good(**row)["changed"]
            assert not there.good(**row)["changed"]
        arrived = there.info(portable=True)["schedules"]
        assert arrived == moved["schedules"]
        ids = [{row["name"]: row["targets"][0]["subclient_id"] for row in plays.info()["schedules"]}["moving"]
               for plays in (here, there)]  # fmt: skip
        assert ids[0] != ids[1]


def test_a_schedule_outlives_its_client_and_can_be_removed(tmp_path: Path) -> None:
    state, data = tmp_path / "state.db", tmp_path / "seed.json"
    target = {"client": "leaver", "app": "Linux File System", "backupset": "defaultBackupSet", "subclient": "data"}
    given = {"name": "left behind", "targets": [target, {**target, "subclient": "default"}], "level": "full",
             "pattern": {"frequency": "daily", "at": "21:00"}}  # fmt: skip
    data.write_text(seed("leaver"))
    with running(tmp_path, "--state", str(state), "--seed-data", str(data)) as sandbox:
        Plays(sandbox).good(**given)
    (tmp_path / "ready.json").unlink(missing_ok=True)
    data.write_text(json.dumps({"clients": []}))
    with running(tmp_path, "--state", str(state), "--seed-data", str(data)) as sandbox:
        plays = Plays(sandbox)
        assert plays.good(name="left behind", targets=given["targets"], state="absent")["changed"]
        assert not plays.good(name="left behind", targets=given["targets"], state="absent")["changed"]
