# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One sandbox for each module of tests; every test begins without faults and with an empty request log."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from ansible_collections.nightshift.backup.tests.integration.estate.harness import Estate, running


@pytest.fixture(scope="module")
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Estate]:
    """Return the module's sandbox; a module names its options in ``OPTIONS``."""
    options = getattr(request.module, "OPTIONS", ("--time-scale", "300"))
    with running(tmp_path_factory.mktemp("estate"), *options) as started:
        yield started


@pytest.fixture
def estate(server: Estate) -> Iterator[Estate]:
    server.control("DELETE", "faults")
    server.received()
    yield server
    server.control("DELETE", "faults")
