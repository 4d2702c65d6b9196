# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``session`` logs in once for a play, and nobody gets to see its token."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from ..compatibility.pythons import old_pythons
from .conftest import HERE, THERE, Controller
from .login_server import PASSWORD, TOKEN, USERNAME, LoginServer

SECRETS = (PASSWORD, TOKEN, TOKEN.removeprefix("QSDK "), base64.b64encode(PASSWORD.encode()).decode())


@pytest.fixture
def server(tmp_path: Path) -> Iterator[LoginServer]:
    """Return a server without TLS."""
    server = LoginServer(tmp_path, tls=False)
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def safe_server(tmp_path: Path) -> Iterator[LoginServer]:
    """Return a server with TLS that only its own certificate vouches for."""
    server = LoginServer(tmp_path, tls=True)
    yield server
    server.shutdown()
    server.server_close()


def credentials(server: LoginServer) -> dict[str, str]:
    """Return the environment in which everything but the task itself is known."""
    return {
        "NIGHTSHIFT_PLATFORM": "commvault",
        "NIGHTSHIFT_URL": server.url,
        "NIGHTSHIFT_USERNAME": USERNAME,
        "NIGHTSHIFT_PASSWORD": PASSWORD,
    }


def session(name: str, **arguments: Any) -> dict[str, Any]:
    """Return a task that logs in or out."""
    keywords = {key[1:]: arguments.pop(key) for key in list(arguments) if key.startswith("_")}
    return {"name": name, "nightshift.backup.session": arguments, **keywords}


PATTERN = """
- hosts: all
  gather_facts: false
  tasks:
    - name: log in
      nightshift.backup.session:
      run_once: true
      register: login

    - name: work
      module_defaults:
        group/nightshift.backup.all:
          platform: commvault
          url: "{{ url }}"
          token: "{{ (login | default({})).token | default(omit) }}"
        nightshift_test.probe.probe:
          token: "{{ (login | default({})).token | default(omit) }}"
      block:
        - name: use
          nightshift_test.probe.probe:
            mode: sleep
        - name: fail
          ansible.builtin.fail:
          when: failing | default(false)
      always:
        - name: log out
          nightshift.backup.session: {state: absent}
          run_once: true
          register: goodbye
        - name: said
          nightshift_test.probe.probe:
            data: "{{ goodbye.msg }}, {{ login.username }}, {{ login.changed }}, {{ login.warnings }}"
          run_once: true
"""


@pytest.mark.parametrize(("place", "arguments"), [(HERE, ("--check", "-e", "failing=1")), (THERE, ())])
def test_the_pattern(controller: Controller, server: LoginServer, place: str, arguments: tuple[str, ...]) -> None:
    limits = ("-l", place, "-e", f"url={server.url}", "-vvvv", *arguments)
    outcome = controller.run(PATTERN, *limits, env={**credentials(server), "ANSIBLE_INJECT_INVOCATION": "1"})
    assert server.logins == 1
    assert server.logouts == [TOKEN]
    assert outcome.of("use", place)["invocation"]["module_args"]["token"] == "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
    said = outcome.of("said", place)["given"]["data"]
    assert said.startswith("Logged out., operator, False, ['The connection to 127.0.0.1:")
    assert "is not encrypted" in said
    assert "censored" in outcome.of("log in", place)
    outcome.assert_silent_about(*SECRETS)


