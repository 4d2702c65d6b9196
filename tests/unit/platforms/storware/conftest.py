# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from collections.abc import Iterator

import pytest
from ansible_collections.nightshift.backup.tests.unit.platforms.storware.scripted import Script
from pytest_httpserver import HTTPServer


@pytest.fixture
def script(server: HTTPServer) -> Iterator[Script]:
    made = Script(server)
    with made.session:
        yield made
