# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the objects that task operations need, by exact names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ...api.errors import InvalidOption, NotFound, ServiceError
from ...api.messages import Call
from ...api.session import Session
from ...model.states import State
from .guids import is_guid, read_guid
from .lookup import Lookup
from .records import backup_time, read_backup
from .responses import enum_name, moment, read_listed, ref_guid
from .targets import parse_targets

_GOOD = (State.SUCCEEDED, State.WARNING)
_ROLES = ("PRIMARY", "SECONDARY", "ARCHIVE")


@dataclass(frozen=True)
class Kind:
    """One kind of objects: where it is listed, what its objects are called by, and what its lists are narrowed by.

    No ``names`` means that its objects have none.
    ``narrowing`` maps an option to its query parameter, ``always`` is sent with each listing.
    """

    path: str
    names: tuple[str, ...] = ("name",)
    narrowing: Mapping[str, str] = field(default_factory=dict)
    always: Mapping[str, str] = field(default_factory=dict)


_BY_ENTITY = {"protected_entity": "protected-entity"}
_BY_MANAGER = {"hypervisor_manager": "hypervisor-manager"}
_MANAGER_NAMES = ("url", "host", "name")

KINDS: Mapping[str, Kind] = {
    "virtual_machines": Kind("virtual-machines"),
    "backups": Kind("backups", (), _BY_ENTITY),
    "backup_locations": Kind("backup-locations", (), _BY_ENTITY, {"location-status": "PRESENT"}),
    "hypervisors": Kind("hypervisors", ("host", "name")),
    "hypervisor_managers": Kind("hypervisor-managers", _MANAGER_NAMES, {"backup": "backup-to-be-restored"}),
    "clusters": Kind("hypervisor-clusters", narrowing=_BY_MANAGER),
    "storages": Kind("hypervisor-storages", narrowing=_BY_MANAGER),
    "policies": Kind("policies/vm-backup", always={"extended": "true"}),
    "backup_destinations": Kind("backup-destinations"),
    "nodes": Kind("nodes"),
    "restore_jobs": Kind("restore-jobs", (), _BY_ENTITY),
    "mounted_backups": Kind("mounted-backups", (), {**_BY_ENTITY, "backup": "backup"}),
}


@dataclass(frozen=True)
class Wanted:
    """What is asked for. ``None`` means that nothing is said of it."""

    what: str
    name: str | None = None
    guid: str | None = None
    protected_entity: str | None = None
    hypervisor_manager: str | None = None
    backup: str | None = None
    latest_good: bool = False


def check_wanted(wanted: Wanted) -> None:
    """Raise ``InvalidOption`` for what cannot be meant, before anything is sent."""
    kind = KINDS[wanted.what]
    for option in ("name", "guid", "protected_entity", "hypervisor_manager", "backup"):
        value = getattr(wanted, option)
        if value is not None and not value.strip():
            raise InvalidOption(f"{option} is empty; give one, or leave it out.")
    if wanted.name is not None and not kind.names:
        raise InvalidOption(
            f"{wanted.what} have no names.", next_step=f"Narrow them by {' or '.join(kind.narrowing)}, or by guid."
        )
    for option in ("protected_entity", "hypervisor_manager", "backup"):
        if getattr(wanted, option) is not None and option not in kind.narrowing:
            raise InvalidOption(f"{wanted.what} cannot be narrowed by {option}.")
    for option in ("guid", "backup"):
        if getattr(wanted, option) is not None:
            read_guid(option, getattr(wanted, option))
    if wanted.latest_good and (wanted.what not in ("backups", "backup_locations") or wanted.protected_entity is None):
        raise InvalidOption("latest_good needs what: backups or backup_locations, and protected_entity.")


def read_objects(session: Session, wanted: Wanted) -> list[dict[str, Any]]:
    """Return the objects that are asked for, as the server has them."""
    kind = KINDS[wanted.what]
    query = dict(kind.always)
    for option, parameter in kind.narrowing.items():
        value = getattr(wanted, option)
        if value is not None:
            query[parameter] = _guid_of(session, option, value)
    found = [
        record
        for record in _list(session, kind.path, query)
        if (wanted.guid is None or ref_guid(record) == wanted.guid.lower())
        and (wanted.name is None or any(record.get(key) == wanted.name for key in kind.names))
        and _is_of(record, query.get("protected-entity"))
    ]
    return _latest_good(session, wanted, found, query) if wanted.latest_good else found


def _list(session: Session, path: str, query: Mapping[str, Any]) -> list[dict[str, Any]]:
    return read_listed(session.send(Call("GET", path, query=query, safe=True)))


def _guid_of(session: Session, option: str, value: str) -> str:
    """Return the GUID behind a name, which must be that of exactly one object."""
    if is_guid(value):
        return value.lower()
    if option == "hypervisor_manager":
        return ref_guid(Lookup(session).named("hypervisor-managers", "hypervisor manager", value, _MANAGER_NAMES))
    targets = parse_targets([{"name": value}])
    found = Lookup(session).entities(targets)[0]
    if isinstance(found, ServiceError):
        raise found
    return ref_guid(found)


def _is_of(record: Mapping[str, Any], entity: str | None) -> bool:
    """Tell whether a record is of the entity, where it says of which it is: a server may not have narrowed its list."""
    backup = record.get("backup")
    inner = backup.get("protectedEntity") if isinstance(backup, Mapping) else None
    named = ref_guid(record.get("protectedEntity")) or ref_guid(inner)
    return entity is None or not named or named == entity


def _latest_good(
    session: Session, wanted: Wanted, found: Sequence[dict[str, Any]], query: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Return the newest good backup whose data is still there, or its first present copy."""
    records = found
    if wanted.what == "backup_locations":
        records = _list(session, "backups", {"protected-entity": query["protected-entity"]})
    good = [record for record in records if _is_good(record)]
    for record in sorted(good, key=lambda one: backup_time(one) or 0.0, reverse=True):
        if wanted.what == "backups":
            return [record]
        copies = [one for one in found if ref_guid(one.get("backup")) == ref_guid(record) and _is_present(one)]
        if copies:
            return [min(copies, key=_role)]
    raise NotFound(
        f"{wanted.protected_entity} has no good backup whose data is still there.",
        next_step="Partial backups do not count.",
        method="GET",
        path="backups",
    )


def _is_good(record: Mapping[str, Any]) -> bool:
    task = read_backup(record)
    return task.state in _GOOD and task.restorable and moment(record.get("snapshotTime")) is not None


def _is_present(location: Mapping[str, Any]) -> bool:
    return enum_name(location.get("status")) in ("", "PRESENT")


def _role(location: Mapping[str, Any]) -> int:
    role = enum_name(location.get("roleType"))
    return _ROLES.index(role) if role in _ROLES else len(_ROLES)
