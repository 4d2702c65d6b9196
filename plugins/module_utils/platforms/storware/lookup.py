# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the names that a play gives to the objects of the server: exactly one, or an error that lists them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...api.errors import Ambiguous, Forbidden, NotFound, Rejected, ServiceError
from ...api.messages import Call
from ...api.session import Session
from ...api.side_by_side import Once, try_each
from ...model.target import Target
from .guids import is_guid
from .responses import enum_name, read_list, read_object, ref_guid, ref_name
from .targets import kind_of

_MANY = 8
"""From so many names on, one listing of all entities is cheaper than a search for each."""
_SHOWN = 10

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Place:
    """Where an entity can be: the keys of its record that refer to such a place, and the list of those places."""

    keys: tuple[str, ...]
    path: str


_PLACES = {
    "hypervisor": Place(("hypervisor",), "hypervisors"),
    "hypervisor_manager": Place(("hvManager", "hypervisorManager"), "hypervisor-managers"),
}


class Lookup:
    """Reads objects by name, each list once. Safe to use from several threads."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._lists = Once(self._read_list)

    def entities(self, targets: Sequence[Target]) -> dict[int, Record | ServiceError]:
        """Return the record of each target's entity by its position, or why there is none."""
        names = {target.given["name"] for target in targets if "guid" not in target.given}
        narrow = len(names) < _MANY
        found = try_each(lambda target: self._entity(target, narrow=narrow), targets)
        return {target.position: one for target, one in zip(targets, found, strict=True)}

    def named(self, path: str, what: str, wanted: str, keys: Sequence[str] = ("name",)) -> Record:
        """Return the one object of a list with this GUID, or with this value at one of ``keys``."""
        records = self._list(path)
        by_guid = [record for record in records if ref_guid(record) == wanted.lower()]
        found = by_guid or [record for record in records if any(record.get(key) == wanted for key in keys)]
        if not found:
            known = ", ".join(sorted(str(record.get(keys[0]) or ref_guid(record)) for record in records)[:_SHOWN])
            raise NotFound(
                f"There is no {what} {wanted} on the server.",
                next_step=f"There are {known}." if known else "There is none that this user may see.",
                method="GET",
                path=path,
            )
        if len(found) > 1:
            listed = ", ".join(ref_guid(record) for record in found)
            raise Ambiguous(
                f"{len(found)} objects are the {what} {wanted}: {listed}.",
                next_step="Give the GUID of the one that is meant.",
                method="GET",
                path=path,
            )
        return found[0]

    def detail(self, path: str, guid: str) -> dict[str, Any]:
        """Return one object by its GUID."""
        return read_object(self._session.send(Call("GET", f"{path}/{guid}", safe=True)))

    def policy_of(self, record: Record) -> Record | None:
        """Return a VM's reference to its backup policy. A record of a list may leave out what the VM itself tells."""
        for told in (record, {} if record.get("vmBackupPolicy") else self.detail("virtual-machines", ref_guid(record))):
            if ref_guid(told.get("vmBackupPolicy")):
                return dict(told["vmBackupPolicy"])
        return None

    def _entity(self, target: Target, *, narrow: bool) -> Record:
        path = "virtual-machines" if kind_of(target) == "VM" else "protected-entities"
        if "guid" not in target.given:
            return self._by_name(target, path, narrow=narrow)
        if path == "virtual-machines":
            record: Record = self._by_guid(target, path)
        else:
            record = self.named(path, str(target.given["kind"]), target.given["guid"])
        self._check_agreement(target, record, path)
        return record

    def _by_guid(self, target: Target, path: str) -> Record:
        try:
            return self.detail(path, target.given["guid"])
        except NotFound as error:
            error.message = f"{target.label}: there is no such VM on the server. {error.message}"
            raise

    def _check_agreement(self, target: Target, record: Record, path: str) -> None:
        name = target.given.get("name")
        if (name is not None and name not in _names(record, target)) or not self._fits(record, target):
            raise Rejected(
                f"{target.label}: the GUID {target.given['guid']} belongs to {_described(record)}.",
                next_step="Give the name or the GUID alone, or correct one of them.",
                method="GET",
                path=path,
            )

    def _by_name(self, target: Target, path: str, *, narrow: bool) -> Record:
        project = target.given.get("project")
        same: list[dict[str, Any]] = []
        # How the server matches is not documented. What its search does not find is looked for in the whole list.
        for searched in (True, False) if narrow else (False,):
            query = {"nameLike": target.given["name"]} if searched else {}
            records = self._list(path, {**query, **({"project-uuid": project} if project else {})})
            same = [record for record in records if target.given["name"] in _names(record, target)]
            if same:
                break
        fitting = [record for record in same if self._fits(record, target)]
        present = [record for record in fitting if record.get("present") is not False]
        if len(present) == 1:
            return present[0]
        if present:
            raise _ambiguous(target, present, path)
        raise _not_found(target, same, fitting, path)

    def _fits(self, record: Record, target: Target) -> bool:
        """Tell whether an entity is of the kind and at the place that the target names."""
        kind = enum_name(record.get("type"))
        if kind_of(target) != "VM" and kind and kind != kind_of(target):
            return False
        return all(
            option not in target.given
            or any(_is(record.get(key), target.given[option]) for key in place.keys)
            or any(ref_guid(record.get(key)) in self._called(place.path, target.given[option]) for key in place.keys)
            for option, place in _PLACES.items()
        )

    def _called(self, path: str, wanted: str) -> set[str]:
        """Return the GUIDs of what is called so in a list: an entity's reference to its place may lack the URL."""
        try:
            return {ref_guid(record) for record in self._list(path) if _is(record, wanted)}
        except (Forbidden, NotFound):
            return set()

    def _list(self, path: str, query: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
        return self._lists.of((path, tuple((query or {}).items())))

    def _read_list(self, asked: tuple[str, tuple[tuple[str, str], ...]]) -> list[dict[str, Any]]:
        path, query = asked
        return read_list(self._session.send(Call("GET", path, query=dict(query), safe=True)))


def _names(record: Record, target: Target) -> set[str]:
    """Return what an entity is called, also without the prefix that names within a project get."""
    name = str(record.get("name") or "")
    project = target.given.get("project")
    prefix = f"uuid_{project}_" if project else ""
    return {name, name.removeprefix(prefix)} if prefix else {name}


def _is(reference: object, wanted: str) -> bool:
    if not isinstance(reference, Mapping):
        return False
    if is_guid(wanted):
        return ref_guid(reference) == wanted.lower()
    return wanted in (reference.get("name"), reference.get("host"), reference.get("url"))


def _described(record: Record) -> str:
    parts = [str(record.get("name") or "no name")]
    for key, word in (("hypervisor", "hypervisor"), ("hvManager", "manager")):
        name = ref_name(record.get(key))
        if name:
            parts.append(f"{word} {name}")
    return f"{', '.join(parts)}, guid {ref_guid(record)}"


def _ambiguous(target: Target, found: Sequence[Record], path: str) -> Ambiguous:
    listed = "; ".join(_described(record) for record in found[:_SHOWN])
    more = f"; and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return Ambiguous(
        f"{target.label}: the name fits {len(found)} entities: {listed}{more}.",
        next_step="Narrow it by hypervisor, hypervisor_manager or project, or give the guid.",
        method="GET",
        path=path,
    )


def _not_found(target: Target, same: Sequence[Record], fitting: Sequence[Record], path: str) -> NotFound:
    if fitting:
        reason, advice = "is known, but no longer present on its hypervisor", "Its guid still names its old record."
    elif same:
        reason = f"is elsewhere: {'; '.join(_described(record) for record in same[:_SHOWN])}"
        advice = "Correct what narrows the name."
    else:
        reason = "is not on the server, or not visible to this user"
        advice = "Names are compared exactly. A new VM is known after an inventory synchronisation."
    return NotFound(f"{target.label}: the name {reason}.", next_step=advice, method="GET", path=path)
