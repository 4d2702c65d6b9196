# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The same task gives the same result in-process and as a shipped module, however it ends."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest
from ansible.parsing.vault import VaultLib, VaultSecret

from .conftest import CORE, HERE, THERE, Controller, Outcome, comparable

PASSWORD = "pass/Wörd-7531"
TOKEN = "QSDK 3f7a9c41d2"
SECRETS = (PASSWORD, TOKEN, TOKEN.removeprefix("QSDK "), base64.b64encode(PASSWORD.encode()).decode())

DIGEST = hashlib.sha256(PASSWORD.encode()).hexdigest()


def probe(name: str, **arguments: Any) -> dict[str, Any]:
    """Return a task that probes, called ``name``."""
    keywords = {key[1:]: arguments.pop(key) for key in list(arguments) if key.startswith("_")}
    return {"name": name, "nightshift_test.probe.probe": arguments, **keywords}


@pytest.fixture(scope="module")
def endings(controller: Controller) -> Outcome:
    """Run a task for each way to end, at the highest verbosity."""
    # Newer cores show the lines of a playbook around a failed task, so secrets must not stand there.
    password, token = "{{ lookup('env', 'PROBE_PASSWORD') }}", "{{ lookup('env', 'PROBE_TOKEN') }}"
    credentials = {"password": password, "token": token, "platform": "commvault"}
    return controller.run(
        [
            probe(
                "echo", **credentials, data={"a": [1, 2.5, True, None, "x"]}, _environment={"PROBE_EXPECTED": DIGEST}
            ),
            probe("reject", mode="reject", **credentials),
            probe("crash", mode="crash", **credentials),
            probe("odd", mode="odd", **credentials),
            probe("library", mode="library"),
            probe("warn", mode="warn"),
            probe("unknown option", colour="red", **credentials),
            probe("bad choice", level=password, **credentials),
            probe("bad type", timeout=password, **credentials),
            probe("exclusive", data=1, level="full", **credentials),
            probe("apart", client_key="k", **credentials),
            probe("in a suboption", options={"kind": "c", "key": password}, platform="commvault"),
            probe("hidden", label="not-to-be-seen", _no_log=True),
            probe("nulls", platform=None, level=None, options={"kind": None}, retries=None, validate_certs=None),
        ],
        "-vvvv",
        # Before 2.21 results always repeat the arguments.
        env={"PROBE_PASSWORD": PASSWORD, "PROBE_TOKEN": TOKEN, "ANSIBLE_INJECT_INVOCATION": "1"},
    )


def test_the_two_hosts_are_two_places(endings: Outcome) -> None:
    assert endings.of("echo", HERE)["in_process"] is True
    assert endings.of("echo", THERE)["in_process"] is False


def test_a_success_is_the_same(endings: Outcome) -> None:
    result = endings.both("echo")
    assert result["changed"] is True
    assert result["password_is_right"] is True
    assert result["given"]["data"] == {"a": [1, 2.5, True, None, "x"]}
    assert result["given"]["password"] == "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"


def test_the_arguments_are_shown_the_same(endings: Outcome) -> None:
    for task in ("echo", "reject", "exclusive"):
        here, there = (endings.of(task, host)["invocation"] for host in (HERE, THERE))
        if task != "exclusive":
            assert here == there
        assert here["module_args"]["token"] == "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"


def test_a_refusal_keeps_what_was_done_and_hides_secrets(endings: Outcome) -> None:
    result = endings.both("reject")
    assert result["msg"] == "The server refused ********. Ask for a right."
    assert result["error"] == {
        "kind": "rejected",
        "message": "The server refused ********.",
        "http_status": 403,
        "code": 587203022,
        "method": "POST",
        "path": "CreateTask",
    }
    assert result["tasks"] == [{"task_id": "6441", "outcome": "started"}]
    assert result["ending"] == "failed"
    assert result["changed"] is False


def test_a_defect_is_one_sentence(endings: Outcome) -> None:
    result = endings.both("crash")
    assert "KeyError" in result["msg"]
    assert "Traceback" not in result["msg"]
    assert result["tasks"] == [{"task_id": "6441", "outcome": "started"}]


