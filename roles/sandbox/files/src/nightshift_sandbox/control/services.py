# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`/_sandbox/…`: what tests and curious people do to the sandbox itself. No token is needed."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from nightshift_sandbox.commvault import enums
from nightshift_sandbox.commvault.errors import Refusal
from nightshift_sandbox.commvault.job import Job
from nightshift_sandbox.commvault.targets import resolve_all
from nightshift_sandbox.control import storware
from nightshift_sandbox.passing import pass_time
from nightshift_sandbox.web import Reply, Request, json_reply
from nightshift_sandbox.world import World

Json = dict[str, Any]
PREFIX = "/_sandbox"


def serve(world: World, request: Request) -> Reply:
    """Answer one control request."""
    name = request.path[len(PREFIX) :].strip("/").lower()
    handler = {
        ("GET", "requests"): _requests,
        ("DELETE", "requests"): _clear_requests,
        ("GET", "state"): _state,
        ("GET", "faults"): _faults,
        ("POST", "faults"): _add_faults,
        ("DELETE", "faults"): _clear_faults,
        ("GET", "clock"): _clock,
        ("POST", "clock"): _move_clock,
        ("POST", "jobs"): _jobs,
        ("POST", "expire"): _expire,
        ("GET", "storware"): storware.state,
        ("POST", "storware"): storware.change,
        ("POST", "storware/tasks"): storware.task,
        ("POST", "storware/backups"): storware.backup,
        ("POST", "storware/vms"): storware.vm,
    }.get((request.method, name))
    if handler is None:
        return json_reply({"error": f"no control service {request.method} {name}"}, 404)
    try:
        return json_reply(handler(world, request))
    except (ArithmeticError, AttributeError, LookupError, Refusal, TypeError, ValueError) as error:
        return json_reply({"error": f"{type(error).__name__}: {error}"}, 400)


def _body(request: Request) -> Any:
    return json.loads(request.body or b"{}")


def _requests(world: World, request: Request) -> Json:
    found = world.log.since(int(request.query.get("since") or 0))
    if request.query.get("writes_only", "").lower() in ("1", "true"):
        found = [entry for entry in found if entry["write"]]
    return {"requests": found, "next": world.log.next_index}


def _clear_requests(world: World, _request: Request) -> Json:
    world.log.clear()
    return {"next": world.log.next_index}


def _state(world: World, request: Request) -> Json:
    jobs = list(world.engine.jobs.values())
    schedules = list(world.firing.schedules())
    return {
        "time": _iso(world),
        "clients": len(world.estate.clients),
        "subclients": len(world.estate.subclients),
        "jobs": dict(Counter(job.status for job in jobs)),
        "jobs_total": len(jobs),
        "last_job_id": max((job.id for job in jobs), default=0),
        "schedules": len(schedules),
        "next_run": world.firing.next_due(),
        "tokens": world.users.live(),
        "faults": len(world.faults.rules),
        "requests": world.log.next_index,
        "storware": storware.state(world, request),
    }


def _iso(world: World) -> str:
    return datetime.fromtimestamp(world.clock.now(), UTC).isoformat()


def _faults(world: World, _request: Request) -> Json:
    return {"rules": world.faults.shown()}


def _add_faults(world: World, request: Request) -> Json:
    world.faults.load(_body(request))
    return {"rules": world.faults.shown()}


def _clear_faults(world: World, _request: Request) -> Json:
    world.faults.clear()
    world.engine.late = 0.0
    world.storware.engine.late, world.storware.answered = 0.0, 1.0
    return {"rules": []}


def _clock(world: World, _request: Request) -> Json:
    return {"time": _iso(world), "epoch": world.clock.now(), "offset": world.clock.offset}


def _move_clock(world: World, request: Request) -> Json:
    """`{"advance": seconds}` or `{"set": "2026-05-03T21:00:00Z"}` (a set clock may also go back)."""
    body = _body(request)
    if "set" in body:
        moment = datetime.fromisoformat(str(body["set"]).replace("Z", "+00:00"))
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        pass_time(world, moment.timestamp() - world.clock.now())
    else:
        pass_time(world, float(body["advance"]))
    return _clock(world, request)


def _expire(world: World, _request: Request) -> Json:
    return {"expired": world.users.expire_all() + world.storware.sessions.expire_all()}


#: Keys of `POST /_sandbox/jobs` that set a job's field of the same name.
_SETTABLE = (
    *("status", "work", "seconds", "reason", "destiny", "frozen", "aged", "started", "ended", "priority"),
    *("description", "user", "started_from", "type", "task_id"),
)


def _jobs(world: World, request: Request) -> Json:
    """Create a job (`entity` names its subclient) or change one (`id`); see `_SETTABLE` for what can be set.

    `level` is a name or number; `started_ago` and `ended_ago` are seconds before the sandbox's present.
    """
    body = _body(request)
    values = {key: body[key] for key in _SETTABLE if key in body}
    now = world.clock.stamp()
    for key in ("started", "ended"):
        if f"{key}_ago" in body:
            values[key] = now - int(body[f"{key}_ago"])
    if "level" in body:
        values["level"] = values["asked_level"] = enums.BACKUP_LEVEL.parse(body["level"])
    job = world.engine.jobs[int(body["id"])] if "id" in body else _new_job(world, body["entity"], now)
    for key, value in values.items():
        setattr(job, key, value)
    job.updated = job.ended if not job.active and job.ended else now
    if not job.active and not job.ended:
        job.ended = now
    world.engine.adopt(job)
    return {"job": job.summary(now)}


def _new_job(world: World, entity: Json, now: int) -> Job:
    subclient = resolve_all(world.estate, [entity], world.users.accounts["admin"])[0]
    return Job(
        id=world.engine.next_id(),
        task_id=0,
        subclient_id=subclient.id,
        entity=subclient.entity(),
        level=enums.INCREMENTAL,
        asked_level=enums.INCREMENTAL,
        status="Running",
        started=now,
        user="stranger",
        user_id=99,
        seconds=subclient.seconds,
        destiny=subclient.destiny,
        frozen=True,
    )
