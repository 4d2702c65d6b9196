# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``backup_schedules``: from its parameters to its result."""

from __future__ import annotations

from typing import Any

from ..arguments import CONNECTION_SPEC
from ..connect import open_session
from ..flows.estate_report import estate_result, warnings_of
from ..flows.reconcile_estate import reconcile_estate
from ..flows.surroundings import Surroundings
from ..platforms.registry import PLATFORMS
from ..runner import EntryPoint, Run
from .estate_options import ESTATE_SPEC, KNOWN_ESTATE_OPTIONS, read_estate_request


def _run(run: Run) -> dict[str, Any]:
    """Make the schedules what the parameters say and return the result of the module."""
    entry = PLATFORMS[run.params["platform"]]
    with open_session(run) as session:
        platform = entry.schedules(session)
        request = read_estate_request(platform, entry, run.params, run.warn)
        surroundings = Surroundings(check_mode=run.check_mode, show=run.show)
        ledger = reconcile_estate(platform, request, surroundings, with_diff=run.diff)
        for warning in warnings_of(ledger):
            run.warn(warning)
        return estate_result(platform, ledger, with_diff=run.diff)


ENTRY = EntryPoint(
    name="backup_schedules",
    argument_spec={**CONNECTION_SPEC, **ESTATE_SPEC},
    run=_run,
    known_spec={**CONNECTION_SPEC, **KNOWN_ESTATE_OPTIONS},
)
