# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the flows start from."""

from __future__ import annotations

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.flows.surroundings import Surroundings
from ansible_collections.nightshift.backup.tests.unit.flows.fakes import FakeClock, FakePlatform


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def platform(clock: FakeClock) -> FakePlatform:
    return FakePlatform(clock)


@pytest.fixture
def lines() -> list[str]:
    return []


@pytest.fixture
def surroundings(clock: FakeClock, lines: list[str]) -> Surroundings:
    tokens = iter(f"token{number}" for number in range(1, 1000))
    return Surroundings(show=lines.append, clock=clock, token=lambda: next(tokens))
