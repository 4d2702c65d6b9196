# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A wait of a day for hundreds of backups, with all that may happen to a server and its clock meanwhile.

The flow, the platform's code and the session are the real ones, and so is the sandbox. Only time is not: a sleep of the
flow moves the clock of the server instead, and with it everything that runs there.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from unittest.mock import patch

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.api.connection import Connection
from ansible_collections.nightshift.backup.plugins.module_utils.api.errors import TimedOut
from ansible_collections.nightshift.backup.plugins.module_utils.api.session import Session
from ansible_collections.nightshift.backup.plugins.module_utils.entrypoints.backup_options import (
    REQUEST_SPEC,
    read_request,
)
from ansible_collections.nightshift.backup.plugins.module_utils.flows.report import report
from ansible_collections.nightshift.backup.plugins.module_utils.flows.start_backups import start_backups
from ansible_collections.nightshift.backup.plugins.module_utils.flows.surroundings import Surroundings
from ansible_collections.nightshift.backup.plugins.module_utils.model.outcome import Ledger, Row
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.registry import PLATFORMS
from ansible_collections.nightshift.backup.tests.faults.conftest import Counts, put
from ansible_collections.nightshift.backup.tests.faults.sandbox_process import (
    Commvault,
    Course,
    Oracle,
    Storware,
    serving,
)
from ansible_collections.nightshift.backup.tests.faults.size import size

TASKS = size(30, 500)
HOURS = size(3, 24)
# The interval that is the default where a whole day is not too much for it.
POLL = ("10s", "5m")[size(0, 1)]
HOUR = 3600.0
ENDLESS = 9 * HOURS * HOUR
# Of the controller's clock, against the server's.
SKEW = -5 * HOUR
Json = dict[str, Any]
Event = tuple[float, Callable[[], object]]


@dataclass
class ServersTime:
    """A clock whose sleeps make time pass on the server. ``events`` happen on the way, each at its second."""

    oracle: Oracle
    events: list[Event] = field(default_factory=list)
    time: float = 0.0
    owed: float = 0.0

    def monotonic(self) -> float:
        return self.time

    def now(self) -> float:
        return 1_700_000_000.0 + self.time + SKEW

    def sleep(self, seconds: float) -> None:
        until = self.time + seconds
        while self.events and self.events[0][0] <= until:
            moment, event = self.events.pop(0)
            self._move(max(0.0, moment - self.time))
            event()
        self._move(max(0.0, until - self.time))

    def _move(self, seconds: float) -> None:
        self.time += seconds
        self.owed += seconds
        if self.owed >= 1.0:
            self.oracle.pass_time(self.owed)
            self.owed = 0.0


class Day:
    """What happens on one long day."""

    def __init__(self, oracle: Oracle, clock: ServersTime) -> None:
        self._oracle = oracle
        self._clock = clock
        self.counts: Counter[str] = Counter()

    def plan(self) -> None:
        """Put everything that goes wrong into the clock."""
        starts = range(1, HOURS, 3)
        events: list[Event] = [
            *((half * HOUR / 2, self._expire) for half in range(1, 2 * HOURS)),
            *((hour * HOUR + 600, self._go_down) for hour in starts),
            *((hour * HOUR + 1500, self._come_back) for hour in starts),
            *((hour * HOUR + 60, self._purge) for hour in range(2, HOURS, 4)),
            (HOURS / 3 * HOUR + 77, lambda: self._jump(-3)),
            (HOURS / 2 * HOUR + 77, lambda: self._jump(2)),
        ]
        self._clock.events = sorted(events, key=lambda event: event[0])

    def _expire(self) -> None:
        self.counts["times that all sessions expired"] += 1
        self._oracle.expire()

    def _purge(self) -> None:
        self.counts["purges"] += 1
        self._oracle.purge()

    def _come_back(self) -> None:
        self._oracle.control("DELETE", "faults")

    def _go_down(self) -> None:
        """Fail for a quarter of an hour, in the ways of a server that restarts behind a proxy."""
        self.counts["restarts of the server"] += 1
        cut, page, gone = {"fault": "drop_before"}, {"fault": "html", "status": 503}, {"fault": "status", "status": 502}
        self._oracle.control("POST", "faults", [{**cut, "times": 8}, {**page, "times": 8}, {**gone, "times": None}])

    def _jump(self, hours: float) -> None:
        """Set the server's clock without anything going on meanwhile where that is backwards."""
        self.counts["jumps of the server's clock"] += 1
        now = float(self._oracle.control("GET", "clock")["epoch"])
        self._oracle.set_clock(now + hours * HOUR)


# What the play is told of each end. An unclean end of Storware's is a store that failed for good.
_VERDICTS = {
    "commvault": {
        "good": "succeeded",
        "warned": "warning",
        "retried": "succeeded",
        "unclean": "partial",
        "bad": "failed",
    },
    "storware": {
        "good": "succeeded",
        "warned": "succeeded",
        "retried": "succeeded",
        "unclean": "failed",
        "bad": "failed",
    },
}
_RETRIES: dict[str, Json] = {"commvault": {}, "storware": {"retry_count": 2}}
_FINE = ("succeeded", "warning")


