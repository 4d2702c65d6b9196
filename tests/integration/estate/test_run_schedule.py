# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``backup_task`` with ``schedule``: an existing schedule is run now, once, and only on what the play names."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.nightshift.backup.tests.integration.estate.harness import Estate

OPTIONS = ("--estate", "30", "--time-scale", "300")
RUN = "(?i)qcommand"
IS_RUN = r"opType\W+5"
Json = dict[str, Any]


def host(number: int) -> Json:
    return {"client": f"host{number:04d}", "backupset": "defaultBackupSet", "subclient": "default"}


def declare(estate: Estate, name: str, *numbers: int, **more: Any) -> Json:
    """Declare a schedule that does not come due while the tests run."""
    result = estate.play(
        "backup_schedule",
        name=name,
        **{
            "level": "incremental",
            "targets": [host(number) for number in numbers],
            "pattern": {"frequency": "yearly", "month": 1, "day_of_month": 1, "at": "21:00"},
            **more,
        },
    )
    assert not result.get("failed"), result.get("msg")
    estate.received()
    return result


def outcomes(result: Json) -> list[str]:
    return [row["outcome"] for row in result["tasks"]]


def runs(estate: Estate) -> int:
    """Count the runs of schedules that the server was asked for since the last look."""
    return sum("qcommand" in entry["path"].lower() for entry in estate.writes())


def last_job(estate: Estate) -> int:
    return int(estate.control("GET", "state")["last_job_id"])


def test_a_schedule_is_run_by_name_and_its_jobs_are_told_by_target(estate: Estate) -> None:
    made = declare(estate, "two hosts", 1, 2)
    result = estate.play(
        "backup_task", schedule="TWO hosts", targets=[host(2), host(1)], wait=True, poll_interval="0.2s"
    )
    assert not result.get("failed"), result.get("msg")
    assert outcomes(result) == ["started", "started"]
    assert [row["task_id"] for row in result["tasks"]] == [made["task_id"]] * 2
    assert [row["state"] for row in result["tasks"]] == ["succeeded"] * 2
    assert runs(estate) == 1
    for row, client in zip(result["tasks"], ("host0002", "host0001"), strict=True):
        (job,) = row["job_ids"]
        jobs = estate.control("POST", "jobs", {"id": int(job)})
        assert jobs["job"]["subclient"]["clientName"] == client


def test_a_schedule_is_run_by_its_id(estate: Estate) -> None:
    identity = declare(estate, "by id", 3)["schedule_id"]
    result = estate.play("backup_task", schedule=identity, targets=[host(3)])
    assert outcomes(result) == ["started"]
    assert result["requests"][0]["body"]["TMMsg_TaskOperationReq"]["subtaskEntity"][0]["subtaskId"] == int(identity)


def test_check_mode_shows_the_request_and_runs_nothing(estate: Estate) -> None:
    declare(estate, "only looked at", 4)
    result = estate.play("backup_task", check=True, schedule="only looked at", targets=[host(4)])
    assert outcomes(result) == ["would_start"]
    assert result["changed"] is True
    assert result["requests"][0]["body"]["TMMsg_TaskOperationReq"]["opType"] == 5
    assert estate.writes() == []


def test_targets_that_are_not_named_are_not_backed_up_unasked(estate: Estate) -> None:
    declare(estate, "three hosts", 5, 6, 7)
    before = last_job(estate)
    result = estate.play("backup_task", schedule="three hosts", targets=[host(5)])
    assert "also covers targets that are not named here" in result["msg"]
    assert "host0006" in result["msg"]
    assert last_job(estate) == before
    whole = estate.play("backup_task", schedule="three hosts", targets=[host(6)], whole_schedule=True)
    assert [row["target"]["client"] for row in whole["tasks"]] == ["host0006", "host0005", "host0007"]
    assert outcomes(whole) == ["started"] * 3


@pytest.mark.parametrize(
    "targets",
    [
        [host(8), host(9)],
        [{"client": "host0008", "backupset": "defaultBackupSet", "entity_type": "backupset"}],
    ],
)
def test_a_target_that_the_schedule_does_not_cover_is_not_taken_for_protected(
    estate: Estate, targets: list[Json]
) -> None:
    declare(estate, "covers one", 8)
    result = estate.play("backup_task", schedule="covers one", targets=targets)
    assert "does not back up" in result["msg"]
    assert runs(estate) == 0


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"level": "full"}, "level cannot be given"),
        ({"description": "now"}, "description cannot be given"),
        ({"notify_user": False}, "notify_user cannot be given"),
        ({"raw": {"taskInfo": {}}}, "raw cannot be given"),
        ({"raw_unsafe": True}, "raw_unsafe cannot be given"),
        ({"commvault": {"startup": {"priority": 1}}}, "commvault cannot be given"),
        ({"schedule": " "}, "schedule is empty"),
        ({"schedule": None}, "level is missing"),
        ({"schedule": None, "level": "full", "whole_schedule": True}, "whole_schedule means nothing"),
    ],
)
def test_what_a_run_cannot_change_is_refused_before_any_request(estate: Estate, options: Json, sentence: str) -> None:
    result = estate.play("backup_task", **{"schedule": "two hosts", "targets": [host(1)], **options})
    assert sentence in result["msg"]
    assert result["error"]["kind"] == "invalid"
    assert estate.received() == []


