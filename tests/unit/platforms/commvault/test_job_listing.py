# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A listing of jobs is read as a whole or not at all: what is passed over could be the job that is looked for."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.api.connection import Connection
from ansible_collections.nightshift.backup.plugins.module_utils.api.errors import ProtocolError
from ansible_collections.nightshift.backup.plugins.module_utils.api.session import Session
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.auth import CommvaultDialect
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.job_calls import ALL, list_jobs
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response


def row(number: int) -> dict[str, Any]:
    return {"jobSummary": {"jobId": number, "status": "Running"}}


def listed(server: HTTPServer, *pages: Any) -> list[str]:
    """Return the IDs of what is listed where the server answers with these pages, the last one for ever."""
    left = list(pages)

    def answer(_request: Request) -> Response:
        page = left.pop(0) if len(left) > 1 else left[0]
        return Response(json.dumps(page), content_type="application/json")

    server.expect_request("/api/Jobs").respond_with_handler(answer)
    with Session(Connection(server.url_for("/api"), token="x", retries=0), CommvaultDialect()) as session:
        return [task.id for task in list_jobs(session, ALL, 3600)]


@pytest.mark.parametrize(
    "page", [{"jobs": []}, {"totalRecordsWithoutPaging": 0}, {"jobs": [], "totalRecordsWithoutPaging": 0}]
)
def test_no_jobs(server: HTTPServer, page: Any) -> None:
    assert listed(server, page) == []


def test_pages_overlap_where_jobs_come_in_between(server: HTTPServer) -> None:
    first = {"totalRecordsWithoutPaging": 3, "jobs": [row(3), row(2)]}
    assert listed(server, first, {"totalRecordsWithoutPaging": 4, "jobs": [row(2), row(1)]}) == ["3", "2", "1"]


@pytest.mark.parametrize(
    "page",
    [
        {},
        {"a": "x"},
        {"jobs": {}},
        {"jobs": "none"},
        {"jobs": [None]},
        {"jobs": [row(1), {"jobSummary": None}]},
        {"jobs": [row(1), {"jobSummary": {"jobId": "9" * 5000}}]},
        {"totalRecordsWithoutPaging": 10**9, "jobs": [row(1)]},
    ],
)
def test_a_listing_that_cannot_be_read_as_a_whole_is_a_protocol_error(server: HTTPServer, page: Any) -> None:
    with pytest.raises(ProtocolError):
        listed(server, page)
