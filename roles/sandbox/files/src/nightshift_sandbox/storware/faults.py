# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults in the forms of this platform; those without a form of their own are as everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from nightshift_sandbox import faults
from nightshift_sandbox.faults import Rule
from nightshift_sandbox.storware.system import System
from nightshift_sandbox.web import Reply, json_reply

Json = dict[str, Any]


@contextmanager
def quiet_effects(system: System, rules: list[Rule]) -> Iterator[None]:
    """What quiet faults do while a request is carried out: tasks appear late, or not all of them are told."""
    system.engine.late = max((rule.seconds for rule in rules if rule.fault == "job_late"), default=0.0)
    system.answered = min((rule.keep for rule in rules if rule.fault == "partial_list"), default=1.0)
    try:
        yield
    finally:
        system.engine.late, system.answered = 0.0, 1.0


def touched_up(reply: Reply, rules: list[Rule]) -> Reply:
    """What quiet faults do to an answer."""
    if any(rule.fault == "no_total_count" for rule in rules):
        reply.headers.pop("X-Total-Count", None)
    return reply


def answer(rule: Rule, real: Reply | None) -> Reply:
    """What the client gets to see; `real` is the true answer where the request had its effect."""
    error: Json = {"error": {"message": rule.error_message}}
    if rule.fault == "status" and rule.vendor_body:
        return json_reply(error if rule.status in (400, 403, 409) else error["error"], rule.status)
    if rule.fault == "huge" and real is not None:
        return _huge(rule, real)
    makers: dict[str, tuple[Json, int]] = {
        "expired_token": ({"message": "Session is not valid. Please log in."}, 401),
        "login_failure": ({"message": "Invalid login or password"}, 401),
        "locked_account": ({"message": "User account is locked"}, 401),
        "not_found_first": ({"message": "The object does not exist"}, 404),
        "error_in_200": (error, 200),
    }
    if rule.fault in makers:
        return json_reply(*makers[rule.fault])
    shown = faults.answer(rule, real)
    if real is not None and rule.fault in ("truncated", "empty", "invalid_utf8"):
        # Only the body is broken: a login is one, and a page still says how many records there are.
        shown.cookies, shown.headers = real.cookies, {**real.headers, **shown.headers}
    return shown


def _huge(rule: Rule, real: Reply) -> Reply:
    """An answer with a record, or a value, that is far too large."""
    filler = b'"filler":"' + b"x" * rule.size + b'"'
    if real.body.startswith(b"["):
        rest = real.body[:-1]
        body = rest + (b"," if len(rest) > 1 else b"") + b"{" + filler + b"}]"
    else:
        body = real.body.rstrip(b"}") + b"," + filler + b"}"
    return Reply(real.status, body, real.content_type)
