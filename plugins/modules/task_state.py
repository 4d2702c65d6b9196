#!/usr/bin/python
# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Move tasks of a backup system to another state."""

DOCUMENTATION = r"""
module: task_state
short_description: Pause, resume, cancel, delete or run again tasks of a backup system
version_added: 0.1.0
author:
  - nightshift.backup contributors (@nightshift-backup)
description:
  - Brings tasks to a state, each by itself, and tells of each what became of it. On Commvault a task here is a job.
  - A task that is in that state already is left alone. So is one that has ended by itself, whose end is told.
  - RV(changed_ids) names exactly what was changed, so that a later task can undo just that.
  - Nothing is sent when O(ids), O(select) or one of its filters is empty. Nothing is changed when it would be more than
    O(max_tasks).
  - On Storware, too, everything is done task by task, with those that were looked at; none of the calls that act on
    the whole server is ever made.
options:
  state:
    description:
      - The state that the tasks are brought to.
      - V(paused) suspends, V(running) resumes, V(cancelled) ends them, V(absent) deletes their records.
      - On Storware, V(cancelled) ends a running task once it has cleaned up, and takes a queued one off the list.
        V(absent) takes off what is queued or has ended, never what runs.
      - V(queued) runs again what failed or was cancelled. On Commvault the server makes a new job of it
        (RV(tasks[].new_id)), and the request is sent exactly once; when its answer is lost, the new job is looked for.
        On Storware the task keeps its GUID, and the request is sent once as well. That its server does this from any
        end is not documented, so a task that is not seen to be queued or to run afterwards fails.
      - A state that the platform cannot bring a task to is refused before any request. Commvault has no V(absent),
        Storware neither V(paused) nor V(running).
    type: str
    required: true
    choices:
      - queued
      - running
      - paused
      - cancelled
      - absent
  ids:
    description:
      - The tasks, by their IDs. On Commvault, IDs of jobs and never of tasks. On Storware, GUIDs of tasks.
      - Rows of the RV(ignore:tasks) that another module returned are taken as well, and stand for their jobs or tasks.
      - One that the server does not show fails, unless O(state=absent).
    type: list
    elements: raw
  confirm:
    description:
      - Has to be V(true) where O(select) means everything of a kind and nothing narrows it.
      - Neither states nor, with O(state=cancelled) and O(state=paused), times narrow it.
    type: bool
    default: false
  max_tasks:
    description:
      - More tasks than this are not changed; the module fails with their number, and changes none.
    type: int
    default: 20
  force:
    description:
      - With O(state=queued), whether tasks are run again that ended otherwise than failed or cancelled, or that a later
        one has superseded.
    type: bool
    default: false
  max_attempts:
    description:
      - With O(state=queued), how often what failed is run again at most, as counted by what the server holds. What was
        tried that often fails.
      - On Storware, the server's own further attempts are tasks that count. A task that was queued again keeps its
        record, which does not tell how often that was.
    type: int
    default: 2
  wait:
    description:
      - Whether to wait until the state is reached. Without it, what the server accepted counts as reached.
      - With O(state=queued), that is when the server shows the new task.
    type: bool
    default: false
  wait_timeout:
    description:
      - How long to wait at most.
    type: str
    default: 10m
  poll_interval:
    description:
      - The pause between two looks at the server. It grows with the wait.
    type: str
    default: 2s
  settle:
    description:
      - With O(state=queued), how long to look for the new task when the answer to the request was lost. On Storware
        it is the task itself that is looked at.
    type: str
    default: 120s
extends_documentation_fragment:
  - nightshift.backup.connection
  - nightshift.backup.task_selection
  - nightshift.backup.attributes
  - nightshift.backup.attributes.action_group
  - nightshift.backup.attributes.controller
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: partial
    details:
      - It is with every state but V(queued). What is run again is a new attempt each time, until one
        succeeds or O(max_attempts) is reached.
  async:
    support: full
seealso:
  - module: nightshift.backup.task_info
  - module: nightshift.backup.backup_task
"""

