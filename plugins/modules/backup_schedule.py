#!/usr/bin/python
# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
DOCUMENTATION = r"""
module: backup_schedule
short_description: Make one backup schedule what a play says it is
version_added: 0.1.0
author:
  - nightshift.backup contributors (@nightshift-backup)
description:
  - Creates, changes, enables, disables and removes one schedule on a backup system.
  - Looks first, and changes only what differs in meaning from what was given. What was not given stays as it is,
    options included that this collection has no word for. A second run changes nothing.
  - What it changed is read again. What the server accepted without doing it is a failure.
  - Where several runs create the same schedule in the same moment, each looks again, and they come to one. The schedule
    with the lowest ID stays, and each run removes its own again, never another. One that is not what was asked for is
    left alone, and an error says so.
  - Nothing is done that would reach targets or schedules that the play does not name, unless O(whole_schedule=true).
  - On Storware a schedule serves rules of policies. They are named in O(storware.rules) and O(storware.policies), and
    all that is said of O(targets) here is true of these.
options:
  name:
    description:
      - The schedule's name. It is found in any case, together with at least one of O(targets).
      - Several schedules may have one name. Two that cover the same targets are an error that lists their IDs.
      - On Storware a name is unique over all types of schedules, and alone says which one is meant.
      - This or O(schedule_id) is required. Together with O(schedule_id), the schedule is renamed.
    type: str
  schedule_id:
    description:
      - The schedule's ID on this server, which alone says which one is meant. It is RV(schedule_id) of an earlier run.
    type: str
  state:
    description:
      - Whether the schedule is there.
      - V(absent) removes the schedule as a whole, also when its clients are gone. It is refused for a schedule that
        covers further targets, unless O(whole_schedule=true).
    type: str
    choices: [present, absent]
    default: present
  enabled:
    description:
      - Whether it runs. If not given, a new schedule does, and one that exists is left as it is.
      - On Commvault this is O(commvault.task.disabled) reversed.
    type: bool
  targets_mode:
    description:
      - V(exact) makes O(targets) all that the schedule covers. To leave something out that it covers now, name that
        with V(remove), or set O(whole_schedule=true).
      - V(add) adds O(targets) to the schedule of that name, V(remove) takes just these out. The last target cannot be
        taken out; use O(state=absent) for that.
      - On Storware this is about O(storware.rules).
    type: str
    choices: [exact, add, remove]
    default: exact
  level:
    description:
      - How much to back up. A new schedule needs it.
      - Storware has V(full) and V(incremental), and O(storware.backup_type) for what this has no word for.
    type: str
    choices: [full, incremental, differential, synthetic_full, transaction_log]
  description:
    description: A text for people that the server keeps with each job of the schedule. Storware has none.
    type: str
  notify_user:
    description: Whether the server sends the user a message when a job ends. Storware has no such thing.
    type: bool
  alert:
    description: The alert that belongs to the schedule, on Commvault.
    type: dict
    suboptions:
      id:
        description: Its ID.
        type: int
      name:
        description: Its name.
        type: str
  whole_schedule:
    description:
      - Allows changes that reach all that the schedule covers, also targets that are not named here, and other
        schedules that share its targets and its switch.
      - With O(targets) and O(targets_mode=exact) it says that what is not named is to be left out.
    type: bool
    default: false
  verify_targets:
    description:
      - Whether to check before the first change that every target exists, and that names and IDs given together belong
        together. Targets that are taken out, or whose schedule is removed, are not looked at.
    type: bool
    default: false
  replace:
    description:
      - Allows to make the schedule anew where the server cannot change it in place. Needs O(name) and O(targets), on
        Storware O(name) alone.
      - The new one is created disabled, the old one disabled, the new one enabled, and the old one deleted. A run that
        was interrupted on the way is taken up by the next.
      - On Storware, where no two schedules can have the same name, the old one is first renamed to C(NAME (being
        replaced)), and goes on running under that name until it is disabled.
      - The schedule has another ID afterwards.
    type: bool
    default: false
  raw:
    description:
      - Merged into the request last, for what has no option. Dictionaries merge, lists of dictionaries merge by
        position, other lists replace. On Commvault it begins with C(taskInfo).
      - Each value is compared with what the server shows at its place.
      - What to back up, the kind of task and IDs cannot be changed by it unless O(raw_unsafe=true).
    type: dict
  raw_unsafe:
    description: Whether O(raw) may change everything.
    type: bool
    default: false
extends_documentation_fragment:
  - nightshift.backup.connection
  - nightshift.backup.targets
  - nightshift.backup.pattern
  - nightshift.backup.commvault
  - nightshift.backup.storware_schedule
  - nightshift.backup.attributes
  - nightshift.backup.attributes.action_group
  - nightshift.backup.attributes.controller
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
  async:
    support: full
notes:
  - A server may show no more of a time zone, a calendar or an alert than an ID. A name that was
    given is then taken to be the same, with a warning.
  - Storware runs schedules at a fixed time of UTC. A play that names a time zone has to run once after each change of
    the clocks, which puts the local time right again; until then runs are off by the difference, as RV(next_runs)
    shows.
seealso:
  - module: nightshift.backup.backup_schedule_info
  - module: nightshift.backup.backup_task
"""

