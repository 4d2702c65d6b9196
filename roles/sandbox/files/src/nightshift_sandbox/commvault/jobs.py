# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Job services (specification section 6)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from nightshift_sandbox.commvault.errors import bad_format, no_capability
from nightshift_sandbox.commvault.job import Job
from nightshift_sandbox.commvault.users import User
from nightshift_sandbox.world import World

Json = dict[str, Any]
YEAR = 365 * 24 * 3600
NO_JOB = {"errorCode": 587333633, "errLogMessage": "The job does not exist."}
BACKUP_TYPES = {"backup", "synthetic full"}


def page(world: World, found: list[Job], offset: int, limit: int) -> Json:
    """A page of a job list; the total counts what all pages have."""
    now = world.clock.stamp()
    shown = found[offset : offset + limit] if limit > 0 else found[offset:]
    return {
        "totalRecordsWithoutPaging": len(found),
        "jobs": [{"jobSummary": job.summary(now)} for job in shown],
    }


def one(world: World, number: int) -> Json:
    """`GET Job/{id}`; a total of 0 is how the server says "not found"."""
    job = world.engine.find(number)
    return page(world, [job] if job else [], 0, 1)


def _recent(jobs: Iterable[Job], now: int, seconds: int, aged: bool) -> list[Job]:
    """Active jobs, and ended ones that ended within the look-up time."""
    return [job for job in jobs if (job.active or job.ended >= now - seconds) and (aged or not job.aged)]


def _category(jobs: list[Job], category: int) -> list[Job]:
    return [job for job in jobs if category == 0 or job.active == (category == 1)]


def listing(world: World, query: dict[str, str], headers: Any) -> Json:
    """`GET Job`: filters in the query, paging in the headers `limit` and `offset`."""
    now = world.clock.stamp()
    seconds = _number(query.get("completedjoblookuptime"), YEAR, "completedJobLookupTime")
    category = {"": 0, "all": 0, "active": 1, "finished": 2}.get(query.get("jobcategory", "").lower())
    if category is None:
        raise bad_format(f"jobCategory: {query.get('jobcategory')!r}")
    found = _category(
        _recent(world.engine.seen(), now, seconds, query.get("showagedjobs", "").lower() == "true"), category
    )
    if query.get("clientid"):
        wanted = _number(query["clientid"], 0, "clientId")
        found = [job for job in found if job.entity.get("clientId") == wanted]
    types = query.get("jobfilter")
    if types is None or types:
        kinds = BACKUP_TYPES if types is None else _kinds(types.split(","))
        found = [job for job in found if job.type.lower() in kinds]
    offset = _number(headers.get("offset"), 0, "offset")
    return page(world, found, offset, _number(headers.get("limit"), 100, "limit"))


def _kinds(names: list[str]) -> set[str]:
    kinds = {name.strip().lower() for name in names}
    return kinds | {"synthetic full"} if "backup" in kinds else kinds


def _number(value: Any, default: int, what: str) -> int:
    if value is None or value == "":
        return default
    try:
        return int(value)
    except (TypeError, ValueError) as error:
        raise bad_format(f"{what}: {value!r} is not a number") from error


def search(world: World, body: Json) -> Json:
    """`POST Jobs`: filters and paging in the body (section 6.2)."""
    wanted = body.get("jobFilter", {})
    paging = body.get("pagingConfig", {})
    lists = (wanted.get("clientList", []), wanted.get("jobTypeList", [])) if isinstance(wanted, dict) else (None,)
    if not isinstance(paging, dict) or not all(isinstance(item, list) for item in lists):
        raise bad_format("jobFilter or pagingConfig")
    seconds = _number(wanted.get("completedJobLookupTime"), YEAR, "completedJobLookupTime")
    aged = wanted.get("showAgedJobs") in (True, "true", "1")
    found = _recent(world.engine.seen(), world.clock.stamp(), seconds, aged)
    found = _category(found, _number(body.get("category"), 0, "category"))
    clients = {_number(item.get("clientId"), 0, "clientId") for item in wanted.get("clientList", [])}
    if clients:
        found = [job for job in found if job.entity.get("clientId") in clients]
    if wanted.get("jobTypeList"):
        kinds = _kinds([str(name) for name in wanted["jobTypeList"]])
        found = [job for job in found if job.type.lower() in kinds]
    for key, value in (wanted.get("entity") or {}).items():
        if key.endswith("Id") and key != "commCellId" and _number(value, 0, key):
            found = [job for job in found if job.entity.get(key) == int(value)]
    found.sort(key=_sort_key(str(paging.get("sortField", "jobId"))))
    if _number(paging.get("sortDirection"), 1, "sortDirection") == 1:
        found.reverse()
    return page(world, found, _number(paging.get("offset"), 0, "offset"), _number(paging.get("limit"), 100, "limit"))