def test_several_schedules_of_the_name_are_listed_and_none_is_run(estate: Estate) -> None:
    first = declare(estate, "doubled", 11)["schedule_id"]
    second = declare(estate, "other", 11)["schedule_id"]
    estate.play("backup_schedule", schedule_id=second, name="doubled", targets=[host(11)])
    estate.received()
    result = estate.play("backup_task", schedule="doubled", targets=[host(11)])
    assert result["error"]["kind"] == "ambiguous"
    assert first in result["msg"]
    assert second in result["msg"]
    assert runs(estate) == 0


def test_schedules_of_a_policy_are_not_run(estate: Estate) -> None:
    target = {"client": "files01", "backupset": "defaultBackupSet", "subclient": "default"}
    result = estate.play("backup_task", schedule="policy default", targets=[target])
    assert "belongs to a schedule policy" in result["msg"]
    assert runs(estate) == 0


def test_a_backup_that_runs_already_is_not_doubled(estate: Estate) -> None:
    declare(estate, "busy", 12, 13)
    for number in (12, 13):
        estate.control("POST", "jobs", {"entity": {**wire(number)}, "status": "Running", "started_ago": 60})
    result = estate.play("backup_task", schedule="busy", targets=[host(12), host(13)])
    assert outcomes(result) == ["already_running", "already_running"]
    assert result["changed"] is False
    assert runs(estate) == 0


def test_a_schedule_is_not_run_for_some_of_its_targets(estate: Estate) -> None:
    declare(estate, "half busy", 14, 15)
    estate.control("POST", "jobs", {"entity": wire(14), "status": "Running", "started_ago": 60})
    result = estate.play("backup_task", schedule="half busy", targets=[host(14), host(15)])
    assert outcomes(result) == ["already_running", "not_started"]
    assert "starts all its targets at once" in result["msg"]
    assert runs(estate) == 0
    anyway = estate.play("backup_task", schedule="half busy", targets=[host(14), host(15)], skip_if_running=False)
    assert outcomes(anyway) == ["started", "started"]


def wire(number: int) -> Json:
    return {"clientName": f"host{number:04d}", "backupsetName": "defaultBackupSet", "subclientName": "default"}


# --- exactly once --------------------------------------------------------------------------------------------------


def test_a_run_whose_answer_is_lost_is_found_and_not_repeated(estate: Estate) -> None:
    declare(estate, "answer lost", 16, 17)
    before = last_job(estate)
    estate.fault(fault="drop_after", path=RUN, body=IS_RUN)
    result = estate.play("backup_task", schedule="answer lost", targets=[host(16), host(17)], settle="20s")
    assert not result.get("failed"), result.get("msg")
    assert outcomes(result) == ["adopted", "adopted"]
    assert runs(estate) == 1
    assert last_job(estate) == before + 2


def test_a_run_that_never_happened_is_not_repeated_and_nothing_else_is_adopted(estate: Estate) -> None:
    declare(estate, "never arrived", 18)
    # A run of a moment ago, by the same user, of the same schedule: it was there before, so it is not ours.
    first = estate.play("backup_task", schedule="never arrived", targets=[host(18)], wait=True, poll_interval="0.1s")
    assert outcomes(first) == ["started"]
    estate.received()
    before = last_job(estate)
    estate.fault(fault="drop_before", path=RUN, body=IS_RUN)
    result = estate.play(
        "backup_task", schedule="never arrived", targets=[host(18)], settle="1s", skip_if_running=False
    )
    assert outcomes(result) == ["unknown"]
    assert result["error"]["kind"] == "unknown_outcome"
    assert runs(estate) == 1
    assert last_job(estate) == before


def test_another_schedules_run_of_the_same_target_is_not_adopted(estate: Estate) -> None:
    mine = declare(estate, "mine", 19)
    declare(estate, "the neighbour's", 19)
    estate.fault(fault="drop_before", path=RUN, body=rf"{IS_RUN}.*{mine['schedule_id']}")
    estate.fault(fault="delay", path="Jobs$", seconds=0.3, times=1)
    assert outcomes(estate.play("backup_task", schedule="the neighbour's", targets=[host(19)])) == ["started"]
    result = estate.play("backup_task", schedule="mine", targets=[host(19)], settle="1s", skip_if_running=False)
    assert outcomes(result) == ["unknown"]


def test_a_refusal_is_told_and_nothing_is_started(estate: Estate) -> None:
    declare(estate, "refused", 20, 21)
    before = last_job(estate)
    estate.fault(fault="error_in_200", path=RUN, body=IS_RUN, error_code=2, error_message="No licence.")
    result = estate.play("backup_task", schedule="refused", targets=[host(20), host(21)])
    assert outcomes(result) == ["failed", "failed"]
    assert "No licence" in result["msg"]
    assert runs(estate) <= 1, "it is not parted into other starts"
    assert last_job(estate) == before


def test_a_disabled_schedule_is_run_with_a_warning(estate: Estate) -> None:
    declare(estate, "asleep", 22, enabled=False)
    result = estate.play("backup_task", schedule="asleep", targets=[host(22)])
    assert outcomes(result) == ["started"]
    assert any("asleep is disabled" in warning for warning in result["warnings"])


def test_max_age_goes_by_the_schedules_level(estate: Estate) -> None:
    declare(estate, "fresh enough", 23)
    first = estate.play("backup_task", schedule="fresh enough", targets=[host(23)], wait=True, poll_interval="0.2s")
    assert outcomes(first) == ["started"]
    again = estate.play("backup_task", schedule="fresh enough", targets=[host(23)], max_age="1h")
    assert outcomes(again) == ["fresh"]