EXAMPLES = r"""
- name: Back up the web server every night
  nightshift.backup.backup_schedule:
    platform: commvault
    url: https://commserve.example.com/commandcenter/api
    token: "{{ lookup('ansible.builtin.env', 'COMMVAULT_TOKEN') }}"
    name: web nightly
    level: incremental
    targets:
      - client: web01
        app: File System
        backupset: defaultBackupSet
        subclient: www
    pattern:
      frequency: weekly
      days: [monday, tuesday, wednesday, thursday, friday]
      at: "21:00"
      timezone: Europe/Berlin
      exceptions:
        - week: last
          day: friday

- name: Move it to another time, and leave everything else as it is
  nightshift.backup.backup_schedule:
    platform: commvault
    url: https://commserve.example.com/commandcenter/api
    token: "{{ lookup('ansible.builtin.env', 'COMMVAULT_TOKEN') }}"
    name: web nightly
    targets:
      - client: web01
        app: File System
        backupset: defaultBackupSet
        subclient: www
    pattern:
      frequency: weekly
      at: "22:30"
      days: [monday, tuesday, wednesday, thursday, friday]
  register: schedule

- name: Show when it runs next
  ansible.builtin.debug:
    msg: "{{ schedule.next_runs | map(attribute='at') }}"

- name: Protect a further directory by the same schedule
  nightshift.backup.backup_schedule:
    platform: commvault
    url: https://commserve.example.com/commandcenter/api
    token: "{{ lookup('ansible.builtin.env', 'COMMVAULT_TOKEN') }}"
    name: web nightly
    targets_mode: add
    targets:
      - client: web01
        app: File System
        backupset: logs
        subclient: default

- name: Rename it
  nightshift.backup.backup_schedule:
    platform: commvault
    url: https://commserve.example.com/commandcenter/api
    token: "{{ lookup('ansible.builtin.env', 'COMMVAULT_TOKEN') }}"
    schedule_id: "{{ schedule.schedule_id }}"
    name: web every night

- name: Switch it off during a migration, whatever it covers
  nightshift.backup.backup_schedule:
    platform: commvault
    url: https://commserve.example.com/commandcenter/api
    token: "{{ lookup('ansible.builtin.env', 'COMMVAULT_TOKEN') }}"
    name: web every night
    enabled: false
    whole_schedule: true

- name: Back up by a rule of Storware in the night of Berlin
  nightshift.backup.backup_schedule:
    platform: storware
    url: https://storware.example.com:8181/api
    username: ansible
    password: "{{ storware_password }}"
    name: gold nightly
    level: incremental
    pattern:
      frequency: daily
      at: "21:00"
      timezone: Europe/Berlin
    storware:
      policies: [gold]
      start_window: 4h

- name: Serve a rule of another policy as well
  nightshift.backup.backup_schedule:
    platform: storware
    url: https://storware.example.com:8181/api
    username: ansible
    password: "{{ storware_password }}"
    name: gold nightly
    targets_mode: add
    storware:
      rules: [silver/Default]

- name: Copy to the second destination on the first and third Sunday of each quarter's first month
  nightshift.backup.backup_schedule:
    platform: storware
    url: https://storware.example.com:8181/api
    username: ansible
    password: "{{ storware_password }}"
    name: gold quarterly copy
    pattern:
      frequency: weekly
      days: [sunday]
      at: "05:00"
    storware:
      backup_type: synchronization
      weeks: [first, third]
      months: [january, april, july, october]
      policies: [gold]

- name: Remove it
  nightshift.backup.backup_schedule:
    platform: commvault
    url: https://commserve.example.com/commandcenter/api
    token: "{{ lookup('ansible.builtin.env', 'COMMVAULT_TOKEN') }}"
    name: web every night
    state: absent
    whole_schedule: true
"""

