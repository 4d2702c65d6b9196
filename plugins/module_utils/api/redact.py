# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one place that takes secrets out of what people get to see."""

from __future__ import annotations

import base64
import html
import json
import re
import threading
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, quote_plus

from .errors import NightshiftError, ServiceError

MASK = "********"

# A shorter secret occurs inside ordinary words, so it is masked only where it stands alone.
_SHORTEST_ANYWHERE = 4


class Redactor:
    """Replaces secrets, in every spelling in which a server may echo them, by ``MASK``.

    Safe to use from several threads. It shows nothing of what it knows in its ``repr``.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._lock = threading.Lock()
        self._spellings: set[str] = set()
        self._pattern: re.Pattern[str] | None = None
        self.add(secrets)

    def __repr__(self) -> str:
        return f"<Redactor of {len(self._spellings)} spellings>"

    def add(self, secrets: Iterable[str]) -> None:
        """Mask ``secrets`` from now on, too. Empty ones are ignored."""
        with self._lock:
            for secret in secrets:
                self._spellings |= spellings(secret)
            if self._spellings:
                # The longest first, so that a token is masked with its prefix rather than behind it.
                ordered = sorted(self._spellings, key=lambda text: (-len(text), text))
                self._pattern = re.compile("|".join(map(_as_pattern, ordered)))

    def text(self, text: str) -> str:
        """Return ``text`` without secrets."""
        return self._pattern.sub(MASK, text) if self._pattern else text

    def value(self, value: Any) -> Any:
        """Return a copy of plain data without secrets, in keys as well as in values."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, bytes):
            return self.text(value.decode("utf-8", "replace")).encode()
        if isinstance(value, Mapping):
            return {self.value(key): self.value(entry) for key, entry in value.items()}
        if isinstance(value, (list, tuple)):
            return type(value)([self.value(entry) for entry in value])
        if isinstance(value, (set, frozenset)):
            return type(value)(self.value(entry) for entry in value)
        return value

    def error(self, error: NightshiftError) -> None:
        """Take secrets out of all texts of ``error``, in place."""
        error.message = self.text(error.message)
        error.next_step = self.text(error.next_step)
        error.args = tuple(self.value(argument) for argument in error.args)
        if isinstance(error, ServiceError):
            error.path = self.text(error.path)
            error.code = self.value(error.code)


def spellings(secret: str) -> set[str]:
    """Return ``secret`` as text, JSON, XML, a URL and Base64 spell it; nothing for blank text."""
    if not secret.strip():
        return set()
    raw = secret.encode("utf-8", "surrogatepass")
    found = {secret, secret.strip(), html.escape(secret), html.escape(secret, quote=False)}
    found |= {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
    for quoted in (quote(raw), quote(raw, safe=""), quote_plus(raw)):
        found |= {quoted, re.sub("%[0-9A-F]{2}", lambda match: match[0].lower(), quoted)}
    for encoded in (base64.b64encode(raw).decode(), base64.urlsafe_b64encode(raw).decode()):
        found |= {encoded, encoded.rstrip("="), quote(encoded, safe="")}
    return found


def _as_pattern(text: str) -> str:
    if len(text) < _SHORTEST_ANYWHERE:
        return rf"(?<!\w){re.escape(text)}(?!\w)"
    return re.escape(text)
