# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Merge ``raw`` into a request, and refuse what it must not reach."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from itertools import zip_longest
from typing import Any

from ...api.errors import InvalidOption
from ..json_schema import first_fault
from .field_types import LIST, Kind, values_at
from .fields import BY_WIRE
from .schemas import request_schema

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


def merge_raw(body: Mapping[str, Any], raw: Any, *, unsafe: bool) -> dict[str, Any]:
    """Return ``body`` with ``raw`` merged into it.

    Dicts merge, lists of objects merge by position, other lists and all values replace; ``None`` leaves a place as it
    is. Raises ``InvalidOption`` for a result that does not fit the schema and, unless ``unsafe``, for one that backs up
    something else, is another kind of task or another task, or spells a known parameter in another case.
    """
    if not isinstance(raw, Mapping):
        raise InvalidOption(f"raw must be a dict that begins with taskInfo; got {raw!r}.")
    _check_types(raw, "raw")
    _check_spelling(raw, "")
    merged: dict[str, Any] = _merged(body, raw)
    _validate(merged)
    if not unsafe:
        _check_reach(body, merged)
    return merged


def _merged(base: Any, change: Any) -> Any:
    if change is None:
        return base
    if isinstance(change, Mapping):
        start = base if isinstance(base, Mapping) else {}
        together = {name: _merged(start.get(name), change.get(name)) for name in {**start, **change}}
        return {name: value for name, value in together.items() if value is not None}
    if isinstance(change, (list, tuple)):
        return _merged_list(base if isinstance(base, list) else [], list(change))
    return change


def _merged_list(base: list[Any], change: list[Any]) -> list[Any]:
    if not all(entry is None or isinstance(entry, Mapping) for entry in change):
        return change
    if not all(isinstance(entry, Mapping) for entry in base):
        return [_merged(None, entry) for entry in change if entry is not None]
    pairs = zip_longest(base, change)
    return [_merged(old, new) for old, new in pairs if old is not None or new is not None]


def _check_types(value: Any, where: str) -> None:
    """Refuse what neither JSON nor XML can hold, such as the date that YAML makes of an unquoted 2026-11-22."""
    if isinstance(value, Mapping):
        for name, entry in value.items():
            if not isinstance(name, str):
                raise InvalidOption(f"{where}: the key {name!r} must be text; put it in quotes.")
            _check_types(entry, f"{where}.{name}")
    elif isinstance(value, (list, tuple)):
        for position, entry in enumerate(value):
            _check_types(entry, f"{where}[{position}]")
    elif isinstance(value, float) and not math.isfinite(value):
        raise InvalidOption(f"{where} is {value}, a number that cannot be sent.")
    elif value is not None and not isinstance(value, (str, int, float)):
        raise InvalidOption(f"{where} is a {type(value).__name__}, which cannot be sent; put it in quotes.")


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


def _validate(body: Mapping[str, Any]) -> None:
    fault = first_fault(request_schema(), body)
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
