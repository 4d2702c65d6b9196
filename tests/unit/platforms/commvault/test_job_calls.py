# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many requests it takes to read jobs."""

from __future__ import annotations

import json
import re

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.api.connection import Connection
from ansible_collections.nightshift.backup.plugins.module_utils.api.session import Session
from ansible_collections.nightshift.backup.plugins.module_utils.model.states import State
from ansible_collections.nightshift.backup.plugins.module_utils.model.task import Task
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.auth import CommvaultDialect
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.job_calls import read_jobs
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

NEWEST, COUNT = 5000, 3500


class Jobs:
    """A server with many jobs, numbered without gaps, that lists the newest first."""

    def __init__(self, server: HTTPServer) -> None:
        self.asked: list[str] = []
        server.expect_request(re.compile("/api/.*")).respond_with_handler(self._answer)
        self.session = Session(Connection(server.url_for("/api"), token="QSDK x", retries=0), CommvaultDialect())

    def _answer(self, request: Request) -> Response:
        path = request.path.removeprefix("/api/")
        self.asked.append(path)
        if path == "Jobs":
            paging = json.loads(request.data)["pagingConfig"]
            first = NEWEST - int(paging["offset"])
            numbers = range(first, max(first - int(paging["limit"]), NEWEST - COUNT), -1)
        else:
            numbers = range(int(path.removeprefix("Job/")), int(path.removeprefix("Job/")) + 1)
        jobs = [{"jobSummary": {"jobId": number, "status": "Running"}} for number in numbers]
        answer = {"totalRecordsWithoutPaging": COUNT if path == "Jobs" else 1, "jobs": jobs}
        return Response(json.dumps(answer), content_type="application/json")


@pytest.fixture
def jobs(server: HTTPServer) -> Jobs:
    return Jobs(server)


@pytest.mark.parametrize(
    ("numbers", "asked"),
    [
        (range(4991, 5001), ["Jobs"]),
        (range(3991, 4001), ["Jobs"] * 2),
        ([*range(4991, 5001), 1501], ["Jobs"] * 4),
        ([*range(4991, 5001), 7], ["Jobs"] * 4 + ["Job/7"]),
        ([5000, 7], ["Job/5000", "Job/7"]),
    ],
)
def test_no_page_is_read_beyond_the_last_job_that_is_wanted(jobs: Jobs, numbers: list[int], asked: list[str]) -> None:
    read = read_jobs(jobs.session, [Task(str(number), State.UNKNOWN) for number in numbers], None)
    assert sorted(int(task.id) for task in read) == sorted(numbers)
    assert sorted(jobs.asked) == sorted(asked)
