# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading and writing the single values of a schedule pattern.

Every reader takes the name of the option, for the sentence of its error, and the value as YAML, JSON or a template
delivered it. Each raises ``PatternError`` that says what was given and what is allowed.
"""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import Any, TypeVar

from .durations import parse_duration
from .pattern import NEVER, WEEK_DAYS, Day, Exceptions, PatternError, Week, make_exceptions

_Choice = TypeVar("_Choice", bound=Enum)

_TIME = re.compile(r"(\d{1,2}):([0-5]\d)(?::([0-5]\d))?")
_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ]00:00(?::00)?)?")
MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
DAY_SECONDS = 86400


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that ``word`` most likely stands for, ``None`` when none is close."""
    words = list(known)
    close = difflib.get_close_matches(word.casefold(), words, n=1, cutoff=0.5)
    if close:
        return close[0]
    return next((known_word for known_word in words if len(word) > 1 and known_word.startswith(word.casefold())), None)


def read_choice(option: str, value: Any, choices: Sequence[_Choice], hint: str = "") -> _Choice:
    """Return the member of ``choices`` that ``value`` names, in any case."""
    word = str(value.value if isinstance(value, Enum) else value).strip().casefold()
    for choice in choices:
        if choice.value == word:
            return choice
    names = [str(choice.value) for choice in choices]
    guess = nearest(word, names)
    suggestion = f" Did you mean {guess}?" if guess else ""
    raise PatternError(option, f"{option} is {value!r}; allowed are {', '.join(names)}.{suggestion}{hint}")


def read_number(option: str, value: Any, low: int, high: int | None = None, hint: str = "") -> int:
    """Return a whole number from ``low`` to ``high``. Text of digits is a number: templates deliver it so."""
    text = str(value).strip()
    number = int(text) if re.fullmatch(r"-?\d{1,18}", text) and not isinstance(value, bool) else None
    if number is None or number < low or (high is not None and number > high):
        allowed = f"a whole number from {low} to {high}" if high is not None else f"a whole number of at least {low}"
        raise PatternError(option, f"{option} is {value!r}; allowed is {allowed}.{hint}")
    return number


def read_text(option: str, value: Any) -> str:
    """Return text that is not empty."""
    if not isinstance(value, str) or not value.strip():
        raise PatternError(option, f"{option} is {value!r}; allowed is text that is not empty.")
    return value


def read_time(option: str, value: Any) -> dt.time:
    """Return a time of day. A bare number is refused: it is what YAML makes of a time without quotes."""
    if isinstance(value, dt.time):
        return value.replace(microsecond=0, tzinfo=None)
    text = str(value).strip()
    if not isinstance(value, bool) and re.fullmatch(r"\d+", text):
        raise PatternError(option, _unquoted(option, int(text)))
    match = _TIME.fullmatch(text)
    if match is None or int(match[1]) > 23:
        raise PatternError(
            option, f'{option} is {value!r}; allowed is a time of day from "00:00" to "23:59:59", in quotes.'
        )
    return dt.time(int(match[1]), int(match[2]), int(match[3] or 0))


def write_time(time: dt.time) -> str:
    """Return ``HH:MM``, or ``HH:MM:SS`` when there are seconds."""
    return time.isoformat("auto" if time.second else "minutes")


def _unquoted(option: str, number: int) -> str:
    # YAML 1.1 reads digits with colons in base 60, so 23:59 becomes 1439 at most and 1:00:00 becomes 3600 at least.
    meant = None
    if 60 <= number < 24 * 60:
        meant = f"{number // 60:02}:{number % 60:02}"
    elif 3600 <= number < DAY_SECONDS:
        meant = f"{number // 3600:02}:{number // 60 % 60:02}:{number % 60:02}"
    key = option.rpartition(".")[2]
    if meant is None:
        return f'{option} is the number {number}; allowed is a time of day in quotes, for example {key}: "21:00".'
    return (
        f"{option} is the number {number}, which is what YAML makes of {meant.lstrip('0') or meant} without quotes; "
        f'write it in quotes: {key}: "{meant}".'
    )


def read_seconds(option: str, value: Any) -> int:
    """Return a duration in whole seconds, more than none. A bare number is refused: it carries no unit."""
    text = str(value).strip()
    if isinstance(value, bool) or re.fullmatch(r"[-+]?[\d.]+", text):
        raise PatternError(option, _without_unit(option, value))
    try:
        seconds = parse_duration(option, text)
    except ValueError as error:
        raise PatternError(option, str(error)) from error
    if seconds < 1 or seconds != int(seconds):
        raise PatternError(option, f"{option} is {value!r}; allowed is a whole number of seconds, at least 1s.")
    return int(seconds)


