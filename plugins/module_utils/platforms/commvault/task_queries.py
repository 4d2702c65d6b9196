# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""List jobs by the filters of ``task_info``: what the server can filter it does, the rest is done here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from ...api.errors import NotFound, ServiceError
from ...api.session import Session
from ...api.side_by_side import read_each
from ...model.query import DEFAULT_SINCE, Found, Moment, TaskQuery
from ...model.states import State
from ...model.task import Task
from . import entities, job_calls
from .owners import Owners
from .protecting_schedules import read_schedules

_MOST_CLIENT_LOOKUPS = 20
"""Beyond so many clients, one listing of all jobs is cheaper than an ID look-up for each."""

_BATCH = 1000
"""So many jobs are looked at together, at most."""

_SLACK = 3600
"""Clocks differ, and a job ends later than it began."""

ORDERS: Mapping[str, Callable[[Task], Any]] = {
    "id": lambda task: int(task.id),
    "started_at": lambda task: task.started_at or 0.0,
    "finished_at": lambda task: task.finished_at or float("inf"),
    "bytes": lambda task: task.size or 0,
    "client": lambda task: str(task.entity.get("clientName") or "").lower(),
}

_NAME_KEYS = ("clientName", "appName", "instanceName", "backupsetName", "subclientName")


def find_jobs(session: Session, query: TaskQuery, clock_now: Callable[[], float]) -> Found:
    """Return the jobs that ``query`` asks for.

    ``clock_now`` is this machine's clock, for as long as the server's has not been heard.
    """
    jobs = _listed(session, query, clock_now)
    sieve = _Sieve(session, query, clock_now)
    # The server lists them by ID, so in this order nothing beyond the limit has to be read.
    most = None if query.limit is None or query.order_by != "id" else query.limit + 1
    tasks = sieve.kept(jobs, most)
    if query.order_by != "id":
        tasks.sort(key=ORDERS[query.order_by], reverse=query.descending)
    limit = len(tasks) if query.limit is None else query.limit
    truncated = len(tasks) > limit
    total = None if truncated and most is not None else len(tasks)
    return Found(_shown(session, query, tasks[:limit]), total, truncated)


def _listed(session: Session, query: TaskQuery, clock_now: Callable[[], float]) -> Iterator[Task]:
    listing = job_calls.Listing(
        category=_category(query.states),
        lookup_seconds=_lookup(query, session.server_time, clock_now),
        client_ids=_client_ids(session, query),
        types=query.types,
        admin=True,
        descending=query.order_by != "id" or query.descending,
    )
    return job_calls.iter_jobs(session, listing)


def narrow_jobs(
    session: Session, query: TaskQuery, tasks: Sequence[Task], clock_now: Callable[[], float]
) -> list[Task]:
    """Return those of ``tasks`` that ``query`` lets pass; when they began matters only where it says so."""
    types = {name.lower() for name in query.types}
    chosen = [task for task in tasks if not types or str(task.raw.get("jobType") or "").lower() in types]
    anytime = replace(query, since=query.since or Moment(fixed=0.0))
    return _shown(session, query, _Sieve(session, anytime, clock_now).kept(iter(chosen)))


