# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The life of jobs: queueing, phases, the ends that an estate's data ask for, and what people do to them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from nightshift_sandbox.clock import Clock
from nightshift_sandbox.commvault import enums
from nightshift_sandbox.commvault.estate import Estate, Subclient
from nightshift_sandbox.commvault.job import GOOD, Job
from nightshift_sandbox.store.documents import Documents

Json = dict[str, Any]
#: How a subclient's jobs end when they are not killed: status and the server's words.
DESTINIES: dict[str, tuple[str, str]] = {
    "errors": ("Completed w/ one or more errors", "Some files could not be read: access is denied."),
    "warnings": ("Completed w/ one or more warnings", "Some open files were skipped."),
    "failed": ("Failed", "The media agent ran out of space on the mount path. Source: ma01, Process: clBackup"),
    "not_started": ("Failed to Start", "The storage policy is not associated with this subclient."),
    "committed": ("Committed", "The job was committed: only part of the data was backed up."),
}
PENDING_REASON = "Unable to reach the client's services. The job will be retried. Source: cs01, Process: JobManager"
FIRST_JOB = 40983
#: Real seconds during which a new job is not found, and job seconds that a transition takes.
UNSEEN = 0.3
TRANSITION = 2.0
WAITING = 3.0


class Engine:
    """All jobs and their progress."""

    def __init__(self, store: Documents, clock: Clock, estate: Estate) -> None:
        self._store = store
        self._clock = clock
        self._estate = estate
        self.jobs: dict[int, Job] = {int(body["id"]): Job(**body) for body in store.all("job")}
        self._active = {number for number, job in self.jobs.items() if job.active}
        self._unseen: dict[int, float] = {}
        self._last = clock.real()
        self._saved = clock.real()
        #: Extra real seconds that a new job stays unseen; a fault sets it.
        self.late = 0.0

    # --- looking -------------------------------------------------------------------------------------------------

    def find(self, number: int) -> Job | None:
        """A job that can be seen; a new one cannot for a moment."""
        job = self.jobs.get(number)
        return job if job is not None and self._seen(job) else None

    def seen(self) -> Iterator[Job]:
        """Every job that can be seen, newest first."""
        return (job for job in sorted(self.jobs.values(), key=lambda job: -job.id) if self._seen(job))

    def _seen(self, job: Job) -> bool:
        until = self._unseen.get(job.id)
        if until is not None and self._clock.real() >= until:
            del self._unseen[job.id]
            return True
        return until is None

    def seasoned(self, subclient: Subclient) -> bool:
        """Whether the subclient has a full backup that another level can build on."""
        return subclient.seasoned or self._store.get("seasoned", subclient.id) is not None

    # --- starting ------------------------------------------------------------------------------------------------

    def start(self, subclient: Subclient, level: int, **more: Any) -> Job:
        """A new job of a subclient: queued behind an active one, suspended when asked, else waiting.

        The first backup of a subclient is a full one, whatever was asked.
        """
        options: Json = more.pop("common", {})
        actual = level if self.seasoned(subclient) else enums.FULL
        job = Job(
            id=self._store.next_id("job", FIRST_JOB),
            subclient_id=subclient.id,
            entity=subclient.entity(),
            level=actual,
            asked_level=level,
            type="Synthetic Full" if actual == enums.SYNTHETIC_FULL else "Backup",
            status="Waiting",
            started=self._clock.stamp(),
            updated=self._clock.stamp(),
            seconds=subclient.seconds,
            destiny=subclient.destiny,
            options=options,
            **more,
        )
        self._apply_options(job, options)
        self._unseen[job.id] = self._clock.real() + UNSEEN + self.late
        return self.add(job)

    def add(self, job: Job) -> Job:
        """Take a job in as it is."""
        self.jobs[job.id] = job
        if job.active:
            self._active.add(job.id)
            if job.status == "Waiting" and not job.frozen and self._blocked(job):
                job.status = "Queued"
                job.reason = "Another backup of the same subclient is running."
        self.save(job)
        return job

    def adopt(self, job: Job) -> None:
        """Take in a job in exactly the state it has, for tests and for the history of a new sandbox."""
        self.jobs[job.id] = job
        if job.active:
            self._active.add(job.id)
        else:
            self._active.discard(job.id)
            self._season(job)
        self.save(job)

    def next_id(self) -> int:
        """The next job ID."""
        return self._store.next_id("job", FIRST_JOB)

    @staticmethod
    def _apply_options(job: Job, common: Json) -> None:
        startup = common.get("startUpOpts", {})
        if startup.get("startInSuspendedState"):
            job.status = "Suspended"
        if startup.get("useDefaultPriority") is not True and "priority" in startup:
            job.priority = startup["priority"]
        job.description = common.get("jobDescription", "")
        retry = common.get("jobRetryOpts", {})
        running = retry.get("runningTime", {})
        if running.get("enableTotalRunningTime"):
            job.limit = float(running.get("totalRunningTime", 0))
            job.limit_kills_running = bool(retry.get("killRunningJobWhenTotalRunningTimeExpires"))

    def _blocked(self, job: Job) -> bool:
        return any(
            number < job.id and self.jobs[number].subclient_id == job.subclient_id != 0 for number in self._active
        )

    # --- going on ------------------------------------------------------------------------------------------------

    def advance(self, extra: float = 0.0) -> None:
        """Let job time pass: what went by since the last call, and `extra` seconds of a moved clock."""
        real = self._clock.real()
        delta = (real - self._last) * self._clock.time_scale + extra
        self._last = real
        if extra:
            self._unseen.clear()
        flush = real - self._saved > 1.0
        for number in sorted(self._active):
            job = self.jobs[number]
            before = job.status
            self._step(job, delta)
            if job.status != before:
                job.updated = self._clock.stamp()
            if job.status != before or flush:
                self.save(job)
            if not job.active:
                self._end(job)
        if flush:
            self._saved = real

    def _step(self, job: Job, delta: float) -> None:
        if job.frozen and job.transition <= 0:
            return
        if job.status in ("Suspend Pending", "Kill Pending"):
            job.transition -= delta
            if job.transition <= 0:
                job.status = "Suspended" if job.status == "Suspend Pending" else "Killed"
        elif job.status == "Queued":
            if not self._blocked(job):
                job.status, job.reason = "Waiting", ""
        elif job.status != "Suspended":
            job.work += delta
            self._progress(job)

    def _progress(self, job: Job) -> None:
        job.reason = ""
        share = job.work / job.seconds
        if job.destiny == "pending" and 0.3 < share < 0.7:
            job.status, job.reason = "Pending", PENDING_REASON
        elif job.work < WAITING:
            job.status = "Waiting"
        elif job.destiny == "not_started" or (job.destiny == "failed" and share >= 0.6):
            job.status, job.reason = DESTINIES[job.destiny]
        elif share >= 1:
            job.status, job.reason = DESTINIES.get(job.destiny, ("Completed", ""))
        else:
            job.status = "Running"
        expired = job.active and 0 < job.limit <= job.work
        if expired and (job.limit_kills_running or job.status != "Running"):
            job.status, job.reason = "Killed", "The total running time has expired."

    def _end(self, job: Job) -> None:
        self._active.discard(job.id)
        job.ended = job.updated = self._clock.stamp()
        self.save(job)
        self._season(job)
        subclient = self._estate.subclients.get(job.subclient_id)
        if job.follow and job.status in GOOD and subclient is not None:
            self._start_next(job, subclient, job.follow[0], job.follow[1:])

    def _season(self, job: Job) -> None:
        """Remember that a subclient has a full backup now."""
        if job.status in GOOD and job.level in (enums.FULL, enums.SYNTHETIC_FULL):
            self._store.put("seasoned", job.subclient_id, {"job": job.id})

    def _start_next(self, job: Job, subclient: Subclient, level: int, follow: list[int]) -> None:
        """The other half of a synthetic full with an incremental appears only now, under an ID nobody was told."""
        self.start(
            subclient,
            level,
            common={
                **job.options,
                "startUpOpts": {**job.options.get("startUpOpts", {}), "startInSuspendedState": False},
            },
            task_id=job.task_id,
            subtask_id=job.subtask_id,
            user=job.user,
            user_id=job.user_id,
            started_from=job.started_from,
            schedule_name=job.schedule_name,
            follow=follow,
        )

    def save(self, job: Job) -> None:
        """Store a job's present state."""
        self._store.put("job", job.id, job.document())

    def flush(self) -> None:
        """Store the progress of every active job, so that a restart goes on from here."""
        for number in self._active:
            self.save(self.jobs[number])

    # --- what people do ------------------------------------------------------------------------------------------

    def pause(self, job: Job) -> str:
        """Suspend; returns why not, or nothing."""
        if job.status not in ("Running", "Waiting", "Pending", "Queued"):
            return f"The job cannot be suspended while it is in state [{job.status}]."
        return self._transit(job, "Suspend Pending")

    def resume(self, job: Job) -> str:
        """Resume; returns why not, or nothing."""
        if job.status not in ("Suspended", "Pending"):
            return f"The job cannot be resumed while it is in state [{job.status}]."
        job.status, job.frozen, job.reason = "Running" if job.work >= WAITING else "Waiting", False, ""
        if self._blocked(job):
            job.status = "Queued"
        return self._touched(job)

    def kill(self, job: Job) -> str:
        """Kill; returns why not, or nothing."""
        if not job.active or job.status == "Kill Pending":
            return f"The job cannot be killed while it is in state [{job.status}]."
        return self._transit(job, "Kill Pending")

    def resubmit(self, job: Job, suspended: bool) -> Job | str:
        """Start an ended job again as a new one; returns why not otherwise."""
        if job.active:
            return f"The job cannot be resubmitted while it is in state [{job.status}]."
        stamp = self._clock.stamp()
        again = replace(
            job, id=self.next_id(), status="Suspended" if suspended else "Waiting", work=0.0, started=stamp,
            updated=stamp, ended=0, reason="", aged=False, started_from="Interactive",
        )  # fmt: skip
        self._unseen[again.id] = self._clock.real() + UNSEEN + self.late
        return self.add(again)

    def _transit(self, job: Job, status: str) -> str:
        job.status, job.transition = status, TRANSITION
        return self._touched(job)

    def _touched(self, job: Job) -> str:
        job.updated = self._clock.stamp()
        self.save(job)
        return ""
