# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the server's schedules, and tell what they and a play both serve. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...model.schedule import Coverage, Schedule
from ...model.target import Target
from .export import LEVELS
from .responses import entries, enum_name, ref_guid, ref_name
from .schedule_pattern import spoken
from .schedule_times import read_timing
from .schedule_zones import EPOCH


def read_schedule(raw: Mapping[str, Any], labels: Mapping[str, str]) -> Schedule:
    """Return a schedule. ``labels`` are the names of rules with those of their policies, by GUID."""
    guid = ref_guid(raw)
    level = next((level for level, wire in LEVELS.items() if wire == backup_type(raw)), None)
    targets = tuple(
        Target(
            position,
            {"rule": ref_guid(rule)},
            labels.get(ref_guid(rule)) or ref_name(rule) or ref_guid(rule),
            {"guid": ref_guid(rule)},
        )
        for position, rule in enumerate(entries(raw, "rules"))
    )
    pattern = spoken(read_timing(raw), None, EPOCH).pattern
    return Schedule(guid, guid, ref_name(raw), raw.get("active") is not False, targets, level, pattern, raw=raw)


def schedule_type(raw: Mapping[str, Any]) -> str:
    """Return the type of a schedule in the server's words."""
    return enum_name(raw.get("type"))


def backup_type(raw: Mapping[str, Any]) -> str:
    """Return the type of its backups in the server's words."""
    return enum_name(raw.get("backupType"))


def guid_of(target: Target) -> str:
    """Return the GUID of a rule that was looked up."""
    return str(target.resolved.get("guid", ""))


def covered(targets: Sequence[Target], schedule: Schedule) -> Coverage:
    """Return which rules a play and a schedule have in common. Both are known by their GUIDs."""
    wanted = {guid_of(target) for target in targets}
    present = {guid_of(target) for target in schedule.targets}
    return Coverage(
        named=tuple(target for target in schedule.targets if guid_of(target) in wanted),
        unnamed=tuple(target for target in schedule.targets if guid_of(target) not in wanted),
        missing=tuple(target for target in targets if guid_of(target) not in present),
        touches=bool(wanted & present),
    )