class _Sieve:
    """Lets through the jobs that are asked for, and reads the details of those whose summaries leave it open."""

    def __init__(self, session: Session, query: TaskQuery, clock_now: Callable[[], float]) -> None:
        self._session = session
        self._query = query
        self._clock_now = clock_now
        self._owners = Owners(query.targets) if query.targets else None
        self._origins = _wanted_origins(session, query)

    def kept(self, jobs: Iterator[Task], most: int | None = None) -> list[Task]:
        """Return those of ``jobs`` that fit, the first ``most`` of them, and look at none beyond.

        Details are read side by side, of no more jobs at a time than are still wanted: each of these would have been
        read one after the other as well.
        """
        possible = (job for job in jobs if self._may_fit(job))
        kept: list[Task] = []
        while most is None or len(kept) < most:
            batch = list(islice(possible, _BATCH if most is None else min(_BATCH, most - len(kept))))
            if not batch:
                break
            open_ones = [job for job in batch if self._is_open(job)]
            verdicts = dict(zip((job.id for job in open_ones), read_each(self._fits, open_ones), strict=True))
            kept += [job for job in batch if verdicts.get(job.id, True)]
        return kept

    def _may_fit(self, job: Task) -> bool:
        now = self._session.server_time or self._clock_now()
        return _passes(self._query, job, now) and (self._owners is None or bool(self._owners.verdicts(job.entity)))

    def _is_open(self, job: Task) -> bool:
        return self._origins is not None or not self._is_sure_of_targets(job)

    def _is_sure_of_targets(self, job: Task) -> bool:
        return self._owners is None or True in self._owners.verdicts(job.entity).values()

    def _fits(self, job: Task) -> bool:
        if not self._is_sure_of_targets(job) and not self._is_of_targets(job):
            return False
        return self._origins is None or job_calls.job_origin(self._session, job.id)["task_id"] in self._origins

    def _is_of_targets(self, job: Task) -> bool:
        try:
            entity = job_calls.full_entity(self._session, job)
        except ServiceError as error:
            if error.http_status == 401:
                raise
            return False
        return self._owners is None or True in self._owners.verdicts(entity).values()


def _shown(session: Session, query: TaskQuery, tasks: Sequence[Task]) -> list[Task]:
    """Return jobs as they are to be shown: with their details beside their summaries where that is asked for."""
    if not query.detailed:
        return list(tasks)

    def detailed(task: Task) -> Task:
        return replace(task, raw={**task.raw, "jobDetail": job_calls.read_detail(session, task.id)})

    return read_each(detailed, tasks)


def _category(states: frozenset[State]) -> int:
    if not states:
        return job_calls.ALL
    if all(state.is_end for state in states):
        return job_calls.FINISHED
    return job_calls.ALL if any(state.is_end for state in states) else job_calls.ACTIVE


def _lookup(query: TaskQuery, server_time: float | None, clock_now: Callable[[], float]) -> int:
    """Return how far back finished jobs are listed; as the server goes by their end, no later begin is missed."""
    now = server_time if server_time is not None else clock_now()
    since: Moment = query.since or DEFAULT_SINCE
    return max(0, int(now - since.on(now))) + _SLACK


def _client_ids(session: Session, query: TaskQuery) -> frozenset[int]:
    """Return the IDs of the clients that targets name; none where that would cost more than it saves."""
    names = {str(target.given.get("client_id") or target.given.get("client") or "").lower() for target in query.targets}
    if not names or "" in names or len(names) > _MOST_CLIENT_LOOKUPS:
        return frozenset()
    known: dict[str, int] = {}
    for target in query.targets:
        name = str(target.given.get("client_id") or target.given.get("client")).lower()
        if name not in known:
            known[name] = entities.client_id(session, target)
    return frozenset(known.values())


def _passes(query: TaskQuery, task: Task, now: float) -> bool:
    if query.states and task.state not in query.states:
        return False
    if query.name_like is not None:
        names = [str(task.entity.get(key) or "").lower() for key in _NAME_KEYS]
        if not any(query.name_like.lower() in name for name in names):
            return False
    return query.spans(task, now)


def _wanted_origins(session: Session, query: TaskQuery) -> frozenset[str] | None:
    """Return the IDs of the tasks whose jobs are wanted; ``None`` for any."""
    wanted: set[str] = set()
    parent = query.filters.get("parent_task")
    if parent is not None:
        wanted.add(str(parent))
    if query.schedule is not None:
        name = query.schedule.casefold()
        found = {
            schedule.task_id
            for schedule in read_schedules(session)
            if schedule.task_id and name in (schedule.name.casefold(), schedule.task_id, schedule.schedule_id)
        }
        if not found:
            raise NotFound(
                f"There is no schedule {query.schedule} on the server.",
                next_step="Check its name, or give its ID.",
                method="GET",
                path="Schedules",
            )
        wanted = wanted & found if parent is not None else found
    return frozenset(wanted) if parent is not None or query.schedule is not None else None
