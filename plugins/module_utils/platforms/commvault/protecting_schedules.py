# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which schedules back up what, as far as ``GET Schedules`` tells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...api.messages import Call
from ...api.session import Session
from ...model.protection import Coverage
from ...model.target import Target
from .jobs import read_id
from .matching import equal, forms
from .responses import read_json
from .targets import options_of

_BACKUP_OPERATIONS = ("1", "2", "ALL_BACKUP_JOBS", "BACKUP")
_LEVELS = ("client", "app", "instance", "backupset", "subclient")


@dataclass(frozen=True)
class ScheduleRecord:
    """A schedule: its IDs, and what it backs up in the options of targets."""

    name: str
    task_id: str | None
    schedule_id: str | None
    enabled: bool
    is_backup: bool
    entities: tuple[Mapping[str, Any], ...]


def read_schedules(session: Session) -> list[ScheduleRecord]:
    """Read all schedules in one listing; singly only those of which the listing does not say what they back up."""
    document = read_json(session.send(Call("GET", "Schedules", safe=True)))
    entries = document.get("taskDetail")
    records: list[ScheduleRecord] = []
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, Mapping):
            records.extend(_records(_complete(session, entry)))
    return records


def _complete(session: Session, entry: Mapping[str, Any]) -> Mapping[str, Any]:
    task = entry.get("task")
    task_id = read_id(task.get("taskId")) if isinstance(task, Mapping) else None
    if entry.get("associations") or task_id is None:
        return entry
    document = read_json(session.send(Call("GET", f"Schedules/{task_id}", safe=True)))
    info = document.get("taskInfo")
    return info if isinstance(info, Mapping) else entry


def _records(entry: Mapping[str, Any]) -> Iterator[ScheduleRecord]:
    task = entry.get("task")
    task = task if isinstance(task, Mapping) else {}
    flags = task.get("taskFlags")
    disabled = flags.get("disabled") if isinstance(flags, Mapping) else False
    entities = tuple(options_of(item) for item in _dicts(entry.get("associations")))
    for outer in _dicts(entry.get("subTasks")):
        subtask = outer.get("subTask")
        subtask = subtask if isinstance(subtask, Mapping) else {}
        yield ScheduleRecord(
            name=_name(subtask, outer.get("pattern")),
            task_id=read_id(task.get("taskId")),
            schedule_id=read_id(subtask.get("subTaskId")),
            enabled=str(disabled).lower() not in ("true", "1"),
            is_backup=str(subtask.get("operationType", "2")) in _BACKUP_OPERATIONS,
            entities=entities,
        )


def _name(subtask: Mapping[str, Any], pattern: object) -> str:
    """Return the schedule's name; the server shows one without a name by its pattern, else by its ID."""
    described = pattern.get("description") if isinstance(pattern, Mapping) else None
    return str(subtask.get("subTaskName") or described or subtask.get("subTaskId") or "")


def _dicts(value: object) -> Iterator[Mapping[str, Any]]:
    for entry in value if isinstance(value, list) else ():
        if isinstance(entry, Mapping):
            yield entry


class CoverageIndex:
    """The backup schedules by the client that they name, so that a large estate is not compared pair by pair."""

    def __init__(self, records: Iterable[ScheduleRecord]) -> None:
        self._by_client: dict[tuple[str, str], list[tuple[Mapping[str, Any], ScheduleRecord]]] = {}
        self.entities: list[Mapping[str, Any]] = []
        for record in records:
            for entity in record.entities if record.is_backup else ():
                self.entities.append(entity)
                for key in forms(entity, "client"):
                    self._by_client.setdefault(key, []).append((entity, record))

    def of(self, target: Target) -> Sequence[Coverage]:
        """Return the schedules that back up ``target`` or a part of it, each name once, enabled if any of it is."""
        found: dict[str, bool] = {}
        for key in forms(target.given, "client"):
            for entity, record in self._by_client.get(key, ()):
                if touches(entity, target.given):
                    found[record.name] = found.get(record.name, False) or record.enabled
        return [Coverage(name, enabled) for name, enabled in sorted(found.items())]


def touches(entity: Mapping[str, Any], target: Mapping[str, Any]) -> bool:
    """Tell whether what a schedule names is the target, holds it, or is a part of it.

    What only one of the two names sets them not apart: it is the wider one.
    """
    return all(equal(entity, target, level) is not False for level in _LEVELS)
