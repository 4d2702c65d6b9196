# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read single values from Commvault's answers, in each of the forms they come in.

JSON has numbers, XML has text, and both are seen with either; booleans come as ``0``/``1`` too. Every function returns
``None`` (or an empty collection) for what it cannot read.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any

_CLOCK = re.compile(r"(\d{1,3}):([0-5]?\d)(?::([0-5]?\d))?")
_DAY = dt.timedelta(days=1)
# Its Unix time is 0, which says that there is no date.
_NO_DATE = dt.date(1970, 1, 1)


def as_int(value: Any) -> int | None:
    """Return a whole number, from a number, its digits or a boolean."""
    if isinstance(value, int):
        return int(value)
    if isinstance(value, str) and re.fullmatch(r"[-+]?[0-9]{1,18}", value.strip()):
        return int(value)
    return None


def as_natural(value: Any) -> int | None:
    """Return a whole number that is not negative."""
    number = as_int(value)
    return number if number is not None and number >= 0 else None


def as_bool(value: Any) -> bool | None:
    """Return a truth, from a boolean, ``0``/``1`` or ``true``/``false`` in any case."""
    text = str(value).strip().casefold()
    return True if text in ("true", "1") else False if text in ("false", "0") else None


def as_name(value: Any) -> str | None:
    """Return text that is not empty."""
    return value if isinstance(value, str) and value.strip() else None


def as_seconds(value: Any) -> int | None:
    """Return a length or time of day in seconds, from a number or ``HH:MM[:SS]``. Never negative."""
    number = as_int(value)
    match = _CLOCK.fullmatch(value.strip()) if isinstance(value, str) else None
    if match:
        number = int(match[1]) * 3600 + int(match[2]) * 60 + int(match[3] or 0)
    return number if number is not None and number >= 0 else None


def as_time(value: Any) -> dt.time | None:
    """Return a time of day, from seconds after midnight or ``HH:MM[:SS]``."""
    seconds = as_seconds(value)
    if seconds is None or seconds >= 86400:
        return None
    return dt.time(seconds // 3600, seconds // 60 % 60, seconds % 60)


def as_date(value: Any) -> dt.date | None:
    """Return a day, from Unix seconds of its midnight in UTC or ``YYYY-MM-DD[ 00:00:00]``. Zero is no date."""
    number = as_int(value)
    try:
        if number is not None:
            date = _NO_DATE + number // 86400 * _DAY
        else:
            date = dt.date.fromisoformat(value.strip()[:10]) if isinstance(value, str) else _NO_DATE
    except (ValueError, OverflowError):
        return None
    return date if date > _NO_DATE else None


def as_mapping(value: Any) -> Mapping[str, Any]:
    """Return an object, an empty one for anything else."""
    return value if isinstance(value, Mapping) else {}


def as_list(value: Any) -> list[Any]:
    """Return the entries of a list. XML shows a list of one as the entry itself."""
    if isinstance(value, Mapping):
        return [value]
    return list(value) if isinstance(value, Sequence) and not isinstance(value, str) else []
