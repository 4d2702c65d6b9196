# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a new sandbox already has: past backups, a stranger's present ones, schedules and a schedule policy."""

from __future__ import annotations

from typing import Any

from nightshift_sandbox.commvault import enums
from nightshift_sandbox.commvault.engine import DESTINIES, PENDING_REASON
from nightshift_sandbox.commvault.estate import Subclient
from nightshift_sandbox.commvault.job import Job
from nightshift_sandbox.commvault.patterns import DAY_SECONDS
from nightshift_sandbox.world import World

Json = dict[str, Any]
DAY, HOUR = 24 * 3600, 3600
STRANGER, STRANGER_ID = "night.operator", 77
FIRST_OLD_JOB = 40001


def seed(world: World) -> None:
    """Fill a new sandbox."""
    numbers = iter(range(FIRST_OLD_JOB, 40983))
    for subclient in list(world.estate.subclients.values()):
        if subclient.seasoned and subclient.enabled:
            _past(world, numbers, subclient)
    _others(world, numbers)
    _present(world, numbers)
    for task_id, info in enumerate(_schedules(world), start=6001):
        world.firing.create(info, world.users.accounts["admin"], task_id=task_id)


def _job(world: World, number: int, subclient: Subclient | None, level: int, ago: int, **more: Any) -> Job:
    """A job that began `ago` seconds ago; it took a minute unless it is still active."""
    started = world.clock.stamp() - ago
    status = more.pop("status", "Completed")
    job = Job(
        id=number, task_id=0, subclient_id=subclient.id if subclient else 0,
        entity=subclient.entity() if subclient else {}, level=level, asked_level=level, status=status,
        started=started, updated=started + 60, user=STRANGER, user_id=STRANGER_ID, started_from="Scheduled", work=60.0,
        type="Synthetic Full" if level == enums.SYNTHETIC_FULL else "Backup",
    )  # fmt: skip
    if not job.active:
        job.ended = job.updated
    for key, value in more.items():
        setattr(job, key, value)
    world.engine.adopt(job)
    return job


def _past(world: World, numbers: Any, subclient: Subclient) -> None:
    """An aged full backup, a full one of last week, and a recent one whose end fits the subclient's destiny."""
    _job(world, next(numbers), subclient, enums.FULL, 40 * DAY, aged=True)
    _job(world, next(numbers), subclient, enums.FULL, 6 * DAY)
    status, reason = DESTINIES.get(subclient.destiny, ("Completed", ""))
    level = enums.DIFFERENTIAL if subclient.backupset.application == "SQL Server" else enums.INCREMENTAL
    if subclient.backupset.name == "DumpBasedBackupSet":
        level = enums.FULL
    _job(world, next(numbers), subclient, level, 20 * HOUR, status=status, reason=reason)


def _subclient(world: World, client: str, backupset: str = "defaultBackupSet", name: str = "default") -> Subclient:
    return next(
        found
        for found in world.estate.subclients.values()
        if (found.client.name, found.backupset.name, found.name) == (client, backupset, name)
    )


def _others(world: World, numbers: Any) -> None:
    """Jobs that are no backups, and ends that no destiny makes."""
    web = _subclient(world, "web02")
    _job(world, next(numbers), web, enums.SYNTHETIC_FULL, 3 * DAY)
    _job(world, next(numbers), web, 0, 2 * DAY, type="Restore", started_from="Interactive")
    _job(world, next(numbers), None, 0, 5 * HOUR, type="Data Aging")
    _job(world, next(numbers), web, enums.INCREMENTAL, 30 * HOUR, status="Killed", reason="Killed by the operator.")
    _job(world, next(numbers), web, enums.INCREMENTAL, 28 * HOUR, status="Abnormal Terminated Cleanup")


