# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Managers, hypervisors, clusters, storages, destinations, nodes (specification section 5.5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nightshift_sandbox.storware.call import Call, guid_of, listing, pruned
from nightshift_sandbox.storware.enums import shown
from nightshift_sandbox.storware.life_backup import platform
from nightshift_sandbox.storware.tables import Tables
from nightshift_sandbox.web import Reply

Json = dict[str, Any]
Show = Callable[[Tables, Json], Json]


def _counted(tables: Tables, kind: str, guid: str) -> int:
    return sum(1 for row in tables.all("vm") if row[kind] == guid)


def manager(tables: Tables, row: Json) -> Json:
    """A hypervisor manager: it is known by its URL and has no name of its own."""
    return {"guid": row["guid"], "url": row["url"], "type": shown(row["type"]),
            "vmExportImportMode": shown(row["mode"]), "vmCount": _counted(tables, "manager", row["guid"])}  # fmt: skip


def hypervisor(tables: Tables, row: Json) -> Json:
    """A hypervisor: it is known by its host."""
    return {
        "guid": row["guid"],
        "host": row["name"],
        "type": shown(row["type"]),
        "user": "backup",
        "cluster": tables.ref("cluster", row["cluster"]),
        "hvManager": tables.ref("manager", row["manager"]),
        "vmCount": _counted(tables, "hypervisor", row["guid"]),
        "licenseCovered": True,
        "node": tables.ref("node", row.get("node")),
    }


def cluster(_tables: Tables, row: Json) -> Json:
    """A cluster."""
    return {"guid": row["guid"], "uuid": row["uuid"], "name": row["name"]}


def storage(tables: Tables, row: Json) -> Json:
    """A hypervisor's storage; `totalAvailableSpace` is the total, whatever it is called."""
    return {
        "guid": row["guid"],
        "uuid": row["uuid"],
        "name": row["name"],
        "totalAvailableSpace": row["total"],
        "totalUsedSpace": row["used"],
        "clusters": [tables.ref("cluster", guid) for guid in row["clusters"]],
    }


def destination(_tables: Tables, row: Json) -> Json:
    """A backup destination."""
    return {
        "guid": row["guid"],
        "name": row["name"],
        "type": shown(row["type"]),
        "description": row["description"],
        "nodeConfigs": [{"name": "default"}] if row["nodes"] else [],
        "totalUsedSpace": row["used"],
        "totalAvailableSpace": row["total"],
        "defaultBackupDestination": row["default"],
        "projects": [],
    }


def node(_tables: Tables, row: Json) -> Json:
    """A node."""
    return {
        "guid": row["guid"],
        "name": row["name"],
        "state": shown(row["state"]),
        "version": row["version"],
        "nodeIP": row["ip"],
        "lastSeen": row["lastSeen"],
        "stagingSpace": {"totalSpace": 2 << 40, "usedSpace": 400 << 30},
    }


def plain(_tables: Tables, row: Json) -> Json:
    """What has nothing but a GUID and a name, and what it was given beside."""
    return {"guid": row["guid"], "name": row["name"], **row.get("more", {})}


def lister(kind: str, show: Show, field: str = "", key: str = "") -> Callable[[Call], Reply]:
    """A list service; `key` in the query limits it by the record's `field`."""

    def serve(call: Call) -> Reply:
        tables = call.system.tables
        rows = tables.all(kind)
        if wanted := call.one(key) if key else "":
            rows = [row for row in rows if row[field] == wanted]
        return listing(call, (show(tables, row) for row in rows), _label)

    return serve


def getter(kind: str, show: Show) -> Callable[[Call], Json]:
    """A service for one record."""

    def serve(call: Call) -> Json:
        tables = call.system.tables
        return dict(pruned(show(tables, tables.require(kind, call.guid))))

    return serve


def _label(row: Json) -> str:
    return str(row.get("url") or row.get("host") or row["name"])


def list_managers(call: Call) -> Reply:
    """`GET /hypervisor-managers`: with `backup-to-be-restored` those to which that backup can go."""
    tables, rows = call.system.tables, call.system.tables.all("manager")
    if guid := call.one("backup-to-be-restored"):
        fitting = restore_targets(tables, tables.require("backup", guid))
        rows = [row for row in rows if row["guid"] in fitting]
    return listing(call, (manager(tables, row) for row in rows), _label)


def restore_targets(tables: Tables, backup: Json) -> set[str]:
    """Managers and hypervisors of the platform that a backup comes from."""
    kind = platform(tables, backup)
    alone = [row for row in tables.all("hypervisor") if row["manager"] is None]
    return {row["guid"] for row in (*tables.all("manager"), *alone) if row["type"] == kind}


def list_networks(call: Call) -> Reply:
    """`GET /network`: the one list whose filter is written in another style."""
    wanted = call.one("hypervisorManagerGuid")
    rows = call.system.tables.all("manager")
    found = [row for row in rows if wanted in ("", row["guid"])]
    return listing(call, ({"guid": row["network"], "name": "production"} for row in found))


def usable_for_vms(call: Call) -> list[Json]:
    """`POST /backup-destinations/usable-for-vms`: destinations that every one of the VMs can use."""
    tables = call.system.tables
    for item in call.array():
        tables.require("vm", guid_of(item, "virtual machine"))
    return [pruned(destination(tables, row)) for row in tables.all("destination") if row["nodes"]]
