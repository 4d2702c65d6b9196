#!/usr/bin/python
# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: backup_task
short_description: Start backups now, each exactly once, and wait for their end if asked
version_added: 0.1.0
author:
  - nightshift.backup contributors (@nightshift-backup)
description:
  - Starts backups of the named targets on a backup system, unless a backup that does the same is already on its way
    (O(skip_if_running)) or the last good one is young enough (O(max_age)).
  - A start is sent once. When its answer is lost, the started backup is looked for and adopted; it is never sent
    a second time on suspicion.
  - The task fails unless every target ends up as asked. What was started is always in RV(tasks), also on failure.
options:
  targets:
    required: true
  level:
    description:
      - How much to back up. Required without O(schedule), and refused with it.
      - The server may run another level, for example a full backup where there is none to build on.
        See O(strict_level).
    type: str
    choices: [full, incremental, differential, synthetic_full, transaction_log]
  schedule:
    description:
      - Runs this existing schedule now, by its name (in any case) or its ID, instead of starting backups of O(level).
      - It is run as it is, so that O(level), O(description), O(notify_user), O(raw) and the options of the platform are
        refused. O(marker), O(batch), O(max_batch) and O(on_invalid) have no effect.
      - It is refused when it covers targets that O(targets) does not name, unless O(whole_schedule=true), and when it
        does not cover all that O(targets) names.
      - It starts all its targets at once. When a backup of one of them already runs (O(skip_if_running)) or is fresh
        (O(max_age)), nothing is started, and the targets that are neither fail.
      - It is run once. After a lost answer its jobs are looked for, and adopted only if they are surely this start's.
      - Storware has no call that runs a schedule, so it is refused there before any request.
    type: str
  whole_schedule:
    description:
      - Whether O(schedule) may cover targets that O(targets) does not name. Each of these then has a row in RV(tasks),
        after those that are named.
    type: bool
    default: false
  description:
    description: A text for people that the server keeps with the job.
    type: str
  notify_user:
    description: Whether the server sends the user a message when the job ends.
    type: bool
  skip_if_running:
    description:
      - Whether a target is left alone while a backup is queued or running that does what was asked for.
      - A full backup is only satisfied by a full one; an incremental or differential one by any backup that copies
        data; a synthetic full and a transaction log backup only by their like.
      - A backup set counts as running only when each of its subclients does.
    type: bool
    default: true
  if_other_running:
    description:
      - What to do while a backup of another level is queued or running.
      - V(start) starts and warns, V(skip) leaves the target alone, V(fail) fails it. Needs O(skip_if_running=true).
    type: str
    choices: [start, skip, fail]
    default: start
  if_started_twice:
    description:
      - What to do when another run started the same backup of a target in the same moment. Servers offer no lock, so
        two runs that both look before either starts will both start. RV(tasks[].also_started) tells which there are.
      - V(warn) lets all go on and warns. It looks again only while it waits (O(wait=true)).
      - V(withdraw) cancels what this task itself has just started, and goes on with the other one as if it had been
        found running. It does so only when the other one came first, so that one of them always stays. Looking again
        takes a second, also without O(wait).
      - What another run started is never touched. With O(skip_if_running=false) nothing is looked at, and V(withdraw)
        is refused, as it is with O(schedule).
    type: str
    choices: [warn, withdraw]
    default: warn
  stuck_after:
    description:
      - A backup that is queued or running for longer than this, or that is suspended, is stuck. The target then fails,
        because waiting for it protects nothing. A stuck backup is never cancelled.
      - A duration such as V(90s), V(15m), V(4h) or V(7d).
    type: str
    default: 24h
  max_age:
    description:
      - A target whose last good backup is younger than this is not started.
      - The age runs from the moment the backup began, on the server's clock, because what changed later is not in it.
      - Only backups count that satisfy O(level) as described at O(skip_if_running), whose end is accepted
        (O(accept_warnings), O(accept_errors)) and whose data is still there. Committed backups never count.
      - A backup set is fresh only when each of its subclients is. A target that cannot be looked up fails.
    type: str
  batch:
    description: Whether targets that can share a request are started by one.
    type: bool
    default: true
  max_batch:
    description: How many targets share a request at most.
    type: int
    default: 100
  on_invalid:
    description:
      - What to do when the server refuses a request for several targets.
      - V(split) halves the group until the refused targets stand alone and the others run; V(stop) starts nothing more.
    type: str
    choices: [split, stop]
    default: split
  wait:
    description:
      - Whether to wait for the end of what was started or found running.
      - A backup set has then ended well only if the server made a job for each of its subclients whose backups are
        switched on.
      - Progress is shown while waiting when the task runs on the controller.
    type: bool
    default: false
  wait_timeout:
    description: How long to wait at most.
    type: str
    default: 4h
  poll_interval:
    description: The pause between two looks at the server. It grows with the wait, up to a minute.
    type: str
    default: 10s
  on_timeout:
    description:
      - What to do when O(wait_timeout) is over. The task fails in both cases.
      - V(cancel) first cancels what this task started, but neither what it found running nor what somebody suspended.
    type: str
    choices: [fail, cancel]
    default: fail
  accept_warnings:
    description: Whether a backup that ended with warnings is a good one.
    type: bool
    default: true
  accept_errors:
    description: Whether a backup that ended with errors, so that parts of it may be missing, is a good one.
    type: bool
    default: false
  strict_level:
    description: Whether the task fails when the server ran another level than O(level). Otherwise it warns.
    type: bool
    default: false
  marker:
    description:
      - Whether to append a unique token to the description, by which this very start is found again after a network
        fault.
      - Storware keeps no description, so there a start is found again by its entity, its level and the millisecond at
        which its window starts, among the tasks that were not there before. The token is in that millisecond, so the
        window starts up to a minute before the request, or up to a second after O(storware.window_start).
    type: bool
    default: true
  start_timeout:
    description:
      - How long the server may take to answer a start.
      - By default two minutes and half a second for each target of the request.
    type: str
  settle:
    description:
      - How long to look for a start whose answer was lost, and how long a started job may remain unseen.
    type: str
    default: 120s
  resend:
    description:
      - Whether a start that was lost and not found within O(settle) is sent a second time.
      - It can lead to two backups of the same target, where the server needs longer than O(settle) for the first.
      - Only a start that carries a O(marker) can be sent again, which a run of a O(schedule) does not.
    type: bool
    default: false
  verify_targets:
    description:
      - Whether to check before the first start that every target exists, and that names and IDs given together
        belong together.
    type: bool
    default: false
  raw:
    description:
      - Merged into the request last, for what has no option. Dictionaries merge, lists of dictionaries merge by
        position, other lists replace.
      - What to back up, the kind of task and IDs cannot be changed by it unless O(raw_unsafe=true).
    type: dict
  raw_unsafe:
    description: Whether O(raw) may change everything.
    type: bool
    default: false