EXAMPLES = r"""
- name: Pause what runs on one client
  nightshift.backup.task_state:
    platform: commvault
    url: https://commserve.example.com/commandcenter/api
    token: "{{ lookup('ansible.builtin.env', 'COMMVAULT_TOKEN') }}"
    select:
      targets:
        - client: client001
    state: paused
    wait: true
  register: paused

- name: Go on with exactly these
  nightshift.backup.task_state:
    platform: commvault
    url: https://commserve.example.com/commandcenter/api
    token: "{{ lookup('ansible.builtin.env', 'COMMVAULT_TOKEN') }}"
    ids: "{{ paused.changed_ids }}"
    state: running
  when: paused.changed_ids | length > 0

- name: Run again what failed last night, at most twice
  nightshift.backup.task_state:
    platform: commvault
    url: https://commserve.example.com/commandcenter/api
    token: "{{ lookup('ansible.builtin.env', 'COMMVAULT_TOKEN') }}"
    select:
      types:
        - Backup
      states:
        - failed
      since: 12h
    state: queued
    max_attempts: 2
  register: again

- name: Cancel what a task has started
  nightshift.backup.task_state:
    platform: commvault
    url: https://commserve.example.com/commandcenter/api
    token: "{{ lookup('ansible.builtin.env', 'COMMVAULT_TOKEN') }}"
    ids: "{{ started.tasks }}"
    state: cancelled

- name: Cancel what exports from one hypervisor manager of Storware, and wait until it has cleaned up
  nightshift.backup.task_state:
    platform: storware
    url: https://storware.example.com:8181/api
    username: ansible
    password: "{{ storware_password }}"
    select:
      hypervisor_manager: https://vc1.example.com
      types:
        - EXPORT
      all_running: true
    state: cancelled
    wait: true
  register: cancelled

- name: Queue again exactly these
  nightshift.backup.task_state:
    platform: storware
    url: https://storware.example.com:8181/api
    username: ansible
    password: "{{ storware_password }}"
    ids: "{{ cancelled.changed_ids }}"
    state: queued
  when: cancelled.changed_ids | length > 0

- name: Forget the tasks that ended more than a week ago, a hundred at most
  nightshift.backup.task_state:
    platform: storware
    url: https://storware.example.com:8181/api
    username: ansible
    password: "{{ storware_password }}"
    select:
      all_finished: true
      since: "2020-01-01"
      until: 7d
    state: absent
    max_tasks: 100
"""

RETURN = r"""
tasks:
  description:
    - One row for each task, in the order of O(ids), else the newest first.
  returned: always, unless an option was refused or the tasks could not be read
  type: list
  elements: dict
  contains:
    id:
      description:
        - The task's ID. On Commvault, the job's. On Storware, the task's GUID.
      type: str
      returned: always
      sample: "40983"
    target:
      description:
        - What it backs up.
      type: dict
      returned: always
      sample: {client: client001, app: File System, backupset: defaultBackupSet, subclient: default}
    previous_state:
      description:
        - The state in which it was found. V(null) for one that the server does not show.
      type: str
      returned: always
      sample: running
    state:
      description:
        - The state that it is in, or that it was sent to and the server has accepted.
      type: str
      returned: always
      sample: paused
    native_state:
      description:
        - The state in which it was seen last, in the server's words.
      type: str
      returned: always
      sample: Suspended
    changed:
      description:
        - Whether this task changed it.
      type: bool
      returned: always
      sample: true
    outcome:
      description:
        - V(changed), V(unchanged), or in check mode V(would_change).
        - V(adopted), when it was run again and that was found out after the server's answer had been lost.
        - V(superseded), when a later one of the same object and level runs or has succeeded, so that it is not run
          again. V(exhausted), when it was run again often enough.
        - V(failed), V(not_tried) after an earlier failure, or V(unknown) when the fate of the request could not be
          found out.
      type: str
      returned: always
      sample: changed
    new_id:
      description:
        - The ID of the task that it runs again as. V(null) on Storware, where it keeps its own.
      type: str
      returned: always
      sample: "40990"
    message:
      description:
        - What there is to say about it.
      type: str
      returned: always
      sample: accepted, not awaited
changed_ids:
  description:
    - The IDs of what was changed. Of what runs again, that of the new task.
  returned: always, unless an option was refused or the tasks could not be read
  type: list
  elements: str
  sample: ["40983"]
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

from ansible_collections.nightshift.backup.plugins.module_utils.entrypoints.task_state import ENTRY
from ansible_collections.nightshift.backup.plugins.module_utils.runner import run_module


def main():
    # type: () -> None
    """Run the module."""
    run_module(ENTRY)


if __name__ == "__main__":
    main()
