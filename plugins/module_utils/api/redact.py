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
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, quote_plus

from .errors import NightshiftError, ServiceError
from .replies import CUT, one_line

MASK = "********"

# A shorter secret occurs inside ordinary words, so it is masked only where it stands alone.
_SHORTEST_ANYWHERE = 4
_TAG = re.compile(r"<[^>]{0,200}>")


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
        """Return ``text`` without secrets, nor the beginning of one where a quotation was cut off."""
        if self._pattern is None:
            return text
        *cut_off, rest = self._pattern.sub(MASK, text).split(CUT)
        return CUT.join([*map(self._without_beginning, cut_off), rest])

    def _without_beginning(self, text: str) -> str:
        """Return ``text`` without what it ends in, where that is how a secret begins."""
        longest = 0
        for spelling in self._spellings:
            for length in range(min(len(spelling), len(text)), max(longest, _SHORTEST_ANYWHERE - 1), -1):
                if text.endswith(spelling[:length]):
                    longest = length
                    break
        return text[:-longest] + MASK if longest else text

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
    """Return ``secret`` as text, JSON, XML, a URL, Python and Base64 spell it; nothing for blank text."""
    if not secret.strip():
        return set()
    found: set[str] = set()
    # Servers trim what they read, and what they say is shown in one line, without entities and tags.
    for text in (secret, secret.strip(), one_line(secret), html.unescape(secret), one_line(_TAG.sub(" ", secret))):
        raw = text.encode("utf-8", "surrogatepass")
        found |= {text, *_as_json(text), *_as_markup(text), *_as_python(text, raw), *_as_address(raw), *_as_base64(raw)}
    return {spelling for spelling in found if spelling.strip()}


def _as_json(text: str) -> Iterator[str]:
    for plain in (json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1]):
        yield from (plain, plain.replace("/", "\\/"))
        # The libraries of Java and .NET also escape what could be taken for HTML, the latter in capitals.
        yield re.sub("[<>&=']", lambda found: f"\\u{ord(found[0]):04x}", plain)
    escaped = json.dumps(text.replace('"', "\0"))[1:-1].replace("\\u0000", "\\u0022")
    escaped = re.sub("[<>&'+`]", lambda found: f"\\u{ord(found[0]):04x}", escaped)
    yield re.sub(r"\\u[0-9a-f]{4}", lambda found: f"\\u{found[0][2:].upper()}", escaped)


def _as_markup(text: str) -> Iterator[str]:
    escaped = html.escape(text)
    yield from (escaped, html.escape(text, quote=False))
    for apostrophe in ("&#39;", "&apos;"):
        yield escaped.replace("&#x27;", apostrophe)
        yield escaped.replace("&#x27;", apostrophe).replace("&quot;", "&#34;")


def _as_python(text: str, raw: bytes) -> Iterator[str]:
    """Yield what exceptions show: within either quotation marks, since others may stand around it."""
    yield from (repr(text)[1:-1], repr(f'"{text}')[2:-1], repr(raw)[2:-1], repr(b'"' + raw)[3:-1])


def _as_address(raw: bytes) -> Iterator[str]:
    # The last two are the habits of JavaScript and of Java.
    for quoted in (quote(raw), quote(raw, ""), quote_plus(raw), quote(raw, "!'()*~"), quote_plus(raw, "*")):
        yield from (quoted, re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), quoted))


def _as_base64(raw: bytes) -> Iterator[str]:
    for encoded in (base64.b64encode(raw).decode(), base64.urlsafe_b64encode(raw).decode()):
        yield from (encoded, encoded.rstrip("="), quote(encoded, ""))


def _as_pattern(text: str) -> str:
    if len(text) < _SHORTEST_ANYWHERE:
        return rf"(?<!\w){re.escape(text)}(?!\w)"
    return re.escape(text)
