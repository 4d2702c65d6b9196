# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a Storware server knows who we are: a login that sets cookies, of which all are sent back.

Which cookie holds the session is not documented, so none is looked for by name. A token of ours is what a
``Cookie`` header holds: the pairs of all cookies.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from email.utils import parsedate_to_datetime

from ...api.errors import AuthenticationFailed, ProtocolError
from ...api.messages import Call, Login, Problem, Reply
from ...api.replies import quote, sentence, unreadable
from .responses import find_problem, read_document, ref_name

# A shorter value, such as the mark of a load balancer, is no secret, and masking it would spoil ordinary words.
_SHORTEST_SECRET = 8


class StorwareDialect:
    """The part of Storware's API that a session needs. Holds no state."""

    def login_call(self, username: str, password: str) -> Call:
        """Return the login request, whose key is ``login``."""
        return Call.with_json("POST", "session/login", {"login": username, "password": password}, anonymous=True)

    def read_login(self, reply: Reply) -> Login:
        """Return the cookies as a token, or raise ``AuthenticationFailed`` in the server's words.

        Any success will do: 201 is documented, and an older server may say 200. When the session ends is not told.
        """
        if reply.status >= 400:
            raise _refused(reply)
        token = _written(_received(reply))
        if not token:
            raise unreadable(reply, "it sets no cookie, so that there is no session")
        return Login(token, _username(reply))

    def logout_call(self) -> Call:
        """Return the logout request, which has no body."""
        return Call("POST", "session/logout", body=b"", content_type="application/json")

    def token_headers(self, token: str) -> Mapping[str, str]:
        """Return all cookies."""
        return {"Cookie": token}

    def token_after(self, token: str, reply: Reply) -> str:
        """Return ``token`` with the cookies that a good answer set anew. A refusal may set those of a stranger."""
        received = _received(reply) if reply.status < 300 else {}
        return _written({**_pairs(token), **received}) if received else token

    def is_renewable(self, token: str) -> bool:
        """Tell that user and password may replace ``token`` after a 401."""
        del token  # All are alike in this.
        return True

    def problem(self, reply: Reply) -> Problem | None:
        """Return the refusal that ``reply`` carries, or ``None``."""
        return find_problem(reply)

    def secrets(self, username: str | None, password: str | None, token: str | None) -> Sequence[str]:
        """Return the password, the cookies and the value of each that is long enough to be a session's."""
        del username  # It is shown in results.
        found = [password] if password else []
        if token:
            found += [token, *(value for value in _pairs(token).values() if len(value) >= _SHORTEST_SECRET)]
        return found


def _received(reply: Reply) -> dict[str, str]:
    """Return the cookies that ``reply`` sets by name; one that it deletes has an empty value."""
    found: dict[str, str] = {}
    for line in reply.headers.get("set-cookie", "").split("\n"):
        pair, *attributes = line.split(";")
        name, equals, value = pair.strip().partition("=")
        if name.strip() and equals:
            found[name.strip()] = "" if _is_deleted(attributes, reply.server_time) else value.strip()
    return found


def _is_deleted(attributes: Sequence[str], now: float | None) -> bool:
    pairs = (entry.partition("=") for entry in attributes)
    said = {name.strip().lower(): value.strip() for name, _equals, value in pairs}
    if "max-age" in said:
        return said["max-age"].startswith(("0", "-"))
    try:
        ends = parsedate_to_datetime(said["expires"]).timestamp()
    except (KeyError, ValueError, OverflowError):
        return False
    # Without a Date header, only what ended long ago is taken as a deletion, which servers date 1970.
    return ends <= (now if now is not None else 0.0)


def _pairs(token: str) -> dict[str, str]:
    """Return the cookies of ``token`` by name. A value may contain the sign that parts it from its name."""
    parts = (part.strip().partition("=") for part in token.split(";"))
    return {name.strip(): value.strip() for name, equals, value in parts if name.strip() and equals}


def _written(cookies: Mapping[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items() if value)


def _username(reply: Reply) -> str | None:
    try:
        document = read_document(reply)
    except ProtocolError:
        # The cookie is what counts; an answer without a readable body still logged in.
        return None
    return ref_name(document.get("requester")) or None if isinstance(document, Mapping) else None


def _refused(reply: Reply) -> AuthenticationFailed:
    problem = find_problem(reply)
    words = quote(problem.message) if problem else "no reason given"
    return AuthenticationFailed(
        sentence(f"The login was refused (HTTP {reply.status}): {words}"),
        next_step="Check username and password. It was tried once, so that the account does not get locked.",
        http_status=reply.status,
        method=reply.method,
        path=reply.path,
    )
