# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sandbox as a process: start, restart, end, and what it leaves behind."""

from __future__ import annotations

import base64
import json
import socket
import tempfile
import threading
import time
from pathlib import Path

import pytest
import requests
from harness import XML, Sandbox, entity, running


def leftovers() -> set[str]:
    """Temporary folders of sandboxes."""
    return {path.name for path in Path(tempfile.gettempdir()).glob("nightshift-sandbox-*")}


def test_ready_file_and_nothing_left_behind(tmp_path: Path) -> None:
    with running(tmp_path) as sandbox:
        mode = (tmp_path / "ready.json").stat().st_mode & 0o777
        assert mode == 0o600
        assert set(sandbox.ready) >= {"commvault_url", "storware_url", "ca_path", "username", "password", "pid"}
        assert sandbox.ready["pid"] == sandbox.process.pid
        folder = Path(sandbox.ready["ca_path"]).parent
        assert folder.name in leftovers()
        # A connection that stays open must not hold up the end.
        sandbox.get("CommServ")
        before = time.monotonic()
        sandbox.process.terminate()
        assert sandbox.process.wait(timeout=10) == 0
        assert time.monotonic() - before < 30
    assert folder.name not in leftovers()
    assert list(tmp_path.iterdir()) == []


def test_strangers_do_not_trust_it(tmp_path: Path) -> None:
    with running(tmp_path) as sandbox:
        session = requests.Session()
        session.trust_env = False
        with pytest.raises(requests.exceptions.SSLError):
            session.get(f"{sandbox.base}/", timeout=5)
        by_name = sandbox.base.replace("127.0.0.1", "localhost")
        assert sandbox.http.get(f"{by_name}/", timeout=5).status_code == 200


def test_state_survives_a_restart(tmp_path: Path) -> None:
    state = tmp_path / "state.db"
    options = ("--state", str(state), "--estate", "3")
    with running(tmp_path, *options, scale=1) as first:
        token = first.token("admin")
        slow = first.create(entity("web02")).json()["jobIds"][0]
        schedule = first.create(entity("web02"), pattern={"freq_type": 4, "freq_interval": 1}, name="kept").json()
        authority = Path(first.ready["ca_path"]).read_bytes()
        first.control("POST", "clock", {"advance": 60})
        assert state.stat().st_mode & 0o777 == 0o600
    with running(tmp_path, "--state", str(state), scale=60) as second:
        assert second.ready["password"] == first.ready["password"]
        assert second.ready["access_token"] == first.ready["access_token"]
        assert Path(second.ready["ca_path"]).read_bytes() == authority
        assert second.get("CommServ", headers={"Authtoken": token}).status_code == 200
        assert second.finish(slow)["status"] == "Completed"
        assert second.get(f"Schedules/{schedule['taskId']}").json()["taskInfo"]["task"]["taskId"] == schedule["taskId"]
        assert second.control("GET", "clock")["offset"] == pytest.approx(60, abs=1)
        new = second.create(entity("host0003")).json()
        assert int(new["jobIds"][0]) > int(slow)
        assert new["taskId"] > schedule["taskId"]


def test_neither_log_nor_state_keeps_what_logs_in(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    state = tmp_path / "state.db"
    with running(tmp_path, "--state", str(state)) as sandbox:
        root, password = sandbox.ready["storware_url"], sandbox.ready["password"]
        token = sandbox.token("admin")
        login = {"login": "admin", "password": password}
        cookies = requests.post(
            f"{root}/session/login", json=login, verify=sandbox.ready["ca_path"], timeout=30
        ).cookies
        assert sandbox.get("CommServ", headers={"Authtoken": token}, params={"token": token}).status_code == 200
        for body in (f"<L><password a='b'>{password}</password></L>", f'<L password="{password}"/>', f"token={token}"):
            sandbox.http.post(f"{sandbox.base}/Login", data=body, headers=XML, timeout=30)
        assert sandbox.login("admin", "wrong-Horse-77").status_code == 200
        heard = json.dumps(sandbox.control("GET", "requests"))
        kept = b"".join(path.read_bytes() for path in tmp_path.glob("state.db*"))
        sessions = [token, token.removeprefix("QSDK "), *(value for _name, value in cookies.items())]
        wrong = base64.b64encode(b"wrong-Horse-77").decode()
        assert len(sessions) == 4
        for secret in [*sessions, "wrong-Horse-77", wrong]:
            assert secret not in heard
            assert secret.encode() not in kept
        assert password not in heard
        assert all(path.stat().st_mode & 0o77 == 0 for path in tmp_path.glob("state.db*") if path.suffix != ".pem")
    shown = "".join(capfd.readouterr())
    assert not any(secret in shown for secret in [*sessions, password, "wrong-Horse-77", wrong])


def test_seed_data_faults_file_and_plain_http(tmp_path: Path) -> None:
    backupsets = [{"name": "set", "subclients": ["one", {"name": "two", "destiny": "failed", "seconds": 5}]}]
    instances = [{"name": "DefaultInstanceName", "backupsets": backupsets}]
    seed = {"clients": [{"name": "own01", "agents": [{"name": "Linux File System", "instances": instances}]}]}
    (tmp_path / "seed.json").write_text(json.dumps(seed), encoding="utf-8")
    (tmp_path / "faults.yml").write_text("rules:\n  - {fault: status, status: 500, path: CommServ}\n", encoding="utf-8")
    options = ("--seed-data", str(tmp_path / "seed.json"), "--faults", str(tmp_path / "faults.yml"), "--no-tls")
    with running(tmp_path, *options) as sandbox:
        assert sandbox.base.startswith("http://")
        assert sandbox.ready["ca_path"] is None
        assert [sandbox.get("CommServ").status_code for _turn in range(2)] == [500, 200]
        numbers = sandbox.create(entity("own01", "set", None)).json()["jobIds"]
        assert {sandbox.finish(number)["status"] for number in numbers} == {"Completed", "Failed"}


def test_a_large_estate_answers_quickly(tmp_path: Path) -> None:
    with running(tmp_path, "--estate", "2000") as sandbox:
        targets = [entity(f"host{number:04d}") for number in range(1, 101)]
        before = time.monotonic()
        assert len(set(sandbox.create(*targets).json()["jobIds"])) == 100
        assert len(sandbox.get("Client").json()["clientProperties"]) > 2000
        assert time.monotonic() - before < 60


def test_many_clients_at_once(server: Sandbox) -> None:
    started: list[str] = []

    def work() -> None:
        session = Sandbox(server.process, server.ready)
        started.extend(session.create(entity("web02", "logs")).json()["jobIds"])

    threads = [threading.Thread(target=work) for _thread in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(started)) == 10


def test_garbage_on_the_wire_does_not_end_it(server: Sandbox) -> None:
    host, port = server.base.split("/")[2].split(":")
    with socket.create_connection((host, int(port)), timeout=5) as raw:
        raw.sendall(b"\x00garbage\r\n\r\n")
    assert server.get("CommServ").status_code == 200
