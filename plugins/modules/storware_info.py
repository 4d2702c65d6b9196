#!/usr/bin/python
# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the Storware objects that task operations need."""

DOCUMENTATION = r"""
module: storware_info
short_description: Read the Storware objects that task operations need
version_added: 0.1.0
author:
  - nightshift.backup contributors (@nightshift-backup)
description:
  - Lists virtual machines, backups and their copies, hypervisors and their managers, clusters, storages, policies,
    destinations, nodes, restore jobs and mounted backups of Storware, by exact names.
  - Together with M(nightshift.backup.storware_operation) it makes playbooks that know names alone.
extends_documentation_fragment:
  - nightshift.backup.attributes
  - nightshift.backup.attributes.action_group
  - nightshift.backup.attributes.controller
  - nightshift.backup.connection
attributes:
  check_mode:
    support: full
  diff_mode:
    support: N/A
  idempotent:
    support: full
  async:
    support: full
options:
  what:
    description:
      - Which kind of objects to read.
      - V(backup_locations) are the copies of backups from which can be restored now, V(policies) those for backups of
        virtual machines with their rules.
    type: str
    required: true
    choices:
      - virtual_machines
      - backups
      - backup_locations
      - hypervisors
      - hypervisor_managers
      - clusters
      - storages
      - policies
      - backup_destinations
      - nodes
      - restore_jobs
      - mounted_backups
  name:
    description:
      - Only objects of exactly this name. Hypervisors are called by their host names, managers by their URLs, and both
        by their names where they have some.
      - Backups and their copies, restore jobs and mounted backups have no names, so that it is refused for them.
    type: str
  guid:
    description:
      - Only the object of this GUID.
    type: str
  protected_entity:
    description:
      - The name or GUID of the virtual machine whose backups, copies, restore jobs or mounted backups are meant. A name
        must be that of exactly one that is present.
    type: str
  hypervisor_manager:
    description:
      - The name, URL or GUID of the manager whose clusters or storages are meant.
    type: str
  backup:
    description:
      - The GUID of a backup, to read its mounted backups, or the hypervisor managers that it can be restored to.
    type: str
  latest_good:
    description:
      - Only the newest backup that ended well and whose data is still there, or with O(what=backup_locations) a copy
        of it, the primary one if there is one. It is an error if there is none. Partial backups do not count.
    type: bool
    default: false
seealso:
  - module: nightshift.backup.storware_operation
"""

EXAMPLES = r"""
- name: Find the copy from which a VM would be restored
  nightshift.backup.storware_info:
    platform: storware
    url: https://storware.example.com:8181/api
    username: ansible
    password: "{{ storware_password }}"
    what: backup_locations
    protected_entity: db01
    latest_good: true
  register: copy

- name: Find the cluster to restore to
  nightshift.backup.storware_info:
    platform: storware
    url: https://storware.example.com:8181/api
    username: ansible
    password: "{{ storware_password }}"
    what: clusters
    name: rhv1-cluster
    hypervisor_manager: https://rhv1.example.com/ovirt-engine/api
"""

RETURN = r"""
objects:
  description:
    - The objects, in the server's own names. Times are milliseconds.
  returned: success
  type: list
  elements: dict
  sample:
    - guid: b2559e5c-0f6e-4a0b-9d5e-3c1f0a7d4e21
      name: db01
total:
  description:
    - How many there are.
  returned: success
  type: int
  sample: 1
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

from ansible_collections.nightshift.backup.plugins.module_utils.entrypoints.storware_info import ENTRY
from ansible_collections.nightshift.backup.plugins.module_utils.runner import run_module


def main():
    # type: () -> None
    """Run the module."""
    run_module(ENTRY)


if __name__ == "__main__":
    main()
