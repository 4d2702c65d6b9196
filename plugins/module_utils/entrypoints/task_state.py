# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``task_state``: from its parameters to its result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..api.errors import InvalidOption
from ..arguments import CONNECTION_SPEC
from ..connect import open_session
from ..flows.change_state import change_state, check_move
from ..flows.report_tasks import report_moves
from ..flows.surroundings import Surroundings
from ..model.query import TaskQuery
from ..model.state_change import StateRequest, Wanted
from ..model.states import State
from ..platforms.registry import PLATFORMS
from ..platforms.task_base import TaskPlatform
from ..runner import EntryPoint, Run
from .backup_options import required_duration
from .query_options import filter_spec, is_given, read_filters, refuse_empty
from .task_ids import read_ids

_ENDED = frozenset(state for state in State if state.is_end)
_ACTIVE = frozenset(State) - _ENDED

_GROUPS: Mapping[str, frozenset[State]] = {
    "all_running": frozenset({State.RUNNING}),
    "all_finished": _ENDED,
    "all_finished_and_queued": _ENDED | {State.QUEUED},
}

# What a selection means that does not say in which states: what can be moved to the one that is wanted.
_CANDIDATES: Mapping[Wanted, frozenset[State]] = {
    Wanted.PAUSED: _ACTIVE,
    Wanted.CANCELLED: _ACTIVE,
    Wanted.RUNNING: frozenset({State.PAUSED, State.QUEUED}),
    Wanted.QUEUED: frozenset({State.FAILED, State.CANCELLED}),
    Wanted.ABSENT: _ENDED | {State.QUEUED},
}

# Filters that narrow nothing: states say what a group says, in other words, and most of what is at work began lately.
_TIMES = frozenset({"since", "until"})
_WIDE: Mapping[Wanted, frozenset[str]] = {
    wanted: frozenset({"states"}) | (_TIMES if wanted in (Wanted.PAUSED, Wanted.CANCELLED) else frozenset())
    for wanted in Wanted
}


def selection_spec() -> dict[str, dict[str, Any]]:
    """Return the argument spec of the suboptions of ``select``."""
    return {**{name: {"type": "bool"} for name in _GROUPS}, **filter_spec()}


def _run(run: Run) -> dict[str, Any]:
    """Move the tasks that the parameters describe."""
    with open_session(run) as session:
        platform = PLATFORMS[run.params["platform"]].tasks(session)
        request = _read_request(run.params, platform)
        surroundings = Surroundings(check_mode=run.check_mode, show=run.show)
        moves = change_state(platform, request, surroundings)
    return report_moves(moves, platform.traits.task_word, with_diff=run.diff)


def _read_request(params: Mapping[str, Any], platform: TaskPlatform) -> StateRequest:
    wanted = Wanted(params["state"])
    check_move(platform, wanted)
    for name, least in (("max_tasks", 1), ("max_attempts", 1)):
        if params[name] is None or params[name] < least:
            raise InvalidOption(f"{name} must be {least} or more; got {params[name]}.")
    return StateRequest(
        wanted=wanted,
        ids=read_ids(params["ids"], platform, "ids") if params["ids"] is not None else (),
        query=_read_selection(params, wanted, platform) if params["select"] is not None else None,
        force=bool(params["force"]),
        max_attempts=params["max_attempts"],
        max_tasks=params["max_tasks"],
        wait=bool(params["wait"]),
        wait_timeout=required_duration(params, "wait_timeout"),
        poll_interval=required_duration(params, "poll_interval", least=0.1),
        settle=required_duration(params, "settle", least=0.0),
    )


def _read_selection(params: Mapping[str, Any], wanted: Wanted, platform: TaskPlatform) -> TaskQuery:
    given = {name: value for name, value in params["select"].items() if is_given(name, value)}
    refuse_empty(given, "select.")
    groups = [name for name in _GROUPS if given.pop(name, False)]
    if not given and not groups:
        raise InvalidOption("select is empty.", next_step="Say by its filters which tasks are meant.")
    if len(groups) > 1 or (groups and "states" in given):
        both = ", ".join([*groups, *(["states"] if "states" in given else [])])
        raise InvalidOption(f"select says more than once which states are meant: {both}. Leave out all but one.")
    alone = [*groups, *given] if set(given) <= _WIDE[wanted] else []
    if alone and not params["confirm"]:
        raise InvalidOption(
            f"select.{' and select.'.join(alone)} alone means everything on the server.",
            next_step="Narrow it, for example by targets, or say confirm: true if that is meant.",
        )
    states = {} if "states" in given else {"states": _GROUPS[groups[0]] if groups else _CANDIDATES[wanted]}
    return read_filters(given, platform, "select.", **states)


ENTRY = EntryPoint(
    name="task_state",
    argument_spec={
        **CONNECTION_SPEC,
        "state": {"type": "str", "required": True, "choices": [wanted.value for wanted in Wanted]},
        "ids": {"type": "list", "elements": "raw"},
        "select": {"type": "dict", "options": selection_spec()},
        "confirm": {"type": "bool", "default": False},
        "max_tasks": {"type": "int", "default": 20},
        "force": {"type": "bool", "default": False},
        "max_attempts": {"type": "int", "default": 2},
        "wait": {"type": "bool", "default": False},
        "wait_timeout": {"type": "str", "default": "10m"},
        "poll_interval": {"type": "str", "default": "2s"},
        "settle": {"type": "str", "default": "120s"},
    },
    run=_run,
    constraints={"mutually_exclusive": [("ids", "select")], "required_one_of": [("ids", "select")]},
)
