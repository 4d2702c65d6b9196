# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Login, renewal, ownership, retries: against a real HTTP server."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.api import transport
from ansible_collections.nightshift.backup.plugins.module_utils.api.connection import Connection
from ansible_collections.nightshift.backup.plugins.module_utils.api.errors import (
    AuthenticationFailed,
    Fate,
    MissingLibrary,
    Rejected,
    ServerFault,
    ServiceError,
)
from ansible_collections.nightshift.backup.plugins.module_utils.api.messages import Call
from ansible_collections.nightshift.backup.plugins.module_utils.api.session import Session
from ansible_collections.nightshift.backup.plugins.module_utils.version import VERSION
from ansible_collections.nightshift.backup.tests.unit.api.support import (
    READ,
    START,
    Dialect,
    answer,
    hang_up,
    late,
    raw_server,
    send,
)
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

Connect = Callable[..., Session]
USER = {"token": None, "username": "admin", "password": "correct horse"}


def paths(server: HTTPServer) -> list[str]:
    return [request.path for request, _response in server.log]


def grant(server: HTTPServer, *tokens: str) -> None:
    """Let each login hand out the next token."""
    for token in tokens:
        server.expect_ordered_request("/login").respond_with_json({"token": token})


def test_a_given_token_is_used_and_left_alone(server: HTTPServer, connect: Connect) -> None:
    server.expect_oneshot_request("/start", headers={"X-Token": "given-token-1"}).respond_with_data(b"{}")
    with connect(server.url_for("")) as session:
        reply = session.send(START)
        assert session.token == "given-token-1"
    assert (reply.status, reply.content, reply.method, reply.path) == (200, b"{}", "POST", "start")
    assert paths(server) == ["/start"]


def test_what_a_request_carries(server: HTTPServer, connect: Connect) -> None:
    server.expect_request("/things").respond_with_json({})
    query: Mapping[str, str | int | Sequence[str]] = {"name": ["a b", "ü"], "limit": 3, "all": True}
    connect(server.url_for("/")).send(Call("GET", "things", query=query, headers={"limit": "9"}))
    request = server.log[0][0]
    assert request.headers["User-Agent"].startswith(f"nightshift.backup/{VERSION} (")
    assert request.headers["Accept"] == "application/json"
    assert request.headers["limit"] == "9"
    assert request.query_string == b"name=a+b&name=%C3%BC&limit=3&all=true"
    assert "Content-Type" not in request.headers


def test_an_empty_post_has_a_length_and_its_content_type(server: HTTPServer, connect: Connect) -> None:
    server.expect_request("/who").respond_with_data("")
    connect(server.url_for("")).send(Call("POST", "who", content_type="application/xml"))
    headers = server.log[0][0].headers
    assert headers["Content-Length"] == "0"
    assert headers["Content-Type"] == "application/xml"


def test_login_without_a_token_and_logout_at_the_end(server: HTTPServer, connect: Connect) -> None:
    server.expect_request("/login").respond_with_json({"token": "t-first"})
    server.expect_request("/things", headers={"X-Token": "t-first"}).respond_with_json({})
    server.expect_request("/logout", headers={"X-Token": "t-first"}).respond_with_data("")
    with connect(server.url_for(""), **USER) as session:
        assert session.token is None
        session.send(READ)
        session.send(READ)
    session.close()
    assert paths(server) == ["/login", "/things", "/things", "/logout"]
    assert "X-Token" not in server.log[0][0].headers


def test_nothing_is_opened_before_the_first_call(server: HTTPServer, connect: Connect) -> None:
    with connect(server.url_for(""), **USER):
        pass
    assert paths(server) == []


def test_a_failed_logout_is_ignored(server: HTTPServer, connect: Connect) -> None:
    server.expect_request("/login").respond_with_json({"token": "t-first"})
    server.expect_request("/logout").respond_with_data("", status=500)
    session = connect(server.url_for(""), **USER)
    session.login()
    session.close()
    assert paths(server) == ["/login", "/logout"]


