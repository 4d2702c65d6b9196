# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a backup is over, and how it ended: whatever becomes of the tasks that make it."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.api.errors import NotFound
from ansible_collections.nightshift.backup.plugins.module_utils.model.levels import Level
from ansible_collections.nightshift.backup.plugins.module_utils.model.states import State
from ansible_collections.nightshift.backup.plugins.module_utils.model.task import Task
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.storware.chains import Chains
from ansible_collections.nightshift.backup.tests.unit.platforms.storware.scripted import (
    NOW,
    Script,
    backup,
    enum,
    guid,
    task,
)

OWN, COPY, STORE, BACKUP, OLD = 1, 2, 3, 7, 6


def follow(script: Script, looks: int = 1) -> Task | None:
    chains = Chains(script.session)
    begun = chains.add(task(OWN, "QUEUED"))
    found: list[Task] = []
    for _look in range(looks):
        found = chains.refresh([begun])
    return found[0] if found else None


def test_an_ended_export_is_not_taken_for_the_end(script: Script) -> None:
    assert Chains(script.session).add(task(OWN, "FINISHED")).state is State.RUNNING
    assert Chains(script.session).add(task(OWN, "FAILED")).state is State.RUNNING


def test_an_export_at_work_needs_no_look_at_backups(script: Script) -> None:
    script.says(f"tasks/{guid(OWN)}", task(OWN))
    found = follow(script)
    assert found
    assert (found.state, found.progress, found.level, found.requested_level) == (State.RUNNING, 20.0, None, Level.FULL)
    assert [path for _method, path, _query, _body in script.calls] == [f"tasks/{guid(OWN)}"]


@pytest.mark.parametrize(
    ("entry", "state", "level"),
    [
        (backup(BACKUP, "INPROGRESS"), State.RUNNING, None),
        (backup(BACKUP, "SUCCESS"), State.SUCCEEDED, Level.FULL),
        (backup(BACKUP, "SUCCESS", warnings=["quiesce failed"]), State.WARNING, Level.FULL),
        (backup(BACKUP, "PARTIAL_SUCCESS"), State.PARTIAL, Level.FULL),
        (backup(BACKUP, "SUCCESS", type={"name": "INCREMENTAL"}), State.SUCCEEDED, Level.INCREMENTAL),
        (backup(BACKUP, "BRAND_NEW"), State.RUNNING, None),
    ],
)
def test_the_backup_decides_once_the_export_has_ended(
    script: Script, entry: dict[str, Any], state: State, level: Level | None
) -> None:
    script.says(f"tasks/{guid(OWN)}", task(OWN, "FINISHED"))
    script.says("backups", [backup(OLD, age=600), entry])
    script.says("tasks/detailed", [task(OWN, "FINISHED"), task(STORE, "RUNNING", "STORE")])
    found = follow(script)
    assert found
    assert (found.id, found.state, found.level) == (guid(OWN), state, level)


def test_an_older_good_backup_is_never_ours(script: Script) -> None:
    script.says(f"tasks/{guid(OWN)}", task(OWN, "FINISHED"))
    script.says("backups", [backup(OLD, age=600)])
    found = follow(script, 3)
    assert found
    assert found.state is State.RUNNING


def test_a_strangers_backup_is_not_ours(script: Script) -> None:
    script.says(f"tasks/{guid(OWN)}", task(OWN, "FINISHED"))
    script.says("backups", [backup(OLD, age=-1)])
    script.says("tasks/detailed", [task(99, "FINISHED")])
    found = follow(script, 3)
    assert found
    assert found.state is State.RUNNING


def test_entries_that_wait_for_their_window_do_not_hide_ours(script: Script) -> None:
    script.says(f"tasks/{guid(OWN)}", task(OWN, "FINISHED"))
    waiting = [backup(number, "QUEUED", snapshotTime=None) for number in range(40, 60)]
    script.says("backups", [*waiting, backup(BACKUP), backup(OLD, age=600)])
    script.says("tasks/detailed", [task(OWN, "FINISHED")])
    found = follow(script)
    assert found
    assert (found.state, len(script.calls)) == (State.SUCCEEDED, 3)


