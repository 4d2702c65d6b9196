# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read which backups of entities have ended, good ones and bad: what ``max_age`` and verdicts on protection go by."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from ...api.errors import ServiceError
from ...api.session import Session
from ...api.side_by_side import try_each
from ...model.task import Task
from . import calls
from .paging import read_all
from .records import entity_guid, read_backup
from .responses import enum_name

MANY = 20
"""From so many entities on, one listing of all backups is cheaper than one for each entity."""

_DAY = 86400.0
# Copies an old backup to another destination, and takes nothing from the entity.
_NO_BACKUP = "SYNCHRONIZATION"


def ended_backups(
    session: Session, age: float, entities: Collection[str] | None = None
) -> Mapping[str, Sequence[Task] | ServiceError]:
    """Return the backups that began within the last ``age`` seconds and ended, by the GUID of their entity.

    ``entities`` says which are read, ``None`` all there are; each of them has an entry. An error stands for its own
    entity alone where each is read by itself.
    """
    query: dict[str, Any] = {}
    now = session.server_time
    if now is not None:
        # Which of its times the server compares is not documented, hence a day more than is asked for.
        query["from"] = int((now - age - _DAY) * 1000)
    since = now - age if now is not None else None
    if entities is not None and len(entities) < MANY:
        guids = list(entities)
        found_of = try_each(lambda guid: _ended(calls.backups_of(session, guid, **query), since), guids)
        return dict(zip(guids, found_of, strict=True))
    found: dict[str, list[Task]] = {guid: [] for guid in entities or ()}
    for record in read_all(session, "backups", query):
        guid = entity_guid(record)
        if entities is None or guid in found:
            found.setdefault(guid, []).extend(_ended([record], since))
    return found


def _ended(records: Sequence[Mapping[str, Any]], since: float | None) -> list[Task]:
    tasks = [read_backup(record) for record in records if enum_name(record.get("type")) != _NO_BACKUP]
    return [
        task
        for task in tasks
        if task.state.is_end and (since is None or task.started_at is None or task.started_at >= since)
    ]
