# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Made by scripts/generate_doc_fragments.py from the field tables of the platforms. Change those, not this file.

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  storware:
    description:
      - Options that Storware alone has. What is left out is not sent, unless a default is named.
    type: dict
    suboptions:
      backup_destination:
        description:
          - The name or GUID of the backup destination, for servers of version 4, which know no rules in a
            request.
          - Cannot be given with O(storware.rules).
        type: str
      rules:
        description:
          - The rules of the entity's backup policy to back up by, as names or GUIDs. They fix the destinations.
          - With none given, the policy's only active rule is used, and several are refused and listed.
          - V(all) alone means every active rule. A rule that is not of the entity's policy is refused.
          - With some given, O(skip_if_running) and O(max_age) only count backups of all these rules or destinations.
          - What the server does not tell of a backup is no reason not to count it.
        type: list
        elements: str
      priority:
        description:
          - The priority of the tasks, from 0 to 100. Higher ones start first.
        type: int
      retry_count:
        description:
          - How often a failed task is tried again.
        type: int
      window_start:
        description:
          - When the backup may start at the earliest, as ISO 8601 with a time zone, or as a duration from
            now.
          - By default now.
        type: str
      window_end:
        description:
          - When the backup may start at the latest, in the same forms. It may run on after it.
          - Without it the server decides. A backup that has not started by then fails.
        type: str
      async:
        description:
          - Whether the server may make the tasks after its answer. By default it may, as in the vendor's
            own client.
          - Tasks that its answer leaves out are looked for.
        type: bool
"""
