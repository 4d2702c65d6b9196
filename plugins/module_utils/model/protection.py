# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a play asks for when it wants to know whether data is protected, and the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .target import Target
from .task import Task


@dataclass(frozen=True)
class Coverage:
    """A schedule that backs up a target."""

    name: str
    enabled: bool


@dataclass(frozen=True)
class Evidence:
    """What the server knows about the protection of one target.

    ``parts`` maps each part of the target to its finished backups; ``running`` are those that have not ended.
    ``schedules`` is ``None`` where they cannot be told. ``notes`` say what keeps the target from being backed up.
    ``present`` is false for what the server only remembers. ``error`` says why nothing could be found out.
    """

    target: Target
    parts: Mapping[str, Sequence[Task]] = field(default_factory=dict)
    running: Sequence[Task] = ()
    schedules: Sequence[Coverage] | None = ()
    notes: tuple[str, ...] = ()
    present: bool = True
    error: Exception | None = None


@dataclass(frozen=True)
class Protection:
    """The verdict on one target. What is in ``notes`` is part of ``reason`` already."""

    target: Target
    protected: bool
    reason: str
    last_good: Task | None = None
    last_attempt: Task | None = None
    running: Sequence[Task] = ()
    schedules: Sequence[Coverage] | None = ()
    notes: tuple[str, ...] = ()
    error: Exception | None = None


@dataclass(frozen=True)
class Judgement:
    """All verdicts, the server's time at which they hold, and what is not there any more, so that none was given."""

    verdicts: Sequence[Protection]
    now: float
    not_present: Sequence[Target] = ()
