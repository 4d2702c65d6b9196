# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``task_state``: moves, brakes, reruns, and what happens when answers are lost."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from ansible_collections.nightshift.backup.tests.integration.backup_task.support import Sandbox

from .support import Modules, by_id, ids, only, requests_of, writes

HOUR = 3600


def running(sandbox: Sandbox, target: dict[str, Any] | None = None, **values: Any) -> str:
    """Return the ID of a job that goes on until somebody acts on it."""
    return sandbox.job(target or sandbox.cold(), **{"status": "Running", **values})


@pytest.mark.parametrize(
    ("state", "status", "native", "path"),
    [
        ("paused", "Running", "Suspended", "pause"),
        ("paused", "Queued", "Suspended", "pause"),
        ("running", "Suspended", "Running", "resume"),
        ("running", "Pending", "Running", "resume"),
        ("cancelled", "Running", "Killed", "kill"),
        ("cancelled", "Suspended", "Killed", "kill"),
    ],
)
def test_a_move_that_is_awaited(
    modules: Modules, sandbox: Sandbox, state: str, status: str, native: str, path: str
) -> None:
    job = running(sandbox, status=status, work=20, seconds=86400)
    ran = modules.state(state, job, wait=True, diff=True).good()
    (row,) = ran.result["tasks"]
    assert (row["changed"], row["outcome"], row["state"], row["native_state"]) == (True, "changed", state, native)
    assert ran.result["changed_ids"] == [job]
    assert ran.result["diff"]["after"] == {f"job {job}": state}
    assert writes(sandbox) == [f"Job/{job}/action/{path}"]


def test_a_move_that_is_not_awaited(modules: Modules, sandbox: Sandbox) -> None:
    job = running(sandbox)
    ran = modules.state("paused", job).good()
    (row,) = ran.result["tasks"]
    assert (row["previous_state"], row["state"], row["message"]) == ("running", "paused", "accepted, not awaited")
    assert row["target"]["subclient"] == "default"
    assert ran.shown == [f"job {job}: accepted, not awaited"]


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("paused", "Suspended"),
        ("paused", "Suspend Pending"),
        ("paused", "Kill Pending"),
        ("running", "Running"),
        ("running", "Waiting"),
        ("cancelled", "Killed"),
        ("cancelled", "Kill Pending"),
    ],
)
def test_already_there_is_unchanged(modules: Modules, sandbox: Sandbox, state: str, status: str) -> None:
    job = running(sandbox, status=status, transition=60)
    ran = modules.state(state, job).good()
    assert ran.result["changed"] is False
    assert ran.result["changed_ids"] == []
    assert ran.row["outcome"] == "unchanged"
    assert writes(sandbox) == []


@pytest.mark.parametrize("state", ["paused", "running", "cancelled"])
def test_what_has_ended_is_unchanged_with_its_end(modules: Modules, sandbox: Sandbox, state: str) -> None:
    job = running(sandbox, status="Completed w/ one or more errors")
    ran = modules.state(state, job).good()
    assert (ran.row["outcome"], ran.row["state"], ran.row["changed"]) == ("unchanged", "partial", False)
    assert ran.row["message"] == "it has ended: Completed w/ one or more errors"
    assert writes(sandbox) == []


def test_several_at_once_report_each(modules: Modules, sandbox: Sandbox, pauses: list[float]) -> None:
    first, ended, last = running(sandbox), running(sandbox, status="Completed"), running(sandbox)
    ran = modules.state("paused", first, ended, "6001", last, wait=True).bad("not_found")
    assert pauses[:4] == [0.5, 1.0, 2.0, 3.0]
    assert [row["outcome"] for row in ran.result["tasks"]] == ["changed", "unchanged", "failed", "changed"]
    assert ran.result["changed_ids"] == [first, last]
    assert ran.result["msg"].startswith("The server shows no job 6001.") is False
    assert "1 of 4 jobs failed" in ran.result["msg"]
    again = modules.state("running", *ran.result["changed_ids"], wait=True).good()
    assert again.result["changed_ids"] == [first, last]


def test_one_that_is_refused_does_not_stop_the_others(modules: Modules, sandbox: Sandbox) -> None:
    first, second = running(sandbox), running(sandbox)
    sandbox.fault("error_in_200", f"Job/{first}/action", error_code=17, error_message="No.")
    ran = modules.state("paused", first, second).bad("rejected")
    assert [row["outcome"] for row in ran.result["tasks"]] == ["failed", "changed"]
    assert ran.result["error"]["code"] == 17


