# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cancelling, deleting, queueing again, purging."""

from __future__ import annotations

import pytest
from storware_harness import Json, Storware


def make(api: Storware, state: str, vm: str = "app01", **more: object) -> Json:
    """A task in some state, and the GUID of its backup."""
    made = api.control("POST", "storware/tasks", {"vm": vm, "state": state, **more})
    return {**made["task"], "backup": made["backup"]}


def state_of(api: Storware, task: Json) -> str:
    """Its state, or `gone`."""
    answer = api.call("GET", f"/tasks/{task['guid']}")
    return "gone" if answer.status_code == 404 else str(answer.json()["state"]["name"])


def cancelled(api: Storware, task: Json) -> None:
    """Wait until it is."""
    done = api.finish(task)
    assert (done["state"]["name"], done["statusInfo"]) == ("CANCELLED", "Canceled by user")


def test_cancelling_takes_a_while_and_fails_the_backup(api: Storware) -> None:
    task = make(api, "RUNNING", vm="slow01")
    records = [row for row in api.get("/tasks", states="RUNNING") if row["guid"] == task["guid"]]
    answer = api.call("POST", "/tasks/cancel-running", records)
    assert (answer.status_code, answer.content) == (201, b"")
    cancelled(api, task)
    assert api.get(f"/backups/{task['backup']}")["status"]["name"] == "FAILED"


def test_cancelling_is_not_immediate(api: Storware) -> None:
    task = make(api, "RUNNING")
    api.call("POST", "/tasks/cancel-running", [{"guid": task["guid"]}])
    # Cleaning up takes six task seconds; a request right behind usually still sees it running.
    assert state_of(api, task) in ("RUNNING", "CANCELLED")
    cancelled(api, task)


def test_cancel_running_leaves_others_alone(api: Storware) -> None:
    tasks = [make(api, state) for state in ("QUEUED", "FINISHED", "FAILED")]
    body = [{"guid": task["guid"]} for task in tasks] + [{"guid": "long-gone"}]
    assert api.call("POST", "/tasks/cancel-running", body).status_code == 201
    assert [state_of(api, task) for task in tasks] == ["QUEUED", "FINISHED", "FAILED"]


@pytest.mark.parametrize(
    ("state", "after"), [("QUEUED", "gone"), ("FINISHED", "gone"), ("FAILED", "gone"), ("CANCELLED", "gone")]
)
def test_delete_removes_what_does_not_run(api: Storware, state: str, after: str) -> None:
    task = make(api, state)
    answer = api.call("DELETE", f"/tasks/{task['guid']}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert state_of(api, task) == after
    assert api.call("DELETE", f"/tasks/{task['guid']}").status_code == 404


def test_delete_cancels_what_runs(api: Storware) -> None:
    task = make(api, "RUNNING")
    assert api.call("DELETE", f"/tasks/{task['guid']}").status_code == 204
    cancelled(api, task)


def test_dropping_a_queued_export_fails_its_backup(api: Storware) -> None:
    task = make(api, "QUEUED")
    api.call("DELETE", f"/tasks/{task['guid']}")
    assert api.get(f"/backups/{task['backup']}")["status"]["name"] == "FAILED"


def test_delete_finished_and_queued(api: Storware) -> None:
    tasks = {state: make(api, state) for state in ("QUEUED", "RUNNING", "FAILED")}
    body = [{"guid": task["guid"]} for task in tasks.values()]
    assert api.call("POST", "/tasks/delete-finished", body).status_code == 201
    assert {state: state_of(api, task) for state, task in tasks.items()} == {
        "QUEUED": "QUEUED", "RUNNING": "RUNNING", "FAILED": "gone",
    }  # fmt: skip
    assert api.call("POST", "/tasks/delete-finished-and-queued", body).status_code == 201
    assert {state: state_of(api, task) for state, task in tasks.items()} == {
        "QUEUED": "gone", "RUNNING": "RUNNING", "FAILED": "gone",
    }  # fmt: skip


@pytest.mark.parametrize("body", ["CANCELLED", {"state": {"name": "CANCELLED"}, "statusInfo": "Canceled by user"}])
def test_put_state_takes_both_forms(api: Storware, body: object) -> None:
    task = make(api, "RUNNING")
    answer = api.call("PUT", f"/tasks/{task['guid']}/state", body)
    assert (answer.status_code, answer.content) == (204, b"")
    cancelled(api, task)


def test_queue_again(api: Storware) -> None:
    task = make(api, "FAILED", frozen=False)
    assert api.call("PUT", f"/tasks/{task['guid']}/state", "QUEUED").status_code == 204
    assert api.finish(task)["state"]["name"] == "FINISHED"


@pytest.mark.parametrize(
    ("state", "wanted"), [("FINISHED", "CANCELLED"), ("FAILED", "RUNNING"), ("FINISHED", "QUEUED")]
)
def test_moves_that_are_refused(api: Storware, state: str, wanted: str) -> None:
    task = make(api, state)
    answer = api.call("PUT", f"/tasks/{task['guid']}/state", wanted)
    assert answer.status_code == 409
    assert answer.json()["error"]["message"]
    assert api.call("PUT", f"/tasks/{task['guid']}/state", "PAUSED").status_code == 400


def test_several_states_at_once(api: Storware) -> None:
    tasks = [make(api, "RUNNING") for _ in range(2)]
    body = {"state": "CANCELLED", "tasks": [{"guid": task["guid"]} for task in tasks]}
    assert api.call("PUT", "/tasks/state", body).status_code == 204
    for task in tasks:
        cancelled(api, task)


def test_purged_tasks_are_not_found_but_their_backups_are(api: Storware) -> None:
    task = api.export("db02")
    backup = api.finish_backup(api.backup_of(task))
    assert api.control("POST", "storware", {"purge": True})["purged"] >= 1
    assert state_of(api, task) == "gone"
    assert api.get(f"/backups/{backup['guid']}")["status"]["name"] == "SUCCESS"
    assert api.get("/tasks", states="FINISHED") == []


def test_old_tasks_are_purged_by_themselves(api: Storware) -> None:
    task = make(api, "FINISHED", finished_ago=8 * 86_400)
    young = make(api, "FINISHED", finished_ago=86_400)
    api.wait("/session/user", lambda _: state_of(api, task) == "gone")
    assert state_of(api, young) == "FINISHED"


def test_whole_server_or_one_project(api: Storware) -> None:
    uuid = api.get("/virtual-machines", filter="shop01")[0]["name"].split("_")[1]
    shop = next(row["guid"] for row in api.get("/virtual-machines") if row["name"].endswith("_shop01"))
    inside, outside = make(api, "FAILED", vm=shop), make(api, "FAILED")
    assert api.call("DELETE", f"/tasks/all-finished?project-uuid={uuid}").status_code == 204
    assert (state_of(api, inside), state_of(api, outside)) == ("gone", "FAILED")
    queued, running = make(api, "QUEUED"), make(api, "RUNNING")
    assert api.call("DELETE", "/tasks/all-finished").status_code == 204
    assert [state_of(api, task) for task in (outside, queued, running)] == ["gone", "QUEUED", "RUNNING"]
    assert api.call("DELETE", "/tasks/all-finished-and-queued").status_code == 204
    assert [state_of(api, task) for task in (queued, running)] == ["gone", "RUNNING"]
    assert api.call("DELETE", "/tasks/all-running").status_code == 204
    cancelled(api, running)
