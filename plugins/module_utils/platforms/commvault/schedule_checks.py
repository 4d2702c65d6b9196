# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find what cannot be honoured in a schedule before anything is sent. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from ...api.errors import InvalidOption
from ...model.schedule import ScheduleRequest
from . import checks
from .create_task import ALWAYS, request_tree
from .merge import merge_raw
from .schedule_body import create_body, given_values
from .timezones import close_names, find, zone_info

_SERVERS_OWN = ("commserve time zone", "client time zone", "utc", "")


def read_switch(request: ScheduleRequest) -> ScheduleRequest:
    """Return the request with ``commvault.task.disabled`` understood as ``enabled`` reversed.

    Raises ``InvalidOption`` when both are given and contradict each other.
    """
    task: Any = request.options.get("task") or {}
    disabled = task.get("disabled")
    if disabled is None:
        return request
    if request.enabled is not None and request.enabled is disabled:
        raise InvalidOption(
            f"enabled is {request.enabled} and commvault.task.disabled is {disabled}, which contradict each other.",
            next_step="Leave out commvault.task.disabled.",
        )
    return replace(request, enabled=not disabled)


def check_schedule(request: ScheduleRequest) -> list[str]:
    """Return warnings; raise ``InvalidOption`` for what cannot be meant."""
    _check_timezone(request)
    task_info = _said(request)
    checks.check_ranges(task_info)
    checks.check_pairs(task_info)
    if request.level is not None:
        for target in request.targets or ():
            checks.check_level(target, checks.level_of(task_info))
    if request.pattern is not None:
        # Written once here, so that what has no encoding is refused before the first request.
        create_body(replace(request, raw=None), enabled=True)
    return [
        *checks.ignored_by_server(task_info),
        *checks.number_warnings(request.options, task_info),
        *_unprotecting(request, task_info),
        *(checks.wide_targets(request.targets or ()) if request.present else ()),
        *_zone_warnings(request),
    ]


def _said(request: ScheduleRequest) -> dict[str, Any]:
    """Return what the play says, with ``raw`` merged into it, so that every guard sees all of it.

    It need not be whole, and what a change adds to is not known here, so it is not held to the request's schema.
    """
    values = {**ALWAYS, "task/taskType": "SCHEDULE", **given_values(request)}
    tree = request_tree(request.targets or (), values, request.options)
    body: dict[str, Any] = {"taskInfo": tree}
    if request.raw:
        body = merge_raw(body, request.raw, unsafe=request.raw_unsafe, schema=None)
    task_info: dict[str, Any] = body["taskInfo"]
    return task_info


def _unprotecting(request: ScheduleRequest, task_info: Mapping[str, Any]) -> Iterator[str]:
    if request.level is not None:
        yield from checks.without_synthetic_full(task_info, checks.level_of(task_info))
    if checks.starts_suspended(task_info):
        yield "Each job of the schedule starts suspended; nothing is backed up until somebody resumes it."


def _check_timezone(request: ScheduleRequest) -> None:
    """Refuse a zone that no list knows: the server would refuse it, or worse, run in its own."""
    pattern = request.pattern
    if pattern is None or pattern.timezone is None or pattern.timezone_id is not None:
        return
    name = pattern.timezone
    if name.strip().casefold() in _SERVERS_OWN or find(name) is not None or zone_info(name) is not None:
        return
    close = close_names(name)
    hint = f"Did you mean {' or '.join(close)}?" if close else "Give a name as the console shows it, or an IANA name."
    raise InvalidOption(
        f"pattern.timezone is {name!r}, which is no time zone that is known.",
        next_step=f"{hint} A zone of the server's own is named by pattern.timezone_id.",
    )


def _zone_warnings(request: ScheduleRequest) -> Iterator[str]:
    pattern = request.pattern
    if (
        pattern is not None
        and pattern.timezone is not None
        and pattern.timezone.strip().casefold() == "client time zone"
    ):
        yield "The schedule runs in each client's own time zone, so its next runs cannot be told."