def courses() -> list[Course]:
    """Return how the backups go: most end well within the wait, some badly, and a few outlast it."""
    chance = random.Random(24)
    ends = ["good"] * 12 + ["warned", "retried", "unclean", "bad"]
    drawn = [Course(chance.uniform(300, HOURS / 5 * HOUR), chance.choice(ends)) for _number in range(TASKS)]
    return [replace(course, seconds=ENDLESS) if chance.random() < 0.05 else course for course in drawn]


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Json]:
    with serving(tmp_path_factory.mktemp("long"), [*courses(), *[Course(ENDLESS)] * 3]) as content:
        yield content


@pytest.fixture(params=[Commvault, Storware], ids=["commvault", "storware"])
def oracle(request: pytest.FixtureRequest, ready: Json) -> Oracle:
    chosen: Oracle = request.param(ready)
    return chosen


def run(oracle: Oracle, clock: ServersTime, targets: list[Json], **given: Any) -> tuple[Ledger, Counter[int]]:
    """Start backups and wait for them. Returns the ledger, and how many requests each hour took."""
    hours: Counter[int] = Counter()
    entry = PLATFORMS[oracle.name]
    login = {name: value for name, value in oracle.options().items() if name != "platform"}
    session = Session(Connection(**login), entry.dialect_factory(), sleep=clock.sleep, clock=clock.monotonic)
    exchange = session._transport.exchange

    def counted(*arguments: Any) -> Any:
        hours[int(clock.time // HOUR)] += 1
        return exchange(*arguments)

    platform = entry.platform_factory(session, clock)
    parsed = platform.parse_targets(targets)
    defaults = {name: spec.get("default") for name, spec in REQUEST_SPEC.items()}
    options = {**defaults, "level": "full", "wait": True, entry.option_key: _RETRIES[oracle.name], **given}
    ledger = Ledger([Row(target) for target in parsed])
    with session, patch.object(session._transport, "exchange", counted):
        start_backups(platform, read_request(options, parsed, entry.option_key), Surroundings(clock=clock), ledger)
    return ledger, hours


def test_a_day_of_waiting(oracle: Oracle, counts: Counts) -> None:
    clock = ServersTime(oracle)
    day = Day(oracle, clock)
    day.plan()
    targets = oracle.targets(TASKS)
    ledger, hours = run(oracle, clock, targets, wait_timeout=f"{HOURS}h", poll_interval=POLL)
    rows = report(ledger)["tasks"]
    wrong = []
    for row, course, kept in zip(rows, courses(), ledger.rows, strict=True):
        outlasts = course.seconds > HOURS * HOUR
        expected = "running" if outlasts else _VERDICTS[oracle.name][course.end]
        fine = not outlasts and expected in _FINE
        if (
            row["state"] != expected
            or (kept.error is None) is not fine
            or outlasts is not isinstance(kept.error, TimedOut)
        ):
            wrong.append((course, row["state"], row["message"]))
    assert wrong == []
    # The first hour has the starts and the quick looks; restarts have repetitions.
    busiest = max(count for hour, count in hours.items() if hour > 0)
    assert busiest <= 600, hours
    assert hours[0] <= 6 * TASKS + 600, hours
    found = {
        "hours waited for so many backups": HOURS,
        "backups": TASKS,
        **day.counts,
        "wrong verdicts": len(wrong),
        "most requests in an hour but the first": busiest,
        "requests in all": sum(hours.values()),
    }
    put(counts, f"long wait on {oracle.name}", found)


def test_a_timeout_cancels_only_what_this_task_started(oracle: Oracle, counts: Counts) -> None:
    """Not what it found, not what somebody paused, and not what somebody else starts on the same object meanwhile."""
    clock = ServersTime(oracle)
    oracle.mark()
    targets = oracle.targets(TASKS + 3)[-3:]
    names = [str(target.get("client", target.get("name"))) for target in targets]
    found = oracle.stranger(TASKS + 1)
    strangers, paused = [found], []
    clock.events = [
        (20.0, lambda: paused.append(oracle.pause(names[1]))),
        (30.0, lambda: strangers.append(oracle.stranger(TASKS + 3))),
    ]
    ledger, _hours = run(oracle, clock, targets, wait_timeout="10m", on_timeout="cancel")
    clock.sleep(60)
    assert [row.outcome.value for row in ledger.rows] == ["already_running", "started", "started"]
    assert all(isinstance(row.error, TimedOut) for row in ledger.rows)
    own = {job_id for row in ledger.rows[1:] for job_id in row.job_ids}
    kept = {job_id for job_id in ledger.rows[1].job_ids if paused == [True]}
    assert set(oracle.active()) == {*strangers, *kept}
    cancelled = own - set(oracle.active())
    found = {
        "backups of this task cancelled by its timeout": len(cancelled),
        "of its own that somebody had paused, and of others: cancelled": 0,
    }
    put(counts, f"on_timeout: cancel on {oracle.name}", found)
