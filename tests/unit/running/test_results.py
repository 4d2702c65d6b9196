# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Results are plain JSON without secrets."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from enum import Enum
from typing import Any

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.results import (
    clean_result,
    plain,
    secrets_of,
    without_secrets,
)
from hypothesis import given
from hypothesis import strategies as st

MASKED = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"


class Number(Enum):
    ONE = 1


@dataclass
class Pair:
    left: Any
    right: Any


class Odd:
    def __str__(self) -> str:
        return "odd"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Number.ONE, 1),
        (True, True),
        (1.5, 1.5),
        (float("nan"), None),
        (float("inf"), None),
        (b"\xff", "\ufffd"),
        ((1, (2,)), [1, [2]]),
        ({"b", "a"}, ["a", "b"]),
        ({1: {None: 2}}, {"1": {"None": 2}}),
        (Pair(Number.ONE, Pair(1, ())), {"left": 1, "right": {"left": 1, "right": []}}),
        (datetime(2026, 11, 22, 5, 0, tzinfo=timezone(timedelta(hours=2))), "2026-11-22T03:00:00Z"),
        (date(2026, 11, 22), "2026-11-22"),
        (Odd(), "odd"),
        (Pair, str(Pair)),
    ],
)
def test_everything_becomes_json(value: Any, expected: Any) -> None:
    assert plain(value) == expected


def test_texts_lose_their_type_and_are_passed_on() -> None:
    class Tagged(str):
        __slots__ = ()

    assert plain(Tagged("a")).__class__ is str
    assert plain({"key": ["a", b"b", Odd()], "a": {"b": 1}}, str.upper, {"key"}) == {
        "key": ["A", "B", "ODD"],
        "A": {"B": 1},
    }


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(JSON)
def test_json_stays_as_it_is(value: Any) -> None:
    assert plain(value) == value
    assert json.loads(json.dumps(plain(value))) == value


def test_every_spelling_of_a_secret_is_known() -> None:
    found = secrets_of({"platform": "commvault", "password": "pass/wörd", "token": "abcdef123"}, {"other one"})
    assert {"pass/wörd", "pass%2Fw%C3%B6rd", "cGFzcy93w7ZyZA==", "abcdef123", "QSDK abcdef123", "other one"} <= set(
        found
    )


def test_the_longest_secret_comes_first() -> None:
    found = secrets_of({}, {"abcd", "abcdef", "abc"})
    assert list(found) == sorted(found, key=len, reverse=True)
    assert without_secrets("abcdefg", found) == "********g"


def test_derived_forms_are_not_as_short_as_ordinary_words() -> None:
    assert secrets_of({}, {"ab "}) == ("YWI%3D", "ab%20", "YWI=", "YWIg", "ab ")


def test_what_the_platform_derives_is_known_in_every_spelling() -> None:
    found = secrets_of({"platform": "commvault", "token": "QSDK abc/def=="})
    assert {"abc/def==", "abc%2Fdef%3D%3D", "YWJjL2RlZj09"} <= set(found)


def test_a_key_given_instead_of_its_file_is_a_secret() -> None:
    key = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIGJ1\nc2VjcmV0a2V5\n-----END PRIVATE KEY-----\n"
    cleaned = clean_result(
        {"invocation": {"client_cert": f"x{key}", "client_key": key}, "msg": "at c2VjcmV0a2V5"},
        secrets_of({"client_key": key, "client_cert": f"x{key}", "ca_path": 5}),
        [],
    )
    assert "c2VjcmV0a2V5" not in str(cleaned)
    assert "MC4CAQ" not in str(cleaned)


@pytest.mark.parametrize(
    "url",
    [
        "https://admin:hunter%2F22@cs/api",
        "https://hunter%2F22@cs/api",
        "https://cs/api?token=hunter%2F22",
        "https://cs/api#hunter%2F22",
        "https://admin:hunter%2F22@cs:http/[api",
    ],
)
def test_credentials_in_a_url_are_secrets(url: str) -> None:
    cleaned = clean_result({"url": url, "msg": "hunter/22"}, secrets_of({"url": url}), [])
    assert "hunter" not in str(cleaned)
    assert cleaned["url"].startswith("https://")


def test_a_secret_as_short_as_ordinary_words_leaves_keys_alone() -> None:
    cleaned = clean_result({"last_good": "a", "runs": {"abcd": 1}}, ("abcd", "a"), [])
    assert cleaned == {"last_good": MASKED, "runs": {MASKED: 1}}


@pytest.mark.parametrize("params", [{}, {"platform": None, "password": None}, {"platform": 5, "token": 12345}])
def test_unvalidated_arguments_are_no_trouble(params: dict[str, Any]) -> None:
    assert all(isinstance(secret, str) for secret in secrets_of(params, ["", " "]))


def test_keys_are_masked_but_not_our_own() -> None:
    result = {"hunter22": 1, "x-hunter22": 2, "tasks": [{"hunter22": {"client": "hunter22"}}], "commvault": 3}
    cleaned = clean_result(result, ("commvault", "hunter22", "tasks"), ["commvault"])
    assert cleaned == {MASKED: 1, "x-********": 2, "tasks": [{MASKED: {"client": MASKED}}], "commvault": 3}


@given(st.text("abc%/ ", min_size=4), JSON)
def test_no_secret_survives(secret: str, around: Any) -> None:
    secrets = secrets_of({}, {secret})
    result = clean_result({"value": [around, f"{secret}{secret}", {secret: secret}]}, secrets, [])
    assert not secret.strip() or secret not in json.dumps(result["value"][1:], ensure_ascii=False)
