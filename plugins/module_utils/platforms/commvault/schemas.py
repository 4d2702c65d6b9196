# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JSON Schema of the request, made from the field table.

The frame (root, ``taskInfo``, each entry of ``subTasks``) is closed. Below it, keys that no page names are allowed,
because ``raw`` is there to bring them.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from .field_types import LIST, Field, Kind
from .fields import FIELDS, SCHEDULE_FIELDS
from .pattern_fields import PATTERN

_CLOSED = ("subTasks[]",)
_FRAME = ("associations", "task", "subTasks")


@cache
def request_schema() -> dict[str, Any]:
    """Return the schema (draft 2020-12) of a body of ``POST CreateTask`` that starts backups.

    It is shared: do not change it.
    """
    return _schema(FIELDS)


@cache
def schedule_schema() -> dict[str, Any]:
    """Return the schema of a body of ``POST CreateTask`` that creates a schedule. It is shared: do not change it.

    The pattern is left open, because its dates and times are numbers in JSON and text in XML.
    """
    schema = _schema([*FIELDS, *(field for field in SCHEDULE_FIELDS if not field.wire.startswith(PATTERN))])
    entries = schema["properties"]["taskInfo"]["properties"]["subTasks"]["items"]
    entries["properties"]["pattern"] = _object(closed=False)
    return schema


def _schema(fields: Iterable[Field]) -> dict[str, Any]:
    task_info = _object(closed=True)
    for field in fields:
        _place(task_info, field)
    task_info["required"] = list(_FRAME)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {"taskInfo": task_info},
        "required": ["taskInfo"],
        "additionalProperties": False,
    }


def value_schema(field: Field) -> dict[str, Any]:
    """Return the schema of one value. Enumerations are names in the vendor's three ways of casing, or integers."""
    if field.kind is Kind.BOOL:
        return {"type": "boolean"}
    if field.kind is Kind.STR:
        return {"type": "string"}
    if field.kind is Kind.ENUM:
        return {"enum": _spellings(field)}
    bounds = {"minimum": field.minimum if field.minimum is not None else 0, "maximum": field.maximum}
    return {"type": "integer", **{name: bound for name, bound in bounds.items() if bound is not None}}


def _place(schema: dict[str, Any], field: Field) -> None:
    *way, last = field.steps
    for depth, step in enumerate(way):
        schema = _child(schema, step, closed="/".join(way[: depth + 1]) in _CLOSED)
    schema["properties"][last] = value_schema(field)


def _child(schema: dict[str, Any], step: str, *, closed: bool) -> dict[str, Any]:
    name = step.removesuffix(LIST)
    if not step.endswith(LIST):
        child: dict[str, Any] = schema["properties"].setdefault(name, _object(closed=closed))
        return child
    listed = schema["properties"].setdefault(name, {"type": "array", "minItems": 1, "items": _object(closed=closed)})
    items: dict[str, Any] = listed["items"]
    return items


def _object(*, closed: bool) -> dict[str, Any]:
    opened: dict[str, Any] = {"type": "object", "properties": {}}
    return {**opened, "additionalProperties": False} if closed else opened


def _spellings(field: Field) -> list[str | int]:
    found: list[str | int] = []
    for member in field.enumeration.members:
        names = [member.name, member.name.lower(), member.name.title()]
        found += [spelling for spelling in names if spelling not in found]
        found += [] if member.number is None else [member.number]
    return found
