# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Schedules: made, read, changed, run, removed, and fired by the clock (specification section 5)."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import quote

import pytest
from harness import XML, Json, Sandbox, entity, task
from lxml import etree

TARGET = entity("files01", subclient="home")
DAILY: Json = {"freq_type": 4, "freq_interval": 1, "freq_recurrence_factor": 1, "active_start_time": 75600}
QCOMMAND = f"Qcommand/{quote('qoperation execute')}"


def schedule(
    sandbox: Sandbox, name: str, pattern: Json, target: Json | None = None, level: Any = "INCREMENTAL"
) -> Json:
    """Create a schedule and read it back."""
    answer = sandbox.create(target or TARGET, pattern=pattern, name=name, level=level).json()
    assert list(answer) == ["taskId"], answer
    info: Json = sandbox.get(f"Schedules/{answer['taskId']}").json()["taskInfo"]
    return info


def ids(info: Json) -> tuple[int, int]:
    """Task ID and schedule ID."""
    return info["task"]["taskId"], info["subTasks"][0]["subTask"]["subTaskId"]


def delete(sandbox: Sandbox, info: Json) -> Json:
    """Delete a schedule."""
    entities = [{"_type_": 68, "subtaskId": ids(info)[1]}]
    answer: Json = sandbox.post(QCOMMAND, {"TMMsg_TaskOperationReq": {"opType": 3, "subtaskEntity": entities}}).json()
    return answer


def test_what_the_server_fills_in(sandbox: Sandbox) -> None:
    info = schedule(sandbox, "Nightly One", DAILY)
    task_id, subtask_id = ids(info)
    assert subtask_id >= 80001 > task_id
    subtask = info["subTasks"][0]
    assert subtask["subTask"]["subTask"] == {"subtaskId": subtask_id, "subtaskName": "Nightly One"}
    pattern = subtask["pattern"]
    assert {key: pattern[key] for key in DAILY} == DAILY
    assert pattern["calendar"] == {"calendarId": 1, "calendarName": "Standard"}
    assert pattern["timeZone"] == {"TimeZoneID": 1000, "TimeZoneName": "CommServe Time Zone"}
    assert pattern["active_start_date"] % 86400 == 0
    assert pattern["description"].startswith("Every day at 9:00 PM")
    assert subtask["options"]["backupOpts"]["backupLevel"] == 2
    assert info["associations"][0]["subclientId"] > 0
    assert info["task"]["taskFlags"]["disabled"] is False
    delete(sandbox, info)


def test_lists(sandbox: Sandbox) -> None:
    one, two = (schedule(sandbox, "same name", DAILY) for _turn in range(2))
    assert ids(one) != ids(two)
    everything = sandbox.get("/Schedules").json()["taskDetail"]
    assert {entry["subTasks"][0]["pattern"]["freq_type"] for entry in everything} >= {
        1,
        4,
        8,
        16,
        32,
        64,
        128,
        1024,
        4096,
    }
    assert {entry["task"]["taskType"] for entry in everything} == {2, 4}
    assert all("clientId" not in item for entry in everything for item in entry["associations"])
    own = one["associations"][0]
    query = f"clientId={own['clientId']}&apptypeId={own['applicationId']}&backupsetId={own['backupsetId']}"
    found = sandbox.get(f"Schedules?{query}&subclientId={own['subclientId']}").json()["taskDetail"]
    assert {ids(one), ids(two)} <= {ids(entry) for entry in found}
    system = sandbox.get("Schedules?isSystem=true").json()["taskDetail"]
    assert [entry["subTasks"][0]["subTask"]["subTaskName"] for entry in system] == ["system created"]
    nobody = sandbox.get("GetId?clientname=vcenter02").json()["clientId"]
    assert "taskDetail" not in sandbox.get(f"Schedules?clientId={nobody}").json()
    for info in (one, two):
        assert delete(sandbox, info) == {"errorCode": 0}
        assert delete(sandbox, info)["errorCode"] != 0
        assert sandbox.get(f"Schedules/{ids(info)[0]}").json()["errorCode"] != 0


