# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults on request: each does what its name says, as often as asked, with the effect it should have."""

from __future__ import annotations

import time
from typing import Any

import pytest
import requests
from harness import Json, Sandbox, entity, task

BODY = task(entity("web02"))


def jobs(sandbox: Sandbox) -> int:
    """How many jobs there are."""
    count: int = sandbox.control("GET", "state")["jobs_total"]
    return count


def create(sandbox: Sandbox, **rule: Any) -> tuple[requests.Response, int]:
    """CreateTask under one fault: the answer, and how many jobs it really started."""
    before = jobs(sandbox)
    sandbox.control("POST", "faults", {"path": "CreateTask$", **rule})
    answer = sandbox.post("CreateTask", BODY)
    return answer, jobs(sandbox) - before


@pytest.mark.parametrize(("fault", "effect"), [("drop_before", 0), ("drop_after", 1)])
def test_cut_connections(sandbox: Sandbox, fault: str, effect: int) -> None:
    before = jobs(sandbox)
    sandbox.control("POST", "faults", {"fault": fault, "path": "CreateTask"})
    with pytest.raises(requests.ConnectionError):
        sandbox.post("CreateTask", BODY)
    assert jobs(sandbox) - before == effect
    assert sandbox.post("CreateTask", BODY).status_code == 200
    logged = sandbox.control("GET", "requests")["requests"][-2]
    assert (logged["status"], logged["fault"], logged["write"]) == (None, fault, True)


def test_an_effect_that_comes_later(sandbox: Sandbox) -> None:
    before = jobs(sandbox)
    sandbox.control("POST", "faults", {"fault": "status", "path": "CreateTask", "effect_after": 100})
    assert sandbox.post("CreateTask", BODY).status_code == 503
    assert jobs(sandbox) == before
    sandbox.control("POST", "clock", {"advance": 101})
    assert jobs(sandbox) == before + 1


@pytest.mark.parametrize("effect", [True, False])
def test_no_answer_at_all(sandbox: Sandbox, effect: bool) -> None:
    before = jobs(sandbox)
    sandbox.control("POST", "faults", {"fault": "hang", "path": "CreateTask", "effect": effect})
    headers = {"Authtoken": sandbox.ready["access_token"]}
    with pytest.raises(requests.ReadTimeout):
        requests.post(f"{sandbox.base}/CreateTask", json=BODY, headers=headers, verify=sandbox.ready["ca_path"],
                      timeout=(30, 0.5))  # fmt: skip
    assert jobs(sandbox) - before == effect


@pytest.mark.parametrize("effect", [True, False])
@pytest.mark.parametrize("vendor", [True, False])
def test_server_errors(sandbox: Sandbox, effect: bool, vendor: bool) -> None:
    answer, started = create(sandbox, fault="status", status=502, vendor_body=vendor, effect=effect)
    assert (answer.status_code, started) == (502, int(effect))
    assert bool(answer.text) == vendor


@pytest.mark.parametrize(
    ("rule", "status", "words", "effect"),
    [
        ({"fault": "rate_limit", "retry_after": 2}, 429, "", 0),
        ({"fault": "html"}, 503, "<title>Service Unavailable</title>", 0),
        ({"fault": "html", "status": 200, "title": "Log in"}, 200, "<title>Log in</title>", 0),
        ({"fault": "expired_token"}, 401, "Access Denied", 0),
        ({"fault": "error_in_200", "error_code": 19, "error_message": "No"}, 200, '"errorCode": 19', 0),
        ({"fault": "truncated"}, 200, '{"taskId"', 1),
        ({"fault": "empty"}, 200, "", 1),
        ({"fault": "huge", "size": 1000}, 200, "x" * 1000, 1),
    ],
)
def test_answers(sandbox: Sandbox, rule: Json, status: int, words: str, effect: int) -> None:
    answer, started = create(sandbox, **rule)
    assert (answer.status_code, started) == (status, effect)
    assert words in answer.text
    if rule["fault"] == "rate_limit":
        assert answer.headers["Retry-After"] == "2"
    if rule["fault"] == "truncated":
        with pytest.raises(requests.JSONDecodeError):
            answer.json()


@pytest.mark.parametrize("effect", [True, False])
def test_redirects(sandbox: Sandbox, effect: bool) -> None:
    before = jobs(sandbox)
    rule = {"fault": "redirect", "path": "CreateTask", "location": "https://elsewhere.example/", "effect": effect}
    sandbox.control("POST", "faults", [rule, {**rule, "status": 307}])
    answers = [sandbox.post("CreateTask", BODY, allow_redirects=False) for _rule in range(2)]
    assert [(answer.status_code, answer.headers["Location"]) for answer in answers] == [
        (302, "https://elsewhere.example/"),
        (307, "https://elsewhere.example/"),
    ]
    assert jobs(sandbox) - before == 2 * effect


def test_invalid_utf8(sandbox: Sandbox) -> None:
    answer, _marker = create(sandbox, fault="invalid_utf8")
    with pytest.raises(UnicodeDecodeError):
        answer.content.decode("utf-8")


def test_delays(sandbox: Sandbox) -> None:
    before = time.monotonic()
    answer, started = create(sandbox, fault="delay", seconds=0.3)
    assert (answer.status_code, started) == (200, 1)
    assert time.monotonic() - before >= 0.3


def test_skip_and_times(sandbox: Sandbox) -> None:
    sandbox.control("POST", "faults", [{"fault": "status", "path": "CommServ", "skip": 1, "times": 2}])
    assert [sandbox.get("CommServ").status_code for _turn in range(4)] == [200, 503, 503, 200]


def test_jobs_not_found_at_first(sandbox: Sandbox) -> None:
    number = sandbox.create(entity("web01")).json()["jobIds"][0]
    sandbox.finish(number)
    sandbox.control("POST", "faults", {"fault": "not_found_first", "path": f"Job/{number}$", "times": 2})
    assert [sandbox.job(number) is None for _turn in range(3)] == [True, True, False]
    sandbox.control("POST", "faults", {"fault": "job_late", "path": "CreateTask", "seconds": 2})
    late = sandbox.create(entity("web01")).json()["jobIds"][0]
    time.sleep(0.4)
    assert sandbox.job(late) is None
    sandbox.seen(late)


def test_logins(sandbox: Sandbox) -> None:
    for fault, locked in (("login_failure", False), ("locked_account", True)):
        sandbox.control("POST", "faults", {"fault": fault, "path": "Login$"})
        answer = sandbox.login("admin", sandbox.ready["password"])
        assert answer.status_code == 200
        assert answer.json()["isAccountLocked"] is locked
        assert answer.json()["errList"]


def test_rules_that_are_not_understood(sandbox: Sandbox) -> None:
    with pytest.raises(requests.HTTPError):
        sandbox.control("POST", "faults", {"fault": "earthquake"})
    with pytest.raises(requests.HTTPError):
        sandbox.control("POST", "faults", {"fault": "delay", "sekonds": 1})
