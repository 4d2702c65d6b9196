# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ``pattern`` option of schedules: from a play's words to the canonical form and back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any

from .pattern import (
    KEYS,
    NEVER,
    USED_BY,
    Exceptions,
    Frequency,
    PatternError,
    SchedulePattern,
    Week,
    check_consistency,
    missing_keys,
)
from .pattern_values import (
    nearest,
    read_choice,
    read_date,
    read_days,
    read_end,
    read_exceptions,
    read_kind_of_day,
    read_mapping,
    read_month,
    read_number,
    read_repetition,
    read_seconds,
    read_text,
    read_time,
    write_exceptions,
    write_seconds,
    write_time,
)

_DURATIONS = frozenset({"repeat_every"})


def _read_week(option: str, value: Any) -> Week:
    return read_choice(option, value, tuple(Week))


def _read_positive(option: str, value: Any) -> int:
    return read_number(option, value, 1)


_READERS: Mapping[str, Callable[[str, Any], Any]] = {
    "every": _read_positive,
    "at": read_time,
    "days": read_days,
    "day_of_month": lambda option, value: read_number(option, value, 1, 31),
    "month": read_month,
    "week": _read_week,
    "day": read_kind_of_day,
    "start_date": read_date,
    "end_date": read_end,
    "occurrences": lambda option, value: read_number(option, value, 0),
    "repeat_every": read_repetition,
    "repeat_until": read_time,
    "timezone": read_text,
    "timezone_id": _read_positive,
    "calendar": read_text,
    "calendar_id": _read_positive,
    "automatic": read_mapping,
    "exceptions": read_exceptions,
    "description": read_text,
    "native": read_mapping,
}


def read_pattern(
    given: Mapping[str, Any],
    *,
    prefix: str = "pattern",
    read_automatic: Callable[[str, Any], Mapping[str, Any]] | None = None,
) -> SchedulePattern:
    """Return the canonical form of a play's ``pattern``; keys that are ``None`` count as not given.

    ``prefix`` is the option's name in error sentences. ``read_automatic`` is the platform's own check of the settings
    for ``automatic``. Raises ``PatternError`` for the first thing that cannot be meant.
    """
    asked = {key: value for key, value in given.items() if value is not None}
    _refuse_unknown(asked, prefix)
    if "frequency" not in asked:
        names = ", ".join(item.value for item in Frequency)
        raise PatternError(f"{prefix}.frequency", f"{prefix}.frequency is missing; allowed are {names}.")
    frequency = read_choice(f"{prefix}.frequency", asked.pop("frequency"), tuple(Frequency))
    _refuse_unused(asked, frequency, prefix)
    readers = dict(_READERS)
    if frequency is Frequency.CONTINUOUS:
        readers["every"] = read_seconds
    if read_automatic is not None:
        readers["automatic"] = read_automatic
    values = {key: readers[key](f"{prefix}.{key}", asked[key]) for key in KEYS if key in asked}
    pattern = SchedulePattern(frequency, **values)
    missing = missing_keys(pattern)
    if missing:
        names = " and ".join(f"{prefix}.{key}" for key in missing)
        verb = "are" if len(missing) > 1 else "is"
        raise PatternError(
            f"{prefix}.{missing[0]}", f"{names} {verb} missing; {prefix}.frequency {frequency.value} needs it."
        )
    check_consistency(pattern, prefix)
    return pattern


def as_options(pattern: SchedulePattern) -> dict[str, Any]:
    """Return the ``pattern`` option that :func:`read_pattern` reads back to an equal pattern. Plain JSON values."""
    return {key: option_value(pattern.frequency, key, value) for key, value in pattern.given().items()}


def option_value(frequency: Frequency, key: str, value: Any) -> Any:
    """Return one canonical value in the words of the option ``key``; ``None`` stays ``None``."""
    if key in _DURATIONS or (key == "every" and frequency is Frequency.CONTINUOUS):
        return None if value is None else write_seconds(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, dt.time):
        return write_time(value)
    if isinstance(value, dt.date):
        return "never" if value == NEVER else value.isoformat()
    if isinstance(value, Exceptions):
        return write_exceptions(value)
    if isinstance(value, tuple):
        return [item.value for item in value]
    return dict(value) if isinstance(value, Mapping) else value


def _refuse_unknown(asked: Mapping[str, Any], prefix: str) -> None:
    for key in asked:
        if key not in KEYS:
            guess = nearest(str(key), KEYS)
            hint = f" Did you mean {guess}?" if guess else ""
            raise PatternError(
                f"{prefix}.{key}", f"{prefix}.{key} is not a key of a pattern; allowed are {', '.join(KEYS)}.{hint}"
            )


# What people most likely want who gave a key to a frequency that has no use for it.
_INSTEAD: Mapping[tuple[Frequency, str], str] = {
    (Frequency.MONTHLY_RELATIVE, "day_of_month"): "use week and day, or frequency monthly",
    (Frequency.YEARLY_RELATIVE, "day_of_month"): "use week and day, or frequency yearly",
    (Frequency.MONTHLY, "day"): "use day_of_month, or frequency monthly_relative",
    (Frequency.MONTHLY, "week"): "use day_of_month, or frequency monthly_relative",
    (Frequency.YEARLY, "day"): "use day_of_month, or frequency yearly_relative",
    (Frequency.YEARLY, "week"): "use day_of_month, or frequency yearly_relative",
    (Frequency.WEEKLY, "day"): "use days",
    (Frequency.DAILY, "days"): "use frequency weekly",
    (Frequency.MONTHLY, "month"): "use frequency yearly",
    (Frequency.MONTHLY_RELATIVE, "month"): "use frequency yearly_relative",
}


def _refuse_unused(asked: Mapping[str, Any], frequency: Frequency, prefix: str) -> None:
    used = USED_BY[frequency]
    for key in asked:
        if key not in used:
            allowed = ", ".join(name for name in KEYS if name in used and name != "frequency")
            hint = _INSTEAD.get((frequency, key))
            raise PatternError(
                f"{prefix}.{key}",
                f"{prefix}.{key} is {_shown(asked[key])}, but frequency {frequency.value} does not use it"
                f"{f': {hint}' if hint else f'; it uses {allowed}'}.",
            )


def _shown(value: Any) -> str:
    return repr(str(value) if isinstance(value, (dt.date, dt.time)) else value)
