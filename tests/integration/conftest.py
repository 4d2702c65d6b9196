# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests of modules in this process share."""

from __future__ import annotations

import time

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.model.clock import SystemClock


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that were to be waited each time; hardly any of them are."""
    asked: list[float] = []

    def sleep(_clock: SystemClock, seconds: float) -> None:
        asked.append(seconds)
        time.sleep(min(seconds, 0.02))

    monkeypatch.setattr(SystemClock, "sleep", sleep)
    return asked
