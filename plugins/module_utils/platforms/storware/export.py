# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the requests that start backups: ``POST /tasks/export``."""

from __future__ import annotations

import re
import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from ...api.errors import InvalidOption
from ...api.messages import Call
from ...model.durations import parse_duration
from ...model.levels import Level
from ...model.request import BackupRequest
from ...model.target import Target
from ..base import StartCall
from ..json_schema import first_fault
from ..raw import check_types, merged_tree
from .fields import BY_PLATFORM_OPTION
from .operation_bodies import EXPORT
from .operation_requests import body_schema
from .targets import kind_of

PATH = "tasks/export"

LEVELS: Mapping[Level, str] = {Level.FULL: "FULL", Level.INCREMENTAL: "INCREMENTAL"}
_INSTEAD: Mapping[Level, str] = {
    Level.DIFFERENTIAL: "level: incremental copies what changed.",
    Level.SYNTHETIC_FULL: "level: full copies all; a synthetic destination makes full backups of incrementals itself.",
    Level.TRANSACTION_LOG: "level: incremental copies what changed.",
}

_LOOKS_LIKE_A_DATE = re.compile(r"\d{4}-\d")
_NOBODY = "00000000-0000-0000-0000-000000000000"
"""Stands for an entity that has not been looked up yet."""

# Milliseconds.
_BACK, _FORTH = 60_000, 1_000

# What to back up, how and by which rules: not raw's to change.
_GUARDED = ("protectedEntities", "protectedEntityType", "backupType", "rules", "backupDestination")


def check_request(request: BackupRequest) -> list[str]:
    """Return warnings; raise ``InvalidOption`` for what cannot be meant."""
    if not request.targets:
        raise InvalidOption("targets must name at least one target; the list is empty.")
    if request.level is None:
        raise InvalidOption("level is required to start a backup.")
    refuse_level(request.level, "to start")
    for option, value in (("description", request.description), ("notify_user", request.notify_user)):
        if value not in (None, False):
            raise InvalidOption(f"{option} is no option of Storware backups: a task there has no such thing.")
    if request.strict_level and request.wait is None:
        raise InvalidOption(
            "strict_level needs wait on Storware, where an incremental backup may become a full one on its way.",
        )
    _check_options(request)
    body = build_body(request, [_stand_in(target) for target in request.targets], time.time())
    _check_windows(request, body)
    return []


def refuse_level(level: Level, purpose: str) -> None:
    """Raise ``InvalidOption`` for a level that no export has."""
    if level not in LEVELS:
        raise InvalidOption(f"Storware has no backups of level {level.value} {purpose}.", next_step=_INSTEAD[level])


def start_calls(
    request: BackupRequest,
    targets: Sequence[Target],
    now: float,
    new_marker: Callable[[], str | None] = lambda: None,
) -> list[StartCall]:
    """Return one call for each group of resolved ``targets`` that can share a request.

    ``new_marker`` is asked once for each call, so that each start can be told from its sisters.
    """
    calls = []
    for group in _groups(request, targets):
        body = build_body(request, group, now, new_marker())
        project = group[0].given.get("project")
        wire = Call.with_json(
            "POST",
            PATH,
            body,
            query={"project-uuid": project} if project else {},
            timeout=request.start_seconds(len(group)),
        )
        calls.append(StartCall(tuple(group), wire, body))
    return calls


def build_body(
    request: BackupRequest, targets: Sequence[Target], now: float, marker: str | None = None
) -> dict[str, Any]:
    """Return the body for resolved ``targets`` that share rules and destination. ``raw`` is merged last."""
    if request.level is None:
        raise InvalidOption("level is required to start a backup.")
    options, resolved = request.options, targets[0].resolved
    body: dict[str, Any] = {
        "backupType": {"name": LEVELS[request.level]},
        "protectedEntities": [{"guid": target.resolved["guid"]} for target in targets],
        "protectedEntityType": kind_of(targets[0]),
    }
    if resolved.get("rules"):
        body["rules"] = [{"guid": rule} for rule in resolved["rules"]]
    if resolved.get("destination"):
        body["backupDestination"] = {"guid": resolved["destination"]}
    start, end = moment(options, "window_start", now), moment(options, "window_end", now)
    body["windowStart"] = _marked(start, now, end, marker)
    if end is not None:
        body["windowEnd"] = _milliseconds(end)
    for name in ("priority", "retry_count"):
        if name in options:
            body[BY_PLATFORM_OPTION[name].wire] = options[name]
    body["async"] = options.get("async", True)
    return _with_raw(body, request) if request.raw else body


