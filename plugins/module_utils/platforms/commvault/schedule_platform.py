# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Commvault's schedules as the flows see them."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timezone
from typing import Any

from ...api.errors import InvalidOption, Rejected, ServiceError
from ...api.session import Session
from ...model.pattern import USED_BY, PatternError, SchedulePattern
from ...model.pattern_options import read_pattern
from ...model.request import BackupRequest
from ...model.schedule import Change, Coverage, Listed, Portable, Schedule, ScheduleRequest, TargetsMode
from ...model.target import Target
from ..base import Covered, NextRun, StartCall, Step
from . import entities, schedule_body, schedule_calls
from .automatic import read_automatic
from .responses import read_changed
from .schedule_checks import check_schedule, read_switch
from .schedule_compare import changes, uncertain
from .schedule_coverage import covered
from .schedule_details import Details
from .schedule_portable import portable
from .schedule_portrait import portrait, wanted
from .schedule_records import read_schedules
from .schedule_run import as_backup, run_call
from .schedule_runs import next_runs, zone_of
from .schedule_scope import reach
from .targets import parse_scope, parse_targets
from .timezones import zone_info


class CommvaultSchedules:
    """The verbs of ``SchedulePlatform`` in Commvault's REST API. Safe to use from several threads."""

    covers = Covered("target", "targets", "targets")
    names_are_unique = False
    changes_at_once = False

    def __init__(self, session: Session) -> None:
        self._session = session
        self._lock = threading.Lock()
        self._listing: list[Listed] | None = None
        self._details = Details(self.read_task)
        self._commserve_zone: str | None = None

    def parse_targets(self, given: Sequence[Mapping[str, Any]]) -> tuple[Target, ...]:
        """Read ``targets``; raise ``InvalidOption`` for what cannot be meant."""
        return parse_targets(given)

    def parse_scope(self, given: Mapping[str, Any]) -> tuple[Target, ...]:
        """Read the targets of a scope, of which each may be a whole client."""
        if "targets" not in given:
            raise InvalidOption("scope.targets is missing; it says where the schedules' targets must lie.")
        named = [{name: value for name, value in one.items() if value is not None} for one in given["targets"]]
        return parse_scope(named, "scope.targets")

    def parse_sought(self, given: Sequence[Mapping[str, Any]]) -> tuple[Target, ...]:
        """Read the targets by which schedules are looked for, of which each may be a whole client."""
        return parse_scope(given, "targets")

    def parse_pattern(self, given: Mapping[str, Any]) -> SchedulePattern:
        """Read ``pattern``; raise ``InvalidOption`` for what cannot be meant."""
        try:
            return read_pattern(given, read_automatic=read_automatic)
        except PatternError as error:
            raise InvalidOption(error.message) from error

    def understand(self, request: ScheduleRequest) -> ScheduleRequest:
        """Return the request with what the platform's own options say of shared keys brought into these."""
        return read_switch(request)

    def check_schedule(self, request: ScheduleRequest) -> Sequence[str]:
        """Return warnings; raise ``InvalidOption`` for what cannot be honoured."""
        try:
            return check_schedule(request)
        except PatternError as error:
            raise InvalidOption(error.message) from error

    def verify(self, targets: Sequence[Target]) -> None:
        """Raise for the first target that does not exist, or whose names and IDs do not belong together."""
        for target in targets:
            entities.verify(self._session, target)

    def check_run(self) -> None:
        """Any schedule can be run now."""

    def lacking(self, request: ScheduleRequest) -> Sequence[str]:
        """Return the options that a new schedule needs and the request does not give."""
        return [option for option in ("targets", "level", "pattern") if getattr(request, option) is None]

    def resolve(self, request: ScheduleRequest) -> ScheduleRequest:
        """Return the request as it is: names are sent as they are given."""
        return request

    def resolve_scope(self, scope: Sequence[Target]) -> tuple[Target, ...]:
        """Return the scope as it is: names are compared as they are given."""
        return tuple(scope)

    def resolve_sought(self, sought: Sequence[Target]) -> tuple[Target, ...]:
        """Return the targets as they are."""
        return tuple(sought)

    def find_schedules(self, request: ScheduleRequest, *, fresh: bool = False) -> Sequence[Schedule]:
        """Read the schedules of the request's ID, or else of its name in any case. One listing serves many requests."""
        wanted_name = (request.name or "").casefold()
        meant = [
            entry
            for entry in self.listing(fresh=fresh)
            if (
                entry.schedule_id == request.schedule_id
                if request.schedule_id
                else entry.name.casefold() == wanted_name
            )
        ]
        ids = {entry.schedule_id for entry in meant}
        tasks = list(dict.fromkeys(entry.task_id for entry in meant))
        # A schedule named by its ID, or one that targets are added to, need not cover any of them yet.
        by_name = request.schedule_id is None and request.targets_mode is not TargetsMode.ADD
        telling = request.targets if by_name else None
        read = self._details.of(tasks, telling, fresh=fresh)
        return [found for found in read if found.schedule_id in ids]

    def listing(self, *, fresh: bool = False) -> list[Listed]:
        """Return the listing of all schedules, read once unless ``fresh``."""
        with self._lock:
            if self._listing is None or fresh:
                self._listing = schedule_calls.list_schedules(self._session)
            return self._listing

    def read_created(self, task_id: str) -> Sequence[Schedule]:
        """Read the schedules of a task that was just created."""
        return schedule_calls.read_task(self._session, task_id)

    def read_schedule(self, schedule: Schedule) -> Schedule | None:
        """Read a schedule again; ``None`` when it is gone."""
        found = self.read_task(schedule.task_id)
        return next((entry for entry in found if entry.schedule_id == schedule.schedule_id), None)

    def read_task(self, task_id: str) -> Sequence[Schedule]:
        """Read the schedules of a task; none when it is gone.

        How a server answers for a task that is no more is not documented, so the listing decides.
        """
        try:
            return schedule_calls.read_task(self._session, task_id)
        except Rejected:
            if task_id in {entry.task_id for entry in self.listing(fresh=True)}:
                raise
            return []

    def coverage(self, targets: Sequence[Target], schedule: Schedule) -> Coverage:
        """Tell how these targets and those of the schedule overlap."""
        return covered(targets, schedule)

    def reach(self, scope: Sequence[Target], schedule: Schedule) -> Coverage:
        """Tell which targets of a schedule lie inside a scope."""
        return reach(scope, schedule)

    def changes(self, request: ScheduleRequest, schedule: Schedule) -> Sequence[Change]:
        """Compare by meaning what the request gives, but for its targets and its switch."""
        return changes(request, schedule)

    def uncertain(self, request: ScheduleRequest, schedule: Schedule) -> Sequence[str]:
        """Return a sentence for each thing that could not be compared."""
        return uncertain(request, schedule)

    def create_step(self, request: ScheduleRequest, *, enabled: bool) -> Step:
        """Return the request that creates the schedule. Its first day is the server's today, unless the play says."""
        pattern = request.pattern
        if pattern is not None and pattern.start_date is None and "start_date" in USED_BY[pattern.frequency]:
            today = self._today(pattern)
            if today is not None and pattern.end_date is not None and pattern.end_date < today:
                raise InvalidOption(
                    f"pattern.end_date ({pattern.end_date}) is before today ({today}), so it would never run.",
                    next_step="Give a later end_date, or a start_date before it.",
                )
            request = replace(request, pattern=replace(pattern, start_date=today))
        return schedule_body.create_step(request, enabled=enabled, olson=self._has_olson_names(request))

    def _today(self, pattern: SchedulePattern) -> date | None:
        now = self.server_time()
        rules = zone_info(zone_of(pattern, self._own_zone).name)
        return None if now is None else datetime.fromtimestamp(now, tz=rules or timezone.utc).date()

    def _has_olson_names(self, request: ScheduleRequest) -> bool:
        """Tell whether the CommServe knows IANA names, as one on Linux does: then its own zone bears one."""
        if request.pattern is None or request.pattern.timezone is None:
            return False
        own = self._own_zone()
        return own is not None and not own.startswith("(") and zone_info(own) is not None

    def change_step(self, request: ScheduleRequest, schedule: Schedule) -> Step:
        """Return the request that changes what the play gave, and keeps everything else."""
        return schedule_body.change_step(request, schedule, olson=self._has_olson_names(request))

    def copy_step(self, request: ScheduleRequest, schedule: Schedule) -> Step:
        """Return the request that creates, disabled, what the schedule would be after the change."""
        return schedule_body.copy_step(request, schedule, olson=self._has_olson_names(request))

    def switch_step(self, schedule: Schedule, *, on: bool) -> Step:
        """Return the request that enables or disables."""
        return schedule_body.switch_step(schedule, on=on)

    def delete_step(self, schedule: Schedule) -> Step:
        """Return the request that deletes."""
        return schedule_body.delete_step(schedule)

    def run_call(self, request: BackupRequest, schedule: Schedule) -> StartCall:
        """Return the request that runs the schedule now."""
        return run_call(request, schedule)

    def as_backup(self, request: BackupRequest, schedule: Schedule) -> BackupRequest:
        """Return the request with what the schedule says of its backups."""
        return as_backup(request, schedule)

    def apply(self, step: Step) -> str | None:
        """Send one step, once; return the ID of the task that it created or changed, where the server tells."""
        return read_changed(self._session.send(step.wire))

    def undeclarable(self, schedule: Schedule) -> str | None:
        """Say why no play can declare this schedule: its targets may be of kinds that no play names."""
        try:
            parse_targets([dict(target.given) for target in schedule.targets])
        except InvalidOption as error:
            labels = ", ".join(target.label for target in schedule.targets)
            return f"Its targets ({labels}) cannot be declared: {error.message}"
        return None

    def portrait(self, schedule: Schedule, request: ScheduleRequest | None = None) -> dict[str, Any]:
        """Return a schedule in the form that ``backup_schedule`` takes. The server keeps its time zone."""
        del request
        return portrait(schedule)

    def portable(self, schedule: Schedule) -> Portable:
        """Return a schedule in that form without what holds on its own server alone."""
        return portable(schedule, self._own_zone)

    def wanted(self, request: ScheduleRequest) -> dict[str, Any]:
        """Return what the request says, in the same form."""
        return wanted(request)

    def predict(self, request: ScheduleRequest, schedule: Schedule) -> dict[str, Any]:
        """Return what the schedule would look like after the change."""
        return portrait(self.changed(request, schedule))

    def changed(self, request: ScheduleRequest, schedule: Schedule) -> Schedule:
        """Return the schedule after the change: what we would send, read as if from the server."""
        plain = replace(request, options={**request.options, "wire_format": "json"})
        after = next(iter(read_schedules(schedule_body.change_body(plain, schedule)["taskInfo"])))
        return replace(after, enabled=schedule.enabled if request.enabled is None else request.enabled)

    def timezone(self, request: ScheduleRequest, schedule: Schedule | None) -> str | None:
        """Tell the time zone in which the schedule runs; the CommServe's where it names none."""
        pattern = request.pattern if schedule is None else schedule.pattern
        return zone_of(pattern, self._own_zone).name if pattern is not None else None

    def next_runs(
        self, request: ScheduleRequest, schedule: Schedule | None, after: datetime
    ) -> Sequence[NextRun] | None:
        """Return the next five runs after a time, ``None`` where nobody can tell them."""
        pattern = request.pattern if schedule is None else schedule.pattern
        return next_runs(pattern, after, self._own_zone) if pattern is not None else None

    def _own_zone(self) -> str | None:
        with self._lock:
            if self._commserve_zone is None:
                try:
                    self._commserve_zone = schedule_calls.commserve_zone(self._session) or ""
                except ServiceError:
                    # Only the next runs depend on it: not worth failing a schedule that is as it should be.
                    self._commserve_zone = ""
            return self._commserve_zone or None

    def server_time(self) -> float | None:
        """Return the CommServe's clock as last heard, Unix seconds."""
        return self._session.server_time
