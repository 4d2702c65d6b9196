# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find what cannot be meant in a list of schedules, before anything is changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from itertools import combinations

from ..api.errors import InvalidOption
from ..model.estate import EstateRequest, Prune
from ..model.schedule import Schedule, ScheduleRequest, TargetsMode
from ..platforms.base import SchedulePlatform
from .plan_schedule import refuse_incomplete

_SHOWN = 10


def check_estate(platform: SchedulePlatform, request: EstateRequest) -> None:
    """Raise ``InvalidOption`` for a list that is empty, names a schedule twice, or holds one that cannot be meant.

    All schedules that cannot be meant are named at once, so that a long list is not corrected one run at a time.
    """
    _check_emptiness(request)
    problems = list(_invalid(platform, request.schedules)) or list(_twice(platform, request.schedules))
    refuse_all(problems, "Nothing was sent.")


def refuse_all(problems: Sequence[str], next_step: str) -> None:
    """Raise one ``InvalidOption`` for all problems of a list, of which the first are told; nothing for none."""
    if problems:
        rest = f" And {len(problems) - _SHOWN} more." if len(problems) > _SHOWN else ""
        raise InvalidOption(f"{' '.join(problems[:_SHOWN])}{rest}", next_step=next_step)


def _check_emptiness(request: EstateRequest) -> None:
    if request.allow_empty:
        return
    if not request.schedules:
        raise InvalidOption("schedules is empty.", next_step="If there are to be none, say so with allow_empty: true.")
    if request.prune is not Prune.OFF and not any(schedule.present for schedule in request.schedules):
        raise InvalidOption(
            "No schedule of the list is to be present, so prune would leave none in the scope.",
            next_step="If that is meant, say so with allow_empty: true.",
        )


def _invalid(platform: SchedulePlatform, schedules: Sequence[ScheduleRequest]) -> Iterator[str]:
    for position, schedule in enumerate(schedules):
        try:
            platform.check_schedule(platform.understand(schedule))
        except InvalidOption as error:
            yield f"{place(position, schedule.label)}: {error}"


def place(position: int, label: str) -> str:
    """Return how an entry of the list is called in an error."""
    return f"schedules[{position}] ({label})"


def _twice(platform: SchedulePlatform, schedules: Sequence[ScheduleRequest]) -> Iterator[str]:
    by_id: defaultdict[str, list[int]] = defaultdict(list)
    by_name: defaultdict[str, list[int]] = defaultdict(list)
    for position, schedule in enumerate(schedules):
        if schedule.schedule_id is not None:
            by_id[schedule.schedule_id.strip()].append(position)
        elif schedule.name is not None:
            by_name[schedule.name.strip().casefold()].append(position)
    for identity, positions in by_id.items():
        if len(positions) > 1:
            yield f"schedules[{positions[0]}] and schedules[{positions[1]}] are both schedule {identity}."
    for positions in by_name.values():
        for first, second in combinations(positions, 2):
            if overlap(platform, schedules[first], schedules[second]):
                alike = "" if platform.names_are_unique else " and name the same targets"
                yield (
                    f"schedules[{first}] and schedules[{second}] are both called {schedules[first].label}{alike}, so "
                    "they are one schedule."
                )


def overlap(platform: SchedulePlatform, first: ScheduleRequest, second: ScheduleRequest) -> bool:
    """Tell whether two schedules of one name may be the same: they have targets in common, or do not say which."""
    if platform.names_are_unique or first.targets is None or second.targets is None:
        return True
    return platform.coverage(first.targets, as_schedule(second)).touches


def as_schedule(request: ScheduleRequest) -> Schedule:
    """Return what a play says of a schedule in the form of one that is there, so far as its coverage goes."""
    return Schedule("", "", request.label, True, request.targets or (), request.level, request.pattern)


def refuse_two_ways(platform: SchedulePlatform, schedules: Sequence[ScheduleRequest]) -> None:
    """Raise ``InvalidOption`` when one entry names a schedule by its ID and another the same one by its name.

    Only the server's listing tells, so this comes after the first request, and before any change.
    """
    names = {entry.schedule_id: entry.name.strip().casefold() for entry in platform.listing()}
    named = [(position, schedule) for position, schedule in enumerate(schedules) if schedule.schedule_id is None]
    for position, schedule in enumerate(schedules):
        name = names.get(schedule.schedule_id or "")
        for other, rival in named if name is not None else ():
            if (rival.name or "").strip().casefold() == name and overlap(platform, schedule, rival):
                raise InvalidOption(
                    f"schedules[{position}] ({schedule.label}) and schedules[{other}] ({rival.label}) are both "
                    f"schedule {schedule.schedule_id} of the server.",
                    next_step="Keep one of them. Nothing was changed.",
                )


def refuse_new_and_incomplete(platform: SchedulePlatform, schedules: Sequence[ScheduleRequest]) -> None:
    """Raise ``InvalidOption`` for schedules that are not there yet and of which too little is said to create them.

    One whose name is there may still turn out to be new, as it has other targets: that only its own row can tell.
    """
    names = {entry.name.strip().casefold() for entry in platform.listing()}
    problems = []
    for position, schedule in enumerate(schedules):
        if _is_new(schedule, names):
            try:
                refuse_incomplete(platform, platform.understand(schedule))
            except InvalidOption as error:
                problems.append(f"{place(position, schedule.label)}: {error}")
    refuse_all(problems, "Nothing was changed.")


def _is_new(schedule: ScheduleRequest, names: Collection[str]) -> bool:
    return (
        schedule.present
        and schedule.targets_mode is not TargetsMode.REMOVE
        and schedule.schedule_id is None
        and (schedule.name or "").strip().casefold() not in names
    )
