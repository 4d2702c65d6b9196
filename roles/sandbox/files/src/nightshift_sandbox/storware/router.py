# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Storware services: which one answers, and who may call it."""

from __future__ import annotations

import json

from nightshift_sandbox.storware import routes_tasks, routes_things, sessions
from nightshift_sandbox.storware.call import Call, pruned
from nightshift_sandbox.storware.errors import Refusal, invalid
from nightshift_sandbox.storware.route import Route
from nightshift_sandbox.storware.system import System
from nightshift_sandbox.web import Reply, Request, json_reply

ROOT = "/api"
ROUTES: tuple[Route, ...] = (*routes_tasks.ROUTES, *routes_tasks.OLDER, *routes_things.ROUTES)


def below_root(path: str) -> str | None:
    """The path below the root, or None; a slash at its end is tolerated."""
    return path[len(ROOT) :].rstrip("/") if path == ROOT or path.startswith(ROOT + "/") else None


def serve(system: System, request: Request, path: str) -> Reply:
    """Answer one request; `path` is what follows the root."""
    try:
        return _session(system, request, path) or _service(system, request, path)
    except Refusal as refusal:
        reply = json_reply(refusal.body(), refusal.status)
        reply.reason = refusal.reason
        return reply


def _session(system: System, request: Request, path: str) -> Reply | None:
    """Services about the session itself, which need no privilege; login needs no session either."""
    match request.method, path:
        case "POST", "/session/login":
            try:
                body = json.loads(request.body or b"null")
            except ValueError as error:
                raise invalid("The request body cannot be read") from error
            return sessions.login(system, body)
        case "POST", "/session/logout":
            return sessions.logout(system, system.sessions.find(request.headers.get("cookie", "")))
        case "GET", "/session/user":
            session = system.sessions.find(request.headers.get("cookie", ""))
            return json_reply(pruned(sessions.information(session.account)))
        case "GET", "/session":
            system.sessions.find(request.headers.get("cookie", ""))
            return Reply(204, b"", "")
    return None


def _service(system: System, request: Request, path: str) -> Reply:
    session = system.sessions.find(request.headers.get("cookie", ""))
    found = [(entry, match) for entry in ROUTES if (match := entry.pattern.fullmatch(path))]
    # Literal segments win before the method is looked at: DELETE /tasks/queued must not delete a task of that name.
    fewest = min((entry.placeholders for entry, _ in found), default=0)
    best = [(entry, match) for entry, match in found if entry.placeholders == fewest]
    chosen = next(((entry, match) for entry, match in best if entry.method == request.method), None)
    if chosen is None:
        if best:
            raise Refusal(405, "Method Not Allowed")
        raise Refusal(404, "HTTP 404 Not Found", f"no service {request.method} {path}")
    entry, match = chosen
    session.account.need(entry.privilege)
    answer = entry.handler(Call(system, request, session.account, tuple(match.groups())))
    if isinstance(answer, Reply):
        return answer
    if answer is None or entry.status == 204:
        return Reply(entry.status, b"", "")
    return json_reply(pruned(answer), entry.status)