def _without_unit(option: str, value: Any) -> str:
    key = option.rpartition(".")[2]
    sentence = f"{option} is {value!r}, which has no unit; write a duration such as {key}: 4h or {key}: 30m"
    text = str(value).strip()
    if text.isdigit() and 3600 <= int(text) < 100 * 3600:
        number = int(text)
        meant = f"{number // 3600:02}:{number // 60 % 60:02}:{number % 60:02}"
        return f'{sentence} (YAML makes {text} of an unquoted {meant}: if that was meant, write {key}: "{meant}").'
    return f"{sentence}."


def write_seconds(seconds: int) -> str:
    """Return a duration in the largest unit that takes it whole: ``7200`` is ``2h``."""
    for unit, size in (("d", DAY_SECONDS), ("h", 3600), ("m", 60)):
        if seconds and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def read_repetition(option: str, value: Any) -> int:
    """Return seconds between runs of one day; 0 (``0`` or ``0s``) takes a repetition away."""
    if str(value).strip() in ("0", "0s"):
        return 0
    seconds = read_seconds(option, value)
    if seconds >= DAY_SECONDS:
        raise PatternError(option, f"{option} is {value!r}; repetition within the day is allowed below 24h.")
    return seconds


def read_date(option: str, value: Any) -> dt.date:
    """Return a day. YAML delivers an unquoted date as a date, or as text with midnight."""
    if isinstance(value, dt.datetime):
        if value.time() == dt.time():
            return value.date()
    elif isinstance(value, dt.date):
        return value
    match = _DATE.fullmatch(str(value).strip())
    try:
        return dt.date.fromisoformat(match[1] if match else "")
    except ValueError:
        raise PatternError(
            option, f"{option} is {str(value)!r}; allowed is a date that exists, as in 2026-11-22."
        ) from None


def read_end(option: str, value: Any) -> dt.date:
    """Return the last day, or ``NEVER`` for ``never``, which takes an end away."""
    return NEVER if str(value).strip().casefold() == "never" else read_date(option, value)


def read_days(option: str, value: Any) -> tuple[Day, ...]:
    """Return days of the week from Monday to Sunday, each once."""
    items = value.split(",") if isinstance(value, str) else value
    if not isinstance(items, Sequence) or not items:
        raise PatternError(option, f"{option} is {value!r}; allowed is a list of day names such as [monday, friday].")
    found = {read_choice(option, item, WEEK_DAYS) for item in items}
    return tuple(day for day in WEEK_DAYS if day in found)


def read_month(option: str, value: Any) -> int:
    """Return 1 to 12, from a number or an English name."""
    word = str(value).strip().casefold()
    if word in MONTHS:
        return MONTHS.index(word) + 1
    guess = nearest(word, MONTHS) if word.isalpha() else None
    return read_number(
        option, value, 1, 12, f" Did you mean {guess}?" if guess else " A name such as july will do too."
    )


def read_kind_of_day(option: str, value: Any) -> Day:
    """Return a day name or ``day``, ``weekday``, ``weekend_day``."""
    number = str(value).strip().isdigit()
    prefix = option.rpartition(".")[0]
    hint = f" A day number belongs to {prefix}.day_of_month, with frequency monthly or yearly." if number else ""
    return read_choice(option, value, tuple(Day), hint)


def read_exceptions(option: str, value: Any) -> Exceptions:
    """Return the days left out, from a list of ``{week, day}`` and ``{days_of_month}``."""
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise PatternError(option, f"{option} is {value!r}; allowed is a list of exceptions.")
    days: set[int] = set()
    relative: set[tuple[Week, Day]] = set()
    for position, item in enumerate(value):
        name = f"{option}[{position}]"
        given = {key: part for key, part in item.items() if part is not None} if isinstance(item, Mapping) else {}
        if set(given) == {"week", "day"}:
            week = read_choice(f"{name}.week", given["week"], tuple(Week))
            relative.add((week, read_choice(f"{name}.day", given["day"], tuple(Day))))
        elif (
            set(given) == {"days_of_month"} and isinstance(given["days_of_month"], Sequence) and given["days_of_month"]
        ):
            days |= {read_number(f"{name}.days_of_month", day, 1, 31) for day in given["days_of_month"]}
        else:
            raise PatternError(
                name,
                f"{name} is {item!r}; allowed is either {{week: last, day: friday}} or {{days_of_month: [1, 31]}}.",
            )
    return make_exceptions(days, relative)


def write_exceptions(exceptions: Exceptions) -> list[dict[str, Any]]:
    """Return the list that :func:`read_exceptions` takes."""
    rows: list[dict[str, Any]] = []
    if exceptions.days_of_month:
        rows.append({"days_of_month": list(exceptions.days_of_month)})
    return rows + [{"week": week.value, "day": day.value} for week, day in exceptions.relative]


def read_mapping(option: str, value: Any) -> dict[str, Any]:
    """Return a dict with text keys, without what is not set."""
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        raise PatternError(option, f"{option} is {value!r}; allowed is a dict.")
    return {key: part for key, part in value.items() if part is not None}
