# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``backup_task``: from its parameters to its result."""

from __future__ import annotations

from typing import Any

from ..arguments import CONNECTION_SPEC
from ..connect import open_session
from ..flows.report import report
from ..flows.run_schedule import run_schedule
from ..flows.start_backups import start_backups
from ..flows.surroundings import Surroundings
from ..model.outcome import Ledger, Row
from ..platforms.registry import PLATFORMS, payload_specs, refuse_foreign_options, target_spec
from ..runner import EntryPoint, Run
from .backup_options import REQUEST_SPEC, given_only, read_request


def _run(run: Run) -> dict[str, Any]:
    """Start the backups that the parameters describe and return the result of the module."""
    entry = PLATFORMS[run.params["platform"]]
    refuse_foreign_options(entry.name, run.params)
    with open_session(run) as session:
        platform = entry.platform_factory(session)
        targets = platform.parse_targets([given_only(target) for target in run.params["targets"]])
        request = read_request(run.params, targets, entry.option_key)
        surroundings = Surroundings(check_mode=run.check_mode, show=run.show)
        ledger = Ledger([Row(target) for target in targets])
        try:
            schedule = run.params["schedule"]
            if schedule is None:
                start_backups(platform, request, surroundings, ledger)
            else:
                run_schedule(
                    platform,
                    entry.schedules(session),
                    request,
                    schedule.strip(),
                    surroundings,
                    ledger,
                    whole_schedule=run.params["whole_schedule"],
                )
        finally:
            # Also when something unforeseen ends the run: the IDs of what was started must reach the user.
            for warning in ledger.warnings:
                run.warn(warning)
            run.result.update(report(ledger, with_diff=run.diff))
    return {}


ENTRY = EntryPoint(
    name="backup_task",
    argument_spec={
        **CONNECTION_SPEC,
        "targets": {"type": "list", "elements": "dict", "required": True, "options": target_spec()},
        **REQUEST_SPEC,
        **payload_specs(),
    },
    run=_run,
)
