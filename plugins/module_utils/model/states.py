# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The states of a backup task, the same words for every platform."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum


class State(str, Enum):
    """What a backup task is doing, or how it ended."""

    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    SUCCEEDED = "succeeded"
    WARNING = "warning"
    PARTIAL = "partial"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"

    @property
    def is_end(self) -> bool:
        """Whether a task in this state never moves again.

        ``UNKNOWN`` is not an end: a status text from a newer server must keep a wait going, never finish it.
        """
        return self in _ENDS


_ENDS = frozenset({State.SUCCEEDED, State.WARNING, State.PARTIAL, State.FAILED, State.CANCELLED})

# An active task hides the end of its siblings, because the whole is not over before its last part is.
_FROM_BEST_TO_WORST = (
    State.SUCCEEDED,
    State.WARNING,
    State.PARTIAL,
    State.CANCELLED,
    State.FAILED,
    State.RUNNING,
    State.QUEUED,
    State.PAUSED,
    State.UNKNOWN,
)


def worst(states: Iterable[State]) -> State:
    """Return the state that describes several tasks together; ``UNKNOWN`` for none at all."""
    return max(states, key=_FROM_BEST_TO_WORST.index, default=State.UNKNOWN)