def moment(options: Mapping[str, Any], name: str, now: float) -> float | None:
    """Return the time that an option says, as Unix seconds: ISO 8601 with its zone, or a duration from ``now``."""
    text = options.get(name)
    if text is None:
        return None
    shown = f"storware.{name}"
    if isinstance(text, str) and _LOOKS_LIKE_A_DATE.match(text.strip()):
        try:
            when = datetime.fromisoformat(re.sub(r"[zZ]$", "+00:00", text.strip()))
        except ValueError:
            raise InvalidOption(f"{shown} is no date and time in ISO 8601: {text!r}.") from None
        if when.tzinfo is None:
            raise InvalidOption(
                f"{shown} says no time zone: {text}.", next_step="Write it like 2026-11-22T21:00:00Z, in quotes."
            )
        return when.timestamp()
    try:
        return now + parse_duration(shown, text)
    except ValueError as error:
        raise InvalidOption(str(error), next_step="Or give a date and time such as 2026-11-22T21:00:00Z.") from None


def _marked(start: float | None, now: float, end: float | None, marker: str | None) -> int:
    """Return the start of the window in milliseconds, by which this start can be told from others.

    The time alone cannot do that: clients that know the server's clock by whole seconds agree on too many of its
    milliseconds. So it lies up to a minute back, or up to a second after a start that was asked for.
    """
    plain = _milliseconds(now if start is None else start)
    if marker is None:
        return plain
    number = zlib.crc32(marker.encode())
    shifted = plain - number % _BACK if start is None else plain + number % _FORTH
    return plain if end is not None and shifted > _milliseconds(end) else shifted


def _stand_in(target: Target) -> Target:
    return Target(target.position, target.given, target.label, {"guid": target.given.get("guid", _NOBODY)})


def _groups(request: BackupRequest, targets: Sequence[Target]) -> list[list[Target]]:
    """Part ``targets`` into groups of at most ``max_batch`` that share rules, destination, kind and project."""
    size = request.max_batch if request.batch else 1
    alike: dict[tuple[Any, ...], list[Target]] = {}
    for target in targets:
        resolved = target.resolved
        key = (tuple(resolved["rules"]), resolved.get("destination"), kind_of(target), target.given.get("project"))
        alike.setdefault(key, []).append(target)
    groups = [group[start : start + size] for group in alike.values() for start in range(0, len(group), size)]
    return sorted(groups, key=lambda group: group[0].position)


def _check_options(request: BackupRequest) -> None:
    for name, value in request.options.items():
        option = BY_PLATFORM_OPTION.get(name)
        if option is None:
            raise InvalidOption(f"storware.{name} is no option of Storware backups.")
        low, high = option.minimum, option.maximum
        if (low is not None and value < low) or (high is not None and value > high):
            allowed = f"{low} to {high}" if high is not None else f"{low} or more"
            raise InvalidOption(f"storware.{name} must be {allowed}; got {value}.")
    rules, destination = request.options.get("rules"), request.options.get("backup_destination")
    if rules is not None and destination is not None:
        raise InvalidOption("storware.rules and storware.backup_destination exclude each other; give one of them.")
    if rules == [] or any(not str(rule).strip() for rule in rules or ()):
        raise InvalidOption("storware.rules is empty; name rules, or leave it out.")
    if destination is not None and not destination.strip():
        raise InvalidOption("storware.backup_destination is empty; give a name, or leave it out.")


def _check_windows(request: BackupRequest, body: Mapping[str, Any]) -> None:
    now = time.time()
    start, end = body["windowStart"] / 1000.0, body.get("windowEnd")
    if end is not None and end / 1000.0 <= max(start, now):
        raise InvalidOption("The window ends before a backup could start: see storware.window_start and window_end.")
    if request.wait is not None and start - now > request.wait.timeout:
        raise InvalidOption("The window begins after wait_timeout, so the wait could not see the backup's end.")


def _milliseconds(seconds: float) -> int:
    return int(seconds * 1000)


def _with_raw(body: dict[str, Any], request: BackupRequest) -> dict[str, Any]:
    check_types(request.raw, "raw")
    known = {field.name.lower(): field.name for field in EXPORT.fields}
    for name in request.raw or {}:
        if known.get(name.lower(), name) != name:
            raise InvalidOption(f"raw: {name} must be spelt {known[name.lower()]}.")
    merged: dict[str, Any] = merged_tree(body, request.raw)
    fault = first_fault(body_schema(EXPORT), merged)
    if fault is not None:
        raise InvalidOption(f"With raw, the request does not fit its schema {fault}.")
    changed = [name for name in _GUARDED if body.get(name) != merged.get(name)]
    if changed and not request.raw_unsafe:
        raise InvalidOption(
            f"raw must not change {changed[0]}.",
            next_step="Leave that to the module's options, or set raw_unsafe: true if you are sure.",
        )
    return merged
