# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Look for a start whose answer was lost."""

from __future__ import annotations

from collections.abc import Iterable

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


def find_started(
    session: Session, call: StartCall, level: Level | None, age: float, known: frozenset[str] | None
) -> Sighting | None:
    """Look among the jobs of the last ``age`` seconds for those that ``call`` started.

    With a marker, the jobs whose description holds it. Without one, only jobs that began after the request, were
    not in ``known``, were started by our user by hand with the same level on the same entities, and belong to
    exactly one task. Anything less certain is ``None``, because adopting a stranger's backup is worse.
    """
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
    if call.marker is not None:
        return _by_marker(session, call.marker, candidates)
    return _by_resemblance(session, call.targets, level, candidates) if known is not None else None


def _by_marker(session: Session, marker: str, candidates: Iterable[Task]) -> Sighting | None:
    jobs: list[str] = []
    task_id: str | None = None
    for candidate in candidates:
        origin = job_origin(session, candidate.id)
        if marker in origin["description"]:
            jobs.append(candidate.id)
            task_id = task_id or origin["task_id"]
    return Sighting(Receipt(task_id, tuple(jobs)), "the marker in its description") if jobs else None


def _by_resemblance(
    session: Session, targets: tuple[Target, ...], level: Level | None, candidates: Iterable[Task]
) -> Sighting | None:
    user = own_user(session)
    if user is None:
        return None
    by_task: dict[str, list[Task]] = {}
    for candidate in candidates:
        if not any(entity_matches(target, candidate.entity) for target in targets):
            continue
        origin = job_origin(session, candidate.id)
        starter = origin["user"] or candidate.user
        if (starter and starter.lower() != user.lower()) or origin["interactive"] is False:
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
