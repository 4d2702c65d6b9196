# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tell what a play and a schedule both cover. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any

from ...model.schedule import Coverage, Schedule
from ...model.target import Target
from .matching import Sameness, equal, forms, sameness
from .targets import is_subclient


class Relation(Enum):
    """How an entry of a schedule relates to a target of a play."""

    SAME = "same"
    WIDER = "wider"
    """The schedule backs up more than the target, and the target with it."""
    NARROWER = "narrower"
    APART = "apart"


def covered(targets: Sequence[Target], schedule: Schedule) -> Coverage:
    """Return how the targets of a play and those of a schedule overlap.

    A subclient of a backup set that the play names as a whole is neither named nor unnamed: it may be left out of the
    schedule without losing its protection, once the set is in. A set of which the play names only a subclient is
    unnamed, since the schedule covers more than the play speaks of.
    """
    named: list[Target] = []
    unnamed: list[Target] = []
    found: set[int] = set()
    inside: set[int] = set()
    touches = False
    for entry in schedule.targets:
        relations = {target.position: relation(entry, target) for target in targets}
        seen = set(relations.values())
        touches = touches or bool(seen - {Relation.APART})
        found.update(position for position, one in relations.items() if one is Relation.SAME)
        inside.update(position for position, one in relations.items() if one is Relation.WIDER)
        if Relation.SAME in seen:
            named.append(entry)
        elif Relation.NARROWER not in seen:
            unnamed.append(entry)
    missing = tuple(target for target in targets if target.position not in found)
    within = tuple(target for target in missing if target.position in inside)
    return Coverage(tuple(named), tuple(unnamed), missing, within, touches)


def relation(entry: Target, target: Target) -> Relation:
    """Tell how ``entry``, which a server may have made of anything, relates to ``target``."""
    if not forms(entry.given, "backupset"):
        return Relation.WIDER if _may_hold(entry.given, target.given) else Relation.APART
    likeness = sameness(entry.given, target.given)
    if likeness is Sameness.PART:
        return Relation.NARROWER if is_subclient(entry) else Relation.WIDER
    return Relation.SAME if likeness is Sameness.SAME else Relation.APART


def _may_hold(wide: Mapping[str, Any], narrow: Mapping[str, Any]) -> bool:
    """Tell whether a client, an agent or a group of clients can hold the target.

    Whom a group holds is not known here, so it may hold every target.
    """
    if forms(wide, "client") and equal(wide, narrow, "client") is not True:
        return False
    return all(equal(wide, narrow, level) is not False for level in ("app", "instance"))
