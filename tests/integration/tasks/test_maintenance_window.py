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

from .support import writes
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


@pytest.mark.parametrize("fail", [False, True])
def test_the_server_is_as_it_was(night: Sandbox, tmp_path: Path, fail: bool) -> None:
    runs = night.job({**WEB, "subclient": "www"}, status="Running", work=20, seconds=1e9)
    ends = night.job({**WEB, "subclient": "etc"}, status="Running", work=20, seconds=1e9)
    rests = night.job({**WEB, "subclient": "default"}, status="Suspended", work=20)
    elsewhere = night.job(night.cold(), status="Running")
    before, jobs = schedules(night), statuses(night)
    entity = {"clientName": "web02", "appName": "Linux File System", "backupsetName": "defaultBackupSet"}
    file = patches(
        night,
        tmp_path,
        {"id": int(ends), "status": "Completed"},
        {"entity": {**entity, "subclientName": "etc"}, "status": "Running"},
        fail=fail,
    )
    night.reset()
    done = play(night, "maintenance_window", tmp_path, patch_tasks=file)
    assert (done.returncode != 0) is fail, done.stdout
    assert schedules(night) == before
    after = statuses(night)
    (begun,) = set(after) - set(jobs)
    assert after.pop(begun) == "Running"
    assert after == {**jobs, int(ends): "Completed"}
    assert after[int(rests)] == "Suspended"
    assert sorted(writes(night)) == sorted(
        [f"Job/{runs}/action/pause", f"Job/{ends}/action/pause", f"Job/{runs}/action/resume"]
    )
    assert night.get(f"Job/{elsewhere}")["jobs"][0]["jobSummary"]["status"] == "Running"
    assert [path for path in (entry["path"] for entry in night.log()) if path.endswith("/Disable")]
