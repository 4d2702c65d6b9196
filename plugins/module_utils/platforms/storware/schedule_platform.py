# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Storware's schedules as the flows see them."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

from ...api.errors import InvalidOption, NotFound, Rejected
from ...api.messages import Call
from ...api.session import Session
from ...model.pattern import PatternError, SchedulePattern
from ...model.pattern_options import read_pattern
from ...model.request import BackupRequest
from ...model.schedule import Change, Coverage, Listed, Portable, Schedule, ScheduleRequest
from ...model.target import Target
from ..base import Covered, NextRun, StartCall, Step
from . import schedule_body, schedule_checks, schedule_resolve
from .responses import read_list, read_object, read_records, ref_guid, ref_name
from .schedule_compare import changes
from .schedule_pattern import wanted as wanted_timing
from .schedule_portrait import portable, portrait, wanted
from .schedule_records import covered, read_schedule, schedule_type
from .schedule_rules import RuleBook, bare
from .schedule_runs import next_runs
from .schedule_times import read_timing
from .schedule_zones import UTC

_TAKEN = 409


class StorwareSchedules:
    """The verbs of ``SchedulePlatform`` in Storware's REST API. Safe to use from several threads.

    What the flows call targets are the rules that a schedule serves.
    """

    covers = Covered("rule", "rules", "storware.rules")
    names_are_unique = True
    changes_at_once = True

    def __init__(self, session: Session) -> None:
        self._session = session
        self._book = RuleBook(session)
        self._lock = threading.Lock()
        self._records: list[dict[str, Any]] | None = None

    def parse_targets(self, given: Sequence[Mapping[str, Any]]) -> tuple[Target, ...]:
        """Refuse ``targets``: a schedule serves rules."""
        del given
        raise InvalidOption(
            "targets is no option of a Storware schedule, which serves rules of policies and not what these protect.",
            next_step="Name the rules in storware.rules, or the policies in storware.policies.",
        )

    def parse_scope(self, given: Mapping[str, Any]) -> tuple[Target, ...]:
        """Read the policies and rules of a scope."""
        return schedule_resolve.parse_scope(given)

    def parse_sought(self, given: Sequence[Mapping[str, Any]]) -> tuple[Target, ...]:
        """Read the virtual machines whose schedules are looked for."""
        return schedule_resolve.parse_sought(given)

    def parse_pattern(self, given: Mapping[str, Any]) -> SchedulePattern:
        """Read ``pattern``; raise ``InvalidOption`` for what cannot be meant."""
        try:
            return read_pattern(given)
        except PatternError as error:
            raise InvalidOption(error.message) from error

    def understand(self, request: ScheduleRequest) -> ScheduleRequest:
        """Return the request with what the platform's own options say of shared keys brought into these."""
        return schedule_checks.understand(request)

    def check_schedule(self, request: ScheduleRequest) -> Sequence[str]:
        """Return warnings; raise ``InvalidOption`` for what cannot be honoured."""
        try:
            return schedule_checks.check_schedule(request, self._now())
        except PatternError as error:
            raise InvalidOption(error.message) from error

    def verify(self, targets: Sequence[Target]) -> None:
        """Return: rules are looked up in any case, and one that is given by its GUID is checked by the server."""
        del targets

    def check_run(self) -> None:
        """Refuse to run a schedule."""
        raise InvalidOption(
            "schedule cannot be given on Storware, which has no call that runs a schedule now.",
            next_step="Start the backups with level, and with storware.rules where a policy has several.",
        )

    def lacking(self, request: ScheduleRequest) -> Sequence[str]:
        """Return the options that a new schedule needs and the request does not give."""
        return schedule_checks.lacking(request)

    def resolve(self, request: ScheduleRequest) -> ScheduleRequest:
        """Look up the rules that the request names, and whether its name is another's."""
        records = self._all()
        schedule_resolve.refuse_taken_name(request, records)
        return schedule_resolve.resolve(request, self._meant(request, records), self._book)

    def resolve_scope(self, scope: Sequence[Target]) -> tuple[Target, ...]:
        """Look up the rules of a scope."""
        return schedule_resolve.resolve_scope(scope, self._book)

    def resolve_sought(self, sought: Sequence[Target]) -> tuple[Target, ...]:
        """Look up the rules that protect virtual machines."""
        return schedule_resolve.resolve_sought(self._session, sought, self._book)

    def listing(self, *, fresh: bool = False) -> list[Listed]:
        """Return the listing of all schedules, read once unless ``fresh``."""
        return [Listed(ref_guid(record), ref_guid(record), ref_name(record)) for record in self._all(fresh=fresh)]

    def _all(self, *, fresh: bool = False) -> list[dict[str, Any]]:
        with self._lock:
            if self._records is None or fresh:
                call = Call("GET", schedule_body.PATH, safe=True)
                self._records = read_list(self._session.send(call))
            return self._records

    def find_schedules(self, request: ScheduleRequest, *, fresh: bool = False) -> Sequence[Schedule]:
        """Read the schedule of the request's ID, or of its name: as it is written, or else in any case."""
        meant = self._meant(request, self._all(fresh=fresh))
        read = [found for record in meant for found in self.read_task(ref_guid(record))]
        # Another name may have come to it since the listing, by this very run.
        return [found for found in read if self._meant(request, [found.raw])]

    def _meant(self, request: ScheduleRequest, records: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        if request.schedule_id is not None:
            return [record for record in records if ref_guid(record) == request.schedule_id.lower()]
        project, name = request.options.get("project"), request.name or ""
        exact = [record for record in records if name in (ref_name(record), bare(ref_name(record), project))]
        return exact or [
            record for record in records
            if name.casefold() in (ref_name(record).casefold(), bare(ref_name(record), project).casefold())
        ]  # fmt: skip

    def read_task(self, task_id: str) -> Sequence[Schedule]:
        """Read a schedule by its GUID; none when it is gone."""
        try:
            record = read_object(self._session.send(Call("GET", f"{schedule_body.PATH}/{task_id}", safe=True)))
        except NotFound:
            return []
        return [read_schedule(record, self._book.labels(schedule_type(record)) if record.get("rules") else {})]

    def read_created(self, task_id: str) -> Sequence[Schedule]:
        """Read a schedule that was just created."""
        return self.read_task(task_id)

    def read_schedule(self, schedule: Schedule) -> Schedule | None:
        """Read a schedule again; ``None`` when it is gone."""
        return next(iter(self.read_task(schedule.schedule_id)), None)

    def coverage(self, targets: Sequence[Target], schedule: Schedule) -> Coverage:
        """Tell which rules a play and a schedule have in common."""
        return covered(targets, schedule)

    def reach(self, scope: Sequence[Target], schedule: Schedule) -> Coverage:
        """Tell which rules of a schedule lie inside a scope. One that serves none is in no scope."""
        return covered(scope, schedule)

    def changes(self, request: ScheduleRequest, schedule: Schedule) -> Sequence[Change]:
        """Compare by meaning what the request gives, but for its rules and its switch."""
        try:
            return changes(request, schedule, self._now())
        except PatternError as error:
            raise InvalidOption(error.message) from error

    def uncertain(self, request: ScheduleRequest, schedule: Schedule) -> Sequence[str]:
        """Return nothing: the server shows all that can be given."""
        del request, schedule
        return []

    def create_step(self, request: ScheduleRequest, *, enabled: bool) -> Step:
        """Return the request that creates the schedule."""
        try:
            body = schedule_body.create_body(request, self._now(), enabled=enabled)
        except PatternError as error:
            raise InvalidOption(error.message) from error
        return schedule_body.create_step(body, schedule_body.query_of(request.options))

    def change_step(self, request: ScheduleRequest, schedule: Schedule) -> Step:
        """Return the request that changes what the play gave, and keeps everything else."""
        body = self._changed(request, schedule)
        return schedule_body.change_step(schedule, body, schedule_body.query_of(request.options))

    def _changed(self, request: ScheduleRequest, schedule: Schedule) -> dict[str, Any]:
        try:
            return schedule_body.change_body(request, schedule, self._now())
        except PatternError as error:
            raise InvalidOption(error.message) from error

    def copy_step(self, request: ScheduleRequest, schedule: Schedule) -> Step:
        """Return the request that creates, disabled, what the schedule would be after the change."""
        try:
            body = schedule_body.copy_body(request, schedule, self._now())
        except PatternError as error:
            raise InvalidOption(error.message) from error
        return schedule_body.create_step(body, schedule_body.query_of(request.options))

    def switch_step(self, schedule: Schedule, *, on: bool) -> Step:
        """Return the request that enables or disables."""
        return schedule_body.switch_step(schedule, on=on)

    def delete_step(self, schedule: Schedule) -> Step:
        """Return the request that deletes."""
        return schedule_body.delete_step(schedule)

    def run_call(self, request: BackupRequest, schedule: Schedule) -> StartCall:
        """Refuse: ``check_run`` did so before."""
        del request, schedule
        self.check_run()
        raise AssertionError

    def as_backup(self, request: BackupRequest, schedule: Schedule) -> BackupRequest:
        """Return the request as it is: no schedule is run."""
        del schedule
        return request

    def apply(self, step: Step) -> str | None:
        """Send one step, once; return the GUID of the schedule that it created, where the answer tells."""
        try:
            reply = self._session.send(step.wire)
        except Rejected as error:
            if error.http_status == _TAKEN and not error.next_step:
                error.next_step = (
                    "Names of schedules are unique over all types and projects, also over those that this user "
                    "does not see."
                )
            raise
        if step.wire.method != "POST":
            return None
        return next((ref_guid(record) for record in read_records(reply) if ref_guid(record)), None)

    def undeclarable(self, schedule: Schedule) -> str | None:
        """Any schedule can be declared."""
        del schedule
        return None

    def portrait(self, schedule: Schedule, request: ScheduleRequest | None = None) -> dict[str, Any]:
        """Return a schedule in the form that ``backup_schedule`` takes, in the time zone of the request."""
        pattern = request.pattern if request is not None else None
        return portrait(schedule, pattern.timezone if pattern is not None else None, self._now())

    def portable(self, schedule: Schedule) -> Portable:
        """Return a schedule in that form without what holds on its own server alone."""
        return portable(schedule)

    def wanted(self, request: ScheduleRequest) -> dict[str, Any]:
        """Return what the request says, in the same form."""
        return wanted(request)

    def predict(self, request: ScheduleRequest, schedule: Schedule) -> dict[str, Any]:
        """Return what the schedule would look like after the change."""
        return self.portrait(self.changed(request, schedule), request)

    def changed(self, request: ScheduleRequest, schedule: Schedule) -> Schedule:
        """Return the schedule after the change: what we would send, read as if from the server."""
        labels = {target.resolved["guid"]: target.label for target in (*schedule.targets, *(request.targets or ()))}
        body = self._changed(request, schedule)
        kind = schedule_checks.type_of(request)
        return read_schedule({**body, **({"type": {"name": kind}} if kind else {})}, labels)

    def timezone(self, request: ScheduleRequest, schedule: Schedule | None) -> str:
        """Tell the time zone of the play, by whose clocks the runs are shown; the server's own is UTC."""
        del schedule
        pattern = request.pattern
        return (pattern.timezone if pattern is not None else None) or UTC

    def next_runs(
        self, request: ScheduleRequest, schedule: Schedule | None, after: dt.datetime
    ) -> Sequence[NextRun] | None:
        """Return the next five runs after a time, ``None`` where nobody can tell them."""
        pattern = request.pattern
        zone = pattern.timezone if pattern is not None else None
        if schedule is not None:
            return next_runs(read_timing(schedule.raw), zone, after)
        words = schedule_checks.read_words(request)
        return next_runs(wanted_timing(words, None, after), zone, after) if pattern is not None else None

    def server_time(self) -> float | None:
        """Return the server's clock as last heard, Unix seconds."""
        return self._session.server_time

    def _now(self) -> dt.datetime:
        """Return the time by whose offset local times become UTC: the server's, as soon as it is known."""
        now = self.server_time()
        return dt.datetime.fromtimestamp(time.time() if now is None else now, tz=dt.timezone.utc)
