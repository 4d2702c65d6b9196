# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read what a play says of a schedule, and refuse what Storware has no form for, before anything is sent. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ...api.errors import InvalidOption
from ...model.durations import parse_duration
from ...model.levels import Level
from ...model.pattern import WEEK_DAYS, Frequency, PatternError, SchedulePattern, Week, default_of
from ...model.pattern_values import (
    nearest,
    read_choice,
    read_month,
    read_repetition,
    read_time,
    write_seconds,
    write_time,
)
from ...model.schedule import ScheduleRequest, TargetsMode
from ...model.target import Target
from ..raw import check_types
from .export import LEVELS
from .schedule_fields import BACKUP, BACKUP_TYPES, SNAPSHOT, TYPES
from .schedule_pattern import Words, check_native, wanted, wanted_at
from .schedule_zones import offset_at, other_offsets

_SUPPORTED = (
    Frequency.DAILY, Frequency.WEEKLY, Frequency.MONTHLY_RELATIVE, Frequency.YEARLY_RELATIVE, Frequency.OTHER,
)  # fmt: skip
_ALLOWED = ", ".join(frequency.value for frequency in _SUPPORTED)
_INSTEAD: Mapping[Frequency, str] = {
    Frequency.ONCE: "start the backup with backup_task",
    Frequency.MONTHLY: "use monthly_relative, such as the first Sunday",
    Frequency.YEARLY: "use yearly_relative, such as the first Sunday of January",
    Frequency.AUTOMATIC: "use daily",
    Frequency.CONTINUOUS: "use daily with repeat_every",
}
_USED = frozenset(
    {"frequency", "at", "days", "week", "day", "month", "repeat_every", "repeat_until", "timezone", "native"}
)
_REASONS: Mapping[str, str] = {
    "every": "counts no days, weeks or months; leave it out, and narrow the days by storware.weeks or storware.months",
    "start_date": "has no first day; leave it out, and create the schedule when it is to begin",
    "end_date": "has no last day; leave it out or say never, and remove the schedule when it is to end",
    "occurrences": "does not count runs; leave it out or say 0",
    "timezone_id": "keeps no time zones; give the IANA name in pattern.timezone",
    "calendar": "has no calendars; leave it out",
    "calendar_id": "has no calendars; leave it out",
    "exceptions": "has no exceptions; name the days on which it runs instead",
    "description": "keeps no text with a schedule; leave it out",
}
_NAME_LENGTH = 230


def read_words(request: ScheduleRequest) -> Words:
    """Return what the request says of when the schedule runs. Raises ``PatternError``."""
    weeks, months = request.options.get("weeks"), request.options.get("months")
    return Words(
        request.pattern,
        None if weeks is None else _read_weeks(weeks),
        None if months is None else tuple(sorted({read_month("storware.months", month) for month in months})),
    )


def _read_weeks(given: Sequence[Any]) -> tuple[Week, ...]:
    found = {read_choice("storware.weeks", week, tuple(Week)) for week in given}
    return tuple(week for week in Week if week in found)


def start_window(request: ScheduleRequest) -> int | None:
    """Return the start window in seconds, ``None`` where the play does not say."""
    text = request.options.get("start_window")
    if text is None:
        return None
    try:
        seconds = parse_duration("storware.start_window", text)
    except ValueError as error:
        raise InvalidOption(str(error)) from None
    if seconds < 1 or seconds != int(seconds):
        raise InvalidOption(f"storware.start_window must be a whole number of seconds, at least 1s; got {text}.")
    return int(seconds)


def understand(request: ScheduleRequest) -> ScheduleRequest:
    """Return the request with backup type, interval and rules of ``storware`` brought into the keys that all share."""
    options = dict(request.options)
    level = _read_level(request.level, options.get("backup_type"))
    pattern = request.pattern
    try:
        if "interval" in options:
            pattern = _with_interval(pattern, options.pop("interval"))
        elif pattern is not None:
            pattern = _without_idle(pattern)
    except PatternError as error:
        raise InvalidOption(error.message) from error
    targets = request.targets
    if targets is None and ("rules" in options or "policies" in options):
        named = [("rule", name) for name in options.get("rules") or ()]
        named = named or [("policy", name) for name in options.get("policies") or ()]
        targets = tuple(Target(place, {kind: name}, str(name)) for place, (kind, name) in enumerate(named))
    return replace(request, options=options, level=level, pattern=pattern, targets=targets)


