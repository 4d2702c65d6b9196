# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The life of jobs and the services that tell of it (specification section 6)."""

from __future__ import annotations

import pytest
from harness import Json, Sandbox, entity, task

#: Job seconds in a real second: slow enough to see jobs on their way.
SCALE = 60


def test_a_new_job_is_not_found_for_a_moment(sandbox: Sandbox) -> None:
    # The moment is made longer, so that a busy machine cannot miss it.
    sandbox.control("POST", "faults", {"fault": "job_late", "path": "CreateTask", "seconds": 2})
    number = sandbox.create(entity("web02", subclient="etc")).json()["jobIds"][0]
    first = sandbox.get(f"Job/{number}").json()
    assert first == {"totalRecordsWithoutPaging": 0, "jobs": []}
    assert "error" in sandbox.post("JobDetails", {"jobId": int(number)}).json()
    assert sandbox.finish(number)["status"] == "Completed"


def test_progress_rises(sandbox: Sandbox) -> None:
    number = sandbox.create(entity("trouble01", subclient="pends")).json()["jobIds"][0]
    seen = []

    def note(job: Json) -> bool:
        seen.append((job["percentComplete"], job["status"], job["pendingReason"]))
        return bool(job["status"] == "Completed")

    sandbox.wait(number, note)
    percents = [percent for percent, _status, _reason in seen]
    assert percents == sorted(percents)
    assert {status for _percent, status, _reason in seen} >= {"Running", "Pending", "Completed"}
    assert all(reason for _percent, status, reason in seen if status == "Pending")


@pytest.mark.parametrize(
    ("subclient", "status"),
    [
        ("with_errors", "Completed w/ one or more errors"),
        ("with_warnings", "Completed w/ one or more warnings"),
        ("fails", "Failed"),
        ("wont_start", "Failed to Start"),
        ("committed", "Committed"),
    ],
)
def test_destinies(sandbox: Sandbox, subclient: str, status: str) -> None:
    number = sandbox.create(entity("trouble01", subclient=subclient)).json()["jobIds"][0]
    job = sandbox.finish(number)
    assert job["status"] == status
    assert job["pendingReason"]


def test_the_first_backup_is_a_full_one(sandbox: Sandbox) -> None:
    target = entity("files02", subclient="new")
    first, second = (
        sandbox.finish(sandbox.create(target, level="INCREMENTAL").json()["jobIds"][0])["backupLevelName"]
        for _turn in range(2)
    )
    assert (first, second) == ("Full", "Incremental")


@pytest.mark.parametrize(
    ("order", "levels"),
    [("BEFORE_SYNTH", ["Incremental", "Synthetic Full"]), ("AFTER_SYNTH", ["Synthetic Full", "Incremental"])],
)
def test_synthetic_full_with_an_incremental_is_two_jobs(sandbox: Sandbox, order: str, levels: list[str]) -> None:
    options = {"runIncrementalBackup": True, "incLevel": order}
    created = sandbox.create(entity("files01", subclient="shared"), level="SYNTHETIC_FULL", **options).json()
    (number,) = created["jobIds"]
    first = sandbox.finish(number)
    last = sandbox.control("GET", "state")["last_job_id"]
    second = sandbox.finish(last)
    assert last > int(number)
    assert [first["backupLevelName"], second["backupLevelName"]] == levels
    detail = sandbox.post("JobDetails", {"jobId": last}).json()["job"]["jobDetail"]
    assert detail["generalInfo"]["taskData"]["taskId"] == created["taskId"]


def test_a_second_job_of_a_subclient_is_queued(sandbox: Sandbox) -> None:
    target = entity("trouble01", subclient="slow")
    first, second = (sandbox.create(target).json()["jobIds"][0] for _turn in range(2))
    assert sandbox.seen(second)["status"] == "Queued"
    sandbox.post(f"Job/{first}/action/kill")
    sandbox.wait(second, lambda job: bool(job["status"] == "Running"))
    sandbox.post(f"Job/{second}/action/kill")
    assert sandbox.finish(second)["status"] == "Killed"


def test_actions_and_their_refusals(sandbox: Sandbox) -> None:
    def act(action: str) -> int:
        answer = sandbox.post(f"Job/{number}/action/{action}").json()
        code: int = answer["errors"][0]["errList"][0]["errorCode"]
        return code

    number = sandbox.create(entity("trouble01", subclient="slow")).json()["jobIds"][0]
    sandbox.wait(number, lambda job: job["status"] == "Running")
    assert act("resume") != 0
    assert act("pause") == 0
    sandbox.wait(number, lambda job: job["status"] == "Suspended")
    assert act("pause") != 0
    assert act("resume") == 0
    sandbox.wait(number, lambda job: job["status"] == "Running")
    assert act("kill") == 0
    assert sandbox.seen(number)["status"] in ("Kill Pending", "Killed")
    sandbox.finish(number)
    assert act("kill") != 0
    again = sandbox.post(f"Job/{number}/action/Resubmit?startInSuspendedState=True").json()["jobIds"][0]
    assert sandbox.seen(again)["status"] == "Suspended"
    number = again
    assert act("kill") == 0
    assert sandbox.post("Job/1/action/kill").json()["errors"][0]["errList"][0]["errorCode"] != 0


