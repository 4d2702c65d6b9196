# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Commvault as the flows see it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ...api.errors import ServiceError
from ...api.session import Session
from ...api.side_by_side import read_each, try_each
from ...model.clock import Clock, SystemClock
from ...model.levels import Level
from ...model.request import BackupRequest
from ...model.states import State
from ...model.target import Target
from ...model.task import Task
from ..base import Receipt, Rival, Sighting, StartCall
from . import entities, job_calls, search
from .checks import check_request
from .create_task import build_body, description_of, start_calls
from .owners import Owners
from .parts import Parts, by_client, grouped
from .responses import read_created
from .targets import covers_backup_set, entity_matches, parse_targets

# A job may be "not found" for a moment after its start.
_PAUSES_UNTIL_SHOWN = (0.0, 0.3, 0.7, 1.5, 3.0, 5.0)
_MOST_CLIENT_LOOKUPS = 20
"""Beyond so many clients, one listing of all jobs is cheaper than an ID look-up for each."""


class CommvaultPlatform:
    """The verbs of ``BackupPlatform`` in Commvault's REST API."""

    marks_starts = True

    def __init__(self, session: Session, clock: Clock | None = None) -> None:
        self._session = session
        self._clock = clock or SystemClock()
        self._parts = Parts(session)
        self._origins = search.Origins(session)
        self._asked: dict[str | None, tuple[Level | None, str]] = {}

    def parse_targets(self, given: Sequence[Mapping[str, Any]]) -> tuple[Target, ...]:
        """Read ``targets``; raise ``InvalidOption`` for what cannot be meant."""
        return parse_targets(given)

    def check_request(self, request: BackupRequest) -> Sequence[str]:
        """Return warnings; raise ``InvalidOption`` for contradictions."""
        return check_request(request)

    def start_calls(
        self, request: BackupRequest, targets: Sequence[Target], new_marker: Callable[[], str | None]
    ) -> Sequence[StartCall]:
        """Return one ``POST CreateTask`` for each group of targets that can share one."""
        calls = [
            replace(call, wire=replace(call.wire, timeout=request.start_seconds(len(call.targets))))
            for call in start_calls(request, targets, new_marker)
        ]
        self._asked.update((call.marker, (request.level, description_of(request))) for call in calls)
        return calls

    def server_time(self) -> float | None:
        """Return the CommServe's clock as last heard, Unix seconds."""
        return self._session.server_time

    def resolve(self, request: BackupRequest) -> Mapping[int, Target | ServiceError]:
        """Check that the targets exist, where the play asks for it; the payload itself takes names as given."""
        wanted = request.targets if request.verify_targets else ()
        found = try_each(lambda target: entities.verify(self._session, target), wanted)
        return {target.position: one for target, one in zip(wanted, found, strict=True) if one is not None}

    def active_tasks(self, targets: Sequence[Target]) -> Mapping[int, Sequence[Task]]:
        """Read the active backups in one listing, narrowed to the clients where all their IDs are given."""
        ids = [target.given.get("client_id") for target in targets]
        clients = {int(identifier) for identifier in ids if identifier is not None} if None not in ids else set()
        jobs = job_calls.list_jobs(self._session, job_calls.ACTIVE, 3600, clients)
        return self._by_target(targets, [job for job in jobs if not job.state.is_end])

    def rivals(self, targets: Sequence[Target], own: Mapping[int, Sequence[Task]]) -> Mapping[int, Sequence[Rival]]:
        """Read the active jobs of others. Job IDs count up, so they tell which of two came first."""
        ours = {task.id for tasks in own.values() for task in tasks}
        parents = {task.parent_id for tasks in own.values() for task in tasks} - {None}
        found: dict[int, Sequence[Rival]] = {}
        for position, jobs in self.active_tasks(targets).items():
            first = min((int(task.id) for task in own.get(position, ())), default=0)
            found[position] = [
                Rival(job, int(job.id) < first)
                for job in jobs
                if job.id not in ours and not self._is_second_half(job, parents)
            ]
        return found

    def _is_second_half(self, job: Task, parents: Collection[str | None]) -> bool:
        """Tell whether a job is the later one of a start of ours; only a synthetic full has two."""
        return job.level is Level.SYNTHETIC_FULL and job_calls.job_origin(self._session, job.id)["task_id"] in parents

    def recent_ids(self) -> frozenset[str]:
        """Read the IDs of all active jobs and of those that ended within the hour."""
        return frozenset(job.id for job in job_calls.list_jobs(self._session, job_calls.ALL, 3600))

    def history(self, targets: Sequence[Target], age: float) -> Mapping[int, Sequence[Task] | ServiceError]:
        """Read the finished backups of the last ``age`` seconds, aged ones left out."""
        found: dict[int, Sequence[Task] | ServiceError] = {}
        names = {str(target.given.get("client", target.given.get("client_id"))) for target in targets}
        clients: set[int] = set()
        if len(names) <= _MOST_CLIENT_LOOKUPS:
            clients = self._client_ids(targets, found)
        readable = [target for target in targets if target.position not in found]
        if readable:
            jobs = job_calls.list_jobs(self._session, job_calls.FINISHED, int(age) + 3600, clients)
            found.update(self._by_target(readable, [job for job in jobs if job.state.is_end]))
        return found

    def _client_ids(self, targets: Sequence[Target], failed: dict[int, Sequence[Task] | ServiceError]) -> set[int]:
        known: set[int] = set()
        lanes = by_client(targets)
        for lane, found in zip(lanes, try_each(self._parts.client_id, [lane[0] for lane in lanes]), strict=True):
            if isinstance(found, ServiceError):
                failed.update((target.position, found) for target in lane)
            else:
                known.add(found)
        return known

    def _by_target(self, targets: Sequence[Target], jobs: Sequence[Task]) -> dict[int, Sequence[Task]]:
        found: dict[int, list[Task]] = {target.position: [] for target in targets}
        backups = [job for job in jobs if job.level is not None]
        for job, positions in zip(backups, self._owners(Owners(targets), backups), strict=True):
            for position in positions:
                found[position].append(job)
        return dict(found)

    def _owners(self, owners: Owners, jobs: Sequence[Task]) -> list[list[int]]:
        """Return for each job the positions of the targets that it backs up.

        A summary need not carry every name. Only where that leaves it open are the job's details read.
        """
        verdicts = [owners.verdicts(job.entity) for job in jobs]
        open_ones = [place for place, found in enumerate(verdicts) if found and True not in found.values()]
        details = read_each(lambda place: job_calls.full_entity(self._session, jobs[place]), open_ones)
        for place, entity in zip(open_ones, details, strict=True):
            verdicts[place] = owners.verdicts(entity)
        return [[position for position, matches in found.items() if matches] for found in verdicts]

    def by_part(self, target: Target, tasks: Sequence[Task]) -> Mapping[str, Sequence[Task]]:
        """Group jobs by subclient; a target that names its subclient is its own only part."""
        if not covers_backup_set(target):
            return {target.label: list(tasks)}
        return grouped(self._parts.of(target), tasks)

    def start(self, call: StartCall) -> Receipt:
        """Post the start, once."""
        return read_created(self._session.send(call.wire))

    def find_started(self, call: StartCall, age: float, known: frozenset[str] | None) -> Sighting | None:
        """Look for the jobs that ``call`` may have started."""
        level, description = self._asked.get(call.marker, (None, ""))
        return search.find_started(self._origins, call, level, description, age, known)

    def assign(self, receipt: Receipt, targets: Sequence[Target]) -> Mapping[int, Sequence[Task]]:
        """Read each started job and give it to the target whose entity it backs up."""
        now = self.server_time()
        missing = {job_id: Task(job_id, State.QUEUED, started_at=now) for job_id in receipt.job_ids}
        assigned: dict[int, list[Task]] = {}
        owners = Owners(targets)
        for pause in _PAUSES_UNTIL_SHOWN:
            self._clock.sleep(pause)
            shown = job_calls.read_jobs(self._session, list(missing.values()), now)
            for job, positions in zip(shown, self._owners(owners, shown), strict=True):
                missing.pop(job.id, None)
                for position in positions[:1]:
                    assigned.setdefault(position, []).append(replace(job, parent_id=receipt.task_id))
            if not missing:
                break
        return assigned

    def refresh(self, tasks: Sequence[Task]) -> Sequence[Task]:
        """Read the jobs again."""
        return job_calls.read_jobs(self._session, tasks, self.server_time())

    def expects_more(self, request: BackupRequest, tasks: Sequence[Task]) -> bool:
        """A synthetic full with an incremental is two jobs a subclient, of which the later one is not announced."""
        if request.level is not Level.SYNTHETIC_FULL:
            return False
        options = build_body(request, request.targets, None)["taskInfo"]["subTasks"][0]["options"]["backupOpts"]
        if options.get("runIncrementalBackup") is not True:
            return False
        parts: dict[str, list[Level | None]] = {}
        for task in tasks:
            part = str(task.entity.get("subclientId") or task.entity.get("subclient") or "").lower()
            parts.setdefault(part, []).append(task.level)
        return any(Level.SYNTHETIC_FULL not in levels or len(levels) < 2 for levels in parts.values())

    def successors(self, target: Target, tasks: Sequence[Task]) -> Sequence[Task]:
        """Read the later jobs of the same task on the same entity."""
        known = {task.id for task in tasks}
        # Jobs of which nobody knows the task would all be taken for sisters.
        parents = {task.parent_id for task in tasks if task.parent_id is not None}
        if not parents:
            return []
        clients = {task.entity.get("clientId") for task in tasks}
        narrowed = [client for client in clients if isinstance(client, int)] if None not in clients else []
        oldest = min(int(task.id) for task in tasks)
        found: list[Task] = []
        for job in job_calls.list_jobs(self._session, job_calls.ALL, 24 * 3600, narrowed):
            if job.level is None or job.id in known or int(job.id) < oldest or not entity_matches(target, job.entity):
                continue
            origin = self._origins.of(job.id)
            if origin["task_id"] in parents:
                found.append(replace(job, parent_id=origin["task_id"]))
        return found

    def cancel(self, task: Task) -> None:
        """Kill the job."""
        job_calls.kill_job(self._session, task.id)
