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
from .paging import read_all
from .responses import read_list, ref_guid

Query = Mapping[str, Any]
Record = dict[str, Any]


def list_pages(session: Session, path: str, query: Query) -> dict[str, Record]:
    """Return all tasks that a list shows, by GUID."""
    return _insistent(query, lambda asked: _by_guid(read_all(session, path, asked)))


def honours(session: Session, path: str, parameter: str) -> bool:
    """Tell whether the server filters by ``parameter``: asked for what cannot exist, it then shows nothing."""
    query = {parameter: str(uuid.uuid4()), "page": 0, "size": 1}
    try:
        return not _insistent(query, lambda asked: _by_guid(_asked_once(session, path, asked)))
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


def _asked_once(session: Session, path: str, query: Query) -> list[Record]:
    return read_list(session.send(Call("GET", path, query=query, safe=True)))


def _by_guid(records: list[Record]) -> dict[str, Record]:
    """Return records by their GUIDs, each once."""
    return {ref_guid(record): record for record in records}