RETURN = r"""
schedule:
  description:
    - The schedule as it stands, in the form that this module takes; in check mode, as it would stand.
    - V(null) when there is none.
  returned: success
  type: dict
  sample:
    name: web nightly
    schedule_id: "80012"
    enabled: true
    targets:
      - {client: web01, app: File System, backupset: defaultBackupSet, subclient: www}
    level: incremental
    pattern:
      {frequency: weekly, days: [monday, friday], at: "21:00", start_date: "2026-11-22", timezone: UTC}
schedule_id:
  description: The schedule's ID, on Storware its GUID; V(null) when it is not known yet.
  returned: success
  type: str
  sample: "80012"
task_id:
  description: The ID of the server's task that holds the schedule. Storware has none, and it is the GUID again.
  returned: success
  type: str
  sample: "6442"
changes:
  description: What differed. In check mode, what would be changed.
  returned: success
  type: list
  elements: dict
  contains:
    key:
      description: The option.
      type: str
    before:
      description: What it was.
      type: raw
    after:
      description: What it is.
      type: raw
    reason:
      description:
        - Why, where that is not plain.
        - V(dst) where the schedule is as the play says by the clocks of another part of the year. A time that was moved
          by just that difference looks the same.
      type: str
  sample:
    - {key: pattern.at, before: "21:00", after: "22:30", reason: ""}
timezone:
  description: The time zone in which it runs, also where that is the server's own.
  returned: success
  type: str
  sample: (UTC+01:00) Amsterdam, Berlin
next_runs:
  description:
    - The next five runs. Empty while the schedule is disabled, and where nobody can tell.
    - Where none lies ahead of a schedule that is enabled, a warning says so.
  returned: success
  type: list
  elements: dict
  contains:
    at:
      description: When, ISO 8601 with the offset of the schedule's time zone.
      type: str
    timezone:
      description: The time zone in which the schedule runs.
      type: str
    mark:
      description:
        - V(gap) when the clocks skip the time, so that the run is later; V(fold) when they show it twice.
        - V(dst) on Storware, when the clocks will have changed by then, so that the run is off the time that the play
          says until the play is run again.
      type: str
  sample:
    - {at: "2026-11-23T21:00:00+01:00", timezone: "(UTC+01:00) Amsterdam, Berlin", mark: null}
requests:
  description: The requests that changed something, or in check mode would. They hold no secrets.
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
      description: The body, a dictionary for JSON and text for XML and plain text.
      type: raw
error:
  description: What failed.
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

from ansible_collections.nightshift.backup.plugins.module_utils.entrypoints.backup_schedule import ENTRY
from ansible_collections.nightshift.backup.plugins.module_utils.runner import run_module


def main():
    # type: () -> None
    """Run the module."""
    run_module(ENTRY)


if __name__ == "__main__":
    main()
