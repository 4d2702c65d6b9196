# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The few verbs by which flows speak to a backup system, whichever it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from ..api.errors import ServiceError
from ..api.messages import Call
from ..model.pattern import SchedulePattern
from ..model.request import BackupRequest
from ..model.schedule import Change, Coverage, Listed, Portable, Schedule, ScheduleRequest
from ..model.target import Target
from ..model.task import Task


@dataclass(frozen=True)
class StartCall:
    """One request that starts backups of ``targets``.

    ``body`` is the request body in the form that results show: a dict for JSON, text for XML.
    ``marker`` is the unique token in its description, ``None`` where the play wants none. ``runs_task`` is the ID of
    the task that the request runs again, ``None`` when it makes one of its own.
    """

    targets: tuple[Target, ...]
    wire: Call
    body: Mapping[str, Any] | str
    marker: str | None = None
    runs_task: str | None = None


@dataclass(frozen=True)
class Receipt:
    """What the server said it started: the ID of the request's task and those of its jobs.

    Where each job has a task of its own, the ``parent_id`` of the job says which. What is not ``complete`` may have
    started more than is known.
    """

    task_id: str | None
    job_ids: tuple[str, ...] = ()
    complete: bool = True


@dataclass(frozen=True)
class Sighting:
    """A started backup that was looked for and found, and what tells that it is ours."""

    receipt: Receipt
    evidence: str


@dataclass(frozen=True)
class Rival:
    """An active backup of a target that another start made. ``is_earlier`` tells whether it came before all of ours.

    Whoever looks, at whichever of two starts, must be told the same order.
    """

    task: Task
    is_earlier: bool


class Starter(Protocol):
    """What it takes to start something exactly once."""

    def start(self, call: StartCall) -> Receipt:
        """Send one start, once. A ``ServiceError`` tells its fate."""

    def find_started(self, call: StartCall, age: float, known: frozenset[str] | None) -> Sighting | None:
        """Look for what ``call``, sent ``age`` seconds ago, may have started.

        ``known`` are the IDs of tasks seen before the request; ``None`` when nothing was looked at.
        """


class BackupPlatform(Starter, Protocol):
    """What ``backup_task`` needs of a platform. Methods marked pure send nothing."""

    @property
    def marks_starts(self) -> bool:
        """Pure. Tell whether a start can carry a marker; if not, a list of what ran before takes its place."""

    def parse_targets(self, given: Sequence[Mapping[str, Any]]) -> tuple[Target, ...]:
        """Pure. Read ``targets``; raise ``InvalidOption`` for what cannot be meant."""

    def check_request(self, request: BackupRequest) -> Sequence[str]:
        """Pure. Return warnings; raise ``InvalidOption`` for contradictions."""

    def start_calls(
        self, request: BackupRequest, targets: Sequence[Target], new_marker: Callable[[], str | None]
    ) -> Sequence[StartCall]:
        """Pure. Return one call for each group of targets that can share a request, each with a marker of its own."""

    def server_time(self) -> float | None:
        """Pure. Return the server's clock as last heard, Unix seconds."""

    def resolve(self, request: BackupRequest) -> Mapping[int, Target | ServiceError]:
        """Look up what the payload needs, by position; an error stands for its own target alone."""

    def active_tasks(self, targets: Sequence[Target]) -> Mapping[int, Sequence[Task]]:
        """Read the backups that are queued, running or paused, by the target's position."""

    def recent_ids(self) -> frozenset[str]:
        """Read the IDs of all tasks that are active or ended not long ago, whatever they back up."""

    def history(self, targets: Sequence[Target], age: float) -> Mapping[int, Sequence[Task] | ServiceError]:
        """Read the backups that began within the last ``age`` seconds and ended, by the target's position."""

    def rivals(self, targets: Sequence[Target], own: Mapping[int, Sequence[Task]]) -> Mapping[int, Sequence[Rival]]:
        """Read the active backups of each target that are not among ``own`` nor of the same start as these."""

    def by_part(self, target: Target, tasks: Sequence[Task]) -> Mapping[str, Sequence[Task]]:
        """Group tasks by the parts that the target consists of, parts without any task included.

        A single object has one part, named by its label. A whole is only as protected as each of its parts.
        """

    def assign(self, receipt: Receipt, targets: Sequence[Target]) -> Mapping[int, Sequence[Task]]:
        """Tell which of the started tasks belongs to which target, by what the server says of each."""

    def refresh(self, tasks: Sequence[Task]) -> Sequence[Task]:
        """Read the tasks again. One that the server does not show (yet, or any more) is left out."""

    def expects_more(self, request: BackupRequest, tasks: Sequence[Task]) -> bool:
        """Pure. Tell whether a start with these tasks brings a further one that was not announced."""

    def successors(self, target: Target, tasks: Sequence[Task]) -> Sequence[Task]:
        """Read the tasks of the same start that are not among ``tasks`` yet."""

    def cancel(self, task: Task) -> None:
        """Ask the server to end the task."""


