# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The estate of a new sandbox, as tables of names."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
#: The project's platform ID, with which the names of its objects begin.
ACME = "7d3c1f52-90a4-4f0b-8a66-2f1f6a0e5b01"
#: Managers: name, URL, type.
MANAGERS = (
    ("rhv1", "https://rhv1.example.com/ovirt-engine/api", "RHV"),
    ("vc1", "https://vc1.example.com", "VCENTER"),
    ("os1", "https://os1.example.com:5000/v3", "OPENSTACK"),
)
#: Hypervisors: host, type, manager.
HYPERVISORS = (
    ("rhv-h01.example.com", "RHV", "rhv1"),
    ("rhv-h02.example.com", "RHV", "rhv1"),
    ("esx01.example.com", "ESXI", "vc1"),
    ("esx02.example.com", "ESXI", "vc1"),
    ("nova01.example.com", "OPENSTACK", "os1"),
    ("kvm01.example.com", "KVM", None),
    ("pve01.example.com", "PROXMOX", None),
)
NODES = ("node1", "node2")
#: Destinations: name, type, nodes that may write to it.
DESTINATIONS = (
    ("fs1", "FILESYSTEM", NODES),
    ("s3-1", "S3", NODES),
    ("dedup1", "SYNTHETICXFS", ("node1",)),
    ("lonely1", "FILESYSTEM", ()),
)
#: Policies: name, priority, retries, rules. A rule: name, active, marked for deletion, destinations in order of roles.
POLICIES: tuple[tuple[str, int, int, tuple[tuple[str, bool, bool, tuple[str, ...]], ...]], ...] = (
    ("gold", 50, 1, (("Default", True, False, ("fs1", "s3-1")),)),
    ("silver", 40, 0, (("Default", True, False, ("fs1",)),)),
    ("bronze", 20, 0, (("Default", True, False, ("dedup1",)),)),
    ("tworules", 50, 0, (("local", True, False, ("fs1",)), ("offsite", True, False, ("s3-1",)))),
    ("paused", 50, 0, (("Default", False, False, ("fs1",)),)),
    ("leaving", 50, 0, (("old", True, True, ("fs1",)), ("new", True, False, ("s3-1",)))),
    ("norules", 50, 0, ()),
    ("orphan", 50, 0, (("Default", True, False, ("lonely1",)),)),
    ("hourly", 30, 0, (("Default", True, False, ("fs1",)),)),
    (f"uuid_{ACME}_tenant-daily", 50, 0, (("Default", True, False, ("fs1",)),)),
)
#: VMs: name, hypervisor, policy, and what else is special.
VMS: tuple[tuple[str, str, str | None, Json], ...] = (
    ("db01", "rhv-h01", "gold", {"snapPolicy": "snap-daily"}),
    ("db02", "rhv-h02", "gold", {}),
    ("app01", "rhv-h01", "gold", {}),
    ("web01", "rhv-h02", "silver", {}),
    ("web02", "rhv-h02", "silver", {}),
    ("erp01", "esx01", "gold", {"snapPolicy": "snap-daily"}),
    ("mail01", "esx01", "silver", {}),
    ("files01", "esx02", "bronze", {}),
    ("clone01", "rhv-h01", "silver", {}),
    ("clone01", "esx02", "silver", {}),
    ("db01", "rhv-h02", "gold", {"present": False}),
    ("gone01", "esx02", "silver", {"present": False}),
    ("nopolicy01", "esx01", None, {}),
    ("tworules01", "esx01", "tworules", {}),
    ("paused01", "esx01", "paused", {}),
    ("leaving01", "esx01", "leaving", {}),
    ("norules01", "esx01", "norules", {}),
    ("flaky01", "esx02", "gold", {"destiny": {"export_fails": 2}}),
    ("broken01", "esx02", "silver", {"destiny": {"export_fails": -1, "reason": "Snapshot could not be created"}}),
    ("partial01", "esx02", "gold", {"destiny": {"store_fails": {"s3-1": -1}}}),
    ("storefail01", "esx02", "silver", {"destiny": {"store_fails": {"fs1": -1}}}),
    ("retrystore01", "esx02", "silver", {"destiny": {"store_fails": {"fs1": 1}}}),
    ("nonode01", "esx02", "silver", {"destiny": {"no_node": True}}),
    ("orphan01", "esx02", "orphan", {}),
    ("slow01", "rhv-h01", "bronze", {"seconds": 3600.0}),
    ("busy01", "rhv-h01", "silver", {}),
    ("queued01", "rhv-h01", "silver", {}),
    ("hourly01", "rhv-h02", "hourly", {}),
    ("norestore01", "rhv-h02", "silver", {"destiny": {"import_fails": -1, "mount_fails": -1}}),
    ("kvmguest01", "kvm01", "silver", {}),
    ("pveguest01", "pve01", "silver", {}),
    ("cirros01", "nova01", "silver", {}),
    (f"uuid_{ACME}_shop01", "nova01", f"uuid_{ACME}_tenant-daily", {"project": "acme"}),
    (f"uuid_{ACME}_shop02", "nova01", f"uuid_{ACME}_tenant-daily", {"project": "acme"}),
    ("newborn01", "rhv-h01", None, {"hidden": True}),
)
HOUR = 3_600_000
WEEK = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")


def _at(name: str, kind: str, backup_type: str, hour: float, rules: tuple[str, ...], **more: Any) -> Json:
    return {
        "name": name, "type": kind, "backupType": backup_type, "executionType": "TIME", "hour": int(hour * HOUR),
        "startWindowLength": 6 * HOUR, "daysOfWeek": WEEK, "interval": None, "rules": rules, **more,
    }  # fmt: skip


#: Schedules; rules are written as policy/rule. What runs often belongs to `hourly01`, so that the others are quiet.
SCHEDULES: tuple[Json, ...] = (
    _at("gold monthly full", "VM_BACKUP", "FULL", 2.2, ("gold/Default",), daysOfWeek=("SUNDAY",),
        dayOfWeekOccurrences=("FIRST_IN_MONTH",)),
    _at("silver weekly full", "VM_BACKUP", "FULL", 3.1, ("silver/Default",), daysOfWeek=("SATURDAY",)),
    _at("bronze quarterly", "VM_BACKUP", "FULL", 4.0, ("bronze/Default",), daysOfWeek=("SUNDAY",),
        months=("JANUARY", "APRIL", "JULY", "OCTOBER"), dayOfWeekOccurrences=("LAST_IN_MONTH",)),
    _at("gold copy", "VM_BACKUP", "SYNCHRONIZATION", 5.0, ("gold/Default",), daysOfWeek=("SUNDAY",)),
    _at("tworules off", "VM_BACKUP", "INCREMENTAL", 20.0, ("tworules/local",), active=False),
    {"name": "hourly incremental", "type": "VM_BACKUP", "backupType": "INCREMENTAL", "executionType": "INTERVAL",
     "hour": None, "startWindowLength": None, "daysOfWeek": WEEK, "rules": ("hourly/Default",),
     "interval": {"startHour": 0, "endHour": 23 * HOUR, "frequency": 2 * HOUR}},
    _at("snapshots weekly", "VM_SNAPSHOT", "FULL", 1.0, ("snap-daily/keep",), daysOfWeek=("MONDAY",)),
    _at("applications nightly", "APP_BACKUP", "FULL", 22.0, ()),
    _at(f"uuid_{ACME}_tenant nightly", "VM_BACKUP", "INCREMENTAL", 2.5, (f"uuid_{ACME}_tenant-daily/Default",)),
)  # fmt: skip
