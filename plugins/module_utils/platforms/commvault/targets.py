# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read ``targets`` and write them as the ``associations`` of a request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...api.errors import InvalidOption
from ...model.target import Target
from .applications import known_application, paired_id, paired_name
from .arguments import read_option
from .enums import ENTITY_TYPE, EnumFormat, WireFormat
from .field_types import Kind, Scope, put, value_at
from .fields import BY_TARGET_OPTION
from .matching import ESTATES, Sameness, equal, first_overlap, forms
from .target_fields import TARGET_FIELDS, below_association

_LEVELS = ("client", "app", "instance", "backupset", "subclient")


def parse_targets(given: Sequence[Mapping[str, Any]]) -> tuple[Target, ...]:
    """Return the targets of a play in the order given.

    Raises ``InvalidOption`` for an empty list, an unknown option, an empty name, a target without client or backup
    set, and for two targets that would back up the same thing.
    """
    if not given:
        raise InvalidOption("targets must name at least one target; the list is empty.")
    targets = tuple(_parse(position, entry) for position, entry in enumerate(given))
    _refuse_overlaps(targets)
    return targets


def parse_scope(given: Sequence[Mapping[str, Any]], option: str) -> tuple[Target, ...]:
    """Return the targets of a scope. Each names a client at least, and means everything below what it names."""
    if not given:
        raise InvalidOption(f"{option} must name at least one target; the list is empty.")
    return tuple(_parse(position, entry, option, ("client",)) for position, entry in enumerate(given))


def parse_selection(given: Sequence[Mapping[str, Any]]) -> tuple[Target, ...]:
    """Return targets that only select what is shown, in the order given.

    Nothing is started by them, so a client alone will do, and they may overlap. Raises ``InvalidOption`` for an empty
    list, an unknown option, an empty name, and for a target that names nothing.
    """
    if not given:
        raise InvalidOption("targets is empty; leave it out, or name at least one target.")
    return tuple(_parse(position, entry, needed=("client",)) for position, entry in enumerate(given))


def is_subclient(target: Target) -> bool:
    """Tell whether the target is one subclient rather than all subclients of a backup set."""
    return "subclient" in target.given or "subclient_id" in target.given


def covers_backup_set(target: Target) -> bool:
    """Tell whether the target is a whole backup set, so that one start makes a job for each of its subclients."""
    return not is_subclient(target)


def covers_set_unasked(target: Target) -> bool:
    """Tell whether the target backs up every subclient of a set without the play having said so."""
    return covers_backup_set(target) and "entity_type" not in target.given


def entity_matches(target: Target, found: Mapping[str, Any]) -> bool | None:
    """Tell whether ``found``, an entity in the server's words, is what ``target`` names.

    A set matches each of its subclients. IDs decide where both sides have them, else names in any case. ``_type_`` is
    ignored, since servers fill it in their own way. A company or CommCell that differs sets it apart; answers that name
    none are the rule. ``None`` means that it cannot be told, because the entity lacks something that the target names.
    """
    there = options_of(found)
    if any(equal(target.given, there, level) is False for level in ESTATES):
        return False
    verdicts = [equal(target.given, there, level) for level in _LEVELS if forms(target.given, level)]
    if False in verdicts:
        return False
    return None if None in verdicts or not verdicts else True


