# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import base64
import html
import json
from urllib.parse import quote, quote_plus

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.api.errors import Rejected
from ansible_collections.nightshift.backup.plugins.module_utils.api.redact import MASK, Redactor
from hypothesis import given
from hypothesis import strategies as st

SECRET = 'p&ss <w"o\\rd>/ü 1'
SPELLINGS = [
    SECRET,
    json.dumps(SECRET),
    json.dumps(SECRET, ensure_ascii=False),
    html.escape(SECRET),
    quote(SECRET),
    quote(SECRET, safe="").lower().replace("%3c", "%3c"),
    quote_plus(SECRET),
    base64.b64encode(SECRET.encode()).decode(),
    base64.urlsafe_b64encode(SECRET.encode()).decode(),
    base64.b64encode(SECRET.encode()).decode().rstrip("="),
    quote(base64.b64encode(SECRET.encode()).decode(), safe=""),
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_is_masked(spelling: str) -> None:
    text = Redactor([SECRET]).text(f"before {spelling} after")
    assert spelling.strip('"') not in text
    assert MASK in text
    assert text.startswith("before")
    assert text.endswith("after")


def test_nested_data_is_masked_in_keys_and_values() -> None:
    value = {"a": ["xSECRETx", ("SECRET", 1, None, True)], "SECRET": {"b": b"SECRET"}, "c": {"SECRET"}}
    assert Redactor(["SECRET"]).value(value) == {
        "a": [f"x{MASK}x", (MASK, 1, None, True)],
        MASK: {"b": MASK.encode()},
        "c": {MASK},
    }


def test_a_short_secret_is_masked_only_where_it_stands_alone() -> None:
    redactor = Redactor(["ab"])
    assert redactor.text("a table, ab, 'ab' and abc") == f"a table, {MASK}, '{MASK}' and abc"


def test_blank_secrets_mask_nothing() -> None:
    assert Redactor(["", "  "]).text("some words") == "some words"
    assert Redactor().value({"a": "b"}) == {"a": "b"}


def test_the_longest_secret_goes_first() -> None:
    redactor = Redactor(["abcdef"])
    redactor.add(["QSDK abcdef"])
    assert redactor.text("token QSDK abcdef!") == f"token {MASK}!"


def test_errors_are_masked_in_all_their_texts() -> None:
    error = Rejected("the SECRET", next_step="hide the SECRET", code="SECRET", path="a/SECRET")
    Redactor(["SECRET"]).error(error)
    assert "SECRET" not in repr(vars(error)) + repr(error) + str(error) + str(error.as_result())


def test_a_redactor_shows_nothing() -> None:
    assert "SECRET" not in repr(Redactor(["SECRET"]))


@given(st.text(min_size=4).filter(lambda text: text.strip() == text), st.text(), st.text())
def test_no_secret_survives(secret: str, before: str, after: str) -> None:
    assert secret not in Redactor([secret]).text(before + secret + after) or secret in MASK
