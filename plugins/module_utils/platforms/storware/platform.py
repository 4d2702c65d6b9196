# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Storware as the flows see it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ...api.errors import ServiceError
from ...api.session import Session
from ...model.clock import Clock, SystemClock
from ...model.request import BackupRequest
from ...model.target import Target
from ...model.task import Task
from ..base import Receipt, Rival, Sighting, StartCall
from . import calls, export, search
from .chains import Chains
from .history import ended_backups
from .records import EXPORT, created_at, entity_guid, task_type
from .resolve import Resolver
from .responses import read_records, ref_guid
from .served_rules import NamedRules
from .targets import parse_targets

_PAUSES_UNTIL_MADE = (0.3, 0.7, 1.5, 3.0, 5.0, 10.0, 10.0)
"""How long tasks may take to appear that the answer to their start left out."""


class StorwarePlatform:
    """The verbs of ``BackupPlatform`` in Storware's REST API."""

    marks_starts = False

    def __init__(self, session: Session, clock: Clock | None = None) -> None:
        self._session = session
        self._clock = clock or SystemClock()
        self._chains = Chains(session)
        self._known: set[str] = set()
        self._made: dict[str, Mapping[str, Any]] = {}

    def parse_targets(self, given: Sequence[Mapping[str, Any]]) -> tuple[Target, ...]:
        """Read ``targets``; raise ``InvalidOption`` for what cannot be meant."""
        return parse_targets(given)

    def check_request(self, request: BackupRequest) -> Sequence[str]:
        """Return warnings; raise ``InvalidOption`` for contradictions."""
        return export.check_request(request)

    def start_calls(
        self, request: BackupRequest, targets: Sequence[Target], new_marker: Callable[[], str | None]
    ) -> Sequence[StartCall]:
        """Return one ``POST tasks/export`` for each group of targets that can share one.

        It takes no text of ours, so its start window carries the marker.
        """
        now = self.server_time()
        return export.start_calls(request, targets, time.time() if now is None else now, new_marker)

    def server_time(self) -> float | None:
        """Return the server's clock as last heard, Unix seconds."""
        return self._session.server_time

    def resolve(self, request: BackupRequest) -> Mapping[int, Target | ServiceError]:
        """Look up entities, rules and destination, all of which a request names by GUID."""
        return Resolver(self._session, request).run()

    def active_tasks(self, targets: Sequence[Target]) -> Mapping[int, Sequence[Task]]:
        """Read the exports and stores that are queued or running."""
        positions = {target.resolved["guid"]: target.position for target in targets}
        found: dict[int, list[Task]] = {target.position: [] for target in targets}
        for record in calls.active_backups(self._session, list(positions)):
            found[positions[entity_guid(record)]].append(self._chains.add(record))
            self._known.add(ref_guid(record))
        return found

    def rivals(self, targets: Sequence[Target], own: Mapping[int, Sequence[Task]]) -> Mapping[int, Sequence[Rival]]:
        """Read the exports of others. Where ours is none any more, what is active may be the rest of our own backup."""
        positions = {target.resolved["guid"]: target.position for target in targets}
        exports: dict[int, list[Mapping[str, Any]]] = {}
        for record in calls.active_backups(self._session, list(positions)):
            if task_type(record) == EXPORT:
                exports.setdefault(positions[entity_guid(record)], []).append(record)
        found: dict[int, Sequence[Rival]] = {}
        for position, records in exports.items():
            ours = {task.id for task in own.get(position, ())}
            first = min((_order(record) for record in records if ref_guid(record) in ours), default=None)
            if first is not None:
                others = [record for record in records if ref_guid(record) not in ours]
                found[position] = [Rival(self._chains.add(record), _order(record) < first) for record in others]
        return found

    def recent_ids(self) -> frozenset[str]:
        """Read the GUIDs of all tasks that the server still keeps."""
        return frozenset(filter(None, (ref_guid(record) for record in calls.list_tasks(self._session, {}, "tasks"))))

    def history(self, targets: Sequence[Target], age: float) -> Mapping[int, Sequence[Task] | ServiceError]:
        """Read the backups that began within the last ``age`` seconds and ended."""
        ended = ended_backups(self._session, age, [target.resolved["guid"] for target in targets])
        return {target.position: ended[target.resolved["guid"]] for target in targets}

    def by_part(self, target: Target, tasks: Sequence[Task]) -> Mapping[str, Sequence[Task]]:
        """Return the tasks: a protected entity is its own only part. Those that are of other rules are left out."""
        named: NamedRules | None = target.resolved.get("named")
        return {target.label: [task for task in tasks if named is None or named.may_be_served_by(task.raw)]}

    def start(self, call: StartCall) -> Receipt:
        """Post the start, once, and find those of its tasks that the answer leaves out."""
        begun = self._clock.monotonic()
        records = [
            record
            for record in read_records(self._session.send(call.wire))
            if ref_guid(record) and task_type(record) in ("", EXPORT)
        ]
        for pause in _PAUSES_UNTIL_MADE:
            if len(records) >= len(call.targets):
                break
            self._clock.sleep(pause)
            try:
                found = self._started(call, self._clock.monotonic() - begun, self._known)
            except ServiceError:
                # The start itself succeeded, and that must not be forgotten over a look-up.
                continue
            records = list({ref_guid(record): record for record in (*records, *found)}.values())
        return self._receipt(call, records)

    def _receipt(self, call: StartCall, records: Sequence[Mapping[str, Any]]) -> Receipt:
        only = call.targets[0].resolved["guid"] if len(call.targets) == 1 else ""
        guids = tuple(self._chains.add(record, only).id for record in records)
        self._made.update((ref_guid(record), record) for record in records)
        self._known.update(guids)
        # Each target has a task of its own: where there are several, none stands for all of them.
        return Receipt(guids[0] if len(guids) == 1 else None, guids, complete=len(guids) >= len(call.targets))

    def _started(self, call: StartCall, age: float, known: set[str] | frozenset[str]) -> list[dict[str, Any]]:
        return search.started_exports(self._session, call, age, known)

    def find_started(self, call: StartCall, age: float, known: frozenset[str] | None) -> Sighting | None:
        """Look for the tasks that ``call`` may have started."""
        records = self._started(call, age, known or frozenset())
        for record in records:
            self._chains.add(record)
            self._made[ref_guid(record)] = record
        return search.find_started(records)

    def assign(self, receipt: Receipt, targets: Sequence[Target]) -> Mapping[int, Sequence[Task]]:
        """Give each started task to the target whose entity it backs up."""
        records: dict[str, Mapping[str, Any]] = {guid: self._made.get(guid, {}) for guid in receipt.job_ids}
        if not all(entity_guid(record) for record in records.values()):
            # What the server has not said of them yet.
            records = dict(calls.read_tasks(self._session, receipt.job_ids))
        positions = {target.resolved["guid"]: target.position for target in targets}
        assigned: dict[int, list[Task]] = {}
        for guid, record in records.items():
            entity = entity_guid(record) or self._chains.entity_of(guid)
            if entity in positions:
                assigned.setdefault(positions[entity], []).append(self._chains.add(record))
        return assigned

    def refresh(self, tasks: Sequence[Task]) -> Sequence[Task]:
        """Look at the backups again."""
        return self._chains.refresh(tasks)

    def expects_more(self, request: BackupRequest, tasks: Sequence[Task]) -> bool:
        """A start makes exactly the tasks that are known; what follows on them belongs to the same backup."""
        del request, tasks
        return False

    def successors(self, target: Target, tasks: Sequence[Task]) -> Sequence[Task]:
        """Return nothing: no task comes later that is a backup of its own."""
        del target, tasks
        return []

    def cancel(self, task: Task) -> None:
        """End the task that is at work for the backup."""
        self._chains.cancel(task.id)


def _order(record: Mapping[str, Any]) -> tuple[float, str]:
    """Return what orders exports by their making; GUIDs settle what was made in the same millisecond."""
    return created_at(record) or 0.0, ref_guid(record)