def test_a_resume_waits_for_a_pause_that_is_on_its_way(modules: Modules, sandbox: Sandbox) -> None:
    job = running(sandbox)
    modules.state("paused", job).good()
    assert modules.state("running", job, wait=True).good().row["changed"] is True


def test_check_mode_predicts_and_changes_nothing(modules: Modules, sandbox: Sandbox) -> None:
    job, ended = running(sandbox), running(sandbox, status="Failed")
    for state, chosen in (("paused", job), ("queued", ended)):
        ran = modules.state(state, chosen, check=True, diff=True).good()
        assert ran.result["changed"] is True
        assert (ran.row["outcome"], ran.row["state"]) == ("would_change", state)
        assert ran.result["diff"]["after"] == {f"job {chosen}": state}
    assert writes(sandbox) == []
    assert modules.state("paused", ended, check=True).good().result["changed"] is False


def test_a_job_that_is_being_killed_cannot_be_resumed(modules: Modules, sandbox: Sandbox) -> None:
    job = running(sandbox, status="Kill Pending")
    assert "being killed already" in modules.state("running", job).bad("invalid").result["msg"]
    assert writes(sandbox) == []


# --- what is meant ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"ids": []}, "ids is empty"),
        ({"ids": [{"job_ids": []}]}, "ids is empty"),
        ({"ids": ["6f1c-guid"]}, "no ID of a Commvault job"),
        ({"ids": [True]}, "no ID of a Commvault job"),
        ({"ids": [{"task_id": "6001"}]}, "without job_ids or id"),
        ({"ids": [{"tasks": []}]}, "append .tasks"),
        ({"select": {}}, "select is empty"),
        ({"select": {"targets": []}}, "select.targets is empty"),
        ({"select": {"name_like": ""}}, "select.name_like is empty"),
        ({"select": {"states": []}}, "select.states is empty"),
        ({"select": {"all_running": True}}, "confirm: true"),
        ({"select": {"states": ["running", "queued"]}}, "select.states alone means everything on the server."),
        ({"select": {"all_running": True, "all_finished": True}}, "more than once"),
        ({"select": {"all_finished": True, "states": ["failed"]}}, "more than once"),
        ({"select": {"hypervisor": "x"}}, "hypervisor is no filter that Commvault has"),
        ({}, "one of the following is required: ids, select"),
        ({"ids": ["1"], "select": {"name_like": "x"}}, "mutually exclusive"),
        ({"ids": ["1"], "max_tasks": 0}, "max_tasks must be 1 or more"),
        ({"ids": ["1"], "wait_timeout": 60}, "wait_timeout needs a unit"),
    ],
)
def test_brakes_before_any_request(modules: Modules, sandbox: Sandbox, options: dict[str, Any], words: str) -> None:
    assert words in modules.state("paused", **options).bad("invalid").result["msg"]
    assert requests_of(sandbox) == []


def test_a_move_that_the_platform_lacks(modules: Modules, sandbox: Sandbox) -> None:
    ran = modules.state("absent", "1").bad("invalid")
    assert ran.result["msg"].startswith("Commvault cannot bring a job to the state absent.")
    assert requests_of(sandbox) == []


def test_max_tasks(modules: Modules, sandbox: Sandbox) -> None:
    target = sandbox.cold()
    jobs = [running(sandbox, target) for _number in range(3)]
    running(sandbox, target, status="Suspended")
    ran = modules.state("paused", select={"targets": [only(target)]}, max_tasks=2).bad("invalid")
    assert ran.result["msg"].startswith("3 jobs would be changed and max_tasks is 2; nothing was changed.")
    assert writes(sandbox) == []
    assert len(modules.state("paused", *jobs, max_tasks=3).good().result["changed_ids"]) == 3


def test_a_selection_means_what_can_be_moved(modules: Modules, sandbox: Sandbox) -> None:
    target = sandbox.cold()
    made = {
        status: running(sandbox, target, status=status)
        for status in ("Running", "Pending", "Suspended", "Failed", "Completed")
    }
    here = {"targets": [only(target)]}
    for state, chosen in (
        ("paused", {"Running", "Pending", "Suspended"}),
        ("running", {"Pending", "Suspended"}),
        ("cancelled", {"Running", "Pending", "Suspended"}),
        ("queued", {"Failed"}),
    ):
        assert set(ids(modules.state(state, select=here, check=True))) == {made[status] for status in chosen}
    everything = modules.state("cancelled", select={**here, "all_finished_and_queued": True}, check=True)
    assert set(ids(everything)) == {made[status] for status in ("Pending", "Failed", "Completed")}
    assert ids(modules.state("paused", select={**here, "all_running": True}, check=True)) == [made["Running"]]
    assert set(ids(modules.state("paused", select={**here, "all_finished": True}, check=True))) == {
        made["Failed"],
        made["Completed"],
    }
    assert ids(modules.state("paused", select={**here, "states": ["queued"]}, check=True)) == [made["Pending"]]


