# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import csv
import importlib.util
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any

import jsonschema
import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.arguments import (
    argument_spec,
    target_argument_spec,
)
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.field_types import LIST, Kind
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.fields import BY_WIRE, FIELDS
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.payload_fields import (
    PLATFORM_FIELDS,
)
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.schemas import request_schema
from ansible_collections.nightshift.backup.tests.unit.platforms.commvault.samples import FIXTURES

ROOT = Path(__file__).resolve().parents[4]

# The rows of the page's table that are about schedules alone.
OF_SCHEDULES = {"pattern", "calendar", "daysToRun", "repeatPattern", "TimeZone", "alert"}
SCHEDULE_NAME = ("subTaskName", "subTask", "subTasks")
# The page gives this one another parent than its neighbours and its own sample do.
MISPLACED = {("sequenceNumber", "task", "subTasks"): ("sequenceNumber", "task", "taskInfo")}


def documented_parameters() -> Iterator[tuple[str, str, str]]:
    with (FIXTURES / "create-task-xml-page-parameters.tsv").open(encoding="utf-8") as file:
        for name, element, parent in islice(csv.reader(file, delimiter="\t"), 1, None):
            row = (name, element, parent)
            if element not in OF_SCHEDULES and row != SCHEDULE_NAME:
                yield MISPLACED.get(row, row)


def test_the_list_of_the_page_is_whole() -> None:
    assert len(list(documented_parameters())) == 71


@pytest.mark.parametrize("parameter", list(documented_parameters()), ids="-".join)
def test_every_parameter_of_the_xml_page_has_a_row(parameter: tuple[str, str, str]) -> None:
    ways = [("taskInfo", *wire.replace(LIST, "").split("/")) for wire in BY_WIRE]
    name, element, parent = parameter
    assert any(way[-3:] == (parent, element, name) for way in ways)


def test_rows_are_unique_and_usable() -> None:
    assert len(BY_WIRE) == len(FIELDS)
    options = [(field.scope, field.option) for field in FIELDS if field.option]
    assert len(set(options)) == len(options)
    for field in FIELDS:
        assert (field.kind is Kind.ENUM) == (field.enum is not None), field.wire
        if field.scope.value in ("targets", "commvault"):
            assert field.description, field.wire
            assert all(sentence.endswith(".") for sentence in field.description), field.wire


def test_argument_spec_has_every_option_and_sends_nothing_unasked() -> None:
    for field in PLATFORM_FIELDS:
        spec = argument_spec()
        for step in field.option[:-1]:
            spec = spec[step]["options"]
        argument = spec[field.option[-1]]
        assert "default" not in argument
        assert argument["type"] == {Kind.ENUM: "str", Kind.DURATION: "str"}.get(field.kind, field.kind.value)
    assert "default" not in str(target_argument_spec())


def test_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(request_schema())


@pytest.fixture
def generator() -> ModuleType:
    path = ROOT / "scripts" / "generate_doc_fragments.py"
    spec = importlib.util.spec_from_file_location("generate_doc_fragments", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_doc_fragments_are_what_the_table_says(generator: Any) -> None:
    for name, text in generator.fragments().items():
        assert (ROOT / "plugins" / "doc_fragments" / name).read_text(encoding="utf-8") == text, (
            f"{name} is out of date; run scripts/generate_doc_fragments.py"
        )
