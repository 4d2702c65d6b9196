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
