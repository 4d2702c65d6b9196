# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which job belongs to which target, and to which part of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.model.states import State
from ansible_collections.nightshift.backup.plugins.module_utils.model.target import Target
from ansible_collections.nightshift.backup.plugins.module_utils.model.task import Task
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault import owners
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.owners import Owners
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.parts import grouped
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.targets import (
    entity_matches,
    parse_targets,
)

PART = {"backupset": "b", "subclient": "s"}


def entity(number: int, **more: Any) -> dict[str, Any]:
    return {"clientId": number, "clientName": f"C{number}", "backupsetName": "b", "subclientName": "s", **more}


def test_every_way_to_name_a_client_is_found_by_every_way_to_show_it() -> None:
    targets = parse_targets(
        [{"client": "c1", **PART}, {"client_id": 2, **PART}, {"client": "c3", "client_id": 3, **PART}]
    )
    found = Owners(targets)
    for number in (1, 2, 3):
        assert found.verdicts(entity(number)) == {number - 1: True}
    assert found.verdicts(entity(1, clientId=0)) == {0: True, 1: None}
    assert found.verdicts(entity(2, clientName="")) == {0: None, 1: True}
    assert found.verdicts(entity(3, clientName="")) == {0: None, 2: True}
    assert found.verdicts(entity(0, clientName="")) == {0: None, 1: None, 2: None}
    assert found.verdicts(entity(4)) == {}


def test_jobs_and_targets_are_not_compared_pair_by_pair(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = 0

    def counting(target: Target, shown: Mapping[str, Any]) -> bool | None:
        nonlocal compared
        compared += 1
        return entity_matches(target, shown)

    monkeypatch.setattr(owners, "entity_matches", counting)
    count = 500
    found = Owners(parse_targets([{"client": f"c{number}", **PART} for number in range(1, count + 1)]))
    for number in range(1, count + 1):
        assert found.verdicts(entity(number)) == {number - 1: True}
    assert compared == count


def part(number: int, backupset: str, subclient: str, **more: Any) -> dict[str, Any]:
    return {"subclientId": number, "backupsetName": backupset, "subclientName": subclient, **more}


def job(number: int, shown: Mapping[str, Any]) -> Task:
    return Task(str(number), State.SUCCEEDED, entity=shown)


def test_parts_of_one_name_in_several_sets_stay_apart() -> None:
    parts = [
        part(1, "a", "default"),
        part(2, "b", "Default"),
        part(3, "b", "extra"),
        part(4, "c", "x"),
        part(5, "c", "x"),
    ]
    jobs = [job(number, {"subclientId": number}) for number in (2, 3, 5)]
    assert {name: [task.id for task in tasks] for name, tasks in grouped(parts, jobs).items()} == {
        "a/default": [],
        "b/Default": ["2"],
        "extra": ["3"],
        "c/x (#4)": [],
        "c/x (#5)": ["5"],
    }


def test_a_job_without_an_id_belongs_to_the_part_of_its_whole_name() -> None:
    parts = [part(1, "a", "default"), part(2, "b", "default")]
    named = job(7, {"backupsetName": "B", "subclientName": "default"})
    assert grouped(parts, [named]) == {"a/default": [], "b/default": [named]}
