# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backup levels and which running or finished backup satisfies a request for another."""

from __future__ import annotations

from enum import Enum


class Level(str, Enum):
    """How much a backup copies. Platforms support a subset and spell them their own way."""

    FULL = "full"
    INCREMENTAL = "incremental"
    DIFFERENTIAL = "differential"
    SYNTHETIC_FULL = "synthetic_full"
    TRANSACTION_LOG = "transaction_log"

    def is_satisfied_by(self, other: Level | None) -> bool:
        """Tell whether a backup of level ``other`` protects what a request for this level asks for.

        A level that the server does not name (``None``) satisfies nothing: the loud choice is to start.
        """
        return other in _SATISFIED_BY[self]


# A synthetic full is made from older backups and reads nothing from the client, so it never stands in for another.
_DATA_BACKUPS = frozenset({Level.FULL, Level.INCREMENTAL, Level.DIFFERENTIAL})

_SATISFIED_BY: dict[Level, frozenset[Level]] = {
    Level.FULL: frozenset({Level.FULL}),
    Level.INCREMENTAL: _DATA_BACKUPS,
    Level.DIFFERENTIAL: _DATA_BACKUPS,
    Level.SYNTHETIC_FULL: frozenset({Level.SYNTHETIC_FULL}),
    Level.TRANSACTION_LOG: frozenset({Level.TRANSACTION_LOG}),
}
