# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read long lists page by page, and notice when a page is missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...api.errors import Rejected
from ...api.messages import Call, Reply
from ...api.session import Session
from .responses import read_list, ref_guid

PAGE = 1000

Record = dict[str, Any]


def read_all(session: Session, path: str, query: Mapping[str, Any] | None = None) -> list[Record]:
    """Return every object of a list, each once.

    In which order a server pages is not documented, so what comes or goes meanwhile may shift another object out of
    every page. Where fewer came than the server counts, and where it refuses pages, the whole list is read at once.
    """
    given = dict(query or {})
    found: dict[str, Record] = {}
    page, total = 0, None
    while True:
        try:
            reply = _read(session, path, {**given, "page": page, "size": PAGE})
        except Rejected as error:
            if error.http_status != 400:
                raise
            return read_list(_read(session, path, given))
        known, total = len(found), _total(reply)
        records = read_list(reply)
        found.update({ref_guid(record): record for record in records})
        # A page may be shorter than was asked for. Nothing new: it was the last, or the server knows no pages.
        if len(found) == known or (total is not None and len(found) >= total):
            break
        page += 1
    if total is not None and len(found) < total:
        return read_list(_read(session, path, given))
    return list(found.values())


def _read(session: Session, path: str, query: Mapping[str, Any]) -> Reply:
    return session.send(Call("GET", path, query=query, safe=True))


def _total(reply: Reply) -> int | None:
    text = reply.headers.get("x-total-count", "").strip()
    return int(text) if text.isdecimal() else None
