# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One sandbox for each module; every test begins without faults."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from harness import Sandbox, running


@pytest.fixture(scope="module")
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """The module's sandbox; a module that looks at progress sets `SCALE` to something slower."""
    scale = getattr(request.module, "SCALE", 300)
    with running(tmp_path_factory.mktemp("sandbox"), scale=scale) as started:
        yield started


@pytest.fixture
def sandbox(server: Sandbox) -> Iterator[Sandbox]:
    """The module's sandbox, without faults before and after."""
    server.control("DELETE", "faults")
    yield server
    server.control("DELETE", "faults")
