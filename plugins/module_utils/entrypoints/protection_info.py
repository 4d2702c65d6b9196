# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``protection_info``: from its parameters to its result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..api.errors import InvalidOption
from ..arguments import CONNECTION_SPEC
from ..connect import open_session
from ..flows.judge_protection import ProtectionRequest, judge_protection
from ..flows.report_tasks import report_protection
from ..model.durations import in_words
from ..model.levels import Level
from ..model.request import Acceptance
from ..platforms.protection_base import ProtectionPlatform
from ..platforms.registry import PLATFORMS, target_spec
from ..runner import EntryPoint, Run
from .backup_options import duration, given_only, required_duration

_WEEK = 7 * 24 * 3600.0


def _run(run: Run) -> dict[str, Any]:
    """Judge what the parameters name."""
    with open_session(run) as session:
        platform = PLATFORMS[run.params["platform"]].protection(session)
        request = _read_request(run.params, platform)
        if request.targets is None and not (request.every_part or platform.shows_every_part):
            run.warn(
                f"What neither a backup of the last {in_words(request.look_back)} nor a schedule shows by its name was "
                "not judged; thorough: true asks each client for all that it has."
            )
        judgement = judge_protection(platform, request)
    return report_protection(judgement, must_be_protected=bool(run.params["fail_on_unprotected"]))


def _read_request(params: Mapping[str, Any], platform: ProtectionPlatform) -> ProtectionRequest:
    everything = bool(params["all"])
    if everything == (params["targets"] is not None):
        raise InvalidOption(
            "Either targets or all: true says what is judged, and not both.", next_step="Give exactly one of them."
        )
    if params["thorough"] and not everything:
        raise InvalidOption("thorough only means something with all: true; each named target is looked at in full.")
    max_age = required_duration(params, "max_age")
    look_back = duration(params, "look_back")
    return ProtectionRequest(
        targets=None if everything else platform.parse_selection([given_only(one) for one in params["targets"]]),
        level=Level(params["level"]),
        max_age=max_age,
        look_back=max(_WEEK, max_age) if look_back is None else look_back,
        acceptance=Acceptance(bool(params["accept_warnings"]), bool(params["accept_errors"])),
        every_part=bool(params["thorough"]),
    )


ENTRY = EntryPoint(
    name="protection_info",
    argument_spec={
        **CONNECTION_SPEC,
        "targets": {"type": "list", "elements": "dict", "options": target_spec()},
        "all": {"type": "bool", "default": False},
        "thorough": {"type": "bool", "default": False},
        "level": {"type": "str", "choices": [level.value for level in Level], "default": "incremental"},
        "max_age": {"type": "str", "default": "24h"},
        "look_back": {"type": "str"},
        "accept_warnings": {"type": "bool", "default": True},
        "accept_errors": {"type": "bool", "default": False},
        "fail_on_unprotected": {"type": "bool", "default": False},
    },
    run=_run,
)
