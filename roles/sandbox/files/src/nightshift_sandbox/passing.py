# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Time passes: schedules of both platforms fire, jobs and tasks go on."""

from __future__ import annotations

from nightshift_sandbox.commvault.schedules import fire_due as fire_commvault
from nightshift_sandbox.storware.firing import fire_due as fire_storware
from nightshift_sandbox.storware.life_restore import unmount_overdue
from nightshift_sandbox.world import World


def pass_moment(world: World, extra: float = 0.0) -> None:
    """Let time pass up to now; `extra` is how many seconds of that a moved clock adds to the progress of jobs."""
    world.engine.advance(extra)
    world.storware.engine.advance(extra)
    fire_commvault(world)
    fire_storware(world.storware)
    unmount_overdue(world.storware.tables, world.storware.engine)


def pass_time(world: World, seconds: float) -> None:
    """Move the clock, run by run: schedules on the way fire at their own time, jobs go on in between."""
    target = world.clock.offset + seconds
    while seconds > 0:
        runs = [run for run in (world.firing.next_due(), world.storware.plan.next_due()) if run is not None]
        gap = max(0.0, min(runs) - world.clock.now()) if runs else None
        if gap is None or world.clock.offset + gap > target:
            break
        world.clock.offset += gap
        pass_moment(world, gap)
    rest = target - world.clock.offset
    world.clock.offset = target
    pass_moment(world, max(0.0, rest))
    world.store.put("meta", "clock", {"offset": world.clock.offset})
