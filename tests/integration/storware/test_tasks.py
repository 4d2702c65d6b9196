# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``task_info`` and ``task_state`` on Storware: names on the wire, and the calls that move tasks."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from .support import Modules, Ran, Sandbox


def ids(ran: Ran) -> list[str]:
    return [row["id"] for row in ran.result["tasks"]]


def query(sandbox: Sandbox) -> dict[str, Any]:
    """Return the query of the first list of tasks since the last reset."""
    return dict(sandbox.sent("tasks", "GET")[0]["query"])


def busy(sandbox: Sandbox) -> str:
    """Make a VM whose export runs on the second node, and return its name. Other tests cancel all there is."""
    name = str(sandbox.new_vm()["name"])
    node = next(one for one in sandbox.get("nodes") if one["name"] == "node2")
    sandbox.made_task(name, "RUNNING", node=node["guid"])
    return name


@pytest.mark.parametrize(
    ("options", "parameter", "things"),
    [
        ({"node": "node2"}, "node", "nodes"),
        ({"hypervisor": "HOST"}, "hypervisor", "hypervisors"),
        ({"hypervisor_manager": "URL"}, "hypervisor-manager", "hypervisor-managers"),
        ({"backup_destination": "fs1"}, "backup-destination", "backup-destinations"),
        ({"protected_entity": "VM"}, "protected-entity", "virtual-machines"),
        ({"targets": [{"name": "VM"}]}, "protected-entity", "virtual-machines"),
    ],
)
def test_objects_by_name(
    modules: Modules, sandbox: Sandbox, options: dict[str, Any], parameter: str, things: str
) -> None:
    name = busy(sandbox)
    home = sandbox.vm(name)
    hypervisor = sandbox.get(f"hypervisors/{home['hypervisor']['guid']}")
    manager = sandbox.get(f"hypervisor-managers/{home['hvManager']['guid']}")
    names = {"HOST": hypervisor["host"], "URL": manager["url"], "VM": name}
    sandbox.reset()
    given = {
        key: names.get(value, value) if isinstance(value, str) else [{"name": name}] for key, value in options.items()
    }
    found = modules.info(**given, states=["running"]).good()
    assert name in [row["target"]["name"] for row in found.result["tasks"]]
    assert len(sandbox.sent(things, "GET")) >= 1
    assert len(query(sandbox)[parameter]) == 36


def test_what_only_the_server_can_tell(modules: Modules, sandbox: Sandbox) -> None:
    schedule = sandbox.get("schedules")[0]
    task = sandbox.made_task(sandbox.new_vm()["name"], "RUNNING", schedule=schedule["guid"])
    assert ids(modules.info(schedule=schedule["name"], states=["running"]).good()) == [task]
    backup = next(one for one in sandbox.get("tasks/detailed") if one["guid"] == task).get("backup")
    assert backup is None, "records do not name the backup"
    name = busy(sandbox)
    entry = sandbox.get(f"backups?protected-entity={sandbox.vm(name)['guid']}&status=INPROGRESS")[0]
    (row,) = modules.info(backup=entry["guid"]).good().result["tasks"]
    assert row["target"]["name"] == name
    mounted = modules.info(mounted_backup_assigned=True).good().result["tasks"]
    assert name not in {row["target"].get("name") for row in mounted}
    assert modules.info(mounted_backup_assigned=False, limit=1).good().result["truncated"] is True
    assert modules.info(project="0000", states=["running"]).good().result["tasks"] == []


def test_a_tenant_sees_its_project_alone(modules: Modules, sandbox: Sandbox) -> None:
    name = busy(sandbox)
    seen = [
        {row["target"].get("name") for row in modules.info(limit=0, user=user).good().result["tasks"]}
        for user in ("admin", "tenant")
    ]
    assert [name in names for names in seen] == [True, False]


def test_queued_for_a_node(modules: Modules, sandbox: Sandbox) -> None:
    found = modules.info(queued_for_node="node1", since="30d").good().result["tasks"]
    assert {row["state"] for row in found} == {"queued"}
    assert len(sandbox.sent("tasks/queued", "GET")) == 1


def test_a_queued_task_is_taken_off_and_its_wait_ends(modules: Modules, sandbox: Sandbox) -> None:
    task = sandbox.made_task(sandbox.new_vm()["name"], "QUEUED")
    row = modules.state("cancelled", task, wait=True).good().row
    assert (row["outcome"], row["state"]) == ("changed", "cancelled")
    assert row["message"] == "it has ended and is gone from the server's list"
    assert sandbox.writes() == [f"DELETE tasks/{task}"]


