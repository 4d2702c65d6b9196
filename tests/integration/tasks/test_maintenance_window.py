# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A maintenance window leaves a server as it was."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.nightshift.backup.tests.integration.backup_task.support import Sandbox

from .support import post, writes
from .test_playbooks import night, play

__all__ = ["night"]

WEB = {"client": "web02", "app": "Linux File System", "backupset": "defaultBackupSet"}


def schedules(sandbox: Sandbox) -> str:
    """Return all schedules, each as the server shows it alone, as one text."""
    listed = sandbox.get("Schedules")["taskDetail"]
    return json.dumps([sandbox.get(f"Schedules/{entry['task']['taskId']}") for entry in listed], sort_keys=True)


def statuses(sandbox: Sandbox) -> dict[int, str]:
    """Return the status of each job of the client that is patched."""
    client = sandbox.get("GetId", clientname=WEB["client"])["clientId"]
    jobs = sandbox.get("Job", clientId=client, completedJobLookupTime=86400 * 60)["jobs"]
    return {entry["jobSummary"]["jobId"]: entry["jobSummary"]["status"] for entry in jobs}


def patches(sandbox: Sandbox, folder: Path, *changes: dict[str, Any], fail: bool = False) -> str:
    """Return a file of tasks that let things happen on the server while the patches are installed."""
    tasks: list[dict[str, Any]] = [
        {
            "name": "Something happens",
            "ansible.builtin.uri": {
                "url": f"{sandbox.url.split('/commandcenter')[0]}/_sandbox/jobs",
                "method": "POST",
                "body_format": "json",
                "body": change,
                "ca_path": sandbox.ca_path,
            },
        }
        for change in changes
    ]
    if fail:
        tasks.append({"name": "Fail", "ansible.builtin.fail": {"msg": "The patch does not fit."}})
    tasks.append({"name": "Patched", "ansible.builtin.debug": {"msg": "patched"}})
    file = folder / "patch.yml"
    file.write_text(json.dumps(tasks))
    return str(file)


@pytest.mark.parametrize("trouble", ["", "patch", "resume"])
def test_the_server_is_as_it_was(night: Sandbox, tmp_path: Path, trouble: str) -> None:
    runs = night.job({**WEB, "subclient": "www"}, status="Running", work=20, seconds=1e9)
    ends = night.job({**WEB, "subclient": "etc"}, status="Running", work=20, seconds=1e9)
    rests = night.job({**WEB, "subclient": "default"}, status="Suspended", work=20)
    elsewhere = night.job(night.cold(), status="Running")
    before, jobs = schedules(night), statuses(night)
    entity = {"clientName": "web02", "appName": "Linux File System", "backupsetName": "defaultBackupSet"}
    changes: list[dict[str, Any]] = [
        {"id": int(ends), "status": "Completed"},
        {"entity": {**entity, "subclientName": "etc"}, "status": "Running"},
    ]
    if trouble == "resume":
        changes.append({"id": int(runs), "status": "Kill Pending"})
    file = patches(night, tmp_path, *changes, fail=trouble == "patch")
    night.reset()
    done = play(night, "maintenance_window", tmp_path, patch_tasks=file)
    assert (done.returncode != 0) is bool(trouble), done.stdout
    assert schedules(night) == before
    after = statuses(night)
    (begun,) = set(after) - set(jobs)
    assert after.pop(begun) == "Running"
    left = {int(runs): "Kill Pending"} if trouble == "resume" else {}
    assert after == {**jobs, int(ends): "Completed", **left}
    assert after[int(rests)] == "Suspended"
    resumed = [] if left else [f"Job/{runs}/action/resume"]
    assert sorted(writes(night)) == sorted([f"Job/{runs}/action/pause", f"Job/{ends}/action/pause", *resumed])
    assert night.get(f"Job/{elsewhere}")["jobs"][0]["jobSummary"]["status"] == "Running"
    assert [path for path in (entry["path"] for entry in night.log()) if path.endswith("/Disable")]


def test_a_schedule_that_serves_others_does_not_rest_unasked(night: Sandbox, tmp_path: Path) -> None:
    night.job({**WEB, "subclient": "www"}, status="Running", work=20, seconds=1e9)
    other = {"clientName": night.cold()["client"], "backupsetName": "main", "subclientName": "default"}
    mine = {"clientName": "web02", "backupsetName": WEB["backupset"], "subclientName": "default"}
    entry = {
        "subTask": {"subTaskType": 2, "operationType": 2, "subTaskName": "shared"},
        "pattern": {"freq_type": 4, "freq_interval": 1, "active_start_time": 75600},
        "options": {"backupOpts": {"backupLevel": "FULL"}},
    }
    post(
        night, "CreateTask", {"taskInfo": {"associations": [mine, other], "task": {"taskType": 2}, "subTasks": [entry]}}
    )
    before = schedules(night)
    night.reset()
    done = play(night, "maintenance_window", tmp_path, patch_tasks=patches(night, tmp_path))
    assert done.returncode != 0
    assert "also covers targets that are not named here" in done.stdout
    assert other["clientName"] in done.stdout
    assert schedules(night) == before
    assert writes(night) == []
