# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One sandbox, which speaks for both platforms."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ..backup_task.support import serving
from .platforms import Commvault, Platform, Storware


@pytest.fixture(scope="session")
def platforms(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Platform]]:
    with serving(tmp_path_factory.mktemp("common")) as ready:
        yield {"commvault": Commvault(ready), "storware": Storware(ready)}


@pytest.fixture(params=["commvault", "storware"])
def platform(request: pytest.FixtureRequest, platforms: dict[str, Platform]) -> Platform:
    """Each platform in turn, without faults and with an empty list of requests."""
    chosen = platforms[request.param]
    chosen.reset()
    return chosen
