# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Details are read side by side: the same answers in the same order, and not one request more."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.api.connection import Connection
from ansible_collections.nightshift.backup.plugins.module_utils.api.errors import Rejected
from ansible_collections.nightshift.backup.plugins.module_utils.api.session import Session
from ansible_collections.nightshift.backup.plugins.module_utils.api.side_by_side import READERS
from ansible_collections.nightshift.backup.plugins.module_utils.model.protection import Evidence
from ansible_collections.nightshift.backup.plugins.module_utils.model.query import Found, TaskQuery
from ansible_collections.nightshift.backup.plugins.module_utils.model.states import State
from ansible_collections.nightshift.backup.plugins.module_utils.model.target import Target
from ansible_collections.nightshift.backup.plugins.module_utils.model.task import Task
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.auth import CommvaultDialect
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.protection import (
    CommvaultProtection,
)
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.task_queries import find_jobs
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.tasks import CommvaultTasks
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

JOBS, CLIENTS = 40, 12


class CommServe:
    """A server with jobs, each fourth of them of task 6, and clients; it takes its time, and fails where it is told."""

    def __init__(self, server: HTTPServer) -> None:
        self.asked: list[str] = []
        self.failing: set[str] = set()
        self.most = 0
        self._now = 0
        self._guard = threading.Lock()
        server.expect_request(re.compile("/api/.*")).respond_with_handler(self._answer)
        self.session = Session(Connection(server.url_for("/api"), token="x", retries=0), CommvaultDialect())

    def details(self) -> list[int]:
        """Return the jobs whose details were read, sorted."""
        return sorted(int(what.split()[1]) for what in self.asked if what.startswith("JobDetails"))

    def _answer(self, request: Request) -> Response:
        with self._guard:
            self._now += 1
            self.most = max(self.most, self._now)
        time.sleep(0.002)
        path = request.path.removeprefix("/api/")
        body = json.loads(request.data) if request.data else {}
        what = f"{path} {body.get('jobId') or request.args.get('clientId') or request.args.get('clientname') or ''}"
        with self._guard:
            self._now -= 1
            self.asked.append(what.strip())
        if what.strip() in self.failing:
            return Response(json.dumps({"errorMessage": what, "errorCode": 5}), 500, content_type="application/json")
        return Response(json.dumps(self._document(path, body, request.args)), content_type="application/json")

    def _document(self, path: str, body: Any, args: Any) -> Any:
        if path == "Jobs":
            jobs = [{"jobSummary": {"jobId": number, "status": "Running"}} for number in range(JOBS, 0, -1)]
            return {"totalRecordsWithoutPaging": JOBS, "jobs": jobs}
        if path == "JobDetails":
            number = body["jobId"]
            general = {"jobDescription": f"job {number}", "taskData": {"taskId": 6 if number % 4 == 0 else 7}}
            return {"job": {"jobDetail": {"generalInfo": {**general, "jobStartedFrom": "Interactive"}}}}
        if path == "Client":
            entities = [{"clientName": f"c{number}", "clientId": number} for number in range(CLIENTS, 0, -1)]
            return {"clientProperties": [{"client": {"clientEntity": entity}} for entity in entities]}
        if path.startswith("Client/"):
            return {"clientProperties": [{"client": {"clientEntity": {"clientName": path.replace("Client/", "c")}}}]}
        if path == "GetId":
            return {"clientId": int(args["clientname"].removeprefix("c"))}
        if path == "Subclient":
            client = f"c{args['clientId']}"
            names = [{"clientName": client, "backupsetName": "main", "subclientName": name} for name in ("a", "b")]
            return {"subClientProperties": [{"subClientEntity": entity} for entity in names]}
        return {"taskDetail": []}


@pytest.fixture
def commserve(server: HTTPServer) -> Iterator[CommServe]:
    served = CommServe(server)
    with served.session:
        yield served


def find(commserve: CommServe, **query: Any) -> Found:
    return find_jobs(commserve.session, TaskQuery(**query), lambda: 0.0)


def ids(tasks: Sequence[Task]) -> list[int]:
    return [int(task.id) for task in tasks]


