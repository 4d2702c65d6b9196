# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything around tasks: what backups, restores and schedules are about."""

from __future__ import annotations

from nightshift_sandbox.storware import backups, infrastructure, policies, policy_writes, records, schedules, vms
from nightshift_sandbox.storware.accounts import NODES, READ
from nightshift_sandbox.storware.infrastructure import getter, lister
from nightshift_sandbox.storware.route import route

POLICY, RULE = "/policies/vm-backup", "/rules/vm-backup"

ROUTES = (
    route("GET", "/virtual-machines", vms.list_vms),
    route("GET", "/virtual-machines/detailed", vms.list_vms),
    route("GET", "/virtual-machines/{guid}", vms.get_vm),
    route("PUT", "/virtual-machines/{guid}/settings", vms.change_settings),
    route("PUT", "/virtual-machines/{guid}/ssh-password", vms.set_ssh_password),
    route("DELETE", "/virtual-machines/all-non-present", vms.delete_non_present),
    route("POST", "/virtual-machines/incremental-not-possible", vms.incremental_not_possible, READ),
    route("GET", "/virtual-machine-disks", vms.list_disks),
    route("GET", "/protected-entities", vms.list_entities),
    route("DELETE", "/protected-entities/{guid}", vms.delete_entity),
    route("GET", POLICY, policies.list_policies),
    route("POST", POLICY, policy_writes.create_policy),
    route("POST", f"{POLICY}/list-by-entities", policies.list_by_entities, READ),
    route("POST", f"{POLICY}/auto-assignment-preview", policies.preview, READ),
    route("GET", f"{POLICY}/{{guid}}", policies.get_policy),
    route("PUT", f"{POLICY}/{{guid}}", policy_writes.replace_policy),
    route("DELETE", f"{POLICY}/{{guid}}", policy_writes.delete_policy),
    route("POST", f"{POLICY}/{{guid}}/auto-assignment-preview", policies.preview, READ),
    route("GET", "/policies/vm-snapshot", policies.list_snapshot_policies),
    route("GET", "/policies/vm-snapshot/{guid}", policies.get_snapshot_policy),
    route("GET", RULE, policies.list_rules),
    route("POST", RULE, policy_writes.create_rule),
    route("GET", f"{RULE}/{{guid}}", policies.get_rule),
    route("PUT", f"{RULE}/{{guid}}", policy_writes.replace_rule),
    route("DELETE", f"{RULE}/{{guid}}", policy_writes.delete_rule),
    route("GET", "/schedules", schedules.list_schedules),
    route("POST", "/schedules", schedules.create_schedule),
    route("GET", "/schedules/{guid}", schedules.get_schedule),
    route("PUT", "/schedules/{guid}", schedules.replace_schedule),
    route("DELETE", "/schedules/{guid}", schedules.delete_schedule),
    route("GET", "/backups", backups.list_backups),
    route("GET", "/backups/{guid}", backups.get_backup),
    route("PUT", "/backups/{guid}/description", backups.describe),
    route("PUT", "/backups/{guid}/warnings-acknowledged", backups.acknowledge),
    route("GET", "/backup-locations", backups.list_locations),
    route("GET", "/backup-locations/for-restore", backups.list_locations),
    route("GET", "/backup-files", backups.list_files),
    route("GET", "/backup-files/detailed/for-restore", backups.list_files),
    route("GET", "/file-systems", backups.list_file_systems),
    route("GET", "/restore-jobs", records.list_restore_jobs),
    route("GET", "/restore-jobs/{guid}", records.get_restore_job),
    route("GET", "/mounted-backups", records.list_mounted),
    route("GET", "/mounted-backups/{guid}", records.get_mounted),
    route("GET", "/mounted-file-systems/detailed", records.list_mounted_file_systems),
    route("GET", "/snapshots", records.list_snapshots),
    route("GET", "/snapshots/{guid}", records.get_snapshot),
    route("GET", "/workflow-executions", records.list_workflows),
    route("DELETE", "/workflow-executions/{guid}", records.delete_workflow),
    route("GET", "/hypervisors", lister("hypervisor", infrastructure.hypervisor, "manager", "hypervisor-manager")),
    route("GET", "/hypervisors/{guid}", getter("hypervisor", infrastructure.hypervisor)),
    route("GET", "/hypervisor-managers", infrastructure.list_managers),
    route("GET", "/hypervisor-managers/{guid}", getter("manager", infrastructure.manager)),
    route("GET", "/hypervisor-clusters", lister("cluster", infrastructure.cluster, "manager", "hypervisor-manager")),
    route("GET", "/hypervisor-storages", lister("hvstorage", infrastructure.storage, "manager", "hypervisor-manager")),
    route("GET", "/virtual-machine-flavors", lister("flavor", infrastructure.plain, "manager", "hypervisor-manager")),
    route("GET", "/network", infrastructure.list_networks),
    route("GET", "/network/shared", infrastructure.list_networks),
    route("GET", "/storages", lister("provider", infrastructure.plain)),
    route("GET", "/backup-destinations", lister("destination", infrastructure.destination)),
    route("GET", "/backup-destinations/{guid}", getter("destination", infrastructure.destination)),
    route("POST", "/backup-destinations/usable-for-vms", infrastructure.usable_for_vms, READ),
    route("GET", "/nodes", lister("node", infrastructure.node), NODES),
    route("GET", "/nodes/{guid}", getter("node", infrastructure.node), NODES),
    route("GET", "/projects", lister("project", infrastructure.plain)),
    route("GET", "/recovery-plans", lister("plan", infrastructure.plain)),
    route("GET", "/tapes", lister("tape", infrastructure.plain)),
    route("GET", "/tape-managers", lister("tapemanager", infrastructure.plain)),
)
