# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Long lists, page by page, from servers that page in their own ways."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.api.errors import Forbidden, ProtocolError
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.storware import paging
from ansible_collections.nightshift.backup.tests.unit.platforms.storware.scripted import Script, guid
from werkzeug import Response

Query = Mapping[str, list[str]]


@pytest.fixture(autouse=True)
def _short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "PAGE", 3)


def pages(
    count: int, *, cap: int = 100, total: int | None = None, shift: int = 0, ignores: bool = False
) -> Callable[[Query, Any], Response]:
    """Return a server's way of paging ``count`` objects: it may cap pages, count, shift by a place, or not page."""

    def answer(query: Query, _body: Any) -> Response:
        records = [{"guid": guid(number)} for number in range(count)]
        shown: Sequence[Any] = records
        headers = {}
        if "page" in query and not ignores:
            page, size = int(query["page"][0]), min(int(query["size"][0]), cap)
            start = page * size + (shift if page else 0)
            shown = records[start : start + size]
            headers = {"X-Total-Count": str(total)} if total is not None else {}
        return Response(json.dumps(shown), 200, headers, content_type="application/json")

    return answer


@pytest.mark.parametrize(
    ("answer", "requests"),
    [
        (pages(7, total=7), 3),
        (pages(6, total=6), 2),
        (pages(0, total=0), 1),
        (pages(7), 4),
        (pages(6), 3),
        (pages(7, cap=2, total=7), 4),
        (pages(7, cap=2), 5),
        (pages(7, ignores=True), 2),
        (pages(3, ignores=True), 2),
        (pages(2, ignores=True), 2),
        # One object slipped from the second page to the first after that was read.
        (pages(7, total=7, shift=1), 4),
    ],
)
def test_everything_comes_once(script: Script, answer: Any, requests: int) -> None:
    script.says("things", answer)
    found = [record["guid"] for record in paging.read_all(script.session, "things", {"type": "X"})]
    count = {guid(number) for number in range(len(found))}
    assert set(found) == count
    assert len(found) == len(count)
    assert len(script.calls) == requests
    assert all(query["type"] == ["X"] for _how, _path, query, _body in script.calls)


@pytest.mark.parametrize("record", [{"name": "a"}, {"guid": 7}, {"guid": "all-finished"}, {"guid": None}])
def test_what_has_no_guid_might_be_what_is_looked_for(script: Script, record: dict[str, Any]) -> None:
    script.says("things", [{"guid": guid(1)}, record])
    with pytest.raises(ProtocolError, match="lists something without a GUID"):
        paging.read_all(script.session, "things")


def test_a_server_that_refuses_pages_is_asked_for_all(script: Script) -> None:
    script.says("things", 400, [{"guid": guid(1)}, {"guid": guid(2)}])
    assert len(paging.read_all(script.session, "things")) == 2
    assert script.calls[-1][2] == {}


def test_another_refusal_is_told(script: Script) -> None:
    script.says("things", 403)
    with pytest.raises(Forbidden):
        paging.read_all(script.session, "things")
