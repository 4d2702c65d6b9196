# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ask a CommServe about jobs, in as few requests as its API allows."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...api.errors import NotFound, Rejected
from ...api.messages import Call, Reply
from ...api.replies import unreadable
from ...api.session import Session
from ...api.side_by_side import read_each
from ...model.task import Task
from .jobs import read_details, read_entity, read_id, read_summary, read_task_description
from .responses import read_json

ALL, ACTIVE, FINISHED = 0, 1, 2
"""Job categories of ``POST Jobs``."""

_PAGE = 1000
_MOST_PAGES = 1000
_FEW = 4
"""Up to so many jobs, one request each is cheaper for the server than a listing."""


@dataclass(frozen=True)
class Listing:
    """What ``POST Jobs`` is asked for.

    ``lookup_seconds`` says how far back finished jobs are listed; ``client_ids`` narrows to clients and ``types`` to
    types of jobs, none means all. ``admin`` includes jobs of the server's own.
    """

    category: int = 0
    lookup_seconds: int = 24 * 3600
    client_ids: frozenset[int] = frozenset()
    types: tuple[str, ...] = ()
    aged: bool = False
    admin: bool = False
    descending: bool = True

    def page(self, offset: int) -> Call:
        """Return the request for the page that begins at ``offset``."""
        wanted: dict[str, Any] = {
            "completedJobLookupTime": self.lookup_seconds,
            "showAgedJobs": self.aged,
            "hideAdminJobs": not self.admin,
        }
        if self.client_ids:
            wanted["clientList"] = [{"clientId": client_id} for client_id in sorted(self.client_ids)]
        if self.types:
            wanted["jobTypeList"] = list(self.types)
        direction = 1 if self.descending else 0
        paging = {"sortDirection": direction, "offset": offset, "sortField": "jobId", "limit": _PAGE}
        document = {"scope": 1, "category": self.category, "pagingConfig": paging, "jobFilter": wanted}
        return Call.with_json("POST", "Jobs", document, safe=True)


def iter_jobs(session: Session, listing: Listing) -> Iterator[Task]:
    """Yield the jobs of a listing, each once, reading the next page only when it is wanted."""
    seen: set[str] = set()
    offset = 0
    for _page in range(_MOST_PAGES):
        reply = session.send(listing.page(offset))
        tasks, total = _read_page(reply)
        # While pages are read, new jobs push others on to the next page.
        fresh = [task for task in tasks if task.id not in seen]
        if tasks and not fresh:
            raise unreadable(reply, "it shows again what an earlier page has shown")
        for task in fresh:
            if task.id not in seen:
                seen.add(task.id)
                yield task
        offset += len(tasks)
        if not tasks or offset >= total:
            return


def _read_page(reply: Reply) -> tuple[list[Task], int]:
    """Return the jobs of a page and how many there are in all.

    Whatever cannot be read might be the very job that is looked for, so that nothing may be passed over.
    """
    document = read_json(reply)
    entries, total = document.get("jobs"), document.get("totalRecordsWithoutPaging")
    if entries is None and total is None:
        raise unreadable(reply, "it neither lists jobs nor says that there are none")
    if not isinstance(entries, (list, type(None))):
        raise unreadable(reply, "its jobs are no list")
    tasks = []
    for entry in entries or ():
        summary = entry.get("jobSummary") if isinstance(entry, Mapping) else None
        task = read_summary(summary) if isinstance(summary, Mapping) else None
        if task is None:
            raise unreadable(reply, "it lists a job without its ID")
        tasks.append(task)
    return tasks, int(read_id(total) or 0)


def list_jobs(
    session: Session, category: int, lookup_seconds: int, client_ids: Collection[int] = (), *, aged: bool = False
) -> list[Task]:
    """List jobs, page by page.

    ``lookup_seconds`` says how far back finished jobs are listed; ``client_ids`` narrows to clients, none means all.
    Backups and restores come mixed: backups are those with a level.
    """
    listing = Listing(category, lookup_seconds, frozenset(client_ids), aged=aged)
    return list(iter_jobs(session, listing))


