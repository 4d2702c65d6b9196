# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``task_info``: from its parameters to its result."""

from __future__ import annotations

from typing import Any

from ..arguments import CONNECTION_SPEC
from ..connect import open_session
from ..flows.query_tasks import query_tasks
from ..flows.report_tasks import report_tasks
from ..model.clock import SystemClock
from ..platforms.registry import PLATFORMS
from ..runner import EntryPoint, Run
from .query_options import listing_spec, read_listing


def _run(run: Run) -> dict[str, Any]:
    """List the tasks that the parameters describe. What was found is returned also where an ID was not."""
    with open_session(run) as session:
        platform = PLATFORMS[run.params["platform"]].tasks(session)
        query = read_listing(run.params, platform)
        found, error = query_tasks(platform, query, SystemClock())
    result = report_tasks(found, platform.target_of)
    if error is not None:
        result.update(failed=True, msg=str(error), error=error.as_result())
    return result


ENTRY = EntryPoint(name="task_info", argument_spec={**CONNECTION_SPEC, **listing_spec()}, run=_run)