def test_a_released_login_outlives_the_session(server: HTTPServer, connect: Connect) -> None:
    server.expect_request("/login").respond_with_json({"token": "t-first"})
    with connect(server.url_for(""), **USER) as session:
        assert session.login().token == "t-first"
        session.release()
    assert paths(server) == ["/login"]


def test_logout_ends_a_given_token_when_asked(server: HTTPServer, connect: Connect) -> None:
    server.expect_request("/logout", headers={"X-Token": "given-token-1"}).respond_with_data("")
    session = connect(server.url_for(""))
    session.logout()
    session.logout()
    assert paths(server) == ["/logout"]


def test_logout_says_when_the_server_refuses(server: HTTPServer, connect: Connect) -> None:
    server.expect_request("/logout").respond_with_json({"text": "no given-token-1", "code": 3})
    with pytest.raises(Rejected) as caught:
        connect(server.url_for("")).logout()
    assert "given-token-1" not in str(caught.value)


@pytest.mark.parametrize("token", [None, "given-token-1"])
def test_a_401_is_answered_by_one_login_also_for_a_start(
    server: HTTPServer, connect: Connect, token: str | None
) -> None:
    if token is None:
        grant(server, "t-old")
    server.expect_ordered_request("/start", headers={"X-Token": token or "t-old"}).respond_with_data("", status=401)
    grant(server, "t-new")
    server.expect_ordered_request("/start", headers={"X-Token": "t-new"}).respond_with_data(b"done")
    server.expect_ordered_request("/logout", headers={"X-Token": "t-new"}).respond_with_data("")
    with connect(server.url_for(""), **{**USER, "token": token}) as session:
        assert session.send(START).content == b"done"
    assert paths(server)[-1] == "/logout"
    assert [path for path in paths(server) if path == "/start"] == ["/start"] * 2


def test_a_second_401_is_an_error(server: HTTPServer, connect: Connect) -> None:
    server.expect_request("/login").respond_with_json({"token": "t-new"})
    server.expect_request("/things").respond_with_json({"text": "Access denied", "code": 5}, status=401)
    session = connect(server.url_for(""), **{**USER, "token": "given-token-1"})
    with pytest.raises(AuthenticationFailed, match="Access denied") as caught:
        session.send(READ)
    assert (caught.value.code, caught.value.http_status, caught.value.fate) == (5, 401, Fate.REFUSED)
    assert paths(server) == ["/things", "/login", "/things"]


def test_a_token_alone_is_never_renewed(server: HTTPServer, connect: Connect) -> None:
    server.expect_request("/things").respond_with_data("", status=401)
    with connect(server.url_for("")) as session, pytest.raises(AuthenticationFailed) as caught:
        session.send(READ)
    assert "get a new one, or give username and password" in caught.value.next_step
    assert paths(server) == ["/things"]


def test_the_dialect_can_keep_a_token_from_being_renewed(server: HTTPServer, connect: Connect) -> None:
    server.expect_request("/things").respond_with_data("", status=401)
    dialect = Dialect()
    dialect.renewable = False
    session = connect(server.url_for(""), dialect=dialect, **{**USER, "token": "given-token-1"})
    with pytest.raises(AuthenticationFailed):
        session.send(READ)
    assert paths(server) == ["/things"]


def test_a_wrong_password_is_offered_once(server: HTTPServer, connect: Connect) -> None:
    server.expect_request("/login").respond_with_json({"text": "Invalid correct horse", "code": 9})
    session = connect(server.url_for(""), **USER)
    for _attempt in range(3):
        with pytest.raises(AuthenticationFailed, match="refused: Invalid") as caught:
            session.send(READ)
        assert "correct horse" not in str(caught.value)
    with pytest.raises(AuthenticationFailed):
        session.login()
    assert paths(server) == ["/login"]


def test_without_credentials_nothing_is_sent(server: HTTPServer, connect: Connect) -> None:
    session = connect(server.url_for(""), token=None, username="admin")
    with pytest.raises(AuthenticationFailed, match="nothing to log in") as caught:
        session.send(START)
    assert caught.value.fate is Fate.NOT_SENT
    assert paths(server) == []


