# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which schedules are due."""

from __future__ import annotations

from typing import Any

from nightshift_sandbox.clock import Clock
from nightshift_sandbox.storware.recurrence import next_run
from nightshift_sandbox.storware.tables import Tables

Json = dict[str, Any]
MS = 1000


class Plan:
    """The next run of every active schedule; runs missed while the server was down are not made up."""

    def __init__(self, tables: Tables, clock: Clock) -> None:
        self._tables = tables
        self._clock = clock
        self._next: dict[str, int] = {}
        for schedule in tables.all("schedule"):
            self.add(schedule)

    def add(self, schedule: Json) -> None:
        """Plan a schedule's next run, after what has been looked at already."""
        self._next.pop(schedule["guid"], None)
        run = next_run(schedule, int(self._clock.now() * MS)) if schedule["active"] else None
        if run is not None:
            self._next[schedule["guid"]] = run

    def drop(self, guid: str) -> None:
        """Forget a schedule."""
        self._next.pop(guid, None)

    def due(self) -> list[tuple[Json, int]]:
        """Schedules whose run has come, with its time; they are planned again from here."""
        now = int(self._clock.now() * MS)
        found = []
        for guid, at in sorted(self._next.items(), key=lambda item: item[1]):
            schedule = self._tables.get("schedule", guid)
            if at <= now and schedule is not None:
                found.append((schedule, at))
        for schedule, _ in found:
            self.add(schedule)
        return found

    def next_due(self) -> float | None:
        """The earliest run of all (seconds since the epoch)."""
        earliest = min(self._next.values(), default=None)
        return None if earliest is None else earliest / MS
