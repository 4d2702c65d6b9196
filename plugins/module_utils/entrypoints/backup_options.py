# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of a backup request: their specification, and how they become a ``BackupRequest``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..api.errors import InvalidOption
from ..model.durations import parse_duration
from ..model.levels import Level
from ..model.request import Acceptance, BackupRequest, WaitOptions
from ..model.target import Target

REQUEST_SPEC: dict[str, dict[str, Any]] = {
    "level": {"type": "str", "choices": [level.value for level in Level]},
    "schedule": {"type": "str"},
    "whole_schedule": {"type": "bool", "default": False},
    "description": {"type": "str"},
    "notify_user": {"type": "bool"},
    "skip_if_running": {"type": "bool", "default": True},
    "if_other_running": {"type": "str", "choices": ["start", "skip", "fail"], "default": "start"},
    "if_started_twice": {"type": "str", "choices": ["warn", "withdraw"], "default": "warn"},
    "stuck_after": {"type": "str", "default": "24h"},
    "max_age": {"type": "str"},
    "batch": {"type": "bool", "default": True},
    "max_batch": {"type": "int", "default": 100},
    "on_invalid": {"type": "str", "choices": ["split", "stop"], "default": "split"},
    "wait": {"type": "bool", "default": False},
    "wait_timeout": {"type": "str", "default": "4h"},
    "poll_interval": {"type": "str", "default": "10s"},
    "on_timeout": {"type": "str", "choices": ["fail", "cancel"], "default": "fail"},
    "accept_warnings": {"type": "bool", "default": True},
    "accept_errors": {"type": "bool", "default": False},
    "strict_level": {"type": "bool", "default": False},
    "marker": {"type": "bool", "default": True},
    "start_timeout": {"type": "str"},
    "settle": {"type": "str", "default": "120s"},
    "resend": {"type": "bool", "default": False},
    "verify_targets": {"type": "bool", "default": False},
    "raw": {"type": "dict"},
    "raw_unsafe": {"type": "bool", "default": False},
}

_PAYLOAD = ("level", "description", "notify_user", "raw")


def read_request(params: Mapping[str, Any], targets: Sequence[Target], platform_option: str) -> BackupRequest:
    """Return the request that validated module parameters describe.

    ``platform_option`` names the dict of the platform's own options. Raises ``InvalidOption``.
    """
    _check_schedule(params, platform_option)
    if params["if_other_running"] != "start" and not params["skip_if_running"]:
        raise InvalidOption(
            f"if_other_running: {params['if_other_running']} needs skip_if_running: true, without which nobody looks "
            "what is running."
        )
    if params["max_batch"] < 1:
        raise InvalidOption(f"max_batch must be 1 or more; got {params['max_batch']}.")
    if params["resend"] and (params["schedule"] is not None or not params["marker"]):
        raise InvalidOption(
            "resend needs a start that carries a marker: another one that is not seen cannot be told from one that was "
            "not made, and would be made twice.",
            next_step="Leave out resend, or give marker: true; a run of a schedule carries none.",
        )
    if params["if_started_twice"] == "withdraw" and not params["skip_if_running"]:
        raise InvalidOption("if_started_twice: withdraw contradicts skip_if_running: false, which starts in any case.")
    return BackupRequest(
        targets=tuple(targets),
        level=Level(params["level"]) if params["level"] is not None else None,
        description=params["description"],
        notify_user=params["notify_user"],
        skip_if_running=params["skip_if_running"],
        if_other_running=params["if_other_running"],
        withdraw_twins=params["if_started_twice"] == "withdraw",
        stuck_after=required_duration(params, "stuck_after"),
        max_age=duration(params, "max_age"),
        batch=params["batch"],
        max_batch=params["max_batch"],
        split_invalid=params["on_invalid"] == "split",
        wait=_read_wait(params),
        acceptance=Acceptance(params["accept_warnings"], params["accept_errors"]),
        strict_level=params["strict_level"],
        marker=params["marker"],
        start_timeout=duration(params, "start_timeout"),
        settle=required_duration(params, "settle", least=0.0),
        resend=params["resend"],
        verify_targets=params["verify_targets"],
        options=given_only(params.get(platform_option) or {}),
        raw=params["raw"],
        raw_unsafe=params["raw_unsafe"],
    )


def _check_schedule(params: Mapping[str, Any], platform_option: str) -> None:
    """Refuse a start that says neither its level nor a schedule, and one that wants a schedule to be another."""
    schedule = params["schedule"]
    if schedule is None:
        if params["level"] is None:
            raise InvalidOption("level is missing; without schedule it must say how much to back up.")
        if params["whole_schedule"]:
            raise InvalidOption("whole_schedule means nothing without schedule.")
        return
    if not schedule.strip():
        raise InvalidOption("schedule is empty.", next_step="Give the schedule's name or ID, or leave the option out.")
    extra = [name for name in (*_PAYLOAD, platform_option) if params.get(name) is not None]
    if params["if_started_twice"] == "withdraw":
        # It starts all its targets at once, so none of them can be withdrawn for itself.
        extra.append("if_started_twice: withdraw")
    if params["raw_unsafe"]:
        extra.append("raw_unsafe")
    if extra:
        raise InvalidOption(
            f"schedule runs a schedule as it is, so {', '.join(extra)} cannot be given with it.",
            next_step="Leave them out, or change the schedule with backup_schedule first.",
        )


def _read_wait(params: Mapping[str, Any]) -> WaitOptions | None:
    """Read the wait's options even when there is no wait, so that a wrong one is refused on the first try."""
    options = WaitOptions(
        timeout=required_duration(params, "wait_timeout"),
        poll_interval=required_duration(params, "poll_interval", least=0.1),
        cancel_on_timeout=params["on_timeout"] == "cancel",
    )
    return options if params["wait"] else None


def duration(params: Mapping[str, Any], option: str, least: float = 1.0) -> float | None:
    """Return a duration option in seconds, ``None`` when it is not given. Raises ``InvalidOption``."""
    text = params[option]
    if text is None:
        return None
    try:
        seconds = parse_duration(option, text)
    except ValueError as error:
        raise InvalidOption(str(error)) from None
    if seconds < least:
        raise InvalidOption(f"{option} must be at least {least:g}s; got {text}.")
    return seconds


def required_duration(params: Mapping[str, Any], option: str, least: float = 1.0) -> float:
    """Return a duration that has a default; an explicit ``null`` cannot be read as one."""
    seconds = duration(params, option, least)
    if seconds is None:
        raise InvalidOption(
            f"{option} has no value.", next_step="Give a duration such as 90s, or leave the option out."
        )
    return seconds


def given_only(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``options`` without what is ``None``, at every depth, because ``null`` means "not given"."""
    kept: dict[str, Any] = {}
    for key, value in options.items():
        found = (given_only(value) or None) if isinstance(value, Mapping) else value
        if found is not None:
            kept[key] = found
    return kept
