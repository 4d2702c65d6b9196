# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Show a schedule in the form that ``backup_schedule`` takes. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from ...model.pattern_options import as_options
from ...model.schedule import Portable, Schedule, ScheduleRequest
from .schedule_checks import read_words
from .schedule_compare import shown_window
from .schedule_pattern import Words, extra_options, spoken
from .schedule_records import backup_type, guid_of, schedule_type
from .schedule_rules import PATHS
from .schedule_times import TIME_KEYS, read_timing
from .schedule_zones import EPOCH

_READ_ONLY = frozenset({"guid", "lastRun", "policies", "tenantId"})
_KNOWN = frozenset(
    {"name", "active", "type", "backupType", "startWindowLength", "rules", *TIME_KEYS, *_READ_ONLY}
)  # fmt: skip


def portrait(schedule: Schedule, zone: str | None = None, moment: dt.datetime = EPOCH) -> dict[str, Any]:
    """Return the schedule in the options of ``backup_schedule``, with its times on the clocks of ``zone``."""
    raw = schedule.raw
    words = spoken(read_timing(raw), zone, moment)
    platform: dict[str, Any] = {"type": schedule_type(raw).lower() or None, "start_window": shown_window(raw)}
    if schedule.level is None:
        platform["backup_type"] = backup_type(raw).lower() or None
    platform.update(extra_options(words))
    if schedule.targets or schedule_type(raw) in PATHS:
        platform["rules"] = [guid_of(target) for target in schedule.targets]
    return _form(
        name=schedule.name,
        schedule_id=schedule.schedule_id,
        enabled=schedule.enabled,
        level=schedule.level.value if schedule.level is not None else None,
        words=words,
        platform=platform,
    )


def _form(*, words: Words, platform: Mapping[str, Any], **rest: Any) -> dict[str, Any]:
    said = {
        **rest,
        "pattern": as_options(words.pattern) if words.pattern is not None else None,
        "storware": {key: value for key, value in platform.items() if value is not None},
    }
    return {key: value for key, value in said.items() if value is not None}


def wanted(request: ScheduleRequest) -> dict[str, Any]:
    """Return what the play says, in the same form."""
    options = {key: value for key, value in request.options.items() if key not in ("rules", "policies")}
    if request.targets is not None:
        options["rules"] = [guid_of(target) or target.label for target in request.targets]
    return _form(
        name=request.name,
        schedule_id=request.schedule_id,
        enabled=request.enabled is not False,
        level=request.level.value if request.level is not None else None,
        words=Words(read_words(request).pattern),
        platform=options,
    )


def portable(schedule: Schedule) -> Portable:
    """Return the schedule by names alone."""
    options = portrait(schedule)
    options.pop("schedule_id")
    lost: list[tuple[str, Any]] = []
    names: list[str] = []
    for place, target in enumerate(schedule.targets):
        if target.label == guid_of(target):
            lost.append((f"storware.rules[{place}]", target.label))
        else:
            names.append(target.label)
    if "rules" in options["storware"]:
        options["storware"] = {**options["storware"], "rules": names}
    return Portable(options, (*lost, *_unknown(schedule.raw)))


def _unknown(raw: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the fields that are set and that have no word here: only a newer server knows what they do."""
    for key, value in raw.items():
        if key not in _KNOWN and value not in (None, "", [], {}):
            yield key, value
    if shown_window(raw) is None and raw.get("startWindowLength"):
        yield "startWindowLength", raw["startWindowLength"]
