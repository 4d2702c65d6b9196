# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Twenty runs of the same task at once against one server: what is started twice, and what becomes of it.

Each run is a process of its own with a login of its own, as twenty controllers would be. They begin together, which is
the worst that can happen to those who look before they start.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
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

RUNS = size(8, 20)
TARGETS = size(2, 10)
# Longer than it takes until the last of all runs has started its last backup.
WAIT = f"{size(4, 30)}s"
Json = dict[str, Any]

# Imports once, and then parts into the runs, which wait at a pipe until all are there. Each logs in for itself.
_PROGRAM = """
import importlib, json, os, pathlib, sys
from ansible_collections.nightshift.backup.plugins.module_utils.runner import Run, execute
from ansible_collections.nightshift.backup.plugins.plugin_utils.controller import validate
name, options, count, folder = json.loads(sys.argv[1])
entry = importlib.import_module(f"ansible_collections.nightshift.backup.plugins.module_utils.entrypoints.{name}").ENTRY
checked = validate(entry, options, name)
assert not checked.problem, checked.problem
gate, opener = os.pipe()
for number in range(count):
    if os.fork() == 0:
        os.close(opener)
        os.read(gate, 1)
        result = execute(entry, Run(checked.params))
        pathlib.Path(folder, f"{number}.json").write_text(json.dumps(result))
        os._exit(0)
os.close(opener)
for number in range(count):
    os.wait()
"""


class Runs:
    """Runs a module in many processes at once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, module: str, **options: Any) -> list[Json]:
        """Return the results of runs that all begin in the same moment."""
        for old in self._folder.glob("*.json"):
            old.unlink()
        given = json.dumps([module, options, RUNS, str(self._folder)])
        environment = {"PYTHONPATH": ":".join(path for path in sys.path if path), "PATH": os.environ["PATH"]}
        subprocess.run([sys.executable, "-c", _PROGRAM, given], env=environment, check=True, timeout=600)
        results = [json.loads(file.read_text()) for file in self._folder.glob("*.json")]
        assert len(results) == RUNS
        return results


@pytest.fixture
def at_once(tmp_path: Path) -> Runs:
    return Runs(tmp_path)


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Json]:
    with serving(tmp_path_factory.mktemp("concurrency"), [Course()] * TARGETS) as content:
        yield content


@pytest.fixture(params=[Commvault, Storware], ids=["commvault", "storware"])
def oracle(request: pytest.FixtureRequest, ready: Json) -> Oracle:
    chosen: Oracle = request.param(ready)
    chosen.begin()
    return chosen


def left_after(oracle: Oracle) -> int:
    """Return how many backups too many still run when those that were cancelled have ended."""
    oracle.pass_time(15)
    active = oracle.active()
    assert {name for name, _state in active.values()} == oracle.object_names(TARGETS)
    return doubles(active)


def test_starts(oracle: Oracle, at_once: Runs, counts: Counts) -> None:
    """Without a lock some are started twice. Where the play wants it, none of them is left."""
    common = {**oracle.options(), "targets": oracle.targets(TARGETS), "level": "full"}
    found = {f"targets, in each of {RUNS} runs": TARGETS}
    at_once("backup_task", **common, skip_if_running=False)
    found["too many without a look before the start"] = doubles(oracle.made())
    oracle.begin()
    results = at_once("backup_task", **common)
    assert not any(result.get("failed") for result in results)
    found["too many with a look before the start"] = doubles(oracle.made())
    oracle.begin()
    results = at_once("backup_task", **common, if_started_twice="withdraw")
    assert not any(result.get("failed") for result in results), results
    found["too many with if_started_twice: withdraw, at first"] = doubles(oracle.made())
    found["the same, left after the second look"] = left = left_after(oracle)
    outcomes = Counter(row["outcome"] for result in results for row in result["tasks"])
    assert set(outcomes) <= {"started", "already_running"}
    # Whatever stays is somebody's own: nobody withdrew what he had not started.
    kept = {job for result in results for row in result["tasks"] for job in row["job_ids"]}
    assert set(oracle.active()) <= kept
    withdrawn = [job for result in results for row in result["tasks"] for job in row["withdrawn"]]
    assert len(withdrawn) == len(set(withdrawn))
    assert left == 0
    put(counts, f"at once on {oracle.name}", found)


def test_what_goes_on_beside_ours_is_said(oracle: Oracle, at_once: Runs, counts: Counts) -> None:
    options = {**oracle.options(), "targets": oracle.targets(TARGETS), "level": "full"}
    results = at_once("backup_task", **options, wait=True, wait_timeout=WAIT, poll_interval="1s")
    made = oracle.made()
    started = Counter(name for name, _state in made.values())
    said: Counter[str] = Counter()
    for result in results:
        for row in result["tasks"]:
            if row["outcome"] == "started":
                said[row["target"].get("client", row["target"].get("name"))] += bool(row["also_started"])
                assert set(row["also_started"]) <= set(made)
    # Of each object that was started several times, no run may believe that it was alone.
    silent = sum(count - said[name] for name, count in started.items() if count > 1)
    assert silent == 0
    found = {"too many, all waiting": doubles(made), "of these not said by the runs that made them": silent}
    put(counts, f"at once on {oracle.name}", found)


def test_schedules_come_to_one(oracle: Oracle, at_once: Runs, counts: Counts) -> None:
    """Where names are not unique by deleting again, and where they are by taking what another run has made."""
    name = "declared at once"
    pattern = {"frequency": "daily", "at": "21:00"}
    schedule = {"name": name, "level": "full", "pattern": pattern, **oracle.covering()}
    results = at_once("backup_schedule", **oracle.options(), **schedule)
    assert not any(result.get("failed") for result in results), results
    left = oracle.schedules(name)
    assert left == sorted({result["schedule_id"] for result in results})
    assert len(left) == 1
    attempts, deleted = (sum(map(asks, results)) for asks in (asks_to_create, asks_to_delete))
    assert deleted == (0 if oracle.unique_names else attempts - 1)
    found = {
        f"creations asked for by {RUNS} runs at once": attempts,
        "deleted again, each by the run that created it": deleted,
        "left": len(left),
    }
    put(counts, f"schedules at once on {oracle.name}", found)


def asks_to_create(result: Json) -> bool:
    """Whether a run asked for the creation of a schedule."""
    return any(sent["method"] == "POST" and sent["path"] in ("CreateTask", "schedules") for sent in result["requests"])


def asks_to_delete(result: Json) -> bool:
    """Whether a run asked for the deletion of a schedule."""
    return any(sent["method"] == "DELETE" or "opType" in str(sent["body"]) for sent in result["requests"])