def test_a_result_becomes_plain_json_without_secrets(endings: Outcome) -> None:
    result = endings.both("odd")
    assert result["odd"] == "odd thing"
    assert result["colour"] == "red"
    assert result["names"] == ["a", "b"]
    assert result["pair"] == [1, 2.5]
    assert result["when"] == "2026-11-22T03:00:00Z"
    assert result["raw"] == "bytes"
    assert result["7"] == "number"
    assert result["template"] == "{{ 7 * 7 }}"
    assert list(result["secrets"]) == ["VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"]


def test_a_missing_library_is_ansible_s_own_sentence(endings: Outcome) -> None:
    result = endings.both("library")
    assert result["msg"].startswith("Failed to import the required Python library (imaginary) on ")
    assert result["error"]["kind"] == "invalid"


def test_warnings_come_once(endings: Outcome) -> None:
    assert endings.both("warn")["warnings"] == ["Mind the gap.", "Mind the step."]


@pytest.mark.parametrize(
    ("task", "words"),
    [
        ("unknown option", "Unsupported parameters for (nightshift_test.probe.probe) module: colour"),
        ("bad choice", "value of level must be one of: full, incremental, got: "),
        ("bad type", "timeout"),
        ("exclusive", "parameters are mutually exclusive: data|level"),
        ("apart", "parameters are required together: client_cert, client_key"),
        ("in a suboption", "value of kind must be one of: a, b, got: c found in options"),
    ],
)
def test_invalid_arguments_are_refused_in_one_sentence(endings: Outcome, task: str, words: str) -> None:
    result = endings.both(task)
    assert words in result["msg"]
    assert result["error"] == {"kind": "invalid", "message": result["msg"]}


def test_null_is_not_given_at_any_depth(endings: Outcome) -> None:
    given = endings.both("nulls")["given"]
    assert given["retries"] == 3
    assert given["validate_certs"] is True
    assert not {"platform", "level"} & set(given)


def test_no_output_shows_a_secret(endings: Outcome) -> None:
    endings.assert_silent_about(*SECRETS)


def test_no_log_of_a_task_hides_everything(endings: Outcome) -> None:
    assert "censored" in endings.both("hidden")
    # Newer cores show the line of the playbook where a task fails, but this one does not.
    assert "not-to-be-seen" not in endings.stdout.replace("label: not-to-be-seen", "")


def test_values_reach_both_places_as_the_same_json(controller: Controller) -> None:
    vault = VaultLib([("default", VaultSecret(b"open"))])
    sealed = vault.encrypt(PASSWORD).decode()
    indented = "\n".join(f"            {line}" for line in sealed.splitlines())
    (controller.root / "vault-password").write_text("open")
    outcome = controller.run(
        f"""
- hosts: all
  gather_facts: false
  vars:
    sealed: !vault |
{indented}
  tasks:
    - name: sealed
      environment: {{PROBE_EXPECTED: {DIGEST}}}
      nightshift_test.probe.probe:
        password: "{{{{ sealed }}}}"
        data: {{deep: ["{{{{ sealed }}}}", "a {{{{ sealed }}}} z"]}}
        options: {{key: "{{{{ sealed }}}}"}}
    - name: sealed in the task
      environment: {{PROBE_EXPECTED: {DIGEST}}}
      nightshift_test.probe.probe:
        password: !vault |
{indented}
    - name: times
      nightshift_test.probe.probe:
        data: {{date: 2026-11-22, moment: 2026-11-22 21:00:00, time: 21:00, text: "21:00"}}
    - name: a bare date
      nightshift_test.probe.probe: {{label: 2026-11-22}}
    - name: a template as data
      nightshift_test.probe.probe: {{data: "{{{{ '{{{{' }}}} 7 * 7 }}}}"}}
""",
        "-vvvv",
        "--vault-password-file",
        str(controller.root / "vault-password"),
    )
    for task in ("sealed", "sealed in the task"):
        assert outcome.both(task)["password_is_right"] is True
        assert outcome.both(task)["types"]["password"] == "str"
    masked = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
    assert outcome.both("sealed")["given"]["data"] == {"deep": [masked, "a ******** z"]}
    times = {"date": "2026-11-22", "moment": "2026-11-22T21:00:00", "time": 1260, "text": "21:00"}
    assert outcome.both("times")["given"]["data"] == times
    assert outcome.both("a bare date")["given"]["label"] == "2026-11-22"
    outcome.both("a template as data")
    outcome.assert_silent_about(PASSWORD, SECRETS[-1])


