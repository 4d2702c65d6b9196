# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The counts of a campaign, shown while it runs."""

from __future__ import annotations

from collections.abc import Mapping

import pytest


def tell(capture: pytest.CaptureFixture[str], campaign: str, counts: Mapping[str, float]) -> None:
    """Show the counts of a campaign in one line each."""
    with capture.disabled():
        for what, number in counts.items():
            print(f"\n{campaign:<28} {what:<58} {number:>8g}", end="")
