# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`/session/…` (specification section 1.2)."""

from __future__ import annotations

from typing import Any

from nightshift_sandbox.storware import ids
from nightshift_sandbox.storware.accounts import Account, Session
from nightshift_sandbox.storware.call import text
from nightshift_sandbox.storware.enums import shown
from nightshift_sandbox.storware.errors import invalid
from nightshift_sandbox.storware.system import System
from nightshift_sandbox.web import Reply, json_reply

Json = dict[str, Any]


def information(account: Account) -> Json:
    """`SessionInfoResponse`."""
    return {
        "requester": {"guid": ids.known("user", account.name), "name": account.name},
        "privileges": [shown(name) for name in account.privileges],
        "language": "EN",
        "uiTimeZone": "UTC",
        "uiConsoleMode": shown("STANDARD"),
        "infoTourEnabled": False,
        "appUserSettings": {"pageSize": 10, "timeFormat": "H24", "unmountPeriodForMountedBackups": 86_400_000},
        "endpointsTokens": {"vprotect": ids.known("endpoint", account.name)},
    }


def login(system: System, body: Any) -> Reply:
    """`POST /session/login`: the key is `login`."""
    if not isinstance(body, dict) or not body.get("login"):
        raise invalid("login: a text is required")
    session = system.sessions.login(text(body, "login"), text(body, "password"))
    reply = json_reply(information(session.account), 201)
    reply.cookies = system.sessions.cookies(session, secure=not system.plain_http)
    return reply


def logout(system: System, session: Session) -> Reply:
    """`POST /session/logout`: the cookies become worthless."""
    system.sessions.logout(session)
    return Reply(201, b"", "")
