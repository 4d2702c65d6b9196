# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults on this platform's routes, control services, and what survives a restart."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests
from storware_harness import Storware, running_storware


def test_statuses_in_the_platforms_form(api: Storware) -> None:
    api.fault(fault="status", path="/tasks$", status=503)
    assert (api.call("GET", "/tasks").status_code, api.call("GET", "/tasks").status_code) == (503, 200)
    api.fault(fault="status", path="/tasks$", status=500, vendor_body=True, error_message="Out of order")
    assert api.call("GET", "/tasks").json() == {"message": "Out of order"}
    api.fault(fault="status", path="/tasks$", status=409, vendor_body=True, error_message="Not now")
    assert api.call("GET", "/tasks").json() == {"error": {"message": "Not now"}}


@pytest.mark.parametrize(
    ("fault", "status"),
    [("expired_token", 401), ("not_found_first", 404), ("login_failure", 401), ("locked_account", 401),
     ("rate_limit", 429), ("error_in_200", 200)],
)  # fmt: skip
def test_refusals(api: Storware, fault: str, status: int) -> None:
    api.fault(fault=fault, path="/virtual-machines$")
    assert api.call("GET", "/virtual-machines").status_code == status
    assert api.call("GET", "/virtual-machines").status_code == 200


def test_html(api: Storware) -> None:
    api.fault(fault="html", path="/tasks$", status=502, title="Bad Gateway")
    answer = api.call("GET", "/tasks")
    assert (answer.status_code, answer.headers["Content-Type"]) == (502, "text/html; charset=utf-8")


def test_broken_bodies(api: Storware) -> None:
    for fault in ("truncated", "invalid_utf8"):
        api.fault(fault=fault, path="/tasks$")
        with pytest.raises(ValueError, match=r".+"):
            api.call("GET", "/tasks").json()
    api.fault(fault="empty", path="/tasks$")
    assert api.call("GET", "/tasks").content == b""
    api.fault(fault="huge", path="/tasks$", size=100_000)
    assert len(api.call("GET", "/tasks").json()[-1]["filler"]) == 100_000


def test_dropped_before_and_after_the_effect(api: Storware) -> None:
    body = api.export_body("app01")
    for fault, effect in (("drop_before", 0), ("drop_after", 1)):
        before = api.control("GET", "storware")["workflow"]
        api.fault(fault=fault, path="/tasks/export")
        with pytest.raises(requests.ConnectionError):
            api.call("POST", "/tasks/export", body)
        assert api.control("GET", "storware")["workflow"] == before + effect


def test_cancel_running_may_be_missing(api: Storware) -> None:
    api.fault(fault="status", path="/tasks/cancel-running", status=404, times=None, vendor_body=True)
    assert api.call("POST", "/tasks/cancel-running", []).json()["message"]


def test_counts_of_both_platforms(api: Storware) -> None:
    state = api.control("GET", "state")
    assert state["clients"] > 0
    assert state["storware"]["vm"] > 20
    assert {"RUNNING", "QUEUED", "FINISHED", "FAILED"} <= set(state["storware"]["tasks"])
    assert {"SUCCESS", "PARTIAL_SUCCESS", "FAILED", "SUCCESS_REMOVED"} <= set(state["storware"]["backups"])


def test_control_makes_backups(api: Storware) -> None:
    made = api.control("POST", "storware/backups", {"vm": "nonode01", "age_hours": 3, "status": "PARTIAL_SUCCESS"})
    guid = made["backup"]["guid"]
    assert api.get(f"/backups/{guid}")["status"]["name"] == "PARTIAL_SUCCESS"
    api.control("POST", "storware/backups", {"guid": guid, "status": "FAILED", "statusInfo": "because"})
    assert api.get(f"/backups/{guid}")["statusInfo"] == "because"
    wrong = requests.post(
        f"{api.sandbox.ready['control_url']}/storware", json={"purges": True}, verify=api.http.verify, timeout=10
    )
    assert wrong.status_code == 400


def test_the_ready_file_names_users(api: Storware) -> None:
    ready = api.sandbox.ready
    assert ready["storware_url"].endswith("/api")
    assert {"viewer", "tenant", "norights", "locked"} <= set(ready["users"])


def test_state_survives_a_restart(tmp_path: Path) -> None:
    state = ("--state", str(tmp_path / "state.db"), "--estate", "3")
    with running_storware(tmp_path, *state, scale=1) as api:
        assert api.vm("host0003")["vmBackupPolicy"]["name"] == "silver"
        password, task = api.sandbox.ready["password"], api.export("host0003")
        guid = api.post("/schedules", {**api.get("/schedules")[0], "guid": None, "name": "kept"})["guid"]
        vms = {row["guid"] for row in api.get("/virtual-machines")}
    with running_storware(tmp_path, *state, scale=200) as api:
        assert api.sandbox.ready["password"] == password
        assert {row["guid"] for row in api.get("/virtual-machines")} == vms
        assert api.get(f"/schedules/{guid}")["name"] == "kept"
        assert api.finish_backup(api.backup_of(task))["status"]["name"] == "SUCCESS"


def test_plain_http_has_no_secure_cookies(tmp_path: Path) -> None:
    with running_storware(tmp_path, "--no-tls") as api:
        assert not any(cookie.secure for cookie in api.http.cookies)
        assert api.vm("db01")["guid"] == "6149a15e-1b3f-53d7-8e36-eb1afa790c28"
