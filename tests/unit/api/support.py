# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A dialect of no vendor's, and servers that break off where one tells them to."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

from ansible_collections.nightshift.backup.plugins.module_utils.api.errors import AuthenticationFailed
from ansible_collections.nightshift.backup.plugins.module_utils.api.messages import Call, Login, Problem, Reply
from werkzeug import Request, Response

START = Call.with_json("POST", "start", {"what": "all"})
READ = Call("GET", "things", safe=True)


class Dialect:
    """Tokens in X-Token, refusals as {"code": …, "text": …}."""

    def __init__(self) -> None:
        self.renewable = True

    def login_call(self, username: str, password: str) -> Call:
        return Call.with_json("POST", "login", {"user": username, "password": password}, anonymous=True)

    def read_login(self, reply: Reply) -> Login:
        document = json.loads(reply.content)
        if "token" not in document:
            raise AuthenticationFailed(f"refused: {document['text']}", http_status=reply.status)
        return Login(document["token"], "somebody")

    def logout_call(self) -> Call:
        return Call("POST", "logout")

    def token_headers(self, token: str) -> Mapping[str, str]:
        return {"X-Token": token}

    def token_after(self, token: str, reply: Reply) -> str:
        return reply.headers.get("x-next-token", token)

    def is_renewable(self, token: str) -> bool:
        return self.renewable

    def problem(self, reply: Reply) -> Problem | None:
        try:
            document = json.loads(reply.content)
        except ValueError:
            return Problem(reply.content.decode(errors="replace")) if reply.status >= 400 and reply.content else None
        return Problem(document["text"], document.get("code")) if "text" in document else None

    def secrets(self, username: str | None, password: str | None, token: str | None) -> Sequence[str]:
        return [secret for secret in (password, token) if secret]


Script = Callable[[socket.socket], None]


class RawServer:
    """Accepts connections and hands each to the next script; counts the requests that it read."""

    def __init__(self, *scripts: Script) -> None:
        self._scripts = list(scripts)
        self.requests: list[bytes] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/api"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        for script in self._scripts:
            try:
                connection, _address = self._listener.accept()
            except OSError:
                return
            with connection, suppress(OSError):
                self.requests.append(read_request(connection))
                script(connection)

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(10)


@contextmanager
def raw_server(*scripts: Script) -> Iterator[RawServer]:
    server = RawServer(*scripts)
    try:
        yield server
    finally:
        server.close()


def read_request(connection: socket.socket) -> bytes:
    """Return head and body of one request."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            return data
        data += piece
    head, _separator, body = data.partition(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def answer(body: bytes, *, status: str = "200 OK", length: int | None = None) -> Script:
    """Answer with ``body``, announcing ``length`` bytes, and close."""
    size = len(body) if length is None else length
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {size}\r\nConnection: close\r\n\r\n"
    return lambda connection: connection.sendall(head.encode() + body)


def hang_up(connection: socket.socket) -> None:
    """Close without an answer."""


def reset(connection: socket.socket) -> None:
    """Close so that the other side sees a reset."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def late(seconds: float) -> Callable[[Request], Response]:
    """Answer with an empty object after a while."""

    def handle(_request: Request) -> Response:
        time.sleep(seconds)
        return Response("{}")

    return handle


def send(data: bytes) -> Script:
    return lambda connection: connection.sendall(data)
