#!/usr/bin/python
# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: backup_schedules
short_description: Make all schedules of an estate what one list says, and take away what nobody declares
version_added: 0.1.0
author:
  - nightshift.backup contributors (@nightshift-backup)
description:
  - Creates, changes and removes many schedules in one task, several at a time and with one login, as
    M(nightshift.backup.backup_schedule) does it for one. A second run changes nothing.
  - Each schedule stands for itself. One that fails does not stop the others, and the task fails at its end, naming how
    many did. What was done is always in RV(schedules), also on failure.
  - The whole list is checked before the first request. An entry that cannot be meant, or two entries that are the same
    schedule, are refused with nothing sent.
  - Where several runs declare the same estate in the same moment, they come to one schedule each, as described at
    M(nightshift.backup.backup_schedule), after the last of them was created.
  - With O(prune) it takes away the schedules of O(scope) that the list does not declare. Without it, O(scope) reports
    them as RV(undeclared), which is how drift is seen.
  - On Storware schedules serve rules of policies, and what is said of targets here is true of these.
options:
  schedules:
    description:
      - The schedules. Each entry takes the options of M(nightshift.backup.backup_schedule), but for the connection.
      - Two entries of one name are two schedules only if their targets have nothing in common, and on Storware never.
    type: list
    elements: dict
    required: true
  concurrency:
    description: How many schedules are worked on at a time, from V(1) to V(64).
    type: int
    default: 8
  spread:
    description:
      - Moves the start of each schedule by an offset of less than this, so that three hundred jobs do not start in one
        second. A duration such as V(30m).
      - The offset depends on nothing but the schedule's name (in any case), so that it is the same in every run.
        Where the list holds a name more than once, it also depends on the first of the schedule's targets by name.
      - A start never moves past midnight, and where it repeats within the day, only so far that the last repetition is
        still at or before C(repeat_until), so that no run is lost. What has no room is left where it is, with a
        warning.
      - It is added to C(at) of the entry's C(pattern); an entry without C(pattern) or C(at) is not moved.
    type: str
  prune:
    description:
      - What is done about schedules of O(scope) that the list does not declare. V(true) deletes them, V(disable)
        switches them off.
      - It comes last, and only if every entry and every listing succeeded.
      - A schedule that also covers targets outside O(scope) is left alone and reported in RV(foreign). So is one that
        belongs to a schedule policy or to the server itself, and with V(disable) one that shares its switch with
        others.
      - It is refused for more than O(max_prune) schedules, and when no declared schedule that is to be present lies in
        O(scope), because then list and scope hardly belong together.
    type: str
    choices: ["false", "true", "disable"]
    default: "false"
  scope:
    description:
      - Which schedules of the server are this list's to take away. Needed by O(prune).
      - A schedule is in the scope when its name fits O(scope.name) and every one of its targets lies in
        O(scope.targets).
    type: dict
    suboptions:
      name:
        description:
          - A pattern for the whole name, in any case, of the shell's kind. V(*) stands for any text, V(?) for one
            character, V([ab]) for one of these.
        type: str
        required: true
      targets:
        description:
          - Where the schedules' targets must lie. An entry takes the options of a target of
            M(nightshift.backup.backup_schedule), and means everything below what it names. A client alone is enough.
          - Needed on Commvault. Storware has O(scope.storware) in its place.
        type: list
        elements: dict
      storware:
        description:
          - Which rules the schedules must serve, at least one and no others. Needed on Storware.
          - A schedule that serves none is in no scope.
        type: dict
        suboptions:
          policies:
            description: The policies, by name or GUID, all of whose rules belong to the scope.
            type: list
            elements: str
          rules:
            description: Single rules that belong to the scope, as GUIDs, as names, or as C(policy/rule).
            type: list
            elements: str
  max_prune:
    description: How many schedules O(prune) may take away. If there are more, it takes none, and the task fails.
    type: int
    default: 10
  allow_empty:
    description:
      - Whether O(schedules) may be empty, and whether O(prune) may leave the scope without any declared schedule.
      - A list that comes from a look-up that found nothing would otherwise end all protection.
    type: bool
    default: false
extends_documentation_fragment:
  - nightshift.backup.attributes
  - nightshift.backup.attributes.action_group
  - nightshift.backup.attributes.controller
  - nightshift.backup.connection
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
  async:
    support: full
seealso:
  - module: nightshift.backup.backup_schedule
  - module: nightshift.backup.session
"""

EXAMPLES = r"""
- name: Declare the schedules of the web servers, and delete what else is on them
  nightshift.backup.backup_schedules:
    platform: commvault
    url: https://commserve.example.com/commandcenter/api
    token: "{{ lookup('ansible.builtin.env', 'COMMVAULT_TOKEN') }}"
    spread: 30m
    schedules:
      - name: web01 nightly
        level: incremental
        targets:
          - {client: web01, app: File System, backupset: defaultBackupSet, subclient: www}
        pattern: {frequency: daily, at: "21:00"}
      - name: web01 weekly
        level: full
        targets:
          - {client: web01, app: File System, backupset: defaultBackupSet, subclient: www}
        pattern: {frequency: weekly, days: [saturday], at: "03:00"}
    prune: true
    scope:
      name: web*
      targets:
        - client: web01
        - client: web02

