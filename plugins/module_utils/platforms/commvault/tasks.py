# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Commvault's jobs as ``task_info`` and ``task_state`` see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ...api.errors import InvalidOption
from ...api.session import Session
from ...api.side_by_side import read_each
from ...model.clock import Clock, SystemClock
from ...model.query import Found, TaskQuery
from ...model.state_change import Standing, Wanted
from ...model.states import State
from ...model.target import Target
from ...model.task import Task
from ..base import Receipt, Sighting, StartCall
from ..task_base import Rerunner, TaskTraits
from . import job_calls
from .jobs import read_id
from .responses import read_created
from .search import Origins, is_of_another_run
from .targets import options_of, parse_selection
from .task_queries import ORDERS, find_jobs, narrow_jobs

_ACTIONS = {Wanted.PAUSED: "pause", Wanted.RUNNING: "resume", Wanted.CANCELLED: "kill"}
_PAUSING, _KILLING = "suspend pending", "kill pending"
_RESUMABLE_QUEUE = "pending"
"""The one waiting state in which a resume makes the server try again at once."""

_DAY = 24 * 3600
# Start times and the Date header are whole seconds, and a job may be dated by the moment its request came in.
_SLACK = 5.0

TRAITS = TaskTraits(
    platform="Commvault",
    task_word="job",
    filters=frozenset(
        {
            *("ids", "targets", "states", "types", "name_like", "schedule", "parent_task"),
            *("since", "until", "order_by", "direction", "limit", "detailed"),
        }
    ),
    moves=frozenset({Wanted.RUNNING, Wanted.PAUSED, Wanted.CANCELLED, Wanted.QUEUED}),
    order_by=tuple(ORDERS),
    advice="Say by targets which clients, backup sets or subclients are meant.",
    move_advice={Wanted.ABSENT: "Its jobs cannot be deleted; they age by the server's own settings."},
    row_keys=("job_ids",),
)


