# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that can go wrong on the way, and what it says of the fate of a request."""

from __future__ import annotations

import base64
import gzip
import json
import socket
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
import urllib3
from ansible_collections.nightshift.backup.plugins.module_utils.api import transport
from ansible_collections.nightshift.backup.plugins.module_utils.api.errors import (
    Fate,
    Forbidden,
    NightshiftError,
    NotFound,
    ProtocolError,
    Rejected,
    ServerFault,
    ServiceError,
    TimedOut,
    Unreachable,
)
from ansible_collections.nightshift.backup.plugins.module_utils.api.messages import Call
from ansible_collections.nightshift.backup.plugins.module_utils.api.session import Session
from ansible_collections.nightshift.backup.tests.unit.api.support import (
    READ,
    START,
    Script,
    answer,
    hang_up,
    late,
    raw_server,
    reset,
    send,
)
from pytest_httpserver import HTTPServer

Connect = Callable[..., Session]


def failure(session: Session, call: Call = START) -> ServiceError:
    with pytest.raises(ServiceError) as caught:
        session.send(call)
    error = caught.value
    assert error.next_step
    assert error.message.endswith((".", "…"))
    assert (error.method, error.path) == (call.method, call.path)
    return error


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def test_a_refused_connection_was_not_sent(connect: Connect, naps: list[float]) -> None:
    error = failure(connect(f"http://127.0.0.1:{free_port()}/api"))
    assert (type(error), error.fate, naps) == (Unreachable, Fate.NOT_SENT, [])


def test_a_safe_call_is_repeated_when_nobody_listens(connect: Connect, naps: list[float]) -> None:
    failure(connect(f"http://127.0.0.1:{free_port()}/api"), READ)
    assert len(naps) == 2


def test_an_unknown_host_was_not_sent(connect: Connect) -> None:
    error = failure(connect("http://no-such-host.invalid/api"))
    assert (type(error), error.fate) == (Unreachable, Fate.NOT_SENT)
    assert "not known" in error.message


def test_an_impossible_host_was_not_sent(connect: Connect) -> None:
    error = failure(connect(f"http://{'x' * 70}.example/api"))
    assert (type(error), error.fate) == (Unreachable, Fate.NOT_SENT)


def test_a_connection_that_cannot_be_made_in_time_was_not_sent(connect: Connect) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        address = listener.getsockname()
        # The queue of waiting connections is full after these, so that ours is not answered.
        blockers = [socket.socket() for _number in range(4)]
        for blocker in blockers:
            blocker.setblocking(False)
            blocker.connect_ex(address)
        error = failure(connect(f"http://127.0.0.1:{address[1]}/api", timeout=0.3))
        for blocker in blockers:
            blocker.close()
    assert (type(error), error.fate) == (Unreachable, Fate.NOT_SENT)


@pytest.mark.parametrize("script", [hang_up, reset], ids=["closed", "reset"])
def test_a_connection_lost_after_writing_leaves_the_fate_open(connect: Connect, script: Script) -> None:
    with raw_server(script, script) as raw:
        error = failure(connect(raw.url))
        assert len(raw.requests) == 1
    assert (type(error), error.fate) == (Unreachable, Fate.OPEN)


def test_an_older_error_that_is_being_handled_does_not_count(connect: Connect) -> None:
    with raw_server(hang_up) as raw:
        try:
            raise ConnectionRefusedError
        except ConnectionRefusedError:
            assert failure(connect(raw.url)).fate is Fate.OPEN


def test_a_safe_call_survives_a_lost_connection(connect: Connect) -> None:
    with raw_server(hang_up, reset, answer(b"{}")) as raw:
        assert connect(raw.url).send(READ).content == b"{}"
        assert len(raw.requests) == 3


def test_no_answer_in_time_leaves_the_fate_open(server: HTTPServer, connect: Connect) -> None:
    server.expect_request("/start").respond_with_handler(late(0.6))
    error = failure(connect(server.url_for(""), timeout=0.2))
    assert (type(error), error.fate) == (TimedOut, Fate.OPEN)


def test_a_call_can_have_its_own_time_limit(server: HTTPServer, connect: Connect) -> None:
    server.expect_request("/start").respond_with_handler(late(0.4))
    slow = Call("POST", "start", timeout=5.0)
    assert connect(server.url_for(""), timeout=0.2).send(slow).status == 200


