# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make a schedule anew where the server cannot change it in place, so that there is never a moment without one.

The new one is created disabled, the old one disabled, the new one enabled, the old one deleted. Where no two schedules
may have the same name, the old one is renamed first, and goes on running under a name that tells what it waits for.
Each step can be told from what the server shows, so a run that was interrupted is taken up by the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations

from ..api.errors import Rejected, ServiceError, UnknownOutcome
from ..model.schedule import Kind, Schedule, ScheduleRequest
from ..platforms.base import SchedulePlatform, Step
from .schedule_steps import PAUSES_UNTIL_SHOWN, Journal, create, left_to_do, send_again_if_lost
from .surroundings import Surroundings

_IDENTITY = frozenset({"schedule_id", "enabled", "targets"})
_ASIDE = " (being replaced)"
_PAUSES_UNTIL_LATE = (*PAUSES_UNTIL_SHOWN, 5.0, 5.0)
"""The same for what may have been accepted."""


def half_replaced(
    platform: SchedulePlatform, request: ScheduleRequest, candidates: Sequence[Schedule]
) -> tuple[Schedule, Schedule | None] | None:
    """Return (old, new) when an earlier replacement stopped half-way, ``None`` for a new one that is yet to be made.

    Where names are unique, the name of the old one tells. Elsewhere they are the only two of the name on these targets,
    they never both run, and the new one is what the old one would be after the change, to the last option. Anything
    else may be somebody's schedule.
    """
    aside = _set_aside(platform, request)
    if aside is not None:
        return aside, candidates[0] if candidates else None
    targets = request.targets
    if targets is None or not request.replace or not request.present or request.schedule_id is not None:
        return None
    meant = [found for found in candidates if found.kind is Kind.OWN and platform.coverage(targets, found).touches]
    if len(meant) != 2 or all(found.enabled for found in meant):
        return None
    pairs = [(old, new) for old, new in permutations(meant) if _succeeds(platform, request, old, new)]
    return pairs[0] if len(pairs) == 1 else None


def _set_aside(platform: SchedulePlatform, request: ScheduleRequest) -> Schedule | None:
    """Return the schedule that an earlier replacement renamed. Raises where the play does not replace any more."""
    if not platform.names_are_unique or request.name is None or request.schedule_id is not None:
        return None
    found = platform.find_schedules(replace(request, name=request.name + _ASIDE))
    if not found:
        return None
    if not (request.replace and request.present):
        raise Rejected(
            f"{request.name} is half replaced: its former self is now called {found[0].name} (schedule "
            f"{found[0].schedule_id}).",
            next_step="Run it once more with state: present and replace: true, which ends the replacement.",
        )
    return found[0]


def _succeeds(platform: SchedulePlatform, request: ScheduleRequest, old: Schedule, new: Schedule) -> bool:
    if _differs(platform, request, new) or not _differs(platform, request, old):
        return False
    expected, shown = platform.predict(request, old), platform.portrait(new, request)
    return all(expected.get(key) == shown.get(key) for key in (expected.keys() | shown.keys()) - _IDENTITY)


def _differs(platform: SchedulePlatform, request: ScheduleRequest, schedule: Schedule) -> bool:
    """Tell whether anything but the switch is not as the play says."""
    return any(change.key != "enabled" for change in left_to_do(platform, request, schedule))


