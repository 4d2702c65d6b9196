# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one table of what only a Storware schedule can say: argument specs and reference documentation are made from it.

When it runs is said by the ``pattern`` that platforms share, as far as that has words for it.
"""

from __future__ import annotations

from typing import Any

from .fields import Option

BACKUP, SNAPSHOT = "VM_BACKUP", "VM_SNAPSHOT"
TYPES = (BACKUP, SNAPSHOT, "APP_BACKUP", "SNAPSHOT")
SNAPSHOT_BACKUPS = "FULL"
"""What a snapshot's schedule is sent with, as there are no other snapshots."""
BACKUP_TYPES = ("FULL", "INCREMENTAL", "SYNCHRONIZATION")
DEFAULT_WINDOW = 6 * 3600
"""Seconds; what the vendor's own client gives a new schedule."""

INTERVAL_OPTIONS: tuple[Option, ...] = (
    Option(
        "start",
        "str",
        ("The time of day of the first run, in quotes. It is O(pattern.at), and may be left out for it.",),
    ),
    Option(
        "end", "str", ("The time of day after which no run starts, in quotes. The same as O(pattern.repeat_until).",)
    ),
    Option("every", "str", ("The time from one run to the next, such as V(2h). The same as O(pattern.repeat_every).",)),
)

SCOPE_OPTIONS: tuple[Option, ...] = (
    Option(
        "policies",
        "list",
        ("The policies, by name or GUID, all of whose rules belong to the scope.",),
    ),
    Option(
        "rules",
        "list",
        ("Single rules that belong to the scope, as GUIDs, as names, or as C(policy/rule).",),
    ),
)

SCHEDULE_OPTIONS: tuple[Option, ...] = (
    Option(
        "type",
        "str",
        (
            "What the schedule starts: V(vm_backup), V(vm_snapshot), V(app_backup), or V(snapshot) on version 4.",
            "A new schedule is a V(vm_backup) unless it says.",
            "A schedule keeps its type for life; O(replace=true) makes it anew.",
            "Names are unique over all types, so that another type's schedule of this name is told as a clash.",
        ),
    ),
    Option(
        "backup_type",
        "str",
        (
            "What O(level) has no word for.",
            "V(synchronization) copies what the first destination of a rule holds to its others.",
            "V(full) and V(incremental) are the same as in O(level).",
        ),
    ),
    Option(
        "start_window",
        "str",
        (
            "How long after its time a backup may start at the latest, such as V(6h), which a new schedule gets.",
            "Repetition within the day has no window.",
        ),
    ),
    Option(
        "interval",
        "dict",
        ("Repetition within the day, in place of O(pattern.repeat_every) and O(pattern.repeat_until).",),
    ),
    Option(
        "weeks",
        "list",
        (
            "Which of the days in a month: V(first), V(second), V(third), V(fourth), V(last).",
            "An empty list means every week.",
            "With O(pattern.frequency) V(daily) and V(weekly); the others have O(pattern.week).",
        ),
    ),
    Option(
        "months",
        "list",
        (
            "The months, V(1) to V(12) or their English names. An empty list means all.",
            "With every O(pattern.frequency) but V(yearly_relative), which has O(pattern.month).",
        ),
    ),
    Option(
        "rules",
        "list",
        (
            "The rules that the schedule serves, as GUIDs, as names, or as C(policy/rule).",
            "With O(storware.policies), a name is looked for in these, and V(all) means each of their active rules.",
            "An empty list means that it serves none, and so protects nothing until a policy uses it.",
            "O(targets_mode) says whether they are all that it serves, or are added or taken out.",
        ),
    ),
    Option(
        "policies",
        "list",
        (
            "The policies, by name or GUID, whose rules the schedule serves.",
            "Without O(storware.rules), the only active rule of each; several are refused and listed.",
        ),
    ),
    Option(
        "project",
        "str",
        (
            "The UUID of the project that the schedule belongs to. It is sent as C(project-uuid).",
            "The prefix that Storware gives names of projects is then no part of O(name) or of a policy's name.",
        ),
    ),
)


def schedule_argument_spec() -> dict[str, Any]:
    """Return the argument spec of the suboptions of ``storware`` for a schedule."""
    spec = {option.name: option.argument() for option in SCHEDULE_OPTIONS}
    spec["interval"]["options"] = {option.name: option.argument() for option in INTERVAL_OPTIONS}
    return spec


def scope_argument_spec() -> dict[str, Any]:
    """Return the argument spec of the suboptions of ``storware`` in a scope."""
    return {option.name: option.argument() for option in SCOPE_OPTIONS}
