# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an answer means: nothing wrong, or one typed error. Pure: nothing here sends."""

from __future__ import annotations

import html
import re
from urllib.parse import urlsplit

from .connection import Connection
from .errors import AuthenticationFailed, Fate, Forbidden, NotFound, ProtocolError, Rejected, ServerFault, ServiceError
from .messages import Problem, Reply

# Enough for any reason, too little for a page.
_LONGEST_QUOTE = 500
# Stands where a quotation was cut off.
CUT = "…"
# A title stands at the top of a page; reading further costs time on large answers.
_HEAD = 4096
# What may stand before a page. Matched piece by piece: in one expression, many comments would take for ever.
_PREAMBLE = re.compile(r"\s+|<\?xml[^>]*>|<!--.*?-->", re.DOTALL)
_PAGE = re.compile(r"<(!doctype\s+html|html|head|title|body)\b", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)

_REFUSALS: dict[int, tuple[type[ServiceError], str]] = {
    401: (AuthenticationFailed, "Check the credentials."),
    403: (Forbidden, "Ask an administrator for the right that is missing, or use another user."),
    404: (NotFound, "Check that url is the root of the API, and the names and IDs given."),
    405: (Rejected, "Check that url is the root of the API."),
    407: (Rejected, "The proxy of the environment wants credentials: check its variables, and no_proxy."),
    413: (Rejected, "The request is too large for the server: name fewer targets in one request."),
    429: (Rejected, "The server is busy: try again later, or start less at once."),
}
_REFUSED = (Rejected, "Correct what the server names, then run the play again.")
_BROKEN = "Look at the server's log and its load."
_NO_API = "Check that url is the root of the API and that no proxy or login page stands before it."


def page_title(content: bytes) -> str | None:
    """Return the title of an HTML page (empty text for one without), ``None`` for anything else.

    Decided by the content, because servers label JSON as ``text/html`` and pages as JSON.
    """
    head = content[:_HEAD].decode("utf-8", "replace").lstrip("\ufeff")
    start = 0
    while preamble := _PREAMBLE.match(head, start):
        start = preamble.end()
    if not _PAGE.match(head, start):
        return None
    found = _TITLE.search(head)
    return quote(html.unescape(found[1])) if found else ""


def quote(text: str, longest: int = _LONGEST_QUOTE) -> str:
    """Return words of the server in one line of bounded length, free of control characters.

    What was cut off ends in ``CUT``, by which the beginning of a secret can be told.
    """
    plain = one_line(text)
    return plain if len(plain) <= longest else f"{plain[:longest]}{CUT}"


def one_line(text: str) -> str:
    """Return ``text`` in one line with single blanks, free of control characters."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", " ", text).split())


def judge(reply: Reply, problem: Problem | None, connection: Connection) -> ServiceError | None:
    """Return the error that ``reply`` amounts to, ``None`` for a usable answer.

    ``problem`` is the refusal that the dialect found in it. A refusal with the vendor's code is definite at any
    status; a bare 5xx or a page in place of an answer leaves open whether the request had an effect.
    """
    title = page_title(reply.content)
    if title is not None:
        problem = Problem(title) if title else None
    if 300 <= reply.status < 400:
        return _redirected(reply, connection)
    if reply.status >= 500 and (problem is None or problem.code is None):
        return _error(ServerFault, reply, problem, connection, _BROKEN, Fate.OPEN)
    if reply.status >= 400:
        kind, advice = _REFUSALS.get(reply.status, _REFUSED)
        return _error(kind, reply, problem, connection, advice, Fate.REFUSED)
    if title is not None:
        return _page(reply, title, connection)
    if problem is not None:
        return _error(Rejected, reply, problem, connection, _REFUSED[1], Fate.REFUSED)
    return None


def _error(
    kind: type[ServiceError], reply: Reply, problem: Problem | None, connection: Connection, advice: str, fate: Fate
) -> ServiceError:
    verb = "failed at" if kind is ServerFault else "refused"
    code = problem.code if problem else None
    facts = f"HTTP {reply.status}" if code is None else f"HTTP {reply.status}, code {code}"
    words = quote(problem.message) if problem else ""
    return kind(
        sentence(f"{connection.host} {verb} {_name(reply)} ({facts})" + (f": {words}" if words else "")),
        next_step=advice,
        http_status=reply.status,
        code=code,
        method=reply.method,
        path=reply.path,
        fate=fate,
    )


def _redirected(reply: Reply, connection: Connection) -> ServiceError:
    """Following would carry the token to another place, so the user is told where the server points."""
    there = _location(reply.headers.get("location", ""))
    # The same path elsewhere means "ask there", so nothing was done. Another page may come after the work.
    moved = reply.status in (301, 307, 308) or bool(there and there[1].endswith(reply.path.strip("/")))
    where = f" to {there[0] or connection.host}" if there else ""
    return ProtocolError(
        f"{connection.host} redirects {_name(reply)}{where} (HTTP {reply.status}), which is not followed.",
        next_step="Correct url so that it names the API's own address, with the right scheme, host and path.",
        http_status=reply.status,
        method=reply.method,
        path=reply.path,
        fate=Fate.REFUSED if moved else Fate.OPEN,
    )


def _location(header: str) -> tuple[str, str] | None:
    """Return host and path of a ``Location``; its query and user may hold secrets."""
    try:
        parts = urlsplit(header.strip())
        host = parts.netloc.rpartition("@")[2]
    except ValueError:
        return None
    shown = f"{parts.scheme}://{host}" if parts.scheme and host else host
    return (quote(shown), parts.path.rstrip("/")) if header.strip() else None


def _page(reply: Reply, title: str, connection: Connection) -> ServiceError:
    named = f' titled "{title}"' if title else ""
    return ProtocolError(
        f"{connection.host} answered {_name(reply)} with an HTML page{named} (HTTP {reply.status}).",
        next_step=_NO_API,
        http_status=reply.status,
        method=reply.method,
        path=reply.path,
        fate=Fate.OPEN,
    )


def unreadable(reply: Reply, why: str) -> ProtocolError:
    """Return the error for an answer that is not in the form that is due, such as an empty one."""
    return ProtocolError(
        sentence(f"The answer to {_name(reply)} cannot be read (HTTP {reply.status}): {why}"),
        next_step=_NO_API,
        http_status=reply.status,
        method=reply.method,
        path=reply.path,
        fate=Fate.OPEN,
    )


def sentence(text: str) -> str:
    """Return ``text`` with an end, so that advice can follow."""
    return text if text.endswith((".", "!", "?", CUT)) else f"{text}."


def _name(reply: Reply) -> str:
    return f"{reply.method} {reply.path}".strip() or "a request"
