# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One sandbox and one session for each module; every test begins without faults."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from storware_harness import Storware, running_storware


@pytest.fixture(scope="module")
def storware_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Storware]:
    """The module's sandbox, with an administrator's session."""
    with running_storware(tmp_path_factory.mktemp("storware")) as api:
        yield api


@pytest.fixture
def api(storware_server: Storware) -> Iterator[Storware]:
    """The module's sandbox, without faults before and after."""
    storware_server.control("DELETE", "faults")
    yield storware_server
    storware_server.control("DELETE", "faults")
