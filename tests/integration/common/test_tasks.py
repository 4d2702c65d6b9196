# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ``task_info`` and ``task_state`` promise whatever the platform."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault import tasks as commvault_tasks
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.storware import tasks as storware_tasks

from .platforms import Platform, Ran

_INFO = {"id", "subclient", "requested_level", "level", "state", "native_state", "progress", "started_at"}
_INFO |= {"finished_at", "bytes", "message", "target", "raw"}
_MOVE = {"id", "target", "previous_state", "state", "native_state", "changed", "outcome", "new_id", "message"}


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look for a task that is not shown only twice, at once."""
    for module in (commvault_tasks, storware_tasks):
        monkeypatch.setattr(module, "TRAITS", replace(module.TRAITS, pauses_until_shown=(0.01,)))


def ids(ran: Ran) -> list[str]:
    return [row["id"] for row in ran.result["tasks"]]


# --- task_info -------------------------------------------------------------------------------------------------------


def test_a_row(platform: Platform) -> None:
    target = platform.untouched()
    task = platform.made("running", target)
    result = platform.info(ids=[task]).good().result
    (row,) = result["tasks"]
    assert set(row) == _INFO
    assert (row["id"], row["state"], row["started_at"] is None, row["finished_at"]) == (task, "running", False, None)
    assert target.items() <= row["target"].items()
    assert row["raw"]
    assert (result["changed"], result["total"], result["truncated"]) == (False, 1, False)
    assert result["by_state"] == {"running": 1}
    assert platform.moves() == 0


def test_filters_and_limit(platform: Platform) -> None:
    target = platform.untouched()
    made = {state: platform.made(state, target, ago) for state, ago in (("failed", 600), ("running", 300))}
    old = platform.made("succeeded", target, 2 * 86400)
    platform.made("failed")
    here = platform.selecting(target)
    assert set(ids(platform.info(**here))) == set(made.values())
    assert set(ids(platform.info(**here, since="3d"))) == {*made.values(), old}
    assert ids(platform.info(**here, since="3d", until="1d")) == [old]
    assert ids(platform.info(**here, states=["failed", "partial"])) == [made["failed"]]
    assert ids(platform.info(**here, order_by="started_at", direction="asc")) == [made["failed"], made["running"]]
    short = platform.info(**here, order_by="started_at", limit=1).result
    assert (len(short["tasks"]), short["truncated"], short["total"]) == (1, True, 2)
    assert ids(platform.info(ids=list(made.values()), states=["running"])) == [made["running"]]


def test_a_task_that_is_gone_fails_beside_what_is_there(platform: Platform) -> None:
    task, gone = platform.made("running"), platform.forgotten()
    ran = platform.info(ids=[task, gone]).bad("not_found")
    assert ids(ran) == [task]
    assert f" {gone}." in ran.result["msg"]


def test_an_answer_in_html(platform: Platform) -> None:
    platform.fault("html", "list", title="Maintenance", status=200, times=None)
    ran = platform.info().bad("protocol")
    assert "Maintenance" in ran.result["msg"]


def test_a_wrong_password_is_offered_once(platform: Platform) -> None:
    options = {**platform.credentials("admin"), "password": "wrong horse"}
    for ran in (platform.info(**options), platform.state("cancelled", platform.made("running"), **options)):
        ran.bad("authentication")
        assert "wrong horse" not in str(ran.result)
    assert (platform.logins(), platform.moves()) == (2, 0)


# --- task_state ------------------------------------------------------------------------------------------------------


def test_a_cancellation_that_is_awaited_and_repeated(platform: Platform) -> None:
    task = platform.made("running")
    ran = platform.state("cancelled", task, wait=True, diff=True).good()
    assert set(ran.row) == _MOVE
    assert (ran.row["previous_state"], ran.row["state"], ran.row["outcome"]) == ("running", "cancelled", "changed")
    assert (ran.result["changed"], ran.result["changed_ids"]) == (True, [task])
    assert list(ran.result["diff"]["before"].values()) == ["running"]
    assert list(ran.result["diff"]["after"].values()) == ["cancelled"]
    again = platform.state("cancelled", task).good()
    assert (again.result["changed"], again.result["changed_ids"], again.row["outcome"]) == (False, [], "unchanged")
    assert platform.moves() == 1


def test_what_ended_by_itself_is_unchanged_with_its_end(platform: Platform) -> None:
    row = platform.state("cancelled", platform.made("succeeded")).good().row
    assert (row["outcome"], row["state"], row["message"][:14]) == ("unchanged", "succeeded", "it has ended: ")
    assert platform.moves() == 0


def test_several_at_once_report_each(platform: Platform) -> None:
    first, ended, gone, last = (
        platform.made("running"),
        platform.made("failed"),
        platform.forgotten(),
        platform.made("running"),
    )
    ran = platform.state("cancelled", first, ended, gone, last).bad("not_found")
    assert ran.outcomes == ["changed", "unchanged", "failed", "changed"]
    assert ran.result["changed_ids"] == [first, last]
    assert ran.result["msg"].startswith("1 of 4 ")
    assert gone in ran.result["msg"]


def test_check_mode_predicts_and_changes_nothing(platform: Platform) -> None:
    task, failed = platform.made("running"), platform.made("failed")
    for state, one in (("cancelled", task), ("queued", failed)):
        ran = platform.state(state, one, check=True, diff=True).good()
        assert (ran.result["changed"], ran.outcomes, ran.row["state"]) == (True, ["would_change"], state)
        assert list(ran.result["diff"]["after"].values()) == [state]
    assert platform.moves() == 0


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"ids": []}, "ids is empty"),
        ({"ids": [{"job_ids": []}]}, "ids is empty"),
        ({"ids": [{"tasks": []}]}, "append .tasks"),
        ({"ids": [""]}, "''"),
        ({"ids": ["all-finished"]}, "'all-finished'"),
        ({"select": {}}, "select is empty"),
        ({"select": {"targets": []}}, "select.targets is empty"),
        ({"select": {"name_like": " "}}, "select.name_like is empty"),
        ({"select": {"types": [""]}}, "select.types is empty"),
        ({"select": {"all_running": True}}, "confirm: true"),
        ({"select": {"since": "7d"}}, "confirm: true"),
        ({"select": {"until": "1h", "states": ["running"]}}, "confirm: true"),
        ({"select": {"all_running": True, "since": "7d"}}, "confirm: true"),
        ({"select": {"all_finished": True, "states": ["failed"]}}, "more than once"),
        ({"select": {"name_like": "x"}, "max_tasks": 0}, "max_tasks must be 1 or more"),
    ],
)
def test_brakes_before_any_request(platform: Platform, options: dict[str, Any], words: str) -> None:
    assert words in platform.state("cancelled", **options).bad("invalid").result["msg"]
    assert (platform.logins(), platform.moves()) == (0, 0)


def test_a_move_that_the_platform_lacks(platform: Platform) -> None:
    state = platform.lacking()
    ran = platform.state(state, "1").bad("invalid")
    assert f" to the state {state}. " in ran.result["msg"]
    assert (platform.logins(), platform.moves()) == (0, 0)


def test_more_than_max_tasks(platform: Platform) -> None:
    target = platform.untouched()
    tasks = {platform.made("running", target) for _number in range(3)}
    platform.made("failed", target)
    here = platform.selecting(target)
    ran = platform.state("cancelled", select=here, max_tasks=2).bad("invalid")
    assert ran.result["msg"].startswith("3 ")
    assert "max_tasks is 2; nothing was changed" in ran.result["msg"]
    assert platform.moves() == 0
    assert set(platform.state("cancelled", select={**here, "all_running": True}).good().result["changed_ids"]) == tasks


def test_rows_of_other_results_are_read(platform: Platform) -> None:
    started = platform.backup(platform.slow(), skip_if_running=False).good().result["tasks"]
    (task,) = started[0]["job_ids"]
    platform.until_shown(task)
    assert ids(platform.info(ids=started).good()) == [task]
    cancelled = platform.state("cancelled", *started, wait=True).good()
    assert ids(cancelled) == [task]
    assert ids(platform.state("cancelled", *cancelled.result["tasks"], check=True).good()) == [task]


def test_only_what_failed_is_run_again(platform: Platform) -> None:
    failed, good = platform.made("failed"), platform.made("succeeded")
    ran = platform.state("queued", failed, good, wait=True).good()
    assert ran.outcomes == ["changed", "unchanged"]
    (task,) = ran.result["changed_ids"]
    assert task == (ran.row["new_id"] or failed)
    assert platform.moves() == 1
    assert platform.info(ids=[task]).good().row["state"] in ("queued", "running")
    assert platform.state("queued", task).good().outcomes == ["unchanged"]


@pytest.mark.parametrize("later", ["running", "succeeded"])
def test_superseded(platform: Platform, later: str) -> None:
    target = platform.untouched()
    failed, newer = platform.made("failed", target), platform.made(later, target, 300)
    ran = platform.state("queued", failed).good()
    assert (ran.outcomes, platform.moves()) == (["superseded"], 0)
    assert newer in ran.row["message"]
    assert platform.state("queued", failed, force=True).good().outcomes == ["changed"]


# --- what goes wrong on the way --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("fault", "moves"), [("drop_after", (1, 2)), ("drop_before", (2, 2))])
def test_a_lost_answer(platform: Platform, fault: str, moves: tuple[int, int]) -> None:
    task = platform.made("running")
    platform.fault(fault, "move")
    ran = platform.state("cancelled", task, wait=True, retries=0).good()
    assert (ran.outcomes, ran.row["state"], ran.result["changed_ids"]) == (["changed"], "cancelled", [task])
    # One that is still cleaning up cannot be told from one that was not reached, and may be asked again.
    assert moves[0] <= platform.moves() <= moves[1]


def test_a_session_that_expires_in_a_wait(platform: Platform) -> None:
    task = platform.made("running")
    platform.fault("expired_token", "poll", skip=1)
    ran = platform.state("cancelled", task, wait=True, **platform.credentials("admin")).good()
    assert (ran.row["state"], platform.logins(), platform.moves()) == ("cancelled", 2, 1)


def test_a_server_that_fails_for_a_while_ends_no_wait(platform: Platform) -> None:
    task = platform.made("running")
    platform.fault("html", "poll", title="Restarting", status=503, times=2, skip=2)
    assert platform.state("cancelled", task, wait=True, retries=0).good().row["state"] == "cancelled"


def test_a_user_without_the_right(platform: Platform) -> None:
    task = platform.made("running")
    ran = platform.state("cancelled", task, **platform.credentials("viewer"))
    assert (ran.result["failed"], ran.result["changed"], ran.outcomes) == (True, False, ["failed"])
    assert task in ran.result["msg"]
    assert platform.info(ids=[task]).good().row["state"] == "running"
