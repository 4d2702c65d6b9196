# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""List jobs by the filters of ``task_info``: what the server can filter it does, the rest is done here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ...api.errors import NotFound, ServiceError
from ...api.session import Session
from ...model.query import DEFAULT_SINCE, Found, Moment, TaskQuery
from ...model.states import State
from ...model.task import Task
from . import entities, job_calls
from .owners import Owners
from .protecting_schedules import read_schedules

_MOST_CLIENT_LOOKUPS = 20
"""Beyond so many clients, one listing of all jobs is cheaper than an ID look-up for each."""

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
    matching = _matching(session, query, clock_now)
    if query.order_by == "id":
        # The server lists them in this order, so nothing beyond the limit has to be read.
        return _first(matching, query.limit)
    tasks = sorted(matching, key=ORDERS[query.order_by], reverse=query.descending)
    limit = len(tasks) if query.limit is None else query.limit
    return Found(tasks[:limit], len(tasks), len(tasks) > limit)


def _first(matching: Iterator[Task], limit: int | None) -> Found:
    tasks: list[Task] = []
    for task in matching:
        if limit is not None and len(tasks) == limit:
            return Found(tasks, None, truncated=True)
        tasks.append(task)
    return Found(tasks, len(tasks))


def _matching(session: Session, query: TaskQuery, clock_now: Callable[[], float]) -> Iterator[Task]:
    listing = job_calls.Listing(
        category=_category(query.states),
        lookup_seconds=_lookup(query, session.server_time, clock_now),
        client_ids=_client_ids(session, query),
        types=query.types,
        admin=True,
        descending=query.order_by != "id" or query.descending,
    )
    origins = _wanted_origins(session, query)
    yield from _filtered(session, query, job_calls.iter_jobs(session, listing), origins, clock_now)


def narrow_jobs(
    session: Session, query: TaskQuery, tasks: Sequence[Task], clock_now: Callable[[], float]
) -> list[Task]:
    """Return those of ``tasks`` that ``query`` lets pass; when they began matters only where it says so."""
    types = {name.lower() for name in query.types}
    chosen = [task for task in tasks if not types or str(task.raw.get("jobType") or "").lower() in types]
    anytime = replace(query, since=query.since or Moment(fixed=0.0))
    return list(_filtered(session, anytime, chosen, _wanted_origins(session, query), clock_now))


def _filtered(
    session: Session,
    query: TaskQuery,
    tasks: Iterable[Task],
    origins: frozenset[str] | None,
    clock_now: Callable[[], float],
) -> Iterator[Task]:
    owners = Owners(query.targets) if query.targets else None
    for task in tasks:
        now = session.server_time or clock_now()
        if not _passes(query, task, now) or not (owners is None or _is_of_targets(session, owners, task)):
            continue
        if origins is not None and job_calls.job_origin(session, task.id)["task_id"] not in origins:
            continue
        yield _with_details(session, task) if query.detailed else task


def _with_details(session: Session, task: Task) -> Task:
    """Return a job with its details beside its summary."""
    return replace(task, raw={**task.raw, "jobDetail": job_calls.read_detail(session, task.id)})


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


def _is_of_targets(session: Session, owners: Owners, task: Task) -> bool:
    verdicts = owners.verdicts(task.entity)
    if verdicts and True not in verdicts.values():
        try:
            entity = job_calls.full_entity(session, task)
        except ServiceError as error:
            if error.http_status == 401:
                raise
            return False
        verdicts = owners.verdicts(entity)
    return True in verdicts.values()


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