def test_check_mode_and_diff(controller: Controller) -> None:
    outcome = controller.run(
        [
            probe("always checks", _check_mode=True, _diff=True),
            probe("never checks", _check_mode=False),
            probe("as the command line says"),
        ],
        "--check",
        "--diff",
    )
    for task in ("always checks", "as the command line says"):
        assert outcome.both(task)["check_mode"] is True
        assert outcome.both(task)["diff"] == {"before": "old\n", "after": "new\n"}
    assert outcome.both("never checks")["check_mode"] is False
    assert all(("invocation" in result) is (CORE < (2, 21)) for result in outcome.results.values())
    assert outcome.stdout.count("+new") == 6


def test_the_task_s_environment(controller: Controller) -> None:
    names = ["PROBE_A", "PROBE_B", "HTTPS_PROXY"]
    outcome = controller.run(
        [
            probe("task wins", variables=names, _environment={"PROBE_A": "task", "HTTPS_PROXY": "http://p"}),
            probe(
                "loop",
                variables=names,
                _loop=[1, 2],
                _environment="{{ {'PROBE_A': 'item', 'PROBE_NEW': 1} if item == 1 else {} }}",
            ),
            probe("afterwards", variables=[*names, "PROBE_NEW"]),
            probe("connection", _environment={"NIGHTSHIFT_TOKEN": TOKEN, "NIGHTSHIFT_VALIDATE_CERTS": "no"}),
            probe("argument wins", username="mine", url=None),
        ],
        "-vvvv",
        env={
            "PROBE_B": "process",
            "NIGHTSHIFT_USERNAME": "hers",
            "NIGHTSHIFT_URL": "https://u",
            "NIGHTSHIFT_TIMEOUT": "",
        },
    )
    assert outcome.both("task wins")["variables"] == {
        "PROBE_A": "task",
        "PROBE_B": "process",
        "HTTPS_PROXY": "http://p",
    }
    first, second = outcome.both("loop")["results"]
    assert first["variables"]["PROBE_A"] == "item"
    assert second["variables"]["PROBE_A"] is None
    assert outcome.both("afterwards")["variables"]["PROBE_NEW"] is None
    given = outcome.both("connection")["given"]
    assert given["token"] == "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
    assert given["validate_certs"] is False
    assert given["timeout"] == 30
    assert outcome.both("argument wins")["given"]["username"] == "mine"
    assert outcome.both("argument wins")["given"]["url"] == "https://u"
    outcome.assert_silent_about(TOKEN, TOKEN.removeprefix("QSDK "))


def test_async_is_handed_over(controller: Controller) -> None:
    in_background = {"_async": 30, "_poll": 1}
    tasks = [probe("background", **in_background), probe("invalid", colour="red", **in_background)]
    outcome = controller.run(tasks)
    for host in (HERE, THERE):
        assert outcome.of("background", host)["in_process"] is False
        assert outcome.of("background", host)["finished"] in (1, True)
        assert "Unsupported parameters" in outcome.of("invalid", host)["msg"]


def test_async_in_check_mode(controller: Controller) -> None:
    outcome = controller.run([probe("background", _async=30, _poll=1)], "--check", "-l", HERE)
    if CORE < (2, 17):
        assert "check mode and async cannot be used on same task" in outcome.of("background")["msg"]
    else:
        assert outcome.of("background")["check_mode"] is True


def test_results_without_incidentals_are_equal_by_definition() -> None:
    assert comparable({"a": [{"_ansible_x": 1, "b": 2}], "invocation": {}}) == {"a": [{"b": 2}]}
