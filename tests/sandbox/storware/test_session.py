# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sessions: cookies, credentials, privileges, projects, idle time."""

from __future__ import annotations

from pathlib import Path

import pytest
from storware_harness import Storware, running_storware


def test_login_answers_with_session_information(api: Storware) -> None:
    answer = api.login(http=api.session())
    assert answer.status_code == 201
    body = answer.json()
    assert body["requester"]["name"] == "admin"
    assert {"VE_BACKUP_SLA_READ", "VE_BACKUP_SLA_WRITE"} <= {item["name"] for item in body["privileges"]}
    assert body["uiTimeZone"] == "UTC"
    assert "null" not in answer.text


def test_cookies_are_protected_and_have_unusual_names(api: Storware) -> None:
    cookies = list(api.login(http=api.session()).cookies)
    assert len(cookies) == 2
    for cookie in cookies:
        assert cookie.secure
        assert cookie.has_nonstandard_attr("HttpOnly")
        assert cookie.name != "JSESSIONID"


def test_every_cookie_is_needed(api: Storware) -> None:
    names = [cookie.name for cookie in api.login(http=api.session()).cookies]
    for left_out in names:
        http = api.session()
        api.login(http=http)
        http.cookies.set(left_out, None)
        answer = http.get(f"{api.base}/session/user", timeout=10)
        assert answer.status_code == 401
        assert answer.json()["message"]


def test_cookie_names_differ_from_start_to_start(api: Storware, tmp_path: Path) -> None:
    with running_storware(tmp_path) as other:
        assert not {cookie.name for cookie in other.http.cookies} & {cookie.name for cookie in api.http.cookies}


@pytest.mark.parametrize("body", [{"login": "admin", "password": "wrong"}, {"login": "nobody", "password": ""}])
def test_wrong_credentials(api: Storware, body: dict[str, str]) -> None:
    answer = api.session().post(f"{api.base}/session/login", json=body, timeout=10)
    assert (answer.status_code, answer.json()) == (401, {"message": "Invalid login or password"})


def test_the_key_is_login(api: Storware) -> None:
    body = {"username": "admin", "password": api.sandbox.ready["password"]}
    answer = api.session().post(f"{api.base}/session/login", json=body, timeout=10)
    assert answer.status_code == 400
    assert answer.json()["error"]["message"]


def test_locked_account(api: Storware) -> None:
    answer = api.login("locked", api.session())
    assert (answer.status_code, answer.json()) == (401, {"message": "User account is locked"})


def test_session_services(api: Storware) -> None:
    other = api.as_user("viewer")
    assert other.call("GET", "/session").status_code == 204
    assert other.get("/session/user")["requester"]["name"] == "viewer"
    answer = other.call("POST", "/session/logout")
    assert (answer.status_code, answer.content) == (201, b"")
    assert other.call("GET", "/session/user").status_code == 401


def test_nothing_without_a_session(api: Storware) -> None:
    for path in ("/tasks", "/virtual-machines", "/session", "/nowhere"):
        assert api.session().get(f"{api.base}{path}", timeout=10).status_code == 401


def test_sessions_end_when_idle(api: Storware) -> None:
    other = api.as_user("viewer")
    api.control("POST", "clock", {"advance": 29 * 60})
    assert other.call("GET", "/tasks").status_code == 200
    api.control("POST", "clock", {"advance": 29 * 60})
    assert other.call("GET", "/tasks").status_code == 200
    api.control("POST", "clock", {"advance": 31 * 60})
    assert other.call("GET", "/tasks").status_code == 401
    api.login()


def test_idle_time_is_a_setting(api: Storware) -> None:
    api.control("POST", "storware", {"session_minutes": 1})
    try:
        api.login()
        api.control("POST", "clock", {"advance": 61})
        assert api.call("GET", "/tasks").status_code == 401
    finally:
        api.control("POST", "storware", {"session_minutes": 30})
        api.login()


def test_expire_sessions(api: Storware) -> None:
    assert api.control("POST", "storware", {"expire_sessions": True})["expired"] >= 1
    assert api.call("GET", "/tasks").status_code == 401
    api.login()
    assert api.call("GET", "/tasks").status_code == 200


def test_privileges(api: Storware) -> None:
    viewer, nobody = api.as_user("viewer"), api.as_user("norights")
    assert viewer.call("GET", "/tasks").status_code == 200
    answer = viewer.call("POST", "/tasks/export", api.export_body("db01"))
    assert answer.status_code == 403
    assert "VE_BACKUP_SLA_WRITE" in answer.json()["error"]["message"]
    assert viewer.post("/policies/vm-backup/list-by-entities", {"protectedEntities": []}) == []
    assert nobody.call("GET", "/tasks").status_code == 403


def test_a_tenant_sees_the_project_only(api: Storware) -> None:
    tenant = api.as_user("tenant")
    names = {row["name"] for row in tenant.get("/virtual-machines")}
    assert len(names) == 2
    assert all(name.startswith("uuid_") and name.endswith(("_shop01", "_shop02")) for name in names)
    hidden = api.vm("db01")
    assert tenant.call("GET", f"/virtual-machines/{hidden['guid']}").status_code == 404
    assert tenant.call("POST", "/tasks/export", api.export_body("db01")).status_code == 404
    assert all(row["protectedEntity"]["name"] in names for row in tenant.get("/backups"))
    assert [row["name"].rpartition("_")[2] for row in tenant.get("/policies/vm-backup")] == ["tenant-daily"]
    assert tenant.get("/tasks") == []


def test_project_uuid_limits_everyone(api: Storware) -> None:
    project = api.get("/projects")[0]
    uuid = project["uuid"]
    assert len(api.get("/virtual-machines", project_uuid=uuid)) == 2
    assert api.get("/virtual-machines", project_uuid="unknown") == []


def test_secrets_are_masked_in_the_log(api: Storware) -> None:
    start = api.control("GET", "requests")["next"]
    api.login()
    api.get("/tasks")
    entries = api.control("GET", f"requests?since={start}")["requests"]
    shown = str(entries)
    assert api.sandbox.ready["password"] not in shown
    assert entries[0]["body"] == {"login": "admin", "password": "********"}
    assert entries[1]["headers"]["cookie"] == "********"
    assert not any(cookie.value and cookie.value in shown for cookie in api.http.cookies)
    assert [entry["write"] for entry in entries] == [False, False]
