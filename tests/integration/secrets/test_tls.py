# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nobody who cannot show who they are gets a byte of what a module has to say."""

from __future__ import annotations

import datetime as dt
import itertools
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import trustme

from .conftest import Trust
from .harness import HERE, REMOTE, THERE, Outcome, Watched
from .servers import Listener, closing
from .tasks import MODULES, task

PASSWORD = "not-for-strangers-31337"
LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.timezone.utc)


@dataclass
class Case:
    """A server, what a play says to trust it, and the words in which it is refused."""

    server: Listener
    options: dict[str, Any]
    words: tuple[str, ...]
    environment: dict[str, str]


def server(certificate: trustme.LeafCert, *, clients: trustme.CA | None = None) -> Listener:
    """Return a server with ``certificate``; with ``clients`` only for those who have one of theirs."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    if clients:
        clients.configure_trust(context)
        context.verify_mode = ssl.CERT_REQUIRED
    return Listener(context)


def self_signed() -> trustme.LeafCert:
    """Return the certificate of an authority as that of a server."""
    authority = trustme.CA()
    return trustme.LeafCert(authority.private_key_pem.bytes(), authority.cert_pem.bytes(), [])


def cases(trusted: Trust, foreign: Trust) -> dict[str, Case]:
    """Return everything that is wrong, by name."""
    ours = {"ca_path": str(trusted.ca_path)}
    theirs = {"client_cert": str(foreign.client_cert), "client_key": str(foreign.client_key)}
    good = trusted.authority.issue_cert("127.0.0.1")
    old = trusted.authority.issue_cert("127.0.0.1", not_before=LONG_AGO, not_after=LONG_AGO + dt.timedelta(days=1))
    bundle = {"REQUESTS_CA_BUNDLE": str(trusted.ca_path), "CURL_CA_BUNDLE": str(trusted.ca_path)}
    return {
        "wrong name": Case(
            server(trusted.authority.issue_cert("other.example.com")),
            ours,
            ("not trusted", "Use in url a host name"),
            {},
        ),
        "expired": Case(server(old), ours, ("expired", "Renew the server's certificate"), {}),
        "unknown authority": Case(server(good), {}, ("not trusted", "as ca_path"), {}),
        "another authority": Case(
            server(foreign.authority.issue_cert("127.0.0.1")), ours, ("not trusted", "as ca_path"), bundle
        ),
        "self-signed": Case(server(self_signed()), ours, ("self", "as ca_path"), {}),
        "no client certificate": Case(server(good, clients=trusted.authority), ours, ("give client_cert",), {}),
        "wrong client certificate": Case(
            server(good, clients=trusted.authority), {**ours, **theirs}, ("give client_cert",), {}
        ),
        "their authority in the environment": Case(
            server(good),
            {},
            ("not trusted", "as ca_path"),
            {"REQUESTS_CA_BUNDLE": str(foreign.ca_path), "CURL_CA_BUNDLE": str(foreign.ca_path)},
        ),
    }


def play(hosts: str, tasks: list[dict[str, Any]], **keywords: Any) -> dict[str, Any]:
    """Return a play that goes on after failures."""
    defaults = {"group/nightshift.backup.all": {"username": "somebody", "retries": 1}}
    rest = {"gather_facts": False, "ignore_errors": True, "module_defaults": defaults}
    return {"hosts": hosts, **rest, "tasks": tasks, **keywords}


@dataclass
class Ran:
    """What the tests look at."""

    outcome: Outcome
    cases: dict[str, Case]
    done: list[tuple[str, str, str]]


@pytest.fixture(scope="module")
def ran(watched: Watched, trusted: Trust, foreign: Trust) -> Iterator[Ran]:
    found = cases(trusted, foreign)
    # A session's result is hidden, so its reason cannot be read here.
    modules = itertools.cycle((name, *rest) for name, rest in MODULES.items() if name != "session")
    plays: dict[str, list[dict[str, Any]]] = {"here": [], "shipped": []}
    done = []
    hosts = itertools.cycle((THERE, REMOTE))
    for kind, case in found.items():
        for host in (HERE, next(hosts)):
            module, platform, options = next(modules)
            name = f"{module} {kind} {host}"
            connection = {"platform": platform, "url": f"https://{case.server.address}/api", **case.options}
            keywords = {"environment": case.environment, "when": f"inventory_hostname == '{host}'"}
            plays["here" if host == HERE else "shipped"].append(
                task(name, module, {**connection, **options}, **keywords)
            )
            done.append((name, host, kind))
    with closing(*(case.server for case in found.values())):
        outcome, places = watched.run(
            [play(HERE, plays["here"]), play(f"{THERE}:{REMOTE}", plays["shipped"], strategy="free")],
            env={"NIGHTSHIFT_PASSWORD": PASSWORD},
        )
        assert places.leaks({"password": PASSWORD}) == []
        yield Ran(outcome, found, done)


def test_each_is_refused_with_the_option_that_helps(ran: Ran) -> None:
    for name, host, kind in ran.done:
        result = ran.outcome.of(name, host)
        assert (result["ending"], result["error"]["kind"]) == ("failed", "tls"), (name, result)
        for words in ran.cases[kind].words:
            assert words in result["msg"], (name, result["msg"])


def test_nothing_is_sent_before_that_nor_without_tls(ran: Ran) -> None:
    for kind, case in ran.cases.items():
        assert case.server.connections >= 2, kind
        assert (case.server.read, case.server.plain) == (b"", b""), kind


def test_every_module_met_some_of_them(ran: Ran) -> None:
    assert {name.split()[0] for name, _host, _kind in ran.done} == set(MODULES) - {"session"}
    assert {host for _name, host, _kind in ran.done} == {HERE, THERE, REMOTE}
