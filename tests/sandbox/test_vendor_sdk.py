# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor's own SDK, unmodified and over TLS, is the judge of the sandbox."""

from __future__ import annotations

import time
from typing import Any

import pytest
from cvpysdk.commcell import Commcell
from cvpysdk.exception import SDKException
from harness import Sandbox

#: Job seconds in a real second: slow enough to see jobs on their way.
SCALE = 60


def connect(sandbox: Sandbox, **credentials: str) -> Any:
    """A Commcell that trusts the sandbox's authority."""
    host = sandbox.base.split("/")[2]
    return Commcell(host, certificate_path=sandbox.ready["ca_path"], **credentials)


@pytest.fixture(scope="module")
def commcell(server: Sandbox) -> Any:
    """Logged in with user and password."""
    return connect(server, commcell_username=server.ready["username"], commcell_password=server.ready["password"])


def follow(job: Any, seconds: float = 15) -> str:
    """Poll a job to its end, faster than the SDK's own half-minute rhythm; returns its last status."""
    end = time.monotonic() + seconds
    while not job.is_finished:
        assert time.monotonic() < end, f"job {job.job_id} is still {job.status}"
        time.sleep(0.2)
    return str(job.status)


def reached(sandbox: Sandbox, number: str, state: str) -> None:
    """Poll a job until it is in a state."""
    sandbox.wait(number, lambda summary: bool(summary["status"] == state))


def test_log_in_and_out_with_password(sandbox: Sandbox) -> None:
    ready = sandbox.ready
    commcell = connect(sandbox, commcell_username=ready["username"], commcell_password=ready["password"])
    assert commcell.commcell_username == ready["username"]
    assert commcell.commserv_name == "cs01"
    token = commcell.auth_token
    commcell.logout()
    assert sandbox.get("CommServ", headers={"Authtoken": token}).status_code == 401


def test_log_in_with_token(sandbox: Sandbox) -> None:
    for token in (sandbox.token("admin"), sandbox.ready["access_token"]):
        commcell = connect(sandbox, authtoken=token)
        assert commcell.commserv_timezone
        assert commcell.commcell_username == "admin"


def test_wrong_password_is_refused(sandbox: Sandbox) -> None:
    with pytest.raises(SDKException, match="Invalid Username or Password"):
        connect(sandbox, commcell_username="admin", commcell_password="wrong")


def test_look_up_entities(commcell: Any) -> None:
    assert commcell.clients.has_client("client001")
    client = commcell.clients.get("client001")
    assert client.client_id == "89"
    agents = client.agents
    assert agents.has_agent("file system")
    backupset = agents.get("File System").backupsets.get("projects")
    assert sorted(backupset.subclients.all_subclients) == ["art", "default", "engineering"]
    assert backupset.subclients.get("art").name == "art"


def test_look_up_below_an_instance(commcell: Any) -> None:
    agent = commcell.clients.get("sql01").agents.get("SQL Server")
    assert agent.instances.has_instance("sql01")


def test_backup_by_names_to_the_end(commcell: Any) -> None:
    agent = commcell.clients.get("client001").agents.get("File System")
    subclient = agent.backupsets.get("defaultBackupSet").subclients.get("default")
    job = subclient.backup("Full")
    assert job.client_name == "client001"
    assert job.backup_level == "Full"
    assert follow(job) == "Completed"
    assert job.summary["percentComplete"] == 100


def test_backup_with_options_to_the_end(commcell: Any) -> None:
    agent = commcell.clients.get("web01").agents.get("File System")
    subclient = agent.backupsets.get("defaultBackupSet").subclients.get("www")
    options = {"job_description": "made by the SDK", "priority": 100, "start_new_media": True}
    job = subclient.backup("Incremental", common_backup_options=options, advanced_options={"start_new_media": True})
    assert follow(job) == "Completed"
    assert job.backup_level == "Incremental"
    common = job.task_details["subTasks"][0]["options"]["commonOpts"]
    assert common["jobDescription"] == "made by the SDK"


def test_suspend_resume_kill(sandbox: Sandbox, commcell: Any) -> None:
    agent = commcell.clients.get("trouble01").agents.get("Linux File System")
    job = agent.backupsets.get("defaultBackupSet").subclients.get("slow").backup("Full")
    for act, state in ((job.pause, "Suspended"), (job.resume, "Running"), (job.kill, "Killed")):
        act()
        reached(sandbox, job.job_id, state)
    assert job.is_finished
    assert job.status == "Killed"


def test_weekly_schedule(sandbox: Sandbox, commcell: Any) -> None:
    agent = commcell.clients.get("files01").agents.get("File System")
    subclient = agent.backupsets.get("defaultBackupSet").subclients.get("home")
    pattern = {
        "schedule_name": "sdk weekly",
        "freq_type": "weekly",
        "active_start_time": "21:00",
        "repeat_weeks": 1,
        "weekdays": ["Monday", "Friday"],
        "time_zone": "UTC",
    }
    schedule = subclient.backup("Incremental", schedule_pattern=pattern)
    subclient.schedules.refresh()
    found = subclient.schedules.get("sdk weekly")
    assert found.schedule_id == schedule.schedule_id
    assert found.schedule_freq_type == "Weekly"
    assert [day.title() for day in found.weekly["weekdays"]] == ["Monday", "Friday"]
    assert found.active_start_time == "21:00"
    found.disable()
    assert sandbox.get(f"Schedules/{found.task_id}").json()["taskInfo"]["task"]["taskFlags"]["disabled"] is True
    found.enable()
    found.active_start_time = "22:30"
    found.refresh()
    assert found.active_start_time == "22:30"
    job_id = found.run_now()
    sandbox.finish(job_id)
    subclient.schedules.delete("sdk weekly")
    subclient.schedules.refresh()
    assert not subclient.schedules.has_schedule("sdk weekly")


def test_job_lists(commcell: Any) -> None:
    active = commcell.job_controller.active_jobs(client_name="busy01")
    assert {job["status"] for job in active.values()} == {"Running", "Queued", "Pending", "Suspended"}
    finished = commcell.job_controller.finished_jobs(client_name="trouble01", lookup_time=48, limit=50)
    assert "Failed" in {job["status"] for job in finished.values()}
