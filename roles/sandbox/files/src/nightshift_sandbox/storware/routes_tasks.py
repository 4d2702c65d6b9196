# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The 57 operations of the vendor's page on tasks, in its order, and the older path for snapshots."""

from __future__ import annotations

from typing import Any

from nightshift_sandbox.storware import exports, node_reports, restores, task_requests, task_states, task_views
from nightshift_sandbox.storware.call import Call
from nightshift_sandbox.storware.route import route
from nightshift_sandbox.web import Reply

Json = dict[str, Any]


def _list(call: Call) -> Reply:
    """`GET /tasks`."""
    return task_views.listing(call, task_views.record)


def _list_detailed(call: Call) -> Reply:
    """`GET /tasks/detailed`."""
    return task_views.listing(call, task_views.details)


def _get(call: Call) -> Json:
    """`GET /tasks/{guid}`."""
    task = task_views.find(call, call.guid)
    return task_views.details(call.system.tables, task, bool(call.flag("extended")))


ROUTES = (
    route("GET", "/tasks", _list),
    route("DELETE", "/tasks/all-finished", task_states.delete_all_finished),
    route("DELETE", "/tasks/all-finished-and-queued", task_states.delete_all_finished_and_queued),
    route("DELETE", "/tasks/all-running", task_states.cancel_all_running),
    route("POST", "/tasks/batch-delete", task_requests.create_batch_delete),
    route("POST", "/tasks/cancel-running", task_states.cancel_running),
    route("PUT", "/tasks/cbt-id", node_reports.put_cbt_id),
    route("POST", "/tasks/connectivity-test", task_requests.create_connectivity_test),
    route("POST", "/tasks/delete", task_requests.create_delete),
    route("POST", "/tasks/delete-finished", task_states.delete_finished),
    route("POST", "/tasks/delete-finished-and-queued", task_states.delete_finished_and_queued),
    route("GET", "/tasks/detailed", _list_detailed),
    route("POST", "/tasks/eject-tape", task_requests.create_eject_tape),
    route("POST", "/tasks/export", exports.create_export),
    route("POST", "/tasks/import-for-cloud", restores.create_import),
    route("POST", "/tasks/import-for-os-agent", restores.create_import),
    route("POST", "/tasks/import-tape", task_requests.create_import_tape),
    route("PUT", "/tasks/inc-snap-required", node_reports.put_inc_snap_required),
    route("POST", "/tasks/instance-inventory", node_reports.post_instance_inventory),
    route("POST", "/tasks/instant-restore", restores.create_instant_restore),
    route("POST", "/tasks/inventory", node_reports.post_inventory),
    route("POST", "/tasks/inventory-sync", task_requests.create_inventory_sync),
    route("POST", "/tasks/live-migration", task_requests.create_live_migration),
    route("GET", "/tasks/modification-timestamps", node_reports.timestamps),
    route("POST", "/tasks/mount", restores.create_mount),
    route("GET", "/tasks/queued", node_reports.queued),
    route("POST", "/tasks/remove-old-backups", task_requests.create_backup_cleanup),
    route("POST", "/tasks/remove-old-snapshots", task_requests.create_snapshot_cleanup),
    route("POST", "/tasks/restore", restores.create_restore),
    route("POST", "/tasks/restore-and-import", restores.create_restore_and_import),
    route("POST", "/tasks/restore-and-mount", restores.create_restore_and_mount),
    route("POST", "/tasks/revert", restores.create_reversion),
    route("POST", "/tasks/snapshot", exports.create_snapshot),
    route("PUT", "/tasks/state", task_states.put_states),
    route("POST", "/tasks/tape-manager-inventory", node_reports.post_tape_inventory),
    route("POST", "/tasks/tape-manager-inventory-sync", task_requests.create_tape_sync),
    route("POST", "/tasks/unmount", restores.create_unmount),
    route("POST", "/tasks/upload", task_requests.create_upload),
    route("DELETE", "/tasks/{guid}", task_states.delete_task),
    route("GET", "/tasks/{guid}", _get),
    route("POST", "/tasks/{guid}", task_requests.create_from_plan),
    route("POST", "/tasks/import-for-cloud/per-feature", restores.create_import),
    route("POST", "/tasks/wizard/inventory-sync", task_requests.create_inventory_sync),
    route("PUT", "/tasks/{guid}/backup-type", task_states.put_backup_type),
    route("PUT", "/tasks/{guid}/cloud-progress", node_reports.put_counts),
    route("PUT", "/tasks/{guid}/os-progress", node_reports.put_counts),
    route("PUT", "/tasks/{guid}/progress", node_reports.put_progress),
    route("PUT", "/tasks/{guid}/restore-host-id", node_reports.put_restore_host),
    route("PUT", "/tasks/{guid}/restore-storage-id", node_reports.put_restore_storage),
    route("GET", "/tasks/{guid}/state", node_reports.status),
    route("PUT", "/tasks/{guid}/state", task_states.put_state),
    route("POST", "/tasks/{guid}/task-files", node_reports.post_files),
    route("PUT", "/tasks/{guid}/transfer-info", node_reports.put_transfer_info),
    route("PUT", "/tasks/{guid}/transfer-rate", node_reports.put_transfer_rate),
    route("GET", "/tasks/{guid}/state/v2", node_reports.status),
    route("PUT", "/tasks/{guid}/transfer-rate/incremental", node_reports.put_transfer_rate),
    route("GET", "/tasks/{guid}/transfer-rate/last", node_reports.get_last_rate),
)
#: The web client posts snapshots to this path, which the page does not list.
OLDER = (route("POST", "/tasks/vm-snapshot", exports.create_snapshot),)
