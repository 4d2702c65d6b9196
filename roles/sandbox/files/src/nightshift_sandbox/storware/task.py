# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A task, as the sandbox keeps it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from nightshift_sandbox.storware.enums import ENDED

Json = dict[str, Any]


@dataclass
class Task:
    """One task of the queue; times are milliseconds, references are GUIDs.

    `work` and `seconds` are task time, which the time scale speeds up. `attempt` counts the retries before this one.
    `cancelling` is the task time that a cancelled task still needs to clean up. A `frozen` task stays as it is.
    """

    guid: str
    type: str
    number: int
    created: int
    window_start: int
    window_end: int
    state: str = "QUEUED"
    priority: int = 50
    seconds: float = 20.0
    work: float = 0.0
    progress: float = 0.0
    started: int | None = None
    finished: int | None = None
    status_info: str | None = None
    origin: str = "USER"
    user: str = "admin"
    backup_type: str | None = None
    entity: str | None = None
    entity_name: str | None = None
    project: str | None = None
    hypervisor: str | None = None
    manager: str | None = None
    provider: str | None = None
    tape_manager: str | None = None
    node: str | None = None
    destinations: list[str] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)
    backup: str | None = None
    schedule: str | None = None
    workflow: str | None = None
    parent: str | None = None
    restore_job: str | None = None
    restore_type: str | None = None
    snapshot: str | None = None
    mounted: str | None = None
    retry_count: int = 0
    attempt: int = 0
    cancelling: float = 0.0
    frozen: bool = False
    processed: int | None = None
    total: int | None = None
    request: Json = field(default_factory=dict)

    @property
    def ended(self) -> bool:
        """Whether it is FINISHED, FAILED or CANCELLED."""
        return self.state in ENDED

    def document(self) -> Json:
        """What is stored."""
        return asdict(self)
