# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the services see of HTTP: a request, a reply, and how a connection is cut."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol


@dataclass
class Request:
    """One HTTP request, read to its end.

    `path` is percent-decoded and its slashes are collapsed; `query` keys are lower-cased. `pairs` is the query as it
    was sent, with keys that repeat.
    """

    method: str
    path: str
    query: dict[str, str]
    headers: Headers
    body: bytes
    peer: tuple[str, int]
    pairs: list[tuple[str, str]] = field(default_factory=list)

    @property
    def content_type(self) -> str:
        """Media type of the body, lower-cased, without parameters."""
        return self.headers.get("content-type", "").split(";")[0].strip().lower()

    @property
    def wants_json(self) -> bool:
        """Whether the answer is to be JSON: `Accept` decides, XML is the vendor's habit without one (section 8)."""
        return "json" in self.headers.get("accept", "").lower()


@dataclass
class Reply:
    """An answer: status, body and headers.

    `reason` is for people who debug a client: it goes to the request log and to the header `X-Sandbox-Reason`.
    """

    status: int
    body: bytes
    content_type: str
    headers: dict[str, str] = field(default_factory=dict)
    reason: str = ""
    cookies: list[str] = field(default_factory=list)


def json_reply(payload: Any, status: int = 200) -> Reply:
    """A JSON answer."""
    return Reply(status, json.dumps(payload, ensure_ascii=False).encode(), "application/json; charset=utf-8")


async def read_request(scope: Scope, receive: Receive) -> Request:
    """Read the whole request."""
    body = bytearray()
    while True:
        message: Message = await receive()
        if message["type"] == "http.disconnect":
            break
        body += message.get("body", b"")
        if not message.get("more_body", False):
            break
    pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    query = {k.lower(): v for k, v in pairs}
    peer = scope.get("client") or ("", 0)
    path = re.sub("/{2,}", "/", scope["path"])
    origin = (str(peer[0]), int(peer[1]))
    return Request(scope["method"], path, query, Headers(scope=scope), bytes(body), origin, pairs)


async def send_reply(send: Send, reply: Reply, date: str) -> None:
    """Send a whole answer, with the sandbox's own `Date`."""
    headers = {"date": date, "server": "nightshift-sandbox"}
    if reply.content_type:
        headers["content-type"] = reply.content_type
    if reply.status != 204:
        headers["content-length"] = str(len(reply.body))
    headers.update({name.lower(): value for name, value in reply.headers.items()})
    if reply.reason:
        headers["x-sandbox-reason"] = re.sub(r"[^\x20-\x7e]", "?", reply.reason).strip()
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    raw += [(b"set-cookie", cookie.encode("latin-1")) for cookie in reply.cookies]
    await send({"type": "http.response.start", "status": reply.status, "headers": raw})
    await send({"type": "http.response.body", "body": reply.body})


_transports: dict[tuple[str, int], asyncio.BaseTransport] = {}


class CuttableProtocol(H11Protocol):
    """uvicorn's HTTP/1.1 protocol, which remembers its connections so that a fault can really cut one."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember the transport under its peer's address."""
        peer = transport.get_extra_info("peername")
        self._peer = (str(peer[0]), int(peer[1])) if peer else ("", 0)
        _transports[self._peer] = transport
        if not isinstance(transport, asyncio.Transport):
            raise TypeError("not a stream transport")
        super().connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it, unless another connection has the address by now."""
        if _transports.get(self._peer) is self.transport:
            del _transports[self._peer]
        super().connection_lost(exc)


def cut_all() -> None:
    """Cut every connection, as the last act of a server: peers that keep theirs open must not hold it up."""
    for transport in list(_transports.values()):
        if isinstance(transport, asyncio.WriteTransport):
            transport.abort()


async def cut(request: Request, receive: Receive) -> None:
    """Cut the request's connection without a single byte of an answer, and wait until it is gone."""
    transport = _transports.get(request.peer)
    if isinstance(transport, asyncio.WriteTransport):
        transport.abort()
    await gone(receive)


async def gone(receive: Receive) -> None:
    """Wait until the connection is gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
