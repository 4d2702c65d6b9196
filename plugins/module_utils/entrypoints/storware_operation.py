# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``storware_operation``: any documented task operation of Storware, by name."""

from __future__ import annotations

from typing import Any

from ..api.errors import NotFound, Rejected, UnknownOutcome
from ..arguments import CONNECTION_SPEC
from ..connect import open_session
from ..flows.poll import await_end
from ..flows.report import task_row
from ..flows.surroundings import Surroundings
from ..model.request import WaitOptions
from ..model.states import State
from ..model.task import Task
from ..platforms.registry import need_platform
from ..platforms.storware.operate import Operated, operate, plan
from ..platforms.storware.operations import OPERATIONS
from ..platforms.storware.records import read_task
from ..runner import EntryPoint, Run
from .backup_options import duration

_GOOD = (State.SUCCEEDED, State.WARNING)


def _run(run: Run) -> dict[str, Any]:
    params = run.params
    need_platform("storware", params["platform"], "storware_operation")
    options = _wait_options(params)
    what = plan(
        params["operation"],
        params["guid"],
        params["query"],
        params["body"],
        confirm=params["confirm"],
        wait=params["wait"],
    )
    surroundings = Surroundings(check_mode=run.check_mode, show=run.show)
    with open_session(run) as session:
        run.result.update(request=what.shown)
        try:
            done = operate(session, what, surroundings.clock, check_mode=run.check_mode)
        except UnknownOutcome:
            run.result["changed"] = True
            raise
        tasks = [read_task(record) for record in done.tasks]
        # What was started is told even if the wait for it fails.
        run.result.update(changed=done.changed, response=done.response, tasks=[task_row(task) for task in tasks])
        if done.message:
            run.result["msg"] = done.message
        if what.makes_tasks and done.changed and not tasks and not params["wait"] and not run.check_mode:
            run.warn(f"{params['operation']} was accepted, but the server named no task that it has started.")
        if params["wait"] and done.changed and not run.check_mode:
            run.show(f"{params['operation']}: {', '.join(task.id for task in tasks) or 'no task named'}")
            _wait(run, done, options, surroundings)
    return {}


def _wait(run: Run, done: Operated, options: WaitOptions, surroundings: Surroundings) -> None:
    """Follow what was started, and fail unless it ended well."""
    name = run.params["operation"]
    if done.watch is None:
        raise NotFound(
            f"{name} was accepted, but the server named no task to wait for.",
            next_step="Look at its tasks on the server.",
        )
    ended = await_end(done.watch.look, name, options, surroundings)
    run.result["tasks"] = [task_row(task) for task in ended]
    run.result["verdict"] = done.watch.verdict
    bad = [task for task in ended if task.state not in _GOOD]
    if bad:
        raise Rejected(f"{name} did not end well: {'; '.join(_told(task) for task in bad)}.")


def _told(task: Task) -> str:
    reason = f" ({task.message.rstrip('.')})" if task.message else ""
    return f"{task.id} ended as {task.native_state or task.state.value}{reason}"


def _wait_options(params: Any) -> WaitOptions:
    timeout, interval = duration(params, "wait_timeout"), duration(params, "poll_interval", least=0.1)
    defaults = WaitOptions()
    return WaitOptions(
        timeout=defaults.timeout if timeout is None else timeout,
        poll_interval=defaults.poll_interval if interval is None else interval,
    )


ENTRY = EntryPoint(
    name="storware_operation",
    argument_spec={
        **CONNECTION_SPEC,
        "operation": {"type": "str", "required": True, "choices": [operation.id for operation in OPERATIONS]},
        "guid": {"type": "str"},
        "query": {"type": "dict"},
        "body": {"type": "raw"},
        "wait": {"type": "bool", "default": False},
        "wait_timeout": {"type": "str", "default": "4h"},
        "poll_interval": {"type": "str", "default": "10s"},
        "confirm": {"type": "bool", "default": False},
    },
    run=_run,
)
