# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task costs, against its rivals in the same run.

Each contender is a play of equal tasks against one sandbox; the contenders take turns, so that a machine whose speed
drifts slows all of them. What is printed is the median of the rounds in milliseconds a task, without the cost of an
empty play, and the ratio to ``backup_task`` on the controller.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
TARGET = {"client": "client001", "app": "File System", "backupset": "defaultBackupSet", "subclient": "default"}
ASSOCIATION = {
    "clientName": "client001",
    "appName": "File System",
    "backupsetName": "defaultBackupSet",
    "subclientName": "default",
    "_type_": 7,
}
BODY = {
    "taskInfo": {
        "associations": [ASSOCIATION],
        "task": {"taskType": 1, "initiatedFrom": 2, "policyType": 0, "taskFlags": {"disabled": False}},
        "subTasks": [
            {
                "subTask": {"subTaskType": 2, "operationType": 2},
                "options": {"backupOpts": {"backupLevel": "INCREMENTAL"}},
            }
        ],
    }
}


@contextmanager
def sandbox(scratch: Path, *arguments: str) -> Iterator[dict[str, Any]]:
    """Run a sandbox and yield what its ready file says."""
    ready = scratch / "ready.json"
    with (scratch / "sandbox.log").open("w") as log:
        command = [
            str(BIN / "nightshift-sandbox"),
            "serve",
            "--time-scale",
            "1000",
            "--ready-file",
            str(ready),
            *arguments,
        ]
        process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            while not ready.exists():
                if process.poll() is not None:
                    raise SystemExit((scratch / "sandbox.log").read_text())
                time.sleep(0.1)
            yield json.loads(ready.read_text())
        finally:
            process.terminate()
            process.wait()


def contenders(server: dict[str, Any], scratch: Path) -> dict[str, dict[str, Any]]:
    """Return the task of each contender, by the name that the table shows."""
    backup = {
        "nightshift.backup.backup_task": {
            "platform": "commvault",
            "url": server["commvault_url"],
            "ca_path": server["ca_path"],
            "token": server["access_token"],
            "level": "incremental",
            "skip_if_running": False,
            "targets": [TARGET],
        }
    }
    other = scratch / "python"
    other.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    other.chmod(0o755)
    uri = {
        "ansible.builtin.uri": {
            "url": f"{server['commvault_url']}/CreateTask",
            "method": "POST",
            "ca_path": server["ca_path"],
            "headers": {"Authtoken": server["access_token"], "Accept": "application/json"},
            "body_format": "json",
            "body": BODY,
        }
    }
    return {
        "backup_task": backup,
        "backup_task as a shipped module": {**backup, "vars": {"ansible_python_interpreter": str(other)}},
        "uri": uri,
        "debug (floor)": {"ansible.builtin.debug": {"msg": "nothing"}},
    }


def run_play(tasks: list[dict[str, Any]], scratch: Path) -> float:
    """Run a play and return its wall-clock seconds."""
    playbook = scratch / "play.yml"
    playbook.write_text(yaml.safe_dump([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]))
    environment = {**os.environ, "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"), "NIGHTSHIFT_PROGRESS": "off"}
    begun = time.perf_counter()
    done = subprocess.run(
        [str(BIN / "ansible-playbook"), str(playbook)],
        env=environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(done.stdout)
    return time.perf_counter() - begun


def measure(server: dict[str, Any], scratch: Path, tasks: int, rounds: int) -> dict[str, float]:
    """Return the median milliseconds a task of each contender."""
    plays = {name: [task] * tasks for name, task in contenders(server, scratch).items()}
    seconds: dict[str, list[float]] = {name: [] for name in plays}
    for _round in range(rounds):
        empty = run_play([], scratch)
        for name, play in plays.items():
            seconds[name].append(run_play(play, scratch) - empty)
    return {name: statistics.median(times) / tasks * 1000 for name, times in seconds.items()}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", type=int, default=20, help="tasks in each play")
    parser.add_argument("--rounds", type=int, default=3, help="plays of each contender")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, sandbox(Path(name)) as server:
        found = measure(server, Path(name), options.tasks, options.rounds)
    base = found["backup_task"]
    for contender, cost in found.items():
        print(f"{contender:34}{cost:8.1f} ms a task{cost / base:8.1f} times backup_task")


if __name__ == "__main__":
    main()
