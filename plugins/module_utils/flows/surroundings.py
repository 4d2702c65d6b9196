# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a flow needs of the place where it runs."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from ..model.clock import Clock, SystemClock


def _silence(_line: str) -> None:
    """Show nothing, as a shipped module must: its output is its result alone."""


def new_token() -> str:
    """Return a token that no other run has."""
    return secrets.token_hex(6)


@dataclass(frozen=True)
class Surroundings:
    """The clock, the way to show a line of progress, check mode, and the source of unique tokens."""

    check_mode: bool = False
    show: Callable[[str], None] = _silence
    clock: Clock = field(default_factory=SystemClock)
    token: Callable[[], str] = new_token
