# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters of ``task_info``, which ``task_state`` selects by as well: their specification and how they are read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..api.errors import InvalidOption
from ..flows.query_tasks import check_filters
from ..model.moments import parse_moment
from ..model.query import Moment, TaskQuery
from ..model.states import State
from ..platforms.registry import target_spec
from ..platforms.task_base import TaskPlatform
from .backup_options import given_only
from .task_ids import read_ids

_TEXT: dict[str, Any] = {"type": "str"}

# Filters that only some platforms have, and that the platform reads by itself.
PLATFORM_FILTERS = (
    "search",
    "parent_task",
    "workflow_execution",
    "node",
    "hypervisor",
    "hypervisor_manager",
    "backup",
    "backup_destination",
    "storage_provider",
    "project",
    "protected_entity",
    "restore_job",
    "mounted_backup_assigned",
    "extended",
    "queued_for_node",
)


def filter_spec() -> dict[str, dict[str, Any]]:
    """Return the argument spec of the filters that select tasks."""
    return {
        "targets": {"type": "list", "elements": "dict", "options": target_spec()},
        "states": {"type": "list", "elements": "str", "choices": [state.value for state in State]},
        "types": {"type": "list", "elements": "str"},
        "name_like": dict(_TEXT),
        "search": dict(_TEXT),
        "schedule": dict(_TEXT),
        "parent_task": dict(_TEXT),
        "workflow_execution": dict(_TEXT),
        "node": dict(_TEXT),
        "hypervisor": dict(_TEXT),
        "hypervisor_manager": dict(_TEXT),
        "backup": dict(_TEXT),
        "backup_destination": dict(_TEXT),
        "storage_provider": dict(_TEXT),
        "project": dict(_TEXT),
        "protected_entity": dict(_TEXT),
        "restore_job": dict(_TEXT),
        "mounted_backup_assigned": {"type": "bool"},
        "queued_for_node": dict(_TEXT),
        "since": dict(_TEXT),
        "until": dict(_TEXT),
    }


def listing_spec() -> dict[str, dict[str, Any]]:
    """Return the argument spec of ``task_info`` beside the connection: IDs, filters, and how to list."""
    return {
        "ids": {"type": "list", "elements": "raw"},
        **filter_spec(),
        "order_by": dict(_TEXT),
        "direction": {"type": "str", "choices": ["asc", "desc"], "default": "desc"},
        "limit": {"type": "int", "default": 1000},
        "detailed": {"type": "bool", "default": False},
        "extended": {"type": "bool", "default": False},
    }


def read_listing(params: Mapping[str, Any], platform: TaskPlatform) -> TaskQuery:
    """Return the query that the validated parameters of ``task_info`` describe. Raises ``InvalidOption``."""
    if params["limit"] is not None and params["limit"] < 0:
        raise InvalidOption(f"limit must be 0 (all) or more; got {params['limit']}.")
    names = ("ids", *listing_spec())
    given = {name: params[name] for name in names if is_given(name, params.get(name))}
    check_filters(platform, list(given), params["order_by"])
    return _query(
        given,
        platform,
        ids=read_ids(params["ids"], platform, "ids") if params["ids"] is not None else (),
        order_by=params["order_by"] or platform.traits.order_by[0],
        descending=params["direction"] == "desc",
        limit=params["limit"] or None,
        detailed=bool(params["detailed"]),
    )


def is_given(name: str, value: Any) -> bool:
    """Tell whether an option says something: of flags only one has a meaning when it is off."""
    return value is not None and (value is not False or name == "mounted_backup_assigned")


def read_filters(given: Mapping[str, Any], platform: TaskPlatform, prefix: str, **rest: Any) -> TaskQuery:
    """Return the query of filters that are given, under options that begin with ``prefix``."""
    check_filters(platform, list(given), None)
    return _query(given, platform, prefix=prefix, order_by=platform.traits.order_by[0], limit=None, **rest)


def refuse_empty(given: Mapping[str, Any], prefix: str = "") -> None:
    """Raise ``InvalidOption`` for a filter whose value is empty, which would select everything by accident."""
    for name, value in given.items():
        empty = not value.strip() if isinstance(value, str) else isinstance(value, (list, dict)) and not value
        if empty or (isinstance(value, list) and any(isinstance(one, str) and not one.strip() for one in value)):
            raise InvalidOption(f"{prefix}{name} is empty.", next_step="Give it a value, or leave it out.")


def _query(given: Mapping[str, Any], platform: TaskPlatform, *, prefix: str = "", **rest: Any) -> TaskQuery:
    refuse_empty(given, prefix)
    targets = [given_only(target) for target in given.get("targets") or ()]
    if "states" in given:
        rest["states"] = frozenset(State(state) for state in given["states"])
    return TaskQuery(
        targets=platform.parse_selection(targets) if targets else (),
        types=tuple(given.get("types") or ()),
        name_like=given.get("name_like"),
        schedule=given.get("schedule"),
        since=_moment(given, "since", prefix),
        until=_moment(given, "until", prefix),
        filters={name: given[name] for name in PLATFORM_FILTERS if name in given},
        **rest,
    )


def _moment(given: Mapping[str, Any], name: str, prefix: str) -> Moment | None:
    if name not in given:
        return None
    try:
        return parse_moment(f"{prefix}{name}", given[name])
    except ValueError as error:
        raise InvalidOption(str(error)) from None
