# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs of a real ``ansible-playbook`` that are ended at random points, and run again: each target is backed up once."""

from __future__ import annotations

import math
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.nightshift.backup.tests.faults.conftest import Counts, put
from ansible_collections.nightshift.backup.tests.faults.sandbox_process import (
    Commvault,
    Course,
    Oracle,
    Storware,
    doubles,
    serving,
)
from ansible_collections.nightshift.backup.tests.faults.size import size
from ansible_collections.nightshift.backup.tests.integration.controller.conftest import HERE, Controller, Outcome

TARGETS = size(40, 200)
ROUNDS = size(1, 3)
ENDINGS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
MARK = "KILLED_CAMPAIGN"
WAITING = "waiting now; "
# What lingers would linger for the whole wait, so that even a busy machine can tell.
PATIENCE = 60.0
Json = dict[str, Any]


class Campaign:
    """Plays against one platform of a sandbox, on a controller of their own."""

    def __init__(self, oracle: Oracle, controller: Controller) -> None:
        self.oracle = oracle
        self._controller = controller
        self._ended_at = 0.0

    def _run(self, during: Callable[[subprocess.Popen[str]], None] | None = None, **options: Any) -> Outcome:
        given = {
            **self.oracle.options(),
            "targets": self.oracle.targets(TARGETS),
            "level": "full",
            "max_batch": TARGETS // 4,
            "poll_interval": "0.2s",
            **options,
        }
        tasks = [{"name": "back up", "nightshift.backup.backup_task": given}]
        return self._controller.run(tasks, "-l", HERE, env={MARK: "1"}, during=during, ignore_errors=False)

    def broken(self, requests: int | None, number: signal.Signals, **options: Any) -> str:
        """Run and wait, and end that by a signal. Returns what was shown.

        The signal comes when the sandbox has got so many requests, or for ``None`` when the wait has begun.
        """
        base = self.oracle.requests()
        shown: list[str] = []

        def end(process: subprocess.Popen[str]) -> None:
            if requests is None:
                self._read_until_wait(process, shown)
            while requests is not None and self.oracle.requests() < base + requests:
                assert process.poll() is None, "the run was over before it could be ended"
                time.sleep(0.002)
            process.send_signal(number)
            self._ended_at = time.monotonic()

        outcome = self._run(end, wait=True, **options)
        assert outcome.code != 0
        return "".join(shown) + outcome.stderr

    @staticmethod
    def _read_until_wait(process: subprocess.Popen[str], shown: list[str]) -> None:
        assert process.stderr is not None
        for line in process.stderr:
            shown.append(line)
            if WAITING in line:
                # Core hangs when a worker dies while it still holds the queue by which the line came.
                time.sleep(1)
                return

    def seconds_until_gone(self) -> float:
        """Return how long after the signal it took until no process of the run was left."""
        while lingering():
            assert time.monotonic() - self._ended_at < PATIENCE, "a worker lingers"
            time.sleep(0.02)
        return time.monotonic() - self._ended_at

    def repaired(self, **options: Any) -> list[str]:
        """Run again without a wait, and return the outcomes."""
        outcome = self._run(**options)
        assert outcome.code == 0, outcome.stdout + outcome.stderr
        return [row["outcome"] for row in outcome.of("back up")["tasks"]]


def lingering() -> list[int]:
    """Return the IDs of all processes of the campaign's runs."""
    found = []
    for folder in Path("/proc").iterdir():
        try:
            if folder.name.isdecimal() and f"{MARK}=1".encode() in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
        except OSError:
            continue
    return found


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Json]:
    with serving(tmp_path_factory.mktemp("killed"), [Course()] * TARGETS) as content:
        yield content


@pytest.fixture(params=[Commvault, Storware], ids=["commvault", "storware"])
def campaign(request: pytest.FixtureRequest, ready: Json, tmp_path: Path) -> Campaign:
    return Campaign(request.param(ready), Controller(tmp_path))


def test_a_second_run_repairs_what_was_killed(campaign: Campaign, counts: Counts) -> None:
    """The point is chosen by the number of requests: before the first start, between starts, or in the wait."""
    oracle = campaign.oracle
    chance = random.Random(oracle.name)
    outcomes: Counter[str] = Counter()
    waiting, slowest = 0, 0.0
    whole: dict[bool, int] = {}
    first = ("commvault", "storware").index(oracle.name) + 1
    for number in range(ROUNDS):
        batch = (number + first) % 2 == 0
        oracle.begin()
        # Each third in the wait, the others on their way to it.
        point = None if (number + first) % 3 == 2 else chance.randrange(1, whole.get(batch, TARGETS))
        shown = campaign.broken(point, ENDINGS[(number + first) % len(ENDINGS)], batch=batch)
        slowest = max(slowest, campaign.seconds_until_gone())
        if WAITING in shown:
            waiting += 1
            assert all(task_id in shown for task_id in oracle.made()), shown
        again = {"batch": batch}
        if number % 3 == 2:
            # What has ended by then is found by its age.
            oracle.pass_time(2 * 3600)
            again["max_age"] = "3h"
        before = oracle.requests()
        outcomes.update(campaign.repaired(**again))
        whole[batch] = max(whole.get(batch, 2), oracle.requests() - before)
        made = oracle.made()
        assert {name for name, _state in made.values()} == oracle.object_names(TARGETS)
        assert doubles(made) == 0, (number, batch)
    assert set(outcomes) <= {"started", "already_running", "fresh"}
    found = {f"targets that the second run found {name}": count for name, count in outcomes.items()}
    put(
        counts,
        f"killed on {oracle.name}",
        {
            "runs ended, each of so many targets": TARGETS,
            "runs ended": ROUNDS,
            "of these in their wait, with all IDs shown": waiting,
            **found,
            "targets backed up twice": 0,
            "targets not backed up": 0,
            "most seconds until no process was left, rounded up": math.ceil(slowest),
        },
    )
