# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.api.connection import Connection
from ansible_collections.nightshift.backup.plugins.module_utils.api.errors import InvalidOption


@pytest.mark.parametrize(
    ("given", "cleaned"),
    [
        ("https://cs.example.com/commandcenter/api/", "https://cs.example.com/commandcenter/api"),
        (" HTTPS://CS.example.com//commandcenter//api// ", "https://cs.example.com/commandcenter/api"),
        ("http://cs:81/SearchSvc/CVWebService.svc", "http://cs:81/SearchSvc/CVWebService.svc"),
        ("https://[::1]:8181/api", "https://[::1]:8181/api"),
        ("https://cs", "https://cs"),
    ],
)
def test_a_url_is_cleaned(given: str, cleaned: str) -> None:
    assert Connection(given).url == cleaned


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://admin:hunter22@cs/api", "contains credentials"),
        ("https://hunter22@cs/api", "contains credentials"),
        ("ftp://cs/api", "must begin with https://"),
        ("cs.example.com/hunter22", "must begin with https://"),
        ("https:///api", "names no host"),
        ("https://cs/api?token=hunter22", "query"),
        ("https://cs/api#hunter22", "query"),
        ("https://cs:http/hunter22", "port"),
        ("https://cs:99999/hunter22", "port"),
        ("https://cs/hunter22 /x", "blanks"),
        ("https://cs\\@evil/hunter22", "blanks or backslashes"),
        ("https://cs/../hunter22", ".."),
        ("", "must begin with https://"),
    ],
)
def test_a_url_that_cannot_be_used_is_refused_without_repeating_it(url: str, words: str) -> None:
    with pytest.raises(InvalidOption) as caught:
        Connection(url)
    assert words in str(caught.value)
    assert "hunter22" not in str(caught.value)
    assert caught.value.next_step


@pytest.mark.parametrize(
    "options",
    [
        {"token": "  "},
        {"token": "two\nlines"},
        {"token": "tökén"},
        {"username": " "},
        {"password": ""},
        {"client_key": "/k.pem"},
        {"timeout": 0},
        {"timeout": float("nan")},
        {"timeout": float("inf")},
        {"retries": -1},
        {"retries": 21},
    ],
)
def test_options_that_cannot_be_honoured_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(InvalidOption) as caught:
        Connection("https://cs", **options)
    assert caught.value.next_step


def test_a_token_from_a_file_may_end_with_a_line_feed() -> None:
    assert Connection("https://cs", token="QSDK abc\n").token == "QSDK abc"


def test_secrets_are_not_shown() -> None:
    connection = Connection("https://cs", token="token-value", username="admin", password="pass-word")
    assert "token-value" not in repr(connection)
    assert "pass-word" not in repr(connection)
    assert connection.secrets == ("token-value", "pass-word")


def test_paths_are_joined_below_the_root() -> None:
    connection = Connection("https://cs/commandcenter/api/")
    assert connection.join("CreateTask") == "https://cs/commandcenter/api/CreateTask"
    assert connection.join("/Job/17") == "https://cs/commandcenter/api/Job/17"
    assert connection.join("Qcommand/qoperation%20execute").endswith("/Qcommand/qoperation%20execute")


@pytest.mark.parametrize(
    "path",
    ["../secret", "Job/../../x", "Job/%2e%2e/x", "Job/..\\x", "Job?x=1", "Job#x", "Job/\n", "https://evil/x",
     "Job/./x", "Job//x", "Job/%2f..", "Job/%252e", "Job/1;x", "Job/é", "Job/1 2", "Job/\x00", "", "tasks/\ud800"],
)  # fmt: skip
def test_paths_that_leave_the_root_are_refused(path: str) -> None:
    with pytest.raises(InvalidOption):
        Connection("https://cs/api").join(path)


@pytest.mark.parametrize("option", ["ca_path", "client_cert", "client_key"])
def test_the_content_of_a_file_is_not_its_name(option: str) -> None:
    content = "  -----BEGIN PRIVATE KEY-----\nsecret\n-----END PRIVATE KEY-----"
    options: dict[str, Any] = {"client_cert": "cert.pem", option: content}
    with pytest.raises(InvalidOption, match=f"{option} must be the name of a file") as caught:
        Connection("https://cs", **options)
    assert "secret" not in str(caught.value)
