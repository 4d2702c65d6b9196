# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers that are no friends: one repeats every secret that it hears, others are not who they say they are."""

from __future__ import annotations

import base64
import html
import json
import re
import secrets
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import quote

import trustme

from .tasks import GUID, JOB

# As long as what is quoted of a server, but for the first few letters of what follows.
PADDING = {"commvault": "-" * 490, "storware": "-" * 190}


class Parrot(ThreadingHTTPServer):
    """Repeats what it hears, in the way that the first part of the path names, in the words of either vendor.

    ``heard`` are its requests: way, method, path. ``elsewhere`` is where it sends those who ask it for a redirect.
    ``made`` are the schedules that it was told to make, which it shows.
    """

    daemon_threads = True

    def __init__(self, authority: trustme.CA, elsewhere: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.heard: list[tuple[str, str, str]] = []
        self.tokens: list[str] = []
        self.made: list[dict[str, Any]] = []
        self.elsewhere = elsewhere
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1").configure_cert(context)
        self.socket = context.wrap_socket(self.socket, server_side=True)
        self.url = f"https://127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def root(self, way: str, platform: str) -> str:
        """Return the API root under which the server answers in this way."""
        return f"{self.url}/{way}/{'api' if platform == 'storware' else 'commandcenter/api'}"

    def fresh(self) -> str:
        """Return a secret that nobody knows yet."""
        self.tokens.append(secrets.token_hex(16))
        return self.tokens[-1]

    def close(self) -> None:
        """End."""
        self.shutdown()
        self.server_close()


def spelt(secret: str) -> list[str]:
    """Return how a server may write what it was sent."""
    return [
        secret,
        base64.b64encode(secret.encode()).decode(),
        quote(secret, safe=""),
        json.dumps(secret),
        html.escape(secret),
    ]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Parrot

    def _serve(self) -> None:
        body = self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        way, _slash, self.rest = self.path.partition("?")[0].lstrip("/").partition("/")
        self.storware = self.rest.startswith("api/")
        self.server.heard.append((way, self.command, self.rest))
        given = [self.headers.get(name) for name in ("Authtoken", "Authorization", "Cookie")]
        words = [*(text for value in given if value for text in spelt(value)), *self._passwords(body)]
        if self.rest.lower().endswith(("/login", "/logout")) and way != "deny":
            self._admit()
        else:
            getattr(self, f"_{way}")(" ".join(words))

    def do_GET(self) -> None:
        """Answer."""
        self._serve()

    def do_POST(self) -> None:
        """Answer."""
        self._serve()

    def _passwords(self, body: str) -> list[str]:
        """Return the password of a login in all spellings."""
        if not self.rest.lower().endswith("/login"):
            return []
        sent = str(json.loads(body)["password"])
        return spelt(sent if self.storware else base64.b64decode(sent).decode())

    def _admit(self) -> None:
        token = self.server.fresh()
        if self.storware:
            self._answer(201, {}, {"Set-Cookie": f"SESSION={token}; Path=/; HttpOnly"})
        else:
            self._answer(200, {"token": f"QSDK {token}", "userName": "somebody", "errList": []})

    def _deny(self, words: str) -> None:
        refusal = {"errList": [{"errLogMessage": f"no {words}", "errorCode": 1116}]}
        self._answer(*((401, {"message": f"no {words}"}) if self.storware else (200, refusal)))

    def _refuse(self, words: str) -> None:
        self._answer(403, {"message": words} if self.storware else {"errorMessage": words, "errorCode": 5})

    def _page(self, words: str) -> None:
        self._answer(200, f"<html><head><title>{html.escape(words)}</title></head><body>{words}</body></html>")

    def _broken(self, words: str) -> None:
        self._answer(500, f"{PADDING['storware' if self.storware else 'commvault']} {words}")

    def _torn(self, words: str) -> None:
        self._answer(200, json.dumps({"jobs": words})[:-5])

    def _data(self, words: str) -> None:
        """Succeed, with the words wherever the server's own would stand."""
        entity = {"clientName": words, "backupsetName": words, "subclientName": words, "clientId": 7}
        job = {"jobId": JOB, "status": "Running", "pendingReason": words, "subclient": entity, words: words}
        record = {"guid": GUID, "name": words, "host": words, "state": {"name": "RUNNING", "description": words}}
        jobs = {"totalRecordsWithoutPaging": 1, "jobs": [{"jobSummary": job}]}
        self._answer(200, [record] if self.storware else {**jobs, **self._schedules(words)}, {"X-Total-Count": "1"})

    def _schedules(self, words: str) -> dict[str, Any]:
        """Return what Commvault says of schedules: the one that is made now, the one that is asked for, or all."""
        made = self.server.made
        if self.rest.endswith("CreateTask"):
            told = json.loads(self.body)["taskInfo"]
            if told["task"]["taskType"] != 2:
                return {}
            made.append(told)
            return {"taskId": len(made)}
        # With the words of this request: those of another one are the secrets of another session.
        shown = [_schedule(told, number, words) for number, told in enumerate(made, start=1)]
        number = self.rest.rpartition("/")[2]
        return {"taskInfo": shown[int(number) - 1]} if "Schedules/" in self.rest else {"taskDetail": shown}

    def _moved(self, words: str) -> None:
        self._redirect(307, f"https://{self.server.elsewhere}/{self.rest}", words)

    def _found(self, words: str) -> None:
        self._redirect(302, f"{self.server.url}/found/{self.rest}", words)

    def _plain(self, words: str) -> None:
        self._redirect(308, f"http://{self.server.elsewhere}/{self.rest}", words)

    def _redirect(self, status: int, address: str, words: str) -> None:
        # As part of the host as well, which is the part that is shown.
        sent = re.search("[0-9a-f]{16,}", words)
        address = address.replace("://", f"://{quote(words[:60], safe='')}@{sent[0]}.", 1) if sent else address
        self._answer(status, "", {"Location": f"{address}?token={quote(words, safe='')}"})

    def _answer(self, status: int, document: Any, headers: dict[str, str] | None = None) -> None:
        content = (document if isinstance(document, str) else json.dumps(document)).encode()
        self.send_response(status)
        for name, value in {"Content-Length": str(len(content)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments: object) -> None:
        """Keep quiet."""


def _schedule(told: dict[str, Any], number: int, words: str) -> dict[str, Any]:
    """Return a schedule as it was made, with its IDs, and with words where there may be any."""
    entry = told["subTasks"][0]
    subtask = {**entry["subTask"], "subTaskId": number}
    subtasks = [{**entry, "subTask": subtask, "pattern": {**entry["pattern"], "description": words}}]
    return {**told, "task": {**told["task"], "taskId": number, "ownerName": words}, "subTasks": subtasks}


class Listener:
    """Takes connections, with TLS where there is a ``context``, and remembers what it could read of them.

    ``read`` is every byte of the application that came through, ``plain`` the start of connections without TLS.
    """

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.context = context
        self.connections = 0
        self.read = b""
        self.plain = b""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _address = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            connection.settimeout(10)
            with connection, suppress(OSError):
                if self._is_plain(connection) or self.context is None:
                    continue
                self._shake_hands(connection)

    def _is_plain(self, connection: socket.socket) -> bool:
        start = connection.recv(16, socket.MSG_PEEK)
        if start.startswith(b"\x16"):
            return False
        self.plain += start
        return True

    def _shake_hands(self, connection: socket.socket) -> None:
        assert self.context
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        conversation = self.context.wrap_bio(incoming, outgoing, server_side=True)
        shaken = False
        while piece := connection.recv(65536):
            incoming.write(piece)
            with suppress(ssl.SSLError):
                if not shaken:
                    conversation.do_handshake()
                    shaken = True
                self.read += conversation.read(65536)
            # Until the other side ends: closing with data unread would take the alert off the wire.
            connection.sendall(outgoing.read())
            if self.read:
                connection.sendall(b"")
                return

    def close(self) -> None:
        """End."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(15)


@contextmanager
def closing(*servers: Parrot | Listener) -> Iterator[None]:
    """Close ``servers`` at the end."""
    try:
        yield
    finally:
        for server in servers:
            server.close()
