# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection options, in the spec, in the documentation and in the environment."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from ansible_collections.nightshift.backup.plugins.doc_fragments.connection import ModuleDocFragment
from ansible_collections.nightshift.backup.plugins.module_utils.api.connection import Connection
from ansible_collections.nightshift.backup.plugins.module_utils.arguments import (
    CONNECTION_SPEC,
    ENVIRONMENT,
    option_names,
    unusable,
    with_environment,
    without_nulls,
)
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.registry import PLATFORMS

DOCUMENTED = yaml.safe_load(ModuleDocFragment.DOCUMENTATION)["options"]


def test_the_documentation_has_the_options_of_the_spec() -> None:
    assert list(DOCUMENTED) == list(CONNECTION_SPEC)
    for name, spec in CONNECTION_SPEC.items():
        kept = {key: value for key, value in DOCUMENTED[name].items() if key != "description"}
        assert kept == {key: value for key, value in spec.items() if key != "no_log"}, name


@pytest.mark.parametrize("option", list(CONNECTION_SPEC))
def test_the_documentation_names_the_variable_of_an_option(option: str) -> None:
    said = " ".join(DOCUMENTED[option]["description"])
    named = f"If not given, E({ENVIRONMENT[option]}) is used." if option in ENVIRONMENT else ""
    assert named in said
    assert ("If not given, E(" in said) is (option in ENVIRONMENT)


def test_secrets_are_marked() -> None:
    assert {name for name, spec in CONNECTION_SPEC.items() if spec.get("no_log")} == {"token", "password"}


def test_every_option_reaches_the_connection() -> None:
    assert set(CONNECTION_SPEC) - {"platform"} == set(Connection.__dataclass_fields__)


def test_defaults_are_those_of_the_connection() -> None:
    defaults = {name: spec["default"] for name, spec in CONNECTION_SPEC.items() if "default" in spec}
    assert defaults == {name: getattr(Connection(url="https://h/api"), name) for name in defaults}


def test_platforms_are_those_that_are_registered() -> None:
    assert CONNECTION_SPEC["platform"]["choices"] == sorted(PLATFORMS)
    assert all(name == entry.name for name, entry in PLATFORMS.items())


SPEC: dict[str, dict[str, Any]] = {
    "a": {},
    "d": {"options": {"x": {}, "y": {"options": {"z": {}}}}},
    "l": {"elements": "dict", "options": {"x": {}}},
    "free": {"type": "dict"},
}


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ({"a": None}, {}),
        ({"a": 0, "d": {}}, {"a": 0, "d": {}}),
        ({"d": {"x": None, "y": {"z": None}}}, {"d": {"y": {}}}),
        ({"l": [{"x": None}, {"x": 1}, "odd"]}, {"l": [{}, {"x": 1}, "odd"]}),
        ({"free": {"x": None}}, {"free": {"x": None}}),
        ({"unknown": None}, {"unknown": None}),
    ],
)
def test_null_is_not_given(given: dict[str, Any], left: dict[str, Any]) -> None:
    assert without_nulls(given, SPEC) == left


def test_the_environment_completes_what_was_not_given() -> None:
    variables = {"a": "A", "b": "B", "c": "C"}
    environment = {"A": "from A", "B": "from B", "C": "", "D": "from D"}
    assert with_environment({"a": "given"}, variables, environment) == {"a": "given", "b": "from B"}


def test_names_of_suboptions_are_names() -> None:
    assert sorted(set(option_names(SPEC))) == ["a", "d", "free", "l", "x", "y", "z"]


FORM: dict[str, dict[str, Any]] = {
    "password": {"type": "str", "no_log": True},
    "targets": {"type": "list", "elements": "dict", "options": {"client": {"type": "str"}, "more": {"type": "dict"}}},
    "raw": {"type": "dict"},
    "ids": {"type": "list", "elements": "raw"},
    "retries": {"type": "int"},
    "wait": {"type": "float"},
    "pattern": {"type": "dict", "options": {"every": {"type": "int"}, "days": {"type": "list", "elements": "int"}}},
}


