# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tell what a play and a schedule both cover. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from ...model.schedule import Coverage, Schedule
from ...model.target import Target
from .matching import Sameness, sameness
from .targets import is_subclient


def covered(targets: Sequence[Target], schedule: Schedule) -> Coverage:
    """Return how the targets of a play and those of a schedule overlap.

    A subclient of a backup set that the play names as a whole is neither named nor unnamed: it may be left out of the
    schedule without losing its protection, once the set is in. A set of which the play names only a subclient is
    unnamed, since the schedule covers more than the play speaks of.
    """
    named: list[Target] = []
    unnamed: list[Target] = []
    found: set[int] = set()
    touches = False
    for entry in schedule.targets:
        relations = [(target, sameness(entry.given, target.given)) for target in targets]
        same = [target for target, relation in relations if relation is Sameness.SAME]
        parts = [target for target, relation in relations if relation is Sameness.PART]
        touches = touches or bool(same or parts)
        found.update(target.position for target in same)
        if same:
            named.append(entry)
        elif not (parts and is_subclient(entry)):
            unnamed.append(entry)
    missing = tuple(target for target in targets if target.position not in found)
    return Coverage(tuple(named), tuple(unnamed), missing, touches)
