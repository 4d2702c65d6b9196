# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The catalogue is what the vendor's page documents."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import jsonschema
import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.storware.operation_requests import (
    body_schema,
)
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.storware.operation_types import (
    Confirm,
    Effect,
    Operation,
)
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.storware.operations import BY_ID, OPERATIONS
from ansible_collections.nightshift.backup.tests.unit.platforms.storware.samples import documented_operations

ROOT = Path(__file__).resolve().parents[4]
BY_CALL = {(operation.method, operation.path): operation for operation in OPERATIONS}


def test_there_are_57() -> None:
    assert len(OPERATIONS) == len(BY_ID) == len(BY_CALL) == len(documented_operations()) == 57


@pytest.mark.parametrize("row", documented_operations(), ids=lambda row: f"{row['method']} {row['path']}")
def test_each_is_as_the_page_says(row: dict[str, str]) -> None:
    operation = BY_CALL[row["method"], row["path"]]
    assert str(operation.status) == row["status"]
    assert operation.response == row["response"]
    body = operation.body
    assert (("[]" if body.array else "") + body.type if body else "") == row["request"]
    documented = [entry.split(":") for entry in row["parameters"].split(";") if entry]
    assert ["guid"] * bool(operation.guid_of) == [name for name, where, _many, _values in documented if where == "path"]
    queried = {name: (many, values) for name, where, many, values in documented if where == "query"}
    assert [parameter.name for parameter in operation.query] == list(queried)
    for parameter in operation.query:
        many, values = queried[parameter.name]
        assert parameter.many == (many == "many")
        assert (values == "boolean") == (parameter.type == "bool")
        if "/" in values:
            assert "/".join(parameter.choices) == values


def test_lists_have_22_parameters() -> None:
    assert BY_ID["list_tasks"].query == BY_ID["list_tasks_detailed"].query
    assert len(BY_ID["list_tasks"].query) == 22


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)
def test_rows_agree_with_themselves(operation: Operation) -> None:
    assert (operation.method == "GET") == (operation.effect is Effect.READ)
    assert ("{guid}" in operation.path) == bool(operation.guid_of)
    assert (operation.effect is Effect.CREATES_TASKS) == (operation.judge.value != "none")
    assert operation.summary.endswith(".")
    assert not operation.note or operation.note.endswith(".")
    if operation.body is not None:
        jsonschema.Draft202012Validator.check_schema(body_schema(operation.body))


def test_what_has_to_be_confirmed() -> None:
    always = {one.id for one in OPERATIONS if one.confirm is Confirm.DESTROYS}
    assert always == {
        "create_delete_tasks",
        "create_batch_delete_tasks",
        "create_remove_old_backups",
        "create_remove_old_snapshots",
        "create_snapshot_reversion_task",
    }
    everything = {one.id for one in OPERATIONS if one.confirm is Confirm.EVERYTHING}
    assert everything == {one.id for one in OPERATIONS if "_all_" in one.id}
    assert len([one for one in OPERATIONS if one.confirm is Confirm.NODE]) == 13


def generator(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["generate_operation_table", "generate_task_filter_table"])
def test_a_page_is_what_the_catalogue_says(name: str) -> None:
    script = generator(name)
    text = script.DESTINATION.read_text(encoding="utf-8")
    assert text == script.page(), f"out of date; run scripts/{name}.py"
    assert max(map(len, text.splitlines())) <= 120
