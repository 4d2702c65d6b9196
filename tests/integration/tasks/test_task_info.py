# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``task_info``: every filter has its effect, on the wire or in the result."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.api import side_by_side
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault import job_calls
from ansible_collections.nightshift.backup.tests.integration.backup_task.support import Sandbox

from .support import Modules, ids, only, requests_of

HOUR, DAY = 3600, 86400
READERS = side_by_side.READERS


def filter_of(sandbox: Sandbox) -> dict[str, Any]:
    """Return the body of the last listing."""
    return dict(sandbox.sent("Jobs")[-1]["body"])


def test_a_row_has_the_fields_of_a_job_a_target_and_the_record(modules: Modules, sandbox: Sandbox) -> None:
    target = sandbox.warm()
    job = sandbox.job(target, level="FULL", status="Completed", started_ago=120, ended_ago=60)
    (row,) = modules.info(ids=[job]).good().result["tasks"]
    assert row["target"]["client"] == target["client"]
    assert row["target"]["subclient"] == "default"
    assert row["target"]["client_id"] > 0
    assert (row["state"], row["native_state"], row["level"]) == ("succeeded", "Completed", "full")
    assert row["started_at"] < row["finished_at"]
    assert row["raw"]["jobId"] == int(job)
    assert {"progress", "bytes", "message", "requested_level"} <= set(row)


def test_the_default_is_the_last_day_and_whatever_has_not_ended(modules: Modules, sandbox: Sandbox) -> None:
    target = sandbox.cold()
    old = sandbox.job(target, status="Completed", started_ago=30 * HOUR, ended_ago=29 * HOUR)
    ended_late = sandbox.job(target, status="Completed", started_ago=25 * HOUR, ended_ago=HOUR)
    new = sandbox.job(target, status="Failed", started_ago=2 * HOUR, ended_ago=HOUR)
    suspended = sandbox.job(target, status="Suspended", started_ago=40 * HOUR)
    assert ids(modules.info(targets=[only(target)]).good()) == [suspended, new]
    assert ids(modules.info(targets=[only(target)], since="26h")) == [new, ended_late]
    assert ids(modules.info(targets=[only(target)], since="2d", until="28h")) == [suspended, old]
    assert filter_of(sandbox)["jobFilter"]["completedJobLookupTime"] == pytest.approx(2 * DAY + HOUR, abs=5)


def test_a_moment_in_iso_8601(modules: Modules, sandbox: Sandbox) -> None:
    target = sandbox.cold()
    job = sandbox.job(target, status="Completed", started_ago=3 * DAY, ended_ago=3 * DAY - 60)
    begun = modules.info(ids=[job]).result["tasks"][0]["started_at"]
    assert ids(modules.info(targets=[only(target)], since=begun, until=begun)) == [job]
    assert ids(modules.info(targets=[only(target)], since=begun[:10])) == [job]
    assert "number without a unit" in modules.info(since=90).bad("invalid").result["msg"]


@pytest.mark.parametrize(
    ("states", "category"),
    [(["running"], 1), (["queued", "paused"], 1), (["failed", "cancelled"], 2), (["running", "failed"], 0)],
)
def test_states(modules: Modules, sandbox: Sandbox, states: list[str], category: int) -> None:
    target = sandbox.cold()
    made = {
        state: sandbox.job(target, status=status)
        for state, status in (
            ("running", "Running"),
            ("queued", "Waiting"),
            ("paused", "Suspended"),
            ("failed", "Failed"),
            ("cancelled", "Killed"),
            ("unknown", "Levitating"),
        )
    }
    found = modules.info(targets=[only(target)], states=states).good()
    assert set(ids(found)) == {made[state] for state in states}
    assert filter_of(sandbox)["category"] == category
    assert found.result["by_state"] == dict(sorted(dict.fromkeys(states, 1).items()))
    everything = modules.info(targets=[only(target)]).good().result
    assert everything["by_state"]["unknown"] == 1


