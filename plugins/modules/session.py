#!/usr/bin/python
# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Log in once per play, log out at its end."""

DOCUMENTATION = r"""
module: session
short_description: Log in once per play, log out at its end
version_added: 0.1.0
author:
  - nightshift.backup contributors (@nightshift-backup)
description:
  - Logs in to the backup system and returns a token, so that the tasks that follow need not log in each by itself.
  - Ends the session of that token at the end of the play.
  - Its result is never printed, whatever the verbosity. When it fails, only the reason is shown.
extends_documentation_fragment:
  - nightshift.backup.connection
  - nightshift.backup.attributes
  - nightshift.backup.attributes.action_group
  - nightshift.backup.attributes.controller
attributes:
  check_mode:
    support: full
    details:
      - It logs in and out in check mode as well, since the rest of a play could not be checked without a token. This
        changes nothing on the server but its list of sessions.
  diff_mode:
    support: N/A
  idempotent:
    support: N/A
    details:
      - Every login is a new session, and RV(ignore:changed) is always V(false).
  async:
    support: none
    details:
      - C(async_status) would print the token.
options:
  state:
    description:
      - V(present) logs in with O(username) and O(password). Where O(token) is given, there is nothing to log in for.
        The result then has no RV(token), and the tasks that follow go on with the one that the play was given.
      - V(absent) logs out O(token). Without one it does nothing, so that it can stand in an C(always) section.
        E(NIGHTSHIFT_TOKEN) is not looked at, since the session of a token from the environment is not the play's to
        end. A session that the server has already ended is no error.
    type: str
    choices:
      - present
      - absent
    default: present
seealso:
  - module: nightshift.backup.backup_task
"""

EXAMPLES = r"""
- name: Back up with one login
  hosts: all
  gather_facts: false
  tasks:
    - name: Log in once for all hosts
      nightshift.backup.session:
        platform: commvault
        url: https://commserve.example.com/commandcenter/api
        username: backup-operator
        password: "{{ vault_backup_password }}"
      delegate_to: localhost
      run_once: true
      register: login

    - name: Work with that login
      module_defaults:
        group/nightshift.backup.all:
          platform: commvault
          url: https://commserve.example.com/commandcenter/api
          token: "{{ (login | default({})).token | default(omit) }}"
      block:
        - name: Back up each host
          nightshift.backup.backup_task:
            targets:
              - client: "{{ inventory_hostname }}"
                backupset: defaultBackupSet
                subclient: default
            level: incremental
          delegate_to: localhost
      always:
        - name: Log out
          nightshift.backup.session:
            state: absent
          delegate_to: localhost
          run_once: true
"""

RETURN = r"""
token:
  description:
    - The token to give to other modules. It is as good as the password while it lives.
  returned: when it logged in
  type: str
  sample: QSDK 3a1d0c5f
username:
  description:
    - Who is logged in, as the server spells it.
  returned: when O(state=present)
  type: str
  sample: backup-operator
expires:
  description:
    - When the server ends the session, in ISO 8601 and UTC. Not known on every server.
  returned: when O(state=present)
  type: str
  sample: "2026-11-22T03:30:00Z"
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
      sample: authentication
    message:
      description:
        - What the server said, or what could not be done.
      type: str
      returned: always
      sample: The user name or the password is wrong.
    http_status:
      description:
        - The HTTP status of the answer.
      type: int
      returned: when a request failed
      sample: 401
    code:
      description:
        - The vendor's error code.
      type: raw
      returned: when a request failed
      sample: 1116
    method:
      description:
        - The HTTP method of the request.
      type: str
      returned: when a request failed
      sample: POST
    path:
      description:
        - The path of the request, below O(url).
      type: str
      returned: when a request failed
      sample: Login
"""

from ansible_collections.nightshift.backup.plugins.module_utils.python_version import require_python

# Before the other imports, which an older Python could not read.
require_python()

from ansible_collections.nightshift.backup.plugins.module_utils.entrypoints.session import ENTRY
from ansible_collections.nightshift.backup.plugins.module_utils.runner import run_module


def main():
    # type: () -> None
    """Run the module."""
    run_module(ENTRY)


if __name__ == "__main__":
    main()
