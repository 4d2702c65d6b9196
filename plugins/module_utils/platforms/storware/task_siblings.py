# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read what else was done for the entities of tasks, by which it is decided whether to run them again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...api.messages import Call
from ...api.session import Session
from ...model.states import State
from ...model.task import Task
from . import calls
from .records import EXPORT, STORE, entity_guid, read_backup, read_task, task_type
from .responses import read_list
from .task_pages import list_pages

_GOOD = (State.SUCCEEDED, State.WARNING)
_DAY = 86400.0


def read_siblings(session: Session, tasks: Sequence[Task]) -> dict[str, list[Task]]:
    """Return by the GUIDs of ``tasks`` those of the same type, entity and level, themselves included.

    With those that make backups are the good backups, whose tasks may have been purged.
    """
    groups: dict[tuple[Any, ...], list[Task]] = {}
    for record in _listed(session, tasks).values():
        task = read_task(record)
        groups.setdefault(_kind(task), []).append(task)
    backups = _good_backups(session, [task for task in tasks if task.state.is_end])
    return {
        task.id: [
            *groups.get(_kind(task), [task]),
            *(one for one in backups.get(task.entity["guid"], ()) if one.level is task.requested_level),
        ]
        for task in tasks
    }


def _listed(session: Session, tasks: Sequence[Task]) -> dict[str, Mapping[str, Any]]:
    kinds = {(task_type(task.raw), task.entity["guid"]) for task in tasks}
    if len(kinds) > calls.FEW:
        return dict(list_pages(session, "tasks/detailed", {}))
    found: dict[str, Mapping[str, Any]] = {}
    for kind, entity in sorted(kinds):
        query = {"type": kind, "protected-entity": entity}
        found.update(list_pages(session, "tasks/detailed", {key: value for key, value in query.items() if value}))
    return found


def _kind(task: Task) -> tuple[Any, ...]:
    """Return what tasks have in common that do the same for the same object."""
    about = [task.raw.get(key) for key in ("hypervisor", "hypervisorManager", "storageProvider", "tapeManager")]
    where = task.entity["guid"] or task.entity["name"] or str(about)
    return task_type(task.raw), task.requested_level, where


def _good_backups(session: Session, tasks: Sequence[Task]) -> dict[str, list[Task]]:
    """Return by entity the good backups since the oldest of ``tasks``: entity by entity where those are few."""
    making = [task for task in tasks if task_type(task.raw) in (EXPORT, STORE) and task.entity["guid"]]
    oldest = min((task.started_at or 0.0 for task in making), default=0.0)
    # Which of its times the server compares is not documented, hence a day more.
    query: dict[str, Any] = {"status": ["SUCCESS"], "from": max(0, int((oldest - _DAY) * 1000))}
    entities = {task.entity["guid"] for task in making}
    found: dict[str, list[Task]] = {entity: [] for entity in entities}
    queries = [{**query, "protected-entity": entity} for entity in sorted(entities)]
    for asked in queries if len(queries) <= calls.FEW else [query]:
        for record in read_list(session.send(Call("GET", "backups", query=asked, safe=True))):
            task = read_backup(record)
            if task.state in _GOOD and task.restorable and entity_guid(record) in found:
                found[entity_guid(record)].append(task)
    return found
