# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read schedules as a CommServe shows them. Pure.

A schedule of the console is a subtask of a task. What is switched on and off is the task, what is deleted is the
subtask, and both have IDs of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...model.schedule import Kind, Listed, Schedule
from ...model.target import Target
from .enums import BACKUP_LEVEL, TASK_TYPE
from .field_types import value_at
from .fields import BACKUP_LEVEL_WIRE
from .jobs import read_id, read_level
from .matching import forms
from .pattern_reader import decode
from .targets import label_of, options_of
from .wire_values import as_bool, as_list, as_mapping

_BACKUP_OPERATION = ("2", "backup")
"""``operationType`` of backups, as an integer or a name."""


def read_listing(document: Mapping[str, Any]) -> Iterator[Listed]:
    """Yield the schedules of a ``GET Schedules`` answer that run backups."""
    for detail in as_list(document.get("taskDetail")):
        task = as_mapping(as_mapping(detail).get("task"))
        task_id = read_id(task.get("taskId"))
        for entry in as_list(as_mapping(detail).get("subTasks")):
            subtask = as_mapping(as_mapping(entry).get("subTask"))
            schedule_id = read_id(subtask.get("subTaskId"))
            if task_id and schedule_id and _runs_backups(subtask):
                yield Listed(task_id, schedule_id, name_of(as_mapping(entry), schedule_id), _kind(task))


def read_schedules(task_info: Mapping[str, Any]) -> Iterator[Schedule]:
    """Yield the schedules of one task, as ``GET Schedules/{taskId}`` answers with it."""
    task = as_mapping(task_info.get("task"))
    entries = [as_mapping(entry) for entry in as_list(task_info.get("subTasks"))]
    names = {read_id(as_mapping(entry.get("subTask")).get("subTaskId")): entry for entry in entries}
    for schedule_id, entry in names.items():
        task_id = read_id(task.get("taskId"))
        if schedule_id is None or task_id is None or not _runs_backups(as_mapping(entry.get("subTask"))):
            continue
        others = [name_of(other, str(key)) for key, other in names.items() if key != schedule_id]
        yield _schedule(task_info, entry, task_id, schedule_id, tuple(others))


def _schedule(
    task_info: Mapping[str, Any], entry: Mapping[str, Any], task_id: str, schedule_id: str, siblings: tuple[str, ...]
) -> Schedule:
    task = as_mapping(task_info.get("task"))
    level = BACKUP_LEVEL.read(value_at({"subTasks": [entry]}, BACKUP_LEVEL_WIRE))
    automatic = as_mapping(as_mapping(entry.get("options")).get("commonOpts")).get("automaticSchedulePattern")
    pattern = as_mapping(entry.get("pattern"))
    return Schedule(
        schedule_id=schedule_id,
        task_id=task_id,
        name=name_of(entry, schedule_id),
        enabled=not as_bool(as_mapping(task.get("taskFlags")).get("disabled")),
        targets=tuple(_targets(as_list(task_info.get("associations")))),
        level=read_level(level.name) if level else None,
        pattern=decode(pattern, as_mapping(automatic) or None) if pattern else None,
        kind=_kind(task),
        siblings=siblings,
        raw={**task_info, "subTasks": [entry]},
    )


def name_of(entry: Mapping[str, Any], schedule_id: str) -> str:
    """Return the name of a schedule, or what the console shows in its place."""
    subtask = as_mapping(entry.get("subTask"))
    nested = as_mapping(subtask.get("subTask"))
    description = as_mapping(entry.get("pattern")).get("description")
    return str(subtask.get("subTaskName") or nested.get("subtaskName") or description or schedule_id).strip()


def _targets(associations: list[Any]) -> Iterator[Target]:
    for position, association in enumerate(associations):
        fields = as_mapping(association)
        given = options_of(fields)
        if not forms(given, "subclient") and forms(given, "backupset"):
            given["entity_type"] = "backupset"
        yield Target(position, given, label_of(given) or _other_label(fields))


def _other_label(association: Mapping[str, Any]) -> str:
    """Return a name for what no target of a play can be, such as a group of clients."""
    names = [f"{key} {value}" for key, value in association.items() if key.endswith("Name") and value]
    return ", ".join(names) or "an entity that only the server knows"


def _kind(task: Mapping[str, Any]) -> Kind:
    if as_bool(as_mapping(task.get("taskFlags")).get("isSystem")):
        return Kind.SYSTEM
    kind = task.get("taskType")
    member = TASK_TYPE.read(kind)
    if member is not None and member.name == "SCHEDULE_POLICY":
        return Kind.POLICY
    # A kind of task that nobody knows here is none that a play has made.
    return Kind.OWN if kind in (None, "") or (member is not None and member.name == "SCHEDULE") else Kind.SYSTEM


def _runs_backups(subtask: Mapping[str, Any]) -> bool:
    """A task without the field is taken for a backup: the listing need not show it, and its details are read next."""
    operation = subtask.get("operationType")
    return operation is None or str(operation).strip().lower() in _BACKUP_OPERATION
