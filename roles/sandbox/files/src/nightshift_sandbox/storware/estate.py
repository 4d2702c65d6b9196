# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fills a new sandbox with the estate."""

from __future__ import annotations

from typing import Any

from nightshift_sandbox.storware import estate_data as data
from nightshift_sandbox.storware.ids import known
from nightshift_sandbox.storware.system import System
from nightshift_sandbox.storware.tables import Tables

Json = dict[str, Any]
GIB = 1 << 30
#: VMs on one hypervisor in an estate with more of them.
PER_HOST = 100


def seed(system: System, extra: int) -> None:
    """Everything that stands still; the history is another module's."""
    tables = system.tables
    tables.put(
        "project", {"guid": known("project", "acme"), "uuid": data.ACME, "name": "acme", "more": {"uuid": data.ACME}}
    )
    _nodes(tables, system.stamp())
    _platforms(tables)
    _destinations(tables)
    _policies(tables)
    _vms(tables)
    _schedules(system)
    for number in range(1, extra + 1):
        host = f"rhv-h{1 + (number - 1) // PER_HOST % 2:02d}"
        _vm(tables, f"host{number:04d}", host, "silver", {}, known("vm", f"host{number:04d}"))
    _others(tables)


def _nodes(tables: Tables, now: int) -> None:
    for number, name in enumerate(data.NODES, start=1):
        tables.put("node", {
            "guid": known("node", name), "name": name, "state": "RUNNING", "version": "7.4.0-21",
            "ip": f"192.0.2.{10 + number}", "lastSeen": now,
        })  # fmt: skip


def _platforms(tables: Tables) -> None:
    for name, url, kind in data.MANAGERS:
        guid = known("manager", name)
        tables.put("manager", {
            "guid": guid, "name": name, "url": url, "type": kind, "mode": "SSH_TRANSFER",
            "network": known("network", name),
        })  # fmt: skip
        tables.put("cluster", {
            "guid": known("cluster", name), "uuid": known("cluster uuid", name), "name": f"{name}-cluster",
            "manager": guid,
        })  # fmt: skip
        for part in ("data", "fast"):
            tables.put("hvstorage", {
                "guid": known("hvstorage", f"{name}-{part}"), "uuid": known("hvstorage uuid", f"{name}-{part}"),
                "name": f"{name}-{part}", "manager": guid, "clusters": [known("cluster", name)],
                "total": 40 * 1024 * GIB, "used": 11 * 1024 * GIB,
            })  # fmt: skip
    for host, kind, manager in data.HYPERVISORS:
        tables.put("hypervisor", {
            "guid": known("hypervisor", host), "name": host, "type": kind, "node": None,
            "manager": known("manager", manager) if manager else None,
            "cluster": known("cluster", manager) if manager else None,
        })  # fmt: skip


def _destinations(tables: Tables) -> None:
    for name, kind, nodes in data.DESTINATIONS:
        tables.put("destination", {
            "guid": known("destination", name), "name": name, "type": kind, "description": "",
            "nodes": [known("node", node) for node in nodes], "default": name == "fs1",
            "total": 200 * 1024 * GIB, "used": 63 * 1024 * GIB,
        })  # fmt: skip


def _policies(tables: Tables) -> None:
    roles = ("PRIMARY", "SECONDARY")
    retention = {"retentionKeepLastNFull": 4, "retentionKeepLastNIncremental": 30,
                 "keepLastBackupWhenSourceStillExists": True}  # fmt: skip
    for name, priority, retries, rules in data.POLICIES:
        policy = known("policy", name)
        tables.put("policy", {
            "guid": policy, "name": name, "active": True, "priority": priority, "backupRetryCount": retries,
            "autoAssign": {"mode": "DISABLED"}, "more": {},
            "projects": [known("project", "acme")] if name.startswith("uuid_") else [],
        })  # fmt: skip
        for position, (rule, active, marked, destinations) in enumerate(rules):
            tables.put("rule", {
                "guid": known("rule", f"{name}/{rule}"), "name": rule, "policy": policy, "active": active,
                "position": position, "markedForDeletion": marked,
                "destinations": [
                    {"roleType": role, "destination": known("destination", destination), "active": True,
                     "retention": retention}
                    for role, destination in zip(roles, destinations, strict=False)
                ],
            })  # fmt: skip
    tables.put("snappolicy", {
        "guid": known("snappolicy", "snap-daily"), "name": "snap-daily", "active": True, "priority": 50,
    })  # fmt: skip
    tables.put("snaprule", {
        "guid": known("snaprule", "snap-daily/keep"), "name": "keep", "active": True, "position": 0,
        "policy": known("snappolicy", "snap-daily"), "retentionVersions": 3, "retentionDays": 7,
    })  # fmt: skip


def _vms(tables: Tables) -> None:
    seen: set[str] = set()
    for name, host, policy, more in data.VMS:
        # The first VM of a name has the GUID of the name alone, so that it is easy to tell.
        guid = known("vm", name if name not in seen else f"{name}@{host}{'' if more.get('present', True) else '-gone'}")
        seen.add(name)
        _vm(tables, name, host, policy, more, guid)


def _vm(tables: Tables, name: str, host: str, policy: str | None, more: Json, guid: str) -> None:
    hypervisor = tables.require("hypervisor", known("hypervisor", f"{host}.example.com"))
    snapshots = more.get("snapPolicy")
    tables.put("vm", {
        "guid": guid, "uuid": known("vm uuid", guid), "name": name, "present": more.get("present", True),
        "hypervisor": hypervisor["guid"], "manager": hypervisor["manager"],
        "policy": known("policy", policy) if policy else None,
        "snapPolicy": known("snappolicy", snapshots) if snapshots else None,
        "project": known("project", more["project"]) if "project" in more else None,
        "destiny": more.get("destiny", {}), "seconds": more.get("seconds", 40.0), "hidden": more.get("hidden", False),
        "size": (20 + len(name) * 7) * GIB, "tags": [], "lastBackup": None,
    })  # fmt: skip


def _schedules(system: System) -> None:
    for item in data.SCHEDULES:
        kind = "snaprule" if item["type"] == "VM_SNAPSHOT" else "rule"
        row = {
            "active": True, "dayOfWeekOccurrences": [], "months": [], "lastRun": None, **item,
            "guid": known("schedule", item["name"]), "rules": [known(kind, rule) for rule in item["rules"]],
        }  # fmt: skip
        lists = ("daysOfWeek", "dayOfWeekOccurrences", "months")
        system.plan.add(system.tables.put("schedule", {**row, **{key: list(row[key]) for key in lists}}))


def _others(tables: Tables) -> None:
    tables.put("provider", {"guid": known("provider", "ceph1"), "name": "ceph1"})
    tables.put("plan", {
        "guid": known("plan", "disaster"), "name": "disaster", "vms": [known("vm", "web01"), known("vm", "mail01")],
    })  # fmt: skip
    tables.put("tapemanager", {"guid": known("tapemanager", "library1"), "name": "library1"})
    for name in ("A00001L8", "A00002L8"):
        tables.put("tape", {"guid": known("tape", name), "name": name, "manager": known("tapemanager", "library1")})
    tables.put("flavor", {"guid": known("flavor", "m1.small"), "name": "m1.small", "manager": known("manager", "os1")})
