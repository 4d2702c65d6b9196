# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What decides where a flow runs, what is shown while it runs, and endings that are Ansible's own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from .conftest import HERE, THERE, Controller
from .test_two_places import probe

PASSWORD = "shown-to-Nobody-90210"


def interpreters(controller: Controller) -> dict[str, tuple[str, bool]]:
    """Return, by a name, an ``ansible_python_interpreter`` and whether it means that nothing needs to be shipped."""
    same = controller.root / "same"
    same.symlink_to(Path(sys.executable).parent)
    return {
        "own": (sys.executable, True),
        "own by another path": (str(same / Path(sys.executable).name), True),
        "the controller's": ("{{ ansible_playbook_python }}", True),
        "discovered": ("auto_silent", True),
        "another": (str(controller.other_python), False),
        "another by a template": ("{{ other_python }}", False),
    }


def test_the_interpreter_decides(controller: Controller) -> None:
    cases = interpreters(controller)
    tasks = [
        probe(name, _vars={"ansible_python_interpreter": interpreter}) for name, (interpreter, _here) in cases.items()
    ]
    outcome = controller.run(tasks, "-l", HERE, "-e", f"other_python={controller.other_python}")
    for name, (_interpreter, expected) in cases.items():
        assert outcome.of(name)["in_process"] is expected, name


def test_settings_of_the_interpreter_count(controller: Controller) -> None:
    plays = [
        {"hosts": "localhost", "gather_facts": False, "tasks": [probe("implicit")]},
        {"hosts": "elsewhere", "gather_facts": False, "connection": "local", "tasks": [probe("by default")]},
    ]
    outcome = controller.run(yaml.safe_dump(plays), "-i", "elsewhere,")
    assert outcome.of("implicit", "localhost")["in_process"] is True
    assert outcome.of("by default", "elsewhere")["in_process"] is True
    variable = {"ANSIBLE_PYTHON_INTERPRETER": str(controller.other_python)}
    outcome = controller.run(yaml.safe_dump(plays), "-i", "elsewhere,", env=variable)
    assert outcome.of("implicit", "localhost")["in_process"] is True
    assert outcome.of("by default", "elsewhere")["in_process"] is False


def test_with_delegate_to_the_other_host_decides(controller: Controller) -> None:
    tasks = [
        probe("to there", _delegate_to=THERE),
        probe("to here", _delegate_to=HERE),
        probe("by a template", _delegate_to="{{ item }}", _loop=[HERE, THERE]),
        probe("to localhost", _delegate_to="localhost"),
    ]
    outcome = controller.run(tasks)
    for host in (HERE, THERE):
        assert outcome.of("to there", host)["in_process"] is False
        assert outcome.of("to here", host)["in_process"] is True
        assert outcome.of("to localhost", host)["in_process"] is True
        places = [entry["in_process"] for entry in outcome.of("by a template", host)["results"]]
        assert places == [True, False]


def test_become_hands_over(controller: Controller) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root becomes somebody else without a password")
    own = {"_become": True, "_become_method": "ansible.builtin.su"}
    tasks = [
        probe("as root", _become_user="root", **own),
        probe("not become", _become=False),
        probe("with a token", _environment={"NIGHTSHIFT_TOKEN": "QSDK beef4711"}, **own),
    ]
    outcome = controller.run(tasks, "-vvvv")
    for host in (HERE, THERE):
        assert outcome.of("as root", host)["in_process"] is False
        assert outcome.of("with a token", host)["given"]["token"] == "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
    assert outcome.of("not become", HERE)["in_process"] is True
    outcome.assert_silent_about("beef4711")


def test_loop_throttle_and_module_defaults(controller: Controller) -> None:
    tasks = [
        probe("loop", label="{{ item }}", _loop=["a", "b", "c"]),
        probe("throttle", _throttle=1),
        probe("serial loop", label="{{ item }}", _loop=["a", "b"], _throttle=1),
    ]
    defaults = {"nightshift_test.probe.probe": {"username": "by default"}}
    outcome = controller.run(tasks, module_defaults=defaults)
    labels = [entry["given"]["label"] for entry in outcome.both("loop")["results"]]
    assert labels == ["a", "b", "c"]
    assert outcome.both("throttle")["given"]["username"] == "by default"
    assert len(outcome.both("serial loop")["results"]) == 2


def test_a_timeout_of_ansible_leaves_nothing_behind(controller: Controller) -> None:
    slow = {"mode": "sleep", "seconds": 200, "_timeout": 1}
    tasks = [
        probe("too slow", _environment={"PROBE_LEFT": "1"}, **slow),
        probe("one of a loop", _loop=[1], **slow),
        probe("afterwards", variables=["PROBE_LEFT"]),
    ]
    started = time.monotonic()
    outcome = controller.run(tasks)
    assert time.monotonic() - started < 150
    for host in (HERE, THERE):
        assert outcome.of("too slow", host)["ending"] == "failed"
        assert "1" in outcome.of("too slow", host)["msg"]
        assert outcome.of("one of a loop", host)["ending"] == "failed"
    assert outcome.both("afterwards")["variables"] == {"PROBE_LEFT": None}


def waits(mode: str) -> dict[str, Any]:
    """Return a task that shows something and waits a little, where progress is shown as ``mode`` says."""
    password = "{{ lookup('env', 'PROBE_PASSWORD') }}"
    return probe(mode, mode="sleep", label=mode, password=password, _environment={"NIGHTSHIFT_PROGRESS": mode})


@pytest.mark.parametrize(
    ("callback", "shown"), [("default", {"auto", "lines", "loud"}), ("ansible.builtin.oneline", {"lines"})]
)
def test_progress_goes_to_stderr_without_secrets(controller: Controller, callback: str, shown: set[str]) -> None:
    modes = ["auto", "lines", "off", *(["loud"] if callback == "default" else [])]
    hosts = () if callback == "default" else ("-l", HERE)
    variables = {"ANSIBLE_STDOUT_CALLBACK": callback, "PROBE_PASSWORD": PASSWORD}
    outcome = controller.run([waits(mode) for mode in modes], *hosts, env=variables)
    assert {mode for mode in modes if f"here: slept {mode}\n" in outcome.stderr} == shown
    assert ("can be auto, lines or off" in outcome.stderr) is ("loud" in modes)
    assert "here: started 6441 for ******** [31m, pick it up\n" in outcome.stderr
    assert "started 6441" not in outcome.stdout
    assert f"{THERE}: started" not in outcome.stderr
    outcome.assert_silent_about(PASSWORD, "\x1b")


def test_progress_is_chosen_for_a_whole_run(controller: Controller) -> None:
    outcome = controller.run([probe("wait", mode="sleep")], "-l", HERE, env={"NIGHTSHIFT_PROGRESS": "off"})
    assert "slept" not in outcome.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_what_was_started_is_known_when_a_signal_ends_the_wait(controller: Controller, number: signal.Signals) -> None:
    sent: list[float] = []

    def interrupt(process: subprocess.Popen[str]) -> None:
        assert process.stderr is not None
        for line in process.stderr:
            if "started 6441" in line:
                # Core hangs when a worker dies while it still holds the queue by which the line came.
                time.sleep(1)
                sent.append(time.monotonic())
                process.send_signal(number)
                return

    outcome = controller.run([probe("wait", mode="sleep", seconds=200)], "-l", HERE, during=interrupt)
    assert sent, outcome.stdout
    assert time.monotonic() - sent[0] < 100
    assert outcome.code != 0
