# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Look up clients, backup sets and subclients."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...api.errors import NotFound, Rejected
from ...api.messages import Call
from ...api.session import Session
from ...model.target import Target
from .jobs import read_id
from .matching import ESTATES, equal
from .responses import read_json
from .targets import entity_matches, options_of

# Query keys of GetId, by the option that they take their value from.
_GET_ID = (("clientname", "client"), ("agent", "app"), ("instanceName", "instance"), ("backupset", "backupset"))

# Of each entity that can be read by its ID: the service, its list, and the way to the entity in an entry of it.
_BY_ID: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "subclient": ("Subclient", "subClientProperties", ("subClientEntity",)),
    "backupset": ("Backupset", "backupsetProperties", ("backupSetEntity",)),
    "client": ("Client", "clientProperties", ("client", "clientEntity")),
}


def client_id(session: Session, target: Target) -> int:
    """Return the ID of the target's client, asking the server only where the play did not give it."""
    given = read_id(target.given.get("client_id"))
    return int(given) if given else int(_get_id(session, target, ("client",))["clientId"])


def verify(session: Session, target: Target) -> None:
    """Raise ``NotFound`` unless the target exists, ``Rejected`` where a name and an ID given with it disagree."""
    if "client" in target.given:
        _verify_by_names(session, target)
    for option in ("subclient", "backupset", "client"):
        if f"{option}_id" in target.given and (option not in target.given or "client" not in target.given):
            _verify_by_id(session, target, option)


def _verify_by_names(session: Session, target: Target) -> None:
    found = _get_id(session, target, ("client", "app", "instance", "backupset", "subclient"))
    for option, wire in (
        ("client_id", "clientId"),
        ("app_id", "applicationId"),
        ("instance_id", "instanceId"),
        ("backupset_id", "backupsetId"),
        ("subclient_id", "subclientId"),
    ):
        given, actual = target.given.get(option), read_id(found.get(wire))
        if given is not None and actual is not None and str(given) != actual:
            raise Rejected(
                f"{target.label}: {option} is {given}, but on the server that name has the ID {actual}.",
                next_step="Give the name or the ID alone, or correct one of them.",
                method="GET",
                path="GetId",
            )


def _get_id(session: Session, target: Target, options: tuple[str, ...]) -> Mapping[str, Any]:
    query = {key: str(target.given[option]) for key, option in _GET_ID if option in options and option in target.given}
    if "subclient" in options and "subclient" in target.given:
        query["subclient"] = str(target.given["subclient"])
    document = read_json(session.send(Call("GET", "GetId", query=query, safe=True)))
    needed = {"client": "clientId", "backupset": "backupsetId", "subclient": "subclientId"}
    for option, wire in needed.items():
        if option in options and option in target.given and read_id(document.get(wire)) is None:
            raise _not_found(target, f"{option} {target.given[option]}", "GetId")
    _refuse_namesakes(target, document, options)
    return document


def _refuse_namesakes(target: Target, found: Mapping[str, Any], options: tuple[str, ...]) -> None:
    """Raise ``Rejected`` when the answer is about another agent, instance or company than the play names."""
    there = options_of(found)
    for level in (*(level for level in ("app", "instance") if level in options and level in target.given), *ESTATES):
        if equal(target.given, there, level) is False:
            shown = there.get(level, there.get(f"{level}_id"))
            raise Rejected(
                f"{target.label}: the server knows that name, but with {level} {shown}.",
                next_step=f"Correct {level}, or name the client by its ID.",
                method="GET",
                path="GetId",
            )


def _verify_by_id(session: Session, target: Target, option: str) -> None:
    """Read the entity with the ID that stands without its name, and compare it with everything that was given."""
    path, key, way = _BY_ID[option]
    identifier = int(target.given[f"{option}_id"])
    document = read_json(session.send(Call("GET", f"{path}/{identifier}", safe=True)))
    entries = document.get(key)
    found: Any = entries[0] if isinstance(entries, list) and entries else None
    if not found:
        raise _not_found(target, f"{option}_id {identifier}", path)
    for step in way:
        found = found.get(step) if isinstance(found, Mapping) else None
    if isinstance(found, Mapping) and entity_matches(target, found) is False:
        raise Rejected(
            f"{target.label}: {option}_id {identifier} belongs to something else on the server.",
            next_step="Correct the ID, or the names given with it.",
            method="GET",
            path=path,
        )


def by_id(session: Session, target: Target) -> Mapping[str, Any]:
    """Return the entity behind the deepest ID that the target gives, with its names, in the vendor's words."""
    for option, path, key, inner in (
        ("subclient_id", "Subclient", "subClientProperties", "subClientEntity"),
        ("backupset_id", "Backupset", "backupsetProperties", "backupSetEntity"),
        ("client_id", "Client", "clientProperties", "client"),
    ):
        identifier = target.given.get(option)
        if identifier is None:
            continue
        document = read_json(session.send(Call("GET", f"{path}/{int(identifier)}", safe=True)))
        entries = document.get(key)
        first = entries[0].get(inner) if isinstance(entries, list) and entries else None
        if not isinstance(first, Mapping):
            raise _not_found(target, f"{option} {identifier}", path)
        nested = first.get("clientEntity")
        return nested if isinstance(nested, Mapping) else first
    return {}


def _not_found(target: Target, what: str, path: str) -> NotFound:
    return NotFound(
        f"{target.label}: there is no {what} on the server.",
        next_step="Check the spelling, and that the user may see it.",
        method="GET",
        path=path,
    )


@dataclass(frozen=True)
class Subclient:
    """A subclient as an entity in the vendor's words. Backups of a set pass one over that takes none."""

    entity: Mapping[str, Any]
    takes_backups: bool


def subclients(session: Session, client: int) -> list[Subclient]:
    """List the subclients of a client."""
    query = {"clientId": str(client), "propertyLevel": "20"}
    document = read_json(session.send(Call("GET", "Subclient", query=query, safe=True)))
    entries = document.get("subClientProperties")
    return [
        Subclient(entry["subClientEntity"], _takes_backups(entry.get("commonProperties")))
        for entry in (entries if isinstance(entries, list) else [])
        if isinstance(entry, Mapping) and isinstance(entry.get("subClientEntity"), Mapping)
    ]


def _takes_backups(properties: object) -> bool:
    return not isinstance(properties, Mapping) or properties.get("enableBackup", True) not in (False, 0, "0", "false")
