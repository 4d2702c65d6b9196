# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JSON of other machines: read as it is meant, or refused without a look at the interpreter's limits."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.api import documents
from ansible_collections.nightshift.backup.plugins.module_utils.api.documents import (
    UnusableDocument,
    parse_json,
    refuse_bulk,
)
from hypothesis import given
from hypothesis import strategies as st

texts = st.text(st.characters(exclude_categories=["Cs"]))
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts
trees = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(texts, inner))


@given(trees, st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32-be"]), st.booleans())
def test_a_document_is_read_as_it_is(tree: Any, encoding: str, ascii_only: bool) -> None:
    assert parse_json(json.dumps(tree, ensure_ascii=ascii_only).encode(encoding)) == tree


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (b'{"a": NaN, "b": -Infinity, "c": 1e999}', {"a": None, "b": None, "c": None}),
        (b'["\\ud800x", "\\ud83c\\udf19"]', ["\ufffdx", "\U0001f319"]),
        (b'{"\\uDFFF": {"a": "\\\\ud800"}}', {"\ufffd": {"a": "\\ud800"}}),
        (b"[" * 99 + b"]" * 99, None),
    ],
)
def test_what_could_not_be_printed_is_replaced(text: bytes, read: Any) -> None:
    assert read in (None, parse_json(text))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"", "not JSON"),
        (b"\xff\xfe\x00", "not JSON"),
        (b'"\xed\xa0\x80"', "not JSON"),
        (b'{"a": ' + b"9" * 5000, "not JSON"),
        (b"[" * 101 + b"]" * 101, "nested too deeply"),
        (b'{"a":' * 600 + b"1" + b"}" * 600, "nested too deeply"),
        (b"[" * 1_000_000, "not JSON"),
    ],
)
def test_what_is_not_read_says_why(text: bytes, why: str) -> None:
    with pytest.raises(UnusableDocument, match=why):
        parse_json(text)


def test_a_document_of_too_many_values_is_not_unfolded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MOST_VALUES", 10)
    assert parse_json(b"[" + b"0," * 8 + b"0]") == [0] * 9
    for text in (b"[" + b"0," * 20 + b"0]", b"[" + b"{}," * 20 + b"{}]"):
        with pytest.raises(UnusableDocument, match="more than 10 values"):
            parse_json(text)
    with pytest.raises(UnusableDocument, match="more than 10 values"):
        refuse_bulk(b"<a>" + b"<b/>" * 20 + b"</a>", b"<=")
