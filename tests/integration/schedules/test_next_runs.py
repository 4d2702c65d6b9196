# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The runs that are foretold are those that the server starts, which it calculates for itself."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from ansible_collections.nightshift.backup.tests.integration.schedules.conftest import Plays
from ansible_collections.nightshift.backup.tests.sandbox.harness import running

# Each on a subclient of its own, from a day shortly before clocks change in Europe and in America.
FORETOLD: dict[str, dict[str, Any]] = {
    "art": {"frequency": "daily", "at": "02:30", "timezone": "Europe/Berlin", "start_date": "2027-03-26"},
    "engineering": {
        "frequency": "daily",
        "at": "20:00",
        "repeat_every": "90m",
        "repeat_until": "23:59",
        "occurrences": 5,
        "start_date": "2027-03-26",
    },
    "default": {
        "frequency": "weekly",
        "days": ["saturday", "sunday"],
        "every": 2,
        "at": "01:30",
        "timezone": "America/New_York",
        "start_date": "2027-03-26",
        "exceptions": [{"week": "last", "day": "sunday"}],
    },
}


def test_next_runs_are_when_the_server_fires(tmp_path: Path) -> None:
    with running(tmp_path, scale=3000) as sandbox:
        plays = Plays(sandbox)
        sandbox.control("POST", "clock", {"set": "2027-03-25T12:00:00Z"})
        foretold = {}
        for name, pattern in FORETOLD.items():
            target = {"client": "client001", "app": "File System", "backupset": "projects", "subclient": name}
            made = plays.good(name=f"foretold {name}", targets=[target], level="full", pattern=pattern)
            foretold[made["task_id"]] = [run["at"] for run in made["next_runs"]]
        assert {len(runs) for runs in foretold.values()} == {5}
        marks = plays.good(name="foretold art", targets=[{**target, "subclient": "art"}])["next_runs"]
        assert [run["mark"] for run in marks] == [None, None, "gap", None, None]
        last = max(moment(run) for runs in foretold.values() for run in runs)
        sandbox.control("POST", "clock", {"set": datetime.fromtimestamp(last + 60, timezone.utc).isoformat()})
        fired = started(plays, foretold)
        for task_id, runs in foretold.items():
            assert fired[task_id][:5] == [moment(run) for run in runs]
        counted = next(task for task, runs in foretold.items() if len(fired[task]) == len(runs) and "T20:" in runs[0])
        assert plays.good(name="foretold engineering", targets=[{**target, "subclient": "engineering"}])[
            "next_runs"] == [], counted  # fmt: skip


def started(plays: Plays, tasks: dict[str, Any]) -> dict[str, list[int]]:
    entity = {"clientName": "client001", "clientId": 89}
    body = {"jobFilter": {"entity": entity, "completedJobLookupTime": 86400 * 60}, "pagingConfig": {"limit": 1000}}
    found: dict[str, list[int]] = {task: [] for task in tasks}
    for job in plays.sandbox.post("Jobs", body).json()["jobs"]:
        summary = job["jobSummary"]
        details = plays.sandbox.post("JobDetails", {"jobId": summary["jobId"]}).json()["job"]["jobDetail"]
        task_id = str(details["generalInfo"].get("taskData", {}).get("taskId"))
        if task_id in found:
            found[task_id].append(summary["jobStartTime"])
    return {task: sorted(times) for task, times in found.items()}


def moment(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())