def test_jobs_of_a_task_come_in_the_order_of_the_listing(commserve: CommServe) -> None:
    found = find(commserve, filters={"parent_task": "6"}, detailed=True)
    assert ids(found.tasks) == list(range(JOBS, 0, -4))
    assert [task.raw["jobDetail"]["generalInfo"]["jobDescription"] for task in found.tasks] == [
        f"job {number}" for number in range(JOBS, 0, -4)
    ]
    assert (found.total, found.truncated) == (JOBS // 4, False)
    # Each was asked for its task, and those that are shown for their details.
    assert commserve.details() == sorted([*range(1, JOBS + 1), *range(4, JOBS + 1, 4)])
    assert 1 < commserve.most <= READERS


@pytest.mark.parametrize("limit", [1, 2, 3, 9, 10])
def test_a_limit_costs_no_more_than_one_after_the_other(commserve: CommServe, limit: int) -> None:
    found = find(commserve, filters={"parent_task": "6"}, limit=limit)
    shown = list(range(JOBS, 0, -4))[:limit]
    assert (ids(found.tasks), found.truncated) == (shown, limit < 10)
    # The one beyond the limit tells that there are more.
    last = shown[-1] - 4 if limit < 10 else 1
    assert commserve.details() == list(range(max(last, 1), JOBS + 1))


@pytest.mark.parametrize("order", ["id", "bytes"])
def test_details_are_read_of_what_is_shown_alone(commserve: CommServe, order: str) -> None:
    found = find(commserve, limit=3, detailed=True, order_by=order)
    assert ids(found.tasks) == [40, 39, 38]
    assert commserve.details() == [38, 39, 40]


@pytest.mark.parametrize("query", [{"filters": {"parent_task": "6"}}, {"detailed": True}])
def test_the_first_failure_in_the_order_of_the_listing_ends_it(commserve: CommServe, query: dict[str, Any]) -> None:
    commserve.failing = {"JobDetails 31", "JobDetails 29", "JobDetails 35"}
    with pytest.raises(Rejected, match="JobDetails 35"):
        find(commserve, **query)
    asked = commserve.details()
    assert asked[-5:] == [36, 37, 38, 39, 40]
    time.sleep(0.01)
    assert commserve.details() == asked


def test_who_started_jobs_is_asked_once_a_job(commserve: CommServe) -> None:
    told = [Task(str(number), State.FAILED) for number in (3, 1, 3, 2)]
    tasks = CommvaultTasks(commserve.session).with_origin([*told, Task("9", State.FAILED, interactive=False)])
    assert ids(tasks) == [3, 1, 3, 2, 9]
    assert [task.interactive for task in tasks] == [True, True, True, True, False]
    assert commserve.details() == [1, 2, 3]


def labels(rows: Sequence[Evidence]) -> list[str]:
    return [row.target.label for row in rows]


def test_every_part_of_everything(commserve: CommServe) -> None:
    found = CommvaultProtection(commserve.session).estate(3600, every_part=True)
    expected = [f"c{number}/main/{part}" for number in range(1, CLIENTS + 1) for part in "ab"]
    assert labels(found) == sorted(expected)
    assert sorted(commserve.asked) == sorted(
        ["Client", "Jobs", "Schedules", *(f"Subclient {number}" for number in range(1, CLIENTS + 1))]
    )
    assert 1 < commserve.most <= READERS


def test_the_first_client_that_fails_ends_it(commserve: CommServe) -> None:
    commserve.failing = {"Subclient 7", "Subclient 9"}
    with pytest.raises(Rejected, match="Subclient 9"):
        CommvaultProtection(commserve.session).estate(3600, every_part=True)
    asked = list(commserve.asked)
    assert {f"Subclient {number}" for number in (12, 11, 10, 9)} <= set(asked)
    time.sleep(0.01)
    assert commserve.asked == asked


def test_targets_of_one_client_share_what_is_read_of_it(commserve: CommServe) -> None:
    names = ["c3", "c1", "C3", "c2", "c11"]
    given: list[dict[str, Any]] = [{"client": name} for name in names]
    given += [{"client_id": 3}, {"client_id": 2}, *({"client": name, "backupset": "main"} for name in names)]
    targets = [Target(place, one, f"{place}") for place, one in enumerate(given)]
    commserve.failing = {"Subclient 2"}
    found = CommvaultProtection(commserve.session).evidence(targets, 3600)
    assert labels(found) == [target.label for target in targets]
    assert [place for place, one in enumerate(found) if one.error is not None] == [3, 6, 10]
    assert [list(one.parts) for one in found if one.error is None] == [["a", "b"]] * 9
    lookups = [what for what in commserve.asked if what.startswith(("GetId", "Subclient"))]
    assert sorted(what for what in lookups if what != "Subclient 2") == [
        *("GetId c1", "GetId c11", "GetId c2", "GetId c3"),
        *("Subclient 1", "Subclient 11", "Subclient 3"),
    ]
    assert 1 <= lookups.count("Subclient 2") <= 3
