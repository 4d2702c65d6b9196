# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How large a campaign is: short within all tests, full on request."""

from __future__ import annotations

import os


def size(short: int, full: int) -> int:
    """Return the number of rounds: ``full`` where NIGHTSHIFT_FAULTS says so."""
    return full if os.environ.get("NIGHTSHIFT_FAULTS") == "full" else short
