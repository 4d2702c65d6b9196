# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server that says what it is told to, and records in the vendor's shapes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.nightshift.backup.plugins.module_utils.api.connection import Connection
from ansible_collections.nightshift.backup.plugins.module_utils.api.session import Session
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.storware.auth import StorwareDialect
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

NOW = 1767225600.0
VM = "b2559e5c-0f6e-4a0b-9d5e-3c1f0a7d4e21"
VM2 = "b2559e5c-0f6e-4a0b-9d5e-3c1f0a7d4e22"
POLICY = "f8f73bf9-2445-4bce-a7dd-753be3b40a67"


def guid(number: int) -> str:
    """Return a GUID that ends with a number."""
    return f"00000000-0000-4000-8000-{number:012d}"


def enum(name: str) -> dict[str, str]:
    """Return an enumeration as the server writes it."""
    return {"name": name, "description": name.title()}


def vm(identity: str = VM, name: str = "db01", **more: Any) -> dict[str, Any]:
    """Return a VM with a policy."""
    home = {"hypervisor": {"guid": guid(901), "name": "h1"}, "hvManager": {"guid": guid(902), "name": "rhv1"}}
    return {"guid": identity, "name": name, "present": True, **home, "vmBackupPolicy": {"guid": POLICY}, **more}


def rule(number: int, name: str, **more: Any) -> dict[str, Any]:
    """Return a rule of a policy."""
    return {"guid": guid(number), "name": name, "active": True, **more}


def task(number: int, state: str = "RUNNING", kind: str = "EXPORT", **more: Any) -> dict[str, Any]:
    """Return a task on the VM."""
    return {
        "guid": guid(number),
        "type": enum(kind),
        "state": enum(state),
        "backupType": enum("FULL"),
        "creationTime": int(NOW * 1000) + 1,
        "windowStart": int(NOW * 1000),
        "progress": 40.0,
        "protectedEntity": {"guid": VM, "name": "db01", "type": enum("VM")},
        "originEntity": {"type": enum("USER")},
        **more,
    }


def backup(number: int, status: str = "SUCCESS", age: float = -2.0, **more: Any) -> dict[str, Any]:
    """Return a backup of the VM whose snapshot is so many seconds old."""
    return {
        "guid": guid(number),
        "status": enum(status),
        "type": enum("FULL"),
        "snapshotTime": int((NOW - age) * 1000),
        "protectedEntity": {"guid": VM, "name": "db01"},
        "size": 1234,
        **more,
    }


@dataclass(frozen=True)
class Refusal:
    """A refusal in the vendor's form."""

    status: int
    message: str


class Script:
    """Answers by path, each path with its list of answers in turn, the last one for ever; else 404."""

    def __init__(self, server: HTTPServer) -> None:
        self.answers: dict[str, list[Any]] = {}
        self.headers: dict[str, str] = {}
        self.calls: list[tuple[str, str, Mapping[str, list[str]], Any]] = []
        server.expect_request(re.compile("/api/.*")).respond_with_handler(self._answer)
        self.session = Session(Connection(server.url_for("/api"), token="sid=x", retries=0), StorwareDialect())

    def says(self, path: str, *answers: Any) -> None:
        """Let ``path`` answer with these documents.

        An integer is a status without a body, bytes are a body, and a function makes what to answer, or a whole
        response, from query and body. A list comes whole, and is counted where pages are asked for.
        """
        self.answers[path] = list(answers)

    def sent(self, method: str) -> list[tuple[str, Any]]:
        """Return path and body of all requests of a method."""
        return [(path, body) for how, path, _query, body in self.calls if how == method]

    def _answer(self, request: Request) -> Response:
        path = request.path.removeprefix("/api/")
        body = json.loads(request.data) if request.data else None
        self.calls.append((request.method, path, dict(request.args.lists()), body))
        answers = self.answers.get(path, [404])
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        headers = dict(self.headers)
        if isinstance(answer, list) and "page" in request.args:
            headers.setdefault("X-Total-Count", str(len(answer)))
        if callable(answer):
            answer = answer(dict(request.args.lists()), body)
        if isinstance(answer, Response):
            return answer
        if isinstance(answer, bytes):
            return Response(answer, 201, content_type="application/json")
        if isinstance(answer, int):
            return Response(status=answer)
        if isinstance(answer, Refusal):
            return Response(json.dumps({"message": answer.message}), answer.status, content_type="application/json")
        status = 201 if request.method == "POST" else 200
        return Response(json.dumps(answer), status, headers, content_type="application/json")
