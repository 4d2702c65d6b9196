# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read ``targets``: what names a protected entity, and what narrows a name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...api.errors import InvalidOption
from ...model.target import Target
from .fields import BY_TARGET_OPTION
from .guids import read_guid

_NARROWING = ("hypervisor", "hypervisor_manager", "project", "kind")


def parse_targets(given: Sequence[Mapping[str, Any]]) -> tuple[Target, ...]:
    """Return the targets of a play in the order given.

    Raises ``InvalidOption`` for an empty list, an unknown option, an empty name, a target without name and GUID, and
    for two that are written alike. Two that turn out to be the same entity are refused once it is known.
    """
    if not given:
        raise InvalidOption("targets must name at least one target; the list is empty.")
    targets = tuple(_parse(position, entry) for position, entry in enumerate(given))
    seen: dict[tuple[Any, ...], Target] = {}
    for target in targets:
        key = (target.given["guid"],) if "guid" in target.given else _identity(target)
        if key in seen:
            refuse_twice(seen[key], target)
        seen[key] = target
    return targets


def refuse_twice(first: Target, second: Target) -> None:
    """Refuse two targets that are one entity."""
    raise InvalidOption(
        f"targets[{first.position}] and targets[{second.position}] are the same target, {second.label}. "
        "Name each target once."
    )


def kind_of(target: Target) -> str:
    """Return the vendor's type of the entity that a target names."""
    return str(target.given.get("kind", "vm")).upper()


def _identity(target: Target) -> tuple[Any, ...]:
    return (target.given["name"], *(target.given.get(option) for option in _NARROWING))


def _parse(position: int, entry: Mapping[str, Any]) -> Target:
    where = f"targets[{position}]"
    if not isinstance(entry, Mapping):
        raise InvalidOption(f"{where} must be a dict such as {{name: …}}; got {entry!r}.")
    given = {name: _value(where, name, value) for name, value in entry.items() if value is not None}
    if "name" not in given and "guid" not in given:
        raise InvalidOption(f"{where} names nothing: a Storware target needs name or guid.")
    if kind_of(Target(position, given, "")) != "VM" and ("hypervisor" in given or "hypervisor_manager" in given):
        raise InvalidOption(f"{where}: only a VM has a hypervisor, and kind is {given['kind']}.")
    return Target(position, given, label_of(given))


def _value(where: str, name: str, value: Any) -> str:
    option = BY_TARGET_OPTION.get(name)
    if option is None:
        known = ", ".join(BY_TARGET_OPTION)
        raise InvalidOption(f"{where}.{name} is no option of a Storware target. Those are {known}.")
    if name == "guid":
        return read_guid(f"{where}.guid", value)
    if not isinstance(value, str):
        raise InvalidOption(f"{where}.{name} must be text; got {value!r}.")
    if not value.strip():
        raise InvalidOption(f"{where}.{name} is empty; give a name, or leave it out.")
    if option.choices and value not in option.choices:
        raise InvalidOption(f"{where}.{name} must be one of {', '.join(option.choices)}; got {value!r}.")
    return value


def label_of(given: Mapping[str, Any]) -> str:
    """Return a short name for people: the entity's, and where it is."""
    label = str(given.get("name") or given["guid"])
    home = given.get("hypervisor_manager") or given.get("hypervisor")
    return f"{label} on {home}" if home else label
