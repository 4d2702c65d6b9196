# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read records of tasks and of backups. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model.levels import Level
from ...model.states import State
from ...model.task import Task
from .responses import entries, enum_name, moment, read_number, ref_guid, ref_name

EXPORT, STORE = "EXPORT", "STORE"

# What is not listed still lives: a name of a newer release must never be taken for an end.
_STATES: Mapping[str, State] = {
    "QUEUED": State.QUEUED,
    "RUNNING": State.RUNNING,
    "FINISHED": State.SUCCEEDED,
    "FAILED": State.FAILED,
    "CANCELLED": State.CANCELLED,
}
_BACKUP_STATES: Mapping[str, State] = {
    "QUEUED": State.QUEUED,
    "INPROGRESS": State.RUNNING,
    "SUCCESS": State.SUCCEEDED,
    "SUCCESS_REMOVED": State.SUCCEEDED,
    "PARTIAL_SUCCESS": State.PARTIAL,
    "FAILED": State.FAILED,
}
_LEVELS: Mapping[str, Level] = {
    "FULL": Level.FULL,
    "INCREMENTAL": Level.INCREMENTAL,
    "SYNTHETIC": Level.SYNTHETIC_FULL,
}
_WITH_DATA = (State.SUCCEEDED, State.PARTIAL)
_GONE = ("REMOVED", "FAILED")

Record = Mapping[str, Any]


def task_type(record: Record) -> str:
    """Return the type of a task."""
    return enum_name(record.get("type"))


def task_state(record: Record) -> State:
    """Return the state of a task itself. A finished export is not a finished backup."""
    return _STATES.get(enum_name(record.get("state")), State.UNKNOWN)


def is_active(record: Record) -> bool:
    """Tell whether a task is queued or running."""
    return not task_state(record).is_end


def level_of(value: object) -> Level | None:
    """Return the level behind a backup type; a synchronisation copies a backup and is none."""
    return _LEVELS.get(enum_name(value))


def entity_guid(record: Record) -> str:
    """Return the GUID of the entity that a task or a backup is about."""
    return ref_guid(record.get("protectedEntity"))


def created_at(record: Record) -> float | None:
    """Return when a task was made, Unix seconds."""
    return moment(record.get("creationTime"))


def retries_left(record: Record) -> float | None:
    """Return how often the server makes a copy of a task that fails; ``None`` where it does not say."""
    return read_number(record.get("retryCount"))


def read_task(record: Record) -> Task:
    """Return a task as it is shown while its backup is under way. Its level is what was asked for."""
    created, window = created_at(record), moment(record.get("windowStart"))
    # One that waits for its window is not late.
    due = max((when for when in (created, window) if when is not None), default=None)
    origin = record.get("originEntity")
    started_by = enum_name(origin.get("type")) if isinstance(origin, Mapping) else ""
    guid = ref_guid(record)
    return Task(
        id=guid,
        state=task_state(record),
        native_state=f"{task_type(record)} {enum_name(record.get('state'))}".strip(),
        requested_level=level_of(record.get("backupType")),
        progress=read_number(record.get("progress")),
        started_at=moment(record.get("startTime")) or due,
        finished_at=moment(record.get("finishTime")),
        message=_text(record.get("statusInfo")),
        entity=_entity(record),
        parent_id=guid,
        interactive=started_by == "USER" if started_by else None,
        raw=record,
    )


def backup_time(record: Record) -> float | None:
    """Return the recovery point of a backup, Unix seconds; none before its snapshot exists."""
    return moment(record.get("snapshotTime")) or moment(record.get("backupTime"))


def read_backup(record: Record) -> Task:
    """Return a backup as the task that made it."""
    status = enum_name(record.get("status"))
    state = _BACKUP_STATES.get(status, State.UNKNOWN)
    if state is State.SUCCEEDED and (record.get("warningsPresent") or record.get("warnings")):
        state = State.WARNING
    size = read_number(record.get("size"))
    gone = _why_gone(record, status)
    said = [_text(record.get("statusInfo")), *(_text(warning) for warning in _warnings(record)), gone]
    return Task(
        id=ref_guid(record),
        state=state,
        native_state=status,
        level=level_of(record.get("type")),
        progress=100.0 if state.is_end else None,
        started_at=backup_time(record),
        finished_at=moment(record.get("backupTime")) if state.is_end else None,
        size=int(size) if size is not None else None,
        message="; ".join(text for text in said if text),
        entity=_entity(record),
        restorable=not gone,
        raw=record,
    )


def _entity(record: Record) -> dict[str, Any]:
    reference = record.get("protectedEntity")
    name = ref_name(reference) or _text(record.get("protectedEntityDisplayName"))
    kind = enum_name(reference.get("type")) if isinstance(reference, Mapping) else ""
    return {"guid": ref_guid(reference), "name": name, "kind": kind.lower()}


def _why_gone(record: Record, status: str) -> str:
    """Say why nothing can be restored from a backup that ended well, empty where something can."""
    if status == "SUCCESS_REMOVED":
        return "its data has expired"
    if _BACKUP_STATES.get(status) not in _WITH_DATA or not isinstance(record.get("backupLocations"), list):
        return ""
    there = any(not is_gone(copy) for copy in entries(record, "backupLocations"))
    return "" if there else "none of its copies is there any more"


def is_gone(copy: Record) -> bool:
    """Tell whether nothing can be restored from this copy of a backup."""
    return enum_name(copy.get("status")) in _GONE


def _warnings(record: Record) -> list[object]:
    found = record.get("warnings")
    return found if isinstance(found, list) else []


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