def test_targets(modules: Modules, sandbox: Sandbox) -> None:
    target = sandbox.cold()
    other = {**target, "subclient": "extra"}
    first, second = (sandbox.job(one, status="Running") for one in (target, other))
    row = modules.info(ids=[first]).result["tasks"][0]["target"]
    assert ids(modules.info(targets=[other])) == [second]
    assert ids(modules.info(targets=[{"client": target["client"].upper(), "backupset": "MAIN"}])) == [second, first]
    assert ids(modules.info(targets=[{"client_id": row["client_id"], "subclient_id": row["subclient_id"]}])) == [first]
    assert filter_of(sandbox)["jobFilter"]["clientList"] == [{"clientId": row["client_id"]}]
    assert ids(modules.info(targets=[{**other, "backupset": "another"}])) == []
    assert "does not exist" in modules.info(targets=[{"client": "nowhere"}]).bad("rejected").result["msg"]


def test_types(modules: Modules, sandbox: Sandbox) -> None:
    web = {"client": "web02"}
    found = modules.info(targets=[web], types=["Restore"], since="7d").good().result["tasks"]
    assert [row["raw"]["jobType"] for row in found] == ["Restore"]
    assert found[0]["level"] is None
    assert filter_of(sandbox)["jobFilter"]["jobTypeList"] == ["Restore"]
    assert "Data Aging" in {row["raw"]["jobType"] for row in modules.info(limit=0).result["tasks"]}


def test_name_like(modules: Modules, sandbox: Sandbox) -> None:
    target = sandbox.cold()
    job = sandbox.job(target, status="Running")
    assert ids(modules.info(name_like=target["client"][2:].upper())) == [job]
    assert ids(modules.info(targets=[only(target)], name_like="extra")) == []


def test_schedule_and_parent_task(modules: Modules, sandbox: Sandbox) -> None:
    target = sandbox.cold()
    mine = sandbox.job(target, status="Running", task_id=6001)
    sandbox.job(target, status="Running")
    here = {"targets": [only(target)]}
    assert ids(modules.info(**here, schedule="nightly")) == [mine]
    assert ids(modules.info(**here, schedule="6001")) == [mine]
    assert ids(modules.info(**here, parent_task="6001")) == [mine]
    assert ids(modules.info(**here, parent_task="6001", schedule="month end")) == []
    assert "no schedule weakly" in modules.info(**here, schedule="weakly").bad("not_found").result["msg"]
    started = modules.backup(target, skip_if_running=False).good().row
    sandbox.wait_until_shown(started["job_ids"][0])
    assert ids(modules.info(**here, parent_task=started["task_id"])) == started["job_ids"]


def test_limit_truncated_and_total(modules: Modules, sandbox: Sandbox) -> None:
    target = sandbox.cold()
    jobs = [sandbox.job(target, status="Running") for _number in range(3)]
    here = {"targets": [only(target)]}
    short = modules.info(**here, limit=2).good().result
    assert (short["truncated"], short["total"], len(short["tasks"])) == (True, None, 2)
    for limit in (3, 0):
        whole = modules.info(**here, limit=limit).good().result
        assert (whole["truncated"], whole["total"]) == (False, 3)
    assert ids(modules.info(**here, direction="asc", limit=1)) == jobs[:1]
    assert "limit must be 0" in modules.info(limit=-1).bad("invalid").result["msg"]


def test_order(modules: Modules, sandbox: Sandbox) -> None:
    target = sandbox.cold()
    times = (3, 1, 2)
    made = [sandbox.job(target, status="Completed", started_ago=t * HOUR, ended_ago=1800 * t) for t in times]
    here = {"targets": [only(target)]}
    assert ids(modules.info(**here)) == made[::-1]
    assert ids(modules.info(**here, order_by="started_at")) == [made[1], made[2], made[0]]
    assert ids(modules.info(**here, order_by="started_at", direction="asc", limit=1)) == [made[0]]
    assert ids(modules.info(**here, order_by="finished_at", direction="asc")) == [made[0], made[2], made[1]]
    assert "only by id, started_at" in modules.info(order_by="colour").bad("invalid").result["msg"]


def test_pages_are_followed(modules: Modules, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_calls, "_PAGE", 2)
    target = sandbox.cold()
    jobs = [sandbox.job(target, status="Running") for _number in range(5)]
    sandbox.reset()
    assert ids(modules.info(targets=[only(target)])) == jobs[::-1]
    assert [entry["body"]["pagingConfig"]["offset"] for entry in sandbox.sent("Jobs")] == [0, 2, 4]
    sandbox.reset()
    modules.info(targets=[only(target)], limit=1)
    assert len(sandbox.sent("Jobs")) == 1


