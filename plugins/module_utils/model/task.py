# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A backup task as a server shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .levels import Level
from .states import State


@dataclass(frozen=True)
class Task:
    """One job or task of a server at one moment. Times are Unix seconds of the server's clock, sizes bytes.

    ``entity`` names what it backs up in the platform's own words, ``parent_id`` the request that it belongs to
    (Commvault: the task ID), ``native_state`` the server's status text, ``message`` its reason for waiting or failing.
    ``interactive`` and ``user`` say who started it, where the server tells. ``restorable`` is false for a finished
    backup whose data is gone (aged or removed). ``raw`` is the server's record as it came.
    """

    id: str
    state: State
    native_state: str = ""
    level: Level | None = None
    requested_level: Level | None = None
    progress: float | None = None
    started_at: float | None = None
    finished_at: float | None = None
    size: int | None = None
    message: str = ""
    entity: Mapping[str, Any] = field(default_factory=dict)
    parent_id: str | None = None
    user: str | None = None
    interactive: bool | None = None
    restorable: bool = True
    raw: Mapping[str, Any] = field(default_factory=dict)
