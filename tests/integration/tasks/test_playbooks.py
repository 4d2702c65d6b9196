# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks, as they are, against a sandbox."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest
from ansible_collections.nightshift.backup.tests.integration.backup_task.support import REPOSITORY, Sandbox, serving

from .support import writes


@pytest.fixture
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A sandbox that nothing else looks at, since these plays are about everything on it."""
    with serving(tmp_path_factory.mktemp("night"), cold=4, warm=1) as ready:
        sandbox = Sandbox(ready)
        assert sandbox.token
        yield sandbox


class Server(Protocol):
    """A sandbox's part for one platform."""

    url: str
    ca_path: str
    password: str


def play(sandbox: Server, name: str, folder: Path, **variables: Any) -> subprocess.CompletedProcess[str]:
    """Run a playbook with nothing of the machine's settings."""
    collections = folder / "collections" / "ansible_collections" / "nightshift"
    collections.mkdir(parents=True, exist_ok=True)
    link = collections / "backup"
    if not link.is_symlink():
        link.symlink_to(REPOSITORY)
    (folder / "ansible.cfg").touch()
    environment = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": os.environ["HOME"],
        "LANG": "C.UTF-8",
        "ANSIBLE_HOME": str(folder / "home"),
        "ANSIBLE_CONFIG": str(folder / "ansible.cfg"),
        "ANSIBLE_COLLECTIONS_PATH": str(folder / "collections"),
        "ANSIBLE_NOCOLOR": "1",
        "NIGHTSHIFT_URL": sandbox.url,
        "NIGHTSHIFT_USERNAME": "admin",
        "NIGHTSHIFT_PASSWORD": sandbox.password,
    }
    program = Path(sys.executable).parent / "ansible-playbook"
    extra = json.dumps({"ca_path": sandbox.ca_path, **variables})
    command = [str(program), str(REPOSITORY / "playbooks" / f"{name}.yml"), "--extra-vars", extra]
    done = subprocess.run(
        command, env=environment, cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )
    assert sandbox.password not in done.stdout + done.stderr
    return done


def test_a_database_before_a_release(night: Sandbox, tmp_path: Path) -> None:
    quick = {"backup_poll": "0.1s"}
    first = play(night, "release_database", tmp_path, **quick)
    assert first.returncode == 0, first.stdout
    assert "Releasing; to go back, restore job" in first.stdout
    again = play(night, "release_database", tmp_path, **quick)
    assert again.returncode == 0, again.stdout
    assert len(night.starts()) == 1
    bad = {"client": "trouble01", "backupset": "defaultBackupSet", "subclient": "fails"}
    stopped = play(night, "release_database", tmp_path, database=bad, **quick)
    assert stopped.returncode != 0
    assert "Releasing" not in stopped.stdout
    assert "ended as Failed" in stopped.stdout


def test_prove_protection(night: Sandbox, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    failed = play(night, "prove_protection", tmp_path, report_file=str(report))
    assert failed.returncode != 0
    written = json.loads(report.read_text())
    bare = sorted({row["target"]["client"] for row in written["targets"] if not row["protected"]})
    assert "trouble01" in bare
    assert "ended as Failed to Start" in failed.stdout
    assert f"of {len(written['targets'])} are not protected as of" in failed.stdout
    proved = play(night, "prove_protection", tmp_path, exempt=bare)
    assert proved.returncode == 0, proved.stdout
    assert writes(night) == []


def test_run_again_what_failed_at_most_twice(night: Sandbox, tmp_path: Path) -> None:
    quick = {"look_every": 0.2, "look_times": 100}
    target, hopeless = night.cold(), {"client": "trouble01", "backupset": "defaultBackupSet", "subclient": "fails"}
    # What is run again goes on as a job of its own, which a frozen one would not.
    ended = {"status": "Failed", "level": "FULL", "started_ago": 600, "started_from": "Scheduled", "frozen": False}
    lucky, unlucky = night.job(target, **ended), night.job(hopeless, destiny="failed", **ended)
    done = play(night, "rerun_failed", tmp_path, **quick)
    assert done.returncode != 0
    assert "2 further attempts have failed already and max_attempts is 2" in done.stdout
    sent = writes(night)
    assert sent[0:2] == [f"Job/{unlucky}/action/Resubmit", f"Job/{lucky}/action/Resubmit"]
    assert len(sent) == 3
    again = play(night, "rerun_failed", tmp_path, **quick)
    assert again.returncode != 0
    assert len(writes(night)) == 3


def test_nothing_failed(night: Sandbox, tmp_path: Path) -> None:
    done = play(night, "rerun_failed", tmp_path, failed_since="1s")
    assert done.returncode == 0, done.stdout
    assert writes(night) == []