def test_a_failure_shows_its_reason_and_nothing_else(controller: Controller, server: LoginServer) -> None:
    tasks = [
        session("wrong user", username="somebody"),
        session("nothing to log in with", password=None, _environment={"NIGHTSHIFT_PASSWORD": ""}),
        session("secret in the url", url=f"https://{USERNAME}:{PASSWORD}@127.0.0.1/api"),
        session("unknown option", colour="{{ lookup('env', 'NIGHTSHIFT_PASSWORD') }}"),
    ]
    tasks.append(session("in the background", _async=30, _poll=1))
    tasks[2]["nightshift.backup.session"]["url"] = "{{ lookup('env', 'PROBE_URL') }}"
    address = f"https://{USERNAME}:{PASSWORD}@127.0.0.1/api"
    outcome = controller.run(tasks, "-vvvv", env={**credentials(server), "PROBE_URL": address})
    for task in ("wrong user", "nothing to log in with", "secret in the url", "unknown option"):
        for host in (HERE, THERE):
            assert "censored" in outcome.of(task, host)
            assert outcome.of(task, host)["ending"] == "failed"
    for host in (HERE, THERE):
        assert f"{host}: The login was refused (HTTP 200, code 1116)" in outcome.stderr
        assert f"{host}: There is nothing to log in with." in outcome.stderr
        assert f"{host}: url contains credentials" in outcome.stderr
        assert f"{host}: Unsupported parameters for (nightshift.backup.session) module: colour" in outcome.stderr
    for host in (HERE, THERE):
        # By core itself, before anything is sent.
        assert "async" in outcome.of("in the background", host)["msg"]
        assert outcome.of("in the background", host)["ending"] == "failed"
    assert server.logins == 2
    outcome.assert_silent_about(*SECRETS)


def test_a_given_token_is_left_alone(controller: Controller, server: LoginServer) -> None:
    tasks = [
        session("present", _register="login"),
        {"name": "seen", "nightshift_test.probe.probe": {"data": "{{ login.token | default('no token') }}"}},
        session("absent", state="absent"),
    ]
    outcome = controller.run(tasks, env={**credentials(server), "NIGHTSHIFT_TOKEN": TOKEN})
    assert outcome.both("seen")["given"]["data"] == "no token"
    assert server.asked == []


def test_our_own_ca_wins_over_the_environment(controller: Controller, safe_server: LoginServer, tmp_path: Path) -> None:
    other = tmp_path / "other.pem"
    other.touch()
    variables = {"REQUESTS_CA_BUNDLE": str(other), "CURL_CA_BUNDLE": str(other)}
    tasks = [
        session("trusted", ca_path=str(safe_server.ca_path), _environment=variables),
        session("unchecked", validate_certs=False, _environment=variables),
        session("by environment", _environment={"REQUESTS_CA_BUNDLE": str(safe_server.ca_path)}),
        session("proxy", _environment={"https_proxy": "http://127.0.0.1:9"}, validate_certs=False),
    ]
    outcome = controller.run(tasks, env=credentials(safe_server))
    endings = {task: [outcome.of(task, host)["ending"] for host in (HERE, THERE)] for task, _host in outcome.results}
    assert endings["trusted"] == ["ok", "ok"]
    assert endings["unchecked"] == ["ok", "ok"]
    assert endings["proxy"] == ["failed", "failed"]
    assert endings["by environment"][0] == endings["by environment"][1]


def test_a_missing_library_fails_the_task_and_not_the_run(
    controller: Controller, server: LoginServer, tmp_path: Path
) -> None:
    (tmp_path / "requests.py").write_text("raise ImportError('no such thing')\n")
    tasks = [session("log in"), {"name": "go on", "nightshift_test.probe.probe": {}}]
    outcome = controller.run(tasks, env={**credentials(server), "PYTHONPATH": str(tmp_path)})
    assert outcome.code == 0
    assert outcome.both("go on")["ending"] == "ok"
    for host in (HERE, THERE):
        assert f"{host}: Failed to import the required Python library (requests) on " in outcome.stderr


def test_an_old_python_gets_one_sentence(controller: Controller, server: LoginServer) -> None:
    found = list(old_pythons().values())
    if not found:
        pytest.skip("no Python before 3.10 is here")
    play = [{"hosts": THERE, "gather_facts": False, "tasks": [session("log in")]}]
    old = ("-e", f"ansible_python_interpreter={found[-1]}")
    outcome = controller.run(yaml.safe_dump(play), *old, env=credentials(server))
    assert "nightshift.backup needs Python 3.10 or later" in outcome.stderr
    assert "Traceback" not in outcome.stdout + outcome.stderr
