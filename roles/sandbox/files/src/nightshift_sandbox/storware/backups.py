# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backups, their copies and their files (specification section 5.2)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from nightshift_sandbox.storware import ids
from nightshift_sandbox.storware.call import Call, boolean, listing, listing_of, pruned, value_of, within
from nightshift_sandbox.storware.enums import (
    BACKUP_STATUSES,
    BACKUP_TYPES,
    ENTITY_TYPES,
    GOOD_BACKUPS,
    LOCATION_STATUSES,
    parse,
    shown,
)  # fmt: skip
from nightshift_sandbox.storware.tables import Tables
from nightshift_sandbox.storware.task_views import entity
from nightshift_sandbox.web import Reply

Json = dict[str, Any]


def shown_backup(tables: Tables, row: Json, full: bool = False) -> Json:
    """A backup on the wire; `full` adds what only the single record has."""
    located = [item for item in row["locations"] if full or item["status"] != "REMOVED"]
    cards = [{"guid": ids.known("nic", row["vm"]), "name": "nic1", "macAddress": "00:1a:4a:16:01:51"}]
    return {
        "guid": row["guid"],
        "status": shown(row["status"]),
        "type": shown(row["type"]),
        "snapshotTime": row["snapshotTime"],
        "backupTime": row["backupTime"],
        "statusInfo": row["statusInfo"],
        "size": row["size"],
        "protectedEntity": entity(tables, row["vm"]) or {"type": shown("VM"), "guid": row["vm"], "name": row["vmName"]},
        "parentBackup": {"guid": row["parent"]} if row["parent"] else None,
        "backupRule": tables.ref("rule", row["rule"]),
        "originEntity": {"type": shown(row["origin"])},
        "backupLocations": [shown_location(tables, item) for item in located],
        "warnings": row["warnings"],
        "warningsPresent": bool(row["warnings"]),
        "warningsAcknowledged": row["acknowledged"],
        "description": row["description"],
        "iscsiMountable": row["status"] in GOOD_BACKUPS,
        "networkInterfaceCards": cards if full else None,
    }


def shown_location(tables: Tables, item: Json) -> Json:
    """A copy, as it stands within its backup."""
    return {
        "guid": item["guid"],
        "backupDestination": tables.ref("destination", item["destination"]),
        "roleType": shown(item["roleType"]),
        "status": shown(item["status"]),
        "statusInfo": item.get("statusInfo"),
        "retentionHint": shown(item["hint"]),
    }


def visible(call: Call) -> list[Json]:
    """Backups in the order of their GUIDs: nothing says how the list is sorted."""
    project = call.project
    rows = sorted(call.system.tables.all("backup"), key=lambda row: str(row["guid"]))
    return [row for row in rows if not project or row["project"] == project]


def _root(tables: Tables, row: Json) -> str:
    while row["parent"] and (parent := tables.get("backup", row["parent"])):
        row = parent
    return str(row["guid"])


def _by_guid(tables: Tables) -> dict[str, Callable[[Json], list[Any]]]:
    def policy(row: Json) -> Any:
        rule = tables.get("rule", row["rule"])
        return rule["policy"] if rule else None

    return {
        "backup-destination": lambda row: [item["destination"] for item in row["locations"]],
        "backup-policy": lambda row: [policy(row)],
        "backup-rule": lambda row: [row["rule"]],
        "cloud-service-provider": lambda _unused: [],
        "hypervisor": lambda row: [row["hypervisor"]],
        "hypervisor-manager": lambda row: [row["manager"]],
        "node": lambda row: [row["node"]],
        "parent-backup": lambda row: [row["parent"]],
        "protected-entity": lambda row: [row["vm"]],
        "root-backup": lambda row: [_root(tables, row)],
        "storage-provider": lambda _unused: [],
    }


def list_backups(call: Call) -> Reply:
    """`GET /backups`."""
    tables, rows = call.system.tables, visible(call)
    for key, values in _by_guid(tables).items():
        if wanted := call.many(key):
            rows = [row for row in rows if any(guid in values(row) for guid in wanted)]
    if statuses := [parse(value, BACKUP_STATUSES, "status") for value in call.many("status")]:
        rows = [row for row in rows if row["status"] in statuses]
    if kind := call.one("type"):
        parse(kind, BACKUP_TYPES, "type")
        rows = [row for row in rows if row["type"] == kind]
    if entity_type := call.one("protected-entity-type"):
        rows = rows if parse(entity_type, ENTITY_TYPES, "protected-entity-type") == "VM" else []
    return listing_of(call, list(_measured(call, rows)), lambda row: shown_backup(tables, row), _label)