extends_documentation_fragment:
  - nightshift.backup.attributes
  - nightshift.backup.attributes.action_group
  - nightshift.backup.attributes.controller
  - nightshift.backup.connection
  - nightshift.backup.targets
  - nightshift.backup.commvault
  - nightshift.backup.storware
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  async:
    support: full
  idempotent:
    support: partial
    details:
      - A backup is an action. A second run starts nothing while the first backup runs (O(skip_if_running)) or
        while it is young enough (O(max_age)).
seealso:
  - module: nightshift.backup.backup_schedule
  - module: nightshift.backup.session
"""

EXAMPLES = r"""
- name: Back up one subclient now and wait for it
  nightshift.backup.backup_task:
    platform: commvault
    url: https://commserve.example.com/commandcenter/api
    token: "{{ lookup('ansible.builtin.env', 'COMMVAULT_TOKEN') }}"
    level: incremental
    targets:
      - client: client001
        app: File System
        backupset: defaultBackupSet
        subclient: default
    wait: true

- name: Make sure that no database is older than a day before a release
  nightshift.backup.backup_task:
    platform: commvault
    url: https://commserve.example.com/commandcenter/api
    username: ansible
    password: "{{ commvault_password }}"
    level: full
    max_age: 1d
    targets:
      - client: pgsql01
        app: PostgreSQL
        instance: main
        backupset: FSBasedBackupSet
        subclient: default
    commvault:
      backup_options:
        incremental_data_with_logs: true
      startup:
        priority: 10
    wait: true
    wait_timeout: 2h

- name: Run a schedule now, ahead of its time, and wait for it
  nightshift.backup.backup_task:
    platform: commvault
    url: https://commserve.example.com/commandcenter/api
    token: "{{ lookup('ansible.builtin.env', 'COMMVAULT_TOKEN') }}"
    schedule: files01 nightly
    targets:
      - client: files01
        app: File System
        backupset: defaultBackupSet
        subclient: default
    wait: true

- name: Back up two virtual machines on Storware and wait until their data is stored
  nightshift.backup.backup_task:
    platform: storware
    url: https://storware.example.com:8181/api
    username: ansible
    password: "{{ storware_password }}"
    level: incremental
    targets:
      - name: db01
      - name: web01
        hypervisor_manager: https://rhv1.example.com/ovirt-engine/api
    storware:
      priority: 70
      retry_count: 1
    wait: true