def test_enable_and_disable(sandbox: Sandbox) -> None:
    info = schedule(sandbox, "switch", DAILY)
    for action, disabled in (("Disable", True), ("Enable", False)):
        answer = sandbox.http.post(
            f"{sandbox.base}/Schedules/task/Action/{action}",
            data=f"taskId={ids(info)[0]}",
            headers={"Content-Type": "text/plain"},
            timeout=10,
        )
        assert answer.json()["errorCode"] == 0
        read = sandbox.get(f"Schedules/{ids(info)[0]}").json()["taskInfo"]
        assert read["task"]["taskFlags"]["disabled"] is disabled
    # The schedule's own ID is not the task's.
    wrong = sandbox.http.post(f"{sandbox.base}/Schedules/task/Action/Enable", data=f"taskId={ids(info)[1]}", timeout=10)
    assert wrong.json()["errorCode"] != 0
    delete(sandbox, info)


@pytest.mark.parametrize("way", ["qcommand", "put", "xml"])
def test_modify(sandbox: Sandbox, way: str) -> None:
    info = schedule(sandbox, "before", DAILY)
    task_id, subtask_id = ids(info)
    info["subTasks"][0]["subTask"]["subTaskName"] = "after"
    info["subTasks"][0]["pattern"]["active_start_time"] = 3600
    if way == "qcommand":
        answer = sandbox.post(QCOMMAND, {"TMMsg_ModifyTaskReq": {"taskInfo": info}})
    elif way == "put":
        body = {"taskInfo": {**info, "taskOperation": 1}}
        answer = sandbox.http.put(f"{sandbox.base}/Task", json=body, timeout=10)
    else:
        document = (
            f'<TMMsg_ModifyTaskReq><taskInfo taskOperation="MODIFY"><task taskId="{task_id}"/><subTasks>'
            f'<subTask subTaskId="{subtask_id}" subTaskName="after" subTaskType="BACKUP" operationType="2"/>'
            '<pattern freq_type="Daily" freq_interval="1" active_start_time="01:00:00"/>'
            "</subTasks></taskInfo></TMMsg_ModifyTaskReq>"
        )
        answer = sandbox.http.post(f"{sandbox.base}/{QCOMMAND}", data=document, headers=XML, timeout=10)
    assert answer.status_code == 200
    read = sandbox.get(f"Schedules/{task_id}").json()["taskInfo"]
    assert ids(read) == (task_id, subtask_id)
    assert read["subTasks"][0]["subTask"]["subTaskName"] == "after"
    assert read["subTasks"][0]["pattern"]["active_start_time"] == 3600
    delete(sandbox, read)


def test_run_now(sandbox: Sandbox) -> None:
    info = schedule(sandbox, "now", DAILY)
    task_id, subtask_id = ids(info)
    request = {"_type_": 68, "subtaskId": subtask_id, "taskId": task_id, "subtaskName": "now", "taskName": ""}
    body = {"TMMsg_TaskOperationReq": {"opType": 5, "subtaskEntity": [request], "taskIds": [task_id]}}
    answer = sandbox.post(QCOMMAND, body).json()
    assert answer["taskId"] == task_id
    sandbox.finish(answer["jobIds"][0])
    delete(sandbox, info)


