# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Come to one schedule where several runs create the same in the same moment.

Servers offer no lock, so runs that all look before any creates will all create. Each looks again afterwards. The
schedule with the lowest ID stays, and each of the others is deleted by the very run that created it. The run of the
lowest finds none before its own, so they cannot all be deleted; and what a run did not create, it never deletes.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..api.errors import Ambiguous, NightshiftError
from ..model.schedule import Kind, Schedule, ScheduleRequest
from ..platforms.base import SchedulePlatform
from .plan_schedule import choose
from .schedule_steps import Journal, left_to_do, send_again_if_lost
from .surroundings import Surroundings


def converge(
    platform: SchedulePlatform,
    request: ScheduleRequest,
    own: Schedule,
    surroundings: Surroundings,
    journal: Journal,
    warnings: list[str],
) -> Schedule:
    """Return the schedule that stays: ``own``, which this run has just created, or one that came before it.

    Reads the platform's listing, which must have been taken after the creation. Raises ``Ambiguous`` for a schedule of
    the same name and targets that is otherwise not what the play asks for: neither may then take the other's place.
    """
    twins = _twins(platform, request, own)
    other = next((twin for twin in twins if not _does_as_well(platform, request, twin, own)), None)
    if other is not None:
        raise Ambiguous(
            f"{own.name} was created as schedule {own.schedule_id}, and schedule {other.schedule_id} of the same name "
            "for the same targets appeared in the same moment, which is not what is asked for here.",
            next_step="Both are there. Remove one of them by its schedule_id.",
        )
    if not twins:
        return own
    first = min((own, *twins), key=_order)
    ids = ", ".join(twin.schedule_id for twin in twins)
    if first is own:
        warnings.append(
            f"{own.name} was created by another run as well in the same moment ({ids}). The run that created it "
            "removes it again."
        )
        return own
    step = platform.delete_step(own)
    journal.note(step)
    send_again_if_lost(platform, step, surroundings, lambda: platform.read_schedule(own) is None)
    warnings.append(
        f"{own.name} was created by another run in the same moment. Its schedule {first.schedule_id} stays, and "
        f"{own.schedule_id}, which was created here, is removed again."
    )
    return first


def made_meanwhile(platform: SchedulePlatform, request: ScheduleRequest) -> Schedule | None:
    """Return what another run may have created just before ours was refused, if it is all that is asked for."""
    try:
        found = choose(platform, request, platform.find_schedules(request, fresh=True))
    except NightshiftError:
        return None
    if found is None or found.kind is not Kind.OWN or found.enabled is not (request.enabled is not False):
        return None
    return None if left_to_do(platform, request, found) else found


def _twins(platform: SchedulePlatform, request: ScheduleRequest, own: Schedule) -> Sequence[Schedule]:
    """Return the other schedules of the name on these targets."""
    name = own.name.strip().casefold()
    listed = {entry.schedule_id for entry in platform.listing() if entry.name.strip().casefold() == name}
    if not listed - {own.schedule_id}:
        # The usual case, in which no details need to be read.
        return []
    return [
        found
        for found in platform.find_schedules(request)
        if found.schedule_id != own.schedule_id
        and found.kind is Kind.OWN
        and (request.targets is None or platform.coverage(request.targets, found).touches)
    ]


def _does_as_well(platform: SchedulePlatform, request: ScheduleRequest, twin: Schedule, own: Schedule) -> bool:
    return twin.enabled is own.enabled and not left_to_do(platform, request, twin)


def _order(schedule: Schedule) -> tuple[float, str]:
    """Return what orders schedules the same for all who look: numbers by their value, anything else by its text."""
    number = schedule.schedule_id
    return (float(number) if number.isdecimal() else 0.0), number
