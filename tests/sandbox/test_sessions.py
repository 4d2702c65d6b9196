# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sessions, roots, formats and the control services (specification section 1)."""

from __future__ import annotations

import base64
from email.utils import parsedate_to_datetime

import pytest
from harness import XML, Sandbox, entity, task
from lxml import etree


def test_failed_logins_are_200(sandbox: Sandbox) -> None:
    for user, password in (("admin", "wrong"), ("nobody", "wrong")):
        answer = sandbox.login(user, password)
        assert answer.status_code == 200
        assert "token" not in answer.json()
        assert answer.json()["errList"][0]["errorCode"] != 0
    locked = sandbox.login("locked", "any").json()
    assert locked["isAccountLocked"] is True
    assert locked["remainingLockTime"] > 0


def test_password_must_be_base64(sandbox: Sandbox) -> None:
    answer = sandbox.post("Login", {"username": "admin", "password": sandbox.ready["password"] + "!"})
    assert "token" not in answer.json()


def test_domain_and_forced_change(sandbox: Sandbox) -> None:
    assert sandbox.login("CORP\\admin", sandbox.ready["password"]).json()["userName"] == "admin"
    changing = sandbox.login("newcomer", sandbox.ready["users"]["newcomer"]["password"]).json()
    assert changing["forcePasswordChange"] is True
    assert changing["token"].startswith("QSDK ")


def test_xml_login(sandbox: Sandbox) -> None:
    secret = base64.b64encode(sandbox.ready["password"].encode()).decode()
    document = f'<DM2ContentIndexing_CheckCredentialReq domain="" username="admin" password="{secret}"/>'
    answer = sandbox.http.post(f"{sandbox.base}/Login", data=document, headers=XML, timeout=10)
    root = etree.fromstring(answer.content)
    assert root.tag == "DM2ContentIndexing_CheckCredentialResp"
    who = sandbox.post("WhoAmI", headers={"Authtoken": str(root.get("token")), "Accept": "application/xml"})
    assert etree.fromstring(who.content).xpath("string(user/@userName)") == "admin"
    assert secret not in str(sandbox.control("GET", "requests"))


def test_renew_and_logout(sandbox: Sandbox) -> None:
    old = sandbox.token("admin")
    assert "error" in sandbox.post("RenewLoginToken", {"sessionId": old, "deviceId": "another"}).json()
    new = sandbox.post("RenewLoginToken", {"sessionId": old, "deviceId": "test"}).json()["token"]
    for token, status in ((old, 401), (new, 200), (new.removeprefix("QSDK "), 401)):
        assert sandbox.get("CommServ", headers={"Authtoken": token}).status_code == status
    assert sandbox.post("Logout", headers={"Authtoken": new}).status_code == 200
    assert sandbox.post("WhoAmI", headers={"Authtoken": new}).status_code == 401


def test_access_token_in_either_header(sandbox: Sandbox) -> None:
    token = sandbox.ready["access_token"]
    assert token.startswith("Bearer ")
    for headers in ({"Authtoken": token}, {"Authtoken": "", "Authorization": token}):
        assert sandbox.get("CommServ", headers=headers).status_code == 200


def test_viewer_may_only_look(sandbox: Sandbox) -> None:
    headers = {"Authtoken": sandbox.token("viewer")}
    assert sandbox.get("Client", headers=headers).status_code == 200
    assert sandbox.post("CreateTask", task(entity("web01")), headers=headers).status_code == 403


@pytest.mark.parametrize(
    "path", ["/commandcenter/api/", "/webconsole/api", "/SearchSvc/CVWebService.svc/", "/COMMANDCENTER//api//"]
)
def test_roots(sandbox: Sandbox, path: str) -> None:
    origin = sandbox.base.removesuffix("/commandcenter/api")
    assert sandbox.http.get(origin + path, headers={"Authtoken": ""}, timeout=10).status_code == 200
    assert sandbox.http.get(f"{origin}{path}//coMMserv", timeout=10).status_code == 200
    nowhere = sandbox.http.get(f"{origin}{path}/Nowhere", timeout=10)
    assert (nowhere.status_code, nowhere.json()["errorCode"]) == (404, 404)
    assert sandbox.http.get(f"{origin}/nowhere/status", timeout=10).json()["errorCode"] == 404


def test_request_log(sandbox: Sandbox) -> None:
    since = sandbox.control("GET", "state")["requests"]
    sandbox.token("admin")
    sandbox.post("Jobs", {})
    sandbox.create(entity("nowhere"))
    entries = sandbox.control("GET", f"requests?since={since}")["requests"]
    assert [entry["write"] for entry in entries] == [False, False, True]
    assert entries[0]["body"]["password"] == "********"
    assert entries[1]["headers"]["authtoken"] == "********"
    assert entries[2]["reason"] == "Client [nowhere] does not exist."
    secrets = (sandbox.ready["password"], sandbox.ready["access_token"])
    assert not any(secret in str(entries) for secret in secrets)
    assert len(sandbox.control("GET", f"requests?since={since}&writes_only=1")["requests"]) == 1
    sandbox.control("DELETE", "requests")
    assert sandbox.control("GET", "requests")["requests"] == []


def test_tokens_expire_by_the_sandbox_s_clock(sandbox: Sandbox) -> None:
    token = sandbox.token("admin")
    before = parsedate_to_datetime(sandbox.get("CommServ", headers={"Authtoken": token}).headers["Date"])
    sandbox.control("POST", "clock", {"advance": 1790})
    after = sandbox.get("CommServ", headers={"Authtoken": token})
    assert after.status_code == 200
    assert 1790 <= (parsedate_to_datetime(after.headers["Date"]) - before).total_seconds() < 1800
    sandbox.control("POST", "clock", {"advance": 1801})
    assert sandbox.get("CommServ", headers={"Authtoken": token}).status_code == 401


def test_lookups(sandbox: Sandbox) -> None:
    found = sandbox.get("GetId?clientname=client001&agent=Virtual Server&backupset=defaultBackupSet&subclient=default")
    ids = {key: found.json()[key] for key in ("clientId", "instanceId", "backupsetId", "subclientId")}
    assert ids == {"clientId": 89, "instanceId": 100, "backupsetId": 190, "subclientId": 11}
    assert sandbox.get("Client/byName(clientName='web01')").json()["clientProperties"]
    agents = sandbox.get("Agent?clientId=89").json()["agentProperties"]
    assert {(item["idaEntity"]["appName"], item["idaEntity"]["applicationId"]) for item in agents} == {
        ("File System", 33),
        ("Virtual Server", 106),
    }
    shown = {item["client"]["clientEntity"]["clientName"] for item in sandbox.get("Client").json()["clientProperties"]}
    hidden = sandbox.get("Client?hiddenclients=true").json()["clientProperties"]
    assert "retired01" not in shown
    assert len(hidden) == len(shown) + 1
    assert sandbox.get("GetId?clientname=nowhere").json()["errorCode"] != 0
    names = sandbox.get("Subclient?clientName=web02").json()["subClientProperties"]
    assert len(names) == 5


def test_every_token_can_be_expired(sandbox: Sandbox) -> None:
    assert sandbox.control("POST", "expire")["expired"] >= 1
    assert sandbox.get("CommServ").status_code == 401