def test_a_login_whose_fate_is_open_leaves_the_start_unsent(server: HTTPServer, connect: Connect) -> None:
    server.expect_request("/login").respond_with_data("oops", status=500)
    with pytest.raises(ServerFault) as caught:
        connect(server.url_for(""), **USER).send(START)
    assert (caught.value.fate, caught.value.path) == (Fate.NOT_SENT, "login")
    assert paths(server) == ["/login"]


@pytest.mark.parametrize("status", [302, 404, 405, 429])
def test_a_login_at_the_wrong_place_says_so(server: HTTPServer, connect: Connect, status: int) -> None:
    server.expect_request("/login").respond_with_data("", status=status)
    with pytest.raises(ServiceError) as caught:
        connect(server.url_for(""), **USER).send(START)
    assert not isinstance(caught.value, AuthenticationFailed)
    assert caught.value.http_status == status


def test_a_login_is_repeated_once_when_the_connection_fails(connect: Connect) -> None:
    with raw_server(hang_up, hang_up, hang_up) as raw:
        with pytest.raises(ServiceError) as caught:
            connect(raw.url, **USER).send(START)
        assert len(raw.requests) == 2
    assert caught.value.kind == "unreachable"
    assert caught.value.fate is Fate.NOT_SENT


def test_threads_share_one_login(server: HTTPServer, connect: Connect) -> None:
    logins: list[str] = []
    valid: set[str] = set()
    gate = threading.Barrier(6, timeout=10)

    def login(_request: Request) -> Response:
        logins.append(f"t-{len(logins)}")
        valid.add(logins[-1])
        return Response(json.dumps({"token": logins[-1]}))

    def things(request: Request) -> Response:
        return Response("{}", status=200 if request.headers["X-Token"] in valid else 401)

    server.expect_request("/login").respond_with_handler(login)
    server.expect_request("/things").respond_with_handler(things)
    session = connect(server.url_for(""), **USER)
    session.send(READ)
    valid.clear()

    def work(_number: int) -> int:
        gate.wait()
        return session.send(READ).status

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(work, range(6))) == [200] * 6
    assert logins == ["t-0", "t-1"]


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_safe_calls_are_repeated(server: HTTPServer, connect: Connect, naps: list[float], status: int) -> None:
    server.expect_ordered_request("/things").respond_with_data("", status=status)
    server.expect_ordered_request("/things").respond_with_data("", status=status)
    server.expect_ordered_request("/things").respond_with_json({})
    connect(server.url_for("")).send(READ)
    assert naps == [0.0, 0.0]


@pytest.mark.parametrize("status", [400, 401])
def test_a_refused_repetition_leaves_open_what_became_of_the_first(
    server: HTTPServer, connect: Connect, status: int
) -> None:
    server.expect_ordered_request("/things").respond_with_data("", status=503)
    server.expect_ordered_request("/things").respond_with_json({"text": "no", "code": 7}, status=status)
    with pytest.raises(ServiceError) as caught:
        connect(server.url_for(""), retries=1).send(READ)
    assert (caught.value.http_status, caught.value.fate) == (status, Fate.OPEN)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 501])
def test_safe_calls_are_not_repeated_where_it_is_no_use(
    server: HTTPServer, connect: Connect, naps: list[float], status: int
) -> None:
    server.expect_request("/things").respond_with_data("", status=status)
    with pytest.raises(ServiceError):
        connect(server.url_for("")).send(READ)
    assert (len(paths(server)), naps) == (1, [])


def test_a_500_with_a_reason_is_not_repeated(server: HTTPServer, connect: Connect) -> None:
    server.expect_request("/things").respond_with_json({"text": "no such thing", "code": 8}, status=500)
    with pytest.raises(Rejected):
        connect(server.url_for("")).send(READ)
    assert len(paths(server)) == 1


def test_retries_end(server: HTTPServer, connect: Connect, naps: list[float]) -> None:
    server.expect_request("/things").respond_with_data("busy", status=503)
    with pytest.raises(ServerFault, match="busy"):
        connect(server.url_for(""), retries=4).send(READ)
    assert (len(paths(server)), len(naps)) == (5, 4)


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_other_calls_are_never_repeated(server: HTTPServer, connect: Connect, status: int) -> None:
    server.expect_request("/start").respond_with_data("", status=status, headers={"Retry-After": "1"})
    with pytest.raises(ServiceError):
        connect(server.url_for("")).send(START)
    assert len(paths(server)) == 1


