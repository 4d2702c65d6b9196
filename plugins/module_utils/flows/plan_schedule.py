# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plan what has to happen to one schedule. Pure: the server's schedules go in, a plan comes out.

Check mode, diff mode and the real run all use the same plan, so that they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from ..api.errors import Ambiguous, InvalidOption, NotFound, Rejected
from ..model.schedule import Change, Coverage, Kind, Schedule, ScheduleRequest, TargetsMode
from ..model.target import Target
from ..platforms.base import SchedulePlatform

_SHOWN = 10
"""So many targets are listed by name in an error; the rest are counted."""

_BELONGS = {Kind.POLICY: "belongs to a schedule policy", Kind.SYSTEM: "is the server's own"}


class Move(str, Enum):
    """One step of a plan."""

    CREATE = "create"
    CHANGE = "change"
    ENABLE = "enable"
    DISABLE = "disable"
    DELETE = "delete"
    REPLACE = "replace"


@dataclass(frozen=True)
class Plan:
    """The steps in their order, the schedule that they are about (``None`` when it is new), and what differs."""

    moves: tuple[Move, ...] = ()
    schedule: Schedule | None = None
    changes: tuple[Change, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing has to be done."""
        return not self.moves


def plan_schedule(platform: SchedulePlatform, request: ScheduleRequest, candidates: Sequence[Schedule]) -> Plan:
    """Return the plan that makes ``request`` true.

    ``candidates`` are the schedules of that name or ID. Raises for what must not be done on suspicion: for several of
    them, for one that is not the play's to change, and for one that also covers what the play did not name.
    """
    schedule = choose(platform, request, candidates)
    if schedule is not None and schedule.kind is not Kind.OWN:
        raise Rejected(
            f"{schedule.name} (schedule {schedule.schedule_id}) {_BELONGS[schedule.kind]}.",
            next_step="It is left alone; change it where it belongs, or give yours another name.",
        )
    if not request.present:
        return _plan_absence(platform, request, schedule)
    if schedule is None:
        return _plan_creation(platform, request)
    return _plan_changes(platform, request, schedule)


def choose(platform: SchedulePlatform, request: ScheduleRequest, candidates: Sequence[Schedule]) -> Schedule | None:
    """Return the one schedule that is meant, ``None`` when there is none. Raises ``Ambiguous`` for several."""
    meant = _of_the_plays(
        found
        for found in candidates
        if request.schedule_id is not None
        or request.targets is None
        or platform.names_are_unique
        or platform.coverage(request.targets, found).touches
    )
    if not meant and request.present and request.targets_mode is TargetsMode.ADD:
        # What is to be added need not be there yet, so the name alone has to do.
        meant = _of_the_plays(candidates)
    if len(meant) > 1:
        ids = ", ".join(found.schedule_id for found in meant)
        raise Ambiguous(
            f"{len(meant)} schedules called {request.label} cover these {platform.covers.many}: {ids}.",
            next_step="Name the right one by schedule_id, and remove the others by theirs.",
        )
    if meant:
        return meant[0]
    if request.schedule_id is not None and request.present:
        raise NotFound(f"There is no schedule {request.schedule_id}.", next_step="Leave schedule_id out to create one.")
    return None


def _of_the_plays(candidates: Iterable[Schedule]) -> list[Schedule]:
    """Return those that a play may have made; where there are none, those that belong to something else."""
    found = list(candidates)
    return [schedule for schedule in found if schedule.kind is Kind.OWN] or found


def _plan_absence(platform: SchedulePlatform, request: ScheduleRequest, schedule: Schedule | None) -> Plan:
    if schedule is None:
        return Plan()
    unnamed = _unnamed(platform, request, schedule)
    if unnamed and not request.whole_schedule:
        raise _too_wide(
            platform,
            schedule,
            unnamed,
            "Removing it would end their protection as well",
            f"Take just your {platform.covers.many} out with state: present and targets_mode: remove, or set "
            "whole_schedule: true to remove all of it.",
        )
    return Plan((Move.DELETE,), schedule, (Change("state", "present", "absent"),))


def _plan_creation(platform: SchedulePlatform, request: ScheduleRequest) -> Plan:
    if request.targets_mode is TargetsMode.REMOVE:
        return Plan()
    refuse_incomplete(platform, request)
    return Plan((Move.CREATE,), None, (Change("state", "absent", "present"),))


def refuse_incomplete(platform: SchedulePlatform, request: ScheduleRequest) -> None:
    """Raise ``InvalidOption`` for a new schedule of which too little is said."""
    if request.name is None:
        raise InvalidOption("A new schedule needs a name.")
    for option in platform.lacking(request):
        raise InvalidOption(
            f"There is no schedule {request.label} yet, and {option} is missing, which a new one needs.",
            next_step=f"Give {option}, or correct the name.",
        )


def _plan_changes(platform: SchedulePlatform, request: ScheduleRequest, schedule: Schedule) -> Plan:
    target_change = _target_change(platform, request, schedule)
    others = tuple(platform.changes(request, schedule))
    switched = request.enabled is not None and request.enabled != schedule.enabled
    changes = (*((target_change,) if target_change else ()), *others)
    _guard(platform, request, schedule, changes, switched=switched)
    moves = _moves(platform, request, schedule, changes, switched=switched)
    if switched:
        changes = (*changes, Change("enabled", schedule.enabled, request.enabled, shared=True))
    return Plan(moves, schedule, changes)


def _moves(
    platform: SchedulePlatform,
    request: ScheduleRequest,
    schedule: Schedule,
    changes: Sequence[Change],
    *,
    switched: bool,
) -> tuple[Move, ...]:
    fixed = [change for change in changes if not change.in_place]
    if fixed and not request.replace:
        raise Rejected(
            f"{schedule.name} (schedule {schedule.schedule_id}) has {fixed[0].key} {fixed[0].before}, not "
            f"{fixed[0].after}, and a schedule keeps it for life.",
            next_step=fixed[0].reason or "replace: true makes the schedule anew.",
        )
    if fixed:
        return (Move.REPLACE,)
    if changes and (platform.changes_at_once or not switched):
        return (Move.CHANGE,)
    if not switched:
        return ()
    change = [Move.CHANGE] if changes else []
    # What is to rest must not run half changed, and what is to run must be right when it does.
    return (*change, Move.ENABLE) if request.enabled else (Move.DISABLE, *change)


def _target_change(platform: SchedulePlatform, request: ScheduleRequest, schedule: Schedule) -> Change | None:
    if request.targets is None:
        return None
    coverage, option = platform.coverage(request.targets, schedule), platform.covers.option
    before = [target.label for target in schedule.targets]
    if request.targets_mode is TargetsMode.REMOVE:
        return _removal(platform, schedule, coverage, before)
    if request.targets_mode is TargetsMode.ADD:
        added = [target for target in coverage.missing if target not in coverage.within]
        after = [target.label for target in (*coverage.named, *coverage.unnamed, *added)]
        return Change(option, before, after, shared=True) if added else None
    if len(coverage.named) == len(schedule.targets) and not coverage.missing:
        return None
    after = [target.label for target in (*coverage.named, *coverage.missing)]
    return Change(option, before, after, shared=True)


def _removal(platform: SchedulePlatform, schedule: Schedule, coverage: Coverage, before: list[str]) -> Change | None:
    if coverage.within:
        raise Rejected(
            f"{schedule.name} (schedule {schedule.schedule_id}) backs up {coverage.within[0].label} as part of "
            "something wider, so it cannot be taken out alone.",
            next_step="Name what the schedule covers, or change what that holds.",
        )
    if len(coverage.unnamed) == len(schedule.targets):
        return None
    if not coverage.unnamed:
        raise Rejected(
            f"{schedule.name} (schedule {schedule.schedule_id}) would be left without any {platform.covers.one}.",
            next_step="Use state: absent to remove it.",
        )
    return Change(platform.covers.option, before, [target.label for target in coverage.unnamed], shared=True)


def _guard(
    platform: SchedulePlatform,
    request: ScheduleRequest,
    schedule: Schedule,
    changes: Sequence[Change],
    *,
    switched: bool,
) -> None:
    """Refuse what would reach targets or schedules that the play did not name."""
    if request.whole_schedule:
        return
    unnamed = _unnamed(platform, request, schedule)
    # After these, what stays covered is backed up as before.
    harmless = ("name", platform.covers.option)
    retargeted = any(change.key == platform.covers.option for change in changes)
    if unnamed and retargeted and request.targets_mode is TargetsMode.EXACT:
        raise _too_wide(
            platform,
            schedule,
            unnamed,
            "Taking them out would end their protection",
            "Name them too, or use targets_mode: add or remove; whole_schedule: true says that this list is all that "
            "the schedule shall cover.",
        )
    if unnamed and (switched or any(change.key not in harmless for change in changes)):
        raise _too_wide(
            platform,
            schedule,
            unnamed,
            "The change would reach them as well",
            "Name them too, or set whole_schedule: true if the change is meant for all of them.",
        )
    if schedule.siblings and (switched or any(change.shared for change in changes)):
        raise Rejected(
            f"{schedule.name} (schedule {schedule.schedule_id}) shares its targets, its alert and its switch with "
            f"{', '.join(schedule.siblings)}.",
            next_step="Set whole_schedule: true if all of them are meant.",
        )


def _unnamed(platform: SchedulePlatform, request: ScheduleRequest, schedule: Schedule) -> Sequence[Target]:
    """Return what the schedule covers and the play does not name; everything, when the play names nothing."""
    return schedule.targets if request.targets is None else platform.coverage(request.targets, schedule).unnamed


def _too_wide(
    platform: SchedulePlatform, schedule: Schedule, unnamed: Sequence[Target], deed: str, way_out: str
) -> Rejected:
    labels = [target.label for target in unnamed]
    rest = f" and {len(labels) - _SHOWN} more" if len(labels) > _SHOWN else ""
    return Rejected(
        f"{schedule.name} (schedule {schedule.schedule_id}) also covers {platform.covers.many} that are not named "
        f"here: {', '.join(labels[:_SHOWN])}{rest}. {deed}.",
        next_step=way_out,
    )
