# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One sandbox from which everything is recorded."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from ansible_collections.nightshift.backup.tests.integration.backup_task.support import serving

from .scenarios import Stage


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    # A small estate makes short tapes.
    with serving(tmp_path_factory.mktemp("sandbox"), cold=10, warm=2) as ready:
        yield Stage(ready)
