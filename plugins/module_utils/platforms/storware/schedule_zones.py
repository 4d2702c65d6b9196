# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Time zones, of which a Storware server knows only UTC: what a play's local time is there, and when that changes."""

from __future__ import annotations

import datetime as dt
from difflib import get_close_matches
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from ...model.pattern import PatternError

UTC = "UTC"
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.timezone.utc)
"""Stands for "now" where it makes no difference: UTC never changes."""

_HORIZON = dt.timedelta(days=366)
# No zone keeps an offset for less than this.
_STEP = dt.timedelta(days=7)


def read_zone(name: str | None) -> dt.tzinfo:
    """Return the rules of a zone by its IANA name, UTC for ``None``. Raises ``PatternError`` for an unknown one."""
    if name is None or name.strip().upper() == UTC:
        # Also where no database of zones is installed.
        return dt.timezone.utc
    try:
        return ZoneInfo(name.strip())
    except (ZoneInfoNotFoundError, ValueError, OSError):
        close = get_close_matches(name, sorted(available_timezones()), n=2)
        hint = f" Did you mean {' or '.join(close)}?" if close else ""
        raise PatternError(
            "pattern.timezone",
            f"pattern.timezone is {name!r}; allowed is an IANA name that is known here, such as Europe/Berlin.{hint}",
        ) from None


def offset_at(zone: dt.tzinfo, moment: dt.datetime) -> int:
    """Return by how many seconds the clocks of the zone are ahead of UTC."""
    offset = moment.astimezone(zone).utcoffset()
    return round(offset.total_seconds()) if offset is not None else 0


def other_offsets(zone: dt.tzinfo, moment: dt.datetime) -> tuple[int, ...]:
    """Return the other offsets that the zone has within a year before and after, the nearest first."""
    found: dict[int, None] = {}
    away = _STEP
    while away <= _HORIZON:
        for when in (moment - away, moment + away):
            found.setdefault(offset_at(zone, when))
        away += _STEP
    now = offset_at(zone, moment)
    return tuple(offset for offset in found if offset != now)
