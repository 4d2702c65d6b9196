# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The system's records: objects with a GUID, by kind, in the sandbox's document store."""

from __future__ import annotations

from typing import Any

from nightshift_sandbox.store.documents import Documents
from nightshift_sandbox.storware.errors import missing

Json = dict[str, Any]
#: Kinds and what their records are called in messages.
WORDS = {
    "project": "Project",
    "node": "Node",
    "manager": "Hypervisor manager",
    "hypervisor": "Hypervisor",
    "cluster": "Hypervisor cluster",
    "hvstorage": "Hypervisor storage",
    "provider": "Storage provider",
    "destination": "Backup destination",
    "vm": "Virtual machine",
    "policy": "VM backup policy",
    "rule": "Backup rule",
    "snappolicy": "VM snapshot policy",
    "snaprule": "Snapshot rule",
    "schedule": "Schedule",
    "backup": "Backup",
    "snapshot": "Snapshot",
    "mounted": "Mounted backup",
    "restorejob": "Restore job",
    "workflow": "Workflow execution",
    "plan": "Recovery plan",
    "tape": "Tape",
    "tapemanager": "Tape manager",
    "task": "Task",
}


class Tables:
    """Records of every kind. Callers change a record by putting a new one in its place."""

    def __init__(self, store: Documents) -> None:
        self.store = store

    def get(self, kind: str, guid: object) -> Json | None:
        """One record, or None."""
        return self.store.get(f"storware {kind}", str(guid))

    def require(self, kind: str, guid: object) -> Json:
        """One record.

        :raises Refusal: 404, there is none
        """
        row = self.get(kind, guid)
        if row is None:
            raise missing(WORDS[kind], guid)
        return row

    def all(self, kind: str) -> list[Json]:
        """Every record of a kind, oldest first."""
        return list(self.store.all(f"storware {kind}"))

    def put(self, kind: str, row: Json) -> Json:
        """Store a record."""
        self.store.put(f"storware {kind}", row["guid"], row)
        return row

    def change(self, kind: str, guid: str, **values: Any) -> Json | None:
        """Set some values of a record; one that is gone stays gone."""
        row = self.get(kind, guid)
        return None if row is None else self.put(kind, {**row, **values})

    def delete(self, kind: str, guid: str) -> None:
        """Remove a record."""
        self.store.delete(f"storware {kind}", guid)

    def count(self, kind: str) -> int:
        """How many records of a kind there are."""
        return self.store.count(f"storware {kind}")

    def ref(self, kind: str, guid: str | None) -> Json | None:
        """A reference (GUID and name), or None for nothing or for what is gone."""
        row = self.get(kind, guid) if guid else None
        return None if row is None else {"guid": row["guid"], "name": row["name"]}

    def named(self, kind: str, name: str) -> Json | None:
        """The first record of that name."""
        return next((row for row in self.store.all(f"storware {kind}") if row["name"] == name), None)

    def setting(self, name: str, default: float) -> float:
        """A server setting."""
        row = self.store.get("storware setting", name)
        return default if row is None else float(row["value"])

    def set_setting(self, name: str, value: float) -> None:
        """Change a server setting."""
        self.store.put("storware setting", name, {"value": value})
