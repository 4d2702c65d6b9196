#!/usr/bin/python
# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Call any documented task operation of Storware by name."""

DOCUMENTATION = r"""
module: storware_operation
short_description: Call any documented task operation of Storware by name
version_added: 0.1.0
author:
  - nightshift.backup contributors (@nightshift-backup)
description:
  - Calls one of the 57 operations that Storware documents for tasks, such as restores, mounts and inventories.
  - Query and body are checked against a catalogue of them before anything is sent, since a server ignores a misspelt
    parameter and then acts on more than was meant. The page C(docs/storware-operations.md) lists the operations with
    their parameters and bodies.
  - For backups use M(nightshift.backup.backup_task), which resolves names and knows what is running.
  - An operation that makes tasks is sent once. When its answer is lost, its tasks are looked for where something tells
    them from others, and it is never sent a second time on suspicion.
extends_documentation_fragment:
  - nightshift.backup.attributes
  - nightshift.backup.attributes.action_group
  - nightshift.backup.attributes.controller
  - nightshift.backup.connection
attributes:
  check_mode:
    support: full
    details:
      - Only what changes nothing is sent. RV(request) shows what would be.
  diff_mode:
    support: none
  idempotent:
    support: partial
    details:
      - Reading changes nothing. Deleting what is gone, cancelling what has ended, setting a state that is there already
        and unmounting what is not mounted change nothing either. What makes tasks makes new ones each time.
  async:
    support: full
options:
  operation:
    description:
      - Which operation to call.
    type: str
    required: true
    choices:
      - list_tasks
      - delete_all_finished_tasks
      - delete_all_finished_and_queued_tasks
      - cancel_all_running_tasks
      - cancel_running_tasks
      - delete_finished_tasks
      - delete_finished_and_queued_tasks
      - list_tasks_detailed
      - get_tasks_modification_timestamps
      - update_tasks_state
      - delete_task
      - get_task
      - update_task_backup_type
      - update_task_restore_host_id
      - update_task_restore_storage_id
      - get_task_state
      - update_task_state
      - get_task_state_v2
      - get_task_last_transfer_rate
      - create_batch_delete_tasks
      - create_connectivity_test
      - create_delete_tasks
      - create_eject_tape
      - create_export
      - create_import_for_cloud
      - create_import_for_os_agent
      - create_import_tape
      - create_instant_restore
      - create_inventory_sync
      - create_live_migration
      - create_mount
      - create_remove_old_backups
      - create_remove_old_snapshots
      - create_restore
      - create_restore_and_import
      - create_restore_and_mount
      - create_snapshot_reversion_task
      - create_snapshot
      - create_tape_manager_inventory_sync
      - create_unmount
      - create_upload
      - create_tasks_from_recovery_plan
      - create_import_for_cloud_per_feature_tasks
      - create_wizard_inventory_sync_tasks
      - update_task_cbt_id
      - update_task_inc_snap_required
      - update_instance_inventory
      - update_inventory
      - list_tasks_queued_for_node
      - update_tape_manager_inventory
      - update_task_cloud_progress
      - update_task_os_progress
      - update_task_progress
      - update_task_files
      - update_task_transfer_info
      - update_task_transfer_rate
      - update_task_transfer_rate_incremental
  guid:
    description:
      - The GUID of the task that an operation on one task is about, or of the recovery plan for
        V(create_tasks_from_recovery_plan).
      - Anything but a GUID is refused, an empty text included.
    type: str
  query:
    description:
      - Query parameters as the catalogue names them, for example C(protected-entity). A list repeats the key.
    type: dict
  body:
    description:
      - The body in the vendor's own names, checked against what is known of its type. Enumerations are objects with a
        C(name), references objects with a C(guid), times milliseconds.
      - V(update_task_state) and V(update_task_backup_type) take a bare text.
      - Tasks that V(cancel_running_tasks) and its like name by GUID are completed to their whole records.
    type: raw
  confirm:
    description:
      - Needed by what acts on the tasks of the whole server (without C(project-uuid)), by what destroys (entities with
        their backups, old backups and snapshots, the present state of an entity), by every body that says
        C(overwrite), and by the calls with which nodes report to the server.
    type: bool
    default: false
  wait:
    description:
      - Whether to wait for the end of what was started, through the tasks that follow on the first.
      - The end is told by the backup, the restore job or the mounted backup, not by a task alone. See RV(verdict).
    type: bool
    default: false
  wait_timeout:
    description:
      - How long to wait at most.
    type: str
    default: 4h
  poll_interval:
    description:
      - The pause between two looks at the server. It grows with the wait, up to a minute.
    type: str
    default: 10s
seealso:
  - module: nightshift.backup.storware_info
  - module: nightshift.backup.backup_task
"""

