# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read lists of tasks page by page, to the end."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from ...api.errors import NotFound, Rejected
from ...api.messages import Call
from ...api.session import Session
from .calls import insists_on_mounted
from .guids import is_guid
from .responses import read_list, ref_guid

PAGE = 500
"""How many tasks are asked for at once."""

Query = Mapping[str, Any]
Record = dict[str, Any]


def list_pages(session: Session, path: str, query: Query) -> dict[str, Record]:
    """Return all tasks that a list shows, by GUID."""
    return _insistent(query, lambda asked: _pages(session, path, asked))


def honours(session: Session, path: str, parameter: str) -> bool:
    """Tell whether the server filters by ``parameter``: asked for what cannot exist, it then shows nothing."""
    query = {parameter: str(uuid.uuid4()), "page": 0, "size": 1}
    try:
        return not _insistent(query, lambda asked: _whole(session, path, asked))
    except (NotFound, Rejected) as error:
        if error.http_status not in (400, 404, 422):
            raise
        # It looked for the object, and missed it.
        return True


def _insistent(query: Query, read: Callable[[Query], dict[str, Record]]) -> dict[str, Record]:
    """Ask for both values of a parameter that the server insists on, because its documentation calls it required."""
    try:
        return read(query)
    except Rejected as error:
        if "mounted-backup-assigned" in query or not insists_on_mounted(error):
            raise
    found: dict[str, Record] = {}
    for value in ("false", "true"):
        found.update(read({**query, "mounted-backup-assigned": value}))
    return found


def _pages(session: Session, path: str, query: Query) -> dict[str, Record]:
    found: dict[str, Record] = {}
    page, total = 0, None
    while True:
        records, total = _page(session, path, {**query, "page": page, "size": PAGE})
        new = {guid: record for guid, record in _by_guid(records).items() if guid not in found}
        found.update(new)
        # A page may be shorter than was asked for. Nothing new: it was the last, or the server knows no pages.
        if not new or (total is not None and len(found) >= total):
            break
        page += 1
    if page and total is not None and len(found) < total:
        # Tasks came and went, and pages shifted, so that some were on none of them.
        found.update(_whole(session, path, query))
    return found


def _page(session: Session, path: str, query: Query) -> tuple[list[Record], int | None]:
    reply = session.send(Call("GET", path, query=query, safe=True))
    total = reply.headers.get("x-total-count", "")
    return read_list(reply), int(total) if total.isdecimal() else None


def _whole(session: Session, path: str, query: Query) -> dict[str, Record]:
    return _by_guid(read_list(session.send(Call("GET", path, query=query, safe=True))))


def _by_guid(records: list[Record]) -> dict[str, Record]:
    """Return records by their GUIDs. What has none, or another text in its place, could not be acted on."""
    return {ref_guid(record): record for record in records if is_guid(ref_guid(record))}