def nested(depth: int) -> Any:
    value: Any = "deep"
    for _level in range(depth):
        value = {"a": [value]}
    return value


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"targets": [{"client": "a"}, {"client": "b\x1b[31m"}]}, "targets[1].client holds a control character"),
        ({"targets": [{"client": "\x9b31m"}]}, "targets[0].client holds a control character"),
        ({"targets": [{"client": "a\x00"}]}, "targets[0].client holds a control character"),
        ({"raw": {"taskInfo": {"a\x7f": 1}}}, "a key of raw.taskInfo holds a control character"),
        ({"raw": {"a": ["\ud800"]}}, "raw.a[0] holds a character that is no text"),
        ({"password": "\udcff"}, "password holds a character that is no text"),
        ({"password": "x" * 20_001}, "password has 20001 characters"),
        ({"password": ["a"]}, "password must be text"),
        ({"targets": [{"client": "x" * 1_000_001}]}, "targets[0].client has 1000001 characters"),
        ({"raw": {"a": float("nan")}}, "raw.a is nan"),
        ({"timeout": 10**400}, "timeout is a number of more than 64 bits"),
        ({"raw": {"a": [-(2**64)]}}, "raw.a[0] is a number of more than 64 bits"),
        ({"raw": nested(60)}, "raw is nested more than 100 levels deep"),
        ({"ids": [nested(5000)]}, "ids is nested more than 100 levels deep"),
        ({"targets": 5}, "targets must be a list of dicts"),
        ({"targets": ""}, "targets must be a list of dicts"),
        ({"targets": "nonsense"}, "targets must be a list of dicts"),
        ({"targets": [{"more": "nonsense"}]}, "targets[0].more must be a dict"),
        ({"raw": ["a"]}, "raw must be a dict"),
        ({"retries": "INF"}, "retries is Infinity, a number that cannot be sent"),
        ({"retries": " -Infinity\n"}, "retries is -Infinity, a number that cannot be sent"),
        ({"retries": "sNaN"}, "retries is sNaN, a number that cannot be sent"),
        ({"retries": str(-(2**64))}, "retries is a number of more than 64 bits"),
        ({"retries": "1e400"}, "retries is a number of more than 64 bits"),
        ({"retries": "1e999999999"}, "retries is a number of more than 64 bits"),
        ({"wait": "inf"}, "wait is Infinity, a number that cannot be sent"),
        ({"pattern": {"every": "nan"}}, "pattern.every is NaN, a number"),
        ({"pattern": '{"every": "inf"}'}, "pattern.every is Infinity, a number"),
        ({"pattern": "every=inf"}, "pattern.every is Infinity, a number"),
        ({"pattern": {"days": [1, "inf"]}}, "pattern.days[1] is Infinity, a number"),
        ({"pattern": {"days": "1,inf"}}, "pattern.days[1] is Infinity, a number"),
    ],
)
def test_what_can_be_neither_sent_nor_shown_is_refused_by_its_name(arguments: dict[str, Any], said: str) -> None:
    assert unusable(arguments, FORM).startswith(said)


@pytest.mark.parametrize(
    "arguments",
    [
        {"password": "\x00\x1b\x9b"},
        {"targets": [{"client": " a\tb\r\n\u202eΩ🌙<&>'", "more": {"a": None}}]},
        {"targets": "client=a,client=b"},
        {"timeout": 2**64 - 1, "raw": {"a": -(2**63), "b": True}},
        {"targets": None, "raw": '{"a": 1}'},
        {"raw": nested(40), "ids": [1, "2", {"id": 3}], "unknown": object},
        {"raw": {"a": "inf"}, "ids": ["inf"], "unknown": "nan"},
        {"retries": str(2**64 - 1), "wait": "1e30", "pattern": "every=2,days=3"},
        {"retries": "many", "wait": "", "pattern": {"every": None, "days": {"a": 1}}},
    ],
)
def test_everything_else_is_left_to_those_who_know_the_options(arguments: dict[str, Any]) -> None:
    assert unusable(arguments, FORM) == ""
