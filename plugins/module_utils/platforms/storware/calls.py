# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ask a Storware server about tasks and backups.

What it is to filter by is checked again here, because it ignores parameters that it does not know.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from ...api.errors import NotFound, Rejected, ServiceError
from ...api.messages import Call
from ...api.session import Session
from ...api.side_by_side import read_each
from ...model.states import State
from .records import EXPORT, STORE, backup_time, created_at, entity_guid, is_active, task_state, task_type
from .responses import read_list, read_object, ref_guid

ACTIVE = ("QUEUED", "RUNNING")
FEW = 4
"""Up to so many entities or tasks, one request each is cheaper for the server than a listing of all."""

Query = Mapping[str, Any]
Record = dict[str, Any]


def list_tasks(session: Session, query: Query, path: str = "tasks/detailed") -> list[Record]:
    """List tasks. A server that insists on the parameter which its documentation calls required gets it."""
    call = Call("GET", path, query=query, safe=True)
    try:
        return read_list(session.send(call))
    except Rejected as error:
        if not insists_on_mounted(error):
            raise
    again = {**query, "mounted-backup-assigned": "false"}
    return read_list(session.send(Call("GET", path, query=again, safe=True)))


def insists_on_mounted(error: ServiceError) -> bool:
    """Tell whether a refusal is about the parameter that the documentation calls required."""
    return error.http_status == 400 and "mounted-backup-assigned" in error.message


def active_backups(session: Session, entities: Collection[str], path: str = "tasks/detailed") -> list[Record]:
    """List the queued and running exports and stores of these entities."""
    queries: list[dict[str, Any]] = [{"states": list(ACTIVE)}]
    if len(entities) <= FEW:
        queries = [{"states": list(ACTIVE), "protected-entity": guid} for guid in sorted(entities)]
    found = {ref_guid(record): record for query in queries for record in list_tasks(session, query, path)}
    return [
        record
        for record in found.values()
        if task_type(record) in (EXPORT, STORE) and is_active(record) and entity_guid(record) in entities
    ]


def exports_since(session: Session, entities: Collection[str], since: float) -> list[Record]:
    """List the exports of these entities that were made since then, in whatever state."""
    queries: list[dict[str, Any]] = [{"type": EXPORT}]
    if len(entities) <= FEW:
        queries = [{"type": EXPORT, "protected-entity": guid} for guid in sorted(entities)]
    found = {ref_guid(record): record for query in queries for record in list_tasks(session, query)}
    return [
        record
        for record in found.values()
        if task_type(record) == EXPORT and entity_guid(record) in entities and (created_at(record) or since) >= since
    ]


def read_tasks(session: Session, guids: Iterable[str], listed: Sequence[Record] | None = None) -> dict[str, Record]:
    """Read tasks by their GUIDs, out of a listing where there is one. One that was purged is left out."""
    wanted = set(guids)
    if listed is None:
        listed = list_tasks(session, {}) if len(wanted) > FEW else []
    found = {ref_guid(record): record for record in listed if ref_guid(record) in wanted}
    missing = sorted(wanted - set(found))
    singly = read_each(lambda guid: _read_task(session, guid), missing)
    found.update((guid, record) for guid, record in zip(missing, singly, strict=True) if record is not None)
    return found


def _read_task(session: Session, guid: str) -> Record | None:
    try:
        return read_object(session.send(Call("GET", f"tasks/{guid}", safe=True)))
    except NotFound:
        return None


def tasks_of_backup(session: Session, backup: str, entity: str) -> list[Record]:
    """List the exports and stores of one backup, retries included."""
    return [
        record
        for record in list_tasks(session, {"backup": backup})
        if task_type(record) in (EXPORT, STORE) and entity_guid(record) in ("", entity)
    ]


def backups_of(session: Session, entity: str, **query: Any) -> list[Record]:
    """List the backups of an entity, the newest first; those without a time yet come before all others."""
    given = {"protected-entity": entity, **query}
    records = read_list(session.send(Call("GET", "backups", query=given, safe=True)))
    own = [record for record in records if entity_guid(record) in ("", entity)]
    return sorted(own, key=lambda record: backup_time(record) or float("inf"), reverse=True)


def read_backup_record(session: Session, guid: str) -> Record | None:
    """Read one backup, ``None`` when the server has none of this GUID."""
    try:
        return read_object(session.send(Call("GET", f"backups/{guid}", safe=True)))
    except NotFound:
        return None


def cancel_task(session: Session, record: Mapping[str, Any], *, repeats: bool = True) -> None:
    """Cancel a running task, and drop a queued one. Repeating it is harmless, and so is a task that is gone.

    Without ``repeats`` a request whose answer is lost is not sent again, so that the caller learns of it: what a
    repetition is told does not say whether the task was cancelled by the first.
    """
    guid = ref_guid(record)
    if task_state(record) is State.QUEUED:
        _tolerant(session, Call("DELETE", f"tasks/{guid}", safe=repeats))
        return
    try:
        session.send(Call.with_json("POST", "tasks/cancel-running", [record], safe=repeats))
    except (NotFound, Rejected) as error:
        if error.http_status not in (404, 405):
            raise
        # Older servers know only what their own client sends.
        document = {"state": {"name": "CANCELLED"}, "statusInfo": "Cancelled by nightshift.backup"}
        _tolerant(session, Call.with_json("PUT", f"tasks/{guid}/state", document, safe=repeats))


def _tolerant(session: Session, call: Call) -> None:
    try:
        session.send(call)
    except NotFound:
        # It ended and was purged meanwhile.
        return


def short_records(session: Session, entity: str, guids: Sequence[str]) -> list[Record]:
    """Return the active ones of these tasks as the short list shows them, which is how a request names them."""
    return [record for record in active_backups(session, [entity], "tasks") if ref_guid(record) in guids]
