# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Look for a start whose answer was lost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ...api.errors import ServiceError
from ...api.messages import Call
from ...api.session import Session
from ...model.levels import Level
from ...model.target import Target
from ...model.task import Task
from ..base import Receipt, Sighting, StartCall
from .job_calls import ALL, job_origin, list_jobs
from .responses import read_json
from .targets import entity_matches

# Start times and the Date header are whole seconds, and a job may be dated by the moment its request came in.
_SLACK = 5.0


_ANY_MARKER = "[nightshift:"


class Origins:
    """Who started which job, and who we are. Neither changes, and a search asks for it again and again."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._known: dict[str, dict[str, Any]] = {}
        self._user: str | None = None

    def of(self, job_id: str) -> dict[str, Any]:
        """Return description, task ID, user and whether a person started the job."""
        known = self._known.get(job_id)
        if known is not None:
            return known
        origin = job_origin(self.session, job_id)
        if origin["task_id"] is not None:
            # Without its task, the server may not have told all.
            self._known[job_id] = origin
        return origin

    def user(self) -> str | None:
        """Return the name of the user that the token belongs to, ``None`` where the server does not tell."""
        self._user = self._user or own_user(self.session)
        return self._user


def find_started(
    origins: Origins,
    call: StartCall,
    level: Level | None,
    description: str,
    age: float,
    known: frozenset[str] | None,
) -> Sighting | None:
    """Look among the jobs of the last ``age`` seconds for those that ``call`` started.

    With a marker, the jobs whose description holds it. Without one, only jobs that began after the request, were
    not in ``known``, were started by our user by hand with the same level and ``description`` on the same entities,
    and belong to exactly one task; of a schedule's run, those of the schedule's task. Anything less certain is
    ``None``, because adopting a stranger's backup is worse.
    """
    session = origins.session
    recent = list_jobs(session, ALL, int(age) + 3600)
    now = session.server_time
    begun_after = None if now is None else now - age - _SLACK
    candidates = [
        task
        for task in recent
        if task.level is not None
        and (known is None or task.id not in known)
        and (begun_after is None or task.started_at is None or task.started_at >= begun_after)
        and any(entity_matches(target, task.entity) is not False for target in call.targets)
    ]
    if call.runs_task is not None:
        return _by_task(origins, call, candidates) if known is not None else None
    if call.marker is not None:
        return _by_marker(origins, call, call.marker, candidates)
    return _by_resemblance(origins, call.targets, level, description, candidates) if known is not None else None


def is_of_another_run(origin_description: str, description: str) -> bool:
    """Tell whether a job says of itself that it is not the one which was started with ``description``.

    A marker that was not sent is another run's.
    """
    return _ANY_MARKER in origin_description and origin_description.split() != description.split()


def _by_marker(origins: Origins, call: StartCall, marker: str, candidates: Iterable[Task]) -> Sighting | None:
    jobs: list[Task] = []
    task_id: str | None = None
    for candidate in candidates:
        origin = origins.of(candidate.id)
        if marker in origin["description"]:
            jobs.append(candidate)
            task_id = task_id or origin["task_id"]
    if not jobs:
        return None
    receipt = Receipt(task_id, tuple(job.id for job in jobs), complete=_covers(call.targets, jobs))
    return Sighting(receipt, "the marker in its description")


def _covers(targets: Sequence[Target], jobs: Sequence[Task]) -> bool:
    """Tell whether each of the targets has a job, so far as the jobs' summaries say."""
    return all(any(entity_matches(target, job.entity) is not False for job in jobs) for target in targets)


def _by_task(origins: Origins, call: StartCall, candidates: Iterable[Task]) -> Sighting | None:
    """Look for jobs of the task that was to run, begun by hand and by our user; the schedule's own starts are not ours.

    Two jobs of one entity are two starts, of which nobody could say which is ours.
    """
    user = origins.user()
    jobs: list[Task] = []
    for candidate in candidates:
        origin = origins.of(candidate.id)
        starter = origin["user"] or candidate.user
        ours = user is None or starter is None or starter.lower() == user.lower()
        if origin["task_id"] == call.runs_task and origin["interactive"] is not False and ours:
            jobs.append(candidate)
    entities = {str(sorted((key, str(value)) for key, value in job.entity.items())) for job in jobs}
    if not jobs or len(entities) < len(jobs):
        return None
    receipt = Receipt(call.runs_task, tuple(job.id for job in jobs))
    return Sighting(receipt, "being the schedule's only jobs that began by hand since")


def _by_resemblance(
    origins: Origins, targets: tuple[Target, ...], level: Level | None, description: str, candidates: Iterable[Task]
) -> Sighting | None:
    user = origins.user()
    if user is None:
        return None
    by_task: dict[str, list[Task]] = {}
    for candidate in candidates:
        if not any(entity_matches(target, candidate.entity) for target in targets):
            continue
        origin = origins.of(candidate.id)
        starter = origin["user"] or candidate.user
        if (starter and starter.lower() != user.lower()) or origin["interactive"] is False:
            continue
        if origin["description"].split() != description.split():
            continue
        if not starter or origin["interactive"] is None or not origin["task_id"]:
            # It may be ours or not, so neither it nor any other can be told to be the one.
            return None
        by_task.setdefault(origin["task_id"], []).append(candidate)
    if len(by_task) != 1:
        return None
    task_id, jobs = by_task.popitem()
    # A level that the server converted leaves it uncertain whether this is what was asked for.
    alike = [job for job in jobs if job.level is level]
    complete = all(any(entity_matches(target, job.entity) for job in alike) for target in targets)
    receipt = Receipt(task_id, tuple(job.id for job in jobs))
    return Sighting(receipt, "being the only backup of ours that began since") if complete else None


def own_user(session: Session) -> str | None:
    """Return the name of the user that the token belongs to, ``None`` where the server does not tell."""
    call = Call("POST", "WhoAmI", body=b"", content_type="application/xml", safe=True)
    try:
        document = read_json(session.send(call))
    except ServiceError:
        return None
    user = document.get("user")
    name = user.get("userName") if isinstance(user, dict) else None
    return str(name) if name else None
