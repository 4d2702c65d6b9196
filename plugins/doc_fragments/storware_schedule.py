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
      - What a schedule of Storware alone has. What is left out stays as it is, unless a default is named.
      - Such a schedule serves rules of policies, which these name in place of O(targets).
    type: dict
    suboptions:
      type:
        description:
          - 'What the schedule starts: V(vm_backup), V(vm_snapshot), V(app_backup), or V(snapshot) on version
            4.'
          - A new schedule is a V(vm_backup) unless it says.
          - A schedule keeps its type for life; O(replace=true) makes it anew.
          - Names are unique over all types, so that another type's schedule of this name is told as a clash.
        type: str
      backup_type:
        description:
          - What O(level) has no word for.
          - V(synchronization) copies what the first destination of a rule holds to its others.
          - V(full) and V(incremental) are the same as in O(level).
        type: str
      start_window:
        description:
          - How long after its time a backup may start at the latest, such as V(6h), which a new schedule
            gets.
          - Repetition within the day has no window.
        type: str
      interval:
        description:
          - Repetition within the day, in place of O(pattern.repeat_every) and O(pattern.repeat_until).
        type: dict
        suboptions:
          start:
            description:
              - The time of day of the first run, in quotes. It is O(pattern.at), and may be left out for
                it.
            type: str
          end:
            description:
              - The time of day after which no run starts, in quotes. The same as O(pattern.repeat_until).
            type: str
          every:
            description:
              - The time from one run to the next, such as V(2h). The same as O(pattern.repeat_every).
            type: str
      weeks:
        description:
          - 'Which of the days in a month: V(first), V(second), V(third), V(fourth), V(last).'
          - An empty list means every week.
          - With O(pattern.frequency) V(daily) and V(weekly); the others have O(pattern.week).
        type: list
        elements: str
      months:
        description:
          - The months, V(1) to V(12) or their English names. An empty list means all.
          - With every O(pattern.frequency) but V(yearly_relative), which has O(pattern.month).
        type: list
        elements: str
      rules:
        description:
          - The rules that the schedule serves, as GUIDs, as names, or as C(policy/rule).
          - With O(storware.policies), a name is looked for in these, and V(all) means each of their active
            rules.
          - An empty list means that it serves none, and so protects nothing until a policy uses it.
          - O(targets_mode) says whether they are all that it serves, or are added or taken out.
        type: list
        elements: str
      policies:
        description:
          - The policies, by name or GUID, whose rules the schedule serves.
          - Without O(storware.rules), the only active rule of each; several are refused and listed.
        type: list
        elements: str
      project:
        description:
          - The UUID of the project that the schedule belongs to. It is sent as C(project-uuid).
          - The prefix that Storware gives names of projects is then no part of O(name) or of a policy's name.
        type: str
"""
