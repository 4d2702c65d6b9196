# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tell what of a schedule lies inside a scope. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from ...model.schedule import Coverage, Schedule
from ...model.target import Target
from .matching import equal, forms

_LEVELS = ("client", "app", "instance", "backupset", "subclient", "company", "commcell", "multi_commcell")


def reach(scope: Sequence[Target], schedule: Schedule) -> Coverage:
    """Return which of the schedule's targets lie inside the scope.

    One that is wider than the scope, or of which too little is known, lies outside, but touches the scope: nobody may
    take it for a stranger to it.
    """
    inside: list[Target] = []
    outside: list[Target] = []
    touches = False
    for target in schedule.targets:
        verdicts = [_lies_in(target, place) for place in scope]
        touches = touches or any(verdict is not False for verdict in verdicts)
        (inside if True in verdicts else outside).append(target)
    return Coverage(tuple(inside), tuple(outside), missing=(), touches=touches)


def _lies_in(target: Target, place: Target) -> bool | None:
    """Compare each level that the scope names; ``None`` where a level of the target is not known or not narrowed."""
    verdicts = [equal(place.given, target.given, level) for level in _LEVELS if forms(place.given, level)]
    if False in verdicts:
        return False
    return None if None in verdicts or not verdicts else True
