# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An entry point ends in a plain result, whatever happens in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.api.errors import (
    InvalidOption,
    MissingLibrary,
    Unreachable,
)
from ansible_collections.nightshift.backup.plugins.module_utils.arguments import ENVIRONMENT
from ansible_collections.nightshift.backup.plugins.module_utils.runner import (
    EntryPoint,
    Run,
    execute,
    invalid_arguments,
)


def entry(run: Callable[[Run], dict[str, Any]], **rest: Any) -> EntryPoint:
    return EntryPoint(name="probe", argument_spec={"a": {"options": {"b": {}}}}, run=run, **rest)


def raising(error: BaseException) -> Callable[[Run], dict[str, Any]]:
    def run(run: Run) -> dict[str, Any]:
        run.result["tasks"] = ["6441"]
        run.warn("careful")
        raise error

    return run


def test_a_result_is_complete() -> None:
    assert execute(entry(lambda _run: {"n": (1,)}), Run({})) == {"changed": False, "n": [1]}


def test_what_was_known_is_overwritten_by_what_is_returned() -> None:
    def run(run: Run) -> dict[str, Any]:
        run.result.update(tasks=["first"], left=1)
        return {"tasks": ["second"], "failed": True}

    assert execute(entry(run), Run({})) == {"changed": False, "tasks": ["second"], "left": 1, "failed": True}


def test_an_error_keeps_what_was_known() -> None:
    error = Unreachable("No way.", next_step="Look for one.", method="GET", path="Job")
    assert execute(entry(raising(error)), Run({})) == {
        "failed": True,
        "changed": False,
        "msg": "No way. Look for one.",
        "error": {
            "kind": "unreachable",
            "message": "No way.",
            "http_status": None,
            "code": None,
            "method": "GET",
            "path": "Job",
        },
        "tasks": ["6441"],
        "warnings": ["careful"],
    }


def test_an_invalid_option_looks_like_invalid_arguments() -> None:
    result = execute(entry(raising(InvalidOption("Not so."))), Run({}))
    assert {key: result[key] for key in invalid_arguments("Not so.")} == invalid_arguments("Not so.")


def test_a_missing_library_says_where_it_is_missing() -> None:
    result = execute(entry(raising(MissingLibrary("requests", "the trace"))), Run({}))
    assert "(requests) on " in result["msg"]
    assert result["exception"] == "the trace"
    assert result["error"]["kind"] == "invalid"


def test_a_defect_keeps_its_trace_out_of_the_message() -> None:
    result = execute(entry(raising(ZeroDivisionError("oh"))), Run({}))
    assert "ZeroDivisionError: oh" in result["msg"]
    assert "Traceback" not in result["msg"]
    assert "Traceback" in result["exception"]
    assert result["tasks"] == ["6441"]


def test_what_is_told_is_one_line_that_can_be_printed() -> None:
    def run(run: Run) -> dict[str, Any]:
        run.warn("of \x1b[31mred\nwords")
        raise InvalidOption("x" * 10_000, next_step="\x9b31m")

    result = execute(entry(run), Run({}))
    assert result["warnings"] == ["of  [31mred words"]
    assert len(result["msg"]) == len(result["error"]["message"]) == 4000
    assert result["msg"].endswith("…")
    assert invalid_arguments("a\x07b")["msg"] == "a b"


def test_endings_of_ansible_pass() -> None:
    class Ended(BaseException):
        pass

    with pytest.raises(Ended):
        execute(entry(raising(Ended())), Run({}))


def test_fresh_secrets_are_masked_but_in_hidden_results() -> None:
    def run(run: Run) -> dict[str, Any]:
        run.mask = lambda text: text.replace("fresh", "*")
        return {"token": "fresh", "raw": {"fresh": 1}}

    assert execute(entry(run), Run({})) == {"changed": False, "token": "*", "raw": {"*": 1}}
    assert execute(entry(run, hides_result=True), Run({}))["token"] == "fresh"


def test_a_hidden_result_that_failed_holds_no_fresh_secret() -> None:
    def run(run: Run) -> dict[str, Any]:
        run.mask = lambda text: text.replace("fresh", "*")
        raise KeyError("fresh")

    result = execute(entry(run, hides_result=True), Run({}))
    assert result["failed"] is True
    assert "fresh" not in str(result)


def test_names_and_variables_of_an_entry_point() -> None:
    assert entry(lambda _run: {}).option_names == {"a", "b"}
    assert entry(lambda _run: {}).variables({}) is ENVIRONMENT
    assert entry(lambda _run: {}, environment=lambda given: {"a": given["x"]}).variables({"x": "X"}) == {"a": "X"}
