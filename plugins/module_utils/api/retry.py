# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long to wait before a safe call is repeated. Pure: nothing here sleeps or sends."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

# Statuses by which servers and the proxies before them ask to come back later.
BUSY = frozenset({429, 502, 503, 504})
_END_OF_TIME = 9000


@dataclass(frozen=True)
class Backoff:
    """Truncated exponential back-off with full jitter. All times are seconds.

    ``limit`` bounds a wait that we chose, ``longest_request`` one that the server asked for.
    """

    base: float = 0.5
    limit: float = 20.0
    longest_request: float = 60.0

    def delay(self, attempt: int, asked: float | None, random: Callable[[], float]) -> float:
        """Return the wait after failure number ``attempt`` (from 0), at least what the server ``asked`` for."""
        jitter = random() * min(self.limit, self.base * 2.0 ** min(attempt, 32))
        if asked is None:
            return jitter
        # Added, not the larger of both: else all clients that were turned away come back in the same moment.
        return min(self.longest_request, max(0.0, asked) + jitter)


def http_date(text: str | None) -> float | None:
    """Return an HTTP date as Unix seconds, ``None`` where there is none or it cannot be read.

    One so late that calendars end soon after it is no time of a server either: nobody could count on from there.
    """
    if not text:
        return None
    try:
        moment = parsedate_to_datetime(text)
        return moment.timestamp() if moment.year < _END_OF_TIME else None
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


def retry_after(text: str | None, now: float) -> float | None:
    """Return the seconds that a ``Retry-After`` header asks for, in either of its two forms.

    ``now`` is the server's time in Unix seconds, against which a date counts.
    """
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        moment = http_date(text)
        return None if moment is None else max(0.0, moment - now)
    return max(0.0, seconds) if math.isfinite(seconds) else None