- name: One schedule for each host of a group, from the variable backup_schedule of each
  nightshift.backup.backup_schedules:
    platform: commvault
    url: https://commserve.example.com/commandcenter/api
    token: "{{ lookup('ansible.builtin.env', 'COMMVAULT_TOKEN') }}"
    spread: 2h
    schedules: "{{ groups['linux'] | map('extract', hostvars, 'backup_schedule') | list }}"

- name: Declare the schedules of two policies of Storware, and switch off what else serves them alone
  nightshift.backup.backup_schedules:
    platform: storware
    url: https://storware.example.com:8181/api
    username: ansible
    password: "{{ storware_password }}"
    schedules:
      - name: gold nightly
        level: incremental
        pattern: {frequency: daily, at: "21:00", timezone: Europe/Berlin}
        storware: {policies: [gold]}
      - name: silver weekly
        level: full
        pattern: {frequency: weekly, days: [saturday], at: "23:30"}
        storware: {policies: [silver]}
    prune: disable
    scope:
      name: "*"
      storware:
        policies: [gold, silver]

- name: Report schedules that nobody declared, and change nothing
  nightshift.backup.backup_schedules:
    platform: commvault
    url: https://commserve.example.com/commandcenter/api
    token: "{{ lookup('ansible.builtin.env', 'COMMVAULT_TOKEN') }}"
    schedules: "{{ declared }}"
    scope:
      name: "*"
      targets:
        - client: web01
  check_mode: true
  diff: true
  register: drift
"""

RETURN = r"""
schedules:
  description: One row for each entry of O(schedules), always, in the order given.
  returned: always, unless the list was refused or the first listing failed
  type: list
  elements: dict
  contains:
    name:
      description: The schedule's name as given.
      type: str
    outcome:
      description:
        - What was done about it, in check mode what would be.
        - One of V(created), V(changed), V(removed), V(unchanged), V(failed) and V(not_tried). The last means that an
          earlier failure concerns them all, for example a server that cannot be reached any more.
      type: str
    changed:
      description: Whether anything was changed, also by a row that failed half-way.
      type: bool
    schedule:
      description: The schedule as it stands, in the form that M(nightshift.backup.backup_schedule) takes.
      type: dict
    schedule_id:
      description: Its ID.
      type: str
    task_id:
      description: The ID of the task that holds it.
      type: str
    changes:
      description: What differed, as in the result of M(nightshift.backup.backup_schedule).
      type: list
      elements: dict
    timezone:
      description: The time zone in which it runs, also where that is the server's own.
      type: str
    next_runs:
      description: The next five runs.
      type: list
      elements: dict
    requests:
      description: The changing requests that were, or in check mode would be, sent for it. They hold no secrets.
      type: list
      elements: dict
    error:
      description: Why it failed, V(null) if it did not.
      type: dict
  sample:
    - name: web01 nightly
      outcome: changed
      changed: true
      schedule_id: "80012"
      task_id: "6450"
      changes:
        - {key: pattern.at, before: "21:00", after: "22:30", reason: ""}
      next_runs:
        - {at: "2026-11-23T22:30:00+01:00", timezone: Europe/Berlin, mark: null}
      error: null
pruned:
  description: The undeclared schedules that were, or in check mode would be, deleted or switched off.
  returned: always, unless the list was refused or the first listing failed
  type: list
  elements: dict
  contains:
    name:
      description: Its name.
      type: str
    outcome:
      description: V(removed), V(changed) when it was switched off, V(failed) or V(not_tried).
      type: str
    schedule_id:
      description: The ID that it had.
      type: str
    task_id:
      description: The ID of the task that held it.
      type: str
    schedule:
      description: Its definition as it was. As an entry of O(schedules) it makes the schedule again.
      type: dict
    changed:
      description: Whether anything was changed.
      type: bool
    requests:
      description: The changing requests that were sent for it.
      type: list
      elements: dict
    error:
      description: Why it failed, V(null) if it did not.
      type: dict
undeclared:
  description:
    - Schedules of O(scope) that the list does not declare and that stay as they are.
    - With O(prune=disable), those that are off already.
  returned: always, unless the list was refused or the first listing failed
  type: list
  elements: dict
  contains:
    name:
      description: Its name.
      type: str
    schedule_id:
      description: Its ID.
      type: str
    task_id:
      description: The ID of the task that holds it.
      type: str
    schedule:
      description: Its definition, which can become an entry of O(schedules).
      type: dict
foreign:
  description: Schedules that fit O(scope) in part and are left alone.
  returned: always, unless the list was refused or the first listing failed
  type: list
  elements: dict
  contains:
    name:
      description: Its name.
      type: str
    schedule_id:
      description: Its ID.
      type: str
    task_id:
      description: The ID of the task that holds it.
      type: str
    reason:
      description: Why it is left alone.
      type: str
    outside:
      description: Its targets that lie outside O(scope).
      type: list
      elements: str
summary:
  description: How many rows of each kind there are.
  returned: always, unless the list was refused or the first listing failed
  type: dict
  sample: {created: 2, changed: 1, removed: 0, unchanged: 297, failed: 0, not_tried: 0, pruned: 1, foreign: 0}
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

from ansible_collections.nightshift.backup.plugins.module_utils.entrypoints.backup_schedules import ENTRY
from ansible_collections.nightshift.backup.plugins.module_utils.runner import run_module


def main():
    # type: () -> None
    """Run the module."""
    run_module(ENTRY)


if __name__ == "__main__":
    main()
