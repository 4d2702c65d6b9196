# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logging in by cookies, whatever they are called."""

from __future__ import annotations

import json

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.api.connection import Connection
from ansible_collections.nightshift.backup.plugins.module_utils.api.errors import (
    AuthenticationFailed,
    Forbidden,
    NotFound,
    ProtocolError,
    Rejected,
    ServerFault,
    ServiceError,
)
from ansible_collections.nightshift.backup.plugins.module_utils.api.messages import Call, Dialect, Login, Reply
from ansible_collections.nightshift.backup.plugins.module_utils.api.session import Session
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.storware.auth import StorwareDialect
from pytest_httpserver import HTTPServer

DIALECT: Dialect = StorwareDialect()
SESSION = {"requester": {"guid": "0a", "name": "ansible"}, "uiTimeZone": "UTC"}
LONG = "c0ffee00c0ffee00c0ffee00"


def reply(status: int, content: object = b"", cookies: str = "") -> Reply:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return Reply(status, {"set-cookie": cookies} if cookies else {}, body, None, "POST", "session/login")


def test_the_login_request() -> None:
    call = DIALECT.login_call("admin", "pässword")
    assert (call.method, call.path, call.content_type, call.anonymous) == (
        "POST",
        "session/login",
        "application/json",
        True,
    )
    assert json.loads(call.body or b"") == {"login": "admin", "password": "pässword"}
    assert "ssword" not in repr(call)


@pytest.mark.parametrize(
    ("cookies", "token"),
    [
        (f"JSESSIONID={LONG}; Path=/; Secure; HttpOnly", f"JSESSIONID={LONG}"),
        (f"sid={LONG}; Expires=Wed, 21 Oct 2099 07:28:00 GMT\nroute=n1", f"sid={LONG}; route=n1"),
        ("s=a=b==", "s=a=b=="),
        (f"old=x; Max-Age=0\nsid={LONG}", f"sid={LONG}"),
        (f"old=x; Expires=Thu, 01 Jan 1970 00:00:00 GMT\nsid={LONG}", f"sid={LONG}"),
        ("sid=first\nsid=second", "sid=second"),
    ],
)
@pytest.mark.parametrize("status", [200, 201, 204])
def test_every_cookie_of_a_login_is_kept(status: int, cookies: str, token: str) -> None:
    body = b"" if status == 204 else json.dumps(SESSION).encode()
    assert DIALECT.read_login(reply(status, body, cookies)) == Login(token, None if status == 204 else "ansible")
    assert DIALECT.token_headers(token) == {"Cookie": token}


@pytest.mark.parametrize(
    ("status", "content", "words"),
    [
        (401, {"message": "Bad credentials"}, "Bad credentials"),
        (403, {"error": {"message": "The account is locked"}}, "The account is locked"),
        (400, b"", "no reason given"),
        (401, b"<html><body>Login failed</body></html>", "Login failed"),
    ],
)
def test_a_refused_login_is_told_in_the_servers_words(status: int, content: object, words: str) -> None:
    with pytest.raises(AuthenticationFailed, match=words) as caught:
        DIALECT.read_login(reply(status, content))
    assert (caught.value.http_status, caught.value.path) == (status, "session/login")


def test_a_login_without_a_cookie_is_no_wrong_password() -> None:
    with pytest.raises(ProtocolError, match="no cookie"):
        DIALECT.read_login(reply(201, SESSION))


@pytest.mark.parametrize(
    ("status", "cookies", "token"),
    [
        (200, "", "a=1; b=2"),
        (200, "b=3; Path=/\nc=4", "a=1; b=3; c=4"),
        (200, "b=; Max-Age=0", "a=1"),
        (401, "a=stranger", "a=1; b=2"),
        (503, "a=proxy", "a=1; b=2"),
    ],
)
def test_cookies_that_good_answers_change_are_followed(status: int, cookies: str, token: str) -> None:
    assert DIALECT.token_after("a=1; b=2", reply(status, cookies=cookies)) == token


def test_secrets() -> None:
    secrets = DIALECT.secrets("admin", "pässword", f"sid={LONG}; route=node1")
    assert {"pässword", LONG, f"sid={LONG}; route=node1"} == set(secrets)
    assert DIALECT.secrets("admin", None, None) == []


@pytest.mark.parametrize(
    ("status", "content", "kind", "words"),
    [
        (400, {"message": "Priority is wrong"}, Rejected, "Priority is wrong"),
        (409, {"error": {"message": "Name exists"}}, Rejected, "Name exists"),
        (400, {"error": "plain"}, Rejected, "plain"),
        (403, {"message": "VE_BACKUP_SLA_WRITE is missing"}, Forbidden, "VE_BACKUP_SLA_WRITE"),
        (404, b"", NotFound, "HTTP 404"),
        (400, b"go away", Rejected, "go away"),
        (500, {"message": "NullPointerException"}, ServerFault, "NullPointer"),
        (500, b"<html><head><title>Payara - Error</title></head></html>", ServerFault, "Payara"),
        (200, b"<html><title>Sign in</title></html>", ProtocolError, "Sign in"),
    ],
)
def test_errors_in_every_shape(
    server: HTTPServer, status: int, content: object, kind: type[ServiceError], words: str
) -> None:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    server.expect_request("/api/tasks").respond_with_data(body, status=status)
    with Session(Connection(server.url_for("/api"), token="sid=x"), DIALECT) as session:
        with pytest.raises(kind, match=words) as caught:
            session.send(Call("GET", "tasks"))
        assert caught.value.http_status == status


def test_a_session_from_login_over_its_expiry_to_logout(server: HTTPServer) -> None:
    first, second = f"sid={LONG}", f"sid={LONG[::-1]}"
    server.expect_ordered_request("/api/session/login", "POST").respond_with_json(
        SESSION, 201, headers={"Set-Cookie": f"{first}; Path=/api; HttpOnly"}
    )
    server.expect_ordered_request("/api/tasks", headers={"Cookie": first}).respond_with_json([])
    server.expect_ordered_request("/api/tasks", headers={"Cookie": first}).respond_with_data(b"", status=401)
    server.expect_ordered_request("/api/session/login", "POST").respond_with_json(
        SESSION, 201, headers={"Set-Cookie": f"{second}; Path=/api; HttpOnly"}
    )
    server.expect_ordered_request("/api/tasks", headers={"Cookie": second}).respond_with_json([])
    server.expect_ordered_request("/api/session/logout", headers={"Cookie": second}).respond_with_data(b"", status=201)
    options = Connection(server.url_for("/api"), username="ansible", password="pässword")
    with Session(options, DIALECT) as session:
        session.send(Call("GET", "tasks"))
        session.send(Call("GET", "tasks"))
    server.check_assertions()
    assert len(server.log) == 6


def test_a_wrong_password_is_offered_once(server: HTTPServer) -> None:
    server.expect_request("/api/session/login").respond_with_json({"message": "Bad credentials"}, 401)
    options = Connection(server.url_for("/api"), username="ansible", password="wrong horse")
    with Session(options, DIALECT) as session:
        for _attempt in range(3):
            with pytest.raises(AuthenticationFailed, match="Bad credentials"):
                session.send(Call("GET", "tasks", safe=True))
    assert len(server.log) == 1
