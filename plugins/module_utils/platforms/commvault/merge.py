# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Merge ``raw`` into a request, and refuse what it must not reach."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ...api.errors import InvalidOption
from ..json_schema import first_fault
from ..raw import check_types, merged_tree
from .field_types import LIST, Kind, values_at
from .fields import BY_WIRE

# What kind of task it is. What it backs up and which task it is are looked at besides.
_PROTECTED = (
    "task/taskType",
    "task/policyType",
    "subTasks[]/subTask/subTaskType",
    "subTasks[]/subTask/operationType",
    "subTasks[]/subTaskOperation",
)
_IDENTIFIER = re.compile(r"(?i)(id|guid)$")
_NEEDS = "Leave that to the module's options, or set raw_unsafe: true if you are sure."


def merge_raw(body: Mapping[str, Any], raw: Any, *, unsafe: bool, schema: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return ``body`` with ``raw`` merged into it. ``schema`` is what the result must fit, ``None`` for anything.

    Dicts merge, lists of objects merge by position, other lists and all values replace; ``None`` leaves a place as it
    is. Raises ``InvalidOption`` for a result that does not fit the schema and, unless ``unsafe``, for one that backs up
    something else, is another kind of task or another task, or spells a known parameter in another case.
    """
    if not isinstance(raw, Mapping):
        raise InvalidOption(f"raw must be a dict that begins with taskInfo; got {raw!r}.")
    check_types(raw, "raw")
    _check_spelling(raw, "")
    merged: dict[str, Any] = merged_tree(body, raw)
    if schema is not None:
        _validate(merged, schema)
    if not unsafe:
        _check_reach(body, merged)
    return merged


def _check_spelling(value: Any, path: str) -> None:
    """Refuse a known parameter in another case: a server may well read it, and no check here would see it."""
    if isinstance(value, (list, tuple)):
        for entry in value:
            _check_spelling(entry, path)
    if not isinstance(value, Mapping):
        return
    for name, entry in value.items():
        known = _KNOWN_NAMES.get(path, {}).get(name.lower())
        if known is not None and known != name:
            raise InvalidOption(f"raw: {name} must be spelt {known} (below {path or 'the root'}).")
        _check_spelling(entry, f"{path}/{name}".lstrip("/"))


def _known_names() -> dict[str, dict[str, str]]:
    """Return, for each way in a request, the names that can follow, by their lower case."""
    found: dict[str, dict[str, str]] = {}
    for wire in BY_WIRE:
        steps = ["taskInfo", *wire.replace(LIST, "").split("/")]
        for depth, step in enumerate(steps):
            found.setdefault("/".join(steps[:depth]), {})[step.lower()] = step
    return found


_KNOWN_NAMES = _known_names()


def _validate(body: Mapping[str, Any], schema: Mapping[str, Any]) -> None:
    fault = first_fault(schema, body)
    if fault is not None:
        raise InvalidOption(f"With raw, the request does not fit its schema {fault}.")


def _check_reach(before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    was, became = _guarded(before["taskInfo"]), _guarded(after["taskInfo"])
    changed = [path for path in {**was, **became} if was.get(path) != became.get(path)]
    if changed:
        raise InvalidOption(f"raw must not change {changed[0]}.", next_step=_NEEDS)


def _guarded(task_info: Mapping[str, Any]) -> dict[str, Any]:
    """Return what ``raw`` must leave alone, in a form in which equal meanings are equal."""
    found: dict[str, Any] = {
        "associations": [_normal_entity(entry) for entry in task_info["associations"]],
        "the number of subTasks": len(task_info["subTasks"]),
    }
    for wire in _PROTECTED:
        found[wire] = [_normal(wire, value) for value in values_at(task_info, wire)]
    found.update(_identifiers(task_info["task"], "task"))
    for entry in task_info["subTasks"]:
        found.update(_identifiers(entry.get("subTask", {}), "subTasks[]/subTask"))
    return found


def _identifiers(value: Any, path: str) -> dict[str, Any]:
    """Return the IDs within ``value`` that are set; 0 is the ID of what does not exist yet."""
    found: dict[str, Any] = {}
    for name, entry in value.items() if isinstance(value, Mapping) else ():
        # The alert of a schedule is a setting, not an identity.
        if isinstance(entry, Mapping) and name != "alert":
            found.update(_identifiers(entry, f"{path}/{name}"))
        elif _IDENTIFIER.search(name) and entry not in (0, "0", ""):
            found[f"{path}/{name}"] = str(entry)
    return found


def _normal_entity(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _normal(f"associations[]/{name}", value) for name, value in entry.items()}


def _normal(wire: str, value: Any) -> Any:
    field = BY_WIRE.get(wire)
    member = field.enumeration.read(value) if field is not None and field.kind is Kind.ENUM else None
    return member.name if member is not None else value