class Replacement:
    """Replaces one schedule by another."""

    def __init__(
        self, platform: SchedulePlatform, request: ScheduleRequest, surroundings: Surroundings, journal: Journal
    ) -> None:
        self._platform = platform
        self._request = request
        self._surroundings = surroundings
        self._journal = journal

    def replace(self, old: Schedule) -> Schedule:
        """Replace ``old`` and return the new schedule."""
        if old.siblings:
            raise Rejected(
                f"{old.name} shares its switch with {', '.join(old.siblings)}, so it cannot be replaced without "
                "switching them off.",
                next_step="Change it on the server.",
            )
        step = self._platform.copy_step(self._request, old)
        known = {found.schedule_id for found in self._platform.find_schedules(self._request, fresh=True)}
        old = self._step_aside(old)
        self._journal.note(step)
        try:
            new = create(self._platform, self._request, step, self._surroundings, self._journal, known).schedule
        except Rejected:
            self._step_back(old)
            raise
        left = [change.key for change in left_to_do(self._platform, self._request, new) if change.key != "enabled"]
        if left or new.enabled:
            self._send(self._platform.delete_step(new))
            self._step_back(old)
            raise Rejected(
                f"{old.name} cannot be replaced: the server made something else of it "
                f"({', '.join(left) or 'enabled'}).",
                next_step=f"Schedule {old.schedule_id} is as it was.",
            )
        return self.finish(old, new)

    def finish(self, old: Schedule, new: Schedule) -> Schedule:
        """Hand over from ``old`` to ``new`` and delete ``old``."""
        runs = self.is_to_run(old, new)
        if old.enabled:
            self._send(self._platform.switch_step(old, on=False))
        if runs and not new.enabled:
            self._enable(old, new)
        self._send(self._platform.delete_step(old))
        if not self._shows(old, None):
            raise Rejected(f"{old.name} was replaced, but the server keeps the old schedule {old.schedule_id}.")
        return self._platform.read_schedule(new) or new

    def preview(self, old: Schedule) -> list[Step]:
        """Return the requests of :meth:`replace`, but for those that need the ID of the new schedule."""
        rename = self._rename(old, _ASIDE)
        off = [self._platform.switch_step(old, on=False)] if old.enabled else []
        delete = self._platform.delete_step(old)
        return [*([rename] if rename else []), self._platform.copy_step(self._request, old), *off, delete]

    def _rename(self, old: Schedule, ending: str) -> Step | None:
        """Return the request that gives ``old`` its name with this ending, ``None`` where it has it or needs none."""
        name = old.name.removesuffix(_ASIDE) + ending
        if not self._platform.names_are_unique or old.name == name:
            return None
        return self._platform.change_step(ScheduleRequest(name=name, schedule_id=old.schedule_id), old)

    def _step_aside(self, old: Schedule) -> Schedule:
        step = self._rename(old, _ASIDE)
        if step is None:
            return old
        self._send(step)
        return self._platform.read_schedule(old) or old

    def _step_back(self, old: Schedule) -> None:
        step = self._rename(old, "")
        if step is not None:
            self._send(step)

    def steps(self, old: Schedule, new: Schedule) -> list[Step]:
        """Return the requests by which :meth:`finish` would hand over."""
        found = [self._platform.switch_step(old, on=False)] if old.enabled else []
        if self.is_to_run(old, new) and not new.enabled:
            found.append(self._platform.switch_step(new, on=True))
        return [*found, self._platform.delete_step(old)]

    def is_to_run(self, old: Schedule, new: Schedule) -> bool:
        """Tell whether the new schedule is to run: as the play says, or else as the old one did."""
        return old.enabled or new.enabled if self._request.enabled is None else self._request.enabled

    def _enable(self, old: Schedule, new: Schedule) -> None:
        """Switch the new schedule on; if that fails, the old one again, since one of them has to run."""
        try:
            self._switch_on(new)
            if not self._shows(new, True):
                raise Rejected(f"The server did not enable schedule {new.schedule_id}, which is to replace {old.name}.")
        except ServiceError:
            if old.enabled:
                self._send(self._platform.switch_step(old, on=True))
            raise

    def _switch_on(self, new: Schedule) -> None:
        """Switch the new schedule on. What was not heard of is looked for, or else both would run."""
        try:
            self._send(self._platform.switch_step(new, on=True))
        except UnknownOutcome:
            if not self._shows(new, True, _PAUSES_UNTIL_LATE):
                raise

    def _shows(self, schedule: Schedule, enabled: bool | None, pauses: Sequence[float] = PAUSES_UNTIL_SHOWN) -> bool:
        """Tell whether the server shows the schedule as enabled; with ``None``, whether it shows it no more.

        A look that fails has seen nothing, unless it is the last.
        """
        for number, pause in enumerate(pauses, start=1):
            self._surroundings.clock.sleep(pause)
            try:
                found = self._platform.read_schedule(schedule)
            except ServiceError:
                if number == len(pauses):
                    raise
                continue
            if (found is None) if enabled is None else (found is not None and found.enabled is enabled):
                return True
        return False

    def _send(self, step: Step) -> None:
        self._journal.note(step)
        send_again_if_lost(self._platform, step, self._surroundings)
        self._journal.effective = True
