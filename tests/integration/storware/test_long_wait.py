# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What happens to a server in the course of a long wait, on a sandbox whose clock nobody else looks at."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from .support import Modules, Sandbox, serving


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with serving(tmp_path_factory.mktemp("long")) as ready:
        yield Sandbox(ready)


def test_a_session_that_idles_out_in_a_wait_of_two_hours(long: Sandbox) -> None:
    """The server's clock moves on by two hours in the export and in the store, far more than a session may be idle."""
    long.control("POST", "storware/vms", {"vm": "db01", "seconds": 6000})
    long.reset()
    halves = []

    def leap(line: str) -> None:
        half = "store" if "running 5" in line else "export" if "running" in line else ""
        if half and half not in halves:
            halves.append(half)
            long.control("POST", "clock", {"advance": 7200})

    ran = Modules(long).backup("db01", wait=True, when_shown=leap).good()
    assert halves == ["export", "store"]
    assert (ran.row["outcome"], ran.row["state"]) == ("started", "succeeded")
    assert (len(long.sent("session/login")), len(long.sent())) == (3, 1)
    (job,) = ran.row["jobs"]
    begun, over = (datetime.fromisoformat(job[key].replace("Z", "+00:00")) for key in ("started_at", "finished_at"))
    assert over - begun > timedelta(hours=2)


def test_a_token_that_expires_cannot_be_renewed_and_the_start_is_not_forgotten(long: Sandbox) -> None:
    token = Modules(long).run("session", state="present").good().result["token"]
    long.reset()

    def expire(_line: str) -> None:
        long.control("POST", "storware", {"expire_sessions": True})

    mine = {"username": None, "password": None, "token": token}
    ran = Modules(long).backup("web02", wait=True, when_shown=expire, **mine).bad("authentication")
    assert "The token is wrong or has expired: get a new one, or give username and password" in ran.result["msg"]
    assert (ran.row["outcome"], ran.result["changed"]) == ("started", True)
    assert long.sent("session/login") == []
    assert ran.row["task_id"] in str(long.get("tasks"))


def test_tasks_that_are_purged_in_a_wait_are_judged_by_the_backup(long: Sandbox) -> None:
    long.reset()

    def purge(_line: str) -> None:
        long.control("POST", "storware", {"purge": True})

    ran = Modules(long).backup("erp01", "mail01", wait=True, when_shown=purge).good()
    assert [row["state"] for row in ran.result["tasks"]] == ["succeeded", "succeeded"]
    long.control("POST", "storware", {"purge": True})
    gone = Modules(long).operate("get_task", guid=ran.row["task_id"]).bad("not_found")
    assert f"Task with guid {ran.row['task_id']} does not exist" in gone.result["msg"]
    assert "Finished tasks are purged after a while" in gone.result["msg"]


def test_only_the_store_is_left_and_the_export_is_purged(long: Sandbox) -> None:
    """Half of a backup is on its way still: it is not started again, and it does not protect yet."""
    long.control("POST", "storware/vms", {"vm": "files01", "seconds": 6000})
    started = Modules(long).backup("files01").good().row["task_id"]
    long.control("POST", "storware/tasks", {"guid": started, "state": "RUNNING", "work": 5999.9})

    def store() -> list[str]:
        tasks = [one for one in long.get("tasks") if one.get("protectedEntity", {}).get("name") == "files01"]
        return [one["guid"] for one in tasks if one["type"]["name"] == "STORE" and one["state"]["name"] == "RUNNING"]

    deadline = time.monotonic() + 20
    while not store():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    (running,) = store()
    long.control("POST", "storware", {"purge": [started]})
    long.reset()
    ran = Modules(long).backup("files01").good()
    assert (ran.outcomes, ran.row["job_ids"], ran.row["state"]) == (["already_running"], [running], "running")
    assert long.sent() == []
    (row,) = Modules(long).protection("files01").good().result["targets"]
    assert (row["protected"], [task["id"] for task in row["running"]]) == (False, [running])
