# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A wire that ends in this process: what a server really answered is recorded once, and then answered again.

Only the sockets are missing. Everything above them is what users run: addresses, headers and bodies are those that
would be sent, and answers are read by the same code.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate, parsedate_to_datetime
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
import urllib3
from ansible_collections.nightshift.backup.plugins.module_utils import connect
from ansible_collections.nightshift.backup.plugins.module_utils.api.session import Session
from ansible_collections.nightshift.backup.plugins.module_utils.api.transport import Transport
from ansible_collections.nightshift.backup.plugins.module_utils.model.clock import SystemClock
from requests.adapters import BaseAdapter, HTTPAdapter

_OF_THE_CONNECTION = {"connection", "content-length", "content-encoding", "transfer-encoding", "keep-alive"}


@dataclass(frozen=True)
class Request:
    """A request as it would be sent."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        """The path of its address, as it is written there."""
        return urlsplit(self.url).path

    @property
    def query(self) -> list[tuple[str, str]]:
        """Its query, decoded."""
        return parse_qsl(
            urlsplit(self.url).query, keep_blank_values=True, strict_parsing=bool(urlsplit(self.url).query)
        )


@dataclass(frozen=True)
class Answer:
    """An answer: ``headers`` in lower case, several of a name joined by line feeds. ``body`` may be endless."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    body: io.BytesIO | None = None


class Wire(BaseAdapter):
    """Hands requests to a function, one at a time, and keeps them."""

    def __init__(self, answer: Callable[[Request], Answer]) -> None:
        super().__init__()
        self._answer = answer
        self._guard = threading.Lock()
        self.requests: list[Request] = []

    def send(self, request: requests.PreparedRequest, *_rest: Any, **_more: Any) -> requests.Response:
        body = request.body or b""
        sent = Request(
            str(request.method),
            str(request.url),
            dict(request.headers),
            body.encode() if isinstance(body, str) else bytes(body),
        )
        with self._guard:
            self.requests.append(sent)
            answer = self._answer(sent)
        raw = urllib3.HTTPResponse(
            body=answer.body or io.BytesIO(answer.content),
            headers=_lines(answer.headers),
            status=answer.status,
            preload_content=False,
            decode_content=False,
        )
        return HTTPAdapter().build_response(request, raw)

    def close(self) -> None:
        """Nothing is open."""


def _lines(headers: Mapping[str, str]) -> urllib3.HTTPHeaderDict:
    lines = urllib3.HTTPHeaderDict()
    for name, values in headers.items():
        for value in values.split("\n"):
            lines.add(name, value)
    return lines


class Clock:
    """Time that passes only when somebody sleeps, and a little with each request."""

    def __init__(self, now: float) -> None:
        self.moment = now

    def now(self) -> float:
        return self.moment

    def sleep(self, seconds: float) -> None:
        self.moment += max(0.0, seconds)


@contextmanager
def connected(wire: BaseAdapter, clock: Clock | None = None) -> Iterator[None]:
    """Let all sessions end in ``wire``, and live by ``clock``."""
    with pytest.MonkeyPatch.context() as patch:
        new_pool = Transport._new_pool

        def pool(transport: Transport) -> requests.Session:
            opened = new_pool(transport)
            opened.mount("https://", wire)
            opened.mount("http://", wire)
            return opened

        patch.setattr(Transport, "_new_pool", pool)
        if clock is not None:
            held = partial(Session, sleep=clock.sleep, clock=clock.now, random=lambda: 0.5)
            patch.setattr(connect, "Session", held)
            for name in ("monotonic", "now"):
                patch.setattr(SystemClock, name, lambda _self: clock.now())
            patch.setattr(SystemClock, "sleep", lambda _self, seconds: clock.sleep(seconds))
        yield


@dataclass
class Tape:
    """What a server answered in one scenario, in order."""

    spoken: list[tuple[Request, Answer]] = field(default_factory=list)

    @property
    def began(self) -> float:
        """The server's time when the recording began, Unix seconds."""
        dates = [answer.headers["date"] for _request, answer in self.spoken]
        return parsedate_to_datetime(dates[0]).timestamp() if dates else 0.0

    def recorder(self) -> Wire:
        """Return a wire that leads to the real server and keeps what it answers."""
        real = requests.Session()
        real.trust_env = False

        def ask(request: Request) -> Answer:
            headers = {name: value for name, value in request.headers.items() if name.lower() != "content-length"}
            reply = real.request(
                request.method,
                request.url,
                data=request.body or None,
                headers=headers,
                verify=False,
                timeout=30,
                allow_redirects=False,
            )
            kept = {name.lower(): value for name, value in reply.headers.items()}
            kept = {name: value for name, value in kept.items() if name not in _OF_THE_CONNECTION}
            cookies = reply.raw.headers.getlist("set-cookie")
            kept.update({"set-cookie": "\n".join(cookies)} if cookies else {})
            real.cookies.clear()
            answer = Answer(reply.status_code, kept, reply.content)
            self.spoken.append((request, answer))
            return answer

        return Wire(ask)


class Replay:
    """Answers as on a tape, by path; what was asked more often gets the last answer again, what never was a 404.

    ``change`` may replace the answer that stands at ``place`` on the tape.
    """

    def __init__(
        self, tape: Tape, clock: Clock, place: int | None = None, change: Callable[[Answer], Answer] | None = None
    ) -> None:
        self._left = list(range(len(tape.spoken)))
        self._tape = tape
        self._clock = clock
        self._place = place
        self._change = change
        self.changed = False
        self.given: list[tuple[Request, Answer]] = []
        self.wire = Wire(self.answer)

    def answer(self, request: Request) -> Answer:
        self._clock.moment += 0.01
        place = self._find(request)
        if place is None:
            answer = Answer(404, {"content-type": "application/json"}, b"{}")
        else:
            answer = self._tape.spoken[place][1]
        answer = Answer(
            answer.status, {**answer.headers, "date": formatdate(self._clock.moment, usegmt=True)}, answer.content
        )
        if place is not None and place == self._place and self._change is not None:
            answer = self._change(answer)
            self.changed = True
        self.given.append((request, answer))
        return answer

    def _find(self, request: Request) -> int | None:
        for same in (_same_address, _same_service):
            for place in self._left:
                if same(request, self._tape.spoken[place][0]):
                    self._left.remove(place)
                    return place
        known = [place for place, (asked, _answer) in enumerate(self._tape.spoken) if _same_service(request, asked)]
        return known[-1] if known else None


def _same_address(one: Request, other: Request) -> bool:
    return (one.method, one.url) == (other.method, other.url)


def _same_service(one: Request, other: Request) -> bool:
    return (one.method, one.path) == (other.method, other.path)