def test_everything_needs_a_word(modules: Modules, sandbox: Sandbox) -> None:
    job = running(sandbox)
    ran = modules.state("paused", select={"all_running": True}, confirm=True, check=True, max_tasks=10000).good()
    assert job in ids(ran)
    assert all(row["previous_state"] == "running" for row in ran.result["tasks"])


def test_rows_of_other_results_are_jobs_and_never_tasks(modules: Modules, sandbox: Sandbox) -> None:
    started = modules.backup(sandbox.cold()).good().result["tasks"]
    (job,) = started[0]["job_ids"]
    sandbox.job(id=job, status="Running", frozen=True, seconds=86400)
    assert started[0]["task_id"] != job
    assert ids(modules.state("paused", *started)) == [job]
    listed = modules.info(ids=[job]).result["tasks"]
    assert ids(modules.state("cancelled", *listed)) == [job]


# --- run again -------------------------------------------------------------------------------------------------------


def failed(sandbox: Sandbox, target: dict[str, Any], **values: Any) -> str:
    return sandbox.job(
        target, **{"status": "Failed", "level": "FULL", "started_ago": HOUR, "started_from": "Scheduled", **values}
    )


def test_run_again(modules: Modules, sandbox: Sandbox) -> None:
    target = sandbox.cold()
    job = failed(sandbox, target)
    ran = modules.state("queued", job, wait=True).good()
    row = ran.row
    assert (row["outcome"], row["previous_state"]) == ("changed", "failed")
    assert int(row["new_id"]) > int(job)
    assert ran.result["changed_ids"] == [row["new_id"]]
    assert writes(sandbox) == [f"Job/{job}/action/Resubmit"]
    assert ids(modules.info(ids=ran.result["tasks"])) == [row["new_id"]]


@pytest.mark.parametrize(
    ("status", "outcome"),
    [("Completed", "unchanged"), ("Completed w/ one or more errors", "unchanged"), ("Running", "unchanged")],
)
def test_only_what_failed_or_was_cancelled(modules: Modules, sandbox: Sandbox, status: str, outcome: str) -> None:
    job = failed(sandbox, sandbox.cold(), status=status)
    assert modules.state("queued", job).good().row["outcome"] == outcome
    assert writes(sandbox) == []
    if status != "Running":
        assert modules.state("queued", job, force=True).good().row["new_id"]


@pytest.mark.parametrize("later", ["Running", "Completed", "Completed w/ one or more warnings"])
def test_superseded(modules: Modules, sandbox: Sandbox, later: str) -> None:
    target = sandbox.cold()
    job = failed(sandbox, target)
    newer = failed(sandbox, target, status=later, started_ago=600)
    ran = modules.state("queued", job).good()
    assert (ran.row["outcome"], ran.row["changed"]) == ("superseded", False)
    assert newer in ran.row["message"]
    assert writes(sandbox) == []
    assert modules.state("queued", job, force=True).good().row["changed"] is True


def test_not_superseded_by_another_level_or_subclient(modules: Modules, sandbox: Sandbox) -> None:
    target = sandbox.cold()
    job = failed(sandbox, target)
    failed(sandbox, target, status="Completed", level="INCREMENTAL", started_ago=600)
    failed(sandbox, {**target, "subclient": "extra"}, status="Completed", started_ago=600)
    assert modules.state("queued", job).good().row["outcome"] == "changed"


def test_of_several_attempts_only_the_last_is_run_again(modules: Modules, sandbox: Sandbox) -> None:
    target = sandbox.cold()
    first, second = failed(sandbox, target), failed(sandbox, target, started_ago=600)
    rows = by_id(modules.state("queued", select={"targets": [only(target)]}).good())
    assert rows[first]["outcome"] == "superseded"
    assert rows[second]["outcome"] == "changed"
    assert len(writes(sandbox)) == 1


