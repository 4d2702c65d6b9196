# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Parses JSON that another machine sent, bounded in what it can unfold to. Its size is bounded by who received it."""

from __future__ import annotations

import json
import math
from typing import Any

# The documents of servers are some ten levels deep. Deeper ones would end in the interpreter's own limit somewhere.
DEEPEST = 100
# Each takes some hundred bytes of memory, and as few as two of an answer. The largest answer admitted, when it is full
# of ordinary records, holds fewer.
MOST_VALUES = 3_000_000


class UnusableDocument(Exception):
    """The text is no document, or one that is not read. Its message says why, without quoting the text."""


def parse_json(content: bytes) -> Any:
    """Return the JSON document that ``content`` is; raise ``UnusableDocument``.

    Numbers that are none or infinite are ``None``, and half of a pair of surrogates is the replacement character:
    neither could be sent on or printed.
    """
    refuse_bulk(content, b",[{")
    try:
        text = content.decode(json.detect_encoding(content))
        document = json.loads(text, parse_constant=_no_number, parse_float=_finite)
    except (ValueError, RecursionError):
        raise UnusableDocument("it is not JSON, or broke off before its end") from None
    if not _is_shallow(document):
        raise UnusableDocument("its JSON is nested too deeply")
    # Only an escape can bring one in: the decoder has refused all others.
    return _whole_texts(document) if "\\ud" in text or "\\uD" in text else document


def refuse_bulk(content: bytes, marks: bytes) -> None:
    """Raise ``UnusableDocument`` for more values than are read, each of which comes with one of ``marks``."""
    if len(content) > MOST_VALUES and sum(content.count(mark) for mark in marks) > MOST_VALUES:
        raise UnusableDocument(f"it holds more than {MOST_VALUES} values")


def whole_text(text: str) -> str:
    """Return ``text`` with the replacement character in place of each half of a pair of surrogates."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _no_number(_text: str) -> None:
    """Stand in for NaN and the infinities, which JSON does not know."""


def _finite(text: str) -> float | None:
    number = float(text)
    return number if math.isfinite(number) else None


def _whole_texts(value: Any) -> Any:
    if isinstance(value, str):
        return whole_text(value)
    if isinstance(value, list):
        return [_whole_texts(entry) for entry in value]
    if isinstance(value, dict):
        return {whole_text(key): _whole_texts(entry) for key, entry in value.items()}
    return value


def _is_shallow(document: Any) -> bool:
    level = [document]
    for _depth in range(DEEPEST):
        level = [
            child
            for node in level
            if isinstance(node, (dict, list))
            for child in (node.values() if isinstance(node, dict) else node)
            if isinstance(child, (dict, list))
        ]
        if not level:
            return True
    return False
