# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Send a call that makes tasks exactly once: one whose answer is lost is looked for, never sent again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...api.errors import Fate, ServiceError, UnknownOutcome
from ...api.messages import Call, Reply
from ...api.session import Session
from ...model.clock import Clock
from .calls import list_tasks
from .operation_types import Operation
from .records import created_at, entity_guid, read_task
from .responses import entries, read_document, ref_guid

_PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
# The Date header is whole seconds.
_SLACK = 5.0

# The vendor's page and its own client name different paths for a snapshot.
_OTHER_PATHS = {"tasks/snapshot": "tasks/vm-snapshot"}

Record = dict[str, Any]


def made_tasks(reply: Reply) -> list[Record]:
    """Return the tasks that an answer names: one, a list, or those within the answer to a batch."""
    document = read_document(reply)
    if isinstance(document, Mapping) and isinstance(document.get("tasks"), list):
        return [dict(record) for record in entries(document, "tasks")]
    listed = document if isinstance(document, list) else [document]
    return [record for record in listed if isinstance(record, dict) and ref_guid(record)]


def start_once(session: Session, operation: Operation, call: Call, body: Any, clock: Clock) -> tuple[Any, list[Record]]:
    """Send ``call`` and return its answer and the tasks that it made. Raises ``UnknownOutcome``."""
    known = {ref_guid(record) for record in _listed(session, operation)}
    begun = clock.monotonic()
    try:
        reply = _sent(session, call)
        # One that cannot be read is as good as lost.
        return read_document(reply), made_tasks(reply)
    except ServiceError as error:
        if error.fate is not Fate.OPEN:
            raise
        found = _look_for(session, operation, body, known, clock, begun)
        if not found:
            raise _unknown(operation, error) from error
        return None, found


def _sent(session: Session, call: Call) -> Reply:
    try:
        return session.send(call)
    except ServiceError as error:
        other = _OTHER_PATHS.get(call.path)
        if other is None or error.http_status not in (404, 405):
            raise
    return session.send(Call(call.method, other, call.query, body=call.body, content_type=call.content_type))


def _listed(session: Session, operation: Operation) -> list[Record]:
    return list_tasks(session, {"type": operation.task_types[0]}) if operation.task_types else []


def _look_for(
    session: Session, operation: Operation, body: Any, known: set[str], clock: Clock, begun: float
) -> list[Record]:
    """Return the tasks that are ours: of the window that the body names, and exactly of its entities.

    Without a window, a colleague's task of the same entity would look the same.
    """
    wanted = body if isinstance(body, Mapping) else {}
    entities = {ref_guid(entry) for entry in entries(wanted, "protectedEntities")}
    if not operation.task_types or "windowStart" not in wanted:
        # Nothing would tell our tasks from a colleague's.
        return []
    for pause in _PAUSES:
        clock.sleep(pause)
        try:
            records = _listed(session, operation)
        except ServiceError:
            continue
        now = session.server_time
        since = 0.0 if now is None else now - (clock.monotonic() - begun) - _SLACK
        found = [
            record
            for record in records
            if ref_guid(record) not in known
            and (created_at(record) or since) >= since
            and read_task(record).interactive is not False
            and (not entities or entity_guid(record) in entities)
            and record.get("windowStart") == wanted["windowStart"]
        ]
        if found and entities <= {entity_guid(record) for record in found}:
            return found if len(found) == max(1, len(entities)) else []
    return []


def _unknown(operation: Operation, error: ServiceError) -> UnknownOutcome:
    kinds = " or ".join(operation.task_types) or "new"
    return UnknownOutcome(
        f"{operation.id} was sent and its answer was lost ({error.message}) What it made cannot be told from others.",
        next_step=f"It may have been carried out: look on the server for {kinds} tasks before you run this again.",
        http_status=error.http_status,
        method=error.method,
        path=error.path,
        fate=Fate.OPEN,
    )