def _sort_key(name: str) -> Callable[[Job], int]:
    if name in ("jobStartTime", "startTime"):
        return lambda job: job.started
    if name in ("jobEndTime", "endTime"):
        return lambda job: job.ended
    return lambda job: job.id


def details(world: World, body: Json) -> Json:
    """`POST JobDetails`."""
    job = world.engine.find(_number(body.get("jobId"), 0, "jobId"))
    if job is None:
        return {"error": {"errList": [NO_JOB]}}
    return {"job": {"jobDetail": job.details()}}


def task_details(world: World, number: int) -> Json:
    """`GET Job/{id}/TaskDetails`: the task that started the job, as it was asked for."""
    job = world.engine.find(number)
    task = world.store.get("task", job.task_id) if job else None
    if task is None:
        return {"error": {"errList": [{"errorCode": NO_JOB["errorCode"], "errorMessage": "The job does not exist."}]}}
    return {"taskInfo": task["taskInfo"]}


def advanced(world: World, number: int, info_type: str) -> Json:
    """`GET Job/{id}/AdvancedDetails?infoType=N`."""
    job = world.engine.find(number)
    if job is None:
        return {"error": {"errList": [NO_JOB]}}
    return {"infoType": _number(info_type, 0, "infoType"), "jobId": job.id, "retentionInfo": {"isAged": job.aged}}


def events(world: World, asked: str) -> Json:
    """`GET Events?jobId=N`."""
    job = world.engine.find(_number(asked, 0, "jobId"))
    if job is None:
        return {"commservEvents": []}
    found = [_event(job, job.started, 1, "19:1330", f"Job [{job.id}] started.")]
    if job.reason:
        found.append(_event(job, job.updated, 6, "19:1942", job.reason))
    if not job.active:
        found.append(_event(job, job.ended, 1, "19:1331", f"Job [{job.id}] ended: {job.status}."))
    return {"commservEvents": found}


def _event(job: Job, at: int, severity: int, code: str, text: str) -> Json:
    return {
        "jobId": job.id,
        "severity": severity,
        "eventCodeString": code,
        "description": text,
        "timeSource": at,
        "subsystem": "JobManager",
        "clientEntity": {"clientName": job.entity.get("clientName", "")},
    }


def act(world: World, number: int, action: str, query: dict[str, str], user: User) -> Json:
    """`POST Job/{id}/action/pause|resume|kill|Resubmit`."""
    job = world.engine.find(number)
    if job is None:
        return {"errors": [{"errList": [NO_JOB]}]}
    client = str(job.entity.get("clientName", ""))
    if not user.may_manage(client):
        raise no_capability(user.full_name, client)
    if action == "resubmit":
        outcome = world.engine.resubmit(job, query.get("startinsuspendedstate", "").lower() == "true")
        if isinstance(outcome, Job):
            return {"jobIds": [str(outcome.id)]}
        refused = outcome
    else:
        refused = {"pause": world.engine.pause, "resume": world.engine.resume, "kill": world.engine.kill}[action](job)
    code = 587333634 if refused else 0
    return {"errors": [{"errList": [{"errorCode": code, "errLogMessage": refused}]}]}
