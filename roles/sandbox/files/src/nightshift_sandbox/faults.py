# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults on request: what goes wrong, with which requests, how often."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import yaml

from nightshift_sandbox.web import Reply, Request

Json = dict[str, Any]
#: Kinds that only wait, or that change the state of the sandbox; a second rule may apply to the same request.
QUIET = {"delay", "job_late", "partial_list", "no_total_count"}
KINDS = QUIET | {
    "drop_before",
    "drop_after",
    "hang",
    "status",
    "rate_limit",
    "html",
    "redirect",
    "expired_token",
    "error_in_200",
    "truncated",
    "empty",
    "not_found_first",
    "login_failure",
    "locked_account",
    "invalid_utf8",
    "huge",
}
#: Kinds after which the request has had its effect, unless the rule says otherwise.
WITH_EFFECT = {"drop_after", "hang", "truncated", "empty", "invalid_utf8", "huge", "delay", "job_late"}


@dataclass
class Rule:
    """One fault.

    A rule matches by `method`, and by regular expressions found in `path` and `body` (all optional, any case). The
    first `skip` matching requests are let through, the next `times` ones get the fault (None: all of them). With
    `effect_after` the request is carried out so many seconds later, as by a server that works off a queue.
    """

    fault: str
    method: str = ""
    path: str = ""
    body: str = ""
    skip: int = 0
    times: int | None = 1
    effect: bool | None = None
    effect_after: float | None = None
    seconds: float = 1.0
    when: str = "before"
    status: int = 0
    vendor_body: bool = False
    text: str = ""
    error_code: int = 2
    error_message: str = "An internal error occurred."
    retry_after: float | None = None
    title: str = "Service Unavailable"
    location: str = "/login"
    keep: float = 0.5
    size: int = 5_000_000
    locked_for: int = 240
    hits: int = 0

    def __post_init__(self) -> None:
        if self.fault not in KINDS:
            raise ValueError(f"unknown fault {self.fault!r}; known: {', '.join(sorted(KINDS))}")
        self.status = self.status or (302 if self.fault == "redirect" else 503)

    @property
    def has_effect(self) -> bool:
        """Whether the request is carried out before its sender is told anything."""
        if self.effect_after is not None:
            return False
        return self.fault in WITH_EFFECT if self.effect is None else self.effect

    def takes(self, request: Request) -> bool:
        """Whether the rule matches this request and is not used up; counts it."""
        if self.method and self.method.upper() != request.method:
            return False
        if self.path and not re.search(self.path, request.path, re.IGNORECASE):
            return False
        if self.body and not re.search(self.body, request.body.decode("utf-8", "replace"), re.IGNORECASE):
            return False
        self.hits += 1
        return self.hits > self.skip and (self.times is None or self.hits <= self.skip + self.times)


class Faults:
    """The rules in force."""

    def __init__(self) -> None:
        self.rules: list[Rule] = []
        self._postponed: list[tuple[float, Request]] = []

    def load(self, source: Any) -> None:
        """Add rules: one object, a list, or `{"rules": [...]}`.

        :raises ValueError: a rule is not understood
        """
        items = source.get("rules", [source]) if isinstance(source, dict) else source
        try:
            self.rules += [Rule(**item) for item in items]
        except TypeError as error:
            raise ValueError(str(error)) from error

    def load_file(self, path: Path) -> None:
        """Add the rules of a JSON or YAML file."""
        self.load(yaml.safe_load(path.read_text(encoding="utf-8")))

    def clear(self) -> None:
        """No faults any more."""
        self.rules.clear()

    def shown(self) -> list[Json]:
        """The rules as objects."""
        return [asdict(rule) for rule in self.rules]

    def postpone(self, request: Request, due: float) -> None:
        """Keep a request that is to be carried out later."""
        self._postponed.append((due, request))

    def due(self, now: float) -> list[Request]:
        """Take out the requests whose time has come, the earliest first."""
        ready = sorted((entry for entry in self._postponed if entry[0] <= now), key=lambda entry: entry[0])
        self._postponed = [entry for entry in self._postponed if entry[0] > now]
        return [request for _due, request in ready]

    def pick(self, request: Request) -> tuple[list[Rule], Rule | None]:
        """Quiet rules for this request, and the first of the others."""
        quiet, loud = [], None
        for rule in self.rules:
            if loud is not None and rule.fault not in QUIET:
                continue
            if rule.takes(request):
                if rule.fault in QUIET:
                    quiet.append(rule)
                else:
                    loud = rule
        return quiet, loud


def _html(title: str, status: int) -> Reply:
    page = f"<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"
    return Reply(status, page.encode(), "text/html; charset=utf-8")


def _object(payload: Json, status: int = 200) -> Reply:
    return Reply(status, json.dumps(payload).encode(), "application/json; charset=utf-8")


def answer(rule: Rule, real: Reply | None) -> Reply:
    """What the client gets to see; `real` is the true answer where the request had its effect."""
    error = {"errorMessage": rule.error_message, "errorCode": rule.error_code}
    body = real.body if real is not None else b"{}"
    kind = real.content_type if real is not None else "application/json; charset=utf-8"
    status = real.status if real is not None else 200
    makers = {
        "status": lambda: _object(error, rule.status) if rule.vendor_body else _bare(rule),
        "rate_limit": lambda: Reply(429, b"", "text/plain", {"Retry-After": f"{rule.retry_after or 1:g}"}),
        "html": lambda: _html(rule.title, rule.status),
        "redirect": lambda: Reply(rule.status, b"", "text/plain", {"Location": rule.location}),
        "expired_token": lambda: _object({"errorMessage": "Access Denied", "errorCode": 5}, 401),
        "error_in_200": lambda: _object(error),
        "truncated": lambda: Reply(status, body[: int(len(body) * rule.keep)], kind),
        "empty": lambda: Reply(status, b"", kind),
        "not_found_first": lambda: _object({"totalRecordsWithoutPaging": 0, "jobs": []}),
        "login_failure": lambda: _object(_login_failed(0)),
        "locked_account": lambda: _object(_login_failed(rule.locked_for)),
        "invalid_utf8": lambda: Reply(status, b"\xff\xfe\x80" + body, kind),
        "huge": lambda: Reply(status, body.rstrip(b"}") + b',"filler":"' + b"x" * rule.size + b'"}', kind),
    }
    return makers[rule.fault]()


def _bare(rule: Rule) -> Reply:
    headers = {"Retry-After": f"{rule.retry_after:g}"} if rule.retry_after is not None else {}
    return Reply(rule.status, rule.text.encode(), "text/plain; charset=utf-8", headers)


def _login_failed(locked_for: int) -> Json:
    words = "User account is locked" if locked_for else "Invalid Username or Password"
    error = {"errorCode": 1131 if locked_for else 1116, "errLogMessage": words}
    return {"errList": [error], "isAccountLocked": locked_for > 0, "remainingLockTime": locked_for}
