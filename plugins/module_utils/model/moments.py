# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times as people write them in filters: a duration ago, or a date and time in ISO 8601."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import Any

from .durations import parse_duration
from .query import Moment

LATEST = 253402300799.0
"""The last second of the year 9999, Unix seconds: no later one can be written."""

_BEGINS_LIKE_A_DATE = re.compile(r"\s*[0-9]{4}-[0-9]{2}-[0-9]{2}")


def plausible(moment: float | None) -> float | None:
    """Return Unix seconds that a server shows, ``None`` for what is no time of anything."""
    return moment if moment is not None and 0 < moment <= LATEST else None


def parse_moment(option: str, text: Any) -> Moment:
    """Return ``text`` as a moment: ``24h`` is 24 hours ago, a date alone its first second, a time without zone UTC.

    ``option`` is its name in the sentence of the ``ValueError`` for anything else.
    """
    if not isinstance(text, str) or not _BEGINS_LIKE_A_DATE.match(text):
        return Moment(ago=parse_duration(option, text))
    written = text.strip()
    try:
        # Python before 3.11 reads no Z.
        moment = datetime.fromisoformat(re.sub(r"[Zz]$", "+00:00", written))
    except ValueError:
        raise ValueError(
            f"{option} must be a duration such as 24h or a time such as 2026-11-22T21:00:00Z; got {text!r}."
        ) from None
    return Moment(fixed=(moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp())