def test_absent(modules: Modules, sandbox: Sandbox) -> None:
    vm = sandbox.new_vm()["name"]
    ended, queued, running = (sandbox.made_task(vm, state) for state in ("FAILED", "QUEUED", "RUNNING"))
    ran = modules.state("absent", ended, queued, running, wait=True).bad("invalid")
    assert ran.outcomes == ["changed", "changed", "failed"]
    assert "cancel it first" in ran.result["msg"]
    assert ran.result["changed_ids"] == [ended, queued]
    assert modules.state("absent", ended, check=True).good().outcomes == ["unchanged"]
    assert sandbox.writes() == [f"DELETE tasks/{ended}", f"DELETE tasks/{queued}"]
    assert modules.state("absent", select={"targets": [{"name": vm}]}).good().result["tasks"] == []


def test_all_that_ended_are_deleted_one_by_one(modules: Modules, sandbox: Sandbox) -> None:
    vms = {sandbox.new_vm()["name"] for _number in range(2)}
    tasks = [sandbox.made_task(vm, "CANCELLED") for vm in vms]
    select = {"all_finished": True, "name_like": "made", "since": "1h"}
    ran = modules.state("absent", select=select, max_tasks=1000, wait=True).good()
    assert set(tasks) <= set(ran.result["changed_ids"])
    assert not [line for line in sandbox.writes() if "all-" in line or "delete" in line]


def test_an_older_server(modules: Modules, sandbox: Sandbox) -> None:
    task = sandbox.made_task(sandbox.new_vm()["name"], "RUNNING")
    sandbox.fault("status", "tasks/cancel-running", status=405)
    assert modules.state("cancelled", task, wait=True).good().row["state"] == "cancelled"
    assert sandbox.writes() == ["POST tasks/cancel-running", f"PUT tasks/{task}/state"]


@pytest.mark.parametrize(("status", "last"), [(400, "PUT tasks/{}/state"), (405, "PUT tasks/state")])
def test_the_other_forms_of_queueing_again(modules: Modules, sandbox: Sandbox, status: int, last: str) -> None:
    task = sandbox.made_task(sandbox.new_vm()["name"], "FAILED", started_ago=600)
    sandbox.fault("status", f"tasks/{task}/state", method="PUT", status=status, vendor_body=True)
    ran = modules.state("queued", task).good()
    assert (ran.outcomes, ran.row["new_id"], ran.result["changed_ids"]) == (["changed"], None, [task])
    assert sandbox.writes() == [f"PUT tasks/{task}/state", last.format(task)]


def test_a_lost_answer_when_queueing_again(modules: Modules, sandbox: Sandbox) -> None:
    task = sandbox.made_task(sandbox.new_vm()["name"], "FAILED", started_ago=600)
    sandbox.fault("drop_after", f"tasks/{task}/state", method="PUT")
    assert modules.state("queued", task).good().outcomes == ["changed"]
    assert len(sandbox.writes()) == 1


def test_a_lost_request_to_queue_again_is_not_repeated(modules: Modules, sandbox: Sandbox) -> None:
    task = sandbox.made_task(sandbox.new_vm()["name"], "FAILED", started_ago=600)
    sandbox.fault("drop_before", f"tasks/{task}/state", method="PUT")
    ran = modules.state("queued", task, settle="1s").bad("unknown_outcome")
    assert (ran.outcomes, ran.result["changed"], len(sandbox.writes())) == (["unknown"], True, 1)


def test_what_is_purged_while_it_is_awaited(modules: Modules, sandbox: Sandbox) -> None:
    task = sandbox.made_task(sandbox.new_vm()["name"], "RUNNING")
    # It is kept from being cancelled, and goes by itself.
    sandbox.fault("empty", "tasks/cancel-running", effect=False)
    timer = threading.Timer(0.5, lambda: sandbox.control("POST", "storware", {"purge": [task]}))
    timer.start()
    row = modules.state("cancelled", task, wait=True).good().row
    timer.join()
    assert row["message"] == "it has ended and is gone from the server's list"


def test_a_wait_that_takes_too_long(modules: Modules, sandbox: Sandbox) -> None:
    task = sandbox.made_task(sandbox.new_vm()["name"], "RUNNING")
    sandbox.fault("empty", "tasks/cancel-running", effect=False)
    ran = modules.state("cancelled", task, wait=True, wait_timeout="1s").bad("timeout")
    assert ran.result["msg"].startswith(f"task {task} was not cancelled after 1 s, but EXPORT RUNNING.")


def test_rows_of_operations_are_read(modules: Modules, sandbox: Sandbox) -> None:
    records = modules.operate("list_tasks", query={"states": ["RUNNING"]}).good().result["response"]
    found = modules.info(ids=records).good()
    assert ids(found) == [record["guid"] for record in records]


def test_a_user_without_any_right(modules: Modules) -> None:
    ran = modules.info(user="norights").bad("forbidden")
    assert "VE_BACKUP_SLA_READ" in ran.result["msg"]
