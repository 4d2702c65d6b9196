# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``backup_schedule_info``: from its parameters to its result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..api.errors import InvalidOption
from ..arguments import CONNECTION_SPEC
from ..connect import open_session
from ..flows.read_schedules import read_schedules
from ..model.schedule import ScheduleFilter
from ..platforms.base import SchedulePlatform
from ..platforms.registry import PLATFORMS, target_spec
from ..runner import EntryPoint, Run
from .backup_options import given_only


def _run(run: Run) -> dict[str, Any]:
    """Read what is wanted and return the result of the module."""
    entry = PLATFORMS[run.params["platform"]]
    with open_session(run) as session:
        platform = entry.schedules(session)
        found = read_schedules(platform, _wanted(platform, run.params), portable=run.params["portable"])
    return {
        "changed": False,
        "schedules": found.schedules,
        "foreign": found.foreign,
        "not_portable": found.not_portable,
    }


def _wanted(platform: SchedulePlatform, params: Mapping[str, Any]) -> ScheduleFilter:
    targets = params["targets"]
    return ScheduleFilter(
        names=_words(params, "names", fold=True),
        schedule_ids=_words(params, "schedule_ids"),
        targets=None if targets is None else platform.parse_sought([given_only(target) for target in targets]),
    )


def _words(params: Mapping[str, Any], option: str, *, fold: bool = False) -> frozenset[str] | None:
    """Return the values of a filter. An empty one would be read as "everything" by some, as "nothing" by others."""
    values = params[option]
    if values is None:
        return None
    words = [value.strip() for value in values]
    if not words or not all(words):
        raise InvalidOption(f"{option} is empty, or holds an empty text.", next_step="Give a value or leave it out.")
    return frozenset(word.casefold() if fold else word for word in words)


ENTRY = EntryPoint(
    name="backup_schedule_info",
    argument_spec={
        **CONNECTION_SPEC,
        "names": {"type": "list", "elements": "str"},
        "schedule_ids": {"type": "list", "elements": "str"},
        "targets": {"type": "list", "elements": "dict", "options": target_spec()},
        "portable": {"type": "bool", "default": False},
    },
    run=_run,
)
