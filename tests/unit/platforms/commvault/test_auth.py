# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.api.connection import Connection
from ansible_collections.nightshift.backup.plugins.module_utils.api.errors import AuthenticationFailed, ProtocolError
from ansible_collections.nightshift.backup.plugins.module_utils.api.messages import Call, Dialect, Login, Reply
from ansible_collections.nightshift.backup.plugins.module_utils.api.session import Session
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.auth import CommvaultDialect
from pytest_httpserver import HTTPServer

DIALECT: Dialect = CommvaultDialect()


def reply(content: object, status: int = 200) -> Reply:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return Reply(status, content=body, method="POST", path="Login")


def test_the_login_request_is_the_vendors() -> None:
    call = DIALECT.login_call("DOMAIN\\admin", "pässword")
    assert (call.method, call.path, call.content_type, call.anonymous) == ("POST", "Login", "application/json", True)
    assert json.loads(call.body or b"") == {
        "mode": 4,
        "username": "DOMAIN\\admin",
        "password": "cMOkc3N3b3Jk",
        "clientType": 30,
    }
    assert "cMOkc3N3b3Jk" not in repr(call)


@pytest.mark.parametrize(
    ("document", "login"),
    [
        (
            {"userName": "admin", "token": "QSDK 3f", "errList": [], "isAccountLocked": False, "remainingLockTime": 0},
            Login("QSDK 3f", "admin"),
        ),
        ({"userName": "admin", "token": "QSDK 3f", "forcePasswordChange": True}, Login("QSDK 3f", "admin")),
        ({"token": "QSDK 3f"}, Login("QSDK 3f")),
        ({"data": {"authToken": "ey.x"}}, Login("ey.x")),
        (b'<DM2ContentIndexing_CheckCredentialResp userName="admin" token="QSDK 3f"/>', Login("QSDK 3f", "admin")),
    ],
)
def test_a_login_is_read(document: object, login: Login) -> None:
    assert DIALECT.read_login(reply(document)) == login


@pytest.mark.parametrize(
    ("document", "status", "code", "words"),
    [
        (
            {"errList": [{"errorCode": 1116, "errLogMessage": "Invalid Username or Password"}]},
            200,
            1116,
            "Invalid Username or Password",
        ),
        ({"token": "QSDK 3f", "errList": [{"errorCode": 3, "errLogMessage": "no licence"}]}, 200, 3, "no licence"),
        ({"token": "", "errList": []}, 200, None, "no token and no reason"),
        ({}, 200, None, "no token and no reason"),
        ({"errorMessage": "Access denied", "errorCode": 5}, 401, 5, "Access denied"),
        (b"go away", 403, None, "go away"),
        (b"", 400, None, "no token and no reason"),
    ],
)
def test_a_refused_login_is_told_in_the_servers_words(
    document: object, status: int, code: int | None, words: str
) -> None:
    with pytest.raises(AuthenticationFailed, match=words) as caught:
        DIALECT.read_login(reply(document, status))
    assert (caught.value.http_status, caught.value.code, caught.value.path) == (status, code, "Login")
    assert "username" in caught.value.next_step


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(300, "another 300 s"), ("300", "another 300 s"), (0, "administrator"), ("x", "administrator")],
)
def test_a_locked_account_says_for_how_long(seconds: object, words: str) -> None:
    document = {"errList": [{"errorCode": 2}], "isAccountLocked": True, "remainingLockTime": seconds}
    with pytest.raises(AuthenticationFailed) as caught:
        DIALECT.read_login(reply(document))
    assert words in caught.value.next_step


@pytest.mark.parametrize("content", [b"", b"{", b"<a", b"[]"])
def test_a_login_that_cannot_be_read_is_no_wrong_password(content: bytes) -> None:
    with pytest.raises(ProtocolError):
        DIALECT.read_login(reply(content))


@pytest.mark.parametrize(
    ("token", "headers"),
    [
        ("QSDK 3f", {"Authtoken": "QSDK 3f"}),
        ("3f", {"Authtoken": "QSDK 3f"}),
        ("qsdk  3f", {"Authtoken": "QSDK 3f"}),
        ("SAML 3f", {"Authtoken": "SAML 3f"}),
        ("Bearer ey.x", {"Authtoken": "Bearer ey.x", "Authorization": "Bearer ey.x"}),
        ("bearer ey.x", {"Authtoken": "Bearer ey.x", "Authorization": "Bearer ey.x"}),
    ],
)
def test_tokens_and_their_headers(token: str, headers: dict[str, str]) -> None:
    assert DIALECT.token_headers(token) == headers
    assert DIALECT.is_renewable(token)
    assert DIALECT.token_after(token, Reply(200, {"set-cookie": "a=b"})) == token


def test_every_spelling_of_the_credentials_is_a_secret() -> None:
    secrets = DIALECT.secrets("admin", "pässword", "QSDK 3f5e")
    assert {"pässword", "cMOkc3N3b3Jk", "QSDK 3f5e", "3f5e"} <= set(secrets)
    assert "QSDK 3f5e" in DIALECT.secrets(None, None, "3f5e")
    assert "admin" not in secrets
    assert list(DIALECT.secrets("admin", None, None)) == []


def test_a_session_from_login_to_logout(server: HTTPServer) -> None:
    server.expect_ordered_request("/api/Login", "POST").respond_with_json({"token": "QSDK 3f5e", "userName": "admin"})
    server.expect_ordered_request("/api/CreateTask", headers={"Authtoken": "QSDK 3f5e"}).respond_with_json(
        {"errorMessage": "not for QSDK 3f5e, pässword or cMOkc3N3b3Jk", "errorCode": 9}
    )
    server.expect_ordered_request("/api/Logout", "POST", data="").respond_with_data("")
    options = Connection(server.url_for("/api"), username="admin", password="pässword")
    with Session(options, CommvaultDialect()) as session, pytest.raises(Exception, match="code 9") as caught:
        session.send(Call.with_json("POST", "CreateTask", {}))
    assert "3f5e" not in str(caught.value)
    assert "ssword" not in str(caught.value)
    assert "cMOk" not in str(caught.value)
    logout = server.log[-1][0]
    assert (logout.path, logout.headers["Content-Type"]) == ("/api/Logout", "application/xml")
    assert logout.headers["Authtoken"] == "QSDK 3f5e"
