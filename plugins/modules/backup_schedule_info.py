#!/usr/bin/python
# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
DOCUMENTATION = r"""
module: backup_schedule_info
short_description: Read backup schedules in the form in which a play declares them
version_added: 0.1.0
author:
  - nightshift.backup contributors (@nightshift-backup)
description:
  - Reads schedules as M(nightshift.backup.backup_schedule) takes them. Feeding one back unchanged changes nothing.
  - Of what the filters leave, only the details are read that the server's listing does not give.
  - On Storware, times are shown in UTC, which is all that the server keeps.
options:
  names:
    description: Only schedules of these names, in any case.
    type: list
    elements: str
  schedule_ids:
    description: Only schedules of these IDs.
    type: list
    elements: str
  targets:
    description:
      - Only schedules that cover at least a part of one of these. A client alone means everything on it.
  portable:
    description:
      - Whether to leave out everything that holds on this server alone, so that another server can take the schedules.
      - Names stand for IDs, and the CommServe's own time zone is called by its name. Rules of Storware are called
        C(policy/rule).
      - What is known only by an ID, or only to this server, is in RV(not_portable).
    type: bool
    default: false
extends_documentation_fragment:
  - nightshift.backup.connection
  - nightshift.backup.selected_targets
  - nightshift.backup.attributes
  - nightshift.backup.attributes.action_group
  - nightshift.backup.attributes.controller
  - nightshift.backup.attributes.info
attributes:
  async:
    support: full
notes:
  - On Storware O(targets) are VMs, and the schedules are those that serve a rule of their backup policy or of their
    snapshot policy.
seealso:
  - module: nightshift.backup.backup_schedule
"""

EXAMPLES = r"""
- name: Read every schedule
  nightshift.backup.backup_schedule_info:
    platform: commvault
    url: https://commserve.example.com/commandcenter/api
    token: "{{ lookup('ansible.builtin.env', 'COMMVAULT_TOKEN') }}"
  register: estate

- name: Read what protects one subclient
  nightshift.backup.backup_schedule_info:
    platform: commvault
    url: https://commserve.example.com/commandcenter/api
    token: "{{ lookup('ansible.builtin.env', 'COMMVAULT_TOKEN') }}"
    targets:
      - client: web02
        app: Linux File System
        backupset: defaultBackupSet
        subclient: default

- name: Read whatever backs up anything of a client
  nightshift.backup.backup_schedule_info:
    platform: commvault
    url: https://commserve.example.com/commandcenter/api
    token: "{{ lookup('ansible.builtin.env', 'COMMVAULT_TOKEN') }}"
    targets:
      - client: web02

- name: Read a schedule so that another server can take it
  nightshift.backup.backup_schedule_info:
    platform: commvault
    url: https://commserve.example.com/commandcenter/api
    token: "{{ lookup('ansible.builtin.env', 'COMMVAULT_TOKEN') }}"
    names: [month end]
    portable: true
  register: moving
  failed_when: moving.not_portable | length > 0

- name: Read what protects a VM on Storware
  nightshift.backup.backup_schedule_info:
    platform: storware
    url: https://storware.example.com:8181/api
    username: ansible
    password: "{{ storware_password }}"
    targets:
      - name: db01
"""

RETURN = r"""
schedules:
  description: One row for each schedule, in the form that M(nightshift.backup.backup_schedule) takes.
  returned: success
  type: list
  elements: dict
  sample:
    - name: nightly
      schedule_id: "80001"
      enabled: true
      targets:
        - {client: files01, app: File System, backupset: defaultBackupSet, subclient: default}
      level: incremental
      pattern: {frequency: daily, at: "21:00", start_date: "2026-11-22"}
foreign:
  description:
    - Schedules that M(nightshift.backup.backup_schedule) does not take, in the same form, each with its C(task_id) and
      the C(reason), for example those of schedule policies.
  returned: success
  type: list
  elements: dict
not_portable:
  description: What RV(schedules) leave out because it is known only by an ID, or only to this server.
  returned: success
  type: list
  elements: dict
  contains:
    schedule:
      description: The name of the schedule.
      type: str
    schedule_id:
      description: Its ID on this server.
      type: str
    key:
      description: The option, or the field of the server where there is no option.
      type: str
    value:
      description: What it is on this server.
      type: raw
"""

from ansible_collections.nightshift.backup.plugins.module_utils.python_version import require_python

# Before the other imports, which an older Python could not read.
require_python()

from ansible_collections.nightshift.backup.plugins.module_utils.entrypoints.backup_schedule_info import ENTRY
from ansible_collections.nightshift.backup.plugins.module_utils.runner import run_module


def main():
    # type: () -> None
    """Run the module."""
    run_module(ENTRY)


if __name__ == "__main__":
    main()
