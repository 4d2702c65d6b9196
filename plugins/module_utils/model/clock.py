# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Time as the flows see it, so that tests can make hours pass at once."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """A monotonic clock that can sleep. Seconds."""

    def monotonic(self) -> float:
        """Return seconds that never go backwards, from an arbitrary start."""

    def sleep(self, seconds: float) -> None:
        """Return after ``seconds``."""

    def now(self) -> float:
        """Return this machine's idea of the time, Unix seconds."""


class SystemClock:
    """The clock of the machine."""

    def monotonic(self) -> float:
        """Return seconds that never go backwards, from an arbitrary start."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Return after ``seconds``."""
        time.sleep(max(0.0, seconds))

    def now(self) -> float:
        """Return this machine's idea of the time, Unix seconds."""
        return time.time()
