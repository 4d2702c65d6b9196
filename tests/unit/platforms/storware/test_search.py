# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which tasks are taken for those of a start whose answer was lost."""

from __future__ import annotations

from typing import Any

from ansible_collections.nightshift.backup.plugins.module_utils.api.messages import Call
from ansible_collections.nightshift.backup.plugins.module_utils.model.target import Target
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.base import StartCall
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.storware.platform import StorwarePlatform
from ansible_collections.nightshift.backup.tests.unit.flows.fakes import FakeClock
from ansible_collections.nightshift.backup.tests.unit.platforms.storware import scripted
from ansible_collections.nightshift.backup.tests.unit.platforms.storware.scripted import NOW, VM, VM2, Script

BODY: dict[str, Any] = {"backupType": {"name": "FULL"}, "windowStart": int(NOW * 1000)}


def task(number: int, **more: Any) -> dict[str, Any]:
    """Return a task of which the server does not say when it was made."""
    return scripted.task(number, creationTime=None, **more)


def call(*entities: str) -> StartCall:
    targets = tuple(Target(at, {}, entity, {"guid": entity}) for at, entity in enumerate(entities))
    return StartCall(targets, Call.with_json("POST", "tasks/export", BODY), BODY)


def test_one_of_two_alike_is_not_chosen(script: Script) -> None:
    script.says("tasks/detailed", [task(1), task(2)])
    platform = StorwarePlatform(script.session, FakeClock())
    assert platform.find_started(call(VM), 1.0, frozenset()) is None


def test_one_target_of_two_is_not_all(script: Script) -> None:
    script.says("tasks/detailed", [task(1)])
    platform = StorwarePlatform(script.session, FakeClock())
    sighting = platform.find_started(call(VM, VM2), 1.0, frozenset())
    assert sighting is not None
    assert sighting.receipt.job_ids == (task(1)["guid"],)


def test_what_an_answer_leaves_out_and_no_list_shows_is_not_known(script: Script) -> None:
    second = task(2, protectedEntity={"guid": VM2, "name": "db02"})
    script.says("tasks/export", [task(1)])
    script.says("tasks/detailed", [task(1)])
    platform = StorwarePlatform(script.session, FakeClock())
    receipt = platform.start(call(VM, VM2))
    assert (receipt.complete, receipt.task_id) == (False, task(1)["guid"])
    script.says("tasks/detailed", [task(1), second])
    receipt = platform.start(call(VM, VM2))
    # Each has a task of its own, so none stands for both.
    assert (receipt.complete, receipt.task_id, len(receipt.job_ids)) == (True, None, 2)
