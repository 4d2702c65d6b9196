# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known of Ansible's inside."""

from __future__ import annotations

import ast
import os
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.entrypoints import backup_schedule, backup_schedules
from ansible_collections.nightshift.backup.plugins.module_utils.python_version import OLDEST, require_python
from ansible_collections.nightshift.backup.plugins.module_utils.runner import EntryPoint
from ansible_collections.nightshift.backup.plugins.plugin_utils.controller import (
    environment_of_task,
    is_own_interpreter,
    plain_arguments,
    validate,
)

ENTRY = EntryPoint(
    name="probe",
    argument_spec={
        "password": {"no_log": True},
        "deep": {"type": "list", "elements": "dict", "options": {"key": {"no_log": True}}},
        "number": {"type": "int"},
    },
    run=lambda _run: {},
)


REPOSITORY = Path(__file__).parents[3]


def test_the_environment_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROBE_OLD", "old")
    monkeypatch.delenv("PROBE_NEW", raising=False)
    before = dict(os.environ)

    def fail() -> None:
        with environment_of_task({"PROBE_OLD": "other", "PROBE_NEW": "new"}):
            assert os.environ["PROBE_OLD"] + os.environ["PROBE_NEW"] == "othernew"
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert dict(os.environ) == before


def test_the_environment_comes_back_even_where_the_flow_removed_something() -> None:
    with environment_of_task({"PROBE_NEW": "new"}):
        del os.environ["PROBE_NEW"]
    assert "PROBE_NEW" not in os.environ


@pytest.mark.parametrize("interpreter", [None, "", " ", "auto", "auto_silent", "auto_legacy", sys.executable, object()])
def test_no_python_of_its_own(interpreter: object) -> None:
    assert is_own_interpreter(interpreter)


@pytest.mark.parametrize("interpreter", ["/usr/bin/env python3", "python3", "/nowhere/python"])
def test_a_python_of_its_own(interpreter: str) -> None:
    assert not is_own_interpreter(interpreter)


def test_a_virtual_environment_is_not_the_python_it_was_made_from() -> None:
    made_from = Path(sys.executable).resolve()
    assert is_own_interpreter(str(made_from)) is (made_from.parent == Path(sys.executable).parent.resolve())


def test_another_environment_of_the_same_python_is_another(tmp_path: Path) -> None:
    (tmp_path / "python").symlink_to(Path(sys.executable).resolve())
    assert not is_own_interpreter(str(tmp_path / "python"))


def test_arguments_that_no_module_could_get_are_refused() -> None:
    with pytest.raises(TypeError):
        plain_arguments({"a": object()})


def test_arguments_beyond_any_depth_are_refused_by_their_name() -> None:
    value: Any = "deep"
    for _level in range(5000):
        value = [value]
    arguments = {"url": "https://h/api", "raw": {"a": value}}
    # How deep an encoder gets depends on the Python; what it does not notice is noticed next.
    try:
        problem = validate(ENTRY, plain_arguments(arguments), "probe").problem
    except TypeError as error:
        problem = str(error)
    assert problem == "raw is nested more than 100 levels deep."


def test_secrets_of_suboptions_are_collected() -> None:
    checked = validate(ENTRY, {"password": "pass-word", "deep": [{"key": "deep-key"}]}, "probe")
    assert checked.problem == ""
    assert {"pass-word", "deep-key"} <= set(checked.secrets)


def test_a_problem_holds_no_secret() -> None:
    checked = validate(ENTRY, {"password": "pass-word", "number": "pass-word"}, "probe")
    assert "number" in checked.problem
    assert "pass-word" not in checked.problem


def test_what_an_unknown_option_was_given_is_not_repeated() -> None:
    checked = validate(ENTRY, {"pasword": "pass-word", "deep": [{"kee": "deep-key"}], "number": 7}, "probe")
    assert checked.problem.startswith("Unsupported parameters for (probe) module: deep.kee, pasword.")
    assert not {"pass-word", "deep-key"} & set(re.findall("[a-z-]+", repr(checked.params)))
    assert checked.params["number"] == 7


def test_what_an_unknown_option_of_a_schedule_was_given_is_not_repeated() -> None:
    pattern = {"frequency": "daily", "native": {"freq_type": 4}}
    entry = {"name": "nightly", "targets": [{"client": "a"}], "pattern": pattern, "raw": {"taskInfo": {}}}
    spoilt = {**entry, "targets": [{"client": "a", "pasword": "x"}], "pattern": {**pattern, "token": "x"}, "key": "x"}
    scope = {"name": "*", "targets": [{"client": "a"}]}
    spoilt_scope = {"name": "*", "targets": [{"client": "a", "pasword": "x"}], "token": "x"}
    assert backup_schedule.ENTRY.recorded(spoilt) == entry
    given = {"schedules": [spoilt, "no entry"], "scope": spoilt_scope}
    assert backup_schedules.ENTRY.recorded(given) == {"schedules": [entry, "no entry"], "scope": scope}


def test_the_content_of_a_key_is_refused_before_it_travels() -> None:
    entry = EntryPoint(name="probe", argument_spec={"client_key": {"type": "path"}}, run=lambda _run: {})
    checked = validate(entry, {"client_key": "-----BEGIN PRIVATE KEY-----\nc2VjcmV0a2V5\n"}, "probe")
    assert checked.problem.startswith("client_key must be the name of a file")
    assert "c2VjcmV0a2V5" in checked.secrets


def test_an_old_python_ends_the_module(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    require_python()
    monkeypatch.setattr(sys, "version_info", (3, 9, 18))
    with pytest.raises(SystemExit):
        require_python()
    assert OLDEST == (3, 10)
    assert "needs Python 3.10 or later" in capsys.readouterr().out


def test_modules_can_be_read_by_every_python() -> None:
    """So that they get to say their sentence: what they are written in is known to Python 2.7 as well."""
    for path in (REPOSITORY / "plugins" / "modules").glob("*.py"):
        tree = ast.parse(path.read_text())
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        assert [node.name for node in functions if node.returns is not None] == [], path.name
        imports = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        assert str(imports[0]).endswith("module_utils.python_version"), path.name
        newer = (ast.AnnAssign, ast.JoinedStr, ast.NamedExpr, ast.AsyncFunctionDef)
        assert not [node for node in ast.walk(tree) if isinstance(node, newer)], path.name
