# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sandbox's clock: real time, unless a test moves it."""

from __future__ import annotations

import time
from email.utils import formatdate


class Clock:
    """Wall time with an offset, and a separate scale for the progress of jobs.

    :param time_scale: how many seconds of job progress pass in one real second (1 = real time)
    :param offset: seconds by which wall time was moved earlier on (kept in the state)
    """

    def __init__(self, time_scale: float = 1.0, offset: float = 0.0) -> None:
        self.time_scale = time_scale
        self.offset = offset

    def now(self) -> float:
        """Seconds since the epoch, in UTC, as the server sees them."""
        return time.time() + self.offset

    def stamp(self) -> int:
        """Whole seconds since the epoch: the form of every time stamp on the wire."""
        return int(self.now())

    def real(self) -> float:
        """Monotonic real seconds; for short delays that no moved clock should shorten."""
        return time.monotonic()

    def http_date(self) -> str:
        """Value of the `Date` header."""
        return formatdate(self.now(), usegmt=True)
