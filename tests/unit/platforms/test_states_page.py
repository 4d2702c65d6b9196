# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page about states says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from ansible_collections.nightshift.backup.plugins.module_utils.model.states import State
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.jobs import STATES, read_state
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.storware.operation_types import TASK_STATES
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.storware.records import (
    read_backup,
    task_state,
)

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "states.md").read_text(encoding="utf-8")


def table(heading: str) -> dict[str, str]:
    """Return the first two columns of the table with that heading; of the second, its first state."""
    lines = PAGE.split(f"| {heading} |", 1)[1].split("\n\n", 1)[0].splitlines()[2:]
    rows = (line.strip("| ").split(" | ", 1) for line in lines)
    return {first: re.findall("`([a-z]+)`", second)[0] for first, second in rows}


def test_commvault() -> None:
    shown = table("status")
    assert {text.lower() for text in shown} == set(STATES)
    assert shown == {text: read_state(text).value for text in shown}


def test_storware() -> None:
    tasks, backups = table("state of a task"), table("status of a backup")
    assert set(tasks) == set(TASK_STATES)
    assert tasks == {name: task_state({"state": {"name": name}}).value for name in tasks}
    assert backups == {name: read_backup({"guid": "g", "status": {"name": name}}).state.value for name in backups}


def test_every_state_is_explained() -> None:
    first = PAGE.split("| state | meaning |", 1)[1].split("\n\n", 1)[0]
    explained = [
        word
        for line in first.splitlines()
        for word in re.findall("`([a-z]+)`", line.split("|")[1] if "|" in line else "")
    ]
    assert sorted(explained) == sorted(state.value for state in State)
