# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Put a query into the server's words: its states and types, and the GUIDs of the objects that it names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ...api.errors import ServiceError
from ...api.session import Session
from ...model.query import TaskQuery
from .guids import is_guid
from .lookup import Lookup
from .responses import ref_guid
from .targets import parse_targets
from .task_filters import NODE, OBJECT_FILTERS, ObjectFilter, native_states, native_types
from .task_orders import ORDERS


@dataclass(frozen=True)
class Asked:
    """A query in the server's words.

    ``objects`` are GUIDs, or names as long as nothing was looked up, ``entities`` the names that targets have by their
    GUIDs. ``states`` is ``None`` for any. ``node`` is whose queue is asked for, ``None`` for no node's.
    """

    path: str
    types: tuple[str, ...]
    states: Sequence[str] | None
    objects: Sequence[tuple[ObjectFilter, str]]
    texts: Mapping[str, str]
    mounted: bool | None
    node: str | None
    order: Mapping[str, str]
    entities: Mapping[str, str] = field(default_factory=dict)


def read_query(query: TaskQuery) -> Asked:
    """Return what is to be asked. Pure; raises ``InvalidOption``."""
    given = {**query.filters, **({} if query.schedule is None else {"schedule": query.schedule})}
    objects = [(one, one.read(given[one.option])) for one in OBJECT_FILTERS if one.option in given]
    texts = {"nameLike": query.name_like, "filter": given.get("search")}
    order = {}
    if query.order_by not in ORDERS and not query.ids:
        order = {"orderBy": query.order_by, "direction": "desc" if query.descending else "asc"}
    detailed = query.detailed or query.order_by == "created_at" or any(one.detailed for one, _given in objects)
    return Asked(
        path="tasks/detailed" if detailed else "tasks",
        types=native_types(query.types),
        states=native_states(query.states),
        objects=objects,
        texts={name: text for name, text in texts.items() if text is not None},
        mounted=given.get("mounted_backup_assigned"),
        node=NODE.read(given["queued_for_node"]) if "queued_for_node" in given else None,
        order=order,
    )


def look_up(session: Session, query: TaskQuery, asked: Asked) -> Asked:
    """Replace all names by GUIDs. Raises for a name that is not that of exactly one object."""
    return replace(
        asked,
        objects=[(one, _guid(session, one, given, query)) for one, given in asked.objects],
        node=None if asked.node is None else _guid(session, NODE, asked.node, query),
        entities=_entities(session, query),
    )


def _guid(session: Session, one: ObjectFilter, given: str, query: TaskQuery) -> str:
    if one.any_text or is_guid(given):
        # The object itself may be gone, and its tasks still there.
        return given
    if one.option != "protected_entity":
        return ref_guid(Lookup(session).named(one.path, one.what, given, one.names))
    targets = parse_targets([{"name": given, "project": query.filters.get("project")}])
    return next(iter(_entities(session, replace(query, targets=targets))))


def _entities(session: Session, query: TaskQuery) -> dict[str, str]:
    named = [target for target in query.targets if "name" in target.given]
    found = {target.given["guid"]: "" for target in query.targets if "name" not in target.given}
    records = Lookup(session).entities(named)
    for target in named:
        record = records[target.position]
        if isinstance(record, ServiceError):
            raise record
        found[ref_guid(record)] = target.given["name"]
    return found