def test_xml_sample_of_a_schedule(sandbox: Sandbox) -> None:
    document = (
        '<?xml version="1.0" encoding="utf-8" ?><TMMsg_CreateTaskReq><taskInfo>'
        '<associations _type_="" appName="Virtual Server" applicationId="106" backupsetName="defaultBackupSet"'
        ' backupsetId="190" clientName="client001" clientId="89" commCellId="" instanceName="VMware"'
        ' instanceId="100" subclientName="default" subclientId="11" />'
        '<subTasks><options><backupOpts backupLevel="Incremental" incLevel="BEFORE_SYNTH"'
        ' runIncrementalBackup="true"/></options>'
        '<pattern active_end_occurence="0" active_end_time="00:00:00" active_start_date="2016-05-03 00:00:00"'
        ' active_start_time="21:00:00" freq_interval="62" freq_recurrence_factor="1" freq_type="weekly">'
        '<calendar calendarId="1" calendarName="standard"/><daysToRun Monday="true" Tuesday="true"'
        ' Wednesday="true" Thursday="true" Friday="true"/>'
        '<timeZone TimeZoneId="100" TimeZoneName="(UTC) Coordinated Universal Time"/></pattern>'
        '<subTask operationType="2" subTaskType="2" subTaskName="test_schedule_1"/></subTasks>'
        '<task initiatedFrom="COMMANDLINE" policyType="DATA_PROTECTION" sequenceNumber="10" taskId="0"'
        ' taskType="SCHEDULE"><taskFlags disabled="false"/></task></taskInfo></TMMsg_CreateTaskReq>'
    )
    answer = sandbox.http.post(f"{sandbox.base}/CreateTask", data=document, headers=XML, timeout=10)
    root = etree.fromstring(answer.content)
    assert root.find("jobIds") is None
    info = sandbox.get(f"Schedules/{root.get('taskId')}").json()["taskInfo"]
    pattern = info["subTasks"][0]["pattern"]
    assert (pattern["freq_type"], pattern["active_start_date"], pattern["active_start_time"]) == (8, 1462233600, 75600)
    assert pattern["timeZone"]["TimeZoneID"] == 100
    assert pattern["daysToRun"]["Saturday"] is False
    delete(sandbox, info)


def test_refusals(sandbox: Sandbox) -> None:
    count = sandbox.control("GET", "state")["schedules"]
    no_pattern = sandbox.post("CreateTask", task(TARGET, kind=2))
    assert (no_pattern.status_code, no_pattern.json()["errorCode"]) == (400, 587207179)
    assert sandbox.create(TARGET, pattern={"freq_type": 8}, name="x").json()["errorCode"] != 0
    assert sandbox.create(TARGET, pattern={"freq_type": "sometimes"}, name="x").status_code == 400
    denied = task(entity("pgsql_win", "FSBasedBackupSet"), pattern=DAILY, name="x")
    assert sandbox.post("CreateTask", denied, headers={"Authtoken": sandbox.token("operator")}).status_code == 403
    assert sandbox.control("GET", "state")["schedules"] == count


def test_schedules_fire_on_the_moved_clock(sandbox: Sandbox) -> None:
    target = entity("trouble01", subclient="with_warnings")
    midnight = int(sandbox.control("GET", "clock")["epoch"]) // 86400 * 86400 + 86400
    pattern = {**DAILY, "freq_subday_interval": 3600, "active_end_time": 82800, "active_start_date": midnight}
    info = schedule(sandbox, "hourly in the evening", pattern, target)
    sandbox.control("POST", "clock", {"advance": midnight + 2 * 86400 - sandbox.control("GET", "clock")["epoch"]})
    wanted = {"subclientId": info["associations"][0]["subclientId"]}
    found = sandbox.post("Jobs", {"jobFilter": {"entity": wanted, "completedJobLookupTime": 86400 * 2}}).json()["jobs"]
    mine = [item["jobSummary"] for item in found]
    scheduled = []
    for job in mine:
        detail = sandbox.post("JobDetails", {"jobId": job["jobId"]}).json()["job"]["jobDetail"]["generalInfo"]
        if detail["taskData"] == {
            "taskId": ids(info)[0],
            "subtaskId": ids(info)[1],
            "taskName": "hourly in the evening",
        }:
            assert detail["jobStartedFrom"] == "Scheduled"
            scheduled.append(job["jobStartTime"])
    hours = [midnight + day * 86400 + hour * 3600 for day in (0, 1) for hour in (21, 22, 23)]
    assert sorted(scheduled) == hours
    delete(sandbox, info)


def test_a_one_time_schedule_for_now_fires_by_itself(sandbox: Sandbox) -> None:
    now = int(sandbox.control("GET", "clock")["epoch"])
    before = sandbox.control("GET", "state")["jobs_total"]
    pattern = {"freq_type": 1, "active_start_date": now // 86400 * 86400, "active_start_time": now % 86400 // 60 * 60}
    info = schedule(sandbox, "at once", pattern)
    for _turn in range(40):
        if sandbox.control("GET", "state")["jobs_total"] > before:
            break
        time.sleep(0.05)
    assert sandbox.control("GET", "state")["jobs_total"] == before + 1
    delete(sandbox, info)
