# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of all schedules of an estate: their specification, and how they become an ``EstateRequest``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.errors import UnsupportedError

from ..api.errors import InvalidOption
from ..arguments import unusable, without_nulls
from ..flows.check_estate import place, refuse_all
from ..model.estate import EstateRequest, Prune, Scope
from ..model.schedule import ScheduleRequest
from ..model.spread import room_of, spread
from ..platforms.base import SchedulePlatform
from ..platforms.registry import PlatformEntry, refuse_foreign_options, scope_specs, target_spec
from .backup_options import duration
from .schedule_options import KNOWN_OPTIONS, SCHEDULE_SPEC, read_schedule_request

_MOST_AT_A_TIME = 64

ESTATE_SPEC: dict[str, dict[str, Any]] = {
    # The options of each entry are checked here and not by Ansible, so that an error names the entry.
    "schedules": {"type": "list", "elements": "dict", "required": True},
    "concurrency": {"type": "int", "default": 8},
    "spread": {"type": "str"},
    "prune": {"type": "str", "choices": [choice.value for choice in Prune], "default": Prune.OFF.value},
    "scope": {
        "type": "dict",
        "options": {
            "name": {"type": "str", "required": True},
            "targets": {"type": "list", "elements": "dict"},
            **scope_specs(),
        },
    },
    "max_prune": {"type": "int", "default": 10},
    "allow_empty": {"type": "bool", "default": False},
}

KNOWN_ESTATE_OPTIONS: dict[str, dict[str, Any]] = {
    **ESTATE_SPEC,
    "schedules": {**ESTATE_SPEC["schedules"], "options": KNOWN_OPTIONS},
    "scope": {
        "type": "dict",
        "options": {**ESTATE_SPEC["scope"]["options"], "targets": {"type": "list", "options": target_spec()}},
    },
}


def read_estate_request(
    platform: SchedulePlatform, entry: PlatformEntry, params: Mapping[str, Any], warn: Callable[[str], None]
) -> EstateRequest:
    """Return the request that validated parameters describe. Raises ``InvalidOption``, naming the entry."""
    if not 1 <= params["concurrency"] <= _MOST_AT_A_TIME:
        raise InvalidOption(f"concurrency must be from 1 to {_MOST_AT_A_TIME}; got {params['concurrency']}.")
    if params["max_prune"] < 0:
        raise InvalidOption(f"max_prune must be 0 or more; got {params['max_prune']}.")
    prune, scope = Prune(params["prune"]), _read_scope(platform, entry, params["scope"])
    if prune is not Prune.OFF and scope is None:
        raise InvalidOption(
            f"prune: {prune.value} needs scope, which says by name and {platform.covers.many} what the play may take "
            "away.",
        )
    schedules = _read_schedules(platform, entry, params["schedules"])
    seconds = duration(params, "spread")
    return EstateRequest(
        schedules=_spread(schedules, int(seconds), warn) if seconds is not None else schedules,
        concurrency=params["concurrency"],
        prune=prune,
        scope=scope,
        max_prune=params["max_prune"],
        allow_empty=params["allow_empty"],
    )


def _read_scope(platform: SchedulePlatform, entry: PlatformEntry, given: Mapping[str, Any] | None) -> Scope | None:
    if given is None:
        return None
    refuse_foreign_options(entry.name, given)
    name = (given["name"] or "").strip()
    if not name:
        raise InvalidOption(
            "scope.name is empty.", next_step='Give a pattern such as "nightly *"; "*" fits every name.'
        )
    return Scope(name, platform.parse_scope({key: value for key, value in given.items() if value is not None}))


def _read_schedules(platform: SchedulePlatform, entry: PlatformEntry, entries: Sequence[Any]) -> list[ScheduleRequest]:
    """Read every entry, and name all that cannot be read at once."""
    read: list[ScheduleRequest] = []
    problems: list[str] = []
    for position, given in enumerate(entries):
        label = str(given.get("name") or given.get("schedule_id") or "without a name")
        try:
            read.append(read_schedule_request(platform, entry, _validated(given)))
        except InvalidOption as error:
            problems.append(f"{place(position, label)}: {error}")
    refuse_all(problems, "Nothing was sent.")
    return read


def _validated(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    flaw = unusable(entry, SCHEDULE_SPEC)
    if flaw:
        raise InvalidOption(flaw)
    outcome = ArgumentSpecValidator(SCHEDULE_SPEC).validate(without_nulls(entry, SCHEDULE_SPEC))
    if outcome.error_messages:
        unknown = "options that do not exist: " if isinstance(outcome.errors[0], UnsupportedError) else ""
        raise InvalidOption(f"{unknown}{'; '.join(outcome.error_messages).rstrip('.')}.")
    checked: Mapping[str, Any] = outcome.validated_parameters
    return checked


def _spread(schedules: Sequence[ScheduleRequest], within: int, warn: Callable[[str], None]) -> list[ScheduleRequest]:
    """Move each start by the offset of its name. Names that occur twice are told apart by their first target."""
    names = Counter(_name(schedule) for schedule in schedules)
    moved: list[ScheduleRequest] = []
    tight: list[str] = []
    for schedule in schedules:
        pattern = schedule.pattern
        if pattern is None:
            moved.append(schedule)
            continue
        if room_of(pattern) == 0:
            tight.append(schedule.label)
        first = min((target.label.casefold() for target in schedule.targets or ()), default="")
        key = f"{_name(schedule)}/{first}" if names[_name(schedule)] > 1 else _name(schedule)
        moved.append(replace(schedule, pattern=spread(pattern, key, within)))
    if tight:
        rest = f" and {len(tight) - 3} more" if len(tight) > 3 else ""
        warn(
            f"Not spread: {', '.join(tight[:3])}{rest}. Their last run of a day falls on repeat_until or on the last "
            "second of the day, so a later start would lose it; a later repeat_until makes room."
        )
    return moved


def _name(schedule: ScheduleRequest) -> str:
    return (schedule.name or schedule.schedule_id or "").strip().casefold()
