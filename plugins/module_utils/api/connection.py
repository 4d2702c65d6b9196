# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the server is, who we are, and what we trust."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from urllib.parse import SplitResult, unquote, urlsplit

from .errors import InvalidOption

_MOST_RETRIES = 20
# Services and IDs have nothing but what needs no encoding, and one service has a blank. Anything else encoded could
# hide a way out.
_PATH = re.compile(r"/?(?:[A-Za-z0-9_~.-]|%20)+(?:/(?:[A-Za-z0-9_~.-]|%20)+)*/?")
# Options that name files.
FILES = ("ca_path", "client_cert", "client_key")
_EXAMPLE = "Write it like https://HOST/commandcenter/api."


@dataclass(frozen=True)
class Connection:
    """The connection options, checked. ``timeout`` is seconds, for connecting and for each read.

    ``url`` is the API root without a trailing slash. Raises ``InvalidOption`` for what cannot be used; the text
    of that error never repeats a URL, since people put passwords there.
    """

    url: str
    token: str | None = field(default=None, repr=False)
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    validate_certs: bool = True
    ca_path: str | None = None
    client_cert: str | None = None
    client_key: str | None = None
    timeout: float = 30.0
    retries: int = 3

    def __post_init__(self) -> None:
        object.__setattr__(self, "url", clean_url(self.url))
        if self.token is not None:
            object.__setattr__(self, "token", _clean_token(self.token))
        if self.username is not None and not self.username.strip():
            raise InvalidOption("username is empty.", next_step="Name a user or leave the option out.")
        if self.password is not None and not self.password:
            raise InvalidOption("password is empty.", next_step="Give a password or leave the option out.")
        for option in FILES:
            problem = content_problem(option, getattr(self, option))
            if problem:
                raise InvalidOption(problem)
        if self.client_key and not self.client_cert:
            raise InvalidOption("client_key is of no use without client_cert.", next_step="Give client_cert as well.")
        if not (math.isfinite(self.timeout) and self.timeout > 0):
            raise InvalidOption("timeout must be a number of seconds above 0.", next_step="The default is 30.")
        if not 0 <= self.retries <= _MOST_RETRIES:
            raise InvalidOption(f"retries must be from 0 to {_MOST_RETRIES}.", next_step="The default is 3.")

    @property
    def can_log_in(self) -> bool:
        """Whether both a user and a password are known."""
        return self.username is not None and self.password is not None

    @property
    def is_encrypted(self) -> bool:
        """Whether the URL says ``https``; nothing else decides that."""
        return self.url.startswith("https:")

    @property
    def host(self) -> str:
        """The server's name and port, as error texts show it."""
        return urlsplit(self.url).netloc

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not appear in any text."""
        return tuple(secret for secret in (self.token, self.password) if secret)

    def join(self, path: str) -> str:
        """Return the URL of ``path`` below the API root.

        Raises ``InvalidOption`` for a path that would leave the root, which only a malicious or broken ID can cause.
        """
        if not _PATH.fullmatch(path) or {".", ".."} & set(path.split("/")):
            raise InvalidOption(
                "A name or an ID does not fit into the address of a request.",
                next_step="Look for .. or unusual characters in the names and IDs given.",
            )
        return f"{self.url}/{path.lstrip('/')}"


def content_problem(option: str, value: object) -> str:
    """Return what is wrong where ``value`` is the content of a PEM file instead of its name; empty for a name."""
    if isinstance(value, str) and "-----BEGIN " in value:
        return f"{option} must be the name of a file on the executing host, not what is in it."
    return ""


def clean_url(url: str) -> str:
    """Return ``url`` as an API root: checked, scheme and host in lower case, no trailing slash."""
    text = url.strip()
    if re.search(r"[\s\\\x00-\x1f\x7f]", text):
        raise InvalidOption("url contains blanks or backslashes.", next_step=_EXAMPLE)
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise InvalidOption("url cannot be read: its host or port is not valid.", next_step=_EXAMPLE) from None
    _check_parts(parts)
    # The parser knows host names without their brackets, which an IPv6 address needs again.
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    netloc = f"{host}:{port}" if port else f"{host}"
    return f"{parts.scheme}://{netloc}{re.sub('/{2,}', '/', parts.path).rstrip('/')}"


def _check_parts(parts: SplitResult) -> None:
    if parts.scheme not in ("http", "https"):
        raise InvalidOption("url must begin with https:// (or http://).", next_step=_EXAMPLE)
    if "@" in parts.netloc:
        raise InvalidOption(
            "url contains credentials, which would end up in logs.",
            next_step="Give them as username and password, or as token.",
        )
    if not parts.hostname:
        raise InvalidOption("url names no host.", next_step=_EXAMPLE)
    if parts.query or parts.fragment:
        raise InvalidOption("url must not have a query or a fragment.", next_step=_EXAMPLE)
    if ".." in unquote(parts.path).split("/"):
        raise InvalidOption("url must not contain .. in its path.", next_step=_EXAMPLE)


def _clean_token(token: str) -> str:
    """Return ``token`` without the line end that reading it from a file leaves."""
    text = token.strip()
    if not text:
        raise InvalidOption("token is empty.", next_step="Give a token or leave the option out.")
    if not (text.isascii() and text.isprintable()):
        raise InvalidOption(
            "token contains characters that no token has.",
            next_step="Look for line breaks or quotation marks around it.",
        )
    return text