@dataclass(frozen=True)
class Step:
    """One request that changes a schedule. ``body`` is its body in the form that results show."""

    wire: Call
    body: Mapping[str, Any] | str


@dataclass(frozen=True)
class NextRun:
    """One run to come: when, with its offset from UTC, the zone that it is shown in, and what is special about it."""

    at: datetime
    timezone: str
    mark: str | None = None


@dataclass(frozen=True)
class Covered:
    """What the schedules of a platform cover, as users call it: one, several, and the option that names them."""

    one: str
    many: str
    option: str


class SchedulePlatform(Protocol):
    """What the schedule modules need of a platform. Methods marked pure send nothing."""

    @property
    def covers(self) -> Covered:
        """Pure. Tell what schedules cover. In the code of the flows these are always called targets."""

    @property
    def names_are_unique(self) -> bool:
        """Pure. Tell whether the name alone says which schedule is meant, whatever it covers."""

    @property
    def changes_at_once(self) -> bool:
        """Pure. Tell whether ``change_step`` sends the whole schedule, so that it also switches it on or off."""

    def parse_targets(self, given: Sequence[Mapping[str, Any]]) -> tuple[Target, ...]:
        """Pure. Read ``targets``; raise ``InvalidOption`` for what cannot be meant."""

    def parse_pattern(self, given: Mapping[str, Any]) -> SchedulePattern:
        """Pure. Read ``pattern``; raise ``InvalidOption`` for what cannot be meant."""

    def parse_scope(self, given: Mapping[str, Any]) -> tuple[Target, ...]:
        """Pure. Read the options of a scope. They may name less than a target does, such as all of a client."""

    def parse_sought(self, given: Sequence[Mapping[str, Any]]) -> tuple[Target, ...]:
        """Pure. Read the targets by which schedules are looked for."""

    def understand(self, request: ScheduleRequest) -> ScheduleRequest:
        """Pure. Return the request with what the platform's own options say of shared keys brought into these.

        To understand a request again changes nothing.
        """

    def check_schedule(self, request: ScheduleRequest) -> Sequence[str]:
        """Pure. Return warnings; raise ``InvalidOption`` for what cannot be honoured."""

    def verify(self, targets: Sequence[Target]) -> None:
        """Raise a ``ServiceError`` unless all targets exist and their names and IDs belong together."""

    def check_run(self) -> None:
        """Pure. Raise ``InvalidOption`` where the platform has no call that runs a schedule now."""

    def lacking(self, request: ScheduleRequest) -> Sequence[str]:
        """Pure. Return the options that a new schedule needs and the request does not give."""

    def resolve(self, request: ScheduleRequest) -> ScheduleRequest:
        """Look up what the request has to name otherwise than the play does. Raises for what is not on the server."""

    def resolve_scope(self, scope: Sequence[Target]) -> tuple[Target, ...]:
        """Look up the targets of a scope in the same way."""

    def resolve_sought(self, sought: Sequence[Target]) -> tuple[Target, ...]:
        """Look up what schedules cover that have to do with the targets that are looked for."""

    def listing(self, *, fresh: bool = False) -> Sequence[Listed]:
        """List all schedules. Shared by all requests of a run unless ``fresh``."""

    def find_schedules(self, request: ScheduleRequest, *, fresh: bool = False) -> Sequence[Schedule]:
        """Read the schedules of the request's ID, or else of its name in any case, with all their details.

        Listings are shared by all requests of a run unless ``fresh``.
        """

    def read_task(self, task_id: str) -> Sequence[Schedule]:
        """Read the schedules of a task with all their details; none when it is gone."""

    def read_created(self, task_id: str) -> Sequence[Schedule]:
        """Read what the server made of a creation that it answered with this ID."""

    def read_schedule(self, schedule: Schedule) -> Schedule | None:
        """Read a schedule again; ``None`` when it is gone."""

    def coverage(self, targets: Sequence[Target], schedule: Schedule) -> Coverage:
        """Pure. Tell how these targets and those of the schedule overlap."""

    def reach(self, scope: Sequence[Target], schedule: Schedule) -> Coverage:
        """Pure. Tell which targets of a schedule lie inside a scope (``named``) and which do not (``unnamed``).

        What cannot be told lies outside, and ``touches`` all the same.
        """

    def changes(self, request: ScheduleRequest, schedule: Schedule) -> Sequence[Change]:
        """Pure. Compare by meaning what the request gives, but for its targets and its switch."""

    def uncertain(self, request: ScheduleRequest, schedule: Schedule) -> Sequence[str]:
        """Pure. Return a sentence for each thing that the server's answer leaves open, and that was taken as equal."""

    def create_step(self, request: ScheduleRequest, *, enabled: bool) -> Step:
        """Return the request that creates the schedule. At most reads the server's own time zone."""

    def change_step(self, request: ScheduleRequest, schedule: Schedule) -> Step:
        """Return the request that changes what the play gave, and keeps everything else. Reads no more than that."""

    def copy_step(self, request: ScheduleRequest, schedule: Schedule) -> Step:
        """Return the request that creates, disabled, what the schedule would be after the change."""

    def switch_step(self, schedule: Schedule, *, on: bool) -> Step:
        """Pure. Return the request that enables or disables."""

    def delete_step(self, schedule: Schedule) -> Step:
        """Pure. Return the request that deletes."""

    def run_call(self, request: BackupRequest, schedule: Schedule) -> StartCall:
        """Pure. Return the request that runs the schedule now."""

    def as_backup(self, request: BackupRequest, schedule: Schedule) -> BackupRequest:
        """Pure. Return the request with what the schedule says of its backups, so far as it matters to a run."""

    def apply(self, step: Step) -> str | None:
        """Send one step, once; return the ID of what it created. A ``ServiceError`` tells its fate."""

    def undeclarable(self, schedule: Schedule) -> str | None:
        """Pure. Say in a sentence why no play can declare what this schedule is, ``None`` where one can."""

    def portrait(self, schedule: Schedule, request: ScheduleRequest | None = None) -> dict[str, Any]:
        """Pure. Return a schedule in the form that ``backup_schedule`` takes, with times as ``request`` speaks of them.

        That is in its time zone, where the server does not keep one.
        """

    def portable(self, schedule: Schedule) -> Portable:
        """Return a schedule in that form without what holds on its own server alone. At most reads the time zone."""

    def wanted(self, request: ScheduleRequest) -> dict[str, Any]:
        """Pure. Return what the request says, in the same form."""

    def predict(self, request: ScheduleRequest, schedule: Schedule) -> dict[str, Any]:
        """Pure. Return what the schedule would look like after the change, in the same form."""

    def changed(self, request: ScheduleRequest, schedule: Schedule) -> Schedule:
        """Pure. Return the schedule as it would be after the change, its switch included."""

    def timezone(self, request: ScheduleRequest, schedule: Schedule | None) -> str | None:
        """Tell the time zone in which the schedule runs, as ``next_runs`` shows it."""

    def next_runs(
        self, request: ScheduleRequest, schedule: Schedule | None, after: datetime
    ) -> Sequence[NextRun] | None:
        """Return the next five runs after a time, ``None`` where nobody can tell them.

        ``schedule`` is the one of the server, ``None`` for one that is yet to be made. At most reads the time zone.
        """

    def server_time(self) -> float | None:
        """Pure. Return the server's clock as last heard, Unix seconds."""
