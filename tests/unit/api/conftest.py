# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.api.connection import Connection
from ansible_collections.nightshift.backup.plugins.module_utils.api.session import Session
from ansible_collections.nightshift.backup.tests.unit.api.support import Dialect

_VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NETRC")


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in _VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def naps() -> list[float]:
    """The waits that a session made."""
    return []


@pytest.fixture
def connect(naps: list[float]) -> Iterator[Callable[..., Session]]:
    """Open sessions that do not really sleep and whose jitter is nothing."""
    opened: list[Session] = []

    def open_session(url: str, *, dialect: Dialect | None = None, **options: Any) -> Session:
        settings = {"token": "given-token-1", "retries": 2, "timeout": 5.0, **options}
        session = Session(Connection(url, **settings), dialect or Dialect(), sleep=naps.append, random=lambda: 0.0)
        opened.append(session)
        return session

    yield open_session
    for session in opened:
        session.close()
