# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of one schedule: their specification, and how they become a ``ScheduleRequest``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..api.errors import InvalidOption
from ..model.levels import Level
from ..model.pattern import KEYS as PATTERN_KEYS
from ..model.schedule import ScheduleRequest, TargetsMode
from ..platforms.base import SchedulePlatform
from ..platforms.registry import PlatformEntry, refuse_foreign_options, schedule_specs, target_spec
from .backup_options import given_only

SCHEDULE_SPEC: dict[str, dict[str, Any]] = {
    "name": {"type": "str"},
    "schedule_id": {"type": "str"},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "enabled": {"type": "bool"},
    "targets": {"type": "list", "elements": "dict", "options": target_spec()},
    "targets_mode": {"type": "str", "choices": [mode.value for mode in TargetsMode], "default": "exact"},
    "level": {"type": "str", "choices": [level.value for level in Level]},
    # Its suboptions are checked here and not by Ansible, which would turn an unquoted time into text unseen.
    "pattern": {"type": "dict"},
    "description": {"type": "str"},
    "notify_user": {"type": "bool"},
    "alert": {"type": "dict", "options": {"id": {"type": "int"}, "name": {"type": "str"}}},
    "whole_schedule": {"type": "bool", "default": False},
    "replace": {"type": "bool", "default": False},
    "verify_targets": {"type": "bool", "default": False},
    "raw": {"type": "dict"},
    "raw_unsafe": {"type": "bool", "default": False},
    **schedule_specs(),
}

KNOWN_OPTIONS: dict[str, dict[str, Any]] = {
    **SCHEDULE_SPEC,
    "pattern": {"type": "dict", "options": {key: {} for key in PATTERN_KEYS}},
}


def read_schedule_request(
    platform: SchedulePlatform, entry: PlatformEntry, params: Mapping[str, Any]
) -> ScheduleRequest:
    """Return the request that validated parameters describe, as the platform understands it.

    Raises ``InvalidOption``.
    """
    refuse_foreign_options(entry.name, params)
    name, schedule_id = params["name"], params["schedule_id"]
    for option, value in (("name", name), ("schedule_id", schedule_id)):
        if value is not None and not value.strip():
            raise InvalidOption(f"{option} is empty.", next_step="Give a value or leave the option out.")
    if name is None and schedule_id is None:
        raise InvalidOption("name and schedule_id are both missing; one of them must say which schedule is meant.")
    targets = params["targets"]
    said = ScheduleRequest(
        # Spaces around a name are no part of it: with them, it would be another name than the one that is found.
        name=None if name is None else name.strip(),
        schedule_id=None if schedule_id is None else schedule_id.strip(),
        present=params["state"] == "present",
        enabled=params["enabled"],
        targets=None if targets is None else platform.parse_targets([given_only(target) for target in targets]),
        targets_mode=TargetsMode(params["targets_mode"]),
        level=Level(params["level"]) if params["level"] is not None else None,
        pattern=platform.parse_pattern(params["pattern"]) if params["pattern"] is not None else None,
        description=params["description"],
        notify_user=params["notify_user"],
        alert=given_only(params["alert"]) if params["alert"] else None,
        options=given_only(params.get(entry.option_key) or {}),
        raw=params["raw"],
        raw_unsafe=params["raw_unsafe"],
        whole_schedule=params["whole_schedule"],
        replace=params["replace"],
        verify_targets=params["verify_targets"],
    )
    request = platform.understand(said)
    _check_replace(platform, request)
    if request.targets is None and request.targets_mode is not TargetsMode.EXACT:
        raise InvalidOption(f"targets_mode {request.targets_mode.value} needs {platform.covers.option}.")
    return request


def _check_replace(platform: SchedulePlatform, request: ScheduleRequest) -> None:
    """Refuse a replacement that the next run could not take up."""
    if not request.replace:
        return
    by_name = platform.names_are_unique
    if request.schedule_id is not None or request.name is None or (request.targets is None and not by_name):
        needed = "name" if by_name else "name and targets"
        raise InvalidOption(
            f"replace: true needs {needed}, and no schedule_id: the new schedule gets another ID, and what was left "
            f"half replaced is found again by its {needed}."
        )