def _summaries(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    jobs = document.get("jobs")
    for entry in jobs if isinstance(jobs, list) else []:
        summary = entry.get("jobSummary") if isinstance(entry, Mapping) else None
        if isinstance(summary, Mapping):
            yield summary


def read_job(session: Session, job_id: str) -> Task | None:
    """Read one job; ``None`` when the server does not show it (just started, or long gone)."""
    try:
        document = read_json(session.send(Call("GET", f"Job/{job_id}", safe=True)))
    except NotFound:
        return None
    return next((task for task in map(read_summary, _summaries(document)) if task and task.id == job_id), None)


def read_jobs(session: Session, tasks: Sequence[Task], now: float | None) -> list[Task]:
    """Read jobs again: singly when they are few, else by one listing and singly only what it does not hold."""
    wanted = {task.id for task in tasks}
    found: dict[str, Task] = {}
    if len(wanted) > _FEW:
        begun = [task.started_at for task in tasks if task.started_at is not None]
        # The server's clock may have been set back since.
        lookup = max(0, int(now - min(begun))) + 3600 if now is not None and begun else 24 * 3600
        clients = {task.entity.get("clientId") for task in tasks}
        known = {client for client in clients if isinstance(client, int)} if None not in clients else set()
        for listed in iter_jobs(session, Listing(ALL, lookup, frozenset(known))):
            if listed.id in wanted:
                found[listed.id] = listed
            # The newest come first, so that all older pages need not be read for jobs that were just started.
            if len(found) == len(wanted):
                break
    missing = sorted(wanted - set(found), key=int)
    singly = read_each(lambda job_id: read_job(session, job_id), missing)
    return [*found.values(), *(task for task in singly if task is not None)]


def job_origin(session: Session, job_id: str) -> dict[str, Any]:
    """Return description, task ID, user and whether a person started it.

    A job's summary is not known to carry its description, so its details are read, and its task where those are silent.
    """
    details = read_details(
        read_json(session.send(Call.with_json("POST", "JobDetails", {"jobId": int(job_id)}, safe=True)))
    )
    if not details["description"] or details["task_id"] is None:
        try:
            document = read_json(session.send(Call("GET", f"Job/{job_id}/TaskDetails", safe=True)))
        except (NotFound, Rejected):
            # The task may be gone while its job is still listed. What is not known stays unknown.
            return details
        task_id, description = read_task_description(document)
        details["description"] = details["description"] or description
        details["task_id"] = details["task_id"] or task_id
    return details


def full_entity(session: Session, job: Task) -> dict[str, Any]:
    """Return the job's entity with the names and IDs that only its details carry."""
    call = Call.with_json("POST", "JobDetails", {"jobId": int(job.id)}, safe=True)
    return {**read_entity(read_json(session.send(call))), **job.entity}


def read_detail(session: Session, job_id: str) -> dict[str, Any]:
    """Return the whole ``jobDetail`` of a job, empty where the server has none."""
    call = Call.with_json("POST", "JobDetails", {"jobId": int(job_id)}, safe=True)
    job = read_json(session.send(call)).get("job")
    detail = job.get("jobDetail") if isinstance(job, Mapping) else None
    return dict(detail) if isinstance(detail, Mapping) else {}


def kill_job(session: Session, job_id: str) -> None:
    """Ask the server to end a job. Repeating it is harmless."""
    session.send(action_call(job_id, "kill", safe=True))


def action_call(job_id: str, action: str, *, safe: bool = False) -> Call:
    """Return the request of an action on a job: ``pause``, ``resume``, ``kill`` or ``Resubmit``."""
    path = f"Job/{job_id}/action/{action}"
    return Call("POST", path, body=b"", content_type="application/xml", safe=safe)
