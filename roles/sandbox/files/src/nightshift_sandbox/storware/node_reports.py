# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What nodes report: kept and shown where the API shows it, without any other effect (specification section 2.3)."""

from __future__ import annotations

from typing import Any

from nightshift_sandbox.storware.call import Call, guid_of, integer, pruned, value_of
from nightshift_sandbox.storware.enums import shown
from nightshift_sandbox.storware.errors import invalid, missing
from nightshift_sandbox.storware.task import Task
from nightshift_sandbox.storware.task_views import details, find
from nightshift_sandbox.web import Reply, json_reply

Json = dict[str, Any]


def _keep(call: Call, guid: str, name: str, content: Any) -> None:
    """Keep a report; it outlives its task, as an archived task still knows its last transfer rate."""
    store = call.system.tables.store
    reports = store.get("storware report", guid) or {}
    store.put("storware report", guid, {**reports, name: content})


def _task_of(call: Call, body: Json) -> str:
    """The task that a report without a GUID in its path is about, where the body names one."""
    if not body.get("task"):
        return "server"
    return find(call, guid_of(body["task"], "task")).guid


def put_cbt_id(call: Call) -> None:
    """`PUT /tasks/cbt-id`."""
    body = call.object()
    _keep(call, _task_of(call, body), "cbt-id", body)


def put_inc_snap_required(call: Call) -> None:
    """`PUT /tasks/inc-snap-required`."""
    body = call.object()
    _keep(call, _task_of(call, body), "inc-snap-required", body)


def _server_report(call: Call, name: str) -> None:
    _keep(call, "server", name, call.object())


def post_inventory(call: Call) -> None:
    """`POST /tasks/inventory`."""
    _server_report(call, "inventory")


def post_instance_inventory(call: Call) -> None:
    """`POST /tasks/instance-inventory`."""
    _server_report(call, "instance-inventory")


def post_tape_inventory(call: Call) -> None:
    """`POST /tasks/tape-manager-inventory`."""
    _server_report(call, "tape-manager-inventory")


def put_counts(call: Call) -> None:
    """`PUT /tasks/{guid}/cloud-progress` and `os-progress`: processed and total objects."""
    task, body = find(call, call.guid), call.object()
    processed, total = integer(body, "processedObjectCount"), integer(body, "totalObjectCount")
    task.processed = task.processed if processed is None else processed
    task.total = task.total if total is None else total
    call.system.engine.save(task)


def put_progress(call: Call) -> None:
    """`PUT /tasks/{guid}/progress`: a `DoubleDTO`."""
    task, value = find(call, call.guid), call.object().get("value")
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not 0 <= value <= 100:
        raise invalid("value: a number between 0 and 100 is required")
    task.progress = float(value)
    if task.state == "RUNNING":
        task.work = task.seconds * value / 100
    call.system.engine.save(task)


def _put_request(call: Call, field: str) -> None:
    task, value = find(call, call.guid), value_of(call.body())
    task.request = {**task.request, field: value}
    call.system.engine.save(task)


def put_restore_host(call: Call) -> None:
    """`PUT /tasks/{guid}/restore-host-id`."""
    _put_request(call, "restoreHostId")


def put_restore_storage(call: Call) -> None:
    """`PUT /tasks/{guid}/restore-storage-id`."""
    _put_request(call, "restoreStorageId")


def post_files(call: Call) -> None:
    """`POST /tasks/{guid}/task-files`."""
    task, body = find(call, call.guid), call.object()
    _keep(call, task.guid, "task-files", body)


def put_transfer_info(call: Call) -> None:
    """`PUT /tasks/{guid}/transfer-info`."""
    task, body = find(call, call.guid), call.object()
    _keep(call, task.guid, "transfer-info", body)


def put_transfer_rate(call: Call) -> None:
    """`PUT /tasks/{guid}/transfer-rate` and `…/incremental`."""
    task, body = find(call, call.guid), call.object()
    _keep(call, task.guid, "transfer-rate", body)


def get_last_rate(call: Call) -> Json:
    """`GET /tasks/{guid}/transfer-rate/last`: also for a task that is no longer in the list."""
    reports = call.system.tables.store.get("storware report", call.guid)
    if reports is None:
        find(call, call.guid)
    return dict((reports or {}).get("transfer-rate") or {})


def status(call: Call) -> Json:
    """`GET /tasks/{guid}/state` and `…/state/v2`."""
    task = find(call, call.guid)
    return {"state": shown(task.state), "statusInfo": task.status_info}


def timestamps(call: Call) -> Json:
    """`GET /tasks/modification-timestamps`."""
    return {"timestamp": call.system.engine.modified}


def queued(call: Call) -> Reply:
    """`GET /tasks/queued`: what a node would fetch; nothing is handed out by asking here."""
    tables, engine = call.system.tables, call.system.engine
    node = call.one("node")
    if node and tables.get("node", node) is None:
        raise missing("Node", node)

    def fits(task: Task) -> bool:
        return task.state == "QUEUED" and (not node or node in engine.nodes_for(task))

    found = sorted((task for task in engine.visible() if fits(task)), key=lambda task: -task.priority)
    return json_reply([pruned(details(tables, task)) for task in found])