def _read_level(level: Level | None, backup_type: str | None) -> Level | None:
    if backup_type is None:
        return level
    known = next((one for one, wire in LEVELS.items() if wire == backup_type.strip().upper()), None)
    if level is not None and level is not known:
        raise InvalidOption(
            f"level is {level.value} and storware.backup_type is {backup_type}, which contradict each other.",
            next_step="Leave out one of them.",
        )
    return known


def _with_interval(pattern: SchedulePattern | None, interval: Mapping[str, Any]) -> SchedulePattern:
    if pattern is None:
        raise InvalidOption("storware.interval needs pattern, which says on which days.")
    read: dict[str, tuple[str, Callable[[str, Any], Any]]] = {
        "at": ("start", read_time), "repeat_every": ("every", read_repetition), "repeat_until": ("end", read_time)
    }  # fmt: skip
    for key, (name, reader) in read.items():
        if name not in interval:
            continue
        value, beside = reader(f"storware.interval.{name}", interval[name]), getattr(pattern, key)
        if beside not in (None, value):
            raise InvalidOption(
                f"storware.interval.{name} is {interval[name]}, and pattern.{key} says something else.",
                next_step="Leave out one of them.",
            )
        filled: dict[str, Any] = {key: value}
        pattern = replace(pattern, **filled)
    if not pattern.repeat_every or pattern.repeat_until is None or pattern.at is None:
        raise InvalidOption("storware.interval needs every and end, and start or pattern.at.")
    if pattern.repeat_until < pattern.at:
        raise InvalidOption(
            f"storware.interval.end ({write_time(pattern.repeat_until)}) is before its start "
            f"({write_time(pattern.at)}); an interval ends on the day on which it began."
        )
    return pattern


def _without_idle(pattern: SchedulePattern) -> SchedulePattern:
    """Return the pattern without what says no more than leaving it out, such as an end of "never"."""
    idle: dict[str, Any] = {
        key: None
        for key, value in pattern.given().items()
        if key not in _USED and value == default_of(pattern.frequency, key)
    }
    return replace(pattern, **idle)


def check_schedule(request: ScheduleRequest, moment: dt.datetime) -> list[str]:
    """Return warnings; raise ``InvalidOption`` or ``PatternError`` for what cannot be meant.

    ``moment`` is the time by whose offset local times become UTC.
    """
    _check_shared(request)
    _check_options(request)
    check_types(request.raw, "raw")
    start_window(request)
    words = read_words(request)
    warnings = []
    if request.options.get("rules") == [] and request.present and type_of(request) in (None, BACKUP, SNAPSHOT):
        warnings.append("The schedule serves no rule, so it protects nothing until a policy uses it.")
    if request.pattern is None:
        return warnings
    _check_pattern(request.pattern, words)
    if start_window(request) is not None and request.pattern.repeat_every:
        raise InvalidOption("storware.start_window means nothing where pattern.repeat_every is given; leave it out.")
    # Written once here, so that what has no form is refused before the first request.
    wanted(words, None, moment)
    return warnings + _warnings(words, moment)


def _check_shared(request: ScheduleRequest) -> None:
    for option, value in (("description", request.description), ("notify_user", request.notify_user),
                          ("alert", request.alert)):  # fmt: skip
        if value not in (None, False):
            raise InvalidOption(f"{option} is no option of a Storware schedule, which keeps no such thing.")
    kind = request.options.get("type")
    if request.level is not None and request.level not in LEVELS:
        raise InvalidOption(
            f"level is {request.level.value}, which no Storware schedule has; allowed are full and incremental, and "
            "storware.backup_type: synchronization."
        )
    if kind is not None and kind.upper() == SNAPSHOT and request.level not in (None, Level.FULL):
        raise InvalidOption(f"level is {request.level and request.level.value}, and a snapshot is always full.")
    if request.name is not None and len(request.name) > _NAME_LENGTH and request.replace:
        raise InvalidOption(f"replace needs a name of at most {_NAME_LENGTH} characters: it is made longer on the way.")