def test_detailed(modules: Modules, sandbox: Sandbox) -> None:
    target = sandbox.cold()
    job = sandbox.job(target, status="Running", description="marked")
    for chosen in ({"targets": [only(target)]}, {"ids": [job]}):
        plain = modules.info(**chosen).result["tasks"][0]["raw"]
        full = modules.info(**chosen, detailed=True).result["tasks"][0]["raw"]
        assert "jobDetail" not in plain
        assert full["jobDetail"]["generalInfo"]["jobDescription"] == "marked"
        assert full["jobId"] == int(job)


def test_read_side_by_side_as_one_after_the_other(
    modules: Modules, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A job's raw record tells how much is done, so these have ended.
    target = sandbox.cold()
    past = {"status": "Completed", "started_ago": 3 * DAY, "ended_ago": 2 * DAY}
    jobs = [sandbox.job(target, description=f"number {n}", task_id=6001 + n % 2, **past) for n in range(24)]
    here = {"targets": [only(target)], "since": "4d"}
    chosen = [
        {**here, "schedule": "nightly", "detailed": True},
        {**here, "parent_task": "6001", "limit": 5, "direction": "asc"},
        {**here, "order_by": "started_at", "limit": 3, "detailed": True},
        {"ids": jobs, "detailed": True},
    ]
    found = {}
    for readers in (1, READERS):
        monkeypatch.setattr(side_by_side, "READERS", readers)
        for place, options in enumerate(chosen):
            sandbox.reset()
            result = modules.info(**options).good().result
            sent = sorted((entry["path"], str(entry["body"])) for entry in sandbox.log() if "Job" in entry["path"])
            found[readers, place] = (result, [line for line in sent if not line[0].endswith("/Jobs")])
    for place in range(len(chosen)):
        assert found[1, place] == found[READERS, place]
    assert [len(found[1, place][0]["tasks"]) for place in range(len(chosen))] == [12, 5, 3, 24]


def test_ids_are_read_from_rows(modules: Modules, sandbox: Sandbox) -> None:
    target = sandbox.cold()
    job = sandbox.job(target, status="Running")
    rows = modules.info(ids=[int(job)]).good().result["tasks"]
    assert ids(modules.info(ids=[*rows, job])) == [job]
    started = modules.backup({**target, "subclient": "extra"}).good().result["tasks"]
    sandbox.wait_until_shown(started[0]["job_ids"][0])
    assert ids(modules.info(ids=started)) == started[0]["job_ids"]
    assert ids(modules.info(ids=[job], states=["running"], types=["backup"], targets=[only(target)])) == [job]
    for other in ({"states": ["failed"]}, {"types": ["Restore"]}, {"name_like": "else"}, {"until": "1h"}):
        assert ids(modules.info(ids=[job], **other)) == []


def test_what_is_not_there_fails_beside_what_is(modules: Modules, sandbox: Sandbox, pauses: list[float]) -> None:
    job = sandbox.job(sandbox.cold(), status="Running")
    ran = modules.info(ids=[job, "6001"]).bad("not_found")
    # It may have been started just now, so it is looked for for a while.
    assert pauses == [0.5, 1.0, 2.0, 3.0]
    assert ids(ran) == [job]
    assert ran.result["msg"].startswith("The server shows no job 6001.")


@pytest.mark.parametrize(
    "name",
    [
        *("workflow_execution", "node", "hypervisor", "hypervisor_manager", "backup", "backup_destination"),
        *("storage_provider", "project", "protected_entity", "restore_job", "queued_for_node"),
        *("mounted_backup_assigned", "extended", "search"),
    ],
)
def test_filters_of_another_platform_are_refused_by_name(modules: Modules, sandbox: Sandbox, name: str) -> None:
    value: Any = True if name in ("mounted_backup_assigned", "extended") else "x"
    ran = modules.info(**{name: value}).bad("invalid")
    assert ran.result["msg"].startswith(f"{name} is no filter that Commvault has for its jobs. ")
    assert requests_of(sandbox) == []


@pytest.mark.parametrize(
    "options", [{"targets": []}, {"name_like": " "}, {"types": []}, {"states": []}, {"ids": []}, {"types": [""]}]
)
def test_an_empty_filter_is_refused(modules: Modules, sandbox: Sandbox, options: dict[str, Any]) -> None:
    assert "is empty" in modules.info(**options).bad("invalid").result["msg"]
    assert requests_of(sandbox) == []