class CommvaultTasks:
    """The verbs of ``TaskPlatform`` in Commvault's REST API."""

    def __init__(self, session: Session, clock: Clock | None = None) -> None:
        self._session = session
        self._clock = clock or SystemClock()
        self._origins = Origins(session)
        self._rerun_of: dict[str, Task] = {}

    @property
    def traits(self) -> TaskTraits:
        """Return what can be done with jobs."""
        return TRAITS

    @property
    def rerunner(self) -> Rerunner:
        """Return what resubmits jobs: a job that runs again is a new one."""
        return self

    def parse_id(self, given: Any) -> str:
        """Read a job ID."""
        job_id = read_id(given)
        if job_id is None:
            raise InvalidOption(
                f"{given!r} is no ID of a Commvault job; job IDs are whole numbers.",
                next_step="Give job IDs, never task IDs, or rows of the tasks that another module returned.",
            )
        return job_id

    def parse_selection(self, given: Sequence[Mapping[str, Any]]) -> tuple[Target, ...]:
        """Read ``targets`` that only select."""
        return parse_selection(given)

    def target_of(self, task: Task) -> Mapping[str, Any]:
        """Return what a job backs up, in the options of a target."""
        return target_of(task.entity)

    def standing(self, task: Task, wanted: Wanted) -> tuple[Standing, str]:
        """Tell where a job stands towards ``wanted``, by its status text."""
        native = " ".join(task.native_state.lower().split())
        told = task.native_state or task.state.value
        if task.state is wanted.as_state and not (wanted is Wanted.RUNNING and native in (_PAUSING, _KILLING)):
            return Standing.THERE, f"it is {told} already"
        if task.state.is_end:
            return Standing.BARRED, f"it has ended: {told}"
        if native == _KILLING:
            # Whoever wants it to rest, or to end, gets that without doing anything.
            barred = wanted is Wanted.RUNNING
            return (Standing.BARRED if barred else Standing.UNDERWAY), "it is being killed already"
        if native == _PAUSING:
            return _PAUSING_TO.get(wanted, Standing.MOVABLE), "it is being suspended already"
        if wanted is Wanted.RUNNING and task.state is State.QUEUED and native != _RESUMABLE_QUEUE:
            return Standing.UNDERWAY, f"it is {told} and runs by itself"
        return Standing.MOVABLE, ""

    def server_time(self) -> float | None:
        """Return the CommServe's clock as last heard, Unix seconds."""
        return self._session.server_time

    def find(self, query: TaskQuery) -> Found:
        """List jobs."""
        return find_jobs(self._session, query, self._clock.now)

    def narrow(self, query: TaskQuery, tasks: Sequence[Task]) -> Sequence[Task]:
        """Return those of the jobs that the filters let pass."""
        return narrow_jobs(self._session, query, tasks, self._clock.now)

    def read(self, ids: Sequence[str]) -> Mapping[str, Task]:
        """Read jobs: singly when they are few, else by a listing and singly what it does not hold."""
        tasks = [Task(job_id, State.UNKNOWN) for job_id in ids]
        return {task.id: task for task in job_calls.read_jobs(self._session, tasks, self.server_time())}

    def move(self, task: Task, wanted: Wanted) -> None:
        """Pause, resume or kill a job."""
        self._session.send(job_calls.action_call(task.id, _ACTIONS[wanted]))

    def siblings(self, tasks: Sequence[Task]) -> Mapping[str, Sequence[Task]]:
        """Read the jobs of the same subclients, type and level since a day before the oldest, in one listing."""
        now = self.server_time() or self._clock.now()
        oldest = min((task.started_at for task in tasks if task.started_at is not None), default=now)
        clients = {task.entity.get("clientId") for task in tasks}
        known = (
            frozenset(client for client in clients if isinstance(client, int)) if None not in clients else frozenset()
        )
        listing = job_calls.Listing(lookup_seconds=max(0, int(now - oldest)) + _DAY, client_ids=known, admin=True)
        groups: dict[tuple[Any, ...], list[Task]] = {}
        for job in job_calls.iter_jobs(self._session, listing):
            groups.setdefault(_kind(job), []).append(job)
        return {task.id: groups.get(_kind(task), [task]) for task in tasks}

    def with_origin(self, tasks: Sequence[Task]) -> Sequence[Task]:
        """Read from their details who started the jobs."""
        untold = list(dict.fromkeys(task.id for task in tasks if task.interactive is None))
        origins = dict(zip(untold, read_each(self._origins.of, untold), strict=True))
        return [
            replace(task, interactive=origins[task.id]["interactive"]) if task.id in origins else task for task in tasks
        ]

    def rerun_call(self, task: Task) -> StartCall:
        """Return the resubmission of a job."""
        given = self.target_of(task)
        label = "/".join(str(given[level]) for level in ("client", "backupset", "subclient") if level in given)
        call = job_calls.action_call(task.id, "Resubmit")
        self._rerun_of[call.path] = task
        return StartCall((Target(0, given, label or f"job {task.id}"),), call, "")

    def start(self, call: StartCall) -> Receipt:
        """Resubmit, once."""
        return read_created(self._session.send(call.wire))

    def find_started(self, call: StartCall, age: float, known: frozenset[str] | None) -> Sighting | None:
        """Look for the one job that our user started by hand since, and that does what the resubmitted one did.

        Anything less certain is ``None``, because adopting a stranger's job is worse than asking.
        """
        original = self._rerun_of[call.wire.path]
        client = original.entity.get("clientId")
        clients = frozenset({client}) if isinstance(client, int) else frozenset()
        listing = job_calls.Listing(lookup_seconds=int(age) + 3600, client_ids=clients, admin=True)
        jobs = [
            job
            for job in job_calls.iter_jobs(self._session, listing)
            if _kind(job) == _kind(original) and int(job.id) > int(original.id) and job.id not in (known or ())
        ]
        begun_after = None if self.server_time() is None else (self.server_time() or 0.0) - age - _SLACK
        told = self._origins.of(original.id)["description"]
        ours = [job for job in jobs if _is_ours(self._origins, job, begun_after, told)]
        if len(ours) != 1:
            return None
        return Sighting(Receipt(None, (ours[0].id,)), "being the only job of ours of this kind that began since")


_PAUSING_TO = {Wanted.PAUSED: Standing.UNDERWAY, Wanted.RUNNING: Standing.LATER}


def target_of(entity: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entity in those options of a target that name it."""
    options = options_of(entity)
    levels = ("client", "app", "instance", "backupset", "subclient")
    return {key: options[key] for level in levels for key in (level, f"{level}_id") if key in options}


def _kind(job: Task) -> tuple[Any, ...]:
    """Return what jobs have in common that do the same on the same subclient."""
    entity = job.entity
    where = entity.get("subclientId") or tuple(
        str(entity.get(key) or "").lower() for key in ("clientName", "subclientName")
    )
    return str(job.raw.get("jobType") or "").lower(), job.level, where


def _is_ours(origins: Origins, job: Task, begun_after: float | None, description: str) -> bool:
    if begun_after is not None and job.started_at is not None and job.started_at < begun_after:
        return False
    origin, user = origins.of(job.id), origins.user()
    if is_of_another_run(origin["description"], description):
        return False
    started_by = origin["user"] or job.user or ""
    return bool(origin["interactive"]) and user is not None and started_by.lower() == user.lower()