def _measured(call: Call, rows: list[Json]) -> Iterator[Json]:
    """Rows within the times and above the size asked for."""
    begin, end, size = call.number("from"), call.number("to"), call.number("min-size")
    mountable = call.flag("only-mountable")
    for row in rows:
        at = row["snapshotTime"] or row["created"]
        in_time = (begin is None or at >= begin) and (end is None or at <= end)
        large = size is None or (row["size"] or 0) >= size
        if in_time and large and (not mountable or row["status"] in GOOD_BACKUPS):
            yield row


def _label(row: Json) -> str:
    return str(row["protectedEntity"]["name"])


def get_backup(call: Call) -> Json:
    """`GET /backups/{guid}`."""
    row = within(call, call.system.tables.require("backup", call.guid), "Backup")
    return dict(pruned(shown_backup(call.system.tables, row, full=True)))


def describe(call: Call) -> None:
    """`PUT /backups/{guid}/description`."""
    row = within(call, call.system.tables.require("backup", call.guid), "Backup")
    call.system.tables.put("backup", {**row, "description": value_of(call.body())})


def acknowledge(call: Call) -> None:
    """`PUT /backups/{guid}/warnings-acknowledged`."""
    row = within(call, call.system.tables.require("backup", call.guid), "Backup")
    call.system.tables.put("backup", {**row, "acknowledged": boolean(call.object(), "value")})


def locations(call: Call) -> Iterator[tuple[Json, Json]]:
    """Every copy with its backup."""
    for row in visible(call):
        for item in row["locations"]:
            yield row, item


def find_location(call: Call, guid: str) -> tuple[Json, Json] | None:
    """A copy by its GUID, with its backup."""
    return next(((row, item) for row, item in locations(call) if item["guid"] == guid), None)


def list_locations(call: Call) -> Reply:
    """`GET /backup-locations`."""
    tables, status = call.system.tables, call.one("location-status")
    if status:
        parse(status, LOCATION_STATUSES, "location-status")
    found = []
    for row, item in locations(call):
        if call.one("protected-entity") not in ("", row["vm"]) or call.one("backup-rule") not in ("", row["rule"]):
            continue
        if status in ("", item["status"]) and call.one("backup") in ("", row["guid"]):
            found.append(located(tables, row, item))
    return listing(call, found, lambda row: str(row["backup"]["name"]))


def located(tables: Tables, row: Json, item: Json) -> Json:
    """A copy, as it stands in a list of copies."""
    destination = tables.get("destination", item["destination"])
    return {
        **shown_location(tables, item),
        "backup": {"guid": row["guid"], "name": row["vmName"]},
        "snapshotTime": row["snapshotTime"],
        "backupDestinationType": shown(destination["type"]) if destination else None,
        "type": shown(row["type"]),
    }


def list_files(call: Call) -> Reply:
    """`GET /backup-files` and `/backup-files/detailed/for-restore`: a configuration and a disk of a backup."""
    row = within(call, call.system.tables.require("backup", call.one("backup")), "Backup")
    disk = "DISK" if row["type"] == "FULL" else "DISK_INC"
    rows = [
        {"guid": ids.known("file", f"{row['guid']}/{kind}"), "name": name, "path": f"/backup/{name}", "size": size,
         "type": shown(kind), "originalDiskName": f"{row['vmName']}_disk1" if kind == disk else None}
        for kind, name, size in (("CONFIG", "config.xml", 4096), (disk, "disk1.raw", row["size"] or 0))
    ]  # fmt: skip
    return listing(call, rows)


def list_file_systems(call: Call) -> Reply:
    """`GET /file-systems?backup=`."""
    row = within(call, call.system.tables.require("backup", call.one("backup")), "Backup")
    names = ("/", "/var")
    return listing(call, ({"guid": ids.known("fs", row["guid"] + name), "name": name} for name in names))
