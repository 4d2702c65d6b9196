# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Virtual machines and their state of protection (specification section 5.1)."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from nightshift_sandbox.storware.call import (
    Call,
    boolean,
    guid_of,
    guids_of,
    items,
    listing,
    listing_of,
    pruned,
    value_of,
    within,
)  # fmt: skip
from nightshift_sandbox.storware.enums import GOOD_BACKUPS, PROTECTION, parse, shown
from nightshift_sandbox.storware.life_backup import incremental_possible, platform
from nightshift_sandbox.storware.life_other import remove_entity
from nightshift_sandbox.storware.tables import Tables
from nightshift_sandbox.web import Reply

Json = dict[str, Any]
#: A VM is up to date when its last good backup is younger than this.
FRESH_MS = 86_400_000


class Protection:
    """What a list of VMs needs to know of backups, policies and schedules, read once."""

    def __init__(self, tables: Tables, now: int) -> None:
        self.now = now
        self.good: dict[str, list[Json]] = defaultdict(list)
        for row in tables.all("backup"):
            if row["status"] in GOOD_BACKUPS:
                self.good[row["vm"]].append(row)
        scheduled = {guid for row in tables.all("schedule") if row["active"] for guid in row["rules"]}
        self.scheduled = {rule["policy"] for rule in tables.all("rule") if rule["guid"] in scheduled}

    def newest(self, vm: str, kind: str | None = None) -> Json | None:
        """The newest good backup of a VM."""
        rows = [row for row in self.good[vm] if kind in (None, row["type"])]
        return max(rows, key=lambda row: row["snapshotTime"] or 0, default=None)

    def up_to_date(self, vm: Json) -> bool | None:
        """Whether the last good backup is young enough; None where no schedule asks for backups."""
        if vm["policy"] not in self.scheduled:
            return None
        newest = self.newest(vm["guid"])
        return newest is not None and self.now - int(newest["snapshotTime"]) < FRESH_MS


def shown_vm(tables: Tables, protection: Protection, vm: Json) -> Json:
    """A VM on the wire."""
    newest, full = protection.newest(vm["guid"]), protection.newest(vm["guid"], "FULL")
    incremental = protection.newest(vm["guid"], "INCREMENTAL")
    kind = platform(tables, vm)
    return {
        "guid": vm["guid"],
        "uuid": vm["uuid"],
        "name": vm["name"],
        "present": vm["present"],
        "hypervisor": tables.ref("hypervisor", vm["hypervisor"]),
        "hvManager": tables.ref("manager", vm["manager"]),
        "hvmType" if vm["manager"] else "hvType": shown(kind),
        "vmBackupPolicy": tables.ref("policy", vm["policy"]),
        "snapshotMgmtPolicy": tables.ref("snappolicy", vm["snapPolicy"]),
        "backupUpToDate": protection.up_to_date(vm),
        "lastBackup": vm["lastBackup"],
        "lastSuccessfulBackupSize": newest["size"] if newest else None,
        "lastSuccessfulFullBackupSize": full["size"] if full else None,
        "lastSuccessfulFullBackup": {"guid": full["guid"]} if full else None,
        "lastSuccessfulIncBackup": {"guid": incremental["guid"]} if incremental else None,
        "tags": vm["tags"],
        "warningsPresent": False,
        "quiesceBeforeSnapshot": False,
        "project": tables.ref("project", vm["project"]),
    }


def _visible(call: Call) -> list[Json]:
    project = call.project
    rows = [row for row in call.system.tables.all("vm") if not row["hidden"]]
    return [row for row in rows if not project or row["project"] == project]


def list_vms(call: Call) -> Reply:
    """`GET /virtual-machines` and `/virtual-machines/detailed`; VMs that are gone from their platform included."""
    tables, rows = call.system.tables, _visible(call)
    protection = Protection(tables, call.system.stamp())
    for key, field in (("uuid", "uuid"), ("hypervisor", "hypervisor"), ("hypervisor-manager", "manager")):
        if wanted := call.one(key):
            rows = [row for row in rows if row[field] == wanted]
    if policies := call.many("policy"):
        rows = [row for row in rows if row["policy"] in policies]
    if kind := call.one("hypervisor-manager-type"):
        rows = [row for row in rows if row["manager"] and platform(tables, row) == kind]
    if states := [parse(value, PROTECTION, "backupStatus") for value in call.many("backupStatus")]:
        rows = [row for row in rows if _state(protection, row) in states]
    return listing_of(call, rows, lambda row: shown_vm(tables, protection, row))


def _state(protection: Protection, vm: Json) -> str:
    fresh = protection.up_to_date(vm)
    return "NO_SCHEDULE" if fresh is None else "IS_PROTECTED" if fresh else "NOT_PROTECTED"


def get_vm(call: Call) -> Json:
    """`GET /virtual-machines/{guid}`."""
    tables = call.system.tables
    vm = within(call, tables.require("vm", call.guid), "Virtual machine")
    return dict(pruned(shown_vm(tables, Protection(tables, call.system.stamp()), vm)))


def incremental_not_possible(call: Call) -> list[Json]:
    """`POST /virtual-machines/incremental-not-possible`: those of the VMs sent that would get a full backup."""
    tables = call.system.tables
    guids = guids_of(call.object(), "entities")
    rows = [within(call, tables.require("vm", guid), "Virtual machine") for guid in guids]
    protection = Protection(tables, call.system.stamp())
    return [shown_vm(tables, protection, row) for row in rows if not incremental_possible(tables, row)]


def delete_non_present(call: Call) -> None:
    """`DELETE /virtual-machines/all-non-present`."""
    for row in _visible(call):
        if not row["present"]:
            remove_entity(call.system.tables, row["guid"])


def change_settings(call: Call) -> None:
    """`PUT /virtual-machines/{guid}/settings`: the policy and the tags of a whole VM object are taken over."""
    tables, body = call.system.tables, call.object()
    vm = within(call, tables.require("vm", call.guid), "Virtual machine")
    policy = body.get("vmBackupPolicy")
    guid = tables.require("policy", guid_of(policy, "vmBackupPolicy"))["guid"] if policy else None
    boolean(body, "quiesceBeforeSnapshot")
    tables.put("vm", {**vm, "policy": guid, "tags": items(body, "tags")})


def set_ssh_password(call: Call) -> None:
    """`PUT /virtual-machines/{guid}/ssh-password`: only whether there is one is kept."""
    vm = within(call, call.system.tables.require("vm", call.guid), "Virtual machine")
    call.system.tables.put("vm", {**vm, "sshPasswordSet": bool(value_of(call.body()))})


def list_disks(call: Call) -> Reply:
    """`GET /virtual-machine-disks?virtual-machine=`: one disk each."""
    rows = [row for row in _visible(call) if call.one("virtual-machine") in ("", row["guid"])]
    return listing(
        call, ({"guid": f"{row['guid'][:-2]}d1", "name": f"{row['name']}_disk1", "size": row["size"]} for row in rows)
    )


def list_entities(call: Call) -> Reply:
    """`GET /protected-entities`: VMs are the only kind here."""
    rows = [
        {"guid": row["guid"], "name": row["name"], "type": shown("VM"), "lastBackup": row["lastBackup"],
         "present": row["present"]}
        for row in _visible(call)
    ]  # fmt: skip
    return listing(call, rows)


def delete_entity(call: Call) -> None:
    """`DELETE /protected-entities/{guid}`: at once, with its backups."""
    vm = within(call, call.system.tables.require("vm", call.guid), "Virtual machine")
    remove_entity(call.system.tables, vm["guid"])
