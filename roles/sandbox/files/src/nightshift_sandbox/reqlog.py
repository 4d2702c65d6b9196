# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was received, with secrets masked: the tests' view of what a client really sent."""

from __future__ import annotations

import json
import re
from collections import deque
from typing import Any

from nightshift_sandbox.web import Request

MASK = "********"
SECRET_KEYS = {"password", "token", "authtoken", "sessionid", "access_token", "encryptedmessage", "refreshtoken"}
SECRET_HEADERS = {"authtoken", "authorization", "cookie", "set-cookie", "proxy-authorization"}
SHOWN_HEADERS = ("accept", "content-type", "user-agent", "limit", "offset", "host", *sorted(SECRET_HEADERS))
_IN_TEXT = re.compile(
    r"""(?i)\b(password|token|authtoken|sessionId)(\s*[=:]\s*)("[^"]*"|'[^']*'|(?:(?:QSDK|SAML|Bearer)\s+)?[^\s&<>]+)"""
)
_IN_ELEMENT = re.compile(r"(?i)(<(?:\w+:)?(?:password|token|authtoken|sessionId)\b[^<>]*>)[^<]+")
#: POST services that change nothing on the server, sessions aside (specification sections 1 and 6).
_READS_BY_POST = re.compile(
    r"(?i)/(login|logout|whoami|renewlogintoken|jobdetails|jobs|list-by-entities|usable-for-vms|"
    r"incremental-not-possible|auto-assignment-preview)/?$"
)


def masked(value: Any, key: str = "") -> Any:
    """A copy of a parsed body without its secrets."""
    if isinstance(value, dict):
        return {k: masked(v, k.lower()) for k, v in value.items()}
    if isinstance(value, list):
        return [masked(item, key) for item in value]
    return MASK if key in SECRET_KEYS else value


def is_write(request: Request) -> bool:
    """Whether the request would change something on a real server."""
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return False
    return not (request.method == "POST" and _READS_BY_POST.search(request.path))


def _shown_body(request: Request) -> Any:
    text = request.body.decode("utf-8", "replace")
    if "json" in request.content_type or text.lstrip()[:1] in ("{", "["):
        try:
            return masked(json.loads(text))
        except ValueError:
            pass
    return _IN_ELEMENT.sub(rf"\1{MASK}", _IN_TEXT.sub(rf"\1\2{MASK}", text))


class RequestLog:
    """The list behind `GET /_sandbox/requests`."""

    def __init__(self) -> None:
        # A long-running sandbox must not grow without end.
        self._entries: deque[dict[str, Any]] = deque(maxlen=20_000)
        self._next = 0

    def add(self, request: Request, at: float) -> dict[str, Any]:
        """Note an arrival; the caller fills in `status` (None: no answer was sent) and `reason` later."""
        headers = {
            name: MASK if name in SECRET_HEADERS else request.headers[name]
            for name in SHOWN_HEADERS
            if name in request.headers
        }
        entry: dict[str, Any] = {
            "index": self._next,
            "at": at,
            "method": request.method,
            "path": request.path,
            "pairs": [[k, MASK if k.lower() in SECRET_KEYS else v] for k, v in request.pairs],
            "query": {k: MASK if k in SECRET_KEYS else v for k, v in request.query.items()},
            "headers": headers,
            "body": _shown_body(request),
            "write": is_write(request),
            "status": None,
            "fault": None,
            "reason": "",
        }
        self._next += 1
        self._entries.append(entry)
        return entry

    def since(self, index: int) -> list[dict[str, Any]]:
        """Entries with this index or a later one."""
        return [entry for entry in self._entries if entry["index"] >= index]

    @property
    def next_index(self) -> int:
        """The index of the next request; ask for it before a test, read from it afterwards."""
        return self._next

    def clear(self) -> None:
        """Forget everything; indexes go on counting."""
        self._entries.clear()