EXAMPLES = r"""
# The connection stands in module_defaults for group/nightshift.backup.all, or in the environment.
- name: Find the newest good copy of a VM
  nightshift.backup.storware_info:
    platform: storware
    what: backup_locations
    protected_entity: db01
    latest_good: true
  register: copy

- name: Find where it can be restored to
  nightshift.backup.storware_info:
    platform: storware
    what: hypervisor_managers
    name: https://rhv1.example.com/ovirt-engine/api
    backup: "{{ copy.objects[0].backup.guid }}"
  register: manager

- name: Restore it under a new name and wait for the restore job
  nightshift.backup.storware_operation:
    platform: storware
    operation: create_restore_and_import
    body:
      backupLocation:
        guid: "{{ copy.objects[0].guid }}"
      hypervisorManager:
        guid: "{{ manager.objects[0].guid }}"
      restoredPeName: db01-restore-test
    wait: true

- name: List what runs for one VM
  nightshift.backup.storware_operation:
    platform: storware
    url: https://storware.example.com:8181/api
    token: "{{ login.token }}"
    operation: list_tasks_detailed
    query:
      protected-entity: b2559e5c-0f6e-4a0b-9d5e-3c1f0a7d4e21
      states:
        - QUEUED
        - RUNNING
"""

RETURN = r"""
request:
  description:
    - The request that was sent, or in check mode would be sent. It holds no secrets.
  returned: once the request was checked
  type: dict
  contains:
    method:
      description:
        - The HTTP method.
      type: str
      returned: always
      sample: POST
    path:
      description:
        - The path below O(url).
      type: str
      returned: always
      sample: tasks/restore-and-import
    query:
      description:
        - The query parameters.
      type: dict
      returned: always
      sample: {}
    body:
      description:
        - The body, V(null) without one.
      type: raw
      returned: always
      sample:
        mountedBackup:
          guid: b2559e5c-0f6e-4a0b-9d5e-3c1f0a7d4e21
response:
  description:
    - What the server answered, in its own names. V(null) for an empty answer. Where nothing had to be sent, what was
      found instead.
  returned: when the server was asked
  type: raw
  sample:
    guid: f8f73bf9-2445-4bce-a7dd-753be3b40a67
    state:
      name: QUEUED
tasks:
  description:
    - The tasks that were made, after a wait with their ends.
  returned: when the server was asked
  type: list
  elements: dict
  contains:
    id:
      description:
        - The task's GUID.
      type: str
      returned: always
      sample: f8f73bf9-2445-4bce-a7dd-753be3b40a67
    state:
      description:
        - Its state in the words of this collection, see M(nightshift.backup.backup_task).
      type: str
      returned: always
      sample: succeeded
    native_state:
      description:
        - The type and state of the task, or the status of what decided, in the server's words.
      type: str
      returned: always
      sample: SUCCESS
    progress:
      description:
        - Percent done.
      type: float
      returned: always
      sample: 100.0
    started_at:
      description:
        - When it began, or is to begin, ISO 8601 in UTC.
      type: str
      returned: always
      sample: "2026-11-22T03:00:01Z"
    finished_at:
      description:
        - When it ended, ISO 8601 in UTC.
      type: str
      returned: always
      sample: "2026-11-22T03:04:09Z"
    message:
      description:
        - The server's reason for failing.
      type: str
      returned: always
      sample: ""
verdict:
  description:
    - The restore job or mounted backup that told the end, as the server has it.
  returned: after a wait
  type: dict
  sample:
    guid: 8e51fc81-47b3-4048-91cb-153f2e68e8af
    status:
      name: SUCCESS
error:
  description:
    - What went wrong.
  returned: on failure
  type: dict
  contains:
    kind:
      description:
        - One word for the reason, to branch on.
      type: str
      returned: always
      sample: not_found
    message:
      description:
        - What the server said, or what could not be done.
      type: str
      returned: always
      sample: There is no such task.
    http_status:
      description:
        - The HTTP status of the answer.
      type: int
      returned: when a request failed
      sample: 404
    code:
      description:
        - The vendor's error code.
      type: raw
      returned: when a request failed
    method:
      description:
        - The HTTP method of the request.
      type: str
      returned: when a request failed
      sample: GET
    path:
      description:
        - The path of the request, below O(url).
      type: str
      returned: when a request failed
      sample: tasks
"""

from ansible_collections.nightshift.backup.plugins.module_utils.python_version import require_python

# Before the other imports, which an older Python could not read.
require_python()

from ansible_collections.nightshift.backup.plugins.module_utils.entrypoints.storware_operation import ENTRY
from ansible_collections.nightshift.backup.plugins.module_utils.runner import run_module


def main():
    # type: () -> None
    """Run the module."""
    run_module(ENTRY)


if __name__ == "__main__":
    main()
