# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read job records: status texts, levels and the fields of ``jobSummary`` and ``JobDetails``. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from ...model.levels import Level
from ...model.moments import plausible
from ...model.states import State
from ...model.task import Task
from .responses import MOST_DIGITS

# The vendor's status texts in lower case. Whatever is not listed is a job that still lives: a text of a newer
# release must never be taken for an end.
STATES: dict[str, State] = {
    "waiting": State.QUEUED,
    "pending": State.QUEUED,
    "queued": State.QUEUED,
    "interrupted": State.QUEUED,
    "running": State.RUNNING,
    "running (cannot be verified)": State.RUNNING,
    "suspend pending": State.RUNNING,
    "interrupt pending": State.RUNNING,
    "kill pending": State.RUNNING,
    "suspend": State.PAUSED,
    "suspended": State.PAUSED,
    "completed": State.SUCCEEDED,
    "completed w/ one or more warnings": State.WARNING,
    "completed w/ one or more errors": State.PARTIAL,
    "committed": State.PARTIAL,
    "failed": State.FAILED,
    "failed to start": State.FAILED,
    "abnormal terminated cleanup": State.FAILED,
    "skipped": State.FAILED,
    "killed": State.CANCELLED,
}

# Level names as jobs carry them, without spaces, dashes and underscores.
_LEVELS: dict[str, Level] = {
    "full": Level.FULL,
    "incremental": Level.INCREMENTAL,
    "differential": Level.DIFFERENTIAL,
    "syntheticfull": Level.SYNTHETIC_FULL,
    "transactionlog": Level.TRANSACTION_LOG,
}

_UNKNOWN_NUMBER = -999
"""What the vendor writes where a number is not known."""


def read_state(text: str) -> State:
    """Return the state behind a status text; ``UNKNOWN`` (which is no end) for a text that is not listed."""
    return STATES.get(" ".join(text.lower().split()), State.UNKNOWN)


def read_level(text: object) -> Level | None:
    """Return the level behind a name such as ``Synthetic Full``, ``None`` for anything else."""
    if not isinstance(text, str):
        return None
    return _LEVELS.get("".join(character for character in text.lower() if character.isalpha()))


def is_committed(status: str) -> bool:
    """Tell whether a job was ended early and kept what it had, which never counts as a good backup."""
    return status.strip().lower() == "committed"


def read_summary(summary: Mapping[str, Any]) -> Task | None:
    """Read one ``jobSummary``. ``None`` when it carries no job ID."""
    job_id = read_id(summary.get("jobId"))
    if job_id is None:
        return None
    status = str(summary.get("status") or "")
    state = read_state(status)
    entity = summary.get("subclient")
    level = read_level(summary.get("backupLevelName")) or read_level(summary.get("jobType"))
    if not _is_backup(str(summary.get("jobType") or "")):
        # A restore or a copy protects nothing, whatever level the backup had that it reads.
        level = None
    user = summary.get("userName")
    return Task(
        id=job_id,
        state=state,
        native_state=status,
        level=level,
        progress=_number(summary.get("percentComplete")),
        started_at=_moment(summary.get("jobStartTime")),
        finished_at=_finished(summary, state),
        size=_whole(summary.get("sizeOfApplication")),
        message=str(summary.get("pendingReason") or "").strip(),
        entity=_entity(summary, entity if isinstance(entity, Mapping) else {}),
        user=str(user.get("userName") or "") or None if isinstance(user, Mapping) else None,
        restorable=not summary.get("isAged") and not is_committed(status),
        raw=summary,
    )


def _is_backup(job_type: str) -> bool:
    """Tell whether a job of this type makes a backup. Types of newer releases are no backups until they say so."""
    words = job_type.lower()
    return not words or "backup" in words or read_level(words) is not None


def read_details(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a ``JobDetails`` answer says beyond the summary.

    Keys: ``description``, ``task_id``, ``interactive`` (``None`` where not told), ``user``.
    """
    general = _path(document, "job", "jobDetail", "generalInfo")
    started = general.get("jobStartedFrom")
    return {
        "description": str(general.get("jobDescription") or ""),
        "task_id": read_id(_path(general, "taskData").get("taskId")),
        "interactive": None if not started else str(started).lower() == "interactive",
        "user": str(general.get("jobStartedBy") or "") or None,
    }


def read_entity(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the entity that a ``JobDetails`` answer shows, without what is empty."""
    entity = _path(document, "job", "jobDetail", "generalInfo", "subclient")
    return {key: value for key, value in entity.items() if value not in (None, "", 0)}


def read_task_description(document: Mapping[str, Any]) -> tuple[str | None, str]:
    """Return task ID and job description from a job's ``TaskDetails`` answer."""
    info = _path(document, "taskInfo")
    subtasks = info.get("subTasks")
    first = subtasks[0] if isinstance(subtasks, list) and subtasks and isinstance(subtasks[0], Mapping) else {}
    options = _path(first, "options", "commonOpts")
    return read_id(_path(info, "task").get("taskId")), str(options.get("jobDescription") or "")


def read_id(value: object) -> str | None:
    """Return a positive numeric ID as text, ``None`` for anything else."""
    text = str(value).strip() if isinstance(value, (int, str)) and not isinstance(value, bool) else ""
    if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS):
        return None
    return str(int(text)) if int(text) > 0 else None


def _path(document: Mapping[str, Any], *keys: str) -> Mapping[str, Any]:
    here: Any = document
    for key in keys:
        here = here.get(key) if isinstance(here, Mapping) else None
    return here if isinstance(here, Mapping) else {}


def _entity(summary: Mapping[str, Any], entity: Mapping[str, Any]) -> dict[str, Any]:
    """Return the entity with the names that older records carry beside it, and our short name of the subclient."""
    merged = {key: value for key, value in entity.items() if value not in (None, "")}
    for key, beside in (
        ("backupsetName", "backupSetName"),
        ("subclientName", "subclientName"),
        ("appName", "appTypeName"),
    ):
        if key not in merged and summary.get(beside):
            merged[key] = summary[beside]
    merged["subclient"] = merged.get("subclientName")
    return merged


def _finished(summary: Mapping[str, Any], state: State) -> float | None:
    if not state.is_end:
        return None
    return _moment(summary.get("jobEndTime")) or _moment(summary.get("lastUpdateTime"))


def _number(value: object) -> float | None:
    try:
        number = float(str(value))
    except ValueError:
        return None
    return number if math.isfinite(number) and number != _UNKNOWN_NUMBER else None


def _moment(value: object) -> float | None:
    return plausible(_number(value))


def _whole(value: object) -> int | None:
    number = _number(value)
    return int(number) if number is not None else None
