# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One clock for server and client, on which hours pass at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils import connect
from ansible_collections.nightshift.backup.plugins.module_utils.api.session import Session
from ansible_collections.nightshift.backup.plugins.module_utils.model.clock import SystemClock
from nightshift_sandbox.clock import Clock

BEGIN = 1_795_000_000.25


class VirtualTime:
    """Seconds that pass only when somebody sleeps, or a request is worked on."""

    def __init__(self) -> None:
        self._passed = 0.0
        self._lock = threading.Lock()
        self._alarms: list[tuple[float, Callable[[], None]]] = []
        #: What else goes on while somebody sleeps.
        self.meanwhile: Callable[[], object] = lambda: None

    def monotonic(self) -> float:
        return self._passed

    def now(self) -> float:
        return BEGIN + self._passed

    def pass_by(self, seconds: float) -> None:
        """Let time pass. What was to happen meanwhile is left to whoever sleeps."""
        with self._lock:
            self._passed += max(0.0, seconds)

    def sleep(self, seconds: float) -> None:
        """Let time pass, with everything that was to happen on the way."""
        end = self._passed + max(0.0, seconds)
        while due := [alarm for alarm in self._alarms if alarm[0] <= end]:
            first = min(due, key=lambda alarm: alarm[0])
            self._alarms.remove(first)
            self._passed = max(self._passed, first[0])
            first[1]()
        self._passed = max(self._passed, end)
        self.meanwhile()

    def after(self, seconds: float, action: Callable[[], None]) -> None:
        """Do something when so many seconds have passed, in the thread of whoever sleeps then."""
        self._alarms.append((self._passed + seconds, action))

    def ring_all(self) -> None:
        """Do at once what was to be done later."""
        alarms, self._alarms = self._alarms, []
        for _moment, action in alarms:
            action()

    def govern(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let the client live by this clock."""
        for name in ("monotonic", "sleep", "now"):
            method = getattr(self, name)
            monkeypatch.setattr(SystemClock, name, lambda _clock, *given, method=method: method(*given))
        monkeypatch.setattr(connect, "Session", partial(Session, sleep=self.sleep, clock=self.monotonic))


class ServerClock(Clock):
    """The sandbox's clock, which is the client's as well."""

    def __init__(self, time: VirtualTime) -> None:
        super().__init__()
        self._time = time

    def now(self) -> float:
        return self._time.now() + self.offset

    def real(self) -> float:
        return self._time.monotonic()
