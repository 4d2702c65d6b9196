# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a Commvault server knows who we are: the Login and Logout services and the ``Authtoken`` header."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from ...api.errors import AuthenticationFailed
from ...api.messages import Call, Login, Problem, Reply
from ...api.replies import quote, sentence
from .responses import find_problem, read_document

# Which kind of client logs in and how, as the vendor's own SDK says it.
_LOGIN_MODE = 4
_CLIENT_TYPE = 30

_QSDK, _SAML, _BEARER = "QSDK ", "SAML ", "Bearer "


class CommvaultDialect:
    """The part of Commvault's API that a session needs. Holds no state."""

    def login_call(self, username: str, password: str) -> Call:
        """Return the Login request. Its password is Base64 of UTF-8, which hides nothing: it counts as a secret.

        No ``deviceId`` is sent: it serves only to renew a token without a password, which we never do.
        """
        encoded = base64.b64encode(password.encode()).decode()
        document = {"mode": _LOGIN_MODE, "username": username, "password": encoded, "clientType": _CLIENT_TYPE}
        return Call.with_json("POST", "Login", document, anonymous=True)

    def read_login(self, reply: Reply) -> Login:
        """Return the token, or raise ``AuthenticationFailed`` in the server's words.

        A refused login is an HTTP 200 with ``errList`` and no token, so a success needs all three: status 200, a
        token, no error. ``forcePasswordChange`` may come with a token that works. The server names no time of
        expiry: a token lives as long as it is used at least every 30 minutes.
        """
        problem = find_problem(reply)
        if reply.status >= 400:
            raise _refused(reply, problem, {})
        document = read_document(reply)
        token = _token(document)
        if not token or problem is not None:
            raise _refused(reply, problem, document)
        username = document.get("userName")
        return Login(token, username if isinstance(username, str) and username else None)

    def logout_call(self) -> Call:
        """Return the Logout request: an empty body, which the server wants to be called XML."""
        return Call("POST", "Logout", content_type="application/xml")

    def token_headers(self, token: str) -> Mapping[str, str]:
        """Return ``Authtoken``; an access token goes into ``Authorization`` as well, where the vendor puts it too."""
        value = _with_prefix(token)
        if value.startswith(_BEARER):
            return {"Authtoken": value, "Authorization": value}
        return {"Authtoken": value}

    def token_after(self, token: str, reply: Reply) -> str:
        """Return ``token``: it stays the same while its session lives."""
        del reply  # No answer but that of a login brings another.
        return token

    def is_renewable(self, token: str) -> bool:
        """Tell that user and password may replace ``token`` after a 401, whatever its kind.

        None is renewed by itself: only a fresh login with credentials that the play gave for this replaces it.
        """
        del token  # All kinds are alike in this.
        return True

    def problem(self, reply: Reply) -> Problem | None:
        """Return the refusal that ``reply`` carries, also inside a 200, or ``None``."""
        return find_problem(reply)

    def secrets(self, username: str | None, password: str | None, token: str | None) -> Sequence[str]:
        """Return the password, also as Login sends it, and the token with and without its prefix."""
        del username  # It is shown in results.
        found = []
        if password:
            found += [password, base64.b64encode(password.encode()).decode()]
        if token:
            full = _with_prefix(token)
            found += [token, full, full.split(" ", 1)[1].strip()]
        return found


def _with_prefix(token: str) -> str:
    """Return ``token`` as the header wants it; a bare one is a session's."""
    text = token.strip()
    for prefix in (_QSDK, _SAML, _BEARER):
        if text.lower().startswith(prefix.lower()):
            return prefix + text[len(prefix) :].strip()
    return _QSDK + text


def _token(document: Mapping[str, Any]) -> str:
    """Return the token of a login, in the usual form or in that of the vendor's hosted service."""
    data = document.get("data")
    hosted = data[0] if isinstance(data, list) and data else data
    for place, key in ((document, "token"), (hosted, "authToken")):
        value = place.get(key) if isinstance(place, Mapping) else None
        if isinstance(value, str) and value.strip():
            return value.strip()
    return ""


def _refused(reply: Reply, problem: Problem | None, document: Mapping[str, Any]) -> AuthenticationFailed:
    words = quote(problem.message) if problem else "no token and no reason given"
    locked = _locked_for(document)
    if locked is None:
        advice = "Check username and password; a domain user is written DOMAIN\\user."
    else:
        wait = f"for another {locked} s" if locked else "until an administrator unlocks it"
        advice = f"The account is locked {wait}: wait, or have it unlocked, before the next attempt."
    code = problem.code if problem else None
    facts = f"HTTP {reply.status}" if code is None else f"HTTP {reply.status}, code {code}"
    return AuthenticationFailed(
        sentence(f"The login was refused ({facts}): {words}"),
        next_step=advice,
        http_status=reply.status,
        code=code,
        method=reply.method,
        path=reply.path,
    )


def _locked_for(document: Mapping[str, Any]) -> int | None:
    """Return for how many seconds the account is locked (0: not said), ``None`` for one that is not."""
    if str(document.get("isAccountLocked")).lower() not in ("true", "1"):
        return None
    try:
        return max(0, int(document.get("remainingLockTime") or 0))
    except (TypeError, ValueError, OverflowError):
        return 0
