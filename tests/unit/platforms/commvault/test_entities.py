# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Look-ups are about what the play names, and about no namesake of it."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.api.connection import Connection
from ansible_collections.nightshift.backup.plugins.module_utils.api.errors import NotFound, Rejected
from ansible_collections.nightshift.backup.plugins.module_utils.api.session import Session
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault import entities
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.auth import CommvaultDialect
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.targets import parse_targets
from pytest_httpserver import HTTPServer

TARGET = {"client": "c1", "app": "SQL Server", "instance": "one", "backupset": "b", "company": "Acme"}
SHOWN = {"clientId": 4, "clientName": "c1", "appName": "SQL Server", "instanceName": "ONE", "backupsetId": 9}


@pytest.fixture
def session(server: HTTPServer) -> Session:
    return Session(Connection(server.url_for("/api"), token="QSDK x", retries=0), CommvaultDialect())


def answer(server: HTTPServer, **more: Any) -> None:
    server.expect_request("/api/GetId").respond_with_json({**SHOWN, **more})


@pytest.mark.parametrize("more", [{}, {"entityInfo": {"companyName": "ACME"}}, {"entityInfo": {"companyId": 0}}])
def test_what_the_play_names(server: HTTPServer, session: Session, more: dict[str, Any]) -> None:
    answer(server, **more)
    (target,) = parse_targets([TARGET])
    entities.verify(session, target)
    assert entities.client_id(session, target) == 4


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"appName": "Oracle"}, "with app Oracle"),
        ({"instanceName": "two"}, "with instance two"),
        ({"entityInfo": {"companyName": "Zenith"}}, "with company Zenith"),
    ],
)
def test_a_namesake_is_refused(server: HTTPServer, session: Session, more: dict[str, Any], told: str) -> None:
    answer(server, **more)
    (target,) = parse_targets([TARGET])
    with pytest.raises(Rejected, match=told):
        entities.verify(session, target)


def test_a_client_of_another_company_is_not_looked_at(server: HTTPServer, session: Session) -> None:
    answer(server, entityInfo={"companyName": "Zenith"})
    (target,) = parse_targets([TARGET])
    with pytest.raises(Rejected, match="Zenith"):
        entities.client_id(session, target)


def test_an_answer_without_the_id_is_not_found(server: HTTPServer, session: Session) -> None:
    answer(server, backupsetId=0)
    (target,) = parse_targets([TARGET])
    with pytest.raises(NotFound, match="no backupset b"):
        entities.verify(session, target)
