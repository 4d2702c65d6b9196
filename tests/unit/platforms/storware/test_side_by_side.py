# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What has to be read one by one is read side by side: in the same order, with the same failures, and each once."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.api.errors import Rejected, ServiceError
from ansible_collections.nightshift.backup.plugins.module_utils.api.side_by_side import READERS
from ansible_collections.nightshift.backup.plugins.module_utils.model.levels import Level
from ansible_collections.nightshift.backup.plugins.module_utils.model.query import TaskQuery
from ansible_collections.nightshift.backup.plugins.module_utils.model.request import BackupRequest
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.storware import calls
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.storware.protection import StorwareProtection
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.storware.resolve import Resolver
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.storware.targets import parse_targets
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.storware.task_queries import find_tasks
from ansible_collections.nightshift.backup.tests.unit.platforms.storware.scripted import (
    POLICY,
    Refusal,
    Script,
    guid,
    rule,
    task,
    vm,
)

NUMBERS = range(1, 16)


class Crowd:
    """Answers that take their time, and the most of them that were made at once."""

    def __init__(self) -> None:
        self.most = 0
        self._now = 0
        self._guard = threading.Lock()

    def slowly(self, document: Any) -> Callable[[Any, Any], Any]:
        """Return what answers with a document after a moment."""

        def answer(_query: Any, _body: Any) -> Any:
            with self._guard:
                self._now += 1
                self.most = max(self.most, self._now)
            time.sleep(0.002)
            with self._guard:
                self._now -= 1
            return document

        return answer


def asked(script: Script) -> Counter[str]:
    """Return how often each path was read."""
    return Counter(path for _how, path, _query, _body in script.calls)


def test_tasks_with_their_extended_records(script: Script) -> None:
    crowd = Crowd()
    script.says("tasks", [task(number) for number in NUMBERS])
    for number in NUMBERS:
        script.says(f"tasks/{guid(number)}", crowd.slowly(task(number, progressChange=number)))
    script.says(f"tasks/{guid(3)}", 404)
    query = TaskQuery(filters={"extended": True}, order_by="guid", descending=False, limit=12)
    found = find_tasks(script.session, query, time.time).tasks
    assert [one.id for one in found] == [guid(number) for number in NUMBERS[:12]]
    assert [one.raw.get("progressChange") for one in found] == [None if n == 3 else n for n in NUMBERS[:12]]
    assert asked(script) == Counter({"tasks": 1, **{f"tasks/{guid(number)}": 1 for number in NUMBERS[:12]}})
    assert 1 < crowd.most <= READERS


def test_tasks_that_a_listing_does_not_hold(script: Script) -> None:
    script.says("tasks/detailed", [task(1)])
    for number in NUMBERS[1:]:
        script.says(f"tasks/{guid(number)}", task(number))
    script.says(f"tasks/{guid(5)}", 404)
    wanted = [guid(number) for number in NUMBERS]
    assert list(calls.read_tasks(script.session, wanted)) == [one for one in wanted if one != guid(5)]
    for number in (14, 4, 9):
        script.says(f"tasks/{guid(number)}", Refusal(400, f"number {number}"))
    with pytest.raises(Rejected, match="number 4"):
        calls.read_tasks(script.session, wanted)
    count = len(script.calls)
    time.sleep(0.01)
    assert len(script.calls) == count


@pytest.fixture
def estate(script: Script) -> Script:
    """A server whose lists do not tell the policies of its VMs, and which refuses to show the seventh."""
    bare = {"vmBackupPolicy": None}
    script.says("virtual-machines", [vm(guid(number), f"vm{number}", **bare) for number in NUMBERS])
    for number in NUMBERS:
        script.says(f"virtual-machines/{guid(number)}", vm(guid(number), f"vm{number}"))
    script.says(f"virtual-machines/{guid(7)}", Refusal(400, "not this one"))
    policy = {"guid": POLICY, "name": "gold", "active": True, "rules": [rule(50, "daily")]}
    script.says(f"policies/vm-backup/{POLICY}", policy)
    script.says("policies/vm-backup", [policy])
    script.says("schedules", [])
    script.says("backups", [])
    script.says("tasks/detailed", [])
    return script


def names(*others: str) -> list[dict[str, str]]:
    return [*({"name": f"vm{number}"} for number in NUMBERS), *({"name": name} for name in others)]


def test_the_policies_of_many_targets(estate: Script) -> None:
    request = BackupRequest(parse_targets(names("nowhere")), Level.FULL)
    found = Resolver(estate.session, request).run()
    assert list(found) == list(range(len(NUMBERS) + 1))
    assert [place for place, one in found.items() if isinstance(one, ServiceError)] == [6, 15]
    assert {one.resolved["rules"] for one in found.values() if not isinstance(one, ServiceError)} == {(guid(50),)}
    assert asked(estate) == Counter(
        {
            "virtual-machines": 1,
            f"policies/vm-backup/{POLICY}": 1,
            **{f"virtual-machines/{guid(number)}": 1 for number in NUMBERS},
        }
    )


def test_what_speaks_for_many_targets(estate: Script) -> None:
    found = StorwareProtection(estate.session).evidence(parse_targets(names("nowhere")), 3600)
    assert [one.target.label for one in found] == [*(f"vm{number}" for number in NUMBERS), "nowhere"]
    assert [place for place, one in enumerate(found) if one.error is not None] == [6, 15]
    counted = asked(estate)
    assert counted["virtual-machines"] == 1
    # Few enough to be asked for one by one.
    assert counted["backups"] == len(NUMBERS)
    assert all(counted[f"virtual-machines/{guid(number)}"] == 1 for number in NUMBERS)
