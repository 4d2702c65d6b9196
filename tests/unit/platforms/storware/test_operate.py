# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is sent for an operation, what is left alone, and how its end is told."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.api.errors import (
    InvalidOption,
    NotFound,
    Rejected,
    ServiceError,
    UnknownOutcome,
)
from ansible_collections.nightshift.backup.plugins.module_utils.model.states import State
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.storware.operate import (
    Operated,
    operate,
    plan,
)
from ansible_collections.nightshift.backup.tests.unit.flows.fakes import FakeClock
from ansible_collections.nightshift.backup.tests.unit.platforms.storware.scripted import (
    NOW,
    VM,
    Script,
    enum,
    guid,
    task,
)

EXPORT = {
    "backupType": {"name": "FULL"},
    "protectedEntities": [{"guid": VM}],
    "windowStart": int(NOW * 1000),
}
MOUNTED = {"mountedBackup": {"guid": guid(50)}}


def call(script: Script, name: str, *, check: bool = False, confirm: bool = True, **given: Any) -> Operated:
    what = plan(name, given.get("guid"), given.get("query"), given.get("body"), confirm=confirm, wait=False)
    return operate(script.session, what, FakeClock(), check_mode=check)


def changes(script: Script) -> list[tuple[str, str]]:
    return [(method, path) for method, path, _query, _body in script.calls if method != "GET"]


def test_a_read_changes_nothing_also_in_check_mode(script: Script) -> None:
    script.says("tasks", [task(1)])
    for check in (False, True):
        done = call(script, "list_tasks", query={"states": ["RUNNING"]}, check=check)
        assert (done.changed, done.response) == (False, [task(1)])


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("cancel_all_running_tasks", {}),
        ("create_delete_tasks", {"body": {"value": VM}}),
        ("update_task_progress", {"guid": guid(1), "body": {"value": 1}}),
        ("create_restore_and_import", {"body": {"backupLocation": {"guid": VM}, "overwrite": True}}),
    ],
)
def test_nothing_is_sent_without_a_confirmation(script: Script, name: str, given: dict[str, Any]) -> None:
    with pytest.raises(InvalidOption, match="confirm: true"):
        call(script, name, confirm=False, **given)
    assert script.calls == []


def test_what_starts_nothing_cannot_be_waited_for() -> None:
    with pytest.raises(InvalidOption, match="starts nothing"):
        plan("delete_task", guid(1), None, None, confirm=False, wait=True)


@pytest.mark.parametrize(
    ("name", "given", "answers"),
    [
        ("delete_task", {"guid": guid(1)}, {}),
        ("cancel_all_running_tasks", {}, {"tasks": [task(1, "FINISHED")]}),
        ("delete_all_finished_tasks", {}, {"tasks": [task(1, "RUNNING")]}),
        ("cancel_running_tasks", {"body": [{"guid": guid(1)}]}, {"tasks": [task(1, "FAILED"), task(2)]}),
        ("delete_finished_tasks", {"body": [{"guid": guid(1)}]}, {"tasks": [task(2, "FINISHED")]}),
        ("update_task_state", {"guid": guid(1), "body": "QUEUED"}, {f"tasks/{guid(1)}": task(1, "QUEUED")}),
        ("update_task_state", {"guid": guid(1), "body": {"state": {"name": "RUNNING"}}}, {f"tasks/{guid(1)}": task(1)}),
        ("update_task_backup_type", {"guid": guid(1), "body": "FULL"}, {f"tasks/{guid(1)}": task(1)}),
        ("update_tasks_state", {"body": {"state": "RUNNING", "tasks": [{"guid": guid(1)}]}}, {"tasks": [task(1)]}),
        ("create_unmount", {"body": MOUNTED}, {}),
    ],
)
def test_what_is_so_already_is_not_sent(
    script: Script, name: str, given: dict[str, Any], answers: dict[str, Any]
) -> None:
    for path, answer in answers.items():
        script.says(path, answer)
    done = call(script, name, **given)
    assert not done.changed
    assert done.message.startswith("Not sent: ")
    assert changes(script) == []


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("delete_task", {"guid": guid(1)}),
        ("cancel_all_running_tasks", {}),
        ("cancel_running_tasks", {"body": [{"guid": guid(1)}]}),
        ("update_task_state", {"guid": guid(1), "body": "QUEUED"}),
        ("create_export", {"body": EXPORT}),
        ("create_unmount", {"body": MOUNTED}),
        ("list_tasks_queued_for_node", {}),
        ("update_inventory", {}),
    ],
)
def test_check_mode_sends_no_change(script: Script, name: str, given: dict[str, Any]) -> None:
    script.says("tasks", [task(1)])
    script.says(f"tasks/{guid(1)}", task(1))
    script.says(f"mounted-backups/{guid(50)}", {"guid": guid(50)})
    done = call(script, name, check=True, **given)
    assert done.changed is (name != "list_tasks_queued_for_node")
    assert changes(script) == []
    assert not [path for _method, path, _query, _body in script.calls if path == "tasks/queued"]


def test_tasks_named_by_guid_are_sent_as_whole_records(script: Script) -> None:
    script.says("tasks", [task(1), task(2)])
    script.says("tasks/cancel-running", 201)
    assert call(script, "cancel_running_tasks", body=[{"guid": guid(1)}]).changed
    assert script.sent("POST") == [("tasks/cancel-running", [task(1)])]


@pytest.mark.parametrize(("name", "state"), [("cancel_running_tasks", "QUEUED"), ("delete_finished_tasks", "RUNNING")])
def test_a_task_in_another_state_is_not_touched(script: Script, name: str, state: str) -> None:
    script.says("tasks", [task(1, state)])
    with pytest.raises(Rejected, match=f"is {state}"):
        call(script, name, body=[{"guid": guid(1)}])
    assert changes(script) == []