@pytest.mark.parametrize(
    "script",
    [
        answer(b'{"taskId": 7', length=40),
        send(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{"task'),
        send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"),
        send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
        send(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd"),
        send(b"SSH-2.0-OpenSSH_9.2\r\n"),
    ],
    ids=["short", "chunk", "no last chunk", "bad chunk", "gzip", "no http"],
)
def test_a_damaged_answer_leaves_the_fate_open(connect: Connect, script: Script) -> None:
    with raw_server(script) as raw:
        error = failure(connect(raw.url))
    assert (type(error), error.fate) == (ProtocolError, Fate.OPEN)


def test_a_safe_call_survives_a_truncated_answer(connect: Connect) -> None:
    with raw_server(answer(b"{", length=9), answer(b"{}")) as raw:
        assert connect(raw.url).send(READ).content == b"{}"


def test_an_answer_without_end_is_cut_off(
    server: HTTPServer, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = gzip.compress(b" " * 3_000_000)
    server.expect_request("/start").respond_with_data(bomb, headers={"Content-Encoding": "gzip"})
    session = connect(server.url_for(""))
    monkeypatch.setattr(session._transport, "_max_body", 1_000_000)
    error = failure(session)
    assert (type(error), error.fate) == (ProtocolError, Fate.OPEN)
    assert transport.MAX_BODY == 64 * 1024 * 1024


def test_a_large_answer_arrives_whole(server: HTTPServer, connect: Connect) -> None:
    body = json.dumps({"rows": list(range(300_000))}).encode()
    server.expect_ordered_request("/things").respond_with_data(body)
    server.expect_ordered_request("/things").respond_with_data(
        gzip.compress(body), headers={"Content-Encoding": "gzip"}
    )
    session = connect(server.url_for(""))
    assert session.send(READ).content == body
    assert session.send(READ).content == body


@pytest.mark.parametrize(
    "piece",
    [
        # urllib3 1.26 reads by the kilobyte, for which this drip takes a minute. That one is cut off, the other shows.
        pytest.param(
            1,
            marks=pytest.mark.skipif(
                not hasattr(urllib3.HTTPResponse, "read1"), reason="urllib3 1.26 waits for each whole piece"
            ),
        ),
        1024,
    ],
)
def test_an_answer_that_drips_is_cut_off(connect: Connect, piece: int) -> None:
    def drip(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (1000 * piece))
        for _number in range(600):
            connection.sendall(b"x" * piece)
            time.sleep(0.05)

    begun = time.monotonic()
    with raw_server(drip) as raw:
        error = failure(connect(raw.url, timeout=0.2))
    assert (type(error), error.fate) == (TimedOut, Fate.OPEN)
    assert time.monotonic() - begun < 20


@pytest.mark.parametrize(
    ("status", "body", "kind", "fate"),
    [
        (400, b'{"text": "bad", "code": 2}', Rejected, Fate.REFUSED),
        (400, b"Request body is empty or format is invalid", Rejected, Fate.REFUSED),
        (400, b"", Rejected, Fate.REFUSED),
        (403, b'{"text": "bad"}', Forbidden, Fate.REFUSED),
        (404, b"", NotFound, Fate.REFUSED),
        (405, b"", Rejected, Fate.REFUSED),
        (407, b"", Rejected, Fate.REFUSED),
        (408, b"", Rejected, Fate.REFUSED),
        (413, b"", Rejected, Fate.REFUSED),
        (429, b"", Rejected, Fate.REFUSED),
        (500, b'{"text": "bad", "code": 2}', Rejected, Fate.REFUSED),
        (500, b'{"text": "bad"}', ServerFault, Fate.OPEN),
        (500, b"", ServerFault, Fate.OPEN),
        (502, b"<html><title>Bad gateway</title>", ServerFault, Fate.OPEN),
        (503, b'{"text": "bad", "code": 2}', Rejected, Fate.REFUSED),
        (511, b"", ServerFault, Fate.OPEN),
        (200, b'{"text": "bad", "code": 2}', Rejected, Fate.REFUSED),
        (200, b"<!DOCTYPE html><html><title> Sign\n in </title></html>", ProtocolError, Fate.OPEN),
        (200, b"<?xml version='1.0'?><!-- a --><!-- b --><HTML>", ProtocolError, Fate.OPEN),
        (401, b"<html><title>Sign in</title>", ServiceError, Fate.REFUSED),
        (304, b"", ProtocolError, Fate.OPEN),
    ],
)
def test_statuses_and_bodies(
    server: HTTPServer, connect: Connect, status: int, body: bytes, kind: type[ServiceError], fate: Fate
) -> None:
    server.expect_request("/start").respond_with_data(body, status=status, content_type="text/html")
    error = failure(connect(server.url_for("")))
    assert isinstance(error, kind)
    assert (error.http_status, error.fate) == (status, fate)
    assert f"HTTP {status}" in error.message
    for words in (b"bad", b"Sign in", b"Bad gateway", b"format is invalid"):
        assert (words.decode() in error.message) == (words in b" ".join(body.split()))


def test_the_servers_words_are_trimmed(server: HTTPServer, connect: Connect) -> None:
    server.expect_request("/start").respond_with_json({"text": "  first\x1b[31m\n second " + "x" * 900, "code": 4})
    error = failure(connect(server.url_for("")))
    assert "first [31m second xxx" in error.message
    assert len(error.message) < 650
    assert error.message.endswith("…")


def test_many_comments_before_a_page_take_no_time(server: HTTPServer, connect: Connect) -> None:
    server.expect_request("/start").respond_with_data(b"<!---->" * 500 + b"<x>")
    begun = time.monotonic()
    connect(server.url_for("")).send(START)
    assert time.monotonic() - begun < 30


@pytest.mark.parametrize(
    ("status", "same_path", "fate"),
    [(301, False, Fate.REFUSED), (302, True, Fate.REFUSED), (302, False, Fate.OPEN), (307, False, Fate.REFUSED)],
)
def test_a_redirect_is_not_followed(
    server: HTTPServer, connect: Connect, status: int, same_path: bool, fate: Fate
) -> None:
    with HTTPServer() as elsewhere:
        elsewhere.expect_request("").respond_with_json({"id": 1})
        there = elsewhere.url_for("/api/start" if same_path else "/login.html") + "?secret=query"
        location = there.replace("http://", "http://user:word@")
        server.expect_request("/api/start").respond_with_data("", status=status, headers={"Location": location})
        error = failure(connect(server.url_for("/api")))
        assert elsewhere.log == []
        assert f"http://{elsewhere.host}:{elsewhere.port}" in error.message
    assert (type(error), error.fate, error.http_status) == (ProtocolError, fate, status)
    assert "word" not in str(error)
    assert "query" not in str(error)
    assert "Correct url" in error.next_step


def test_no_secret_is_in_any_error(server: HTTPServer, connect: Connect) -> None:
    password, token = "päss/w+rd 1", "tok-3b5e"
    spoken = [
        password,
        token,
        quote(password),
        quote(password, safe=""),
        base64.b64encode(password.encode()).decode(),
        base64.b64encode(token.encode()).decode(),
    ]
    session = connect(server.url_for(""), token=token, username="admin", password=password)
    bodies = [json.dumps({"text": " | ".join(spoken), "code": " | ".join(spoken)}).encode(), " ".join(spoken).encode()]
    bodies.append(f"<html><title>{' '.join(spoken)}</title>".encode())
    for body in bodies:
        for status in (200, 400, 403, 500, 503):
            server.clear()
            server.expect_request("/start").respond_with_data(body, status=status)
            try:
                session.send(START)
            except NightshiftError as error:
                texts = [str(error), repr(error), vars(error), error.args, error.as_result()]
                shown = repr([*texts, error.__cause__, error.__context__])
                assert not [secret for secret in spoken if secret in shown]


def test_a_proxy_of_the_environment_is_used(
    server: HTTPServer, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.expect_request("/api/start").respond_with_json({"by": "proxy"})
    monkeypatch.setenv("http_proxy", server.url_for(""))
    assert b"proxy" in connect("http://backup.invalid/api").send(START).content


def test_a_proxy_that_is_down_was_not_sent_to(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", f"http://someone:hidden-word@127.0.0.1:{free_port()}")
    error = failure(connect("http://backup.invalid/api"))
    assert (type(error), error.fate) == (Unreachable, Fate.NOT_SENT)
    assert "proxy" in str(error)
    assert "hidden-word" not in str(error)


def test_a_proxy_that_refuses_a_tunnel_was_not_sent_to(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    with raw_server(send(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")) as raw:
        monkeypatch.setenv("https_proxy", raw.url.removesuffix("/api"))
        error = failure(connect("https://backup.invalid/api"))
    assert (type(error), error.fate) == (Unreachable, Fate.NOT_SENT)


def test_a_netrc_file_adds_no_credentials(
    server: HTTPServer, connect: Connect, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login someone password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    server.expect_request("/start").respond_with_json({})
    connect(server.url_for("")).send(START)
    assert "Authorization" not in server.log[0][0].headers
