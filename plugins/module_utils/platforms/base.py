# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The few verbs by which flows speak to a backup system, whichever it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ..api.errors import ServiceError
from ..api.messages import Call
from ..model.request import BackupRequest
from ..model.target import Target
from ..model.task import Task


@dataclass(frozen=True)
class StartCall:
    """One request that starts backups of ``targets``.

    ``body`` is the request body in the form that results show: a dict for JSON, text for XML.
    ``marker`` is the unique token in its description, ``None`` where the play wants none.
    """

    targets: tuple[Target, ...]
    wire: Call
    body: Mapping[str, Any] | str
    marker: str | None = None


@dataclass(frozen=True)
class Receipt:
    """What the server said it started: the ID of the request's task and those of its jobs.

    Where each job has a task of its own, the ``parent_id`` of the job says which.
    """

    task_id: str | None
    job_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sighting:
    """A started backup that was looked for and found, and what tells that it is ours."""

    receipt: Receipt
    evidence: str


class BackupPlatform(Protocol):
    """What ``backup_task`` needs of a platform. Methods marked pure send nothing."""

    @property
    def marks_starts(self) -> bool:
        """Pure. Tell whether a start can carry a marker; if not, a list of what ran before takes its place."""

    def parse_targets(self, given: Sequence[Mapping[str, Any]]) -> tuple[Target, ...]:
        """Pure. Read ``targets``; raise ``InvalidOption`` for what cannot be meant."""

    def check_request(self, request: BackupRequest) -> Sequence[str]:
        """Pure. Return warnings; raise ``InvalidOption`` for contradictions."""

    def start_calls(
        self, request: BackupRequest, targets: Sequence[Target], new_marker: Callable[[], str | None]
    ) -> Sequence[StartCall]:
        """Pure. Return one call for each group of targets that can share a request, each with a marker of its own."""

    def server_time(self) -> float | None:
        """Pure. Return the server's clock as last heard, Unix seconds."""

    def resolve(self, request: BackupRequest) -> Mapping[int, Target | ServiceError]:
        """Look up what the payload needs, by position; an error stands for its own target alone."""

    def active_tasks(self, targets: Sequence[Target]) -> Mapping[int, Sequence[Task]]:
        """Read the backups that are queued, running or paused, by the target's position."""

    def history(self, targets: Sequence[Target], age: float) -> Mapping[int, Sequence[Task] | ServiceError]:
        """Read the backups that began within the last ``age`` seconds and ended, by the target's position."""

    def by_part(self, target: Target, tasks: Sequence[Task]) -> Mapping[str, Sequence[Task]]:
        """Group tasks by the parts that the target consists of, parts without any task included.

        A single object has one part, named by its label. A whole is only as protected as each of its parts.
        """

    def start(self, call: StartCall) -> Receipt:
        """Send one start, once. A ``ServiceError`` tells its fate."""

    def find_started(self, call: StartCall, age: float, known: frozenset[str] | None) -> Sighting | None:
        """Look for the backups that ``call``, sent ``age`` seconds ago, may have started.

        ``known`` are the IDs of tasks seen before the request; ``None`` when nothing was looked at.
        """

    def assign(self, receipt: Receipt, targets: Sequence[Target]) -> Mapping[int, Sequence[Task]]:
        """Tell which of the started tasks belongs to which target, by what the server says of each."""

    def refresh(self, tasks: Sequence[Task]) -> Sequence[Task]:
        """Read the tasks again. One that the server does not show (yet, or any more) is left out."""

    def expects_more(self, request: BackupRequest, tasks: Sequence[Task]) -> bool:
        """Pure. Tell whether a start with these tasks brings a further one that was not announced."""

    def successors(self, target: Target, tasks: Sequence[Task]) -> Sequence[Task]:
        """Read the tasks of the same start that are not among ``tasks`` yet."""

    def cancel(self, task: Task) -> None:
        """Ask the server to end the task."""