def test_a_task_that_vanishes_while_it_is_deleted_is_deleted(script: Script) -> None:
    script.says(f"tasks/{guid(1)}", task(1, "FINISHED"), 404)
    assert call(script, "delete_task", guid=guid(1)).changed


@pytest.mark.parametrize(
    ("answer", "made"), [([task(1), task(2)], 2), (task(1), 1), ({"tasks": [task(1)], "successful": []}, 1), (201, 0)]
)
def test_made_tasks_in_every_shape(script: Script, answer: Any, made: int) -> None:
    script.says("tasks/detailed", [])
    script.says("tasks/export", answer)
    assert len(call(script, "create_export", body=EXPORT).tasks) == made


@pytest.mark.parametrize("answer", [502, b'[{"guid": "cut o'])
def test_a_lost_start_is_found_by_its_window_and_sent_once(script: Script, answer: Any) -> None:
    script.says("tasks/detailed", [task(9)], [task(9), task(1, creationTime=0), task(2, windowStart=5)])
    script.says("tasks/export", answer)
    done = call(script, "create_export", body=EXPORT)
    assert [record["guid"] for record in done.tasks] == [guid(1)]
    assert changes(script) == [("POST", "tasks/export")]


def test_a_lost_start_that_nothing_tells_from_others_is_unknown(script: Script) -> None:
    script.says("tasks/detailed", [], [task(1, kind="INVENTORY_SYNC")])
    script.says("tasks/inventory-sync", 502)
    with pytest.raises(UnknownOutcome, match="cannot be told from others"):
        call(script, "create_inventory_sync", body={"hypervisors": [{"guid": VM}]})
    assert changes(script) == [("POST", "tasks/inventory-sync")]


def test_a_lost_start_without_a_window_may_be_a_colleague_s(script: Script) -> None:
    script.says("tasks/detailed", [], [task(1, creationTime=0)])
    script.says("tasks/export", 502)
    body = {key: value for key, value in EXPORT.items() if key != "windowStart"}
    with pytest.raises(UnknownOutcome, match="cannot be told from others"):
        call(script, "create_export", body=body)


def test_a_snapshot_where_only_the_vendors_own_path_is_known(script: Script) -> None:
    script.says("tasks/detailed", [])
    script.says("tasks/vm-snapshot", [task(1, kind="SNAPSHOT")])
    assert len(call(script, "create_snapshot", body={"protectedEntities": [{"guid": VM}]}).tasks) == 1


def restore(script: Script, job: dict[str, Any] | None, *family: dict[str, Any]) -> Any:
    location = {"backupLocation": {"guid": guid(60)}}
    script.says("tasks/detailed", [], [])
    script.says("tasks/restore-and-import", task(1, "QUEUED", "RESTORE"))
    done = call(script, "create_restore_and_import", body=location)
    script.says("tasks/detailed", list(family))
    for record in family:
        script.says(f"tasks/{record['guid']}", record)
    script.says("restore-jobs", [job] if job else [])
    assert done.watch
    return done.watch.look()[0]


def job(status: str, **more: Any) -> dict[str, Any]:
    return {"guid": guid(70), "restoreTime": int(NOW * 1000) + 5, "status": enum(status), **more}


RESTORED, IMPORTING = task(1, "FINISHED", "RESTORE"), task(2, "RUNNING", "IMPORT", parentTask={"guid": guid(1)})
IMPORTED = {**IMPORTING, "state": enum("FINISHED")}


def test_a_restore_is_over_with_its_job_and_not_with_its_first_task(script: Script) -> None:
    assert restore(script, None, RESTORED).state is State.RUNNING
    assert restore(script, job("SUCCESS"), RESTORED, IMPORTING).state is State.RUNNING
    ended = restore(script, job("SUCCESS"), RESTORED, IMPORTED)
    assert (ended.id, ended.state, ended.native_state) == (guid(1), State.SUCCEEDED, "SUCCESS")
    failed = restore(script, job("FAILED", statusInfo="no space"), RESTORED, IMPORTED)
    assert (failed.state, failed.message) == (State.FAILED, "no space")


def test_a_failed_import_fails_a_restore_without_a_job(script: Script) -> None:
    assert restore(script, None, RESTORED, {**IMPORTED, "state": enum("FAILED")}).state is State.FAILED


def test_a_task_that_is_purged_on_its_way_is_not_guessed(script: Script) -> None:
    script.says("tasks/detailed", [])
    script.says("tasks/inventory-sync", [task(1, kind="INVENTORY_SYNC")])
    done = call(script, "create_inventory_sync", body={"hypervisors": [{"guid": VM}]})
    assert done.watch
    with pytest.raises(NotFound, match="no longer shows"):
        done.watch.look()


def test_an_unmount_is_over_when_the_record_is_gone(script: Script) -> None:
    script.says("tasks/detailed", [])
    script.says(f"mounted-backups/{guid(50)}", {"guid": guid(50)}, {"guid": guid(50)}, 404)
    script.says("tasks/unmount", task(1, kind="UNMOUNT"))
    script.says(f"tasks/{guid(1)}", task(1, "FINISHED", "UNMOUNT"))
    done = call(script, "create_unmount", body=MOUNTED)
    assert done.watch
    assert [done.watch.look()[0].state for _look in range(2)] == [State.RUNNING, State.SUCCEEDED]


def test_a_refusal_is_the_servers(script: Script) -> None:
    script.says("tasks/detailed", [])
    script.says("tasks/export", 409)
    with pytest.raises(ServiceError, match="HTTP 409"):
        call(script, "create_export", body=EXPORT)