def _check_options(request: ScheduleRequest) -> None:
    options = request.options
    for name, known in (("type", TYPES), ("backup_type", BACKUP_TYPES)):
        value = options.get(name)
        # What a newer server has shown is fed back with the schedule's ID.
        if value is not None and value.strip().upper() not in known and request.schedule_id is None:
            words = [word.lower() for word in known]
            close = nearest(value, words)
            hint = f" Did you mean {close}?" if close else ""
            raise InvalidOption(f"storware.{name} is {value!r}; allowed are {', '.join(words)}.{hint}")
    for name in ("rules", "policies"):
        values = options.get(name)
        if values is not None and not all(str(value).strip() for value in values):
            raise InvalidOption(f"storware.{name} holds an empty name.", next_step="Give a name or a GUID.")
    rules, policies = options.get("rules"), options.get("policies")
    if policies == [] or (rules == [] and policies):
        raise InvalidOption("storware.policies with no rule of any says nothing; leave one of them out.")
    if rules is not None and "all" in rules and (len(rules) > 1 or not policies):
        raise InvalidOption("storware.rules: all stands alone, and needs storware.policies to say of which.")
    if rules == [] and request.targets_mode is not TargetsMode.EXACT:
        raise InvalidOption(f"targets_mode {request.targets_mode.value} needs storware.rules; the list is empty.")
    if "project" in options and not options["project"].strip():
        raise InvalidOption("storware.project is empty; give the project's UUID, or leave it out.")


def _check_pattern(pattern: SchedulePattern, words: Words) -> None:
    frequency = pattern.frequency
    if frequency not in _SUPPORTED:
        raise PatternError(
            "pattern.frequency",
            f"pattern.frequency is {frequency.value}, which Storware has no schedules for; allowed are {_ALLOWED}: "
            f"{_INSTEAD[frequency]}.",
        )
    for key, value in pattern.given().items():
        if key not in _USED:
            raise PatternError(f"pattern.{key}", f"pattern.{key} is {_shown(value)}, but Storware {_REASONS[key]}.")
    if pattern.day is not None and pattern.day not in WEEK_DAYS:
        names = ", ".join(day.value for day in WEEK_DAYS)
        raise PatternError(
            "pattern.day", f"pattern.day is {pattern.day.value}, which Storware does not count; allowed are {names}."
        )
    if frequency is Frequency.OTHER:
        _check_native(pattern, words)
    if words.weeks is not None and pattern.week is not None:
        raise PatternError(
            "storware.weeks", "storware.weeks says which days of the month, as pattern.week does; use one."
        )
    if words.months is not None and pattern.month is not None:
        raise PatternError("storware.months", "storware.months says which months, as pattern.month does; use one.")


def _check_native(pattern: SchedulePattern, words: Words) -> None:
    check_native(pattern.native or {})
    beside = [key for key in pattern.given() if key not in ("frequency", "native", "timezone")]
    if beside or words.weeks is not None or words.months is not None:
        name = f"pattern.{beside[0]}" if beside else "storware.weeks or storware.months"
        raise PatternError("pattern.native", f"pattern.native says when the schedule runs, so leave out {name}.")


def _warnings(words: Words, moment: dt.datetime) -> list[str]:
    """Warn where the local time will have no form once the clocks have changed."""
    zone = words.zone
    now = offset_at(zone, moment)
    for other in other_offsets(zone, moment):
        try:
            wanted_at(words, None, other)
        except PatternError as error:
            name, away = words.pattern.timezone if words.pattern else "", write_seconds(abs(other - now))
            side = "ahead of" if other > now else "behind"
            return [f"When the clocks of {name} are {away} {side} now, this will be refused: {error.message}"]
    return []


def _shown(value: object) -> str:
    return repr(value.isoformat() if isinstance(value, dt.date) else value)


def type_of(request: ScheduleRequest) -> str | None:
    """Return the type of schedule that a request names, in the server's words."""
    kind = request.options.get("type")
    return None if kind is None else str(kind).strip().upper()


def lacking(request: ScheduleRequest) -> list[str]:
    """Return the options that a new schedule needs and the request does not give."""
    kind = type_of(request) or BACKUP
    missing = []
    if request.targets is None and kind in (BACKUP, SNAPSHOT):
        missing.append("storware.rules or storware.policies")
    if request.level is None and "backup_type" not in request.options and kind != SNAPSHOT:
        missing.append("level")
    return missing + (["pattern"] if request.pattern is None else [])
