# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plays in which every task runs on two hosts: on ``here`` in-process, on ``there`` as a shipped module."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ansible.release
import pytest
import yaml

HERE, THERE = "here", "there"
REPOSITORY = Path(__file__).parents[3]
CORE = tuple(int(part) for part in ansible.release.__version__.split(".")[:2])

# What may differ between the two ways: where, when and as what process.
_INCIDENTAL = {"failed", "invocation", "ansible_facts", "exception", "in_process", "start", "end", "delta"}


@dataclass
class Outcome:
    """What a run of ``ansible-playbook`` left: its output, and each task's result on each host."""

    code: int
    stdout: str
    stderr: str
    results: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)

    def of(self, task: str, host: str = HERE) -> dict[str, Any]:
        """Return the result of ``task`` on ``host``."""
        assert (task, host) in self.results, f"{task} did not run on {host}:\n{self.stdout}\n{self.stderr}"
        return self.results[task, host]

    def both(self, task: str) -> dict[str, Any]:
        """Return the result of ``task`` after making sure that it is the same in both places."""
        here, there = (comparable(self.of(task, host)) for host in (HERE, THERE))
        assert here == there
        return here

    def assert_silent_about(self, *secrets: str) -> None:
        """Make sure that none of ``secrets`` was shown."""
        for secret in secrets:
            assert secret not in self.stdout, f"{secret} is in the output"
            assert secret not in self.stderr, f"{secret} is in the error output"


def comparable(result: Any) -> Any:
    """Return ``result`` without what may differ between the two places, at any depth."""
    if isinstance(result, dict):
        return {
            key: comparable(value)
            for key, value in result.items()
            if key not in _INCIDENTAL and not key.startswith("_ansible")
        }
    return [comparable(entry) for entry in result] if isinstance(result, list) else result


class Controller:
    """A controller in a directory of its own: collections, inventory, settings."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.journal = root / "journal"
        self.other_python = root / "other" / "python"
        (root / "ansible.cfg").touch()
        self._link_collections()
        self._write_other_python()
        self._write_inventory()

    def _link_collections(self) -> None:
        for name, place in (
            ("nightshift/backup", REPOSITORY),
            ("nightshift_test/probe", Path(__file__).parent / "probe"),
        ):
            link = self.root / "collections" / "ansible_collections" / name
            link.parent.mkdir(parents=True)
            link.symlink_to(place)

    def _write_other_python(self) -> None:
        self.other_python.parent.mkdir()
        self.other_python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
        self.other_python.chmod(self.other_python.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)

    def _write_inventory(self) -> None:
        hosts = {HERE: sys.executable, THERE: str(self.other_python)}
        variables = {
            name: {"ansible_connection": "local", "ansible_python_interpreter": python}
            for name, python in hosts.items()
        }
        (self.root / "inventory.yml").write_text(yaml.safe_dump({"all": {"hosts": variables}}))

    def environment(self, extra: Mapping[str, str]) -> dict[str, str]:
        """Return a process environment that nothing of the machine's settings gets into."""
        return {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": os.environ["HOME"],
            "ANSIBLE_CONFIG": str(self.root / "ansible.cfg"),
            "ANSIBLE_ASYNC_DIR": str(self.root / "async"),
            "ANSIBLE_REMOTE_TEMP": str(self.root / "remote"),
            "LANG": "C.UTF-8",
            "ANSIBLE_COLLECTIONS_PATH": str(self.root / "collections"),
            "ANSIBLE_CALLBACKS_ENABLED": "nightshift_test.probe.journal",
            "ANSIBLE_INVENTORY": str(self.root / "inventory.yml"),
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_HOME": str(self.root / "ansible"),
            "PROBE_JOURNAL": str(self.journal),
            **extra,
        }

    def run(
        self,
        tasks: list[dict[str, Any]] | str,
        *arguments: str,
        env: Mapping[str, str] | None = None,
        during: Callable[[subprocess.Popen[str]], None] | None = None,
        **play: Any,
    ) -> Outcome:
        """Run ``tasks`` on both hosts (or a whole playbook, given as text), and return what came of it."""
        playbook = self.root / "playbook.yml"
        header = {"hosts": "all", "gather_facts": False, "ignore_errors": True, **play}
        playbook.write_text(tasks if isinstance(tasks, str) else yaml.safe_dump([{**header, "tasks": tasks}]))
        self.journal.write_text("")
        program = Path(sys.executable).parent / "ansible-playbook"
        process = subprocess.Popen(
            # What runs tests in parallel ignores SIGINT, and so would everything that it starts.
            ["env", "--default-signal=INT", program, playbook, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.root,
            env=self.environment(env or {}),
        )
        if during:
            during(process)
        try:
            stdout, stderr = process.communicate(timeout=300)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            raise
        lines = [json.loads(line) for line in self.journal.read_text().splitlines()]
        return Outcome(
            process.returncode,
            stdout,
            stderr,
            {(line["task"], line["host"]): {**line["result"], "ending": line["ending"]} for line in lines},
        )


@pytest.fixture(scope="session")
def controller(tmp_path_factory: pytest.TempPathFactory) -> Controller:
    """Return the controller that all tests share, since none of them leaves anything on it."""
    return Controller(tmp_path_factory.mktemp("controller"))
