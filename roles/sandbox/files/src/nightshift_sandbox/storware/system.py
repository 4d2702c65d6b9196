# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The backup system as a whole: its records, sessions, queue and schedules."""

from __future__ import annotations

from typing import Any

from nightshift_sandbox.clock import Clock
from nightshift_sandbox.store.documents import Documents
from nightshift_sandbox.storware.accounts import Sessions
from nightshift_sandbox.storware.effects import Effects
from nightshift_sandbox.storware.engine import Engine
from nightshift_sandbox.storware.plan import Plan
from nightshift_sandbox.storware.tables import Tables

Json = dict[str, Any]


class System:
    """Everything that the services of this platform work with."""

    def __init__(self, store: Documents, clock: Clock) -> None:
        self.clock = clock
        self.tables = Tables(store)
        self.sessions = Sessions(self.tables, clock)
        self.engine = Engine(self.tables, clock)
        self.engine.follow(Effects(self.tables, self.engine))
        self.plan = Plan(self.tables, clock)
        #: Share of a list of new tasks that an answer holds; a fault sets it.
        self.answered = 1.0
        self.plain_http = False

    def stamp(self) -> int:
        """Milliseconds since the epoch."""
        return self.engine.stamp()

    def project_guid(self, name: str) -> str:
        """The GUID of a project by its name."""
        row = self.tables.named("project", name)
        return str(row["guid"]) if row else "unknown"
