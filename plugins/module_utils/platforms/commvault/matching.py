# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tell whether two descriptions of a Commvault entity mean the same one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from itertools import product
from typing import Any

from ...model.target import Target
from .applications import app_key, known_application

# Set apart whole estates, so that a difference is telling although answers of a server rarely name them.
ESTATES = ("company", "commcell", "multi_commcell")


class Sameness(Enum):
    """How two targets relate."""

    SAME = "same"
    PART = "part"
    """One is a backup set and the other a subclient of it."""
    APART = "apart"


def first_overlap(targets: Sequence[Target]) -> tuple[Target, Target, Sameness] | None:
    """Return the first two targets that would back up the same data, and how they relate."""
    sets: defaultdict[tuple[Any, ...], list[Target]] = defaultdict(list)
    parts: defaultdict[tuple[Any, ...], list[Target]] = defaultdict(list)
    for target in targets:
        homes = list(product(forms(target.given, "client"), forms(target.given, "backupset")))
        subclients = forms(target.given, "subclient")
        own = [(*home, subclient) for home, subclient in product(homes, subclients)] or homes
        for other in _rivals(homes, own, sets, parts, bool(subclients)):
            kinship = sameness(other.given, target.given)
            if kinship is not Sameness.APART:
                return other, target, kinship
        for key in own:
            parts[key].append(target)
        for home in homes if subclients else ():
            parts[home].append(target)
        for home in () if subclients else homes:
            sets[home].append(target)
    return None


def sameness(first: Mapping[str, Any], second: Mapping[str, Any]) -> Sameness:
    """Tell how two targets relate that name at least a client and a backup set.

    An application, instance or company that only one of them names does not set them apart: the server would have to
    choose, and both may end at the same place.
    """
    if any(equal(first, second, level) is not True for level in ("client", "backupset")):
        return Sameness.APART
    if any(equal(first, second, level) is False for level in ("app", "instance", *ESTATES)):
        return Sameness.APART
    has_subclient = [bool(forms(one, "subclient")) for one in (first, second)]
    if all(has_subclient):
        return Sameness.SAME if equal(first, second, "subclient") else Sameness.APART
    return Sameness.PART if any(has_subclient) else Sameness.SAME


def _rivals(
    homes: Sequence[tuple[Any, ...]],
    own: Sequence[tuple[Any, ...]],
    sets: Mapping[tuple[Any, ...], Sequence[Target]],
    parts: Mapping[tuple[Any, ...], Sequence[Target]],
    is_part: bool,
) -> Iterator[Target]:
    """Yield the earlier targets that share a client and a backup set and may therefore overlap."""
    for key in own:
        yield from parts.get(key, ())
    for home in homes:
        yield from sets.get(home, ())
        if not is_part:
            yield from parts.get(home, ())


def equal(first: Mapping[str, Any], second: Mapping[str, Any], level: str) -> bool | None:
    """Compare one level; ``None`` where the two sides have no ID and no name in common."""
    first_id, second_id = _id(first, level), _id(second, level)
    if first_id is not None and second_id is not None:
        return first_id == second_id
    first_name, second_name = _name(first, level), _name(second, level)
    if first_name is None or second_name is None:
        return None
    return first_name == second_name


def forms(options: Mapping[str, Any], level: str) -> list[tuple[str, str]]:
    """Return what is known of one level, as keys that are equal for equal entities."""
    found = (("id", _id(options, level)), ("name", _name(options, level)))
    return [(kind, value) for kind, value in found if value is not None]


def _id(options: Mapping[str, Any], level: str) -> str | None:
    """Return the ID as text; 0 is a place holder and says nothing."""
    value = options.get(f"{level}_id")
    return None if value in (None, "", 0, "0") else str(value).strip()


def _name(options: Mapping[str, Any], level: str) -> str | None:
    value = options.get(level)
    if level != "app":
        return None if value in (None, "") else str(value).casefold()
    if value in (None, ""):
        app_id = _id(options, "app")
        app = known_application(None, int(app_id)) if app_id is not None and app_id.isdecimal() else None
        value = app.name if app else None
    return None if value is None else app_key(str(value))
