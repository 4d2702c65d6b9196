# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a play says of all schedules of an estate."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from .schedule import ScheduleRequest
from .target import Target


class Prune(str, Enum):
    """What is done about schedules of the scope that the play does not declare."""

    OFF = "false"
    DELETE = "true"
    DISABLE = "disable"


@dataclass(frozen=True)
class Scope:
    """Which schedules of the server are the play's to prune: those of such a name that cover nothing else.

    ``name`` is a pattern of the shell's kind (``*``, ``?``, ``[...]``) for the whole name, in any case.
    """

    name: str
    targets: tuple[Target, ...]

    def names(self, name: str) -> bool:
        """Tell whether the pattern fits a name."""
        return re.match(fnmatch.translate(self.name.casefold()), name.strip().casefold()) is not None


@dataclass(frozen=True)
class EstateRequest:
    """The declared schedules, how many are worked on at a time, and what happens to the undeclared ones."""

    schedules: Sequence[ScheduleRequest]
    concurrency: int = 8
    prune: Prune = Prune.OFF
    scope: Scope | None = None
    max_prune: int = 10
    allow_empty: bool = False
