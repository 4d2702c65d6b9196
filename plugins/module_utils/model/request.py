# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a play asks for when it starts backups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .levels import Level
from .states import State
from .target import Target


@dataclass(frozen=True)
class Acceptance:
    """Which ends count as a success."""

    warnings: bool = True
    errors: bool = False

    def covers(self, state: State) -> bool:
        """Tell whether ``state`` is an end that the play accepts."""
        return (
            state is State.SUCCEEDED
            or (state is State.WARNING and self.warnings)
            or (state is State.PARTIAL and self.errors)
        )


@dataclass(frozen=True)
class WaitOptions:
    """How to wait for the end of tasks. Durations are seconds."""

    timeout: float = 4 * 3600.0
    poll_interval: float = 10.0
    cancel_on_timeout: bool = False


@dataclass(frozen=True)
class BackupRequest:
    """Everything that ``backup_task`` was told, free of Ansible. Durations are seconds.

    ``options`` are the platform's own payload options (the dict under ``commvault:`` or ``storware:``) with
    unset keys left out. ``withdraw_twins`` cancels a start of ours when an earlier one does the same. ``wait`` is
    ``None`` when the play does not wait, ``start_timeout`` when it is to grow with the number of targets.
    """

    targets: tuple[Target, ...]
    level: Level | None
    description: str | None = None
    notify_user: bool | None = None
    skip_if_running: bool = True
    if_other_running: str = "start"
    withdraw_twins: bool = False
    stuck_after: float = 24 * 3600.0
    max_age: float | None = None
    batch: bool = True
    max_batch: int = 100
    split_invalid: bool = True
    wait: WaitOptions | None = None
    acceptance: Acceptance = Acceptance()
    strict_level: bool = False
    marker: bool = True
    start_timeout: float | None = None
    settle: float = 120.0
    resend: bool = False
    verify_targets: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)
    raw: Mapping[str, Any] | None = None
    raw_unsafe: bool = False

    def start_seconds(self, count: int) -> float:
        """Return how long the answer to a start of ``count`` targets may take: a server looks at each of them."""
        return self.start_timeout if self.start_timeout is not None else 120.0 + 0.5 * count
