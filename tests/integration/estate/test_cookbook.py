# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every recipe of the cookbook does what its text says, and a second run changes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml
from ansible_collections.nightshift.backup.tests.integration.estate.harness import REPOSITORY, Estate

PAGE = (REPOSITORY / "docs" / "cookbook.md").read_text(encoding="utf-8")
NOW = "2027-01-15T12:00:00Z"
STORWARE = {"platform": "storware", "username": "admin"}
_SECTION = re.compile(r"^### (?P<number>\d+)\. (?P<title>.+?)\n(?P<body>.*?)(?=^##|\Z)", re.MULTILINE | re.DOTALL)
_RUNS = re.compile(r"^Next runs(?: of (?P<name>[^:]+))?: (?P<times>[^.]+)\.$", re.MULTILINE)


@dataclass(frozen=True)
class Recipe:
    number: int
    title: str
    connection: dict[str, str]
    tasks: list[dict[str, Any]]
    runs: list[tuple[str | None, list[str]]]


def recipes() -> Iterator[Recipe]:
    for section in _SECTION.finditer(PAGE):
        blocks = re.findall(r"```yaml\n(.*?)```", section["body"], re.DOTALL)
        runs = [(found["name"], re.findall(r"`([^`]+)`", found["times"])) for found in _RUNS.finditer(section["body"])]
        tasks = [task for block in blocks for task in yaml.safe_load(block)]
        on_storware = section.start() > PAGE.index("\n## On Storware\n")
        yield Recipe(int(section["number"]), section["title"], STORWARE if on_storware else {}, tasks, runs)


def module_of(task: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    (name,) = (key for key in task if key.startswith("nightshift.backup."))
    return name.rpartition(".")[2], task[name]


def shown_runs(result: dict[str, Any]) -> list[tuple[str | None, list[str]]]:
    """Return the next two runs of each schedule of a result, in the form of the page."""
    rows = [(row["name"], row["next_runs"]) for row in result.get("schedules", [])]
    rows = rows or [(None, result.get("next_runs", []))]
    return [(name, [run["at"] for run in runs[:2]]) for name, runs in rows if runs]


def test_there_are_forty_recipes_in_order_and_lines_are_short() -> None:
    assert [recipe.number for recipe in recipes()] == list(range(1, 41))
    assert all(recipe.tasks for recipe in recipes())
    assert [line for line in PAGE.splitlines() if len(line) > 120] == []


def test_every_recipe_holds_what_it_promises(estate: Estate) -> None:
    estate.control("POST", "clock", {"set": NOW})
    secret = {"password": estate.ready["password"]}
    for recipe in recipes():
        connection = {**recipe.connection, **(secret if recipe.connection else {})}
        runs: list[tuple[str | None, list[str]]] = []
        for task in recipe.tasks:
            module, arguments = module_of(task)
            first = estate.play(module, **connection, **arguments)
            assert not first.get("failed"), (recipe.title, first.get("msg"))
            assert first["changed"] is True, recipe.title
            if module == "backup_task":
                assert [row["state"] for row in first["tasks"]] == ["succeeded"]
                continue
            runs += shown_runs(first)
            estate.received()
            assert estate.play(module, **connection, **arguments)["changed"] is False, recipe.title
            assert estate.writes() == [], recipe.title
        assert runs == recipe.runs, recipe.title
