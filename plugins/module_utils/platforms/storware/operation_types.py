# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the catalogue of task operations says of each: the kinds of its rows and of their parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from .guids import GUID_PATTERN

TASK_STATES = ("CANCELLED", "FAILED", "FINISHED", "QUEUED", "RUNNING")
TASK_TYPES = (
    "BACKUP_CLEANUP",
    "BACKUP_DESTINATION_INIT",
    "BACKUP_DESTINATION_SYNC",
    "CONNECTIVITY_TEST",
    "DELETE",
    "EJECT_TAPE",
    "EXPORT",
    "IMPORT",
    "IMPORT_TAPE",
    "INVENTORY_SYNC",
    "LIVE_MIGRATION",
    "MOUNT",
    "RESTORE",
    "SCOPED_INVENTORY_SYNC",
    "SNAPSHOT",
    "SNAPSHOT_CLEANUP",
    "SNAPSHOT_REVERSION",
    "STAGING_CLEANUP",
    "STORE",
    "TAPE_MANAGER_INVENTORY_SYNC",
    "UNMOUNT",
    "UPLOAD",
)

Schema = Mapping[str, Any]


class Effect(str, Enum):
    """What a call does on the server."""

    READ = "read"
    CREATES_TASKS = "creates_tasks"
    CHANGES_STATE = "changes_state"
    DELETES = "deletes"


class Confirm(str, Enum):
    """Why a call has to be confirmed, and when."""

    NEVER = "never"
    EVERYTHING = "everything"
    """It acts on the whole server, unless a project is named."""
    DESTROYS = "destroys"
    NODE = "node"
    """It is how a node speaks to the server."""


class Judge(str, Enum):
    """What tells how the work that a call started has ended."""

    NONE = "none"
    TASKS = "tasks"
    BACKUP = "backup"
    RESTORE_JOB = "restore_job"
    MOUNTED_BACKUP = "mounted_backup"
    UNMOUNTED = "unmounted"


class Known(str, Enum):
    """How a field of a body is known."""

    DOCUMENTED = "documented"
    """By the vendor's pages."""
    OBSERVED = "observed"
    """By the vendor's manual or own clients."""
    INFERRED = "inferred"


@dataclass(frozen=True)
class Parameter:
    """A query parameter. Without ``choices`` any text that is not empty will do, unless ``type`` says otherwise.

    ``type`` is ``str``, ``guid``, ``int`` or ``bool``. ``many`` allows several values, each of which repeats the key.
    """

    name: str
    description: str
    type: str = "str"
    choices: tuple[str, ...] = ()
    many: bool = False


@dataclass(frozen=True)
class BodyField:
    """A field of a request body with the JSON Schema of its value."""

    name: str
    schema: Schema
    known: Known = Known.DOCUMENTED
    required: bool = False


@dataclass(frozen=True)
class Body:
    """A request body of the vendor's type ``type``.

    ``array`` makes it a list of such objects. ``whole`` is a type that other fields than those known may belong to
    only by mistake. ``bare`` is the schema of a body that is no object.
    """

    type: str
    fields: tuple[BodyField, ...] = ()
    array: bool = False
    whole: bool = False
    bare: Schema | None = None


@dataclass(frozen=True)
class Operation:
    """One operation of the vendor's Tasks page.

    ``response`` is the vendor's type, after ``[]`` for a list, or empty. ``task_types`` are those of the tasks that it
    starts, first the one that the answer names. ``guid_of`` says what the GUID in ``path`` belongs to. ``note``
    is for whoever calls it.
    """

    id: str
    method: str
    path: str
    summary: str
    effect: Effect
    status: int
    response: str = ""
    body: Body | None = None
    query: tuple[Parameter, ...] = ()
    task_types: tuple[str, ...] = ()
    confirm: Confirm = Confirm.NEVER
    judge: Judge = Judge.NONE
    guid_of: str = ""
    note: str = ""

    @property
    def is_read(self) -> bool:
        """Whether it changes nothing. What a node fetches its work with may."""
        return self.effect is Effect.READ and self.confirm is not Confirm.NODE


PROJECT = (Parameter("project-uuid", "Only tasks of this project."),)
"""The one parameter that several operations share."""

TEXT: Schema = {"type": "string", "minLength": 1}
FLAG: Schema = {"type": "boolean"}
NUMBER: Schema = {"type": "number"}
COUNT: Schema = {"type": "integer", "minimum": 0}
MOMENT: Schema = {"type": "integer", "minimum": 0}
"""Milliseconds, as all times and durations."""
PRIORITY: Schema = {"type": "integer", "minimum": 0, "maximum": 100}
GUID_TEXT: Schema = {"type": "string", "pattern": GUID_PATTERN, "maxLength": 36}
REF: Schema = {"type": "object", "required": ["guid"], "properties": {"guid": GUID_TEXT}}
REFS: Schema = {"type": "array", "minItems": 1, "items": REF}


def choice(*names: str) -> Schema:
    """Return the schema of an enumeration, which is an object with a name; without ``names`` any will do."""
    return {"type": "object", "required": ["name"], "properties": {"name": {"enum": list(names)} if names else TEXT}}


def listed(*properties: str) -> Schema:
    """Return the schema of a list of objects that may have these ``properties``."""
    return {"type": "array", "items": {"type": "object", "properties": {name: {} for name in properties}}}