@pytest.mark.parametrize(
    ("asked", "waited"),
    [("7", 7.0), ("3600", 60.0), ("Tue, 14 Jul 2026 03:33:25 GMT", 5.0), ("Tue, 14 Jul 2020 03:33:25 GMT", 0.0)],
)
def test_retry_after_is_honoured(connect: Connect, naps: list[float], asked: str, waited: float) -> None:
    busy = f"HTTP/1.1 429 Busy\r\nRetry-After: {asked}\r\nDate: Tue, 14 Jul 2026 03:33:20 GMT\r\nContent-Length: 0\r\n"
    with raw_server(send(f"{busy}Connection: close\r\n\r\n".encode()), answer(b"{}")) as raw:
        connect(raw.url).send(READ)
    assert naps == [waited]


def test_the_servers_clock_moves_on() -> None:
    now = [100.0]
    dated = b"HTTP/1.1 200 OK\r\nDate: Thu, 01 Jan 1970 00:01:00 GMT\r\nContent-Length: 2\r\n\r\n{}"
    with (
        raw_server(send(dated)) as raw,
        Session(Connection(raw.url, token="t"), Dialect(), clock=lambda: now[0]) as session,
    ):
        assert session.server_time is None
        assert session.send(READ).server_time == 60.0
        now[0] += 5
        assert session.server_time == 65.0


def test_several_cookies_stay_apart_and_are_not_sent_back(server: HTTPServer, connect: Connect) -> None:
    headers = [("Set-Cookie", "a=1; Expires=Tue, 14 Jul 2026 03:33:20 GMT"), ("Set-Cookie", "b=2; Path=/")]
    server.expect_request("/things").respond_with_data("{}", headers=headers)
    session = connect(server.url_for(""))
    cookies = session.send(READ).headers["set-cookie"]
    assert [cookie.partition(";")[0] for cookie in cookies.splitlines()] == ["a=1", "b=2"]
    session.send(READ)
    assert "Cookie" not in server.log[1][0].headers


def test_a_missing_library_is_named(server: HTTPServer, connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "IMPORT_TRACE", "Traceback: no requests here")
    with pytest.raises(MissingLibrary) as caught:
        connect(server.url_for("")).send(READ)
    assert (caught.value.library, caught.value.trace) == ("requests", "Traceback: no requests here")


def test_a_session_shows_no_secret(server: HTTPServer, connect: Connect) -> None:
    session = connect(server.url_for(""), username="admin", password="correct horse")
    shown = repr(session) + repr(session.connection) + repr(session.redactor) + repr(START)
    assert "correct" not in shown
    assert "given-token" not in shown


def test_a_slow_logout_does_not_keep_the_play(server: HTTPServer, connect: Connect) -> None:
    server.expect_request("/login").respond_with_json({"token": "t-first"})
    server.expect_request("/logout").respond_with_handler(late(4.0))
    session = connect(server.url_for(""), **{**USER, "timeout": 0.2})
    session.login()
    begun = time.monotonic()
    session.close()
    assert time.monotonic() - begun < 3.5


def test_a_token_that_an_answer_replaces_is_used_from_then_on_and_logged_out(
    server: HTTPServer, connect: Connect
) -> None:
    grant(server, "first-token-1")
    server.expect_ordered_request("/things", headers={"X-Token": "first-token-1"}).respond_with_data(
        b"{}", headers={"X-Next-Token": "second-token-2"}
    )
    server.expect_ordered_request("/things", headers={"X-Token": "second-token-2"}).respond_with_data(b"{}")
    server.expect_ordered_request("/logout", headers={"X-Token": "second-token-2"}).respond_with_data(b"{}")
    with connect(server.url_for(""), **USER) as session:
        session.send(READ)
        session.send(READ)
        assert session.redactor.text("second-token-2") == "********"
    server.check_assertions()
