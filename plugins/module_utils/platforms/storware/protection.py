# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Storware knows about the protection of entities, and of everything it holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ...api.errors import Forbidden, NotFound, ServiceError
from ...api.session import Session
from ...api.side_by_side import read_each
from ...model.levels import Level
from ...model.protection import Evidence
from ...model.target import Target
from ...model.task import Task
from . import calls
from .export import refuse_level
from .history import ended_backups
from .lookup import Lookup
from .paging import read_all
from .protecting_policies import Cover, cover_of, read_covers
from .records import entity_guid, read_task
from .responses import enum_name, ref_guid, ref_name
from .targets import kind_of, label_of, parse_targets, refuse_twice

_MANAGERS = ("hvManager", "hypervisorManager")

Record = Mapping[str, Any]


class StorwareProtection:
    """The verbs of ``ProtectionPlatform`` in Storware's REST API."""

    shows_every_part = True

    def __init__(self, session: Session) -> None:
        self._session = session
        self._lookup = Lookup(session)

    def parse_selection(self, given: Sequence[Mapping[str, Any]]) -> tuple[Target, ...]:
        """Read ``targets``: a Storware target selects one entity, or is refused."""
        return parse_targets(given)

    def check_level(self, level: Level) -> None:
        """Refuse a level of which no backup of Storware can be."""
        if level is not Level.SYNTHETIC_FULL:
            refuse_level(level, "to judge by")

    def server_time(self) -> float | None:
        """Return the server's clock as last heard, Unix seconds."""
        return self._session.server_time

    def evidence(self, targets: Sequence[Target], age: float) -> Sequence[Evidence]:
        """Look the entities up by name, and read their backups, tasks, policies and schedules."""
        records = self._lookup.entities(targets)
        found = {position: record for position, record in records.items() if not isinstance(record, ServiceError)}
        _refuse_twins(targets, found)
        guids = [ref_guid(record) for record in found.values()]
        history = ended_backups(self._session, age, guids)
        running = _by_entity(calls.active_backups(self._session, guids) if guids else ())
        covers = self._covers() if any(kind_of(target) == "VM" for target in targets) else {}

        def of(target: Target) -> Evidence:
            record = records[target.position]
            try:
                if isinstance(record, ServiceError):
                    raise record
                policy = self._lookup.policy_of(record) if kind_of(target) == "VM" else None
                return _evidence(target, record, history, running, _cover(target, covers, policy))
            except ServiceError as error:
                return Evidence(target, error=error)

        return read_each(of, targets)

    def estate(self, age: float, *, every_part: bool) -> Sequence[Evidence]:
        """Read entities, backups, tasks, policies and schedules in one listing each.

        An entity is its own only part, so there is nothing more to read for ``every_part``.
        """
        del every_part
        entities = [*self._machines(), *self._others()]
        history = ended_backups(self._session, age)
        running = _by_entity(calls.active_backups(self._session, {ref_guid(record) for _given, record in entities}))
        covers = self._covers()
        entities.sort(key=lambda entity: (label_of(entity[0]).casefold(), entity[0]["guid"]))
        evidence = []
        for position, (given, record) in enumerate(entities):
            target = Target(position, given, label_of(given))
            cover = _cover(target, covers, record.get("vmBackupPolicy"))
            found = _evidence(target, record, history, running, cover)
            evidence.append(replace(found, present=record.get("present") is not False))
        return evidence

    def _covers(self) -> Mapping[str, Cover] | None:
        """Read what policies do; ``None`` where the user may not know, since that decides no verdict."""
        try:
            return read_covers(self._session)
        except (Forbidden, NotFound):
            return None

    def _machines(self) -> Iterator[tuple[dict[str, Any], Record]]:
        for record in read_all(self._session, "virtual-machines"):
            if ref_guid(record):
                yield _given(record), record

    def _others(self) -> Iterator[tuple[dict[str, Any], Record]]:
        """Yield what is no virtual machine: applications, storages and so on."""
        try:
            records = read_all(self._session, "protected-entities")
        except NotFound:
            # Older servers have no such list.
            return
        for record in records:
            kind = enum_name(record.get("type"))
            if ref_guid(record) and kind not in ("", "VM"):
                yield {**_given(record), "kind": kind.lower()}, record


def _given(record: Record) -> dict[str, Any]:
    """Return an entity in the options of a target."""
    given = {"name": ref_name(record), "guid": ref_guid(record)}
    manager = next(filter(None, (ref_name(record.get(key)) for key in _MANAGERS)), "")
    if manager:
        given["hypervisor_manager"] = manager
    elif ref_name(record.get("hypervisor")):
        given["hypervisor"] = ref_name(record.get("hypervisor"))
    return {key: value for key, value in given.items() if value}


def _refuse_twins(targets: Sequence[Target], found: Mapping[int, Record]) -> None:
    """Refuse two targets that turn out to be one entity."""
    known: dict[str, Target] = {}
    for target in targets:
        guid = ref_guid(found.get(target.position))
        if guid in known:
            refuse_twice(known[guid], target)
        if guid:
            known[guid] = target


def _by_entity(records: Sequence[Record]) -> dict[str, list[Task]]:
    found: dict[str, list[Task]] = {}
    for record in records:
        found.setdefault(entity_guid(record), []).append(read_task(record))
    return found


def _cover(target: Target, covers: Mapping[str, Cover] | None, policy: object) -> Cover:
    """Return what the entity's policy does. Where other entities than VMs say theirs is not documented."""
    return cover_of(covers, policy) if kind_of(target) == "VM" and covers is not None else Cover(None)


def _evidence(
    target: Target,
    record: Record,
    history: Mapping[str, Sequence[Task] | ServiceError],
    running: Mapping[str, Sequence[Task]],
    cover: Cover,
) -> Evidence:
    guid = ref_guid(record)
    ended = history.get(guid, ())
    if isinstance(ended, ServiceError):
        raise ended
    return Evidence(target, {target.label: ended}, running.get(guid, ()), cover.schedules, notes=cover.notes)
