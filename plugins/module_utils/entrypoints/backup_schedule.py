# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``backup_schedule``: from its parameters to its result."""

from __future__ import annotations

from typing import Any

from ..arguments import CONNECTION_SPEC
from ..connect import open_session
from ..flows.reconcile_schedule import Journal, reconcile
from ..flows.schedule_report import schedule_result
from ..flows.surroundings import Surroundings
from ..platforms.registry import PLATFORMS
from ..runner import EntryPoint, Run
from .schedule_options import KNOWN_OPTIONS, SCHEDULE_SPEC, read_schedule_request


def _run(run: Run) -> dict[str, Any]:
    """Make the schedule what the parameters say and return the result of the module."""
    entry = PLATFORMS[run.params["platform"]]
    with open_session(run) as session:
        platform = entry.schedules(session)
        request = read_schedule_request(platform, entry, run.params)
        surroundings = Surroundings(check_mode=run.check_mode, show=run.show)
        journal = Journal()
        # Part of the result even when the run fails half-way.
        run.result["requests"] = journal.requests
        try:
            report = reconcile(platform, request, surroundings, journal)
        finally:
            run.result["changed"] = journal.effective
        result = schedule_result(platform, report, surroundings, with_diff=run.diff)
        for warning in report.warnings:
            run.warn(warning)
        return result


ENTRY = EntryPoint(
    name="backup_schedule",
    argument_spec={**CONNECTION_SPEC, **SCHEDULE_SPEC},
    run=_run,
    known_spec={**CONNECTION_SPEC, **KNOWN_OPTIONS},
)