- name: Show what would be started
  nightshift.backup.backup_task:
    platform: commvault
    url: https://commserve.example.com/commandcenter/api
    token: "{{ lookup('ansible.builtin.env', 'COMMVAULT_TOKEN') }}"
    level: full
    targets:
      - client: client001
        app: File System
        backupset: defaultBackupSet
        entity_type: backupset
  check_mode: true
  register: plan
"""

RETURN = r"""
tasks:
  description: One row for each target, always, in the order given.
  returned: always, unless an option was refused
  type: list
  elements: dict
  contains:
    target:
      description: The target as given.
      type: dict
    outcome:
      description:
        - What was done about it.
        - One of V(started), V(adopted), V(already_running), V(fresh), V(would_start), V(failed), V(not_started),
          V(stuck) and V(unknown).
      type: str
    task_id:
      description: The ID that the server gave to the request, V(null) where none is known.
      type: str
    job_ids:
      description: The IDs of its jobs.
      type: list
      elements: str
    also_started:
      description:
        - The IDs of jobs by which others started the same in the same moment. See O(if_started_twice).
      type: list
      elements: str
    withdrawn:
      description: The IDs of its own jobs that this task cancelled because of O(if_started_twice=withdraw).
      type: list
      elements: str
    jobs:
      description: What is known of each job. Without O(wait) nothing is read, so that only IDs may be known.
      type: list
      elements: dict
      contains:
        id:
          description: The job's ID.
          type: str
        subclient:
          description: The subclient that it backs up.
          type: str
        requested_level:
          description: The level that was asked for.
          type: str
        level:
          description: The level that the server runs.
          type: str
        state:
          description:
            - Its state in the words of this collection.
            - One of V(queued), V(running), V(paused), V(succeeded), V(warning), V(partial), V(failed), V(cancelled) and
              V(unknown).
          type: str
        native_state:
          description: Its state in the server's words.
          type: str
        progress:
          description: Percent done.
          type: float
        started_at:
          description: When it began, ISO 8601 in UTC.
          type: str
        finished_at:
          description: When it ended, ISO 8601 in UTC.
          type: str
        bytes:
          description: How much it read from the client.
          type: int
        message:
          description: The server's reason for waiting or failing.
          type: str
    state:
      description: The worst state of its jobs.
      type: str
    progress:
      description: The mean progress of its jobs in percent.
      type: float
    level:
      description: The level of its jobs when all have the same.
      type: str
    message:
      description: What there is to say about it.
      type: str
  sample:
    - target: {client: client001, app: File System, backupset: defaultBackupSet, subclient: default}
      outcome: started
      task_id: "6441"
      job_ids: ["40983"]
      also_started: []
      withdrawn: []
      jobs:
        - id: "40983"
          subclient: default
          requested_level: full
          level: full
          state: succeeded
          native_state: Completed
          progress: 100.0
          started_at: "2026-11-22T03:00:01Z"
          finished_at: "2026-11-22T03:04:09Z"
          bytes: 1234
          message: ""
      state: succeeded
      progress: 100.0
      level: full
      message: succeeded
requests:
  description: The starts that were sent, or in check mode would be sent. They hold no secrets.
  returned: always, unless an option was refused
  type: list
  elements: dict
  contains:
    method:
      description: The HTTP method.
      type: str
    path:
      description: The path below the API root.
      type: str
    body:
      description: The body, a dictionary for JSON and text for XML.
      type: raw
error:
  description: What failed first.
  returned: on failure
  type: dict
  contains:
    kind:
      description:
        - One of V(unreachable), V(tls), V(authentication), V(forbidden), V(not_found), V(ambiguous), V(invalid),
          V(rejected), V(server), V(timeout), V(protocol) and V(unknown_outcome).
      type: str
    http_status:
      description: The HTTP status of the answer.
      type: int
    code:
      description: The vendor's error code.
      type: raw
    message:
      description: What failed, in one sentence.
      type: str
    method:
      description: The HTTP method of the request that failed.
      type: str
    path:
      description: Its path below the API root.
      type: str
"""

from ansible_collections.nightshift.backup.plugins.module_utils.python_version import require_python

# Before the other imports, which an older Python could not read.
require_python()

from ansible_collections.nightshift.backup.plugins.module_utils.entrypoints.backup_task import ENTRY
from ansible_collections.nightshift.backup.plugins.module_utils.runner import run_module


def main():
    # type: () -> None
    """Run the module."""
    run_module(ENTRY)


if __name__ == "__main__":
    main()
