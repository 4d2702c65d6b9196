# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From options to a session, without a request."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.api.errors import InvalidOption
from ansible_collections.nightshift.backup.plugins.module_utils.connect import connection_from, open_session
from ansible_collections.nightshift.backup.plugins.module_utils.entrypoints.session import ENTRY
from ansible_collections.nightshift.backup.plugins.module_utils.runner import Run, execute

PARAMS = {"platform": "commvault", "url": "https://h/commandcenter/api", "token": None, "username": None}


@pytest.mark.parametrize("given", [{}, {"username": "u"}, {"password": "p"}])
def test_something_to_log_in_with_is_needed(given: dict[str, Any]) -> None:
    with pytest.raises(InvalidOption, match="nothing to log in with"):
        open_session(Run({**PARAMS, **given}))


def test_plain_http_warns() -> None:
    run = Run({**PARAMS, "url": "http://h/api", "token": "t" * 8})
    open_session(run).close()
    assert len(run.warnings) == 1
    assert "not encrypted" in run.warnings[0]


def test_https_does_not_warn() -> None:
    run = Run({**PARAMS, "token": "t" * 8})
    open_session(run).close()
    assert run.warnings == []


def test_null_leaves_the_default() -> None:
    connection = connection_from({**PARAMS, "token": "abcd", "retries": None, "timeout": 5.0})
    assert (connection.retries, connection.timeout) == (3, 5.0)


def test_what_the_session_learns_is_masked_in_lines_and_results() -> None:
    shown: list[str] = []
    run = Run({**PARAMS, "token": "QSDK abcdef123"}, show=shown.append)
    open_session(run).close()
    run.show("with abcdef123")
    assert shown == ["with ********"]
    assert run.mask("QSDK abcdef123") == "********"


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"state": "absent"}, "There is no session to log out."),
        ({"state": "present", "token": "abcd"}, "A token was given, so it is used."),
    ],
)
def test_a_session_that_has_nothing_to_do_sends_nothing(params: dict[str, Any], words: str) -> None:
    result = execute(ENTRY, Run({**PARAMS, "url": "https://127.0.0.1:9/api", **params}))
    assert result["msg"] == words
    assert result["changed"] is False
    assert "token" not in result


def test_a_token_of_the_environment_is_not_logged_out() -> None:
    assert "token" in ENTRY.variables({})
    assert "token" in ENTRY.variables({"state": "present"})
    assert "token" not in ENTRY.variables({"state": "absent"})
