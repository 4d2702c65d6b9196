# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Put tasks in order. It is not documented by what the server can, so it is done here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ...api.errors import Rejected
from ...model.query import TaskQuery
from ...model.task import Task
from .records import created_at, task_type
from .responses import enum_name, read_number

ORDERS: Mapping[str, Callable[[Task], Any]] = {
    "started_at": lambda task: task.started_at or 0.0,
    "finished_at": lambda task: task.finished_at or float("inf"),
    "created_at": lambda task: created_at(task.raw) or task.started_at or 0.0,
    "name": lambda task: str(task.entity.get("name") or "").lower(),
    "type": lambda task: task_type(task.raw),
    "state": lambda task: enum_name(task.raw.get("state")),
    "priority": lambda task: read_number(task.raw.get("priority")) or 0.0,
}


def in_order(query: TaskQuery, tasks: Sequence[Task]) -> list[Task]:
    """Return tasks in the order asked for; ``order_by`` may be a field of their records. Raises where none has it."""
    by = ORDERS.get(query.order_by)
    if by is None:
        if tasks and not any(query.order_by in task.raw for task in tasks):
            raise Rejected(
                f"Tasks have no {query.order_by} to be put in order by.",
                next_step=f"order_by takes {', '.join(ORDERS)}, or a field of their records; detailed shows more.",
            )
        return sorted(tasks, key=lambda task: _sortable(task.raw.get(query.order_by)), reverse=query.descending)
    return sorted(tasks, key=by, reverse=query.descending)


def _sortable(value: object) -> tuple[int, float, str]:
    if isinstance(value, Mapping):
        value = value.get("name")
    number = read_number(value)
    return (1, number, "") if number is not None else (0 if value is None else 2, 0.0, str(value or ""))
