# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run an existing schedule now. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ...api.errors import InvalidOption
from ...model.request import BackupRequest
from ...model.schedule import Schedule
from ..base import StartCall
from .field_types import value_at
from .schedule_body import run_step
from .wire_values import as_bool

# What a run needs to know of the schedule's own options: whether a further job follows, and whether it ever begins.
_TELLING = (
    (("backup_options", "run_incremental_backup"), "subTasks[]/options/backupOpts/runIncrementalBackup"),
    (("startup", "start_in_suspended_state"), "subTasks[]/options/commonOpts/startUpOpts/startInSuspendedState"),
)


def run_call(request: BackupRequest, schedule: Schedule) -> StartCall:
    """Return the request that runs the schedule now. It has no place for a description, and so none for a marker."""
    step = run_step(schedule)
    wire = replace(step.wire, timeout=request.start_seconds(len(request.targets)))
    return StartCall(request.targets, wire, step.body, runs_task=schedule.task_id)


def as_backup(request: BackupRequest, schedule: Schedule) -> BackupRequest:
    """Return the request with the schedule's level and with those of its options that decide how a run goes on.

    Raises ``InvalidOption`` when the play waits for jobs that the schedule starts suspended.
    """
    options: dict[str, Any] = {}
    for (group, name), wire in _TELLING:
        if as_bool(value_at(schedule.raw, wire)):
            options.setdefault(group, {})[name] = True
    if request.wait is not None and "startup" in options:
        raise InvalidOption(
            f"wait would never end: {schedule.name} starts its jobs suspended.", next_step="Leave out wait."
        )
    return replace(request, level=schedule.level, options=options)
