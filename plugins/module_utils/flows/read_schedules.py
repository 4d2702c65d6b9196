# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read schedules in the form in which a play declares them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from ..api.side_by_side import read_each
from ..model.schedule import Kind, Schedule, ScheduleFilter
from ..platforms.base import SchedulePlatform


@dataclass
class Inventory:
    """What was read.

    ``schedules`` can be fed back to ``backup_schedule``. ``foreign`` cannot, each for its ``reason``. ``not_portable``
    is what a portable form has no word for.
    """

    schedules: list[dict[str, Any]] = field(default_factory=list)
    foreign: list[dict[str, Any]] = field(default_factory=list)
    not_portable: list[dict[str, Any]] = field(default_factory=list)


def read_schedules(platform: SchedulePlatform, wanted: ScheduleFilter, *, portable: bool = False) -> Inventory:
    """Read the schedules that are wanted, in the order of the server's listing."""
    if wanted.targets is not None:
        wanted = replace(wanted, targets=platform.resolve_sought(wanted.targets))
    inventory = Inventory()
    for schedule in _found(platform, wanted):
        reason = _why_foreign(platform, schedule)
        if reason is not None:
            shown = {**platform.portrait(schedule), "task_id": schedule.task_id, "reason": reason}
            inventory.foreign.append(shown)
        elif portable:
            carried = platform.portable(schedule)
            inventory.schedules.append(dict(carried.options))
            inventory.not_portable.extend(
                {"schedule": schedule.name, "schedule_id": schedule.schedule_id, "key": key, "value": value}
                for key, value in carried.lost
            )
        else:
            inventory.schedules.append(platform.portrait(schedule))
    return inventory


def _found(platform: SchedulePlatform, wanted: ScheduleFilter) -> list[Schedule]:
    """Read the details of those that the listing does not rule out."""
    listed = [entry for entry in platform.listing() if wanted.fits(entry.name, entry.schedule_id)]
    tasks = list(dict.fromkeys(entry.task_id for entry in listed))
    asked = {entry.schedule_id for entry in listed}
    return [
        schedule
        for read in read_each(platform.read_task, tasks)
        for schedule in read
        if schedule.schedule_id in asked and _touches(platform, wanted, schedule)
    ]


def _touches(platform: SchedulePlatform, wanted: ScheduleFilter, schedule: Schedule) -> bool:
    return wanted.targets is None or platform.reach(wanted.targets, schedule).touches


def _why_foreign(platform: SchedulePlatform, schedule: Schedule) -> str | None:
    """Return why ``backup_schedule`` would not take the schedule, ``None`` where it would."""
    reasons: dict[Kind, str] = {
        Kind.POLICY: "It belongs to a schedule policy.",
        Kind.SYSTEM: "It is the server's own.",
    }
    if schedule.kind in reasons:
        return reasons[schedule.kind]
    if schedule.pattern is None:
        return "The server shows no pattern of it."
    return platform.undeclarable(schedule)
