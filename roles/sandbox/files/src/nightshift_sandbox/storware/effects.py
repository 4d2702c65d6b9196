# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tasks bring about when they start and end, by type."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nightshift_sandbox.storware import life_backup, life_other, life_restore
from nightshift_sandbox.storware.engine import Engine
from nightshift_sandbox.storware.tables import Tables
from nightshift_sandbox.storware.task import Task

Json = dict[str, Any]
Step = Callable[[Tables, Engine, Task], None]
STARTED: dict[str, Step] = {
    "EXPORT": life_backup.export_started,
    "STORE": life_backup.store_started,
    "SNAPSHOT": life_other.snapshot_started,
}
ENDED: dict[str, Step] = {
    "EXPORT": life_backup.export_ended,
    "STORE": life_backup.store_ended,
    "RESTORE": life_restore.restore_ended,
    "IMPORT": life_restore.import_ended,
    "MOUNT": life_restore.mount_ended,
    "UNMOUNT": life_restore.unmount_ended,
    "SNAPSHOT": life_other.snapshot_ended,
    "DELETE": life_other.delete_ended,
    "INVENTORY_SYNC": life_other.inventory_ended,
    "BACKUP_CLEANUP": life_other.cleanup_ended,
    "SNAPSHOT_CLEANUP": life_other.snapshot_cleanup_ended,
}
#: Where a destiny's failure strikes.
HALF_WAY = 0.5


class Effects:
    """The engine's view of this module."""

    def __init__(self, tables: Tables, engine: Engine) -> None:
        self._tables = tables
        self._engine = engine

    def _destiny(self, task: Task) -> Json:
        vm = self._tables.get("vm", task.entity) if task.entity else None
        return dict(vm.get("destiny") or {}) if vm else {}

    def obstacle(self, task: Task) -> str:
        """Why no node can ever take the task, or nothing."""
        if task.type in ("EXPORT", "SNAPSHOT"):
            vm = self._tables.get("vm", task.entity)
            if vm is None or not vm["present"]:
                return "Virtual machine is not present"
        if task.destinations and not self._assigned(task):
            return "Backup destination is not assigned to the node"
        return ""

    def _assigned(self, task: Task) -> bool:
        rows = [row for guid in task.destinations if (row := self._tables.get("destination", guid))]
        return all(row["nodes"] for row in rows)

    def seizable(self, task: Task) -> bool:
        """Whether a node would take it now."""
        return not self._destiny(task).get("no_node")

    def failure(self, task: Task, share: float) -> str:
        """Why the task fails at this point, or nothing."""
        if share < HALF_WAY:
            return ""
        destiny = self._destiny(task)
        if task.type == "STORE":
            return life_backup.store_failure(self._tables, task, destiny)
        failures = destiny.get(f"{task.type.lower()}_fails", 0)
        if failures < 0 or task.attempt < failures:
            return str(destiny.get("reason", f"{task.type.capitalize()} failed: connection to the host was lost"))
        return life_restore.import_obstacle(self._tables, task) if task.type == "IMPORT" else ""

    def started(self, task: Task) -> None:
        """A node has picked the task up."""
        if task.type in STARTED:
            STARTED[task.type](self._tables, self._engine, task)

    def ended(self, task: Task) -> None:
        """The task is over."""
        if task.type in ENDED:
            ENDED[task.type](self._tables, self._engine, task)
        if task.state == "FAILED" and task.retry_count > 0:
            copy = self._engine.again(task)
            life_backup.retried(self._tables, copy)