def _present(world: World, numbers: Any) -> None:
    """A stranger's active jobs; they stay as they are until someone acts on them."""
    busy = _subclient(world, "busy01")
    common: Json = {"frozen": True, "started_from": "Interactive"}
    _job(world, next(numbers), busy, enums.FULL, 2 * HOUR, status="Running", work=25.0, **common)
    _job(world, next(numbers), busy, enums.INCREMENTAL, HOUR, status="Queued", work=0.0,
         reason="Another backup of the same subclient is running.", **{**common, "frozen": False})  # fmt: skip
    pending = _subclient(world, "busy01", name="pending")
    _job(
        world,
        next(numbers),
        pending,
        enums.INCREMENTAL,
        HOUR,
        status="Pending",
        reason=PENDING_REASON,
        work=10.0,
        **common,
    )
    suspended = _subclient(world, "busy01", name="suspended")
    _job(world, next(numbers), suspended, enums.INCREMENTAL, 30 * HOUR, status="Suspended", work=30.0, **common)


def _schedules(world: World) -> list[Json]:
    """One schedule of every frequency, a disabled one, one of the system, and a schedule policy."""
    today = world.clock.stamp() // DAY_SECONDS * DAY_SECONDS
    base = {"active_start_date": today - 30 * DAY_SECONDS, "active_start_time": 75600}
    automatic = {"commonOpts": {"automaticSchedulePattern": {"maxBackupInterval": 72, "minBackupIntervalMinutes": 15}}}
    weekly = _frequency(8, 62)
    zone = {"timeZone": {"TimeZoneName": "(UTC-05:00) Eastern Time (US & Canada)"}}
    once = {"freq_type": 1, **base, "active_start_date": today + 30 * DAY_SECONDS}
    disabled: Json = {"taskFlags": {"disabled": True}}
    policy: Json = {"taskType": 4, "taskName": "standard policy"}
    rows: list[tuple[str, str, Json, Json, Json]] = [
        ("nightly", "files01", {**base, **_frequency(4, 1)}, {}, {}),
        ("every third day", "files02", {**base, **_frequency(4, 3)}, {}, {}),
        ("weekdays", "web02", {**weekly, **base, **zone}, {}, {}),
        ("once next month", "web02", once, {}, {}),
        ("month end", "ora01", {**base, **_frequency(16, 31)}, {}, {}),
        ("last friday", "sql01", {**base, **_frequency(32, 6, ordinal=5)}, {}, {}),
        ("independence day", "pgsql01", {**base, **_frequency(64, 4, 7)}, {}, {}),
        ("second weekday of july", "pgsql01", {**base, **_frequency(128, 9, 7, ordinal=2)}, {}, {}),
        ("automatic", "web02", {"freq_type": 1024, **base}, automatic, {}),
        ("continuous", "ora01", {**base, **_frequency(4096, 1440, 0)}, {}, disabled),
        ("nightly", "web02", {**base, **_frequency(4, 1)}, {}, disabled),
        ("system created", "cs01", {**weekly, **base}, {}, {"taskFlags": {"isSystem": True}}),
        ("policy default", "files01", {**weekly, **base}, {}, policy),
    ]
    return [_schedule(world, name, client, pattern, options, task) for name, client, pattern, options, task in rows]


def _frequency(kind: int, interval: int, factor: int = 1, ordinal: int = 0) -> Json:
    return {
        "freq_type": kind,
        "freq_interval": interval,
        "freq_recurrence_factor": factor,
        "freq_relative_interval": ordinal,
    }


def _schedule(world: World, name: str, client: str, pattern: Json, options: Json, task: Json) -> Json:
    level = enums.DIFFERENTIAL if client == "sql01" else enums.INCREMENTAL
    return {
        "associations": [_subclient(world, client).entity()],
        "task": {"taskType": 2, **task},
        "subTasks": [
            {
                "subTask": {"subTaskType": 2, "operationType": 2, "subTaskName": name},
                "pattern": pattern,
                "options": {"backupOpts": {"backupLevel": level}, **options},
            }
        ],
    }
