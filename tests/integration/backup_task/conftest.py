# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One sandbox for all tests of ``backup_task`` in this process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.flows import launch, start_batches

from .support import Module, Sandbox, serving


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with serving(tmp_path_factory.mktemp("sandbox")) as ready:
        yield Sandbox(ready)


@pytest.fixture
def sandbox(server: Sandbox) -> Sandbox:
    """The sandbox without faults, with an empty list of requests, and with a token at hand."""
    assert server.token
    server.reset()
    return server


@pytest.fixture
def backup(sandbox: Sandbox) -> Module:
    return Module(sandbox)


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look again sooner than real servers need it: this one shows a new job after 0.3 s."""
    monkeypatch.setattr(launch, "_FIRST_PAUSE", 0.2)
    monkeypatch.setattr(start_batches, "_PAUSE_AFTER_REFUSAL", 0.4)
