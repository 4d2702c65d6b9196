# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CreateTask: what starts, what is refused, and how (specification sections 2 and 3)."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from harness import XML, Json, Sandbox, entity, task
from lxml import etree

WEB = entity("web01", appName="File System", applicationId=33, instanceName="DefaultInstanceName", _type_=7)


def refused(answer: Any) -> tuple[int, Any]:
    """Status and words of a refusal; the code must not be 0."""
    body = answer.json()
    assert body["errorCode"] != 0
    return answer.status_code, body["errorMessage"]


def test_one_job_by_names(sandbox: Sandbox) -> None:
    answer = sandbox.create(WEB).json()
    assert isinstance(answer["taskId"], int)
    (number,) = answer["jobIds"]
    assert isinstance(number, str)
    assert sandbox.finish(number)["backupLevelName"] == "Full"


@pytest.mark.parametrize("level", ["FULL", "Full", "full", 1])
@pytest.mark.parametrize("kind", [1, "IMMEDIATE", "immediate"])
def test_names_and_numbers_of_enumerations(sandbox: Sandbox, level: Any, kind: Any) -> None:
    body = task(entity("web02"), level=level, kind=kind)
    body["taskInfo"]["subTasks"][0]["subTask"] = {"subTaskType": "BACKUP", "operationType": "backup"}
    assert sandbox.post("CreateTask", body).json()["jobIds"]


def test_whole_backup_set_starts_every_subclient_in_no_order(sandbox: Sandbox) -> None:
    numbers = sandbox.create(entity("client001", "projects", None)).json()["jobIds"]
    assert len(numbers) == 3
    assert numbers != sorted(numbers)
    names = {sandbox.seen(number)["subclientName"] for number in numbers}
    assert names == {"default", "engineering", "art"}


def test_what_is_switched_off_is_left_out(sandbox: Sandbox) -> None:
    numbers = sandbox.create(entity("files01", subclient=None)).json()["jobIds"]
    names = {sandbox.seen(number)["subclientName"] for number in numbers}
    assert names == {"default", "home", "shared"}


def test_ids_alone_and_ids_over_names(sandbox: Sandbox) -> None:
    found = sandbox.get("GetId?clientname=web02&agent=Linux File System&backupset=logs&subclient=nginx").json()
    by_id = {"subclientId": found["subclientId"], "clientName": "another name"}
    number = sandbox.create(by_id).json()["jobIds"][0]
    assert sandbox.seen(number)["subclient"]["subclientName"] == "nginx"


@pytest.mark.parametrize(
    "association",
    [
        entity("nowhere"),
        entity("web01", "nothing"),
        entity("web01", subclient="nobody"),
        entity("web01", appName="Oracle"),
        entity("web01", instanceName="another"),
        {"clientName": "web01"},
        {"backupsetName": "defaultBackupSet"},
        {"subclientId": 987654},
        {"clientId": 987654, "clientName": "web01", "backupsetName": "defaultBackupSet"},
        entity("client001"),  # a default backup set below two agents
    ],
)
def test_unknown_and_ambiguous_entities(sandbox: Sandbox, association: Json) -> None:
    before = sandbox.control("GET", "state")["jobs_total"]
    refused(sandbox.create(WEB, association))
    assert sandbox.control("GET", "state")["jobs_total"] == before


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("associations.0.clientName", 7),
        ("associations.0.applicationId", "33"),
        ("associations.0._type_", "SOMETHING"),
        ("task.taskType", "SOMETIMES"),
        ("task.taskType", '"IMMEDIATE"'),
        ("task.taskFlags.disabled", "no"),
        ("subTasks.0.options.backupOpts.backupLevel", "EVERYTHING"),
        ("subTasks.0.options.backupOpts.runIncrementalBackup", "true"),
        ("subTasks.0.options.backupOpts.mediaOpt", {"numberofDays": "30"}),
        ("subTasks.0.options.commonOpts", {"jobDescription": 5}),
        ("subTasks.0.options.commonOpts", {"startUpOpts": {"priority": 1.5}}),
        ("subTasks", {}),
        ("associations", []),
    ],
)
def test_wrong_types(sandbox: Sandbox, path: str, value: Any) -> None:
    body = deepcopy(task(WEB))
    place: Any = body["taskInfo"]
    *way, last = path.split(".")
    for step in way:
        place = place[int(step) if step.isdigit() else step]
    place[last] = value
    answer = sandbox.post("CreateTask", body)
    assert (answer.status_code, answer.text) == (400, "Request body is empty or format is invalid")


def test_unknown_keys_are_ignored(sandbox: Sandbox) -> None:
    assert sandbox.create({**WEB, "subbclientName": 1}, start_new_media="yes").json()["jobIds"]


def test_documented_errors_word_for_word(sandbox: Sandbox) -> None:
    empty = sandbox.post("CreateTask")
    assert (empty.status_code, empty.text) == (400, "Request body is empty or format is invalid")
    nobody = sandbox.post("CreateTask", task(WEB), headers={"Authtoken": ""})
    assert nobody.status_code == 401
    assert nobody.json() == {"errorMessage": "Access Denied", "errorCode": 5}
    association = entity("pgsql_win", "FSBasedBackupSet")
    denied = sandbox.post("CreateTask", task(association), headers={"Authtoken": sandbox.token("operator")})
    assert denied.status_code == 403
    assert denied.json() == {
        "errorMessage": "User [Remote User] does not have required capability [Data Protection/Management Operations]"
        " for this client [pgsql_win] and this operation.",
        "errorCode": 587203022,
    }
    for backupset in ("empty", "switchedOff"):
        nothing = sandbox.create(entity("files01", backupset, None))
        assert nothing.status_code == 500
        assert nothing.json() == {
            "errorMessage": "Failed to start backups as no eligible subclients were found. ",
            "errorCode": 587207178,
        }


