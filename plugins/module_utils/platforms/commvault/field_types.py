# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a row of Commvault's field table says, and how to read the way of a field through a request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from .enums import EnumTable

LIST = "[]"

# The parts of a request that most rows lie in.
TASK = "task/"
SUBTASK = "subTasks[]/"
BACKUP = "subTasks[]/options/backupOpts/"
COMMON = "subTasks[]/options/commonOpts/"


class Kind(str, Enum):
    """How a value is written in a play and on the wire."""

    BOOL = "bool"
    INT = "int"
    STR = "str"
    DURATION = "duration"
    """Text with a unit in a play, whole seconds on the wire."""
    ENUM = "enum"


class Scope(str, Enum):
    """Where a play gives the value."""

    TARGET = "targets"
    PLATFORM = "commvault"
    SHARED = ""
    """An option of the module itself, the same for every platform."""
    FIXED = "fixed"
    """Nowhere: we decide."""


@dataclass(frozen=True)
class Field:
    """One parameter of a request.

    ``wire`` is its way below ``taskInfo`` in JSON and XML alike, steps parted by ``/``, lists marked by ``[]``.
    ``option`` is its way below the options of its ``scope``. ``minimum`` and ``maximum`` bound an integer.
    ``documented`` is false for a parameter that the vendor's pages do not name. ``child_element`` marks a scalar that
    XML carries as an element of its own, as the vendor's sample does, instead of an attribute.
    """

    wire: str
    kind: Kind
    scope: Scope = Scope.FIXED
    option: tuple[str, ...] = ()
    description: tuple[str, ...] = ()
    enum: EnumTable | None = None
    minimum: int | None = None
    maximum: int | None = None
    documented: bool = True
    child_element: bool = False

    @property
    def steps(self) -> tuple[str, ...]:
        """The way below ``taskInfo``, step by step."""
        return tuple(self.wire.split("/"))

    @property
    def shown(self) -> str:
        """Its name for people: the option as a play writes it, or else the wire name."""
        if not self.option:
            return self.wire.replace(LIST, "")
        root = [self.scope.value] if self.scope.value else []
        return ".".join(root + list(self.option))

    @property
    def enumeration(self) -> EnumTable:
        """The values of an ``ENUM`` field."""
        if self.enum is None:
            raise TypeError(f"{self.wire} is no enumeration")
        return self.enum


def option_row(
    base: str, option: str, wire: str, kind: Kind, *description: str, enum: EnumTable | None = None
) -> Field:
    """Return the row of an option below ``commvault``, named by its way with dots, at ``base`` and ``wire``."""
    minimum = 0 if kind is Kind.INT else None
    return Field(base + wire, kind, Scope.PLATFORM, tuple(option.split(".")), description, enum=enum, minimum=minimum)


@dataclass(frozen=True)
class Group:
    """A dict of options: its way below ``commvault`` and what it is for."""

    option: tuple[str, ...]
    description: tuple[str, ...]


def given_values(options: Mapping[str, Any], prefix: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield the way and value of each option that is set; ``None`` counts as not given."""
    for name, value in options.items():
        way = (*prefix, name)
        if isinstance(value, Mapping):
            yield from given_values(value, way)
        elif value is not None:
            yield way, value


def put(tree: dict[str, Any], wire: str, value: Any) -> None:
    """Set ``value`` at ``wire``, making dicts, and lists of one dict, on the way."""
    *way, last = wire.split("/")
    here = tree
    for step in way:
        name = step.removesuffix(LIST)
        if step.endswith(LIST):
            here = here.setdefault(name, [{}])[0]
        else:
            here = here.setdefault(name, {})
    here[last] = value


def values_at(tree: Any, wire: str) -> Iterator[Any]:
    """Yield each value at ``wire``, one per entry of the lists on the way. What has another shape is passed over."""
    step, _slash, rest = wire.partition("/")
    name = step.removesuffix(LIST)
    if not isinstance(tree, Mapping) or name not in tree:
        return
    found = tree[name]
    entries = found if step.endswith(LIST) and isinstance(found, list) else [found]
    for entry in entries:
        if rest:
            yield from values_at(entry, rest)
        else:
            yield entry


def value_at(tree: Any, wire: str) -> Any:
    """Return the first value at ``wire``, or ``None``."""
    return next(values_at(tree, wire), None)