def test_of_several_entries_one_that_nobody_claims_is_not_ours_while_our_task_is_there(script: Script) -> None:
    script.says(f"tasks/{guid(OWN)}", task(OWN, "FINISHED"))
    script.says("backups", [backup(OLD, "FAILED", age=1), backup(BACKUP, "INPROGRESS")])
    script.says("tasks/detailed", [], [task(99)])
    found = follow(script)
    assert found
    assert found.state is State.RUNNING


def test_a_purged_export_is_judged_by_its_backup(script: Script) -> None:
    script.says("backups", [backup(BACKUP), backup(OLD, age=600)])
    script.says("tasks/detailed", [])
    found = follow(script)
    assert found
    assert found.state is State.SUCCEEDED


def test_what_left_no_trace_at_all_is_not_guessed(script: Script) -> None:
    script.says("backups", [backup(OLD, age=600)])
    assert follow(script) is None


def test_a_retry_is_followed_also_when_the_failed_task_was_purged_before_a_look(script: Script) -> None:
    """What the server made of it has one retry less, and there is nothing else that it could be."""
    script.says(f"tasks/{guid(COPY)}", task(COPY, "FINISHED", retryCount=1))
    script.says("backups", [backup(OLD, age=600)], [backup(BACKUP)])
    script.says("tasks/detailed", [task(COPY, retryCount=1)])
    chains = Chains(script.session)
    begun = chains.add(task(OWN, retryCount=2))
    retried = chains.refresh([begun])[0]
    assert (retried.state, retried.message) == (State.RUNNING, f"tried again as {guid(COPY)}")
    ended = chains.refresh([retried])[0]
    assert (ended.id, ended.state) == (guid(OWN), State.SUCCEEDED)


@pytest.mark.parametrize(
    ("own", "others"),
    [
        ({"retryCount": 0}, [{"retryCount": 0}]),
        ({"retryCount": 1}, [{"retryCount": 1}]),
        ({"retryCount": 1}, [{"retryCount": 0}, {"retryCount": 0}]),
        ({"retryCount": 1}, [{}]),
        ({}, [{"retryCount": 0}]),
        ({"retryCount": 1}, [{"retryCount": 0, "backupType": enum("INCREMENTAL")}]),
        ({"retryCount": 1}, [{"retryCount": 0, "creationTime": int(NOW * 1000)}]),
        ({"retryCount": 1}, [{"retryCount": 0, "type": enum("STORE")}]),
    ],
)
def test_what_may_be_a_strangers_is_not_taken_for_the_retry_of_a_purged_task(
    script: Script, own: dict[str, Any], others: list[dict[str, Any]]
) -> None:
    script.says("backups", [])
    script.says("tasks/detailed", [task(COPY + place, **other) for place, other in enumerate(others)])
    chains = Chains(script.session)
    begun = chains.add(task(OWN, **own))
    assert chains.refresh([begun]) == []


