# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One sandbox for all Storware tests of a process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .support import Modules, Sandbox, serving


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with serving(tmp_path_factory.mktemp("storware")) as ready:
        yield Sandbox(ready)


@pytest.fixture
def sandbox(server: Sandbox) -> Sandbox:
    """The sandbox without faults and with an empty list of requests."""
    server.get("nodes")
    server.reset()
    return server


@pytest.fixture
def modules(sandbox: Sandbox) -> Modules:
    return Modules(sandbox)
