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
from ansible_collections.nightshift.backup.plugins.module_utils.api.replies import quote as quoted
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


SPELLINGS += [
    repr(SECRET)[1:-1],
    repr(SECRET.encode())[2:-1],
    repr([f"it's {SECRET}"])[8:-2],
    json.dumps(SECRET)[1:-1].replace("/", "\\/"),
    # As the JSON libraries of Java and .NET write what could be taken for HTML.
    json.dumps(SECRET)[1:-1].replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"),
    SECRET.replace("\\", "\\\\")
    .replace('"', "\\u0022")
    .replace("<", "\\u003C")
    .replace(">", "\\u003E")
    .replace("&", "\\u0026")
    .replace("ü", "\\u00FC"),
    html.escape(SECRET).replace("&quot;", "&#34;"),
    # As JavaScript and Java encode a part of an address.
    quote(SECRET, safe="!'()*~"),
    quote_plus(SECRET, safe="*"),
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_is_masked(spelling: str) -> None:
    text = Redactor([SECRET]).text(f"before {spelling} after")
    assert spelling.strip('"') not in text
    assert MASK in text
    assert text.startswith("before")
    assert text.endswith("after")


@pytest.mark.parametrize(
    "secret", ["it's !(a) ~secret*", "two  blanks\tand a\nline", "line end 77\n", "a&amp;b <i>c</i>d"]
)
def test_what_quoting_and_encoding_make_of_a_secret_is_masked(secret: str) -> None:
    for spelling in (
        quoted(secret),
        html.unescape(secret),
        quote(secret, safe="!'()*~"),
        quote_plus(secret, safe="*"),
        html.escape(secret).replace("&#x27;", "&apos;"),
        html.escape(secret).replace("&#x27;", "&#39;"),
        quoted(secret.replace("<i>", " ").replace("</i>", " ")),
        base64.b64encode(secret.strip().encode()).decode(),
        repr(secret)[1:-1],
        repr(f'"{secret}')[2:-1],
    ):
        assert Redactor([secret]).text(f"before {spelling} after") == f"before {MASK} after"


@pytest.mark.parametrize("kept", [4, 5, 11, 12])
def test_a_secret_that_was_cut_off_is_masked(kept: int) -> None:
    redactor = Redactor(["QSDK 5d1e77c0ffee", "5d1e77c0ffee"])
    assert redactor.text(f"no: {'5d1e77c0ffee'[:kept]}… or {'5d1e77c0ffee'[:kept]}…") == f"no: {MASK}… or {MASK}…"
    assert redactor.text(f"no: QSDK {'5d1e77c0ffee'[:kept]}…") == f"no: {MASK}…"


def test_words_that_were_cut_off_stay() -> None:
    assert Redactor(["5d1e77c0ffee"]).text("the 5d1… and so on…") == "the 5d1… and so on…"


@given(st.text(min_size=4).filter(lambda text: text.strip() == text), st.integers(0, 499))
def test_quoting_brings_no_secret_back(secret: str, before: int) -> None:
    text = Redactor([secret]).text(quoted("-" * before + secret + "-" * 500))
    shown = quoted(secret)
    assert len(shown) < 4 or shown[:4] not in text.lstrip("-") or shown[:4] in f"----{MASK}…"


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
