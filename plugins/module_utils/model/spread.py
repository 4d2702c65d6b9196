# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Spread the starts of many schedules, so that they do not all begin in the same second. Pure."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import replace

from .pattern import SchedulePattern

_LAST_SECOND = 24 * 3600 - 1


def room_of(pattern: SchedulePattern) -> int | None:
    """Return by how many seconds ``at`` can move without losing a run, ``None`` where there is no ``at``.

    It stays on its day. Where it repeats, the last repetition stays at or before ``repeat_until``, so that a day keeps
    as many runs as it had.
    """
    if pattern.at is None:
        return None
    start = _seconds(pattern.at)
    if not pattern.repeat_every or pattern.repeat_until is None:
        return _LAST_SECOND - start
    return (_seconds(pattern.repeat_until) - start) % pattern.repeat_every


def spread(pattern: SchedulePattern, key: str, within: int) -> SchedulePattern:
    """Return the pattern with ``at`` moved by an offset of less than ``within`` seconds that only ``key`` decides.

    The same key gives the same offset on every machine and in every run. Where there is less room, the offset is taken
    from what there is.
    """
    room = room_of(pattern)
    if room is None or pattern.at is None or within < 2:
        return pattern
    offset = _number(key) % (min(within - 1, room) + 1)
    moved = _seconds(pattern.at) + offset
    return replace(pattern, at=dt.time(moved // 3600, moved // 60 % 60, moved % 60))


def _number(key: str) -> int:
    # Not hash(), which differs from one process to the next.
    return int.from_bytes(hashlib.sha256(key.strip().casefold().encode()).digest()[:8], "big")


def _seconds(time: dt.time) -> int:
    return time.hour * 3600 + time.minute * 60 + time.second
