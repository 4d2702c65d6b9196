# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Apply a query to the records that a server lists for it, since it may have ignored any part of the query."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...api.errors import Rejected
from ...api.session import Session
from .records import entity_guid, read_task, task_type
from .responses import ref_guid
from .task_asked import Asked
from .task_filters import OPTION_OF, ObjectFilter
from .task_pages import honours, list_pages

_MOUNTED = "mounted-backup-assigned"

Record = Mapping[str, Any]


class Sieve:
    """Keeps the records that are asked for."""

    def __init__(self, session: Session, asked: Asked) -> None:
        self._session = session
        self._asked = asked

    def kept(self, records: Sequence[Record]) -> list[Record]:
        """Return those of ``records`` that fit. Raises where that can be found out in no way."""
        left = [record for record in records if self._fits(record)]
        for one, guid in self._asked.objects:
            left = self._of_object(one, guid, left)
        if self._asked.mounted is not None and left:
            left = self._mounted(self._asked.mounted, left)
        text = self._asked.texts.get("filter")
        if text is not None and left and not honours(self._session, self._asked.path, "filter"):
            left = [record for record in left if any(text.casefold() in word.casefold() for word in _words(record))]
        return left

    def _fits(self, record: Record) -> bool:
        """Apply what every record tells of itself."""
        asked = self._asked
        if asked.types and task_type(record) not in asked.types:
            return False
        name = str(read_task(record).entity["name"])
        if "nameLike" in asked.texts and asked.texts["nameLike"].casefold() not in name.casefold():
            return False
        if not asked.entities:
            return True
        guid = entity_guid(record)
        # The reference is gone once the entity is, and its name stays.
        return guid in asked.entities if guid else name in filter(None, asked.entities.values())

    def _of_object(self, one: ObjectFilter, guid: str, records: Sequence[Record]) -> list[Record]:
        verdicts = [(record, one.fits(record, guid)) for record in records]
        untold = any(verdict is None for _record, verdict in verdicts)
        trusted = untold and honours(self._session, self._asked.path, one.parameter)
        if untold and not trusted and not one.always:
            raise _ignored(one.parameter)
        return [record for record, verdict in verdicts if verdict or (verdict is None and trusted)]

    def _mounted(self, wanted: bool, records: Sequence[Record]) -> list[Record]:
        """Compare with the lists for both values: what the parameter does is not documented, but that must differ."""
        path = self._asked.path
        without = set(list_pages(self._session, path, {_MOUNTED: "false"}))
        assigned = set(list_pages(self._session, path, {_MOUNTED: "true"}))
        if without and without <= assigned:
            raise _ignored(_MOUNTED)
        return [record for record in records if (ref_guid(record) in assigned) is wanted]


def _ignored(parameter: str) -> Rejected:
    option = OPTION_OF[parameter]
    return Rejected(
        f"The server ignores {parameter}, and its records do not tell, so that {option} cannot be applied.",
        next_step="Leave it out, or narrow the tasks by something else.",
        method="GET",
        path="tasks",
    )


def _words(value: object) -> Iterator[str]:
    """Yield every text within a record."""
    if isinstance(value, Mapping):
        for entry in value.values():
            yield from _words(entry)
    elif isinstance(value, list):
        for entry in value:
            yield from _words(entry)
    elif isinstance(value, str):
        yield value
