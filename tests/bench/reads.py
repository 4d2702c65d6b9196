# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What it saves to read side by side, against the same reads one after the other in the same run.

Each case is one module in this process against a sandbox whose reads take a while, as over a long way. Both ways take
turns. What is printed is the median of the rounds in seconds, and the ratio of the two ways.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import requests
from ansible_collections.nightshift.backup.plugins.module_utils.api import side_by_side
from ansible_collections.nightshift.backup.plugins.module_utils.arguments import without_nulls
from ansible_collections.nightshift.backup.plugins.module_utils.entrypoints import protection_info, task_info
from ansible_collections.nightshift.backup.plugins.module_utils.runner import EntryPoint, Run, execute
from ansible_collections.nightshift.backup.plugins.plugin_utils.controller import validate
from ansible_collections.nightshift.backup.tests.bench.bench import sandbox

Case = tuple[EntryPoint, Mapping[str, Any]]


def cases(server: Mapping[str, Any], count: int) -> dict[str, Case]:
    """Return module and options of each case, by the name that the table shows."""
    commvault = {
        "platform": "commvault",
        "url": server["commvault_url"],
        "ca_path": server["ca_path"],
        "token": server["access_token"],
    }
    clients = [{"client": f"host{number:04d}"} for number in range(1, count + 1)]
    # A task of which no job is: all jobs have to be asked for theirs.
    sought = {**commvault, "since": "30d", "limit": 0}
    return {
        "protection_info, all and thorough": (protection_info.ENTRY, {**commvault, "all": True, "thorough": True}),
        f"protection_info, {count} targets": (protection_info.ENTRY, {**commvault, "targets": clients}),
        "task_info, of a parent_task": (task_info.ENTRY, {**sought, "parent_task": "99999999"}),
        f"task_info, {count} detailed": (task_info.ENTRY, {**sought, "limit": count, "detailed": True}),
    }


@contextmanager
def slow_reads(server: Mapping[str, Any], seconds: float) -> Iterator[None]:
    """Let every request of the API take a while longer."""
    url = f"{server['control_url']}/faults"
    rule = {"fault": "delay", "path": "/api/", "seconds": seconds, "times": None}
    with requests.Session() as http:
        http.trust_env = False
        http.verify = server["ca_path"]
        http.post(url, json=rule, timeout=10).raise_for_status()
        yield
        http.delete(url, timeout=10).raise_for_status()


def run(case: Case, readers: int) -> float:
    """Run a case with so many readers, and return its seconds."""
    entry, options = case
    checked = validate(entry, without_nulls(dict(options), entry.argument_spec), entry.name)
    if checked.problem:
        raise SystemExit(checked.problem)
    begun = time.perf_counter()
    with patch.object(side_by_side, "READERS", readers):
        result = execute(entry, Run(checked.params, check_mode=False, diff=False, show=lambda _text: None))
    seconds = time.perf_counter() - begun
    if result.get("failed"):
        raise SystemExit(result["msg"])
    return seconds


def measure(case: Case, rounds: int) -> tuple[float, float]:
    """Return the median seconds of both ways: one after the other, and side by side."""
    alone: list[float] = []
    beside: list[float] = []
    for _round in range(rounds):
        for readers, times in ((1, alone), (side_by_side.READERS, beside)):
            times.append(run(case, readers))
    return statistics.median(alone), statistics.median(beside)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=100, help="clients beside those of the sandbox")
    parser.add_argument("--delay", type=float, default=20.0, help="milliseconds that each request takes longer")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each case in each way")
    options = parser.parse_args()
    arguments = ["--estate", str(options.count)]
    with (
        tempfile.TemporaryDirectory() as name,
        sandbox(Path(name), *arguments) as server,
        slow_reads(server, options.delay / 1000),
    ):
        for name_of_case, case in cases(server, options.count).items():
            alone, beside = measure(case, options.rounds)
            print(
                f"{name_of_case:36}{alone:8.2f} s alone{beside:8.2f} s side by side{alone / beside:8.1f} times faster"
            )


if __name__ == "__main__":
    main()