def test_many_backups_on_their_way_are_not_asked_for_one_by_one(script: Script) -> None:
    """A purged export is not asked for again, and of those that are being stored some take turns."""
    count = 50
    entities = {number: {"guid": guid(1000 + number), "type": enum("VM")} for number in range(1, count + 1)}
    exports = [task(number, "FINISHED", protectedEntity=entity) for number, entity in entities.items()]
    stores = [task(100 + number, kind="STORE", protectedEntity=entity) for number, entity in entities.items()]
    for number in entities:
        script.says(f"backups/{guid(200 + number)}", backup(200 + number, "INPROGRESS"))
    chains = Chains(script.session)
    known = [
        chains.add({**export, "backup": {"guid": guid(200 + number)}}) for number, export in enumerate(exports, start=1)
    ]
    script.says("tasks/detailed", [{**one, "backup": {"guid": guid(200 + n)}} for n, one in enumerate(exports, 1)])
    chains.refresh(known)
    script.says("tasks/detailed", stores)
    chains.refresh(known)
    for _look in range(3):
        script.calls.clear()
        assert {one.state for one in chains.refresh(known)} == {State.RUNNING}
        paths = [path for _method, path, _query, _body in script.calls]
        assert (paths.count("tasks/detailed"), len(paths)) == (1, 6)
    script.says("tasks/detailed", stores[1:])
    script.says(f"backups/{guid(201)}", backup(201))
    # Where nothing is at work any more, the end is seen at once.
    assert chains.refresh(known)[0].state is State.SUCCEEDED


def test_a_retry_is_followed_as_the_copy_that_it_is(script: Script) -> None:
    failed = task(OWN, "FAILED", statusInfo="node went away")
    script.says(f"tasks/{guid(OWN)}", failed)
    script.says(f"tasks/{guid(COPY)}", task(COPY, "FINISHED"))
    script.says("backups", [backup(BACKUP, "INPROGRESS")])
    script.says(f"backups/{guid(BACKUP)}", backup(BACKUP))
    script.says("tasks/detailed", [failed, task(COPY)])
    chains = Chains(script.session)
    begun = chains.add(task(OWN))
    retried = chains.refresh([begun])[0]
    assert retried.state is State.RUNNING
    assert retried.message == f"tried again as {guid(COPY)} after: node went away"
    ended = chains.refresh([retried])[0]
    assert (ended.id, ended.state) == (guid(OWN), State.SUCCEEDED)


def test_of_several_that_may_be_the_retry_the_one_with_a_retry_less_is_followed(script: Script) -> None:
    failed = task(OWN, "FAILED", retryCount=2)
    script.says(f"tasks/{guid(OWN)}", failed)
    script.says("backups", [])
    script.says("tasks/detailed", [failed, task(99, retryCount=0), task(COPY, retryCount=1)])
    chains = Chains(script.session)
    (retried,) = chains.refresh([chains.add(task(OWN, retryCount=2))])
    assert retried.message == f"tried again as {guid(COPY)}"


def test_the_entry_of_a_retry_is_ours_even_if_it_was_seen_before_the_retry_was_known(script: Script) -> None:
    """With the failure, the entry is another task's. That this is our retry shows in the same look."""
    failed = task(OWN, "FAILED")
    script.says(f"tasks/{guid(OWN)}", failed)
    script.says(f"tasks/{guid(COPY)}", task(COPY, "FINISHED"), 404)
    script.says("backups", [backup(OLD, age=-1), backup(BACKUP)])
    script.says(
        "tasks/detailed",
        *([task(99)], [task(COPY)]),  # of the two entries, asked for one after the other
        [failed, task(COPY)],  # what is at work
        [],  # and then everything is purged
    )
    script.says(f"backups/{guid(BACKUP)}", backup(BACKUP))
    chains = Chains(script.session)
    retried = chains.refresh([chains.add(task(OWN))])[0]
    ended = chains.refresh([retried])[0]
    assert (ended.id, ended.state, ended.raw["guid"]) == (guid(OWN), State.SUCCEEDED, guid(BACKUP))


def test_a_failure_without_a_retry_is_the_end_after_a_second_thought(script: Script) -> None:
    script.says(f"tasks/{guid(OWN)}", task(OWN, "FAILED", statusInfo="no space"))
    script.says("backups", [])
    script.says("tasks/detailed", [])
    assert getattr(follow(script, 2), "state", None) is State.RUNNING
    found = follow(script, 3)
    assert found
    assert (found.state, found.message, found.native_state) == (State.FAILED, "no space", "EXPORT FAILED")


