# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one table of the filters by which tasks are listed: the option, its query parameter, and what a record tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...api.errors import InvalidOption
from ...model.states import State
from .guids import is_guid, read_guid
from .operation_types import TASK_TYPES
from .responses import ref_guid

_MANAGER_NAMES = ("url", "host", "name")


@dataclass(frozen=True)
class ObjectFilter:
    """A filter by one object, given by its GUID, or by its name where ``path`` says which list holds the names.

    ``key`` is where records name the object. ``always`` says that a record without it has none; of other keys it is not
    documented whether records show them. ``one_of`` says that a record may name another one of several.
    ``detailed`` says that only detailed records show it. ``any_text`` is an ID whose form is not Storware's own.
    """

    option: str
    parameter: str
    what: str
    key: str = ""
    path: str = ""
    names: tuple[str, ...] = ("name",)
    always: bool = False
    one_of: bool = False
    detailed: bool = False
    any_text: bool = False

    def read(self, given: Any) -> str:
        """Return the ID, or the name to look up. Raises ``InvalidOption`` for what can be neither."""
        if self.any_text or (self.path and not is_guid(given)):
            return str(given).strip()
        return read_guid(self.option, given)

    def fits(self, record: Mapping[str, Any], guid: str) -> bool | None:
        """Tell whether a record is of the object, ``None`` where it does not say."""
        named = ref_guid(record.get(self.key))
        if named == guid:
            return True
        return False if named and not self.one_of else None


OBJECT_FILTERS: tuple[ObjectFilter, ...] = (
    ObjectFilter("backup", "backup", "backup", key="backup", detailed=True),
    ObjectFilter(
        "backup_destination",
        "backup-destination",
        "backup destination",
        key="backupDestination",
        path="backup-destinations",
        always=True,
        one_of=True,
    ),
    ObjectFilter(
        "hypervisor",
        "hypervisor",
        "hypervisor",
        key="hypervisor",
        path="hypervisors",
        names=("host", "name"),
        always=True,
    ),
    ObjectFilter(
        "hypervisor_manager",
        "hypervisor-manager",
        "hypervisor manager",
        key="hypervisorManager",
        path="hypervisor-managers",
        names=_MANAGER_NAMES,
        always=True,
    ),
    ObjectFilter("node", "node", "node", key="node", path="nodes", always=True),
    ObjectFilter("parent_task", "parent-task", "task", key="parentTask", always=True, detailed=True),
    ObjectFilter("project", "project-uuid", "project", any_text=True),
    ObjectFilter(
        "protected_entity",
        "protected-entity",
        "protected entity",
        key="protectedEntity",
        path="virtual-machines",
        always=True,
    ),
    ObjectFilter("restore_job", "restore-job", "restore job", key="restoreJob", detailed=True),
    ObjectFilter("schedule", "schedule", "schedule", key="schedule", path="schedules", detailed=True),
    ObjectFilter(
        "storage_provider", "storage-provider", "storage provider", key="storageProvider", always=True, detailed=True
    ),
    ObjectFilter(
        "workflow_execution",
        "workflow-execution",
        "workflow execution",
        key="workflowExecution",
        always=True,
        detailed=True,
    ),
)

NODE = next(one for one in OBJECT_FILTERS if one.option == "node")

OPTION_OF: Mapping[str, str] = {
    **{one.parameter: one.option for one in OBJECT_FILTERS},
    "direction": "direction",
    "filter": "search",
    "mounted-backup-assigned": "mounted_backup_assigned",
    "nameLike": "name_like",
    "orderBy": "order_by",
    "page": "limit",
    "size": "limit",
    "state": "states",
    "states": "states",
    "type": "types",
}
"""The option that each query parameter of a list of tasks is reached by."""

_NATIVE_STATES: Mapping[State, str] = {
    State.QUEUED: "QUEUED",
    State.RUNNING: "RUNNING",
    State.SUCCEEDED: "FINISHED",
    State.FAILED: "FAILED",
    State.CANCELLED: "CANCELLED",
}


def native_states(states: frozenset[State]) -> list[str] | None:
    """Return the server's names of ``states``, ``None`` where it cannot be asked for them all.

    That is when any will do, or those that have no name yet. A server without a state has no task in it.
    """
    if not states or State.UNKNOWN in states:
        return None
    return sorted(_NATIVE_STATES[state] for state in states if state in _NATIVE_STATES)


def native_types(given: tuple[str, ...]) -> tuple[str, ...]:
    """Return the server's names of types of tasks, which may be given in any case. Raises ``InvalidOption``."""
    names = {"_".join(name.upper().split()): name for name in given}
    for name, words in names.items():
        if name not in TASK_TYPES:
            raise InvalidOption(
                f"types names {words!r}, which is no type of a Storware task.",
                next_step=f"There are {', '.join(TASK_TYPES)}.",
            )
    return tuple(names)
