# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""List tasks by the filters of ``task_info``.

The server ignores what it does not know. So each filter that is sent is applied again to what comes back; and where
records do not tell, the server is asked for what cannot exist, which shows whether it filters at all.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

from ...api.errors import NotFound
from ...api.messages import Call
from ...api.session import Session
from ...api.side_by_side import read_each
from ...model.query import Found, Moment, TaskQuery
from ...model.task import Task
from .calls import FEW
from .records import read_task
from .responses import enum_name, read_list, read_object, ref_guid
from .task_asked import Asked, look_up, read_query
from .task_orders import in_order
from .task_pages import list_pages
from .task_sieve import Sieve

Record = Mapping[str, Any]


def find_tasks(session: Session, query: TaskQuery, clock_now: Callable[[], float]) -> Found:
    """Return the tasks that ``query`` asks for.

    ``clock_now`` is this machine's clock, for as long as the server's has not been heard. Raises ``InvalidOption``
    before anything is sent.
    """
    asked = read_query(query)
    if asked.states is not None and not asked.states:
        # No task is ever in these states here.
        return Found([], 0)
    asked = look_up(session, query, asked)
    records = list(_listed(session, asked).values()) if asked.node is None else _queued(session, asked)
    now = session.server_time or clock_now()
    tasks = [read_task(record) for record in Sieve(session, asked).kept(records)]
    kept = [task for task in tasks if _in_state(query, task) and query.spans(task, now)]
    ordered = in_order(query, kept)
    limit = len(ordered) if query.limit is None else query.limit
    return Found(_shown(session, query, ordered[:limit]), len(ordered), len(ordered) > limit)


def narrow_tasks(
    session: Session, query: TaskQuery, tasks: Sequence[Task], clock_now: Callable[[], float]
) -> list[Task]:
    """Return those of ``tasks`` that ``query`` lets pass; when they began matters only where it says so."""
    asked = look_up(session, query, read_query(query))
    records: Iterable[Record] = [task.raw for task in tasks]
    if asked.node is not None:
        records = _among(records, [ref_guid(record) for record in _queued(session, asked)])
    elif asked.objects or asked.mounted is not None or "filter" in asked.texts:
        # What a record does not tell of itself, only the server's list can.
        records = _among(records, _listed(session, replace(asked, states=None)))
    now = session.server_time or clock_now()
    anytime = replace(query, since=query.since or Moment(fixed=0.0))
    found = [read_task(record) for record in Sieve(session, asked).kept(list(records))]
    return _shown(session, query, [task for task in found if _in_state(query, task) and anytime.spans(task, now)])


def _in_state(query: TaskQuery, task: Task) -> bool:
    return not query.states or task.state in query.states


def _among(records: Iterable[Record], guids: Collection[str]) -> list[Record]:
    return [record for record in records if ref_guid(record) in guids]


def _listed(session: Session, asked: Asked) -> dict[str, dict[str, Any]]:
    """Return what the server lists, by GUID: one list for each type and target where they are few."""
    query: dict[str, Any] = {one.parameter: guid for one, guid in asked.objects}
    query.update(asked.texts)
    query.update(asked.order)
    if asked.states is not None:
        query["states"] = list(asked.states)
        if len(asked.states) == 1:
            # Older servers know only this one.
            query["state"] = asked.states[0]
    if asked.mounted is not None:
        query["mounted-backup-assigned"] = str(asked.mounted).lower()
    types: list[dict[str, str]] = [{"type": name} for name in asked.types]
    entities: list[dict[str, str]] = [{"protected-entity": guid} for guid in asked.entities]
    if len(entities) > FEW or "protected-entity" in query:
        entities = []
    if len(types) * max(1, len(entities)) > FEW:
        types = []
    found: dict[str, dict[str, Any]] = {}
    for kind, entity in product(types or [{}], entities or [{}]):
        found.update(list_pages(session, asked.path, {**query, **kind, **entity}))
    return found


def _queued(session: Session, asked: Asked) -> list[Record]:
    """Return what is queued for a node.

    The call is how a node fetches its work, so it is sent once, and never again by itself.
    """
    call = Call("GET", "tasks/queued", query={"node": asked.node or ""})
    records: list[Record] = [one for one in read_list(session.send(call)) if enum_name(one.get("state")) == "QUEUED"]
    return _among(records, _listed(session, replace(asked, states=None)))


def _shown(session: Session, query: TaskQuery, tasks: Sequence[Task]) -> list[Task]:
    """Return tasks as they are to be shown: with their extended records where that is asked for."""
    if not query.filters.get("extended"):
        return list(tasks)
    return read_each(lambda task: _extended(session, task), tasks)


def _extended(session: Session, task: Task) -> Task:
    call = Call("GET", f"tasks/{task.id}", query={"extended": "true"}, safe=True)
    try:
        return read_task(read_object(session.send(call)))
    except NotFound:
        # It was purged meanwhile.
        return task
