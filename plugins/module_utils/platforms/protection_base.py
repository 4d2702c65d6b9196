# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The few verbs by which flows ask what is protected, whichever the platform is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from ..model.levels import Level
from ..model.protection import Evidence
from ..model.target import Target


class ProtectionPlatform(Protocol):
    """What ``protection_info`` needs of a platform. Methods marked pure send nothing."""

    @property
    def shows_every_part(self) -> bool:
        """Pure. Tell whether ``estate`` has a row for every part there is, also without ``every_part``."""

    def parse_selection(self, given: Sequence[Mapping[str, Any]]) -> tuple[Target, ...]:
        """Pure. Read ``targets`` that only select, so that they need not name all that a backup needs."""

    def check_level(self, level: Level) -> None:
        """Pure. Raise ``InvalidOption`` for a level that no backup of the platform can have."""

    def server_time(self) -> float | None:
        """Pure. Return the server's clock as last heard, Unix seconds."""

    def evidence(self, targets: Sequence[Target], age: float) -> Sequence[Evidence]:
        """Read what speaks for the protection of each target within the last ``age`` seconds, in the order given."""

    def estate(self, age: float, *, every_part: bool) -> Sequence[Evidence]:
        """Read the same for everything that the server holds, in a number of requests that does not grow with it.

        ``every_part`` also reads, one request an object, the parts that no backup and no schedule shows. What the
        server only remembers is included, and says so.
        """
