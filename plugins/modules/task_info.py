#!/usr/bin/python
# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""List tasks of a backup system, or read some."""

DOCUMENTATION = r"""
module: task_info
short_description: List the tasks of a backup system, or read some of them
version_added: 0.1.0
author:
  - nightshift.backup contributors (@nightshift-backup)
description:
  - Lists what a backup system is doing and has done, one row a task, by any of its filters. On Commvault a task here is
    a job. On Storware it is one step of a backup or restore, such as the export and the store, and neither the end of
    an export nor that of a store is the backup's; M(nightshift.backup.backup_task) and
    M(nightshift.backup.storware_info) tell of that.
  - Pages are followed to the end, or until O(limit) is reached, which RV(truncated) tells.
  - It changes nothing.
  - A Storware server ignores filters that it does not know, so each is applied again here. What neither records nor the
    server's answer to a trial tell fails.
options: {}
extends_documentation_fragment:
  - nightshift.backup.connection
  - nightshift.backup.task_filters
  - nightshift.backup.attributes
  - nightshift.backup.attributes.action_group
  - nightshift.backup.attributes.controller
attributes:
  check_mode:
    support: full
  diff_mode:
    support: N/A
  idempotent:
    support: full
  async:
    support: full
seealso:
  - module: nightshift.backup.task_state
  - module: nightshift.backup.protection_info
"""

EXAMPLES = r"""
- name: What runs now
  nightshift.backup.task_info:
    platform: commvault
    url: https://commserve.example.com/commandcenter/api
    token: "{{ lookup('ansible.builtin.env', 'COMMVAULT_TOKEN') }}"
    states:
      - queued
      - running
      - paused
  register: now

- name: What failed on one client last night
  nightshift.backup.task_info:
    platform: commvault
    url: https://commserve.example.com/commandcenter/api
    token: "{{ lookup('ansible.builtin.env', 'COMMVAULT_TOKEN') }}"
    targets:
      - client: client001
    states:
      - failed
      - partial
      - cancelled
    since: 12h
  register: failed

- name: Wait until a job has ended
  nightshift.backup.task_info:
    platform: commvault
    url: https://commserve.example.com/commandcenter/api
    token: "{{ lookup('ansible.builtin.env', 'COMMVAULT_TOKEN') }}"
    ids: "{{ started.tasks }}"
  register: jobs
  until: jobs.tasks | selectattr('state', 'in', ['queued', 'running', 'paused', 'unknown']) | length == 0
  retries: 60
  delay: 30

- name: What failed on one hypervisor of Storware last night, and why
  nightshift.backup.task_info:
    platform: storware
    url: https://storware.example.com:8181/api
    username: ansible
    password: "{{ storware_password }}"
    hypervisor: kvm01.example.com
    types:
      - EXPORT
      - STORE
    states:
      - failed
    since: 12h
    detailed: true
  register: failed_exports

- name: All that one schedule of Storware has started in the last day
  nightshift.backup.task_info:
    platform: storware
    url: https://storware.example.com:8181/api
    username: ansible
    password: "{{ storware_password }}"
    schedule: gold monthly full
    order_by: finished_at
    limit: 0
  register: nightly
"""

RETURN = r"""
tasks:
  description:
    - One row for each task, in the order asked for.
  returned: always, unless an option was refused or the list could not be read
  type: list
  elements: dict
  contains:
    id:
      description:
        - The task's ID. On Commvault, the job's. On Storware, the task's GUID.
      type: str
      returned: always
      sample: "40983"
    subclient:
      description:
        - The subclient that it backs up. V(null) on Storware.
      type: str
      returned: always
      sample: default
    requested_level:
      description:
        - The level that was asked for, where it is known.
      type: str
      returned: always
      sample: full
    level:
      description:
        - The level that the server runs. V(null) for what is no backup, and on Storware, where only the backup tells.
      type: str
      returned: always
      sample: full
    state:
      description:
        - Its state in the words of this collection.
        - One of V(queued), V(running), V(paused), V(succeeded), V(warning),
          V(partial), V(failed), V(cancelled) and V(unknown).
        - V(unknown) is a state whose name is not known, for example of a newer server. It is never an end.
      type: str
      returned: always
      sample: succeeded
    native_state:
      description:
        - Its state in the server's words, on Storware after its type.
      type: str
      returned: always
      sample: Completed
    progress:
      description:
        - Percent done.
      type: float
      returned: always
      sample: 100.0
    started_at:
      description:
        - When it began, ISO 8601 in UTC. What is queued on Storware, when it may begin.
      type: str
      returned: always
      sample: "2026-11-22T03:00:01Z"
    finished_at:
      description:
        - When it ended, ISO 8601 in UTC.
      type: str
      returned: always
      sample: "2026-11-22T03:04:09Z"
    bytes:
      description:
        - How much it read. V(null) on Storware, where only the backup tells.
      type: int
      returned: always
      sample: 1234
    message:
      description:
        - The server's reason for waiting or failing. On Storware only with O(detailed).
      type: str
      returned: always
      sample: ""
    target:
      description:
        - What it backs up, in the options that RV(ignore:targets) of other modules take.
      type: dict
      returned: always
      sample: {client: client001, app: File System, backupset: defaultBackupSet, subclient: default}
    raw:
      description:
        - The server's own record.
      type: dict
      returned: always
      sample: {jobId: 40983, status: Completed, jobType: Backup}
total:
  description:
    - How many tasks match. V(null) when the list is truncated and the rest was not read, as on Commvault.
  returned: always, unless an option was refused or the list could not be read
  type: int
  sample: 1
truncated:
  description:
    - Whether there are more tasks than O(limit).
  returned: always, unless an option was refused or the list could not be read
  type: bool
  sample: false
by_state:
  description:
    - How many of the tasks listed are in which state.
  returned: always, unless an option was refused or the list could not be read
  type: dict
  sample: {running: 2, succeeded: 40}
error:
  description:
    - What failed first.
  returned: on failure
  type: dict
  contains:
    kind:
      description:
        - One of V(unreachable), V(tls), V(authentication), V(forbidden), V(not_found), V(ambiguous), V(invalid),
          V(rejected), V(server), V(timeout), V(protocol) and V(unknown_outcome).
      type: str
      returned: always
      sample: not_found
    message:
      description:
        - What failed, in one sentence.
      type: str
      returned: always
      sample: The server shows no job 6441.
    http_status:
      description:
        - The HTTP status of the answer.
      type: int
      returned: when a request failed
      sample: 403
    code:
      description:
        - The vendor's error code.
      type: raw
      returned: when a request failed
      sample: 587203022
    method:
      description:
        - The HTTP method of the request that failed.
      type: str
      returned: when a request failed
      sample: GET
    path:
      description:
        - Its path below O(url).
      type: str
      returned: when a request failed
      sample: Job/6441
"""

from ansible_collections.nightshift.backup.plugins.module_utils.python_version import require_python

# Before the other imports, which an older Python could not read.
require_python()

from ansible_collections.nightshift.backup.plugins.module_utils.entrypoints.task_info import ENTRY
from ansible_collections.nightshift.backup.plugins.module_utils.runner import run_module


def main():
    # type: () -> None
    """Run the module."""
    run_module(ENTRY)


if __name__ == "__main__":
    main()
