# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Login, tokens and who one is (specification sections 1.3 to 1.6)."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from nightshift_sandbox.commvault.errors import access_denied
from nightshift_sandbox.commvault.users import TIMEOUT_MINUTES, User, Users
from nightshift_sandbox.web import Request
from nightshift_sandbox.world import World

Json = dict[str, Any]
FAILED = {"errorCode": 1116, "errLogMessage": "Invalid Username or Password"}


def token_of(request: Request) -> str:
    """The token of a request: `Authtoken`, or an access token in `Authorization`."""
    return request.headers.get("authtoken", "") or request.headers.get("authorization", "")


def require_user(users: Users, request: Request) -> User:
    """Who sends the request.

    :raises Refusal: 401, no valid token
    """
    token = token_of(request)
    session = users.session(token)
    if session is None:
        raise access_denied("no token" if not token else "the token is unknown or has expired")
    return users.accounts[session["user"]]


def login_failure(locked_for: int = 0) -> Json:
    """What a failed login answers, with status 200."""
    error = {"errorCode": 1131, "errLogMessage": "User account is locked"} if locked_for else FAILED
    return {"errList": [error], "isAccountLocked": locked_for > 0, "remainingLockTime": locked_for}


def login(world: World, body: Json) -> Json:
    """Log in with a user name and a base64 password."""
    name, secret = body.get("username"), body.get("password")
    if not isinstance(name, str) or not isinstance(secret, str):
        return login_failure()
    if name.lower() == "locked":
        return login_failure(locked_for=240)
    try:
        password = base64.b64decode(secret, validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return login_failure()
    user = world.users.check(name, password)
    if user is None:
        return login_failure()
    given = str(body.get("timeout") or TIMEOUT_MINUTES)
    minutes = int(given) if given.isdigit() else TIMEOUT_MINUTES
    token = world.users.login(user, "QSDK", minutes, str(body.get("deviceId", "")))
    organization = {"GUID": "6e1d1f0c-0000-4000-8000-000000000001", "providerId": 0, "providerDomainName": "Commcell"}
    return {
        "userName": user.name,
        "userGUID": f"6e1d1f0c-0000-4000-8000-{user.id:012d}",
        "aliasName": str(user.id),
        "token": token,
        "ccn": 0,
        "loginAttempts": 0,
        "remainingLockTime": 0,
        "smtpAddress": f"{user.name}@example.com",
        "providerType": 1,
        "capability": 4328650366,
        "forcePasswordChange": user.name == "newcomer",
        "isAccountLocked": False,
        "ownerOrganization": organization,
        "providerOrganization": {**organization, "providerDomainName": ""},
        "errList": [],
    }


def renew(world: World, body: Json) -> Json:
    """A new token for an old one and its device."""
    token = world.users.renew(str(body.get("sessionId", "")), str(body.get("deviceId", "")))
    if token is None:
        return {"error": {"errorCode": 2, "errLogMessage": "The token cannot be renewed."}}
    return {"token": token}


def commserv() -> Json:
    """`GET CommServ`."""
    return {
        "hostName": "cs01.example.com",
        "currentSPVersion": "36",
        "csVersionInfo": "11 SP36.20",
        "timeZone": "0:0:(UTC) Coordinated Universal Time",
        "releaseName": "2024E",
        "csTimeZone": {"TimeZoneName": "(UTC) Coordinated Universal Time", "TimeZoneID": 100},
        "commcell": {"commCellId": 2, "commCellName": "cs01", "csGUID": "6e1d1f0c-0000-4000-8000-0000000000c5"},
        "processinginstructioninfo": {},
    }
