# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One request and one answer, and what a vendor's dialect has to say about them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True)
class Call:
    """A request below the API root.

    ``query`` values may be lists, which repeat the key. ``body`` is sent as it is, so that what a result shows is
    what was sent. ``safe`` says that repeating the call can do no harm (the specification lists which).
    ``timeout`` in seconds overrides the connection's. ``anonymous`` leaves the credentials out (the login itself).
    """

    method: str
    path: str
    query: Mapping[str, str | int | Sequence[str]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)
    content_type: str | None = None
    accept: str = "application/json"
    safe: bool = False
    timeout: float | None = None
    anonymous: bool = False

    @classmethod
    def with_json(cls, method: str, path: str, document: Any, **rest: Any) -> Call:
        """Build a call whose body is ``document`` as JSON in UTF-8."""
        body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
        return cls(method, path, body=body, content_type="application/json", **rest)


@dataclass(frozen=True)
class Reply:
    """An answer. ``headers`` have lower-case names, ``server_time`` is its ``Date`` in Unix seconds where readable.

    Several ``set-cookie`` headers are joined by line feeds, because their values contain commas. ``method`` and
    ``path`` are those of the call that it answers, so that whoever cannot read it can name it.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes = field(default=b"", repr=False)
    server_time: float | None = None
    method: str = ""
    path: str = ""


@dataclass(frozen=True)
class Problem:
    """A refusal in the vendor's words, wherever in an answer it stood.

    ``code`` is the vendor's error code, or ``None`` when the answer carried text alone.
    """

    message: str
    code: int | str | None = None


@dataclass(frozen=True)
class Login:
    """What a login brought. ``token`` is what later requests carry, ``expires`` Unix seconds where known."""

    token: str = field(repr=False)
    username: str | None = None
    expires: float | None = None


class Dialect(Protocol):
    """What the session must know of a vendor to speak for its users."""

    def login_call(self, username: str, password: str) -> Call:
        """Return the request that logs in."""

    def read_login(self, reply: Reply) -> Login:
        """Return what the login brought, or raise ``AuthenticationFailed`` in the server's words."""

    def logout_call(self) -> Call:
        """Return the request that ends the session of the current token."""

    def token_headers(self, token: str) -> Mapping[str, str]:
        """Return the headers that carry ``token``."""

    def token_after(self, token: str, reply: Reply) -> str:
        """Return the token to go on with once ``reply`` came to a call with ``token``: another where servers say so."""

    def is_renewable(self, token: str) -> bool:
        """Tell whether a 401 for ``token`` may be answered by a fresh login with user and password."""

    def problem(self, reply: Reply) -> Problem | None:
        """Return the refusal that ``reply`` carries, also inside a 200, or ``None``."""

    def secrets(self, username: str | None, password: str | None, token: str | None) -> Sequence[str]:
        """Return every spelling in which the credentials can appear in text."""
