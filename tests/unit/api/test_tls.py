# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whom we trust and who trusts us: against real TLS, with certificates made for the test."""

from __future__ import annotations

import datetime as dt
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import trustme
from ansible_collections.nightshift.backup.plugins.module_utils.api.errors import (
    Fate,
    InvalidOption,
    TlsFailure,
    Unreachable,
)
from ansible_collections.nightshift.backup.plugins.module_utils.api.session import Session
from ansible_collections.nightshift.backup.tests.unit.api.support import READ, START
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from pytest_httpserver import HTTPServer

Connect = Callable[..., Session]
LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.timezone.utc)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def ca_path(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return str(path)


@pytest.fixture
def other_ca(tmp_path: Path) -> str:
    path = tmp_path / "other.pem"
    trustme.CA(organization_name="Somebody else").cert_pem.write_to_path(str(path))
    return str(path)


@contextmanager
def serving(certificate: trustme.LeafCert, *, clients: trustme.CA | None = None) -> Iterator[HTTPServer]:
    """Serve with ``certificate``; with ``clients`` only to who has one of theirs."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    if clients:
        clients.configure_trust(context)
        context.verify_mode = ssl.CERT_REQUIRED
    with HTTPServer(ssl_context=context, threaded=True) as server:
        server.expect_request("/api/start").respond_with_data(b"{}")
        server.expect_request("/api/things").respond_with_data(b"{}")
        yield server


@pytest.fixture(scope="module")
def good(authority: trustme.CA) -> Iterator[HTTPServer]:
    with serving(authority.issue_cert("localhost")) as server:
        yield server


def failure(session: Session) -> TlsFailure:
    with pytest.raises(TlsFailure) as caught:
        session.send(START)
    assert (caught.value.method, caught.value.path) == ("POST", "start")
    return caught.value


def test_a_known_authority_is_trusted(good: HTTPServer, connect: Connect, ca_path: str) -> None:
    assert connect(good.url_for("/api"), ca_path=ca_path).send(START).status == 200


def test_an_unknown_authority_is_not(good: HTTPServer, connect: Connect, other_ca: str, naps: list[float]) -> None:
    good.clear_log()
    for options in ({}, {"ca_path": other_ca}):
        error = failure(connect(good.url_for("/api"), **options))
        assert error.fate is Fate.NOT_SENT
        assert "ca_path" in error.next_step
    with pytest.raises(TlsFailure):
        connect(good.url_for("/api")).send(READ)
    assert (good.log, naps) == ([], [])


def test_a_wrong_name_is_not_trusted(authority: trustme.CA, connect: Connect, ca_path: str) -> None:
    with serving(authority.issue_cert("other.example.com")) as server:
        error = failure(connect(server.url_for("/api"), ca_path=ca_path))
    assert error.fate is Fate.NOT_SENT
    assert "host name" in error.next_step


def test_an_expired_certificate_is_not_trusted(authority: trustme.CA, connect: Connect, ca_path: str) -> None:
    expired = authority.issue_cert("localhost", not_before=LONG_AGO, not_after=LONG_AGO + dt.timedelta(days=1))
    with serving(expired) as server:
        error = failure(connect(server.url_for("/api"), ca_path=ca_path))
    assert error.fate is Fate.NOT_SENT
    assert "expired" in error.message
    assert "Renew" in error.next_step


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_our_options_win_over_the_environment(
    good: HTTPServer, connect: Connect, ca_path: str, other_ca: str, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, other_ca)
    assert connect(good.url_for("/api"), ca_path=ca_path).send(START).status == 200
    assert connect(good.url_for("/api"), validate_certs=False).send(START).status == 200
    failure(connect(good.url_for("/api")))
    monkeypatch.setenv(variable, ca_path)
    failure(connect(good.url_for("/api"), ca_path=other_ca))
    assert connect(good.url_for("/api")).send(START).status == 200


def test_the_login_is_verified_too(good: HTTPServer, connect: Connect) -> None:
    good.clear_log()
    session = connect(good.url_for("/api"), token=None, username="admin", password="correct horse")
    with pytest.raises(TlsFailure) as caught:
        session.send(START)
    assert (caught.value.path, caught.value.fate, good.log) == ("login", Fate.NOT_SENT, [])


def test_a_client_certificate_is_shown(authority: trustme.CA, connect: Connect, ca_path: str, tmp_path: Path) -> None:
    cert, key, both = tmp_path / "cert.pem", tmp_path / "key.pem", tmp_path / "both.pem"
    ours = authority.issue_cert("client.example.com")
    ours.cert_chain_pems[0].write_to_path(str(cert))
    ours.private_key_pem.write_to_path(str(key))
    ours.private_key_and_cert_chain_pem.write_to_path(str(both))
    with serving(authority.issue_cert("localhost"), clients=authority) as server:
        url = server.url_for("/api")
        assert connect(url, ca_path=ca_path, client_cert=str(cert), client_key=str(key)).send(START).status == 200
        assert connect(url, ca_path=ca_path, client_cert=str(both)).send(START).status == 200


def test_a_missing_client_certificate_is_named(authority: trustme.CA, connect: Connect, ca_path: str) -> None:
    with serving(authority.issue_cert("localhost"), clients=authority) as server:
        with pytest.raises((TlsFailure, Unreachable)) as caught:
            connect(server.url_for("/api"), ca_path=ca_path).send(START)
        assert server.log == []
    # With TLS 1.3 the refusal races with our writing: its words may get lost in a reset, whose fate is open.
    if isinstance(caught.value, TlsFailure):
        assert "client_cert" in caught.value.next_step
        assert caught.value.fate is Fate.NOT_SENT
    else:
        assert caught.value.fate is Fate.OPEN


def test_plain_http_behind_https_is_named(server: HTTPServer, connect: Connect) -> None:
    error = failure(connect(server.url_for("/api").replace("http://", "https://")))
    assert error.fate is Fate.NOT_SENT
    assert "plain HTTP" in error.next_step
    assert server.log == []


def test_a_server_that_hangs_up_in_the_handshake_is_no_matter_of_trust(connect: Connect) -> None:
    def hang_up(listener: socket.socket) -> None:
        connection, _address = listener.accept()
        with connection:
            connection.recv(65536)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=hang_up, args=(listener,))
        thread.start()
        with pytest.raises(Unreachable) as caught:
            connect(f"https://127.0.0.1:{listener.getsockname()[1]}/api").send(START)
        thread.join()
    assert caught.value.fate is Fate.OPEN


@pytest.mark.parametrize("option", ["ca_path", "client_cert", "REQUESTS_CA_BUNDLE"])
@pytest.mark.parametrize("content", [None, "", "no certificate"])
def test_files_that_cannot_be_used_are_named(
    good: HTTPServer,
    connect: Connect,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    option: str,
    content: str | None,
) -> None:
    path = tmp_path / "file.pem"
    if content is not None:
        path.write_text(content)
    if option.isupper():
        monkeypatch.setenv(option, str(path))
    options = {} if option.isupper() else {option: str(path)}
    with pytest.raises(InvalidOption, match=option):
        connect(good.url_for("/api"), **options).send(START)


def test_an_encrypted_key_is_refused_instead_of_asking(
    authority: trustme.CA, good: HTTPServer, connect: Connect, ca_path: str, tmp_path: Path
) -> None:
    ours = authority.issue_cert("client.example.com")
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    ours.cert_chain_pems[0].write_to_path(str(cert))
    private = load_pem_private_key(ours.private_key_pem.bytes(), None)
    key.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"word")))
    with pytest.raises(InvalidOption, match="client_key"):
        connect(good.url_for("/api"), ca_path=ca_path, client_cert=str(cert), client_key=str(key)).send(START)


def test_a_directory_of_authorities_can_be_given(connect: Connect, good: HTTPServer, tmp_path: Path) -> None:
    assert failure(connect(good.url_for("/api"), ca_path=str(tmp_path))).fate is Fate.NOT_SENT