def test_at_most_max_attempts_as_the_server_counts(modules: Modules, sandbox: Sandbox) -> None:
    target = sandbox.cold()
    job = failed(sandbox, target)
    for number in (1, 2):
        again = modules.state("queued", select={"targets": [only(target)]}, wait=True).good()
        assert again.result["changed"] is True, number
        sandbox.job(id=again.result["changed_ids"][0], status="Failed")
    last = modules.state("queued", select={"targets": [only(target)]}).bad("rejected")
    outcomes = {row["id"]: row["outcome"] for row in last.result["tasks"]}
    assert outcomes[job] == "superseded"
    assert "exhausted" in outcomes.values()
    assert "2 further attempts have failed already and max_attempts is 2" in last.result["msg"]
    assert len(writes(sandbox)) == 2
    assert modules.state("queued", select={"targets": [only(target)]}, max_attempts=3).good().result["changed"]


def test_nights_that_failed_are_no_attempts(modules: Modules, sandbox: Sandbox) -> None:
    target = sandbox.cold()
    for night in (3, 2):
        failed(sandbox, target, started_ago=night * 8 * HOUR)
    job = failed(sandbox, target)
    assert modules.state("queued", job, max_attempts=1).good().row["outcome"] == "changed"


# --- lost answers ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["drop_after", "truncated", "empty"])
def test_a_lost_answer_of_a_move_that_worked(modules: Modules, sandbox: Sandbox, fault: str) -> None:
    job = running(sandbox)
    sandbox.fault(fault, "action/pause")
    ran = modules.state("paused", job, wait=True).good()
    assert (ran.row["outcome"], ran.row["changed"]) == ("changed", True)
    assert ran.result["changed_ids"] == [job]
    assert writes(sandbox) == [f"Job/{job}/action/pause"]


def test_a_lost_request_of_a_move_is_sent_again(modules: Modules, sandbox: Sandbox) -> None:
    job = running(sandbox)
    sandbox.fault("drop_before", "action/kill")
    assert modules.state("cancelled", job, wait=True).good().row["state"] == "cancelled"
    assert len(writes(sandbox)) == 2


@pytest.mark.parametrize("fault", ["drop_after", "truncated", "html"])
def test_a_lost_answer_of_a_rerun_is_looked_for(modules: Modules, sandbox: Sandbox, fault: str) -> None:
    target = sandbox.cold()
    job = failed(sandbox, target, user="admin")
    sandbox.fault(fault, "Resubmit", effect=True)
    ran = modules.state("queued", job).good()
    assert ran.row["outcome"] == "adopted"
    assert ids(modules.info(targets=[only(target)])) == [ran.row["new_id"], job]
    assert len(writes(sandbox)) == 1


def test_a_rerun_that_is_not_found_is_not_sent_again(modules: Modules, sandbox: Sandbox) -> None:
    job = failed(sandbox, sandbox.cold(), user="admin")
    sandbox.fault("drop_before", "Resubmit")
    ran = modules.state("queued", job, settle="1s").bad("unknown_outcome")
    assert (ran.row["outcome"], ran.row["new_id"]) == ("unknown", None)
    assert ran.result["changed_ids"] == []
    assert len(writes(sandbox)) == 1


def test_a_stranger_s_job_is_not_adopted(modules: Modules, sandbox: Sandbox) -> None:
    target = sandbox.cold()
    job = failed(sandbox, target)
    sandbox.fault("drop_after", "Resubmit")
    # The sandbox lets a resubmitted job belong to whom it belonged to, which here is somebody else.
    assert modules.state("queued", job, settle="1s").bad("unknown_outcome").row["outcome"] == "unknown"


# --- waiting ---------------------------------------------------------------------------------------------------------


def test_a_wait_that_takes_too_long(modules: Modules, sandbox: Sandbox) -> None:
    job = running(sandbox, status="Suspend Pending", transition=1e9)
    ran = modules.state("paused", job, wait=True, wait_timeout="1s").bad("timeout")
    assert ran.result["msg"].startswith(f"job {job} was not paused after 1 s, but Suspend Pending.")
    assert ran.row["changed"] is False


def test_what_ends_while_it_is_awaited(modules: Modules, sandbox: Sandbox) -> None:
    job = running(sandbox, status="Suspend Pending", transition=1e9)
    sandbox.fault("delay", f"Job/{job}$", seconds=0.2, times=None)
    timer = threading.Timer(1.0, lambda: sandbox.job(id=job, status="Completed"))
    timer.start()
    ran = modules.state("paused", job, wait=True, wait_timeout="20s").good()
    timer.join()
    assert (ran.row["outcome"], ran.row["state"]) == ("unchanged", "succeeded")
    assert ran.row["message"] == "it ended meanwhile: Completed"
