#!/usr/bin/python
# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Judge whether data is protected."""

DOCUMENTATION = r"""
module: protection_info
short_description: Judge whether targets are protected, and fail if they are not
version_added: 0.1.0
author:
  - nightshift.backup contributors (@nightshift-backup)
description:
  - Gives one verdict for each target. It is protected when its last good backup is younger than O(max_age), by the rule
    that O(nightshift.backup.backup_task#module:max_age) goes by, so that both always agree.
  - The age runs from the moment the backup began, on the server's clock, because what changed later is not in it.
  - On Commvault, a backup set or a client is protected only when each of its subclients is whose backups are switched
    on. On Storware, a target is one entity, and its backups are judged, not the tasks that make them.
  - A backup of which nothing can be restored any more protects nothing.
  - It changes nothing.
options:
  all:
    description:
      - Judges everything that the server holds, in place of O(targets). The number of requests does not grow with the
        number of clients, but only with the number of backups within O(look_back), of which a request reads a thousand.
      - On Commvault there is a row for each subclient that a backup or a schedule shows, and one for each client of
        which they show none. A subclient that was left out of every schedule can therefore be missing, of which a
        warning tells; O(thorough=true) finds it.
      - On Storware there is a row for each virtual machine, and for each other entity that the server lists. What is no
        longer present on its hypervisor has none, since nothing is left of it to back up; RV(not_present) tells it.
    type: bool
    default: false
  thorough:
    description:
      - With O(all=true), whether each client is asked for its subclients as well, so that also those have a row that
        neither a backup nor a schedule shows. On Commvault that is one more request for each client. On Storware there
        is nothing more to ask.
    type: bool
    default: false
  level:
    description:
      - What a backup has to do to count.
      - A full backup is only satisfied by a full one; an incremental or differential one by any backup that copies
        data; a synthetic full and a transaction log backup only by their like.
      - Storware has no differential and no transaction log backups, and they are refused there.
    type: str
    choices:
      - full
      - incremental
      - differential
      - synthetic_full
      - transaction_log
    default: incremental
  max_age:
    description:
      - How old the last good backup may be. A duration such as V(90m), V(24h) or V(7d).
    type: str
    default: 24h
  look_back:
    description:
      - How far back backups are looked at, for RV(targets[].last_good) and RV(targets[].last_attempt) of targets that
        are not protected. By default a week, or O(max_age) where that is longer.
    type: str
  accept_warnings:
    description:
      - Whether a backup that ended with warnings is a good one.
    type: bool
    default: true
  accept_errors:
    description:
      - Whether a backup that ended with errors, so that parts of it may be missing, is a good one.
    type: bool
    default: false
  fail_on_unprotected:
    description:
      - Whether the task fails when a target is not protected. The message lists up to ten of them with what to do.
      - A target that could not be looked up fails the task in any case.
      - It also fails where the server shows nothing at all to judge, since that proves nothing.
    type: bool
    default: false
extends_documentation_fragment:
  - nightshift.backup.connection
  - nightshift.backup.selected_targets
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
  - module: nightshift.backup.backup_task
  - module: nightshift.backup.task_info
"""

EXAMPLES = r"""
- name: Stop the release unless the database was backed up within the last hour
  nightshift.backup.protection_info:
    platform: commvault
    url: https://commserve.example.com/commandcenter/api
    token: "{{ lookup('ansible.builtin.env', 'COMMVAULT_TOKEN') }}"
    targets:
      - client: pgsql01
        app: PostgreSQL
        instance: main
        backupset: FSBasedBackupSet
        subclient: default
    max_age: 1h
    fail_on_unprotected: true

- name: The same for two virtual machines on Storware
  nightshift.backup.protection_info:
    platform: storware
    url: https://storware.example.com:8181/api
    username: ansible
    password: "{{ storware_password }}"
    targets:
      - name: db01
      - name: clone01
        hypervisor_manager: https://vc1.example.com
    max_age: 12h
    fail_on_unprotected: true

- name: Judge everything there is
  nightshift.backup.protection_info:
    platform: commvault
    url: https://commserve.example.com/commandcenter/api
    token: "{{ lookup('ansible.builtin.env', 'COMMVAULT_TOKEN') }}"
    all: true
    max_age: 26h
  register: estate

- name: Show what is not protected
  ansible.builtin.debug:
    msg: "{{ item.target.client }}: {{ item.reason }}"
  loop: "{{ estate.targets | rejectattr('protected') }}"
"""

RETURN = r"""
targets:
  description:
    - One row for each target, always. In the order given, or sorted by name with O(all=true).
  returned: always, unless an option was refused or the lists could not be read
  type: list
  elements: dict
  contains:
    target:
      description:
        - The target as given, or with O(all=true) its names and IDs.
      type: dict
      returned: always
      sample: {client: pgsql01, instance: main, backupset: FSBasedBackupSet, subclient: default}
    protected:
      description:
        - The verdict.
      type: bool
      returned: always
      sample: true
    reason:
      description:
        - Why, in words.
      type: str
      returned: always
      sample: the last good backup is 3 h 12 min old
    last_good:
      description:
        - The last good backup. Of a target with several parts, that of the part whose one is the oldest, and V(null)
          when a part has none.
      type: dict
      returned: always
      contains: &job
        id:
          description:
            - The job's ID on Commvault. On Storware the GUID of the backup, and of its task while that is running.
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
            - The level that the server runs. V(null) for what is no backup.
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
            - Its state in the server's words.
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
            - When it began, ISO 8601 in UTC.
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
            - How much it read.
          type: int
          returned: always
          sample: 1234
        message:
          description:
            - The server's reason for waiting or failing.
          type: str
          returned: always
          sample: ""
    last_attempt:
      description:
        - The backup that began last and has ended, whatever its end and level. Its fields are those of
          RV(targets[].last_good).
      type: dict
      returned: always
      contains: *job
    running:
      description:
        - What has not ended. The fields of each are those of RV(targets[].last_good). A backup on Storware has a task
          that exports it and one for each destination, so that there may be several.
      type: list
      elements: dict
      returned: always
      contains: *job
    schedules:
      description:
        - The names of the schedules that back it up, or a part of it. On Storware those of the rules of its backup
          policy. V(null) where that cannot be told, because the user may not see policies or schedules, or because the
          target is no virtual machine, and how that gets its schedules is not documented.
      type: list
      elements: str
      returned: always
      sample: [nightly]
    enabled_schedules:
      description:
        - Those of them that are enabled. On Storware the rule and the policy have to be active, too.
      type: list
      elements: str
      returned: always
      sample: [nightly]
protected:
  description:
    - How many targets are protected.
  returned: always, unless an option was refused or the lists could not be read
  type: int
  sample: 41
unprotected:
  description:
    - How many are not.
  returned: always, unless an option was refused or the lists could not be read
  type: int
  sample: 1
not_present:
  description:
    - What the server still knows, but is not there any more and so has no verdict, in the options of targets.
  returned: always, unless an option was refused or the lists could not be read
  type: list
  elements: dict
  sample: []
as_of:
  description:
    - The server's time at which the verdicts hold, ISO 8601 in UTC.
  returned: always, unless an option was refused or the lists could not be read
  type: str
  sample: "2026-11-22T03:04:09Z"
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

from ansible_collections.nightshift.backup.plugins.module_utils.entrypoints.protection_info import ENTRY
from ansible_collections.nightshift.backup.plugins.module_utils.runner import run_module


def main():
    # type: () -> None
    """Run the module."""
    run_module(ENTRY)


if __name__ == "__main__":
    main()
