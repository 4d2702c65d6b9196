# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the requests that start backups: ``POST CreateTask`` with task type IMMEDIATE.

Facts: the vendor's pages "Create Task (Backup)" for JSON and for XML.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ...api.errors import InvalidOption
from ...api.messages import Call
from ...model.levels import Level
from ...model.request import BackupRequest
from ...model.target import Target
from ..base import StartCall
from . import xml
from .arguments import enum_format, platform_values, wire_format
from .enums import EnumFormat, WireFormat
from .field_types import Kind, put
from .fields import BACKUP_LEVEL_WIRE, BY_WIRE, JOB_DESCRIPTION, NOTIFY_USER
from .merge import merge_raw
from .schemas import request_schema
from .targets import association

PATH = "CreateTask"

# What every start says, as the vendor's SDK does.
ALWAYS: dict[str, Any] = {
    "task/taskType": "IMMEDIATE",
    "task/initiatedFrom": "COMMANDLINE",
    "task/policyType": "DATA_PROTECTION",
    "task/taskFlags/disabled": False,
    "subTasks[]/subTask/subTaskType": "BACKUP",
    "subTasks[]/subTask/operationType": "BACKUP",
}

_SAME_ESTATE = ("company", "company_id", "multi_commcell_id", "commcell_id")


def start_calls(
    request: BackupRequest, targets: Sequence[Target], new_marker: Callable[[], str | None]
) -> tuple[StartCall, ...]:
    """Return one call for each group of targets that can share a request, in the order of ``targets``.

    ``new_marker`` is asked once for each call, so that each start can be told from its sisters.
    """
    return tuple(start_call(request, group, new_marker()) for group in _groups(request, targets))


def start_call(request: BackupRequest, targets: Sequence[Target], marker: str | None) -> StartCall:
    """Return the one call that starts all of ``targets``. ``marker`` goes into the job's description."""
    body, content_type, accept, shown = encode(request.options, build_body(request, targets, marker))
    wire = Call("POST", PATH, body=body, content_type=content_type, accept=accept, safe=False)
    return StartCall(tuple(targets), wire, shown, marker)


def build_body(request: BackupRequest, targets: Sequence[Target], marker: str | None = None) -> dict[str, Any]:
    """Return the request body as a tree in wire names, the same for JSON and XML.

    ``raw`` is merged last but for the marker, which must survive it. Raises ``InvalidOption`` for options that cannot
    be sent and for a ``raw`` that reaches too far or does not fit the request's schema.
    """
    body: dict[str, Any] = {"taskInfo": request_tree(targets, _values(request), request.options)}
    if request.raw:
        body = merge_raw(body, request.raw, unsafe=request.raw_unsafe, schema=request_schema())
    if marker is not None:
        _add_marker(body["taskInfo"], marker)
    return body


def description_of(request: BackupRequest) -> str:
    """Return the job description that a start without a marker carries, empty for none."""
    options = build_body(request, request.targets[:1])["taskInfo"]["subTasks"][0].get("options", {})
    return str(options.get("commonOpts", {}).get("jobDescription", ""))


def request_tree(targets: Sequence[Target], values: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``taskInfo`` with ``values`` (by wire path, enumerations by name), spelt as ``options`` want it."""
    spelling, wire = enum_format(options), wire_format(options)
    tree: dict[str, Any] = {"associations": [association(target, spelling, wire) for target in targets]}
    for path, value in _ordered(values).items():
        put(tree, path, spelt(path, value, spelling, wire))
    return tree


def encode(
    options: Mapping[str, Any], body: Mapping[str, Any], root: str = xml.ROOT
) -> tuple[bytes, str, str, Mapping[str, Any] | str]:
    """Return the body as sent, its content type, the type wanted for the answer, and the body as results show it."""
    if wire_format(options) == "xml":
        sent = xml.encode(body, root)
        return sent, "application/xml", "application/xml", sent.decode()
    try:
        sent = json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    except (TypeError, ValueError) as error:
        raise InvalidOption(f"The request cannot be written as JSON: {error}.") from error
    return sent, "application/json", "application/json", body


def marked(description: str, marker: str) -> str:
    """Return a job description that ends with ``marker``."""
    return f"{description} [nightshift:{marker}]".lstrip()


def _groups(request: BackupRequest, targets: Sequence[Target]) -> list[list[Target]]:
    """Part ``targets`` into groups of at most ``max_batch`` that belong to one company and CommCell."""
    if request.max_batch < 1:
        raise InvalidOption(f"max_batch must be 1 or more; got {request.max_batch}.")
    size = request.max_batch if request.batch else 1
    estates: dict[tuple[Any, ...], list[Target]] = {}
    for target in targets:
        estates.setdefault(tuple(target.given.get(name) for name in _SAME_ESTATE), []).append(target)
    groups = [estate[start : start + size] for estate in estates.values() for start in range(0, len(estate), size)]
    return sorted(groups, key=lambda group: group[0].position)


def _values(request: BackupRequest) -> dict[str, Any]:
    """Return every value by its wire path; enumerations by their wire names."""
    if request.level is None:
        raise InvalidOption("level is required to start a backup.")
    given = payload_values(request.level, request.description, request.notify_user, request.options)
    return {**ALWAYS, **given}


def payload_values(
    level: Level | None, description: str | None, notify_user: bool | None, options: Mapping[str, Any]
) -> dict[str, Any]:
    """Return by wire path what a play says of a backup, and what goes without saying then."""
    shared = {BACKUP_LEVEL_WIRE: level and level.name, JOB_DESCRIPTION: description, NOTIFY_USER: notify_user}
    given = platform_values(options)
    return {**{wire: value for wire, value in shared.items() if value is not None}, **implied(given), **given}


def implied(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what goes without saying once something else was said. What the play gives itself overrides it."""
    common = "subTasks[]/options/commonOpts/"
    implied: dict[str, Any] = {}
    if f"{common}jobRetryOpts/numberOfRetries" in given:
        implied[f"{common}jobRetryOpts/enableNumberOfRetries"] = True
    if f"{common}jobRetryOpts/runningTime/totalRunningTime" in given:
        implied[f"{common}jobRetryOpts/runningTime/enableTotalRunningTime"] = True
    if f"{common}startUpOpts/priority" in given:
        implied[f"{common}startUpOpts/useDefaultPriority"] = False
    if "task/sequenceNumber" in given:
        # The vendor's samples send both or neither; 0 says that the task is a new one.
        implied["task/taskId"] = 0
    return implied


def _ordered(values: Mapping[str, Any]) -> dict[str, Any]:
    """Sort by the field table, so that equal requests are equal bytes."""
    return {wire: values[wire] for wire in BY_WIRE if wire in values}


def spelt(path: str, value: Any, spelling: EnumFormat, wire: WireFormat) -> Any:
    """Return a value as the request spells it."""
    field = BY_WIRE[path]
    if field.kind is not Kind.ENUM:
        return value
    return field.enumeration.spell(field.enumeration.by_name(value), spelling, wire)


def _add_marker(tree: dict[str, Any], marker: str) -> None:
    common = tree["subTasks"][0].setdefault("options", {}).setdefault("commonOpts", {})
    common["jobDescription"] = marked(common.get("jobDescription", ""), marker)