def test_a_failed_store_fails_the_backup_that_was_exported(script: Script) -> None:
    script.says(f"tasks/{guid(OWN)}", task(OWN, "FINISHED"))
    script.says("backups", [backup(BACKUP, "FAILED", statusInfo="store failed")])
    script.says(f"backups/{guid(BACKUP)}", backup(BACKUP, "FAILED", statusInfo="store failed"))
    script.says("tasks/detailed", [task(OWN, "FINISHED"), task(STORE, "FAILED", "STORE")])
    found = follow(script, 3)
    assert found
    assert (found.state, found.message, found.native_state) == (State.FAILED, "store failed", "FAILED")


def test_a_cancelled_export_is_cancelled_at_once(script: Script) -> None:
    script.says(f"tasks/{guid(OWN)}", task(OWN, "CANCELLED"))
    script.says("backups", [])
    script.says("tasks/detailed", [])
    found = follow(script)
    assert found
    assert found.state is State.CANCELLED


@pytest.mark.parametrize("status", [404, 405])
def test_cancelling_by_the_first_call_that_the_server_has(script: Script, status: int) -> None:
    script.says("tasks/detailed", [task(OWN)])
    script.says("tasks", [task(OWN)])
    script.says("tasks/cancel-running", 201)
    chains = Chains(script.session)
    begun = chains.add(task(OWN))
    chains.cancel(begun.id)
    assert script.sent("POST") == [("tasks/cancel-running", [task(OWN)])]
    script.says("tasks/cancel-running", status)
    script.says(f"tasks/{guid(OWN)}/state", 204)
    chains.cancel(begun.id)
    assert script.sent("PUT")[0][1]["state"] == {"name": "CANCELLED"}


def test_a_colleagues_later_export_of_the_same_kind_is_not_cancelled(script: Script) -> None:
    later = task(COPY, creationTime=int(NOW * 1000) + 5000)
    script.says("tasks/detailed", [task(OWN), later])
    script.says("tasks", [task(OWN), later])
    script.says("tasks/cancel-running", 201)
    chains = Chains(script.session)
    chains.cancel(chains.add(task(OWN)).id)
    assert script.sent("POST") == [("tasks/cancel-running", [task(OWN)])]


def test_the_tasks_of_our_own_backup_are_cancelled_with_ours(script: Script) -> None:
    ours, beside = ({"guid": guid(number)} for number in (BACKUP, OLD))
    stores = [task(number, kind="STORE", backup=made) for number, made in ((STORE, ours), (COPY, beside))]
    listed = [task(OWN, backup=ours), *stores]
    script.says("tasks/detailed", listed)
    script.says("tasks", listed)
    script.says("tasks/cancel-running", 201)
    chains = Chains(script.session)
    chains.cancel(chains.add(listed[0]).id)
    assert [body for _path, body in script.sent("POST")] == [[listed[0]], [listed[1]]]


def test_where_nothing_is_surely_ours_nothing_is_cancelled(script: Script) -> None:
    failed = task(OWN, "FAILED")
    script.says(f"tasks/{guid(OWN)}", failed)
    script.says("backups", [])
    script.says("tasks/detailed", [failed, task(COPY, creationTime=int(NOW * 1000) + 5000)])
    chains = Chains(script.session)
    begun = chains.add(task(OWN))
    assert "tried again" in chains.refresh([begun])[0].message
    with pytest.raises(NotFound, match="nothing of it is active"):
        chains.cancel(begun.id)
    assert script.sent("POST") == []


def test_a_queued_task_is_dropped(script: Script) -> None:
    script.says("tasks/detailed", [task(OWN, "QUEUED")])
    script.says("tasks", [task(OWN, "QUEUED")])
    script.says(f"tasks/{guid(OWN)}", 204)
    chains = Chains(script.session)
    chains.cancel(chains.add(task(OWN, "QUEUED")).id)
    assert script.sent("DELETE") == [(f"tasks/{guid(OWN)}", None)]