def test_start_in_suspended_state(sandbox: Sandbox) -> None:
    common = {"startUpOpts": {"startInSuspendedState": True, "useDefaultPriority": False, "priority": 7}}
    number = sandbox.create(entity("ora02", "default"), common=common).json()["jobIds"][0]
    sandbox.wait(number, lambda job: job["status"] == "Suspended")
    detail = sandbox.post("JobDetails", {"jobId": int(number)}).json()["job"]["jobDetail"]
    assert detail["generalInfo"]["priority"] == 7
    sandbox.post(f"Job/{number}/action/resume")
    assert sandbox.finish(number)["status"] == "Completed"


def test_description_is_in_the_details_and_not_in_the_summary(sandbox: Sandbox) -> None:
    number = sandbox.create(entity("pgsql01", "FSBasedBackupSet", instanceName="main"),
                            common={"jobDescription": "marked"}).json()["jobIds"][0]  # fmt: skip
    assert "jobDescription" not in sandbox.seen(number)
    general = sandbox.post("JobDetails", {"jobId": int(number)}).json()["job"]["jobDetail"]["generalInfo"]
    assert (general["jobDescription"], general["jobStartedFrom"]) == ("marked", "Interactive")
    info = sandbox.get(f"Job/{number}/TaskDetails").json()["taskInfo"]
    assert info["subTasks"][0]["options"]["commonOpts"]["jobDescription"] == "marked"
    assert sandbox.get(f"Events?jobId={number}").json()["commservEvents"]


def test_lists(sandbox: Sandbox) -> None:
    busy = sandbox.get("GetId?clientname=busy01").json()["clientId"]
    active = sandbox.get(f"Job?clientId={busy}&jobCategory=Active").json()
    assert {item["jobSummary"]["status"] for item in active["jobs"]} == {"Running", "Queued", "Pending", "Suspended"}
    everything = sandbox.get("Job").json()
    pages = [
        sandbox.get("Job", headers={"limit": "10", "offset": str(offset)}).json() for offset in (0, 10)
    ]  # fmt: skip
    joined = [item["jobSummary"]["jobId"] for page in pages for item in page["jobs"]]
    assert joined == [item["jobSummary"]["jobId"] for item in everything["jobs"]][:20]
    assert everything["totalRecordsWithoutPaging"] > 100 == len(everything["jobs"])
    types = {item["jobSummary"]["jobType"] for item in sandbox.get("Job?jobFilter=").json()["jobs"]}
    assert "Restore" in types


def test_search(sandbox: Sandbox) -> None:
    web = sandbox.get("GetId?clientname=web02").json()["clientId"]
    wanted = {"clientList": [{"clientId": web}], "jobTypeList": ["Restore"], "completedJobLookupTime": 86400 * 5}
    found = sandbox.post("Jobs", {"category": 2, "jobFilter": wanted}).json()
    assert [item["jobSummary"]["jobType"] for item in found["jobs"]] == ["Restore"]
    aged = sandbox.post("Jobs", {"jobFilter": {"clientList": [{"clientId": web}], "showAgedJobs": True}}).json()
    fresh = sandbox.post("Jobs", {"jobFilter": {"clientList": [{"clientId": web}]}}).json()
    assert aged["totalRecordsWithoutPaging"] > fresh["totalRecordsWithoutPaging"]
    page = sandbox.post("Jobs", {"pagingConfig": {"limit": 3, "offset": 2, "sortDirection": 0}}).json()
    numbers = [item["jobSummary"]["jobId"] for item in page["jobs"]]
    assert numbers == sorted(numbers)
    assert len(numbers) == 3


def test_jobs_made_for_tests(sandbox: Sandbox) -> None:
    target = entity("salesforce-dev", "FullSandbox")
    made = sandbox.control(
        "POST", "jobs", {"entity": target, "level": "FULL", "status": "Running", "started_ago": 7200}
    )
    number = made["job"]["jobId"]
    assert sandbox.seen(number)["userName"]["userName"] == "stranger"
    queued = sandbox.post("CreateTask", task(target)).json()["jobIds"][0]
    assert sandbox.seen(queued)["status"] == "Queued"
    sandbox.control("POST", "jobs", {"id": number, "status": "Completed", "ended_ago": 60})
    sandbox.finish(queued)