def options_of(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entity of the server's in the options of a target.

    Values that say nothing (``0``, an empty text) are left out, and so is the type.
    """
    values = ((field, value_at(found, below_association(field))) for field in TARGET_FIELDS)
    return {
        field.option[0]: value
        for field, value in values
        if field.kind is not Kind.ENUM and value not in (None, "", 0, "0")
    }


def entity(target: Target) -> dict[str, Any]:
    """Return the target's options with what the documentation lets us add: the application's other half and the type.

    The type is its wire name.
    """
    filled = dict(target.given)
    if "app" in filled and "app_id" not in filled:
        _set_if_known(filled, "app_id", paired_id(filled["app"]))
    elif "app_id" in filled and "app" not in filled:
        _set_if_known(filled, "app", paired_name(filled["app_id"]))
    filled["entity_type"] = "SUBCLIENT_ENTITY" if is_subclient(target) else "BACKUPSET_ENTITY"
    return filled


def association(target: Target, enum_format: EnumFormat = "mixed", wire_format: WireFormat = "json") -> dict[str, Any]:
    """Return the target as an entry of ``associations``, in wire names and in the order of the field table."""
    values = entity(target)
    values["entity_type"] = ENTITY_TYPE.spell(ENTITY_TYPE.by_name(values["entity_type"]), enum_format, wire_format)
    tree: dict[str, Any] = {}
    for field in TARGET_FIELDS:
        if field.option[0] in values:
            put(tree, below_association(field), values[field.option[0]])
    return tree


def _parse(
    position: int,
    entry: Mapping[str, Any],
    option: str = "targets",
    needed: Sequence[str] = ("client", "backupset"),
) -> Target:
    where = f"{option}[{position}]"
    if not isinstance(entry, Mapping):
        raise InvalidOption(f"{where} must be a dict such as {{client: …, backupset: …}}; got {entry!r}.")
    given = {name: _value(where, name, value) for name, value in entry.items() if value is not None}
    for name in needed:
        if name not in given and f"{name}_id" not in given:
            raise InvalidOption(f"{where} names no {name}: a Commvault target needs {name} or {name}_id.")
    target = Target(position, given, label_of(given))
    _check_entity_type(where, target)
    _check_application(where, given)
    return target


def _value(where: str, name: str, value: Any) -> Any:
    field = BY_TARGET_OPTION.get(name)
    if field is None:
        known = ", ".join(BY_TARGET_OPTION)
        raise InvalidOption(f"{where}.{name} is no option of a Commvault target. Those are {known}.")
    if field.kind is Kind.ENUM:
        return _entity_word(where, value)
    try:
        read = read_option(field, value)
    except InvalidOption as error:
        raise InvalidOption(error.message.replace(f"{Scope.TARGET.value}.", f"{where}.", 1)) from error
    if isinstance(read, str):
        _check_name(where, name, read)
    return read


def _entity_word(where: str, value: Any) -> str:
    if value not in ENTITY_TYPE.options:
        raise InvalidOption(f"{where}.entity_type must be one of {', '.join(ENTITY_TYPE.options)}; got {value!r}.")
    return str(value)


def _check_name(where: str, name: str, value: str) -> None:
    if not value.strip():
        raise InvalidOption(f"{where}.{name} is empty; give a name, or leave it out.")
    if value.strip() != "*":
        return
    if name == "subclient":
        raise InvalidOption(
            f'{where}.subclient is "*", and there are no wildcards.',
            next_step="Leave subclient out and set entity_type: backupset to back up every subclient of the set.",
        )
    raise InvalidOption(f'{where}.{name} is "*", and there are no wildcards.', next_step="Name each target.")


def _check_entity_type(where: str, target: Target) -> None:
    wanted = target.given.get("entity_type")
    if wanted == "backupset" and is_subclient(target):
        raise InvalidOption(
            f"{where} names a subclient together with entity_type: backupset.",
            next_step="Leave out one of them: entity_type: backupset backs up every subclient of the set.",
        )
    if wanted == "subclient" and not is_subclient(target):
        raise InvalidOption(f"{where} has entity_type: subclient and names none; give subclient or subclient_id.")


def _check_application(where: str, given: Mapping[str, Any]) -> None:
    """Refuse a name and an ID that the documentation pairs otherwise: one of them is a mistake."""
    app, app_id = given.get("app"), given.get("app_id")
    paired = paired_id(app) if app else None
    if not app_id or paired is None or paired == app_id:
        return
    other = known_application(None, app_id)
    means = f", which is {other.name}" if other else ""
    raise InvalidOption(
        f"{where}: app {app} has the ID {paired}, but app_id is {app_id}{means}. Leave out one of them."
    )


def label_of(given: Mapping[str, Any]) -> str:
    """Return a short name of a target for people: its names from the client down, an ID where there is no name."""
    parts = []
    for name in _LEVELS:
        if name in given:
            parts.append(str(given[name]))
        elif given.get(f"{name}_id"):
            parts.append(f"#{given[f'{name}_id']}")
    return "/".join(parts)


def _refuse_overlaps(targets: Sequence[Target]) -> None:
    """Refuse targets that would back up the same data twice."""
    overlap = first_overlap(targets)
    if overlap is None:
        return
    first, second, kinship = overlap
    both = f"targets[{first.position}] and targets[{second.position}]"
    if kinship is Sameness.SAME:
        raise InvalidOption(f"{both} are the same target, {second.label}. Name each target once.")
    raise InvalidOption(
        f"{both} overlap: {first.label} and {second.label}, a backup set and a subclient of it.",
        next_step="Name the set or its subclients, not both.",
    )


def _set_if_known(filled: dict[str, Any], name: str, value: Any) -> None:
    if value is not None:
        filled[name] = value