@pytest.mark.parametrize(
    ("association", "level"),
    [
        (entity("sql01", appName="SQL Server"), "SYNTHETIC_FULL"),
        (entity("ora01", "default"), "DIFFERENTIAL"),
        (entity("web01"), "TRANSACTION_LOG"),
        (entity("pgsql01", "DumpBasedBackupSet"), "INCREMENTAL"),
        (entity("salesforce-prod", "Production"), "SYNTHETIC_FULL"),
    ],
)
def test_level_that_the_agent_lacks(sandbox: Sandbox, association: Json, level: str) -> None:
    assert "support" in refused(sandbox.create(association, level=level))[1]


def test_nonsense(sandbox: Sandbox) -> None:
    refused(sandbox.create(WEB, common={"startUpOpts": {"priority": 1000}}))
    assert sandbox.post("CreateTask", task(WEB, kind=2)).status_code == 400
    body = task(WEB)
    body["taskInfo"]["subTasks"][0]["subTask"]["operationType"] = 1001
    refused(sandbox.post("CreateTask", body))


def test_body_and_content_type_must_agree(sandbox: Sandbox) -> None:
    answer = sandbox.http.post(f"{sandbox.base}/CreateTask", data='{"taskInfo": {}}', headers=XML, timeout=10)
    assert answer.status_code == 400


def test_xml_sample_of_an_immediate_backup(sandbox: Sandbox) -> None:
    document = (
        "<TMMsg_CreateTaskReq><taskInfo>"
        '<associations _type_="SUBCLIENT_ENTITY" appName="File System" applicationId="33" commCellId="0"'
        ' backupsetName="defaultBackupSet" clientName="client001" subclientName="default"/>'
        '<subTasks><options><backupOpts backupLevel="FULL" doNotTruncateLog="false" isSpHasInLineCopy="">'
        "<dataPathOpt><drive driveId='0'/></dataPathOpt>"
        '<mediaOpt numberofDays="30" retentionJobType="2" startNewMedia="1"/>'
        "<vsaBackupOptions><backupFailedVMsOnly>false</backupFailedVMsOnly></vsaBackupOptions></backupOpts>"
        '<commonOpts jobDescription=""><jobRetryOpts><runningTime totalRunningTime="01:05:00"/></jobRetryOpts>'
        '</commonOpts></options><subTask operationType="2" subTaskType="2"/></subTasks>'
        '<task initiatedFrom="COMMANDLINE" policyType="DATA_PROTECTION" taskType="IMMEDIATE">'
        '<taskFlags disabled="false"/></task></taskInfo></TMMsg_CreateTaskReq>'
    )
    answer = sandbox.http.post(f"{sandbox.base}/createtask", data=document, headers=XML, timeout=10)
    assert answer.headers["Content-Type"].startswith("application/xml")
    root = etree.fromstring(answer.content)
    assert root.tag == "TMMsg_CreateTaskResp"
    number = str(root.xpath("string(jobIds/@val)"))
    stored = sandbox.get(f"Job/{sandbox.finish(number)['jobId']}/TaskDetails").json()["taskInfo"]
    options = stored["subTasks"][0]["options"]
    assert options["commonOpts"]["jobRetryOpts"]["runningTime"]["totalRunningTime"] == 3900
    assert options["backupOpts"]["vsaBackupOptions"]["backupFailedVMsOnly"] is False


@pytest.mark.parametrize(
    "document",
    [
        "<TMMsg_CreateTaskReq><taskInfo>",
        "<Another><taskInfo/></Another>",
        '<!DOCTYPE a [<!ENTITY b "c">]><TMMsg_CreateTaskReq><taskInfo/></TMMsg_CreateTaskReq>',
        "<TMMsg_CreateTaskReq/>",
    ],
)
def test_bad_xml(sandbox: Sandbox, document: str) -> None:
    answer = sandbox.http.post(f"{sandbox.base}/CreateTask", data=document, headers=XML, timeout=10)
    assert answer.status_code == 400


def test_xml_refusals(sandbox: Sandbox) -> None:
    answer = sandbox.post("CreateTask", task(entity("nowhere")), headers={"Accept": "application/xml"})
    root = etree.fromstring(answer.content)
    assert (root.tag, root.get("errorMessage")) == ("TMMsg_CreateTaskResp", "Client [nowhere] does not exist.")
    denied = sandbox.get("Job/1", headers={"Accept": "*/*", "Authtoken": "QSDK x"})
    assert (denied.status_code, etree.fromstring(denied.content).get("errorCode")) == (401, "5")


def test_short_form(sandbox: Sandbox) -> None:
    number = sandbox.get("GetId?clientname=web01&backupset=logs&subclient=default").json()["subclientId"]
    answer = sandbox.post(f"Subclient/{number}/action/backup?backupLevel=full&collectMetaInfo=False")
    assert sandbox.finish(answer.json()["jobIds"][0])["backupLevelName"] == "Full"
    path = "Subclient/byName(clientName='web02',appName='Linux File System',backupsetName='logs',subclientName='nginx')"
    assert sandbox.post(f"{path}/action/backup?backupLevel=incremental").json()["jobIds"]
