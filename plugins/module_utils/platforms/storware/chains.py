# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Follow a backup through the tasks that make it.

An export brings the data to a node, and a store from there to its destination; a failed task is tried again as a copy
with another GUID; finished tasks are purged. So a backup is known by the task that began it, and judged by the entry
that the server keeps of the backup itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ...api.errors import NotFound
from ...api.session import Session
from ...model.levels import Level
from ...model.states import State
from ...model.task import Task
from . import calls
from .records import (
    EXPORT,
    STORE,
    backup_time,
    created_at,
    entity_guid,
    is_active,
    read_backup,
    read_task,
    retries_left,
    task_state,
    task_type,
)
from .responses import ref_guid

# Times are the server's and the nodes', whose clocks may differ.
_SLACK = 5.0
# A copy of a failed task may take a moment to appear.
_LOOKS_FOR_A_RETRY = 3
_MOST_CANDIDATES = 50
# So many backups whose entities are at work are looked at with each poll.
_LOOKS_AT_ONCE = 5

Record = Mapping[str, Any]


@dataclass
class Chain:
    """One backup on its way. ``key`` is the GUID by which it became known, ``current`` that of the task to look at.

    ``retries`` tells how often that task may be tried again, ``None`` where the server does not say. Of its ``tasks``,
    the ``guessed`` ones only look as if they belonged to it. ``exports`` are those of other entries, by their GUIDs.
    ``looked`` is the poll that last asked for its entry.
    """

    key: str
    entity: str
    requested: Level | None
    begun: float | None
    retries: float | None = None
    is_store: bool = False
    current: str = ""
    backup: str = ""
    tasks: set[str] = field(default_factory=set)
    guessed: set[str] = field(default_factory=set)
    exports: dict[str, frozenset[str]] = field(default_factory=dict)
    is_purged: bool = False
    failures: int = 0
    looked: int = 0
    last: Task | None = None


class Chains:
    """The backups that one run follows."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._chains: dict[str, Chain] = {}
        self._turn = 0

    def add(self, record: Record, entity: str = "") -> Task:
        """Follow the backup to which an export or a store belongs. ``entity`` serves where the record names none.

        The task that is returned has not ended, whatever the record says: its end says nothing of the backup's.
        """
        task = read_task(record)
        if task.id not in self._chains:
            self._chains[task.id] = Chain(
                key=task.id,
                entity=entity_guid(record) or entity,
                requested=task.requested_level,
                begun=created_at(record),
                retries=retries_left(record),
                is_store=task_type(record) == STORE,
                current=task.id,
                tasks={task.id},
            )
        return replace(task, state=State.RUNNING, finished_at=None) if task.state.is_end else task

    def entity_of(self, guid: str) -> str:
        """Return the entity of a followed task, empty where it is not known."""
        return self._chains[guid].entity if guid in self._chains else ""

    def refresh(self, tasks: Sequence[Task]) -> list[Task]:
        """Look at the backups again. One of which the server shows neither task nor entry is left out."""
        chains = [self._chains[task.id] for task in tasks if task.id in self._chains]
        listed = calls.list_tasks(self._session, {}) if len(chains) > calls.FEW else None
        known = [chain.current for chain in chains if not chain.is_purged]
        records = calls.read_tasks(self._session, known, listed)
        resting = self._resting(chains, records, listed or ())
        found = []
        for chain in chains:
            record = records.get(chain.current)
            # What is purged does not come back, and its backup is known by then.
            chain.is_purged = record is None and bool(chain.backup)
            task = chain.last if chain.key in resting else self._look(chain, record)
            if task is not None:
                chain.last = replace(task, id=chain.key, parent_id=chain.key, requested_level=chain.requested)
                found.append(chain.last)
        return found

    def _resting(
        self, chains: Sequence[Chain], records: Mapping[str, Record], listed: Sequence[Record]
    ) -> frozenset[str]:
        """Return the keys of backups that need no look now, because their data is still on its way.

        Five hundred of them would otherwise be asked for one by one with each poll. The listing shows whose entity has
        an active task; that may be another's, so some of these are looked at each time, in turn.
        """
        busy = {entity_guid(record) for record in listed if is_active(record) and task_type(record) in (EXPORT, STORE)}
        storing = [
            chain
            for chain in chains
            if chain.entity in busy
            and chain.backup
            and chain.last is not None
            and chain.last.state is State.RUNNING
            and chain.failures == 0
            and (chain.current not in records or task_state(records[chain.current]) is State.SUCCEEDED)
        ]
        self._turn += 1
        storing.sort(key=lambda chain: chain.looked)
        for chain in storing[:_LOOKS_AT_ONCE]:
            chain.looked = self._turn
        return frozenset(chain.key for chain in storing[_LOOKS_AT_ONCE:])

    def cancel(self, key: str) -> None:
        """End whatever task is at work for this backup and surely belongs to it. Raises ``NotFound`` for none."""
        chain = self._chains[key]
        active = [ref_guid(record) for record in self._surely_own(chain)]
        if not active:
            raise NotFound("nothing of it is active that is known to be its own")
        for record in calls.short_records(self._session, chain.entity, active):
            calls.cancel_task(self._session, record)

    def _look(self, chain: Chain, record: Record | None) -> Task | None:
        if record is not None and is_active(record):
            if chain.is_store and not chain.backup:
                self._backup(chain, record)
            # Half of the way: what is exported is not stored yet.
            task = read_task(record)
            return replace(task, progress=task.progress / 2 if task.progress is not None else None)
        entry = self._backup(chain, record)
        if entry is None:
            return self._without_entry(chain, record)
        backup = read_backup(entry)
        if record is not None and task_state(record) in (State.FAILED, State.CANCELLED) and not _is_good(backup):
            return self._after_failure(chain, record, backup)
        if backup.state is State.FAILED:
            return self._after_failure(chain, record, backup)
        return backup if backup.state.is_end else self._storing(chain, backup)

    def _without_entry(self, chain: Chain, record: Record | None) -> Task | None:
        if record is None:
            copy = self._copy_of_purged(chain)
            return self._follow(chain, copy) if copy is not None else None
        if task_state(record) in (State.FAILED, State.CANCELLED):
            return self._after_failure(chain, record, None)
        return replace(read_task(record), state=State.RUNNING, level=None, finished_at=None)

    def _storing(self, chain: Chain, backup: Task) -> Task:
        chain.failures = 0
        return replace(backup, state=State.RUNNING, level=None, progress=50.0)

    def _after_failure(self, chain: Chain, record: Record | None, backup: Task | None) -> Task:
        """Go on with the copy that the server makes of a failed task; without one the failure is the end."""
        ended = self._failed(chain, record, backup)
        retry = min(self._active(chain), key=lambda record: not _has_a_retry_less(chain, record), default=None)
        if retry is not None:
            return self._follow(chain, retry, ended.message)
        chain.failures += 1
        if ended.state is State.FAILED and chain.failures < _LOOKS_FOR_A_RETRY:
            return replace(ended, state=State.RUNNING, progress=None, finished_at=None)
        return ended

    def _copy_of_purged(self, chain: Chain) -> Record | None:
        """Return the copy of a task that failed, and was purged before anybody saw it; ``None`` for what is not sure.

        The server makes one with a retry less. If there are two of the kind, one is a colleague's.
        """
        if not chain.retries:
            return None
        active = self._active(chain)
        copies = [record for record in active if task_type(record) == EXPORT and _has_a_retry_less(chain, record)]
        return copies[0] if len(copies) == 1 else None

    @staticmethod
    def _follow(chain: Chain, retry: Record, why: str = "") -> Task:
        chain.failures = 0
        if task_type(retry) == EXPORT:
            chain.current = ref_guid(retry)
            chain.retries = retries_left(retry)
            chain.tasks.add(chain.current)
            if not chain.backup:
                chain.guessed.add(chain.current)
        words = f"tried again as {ref_guid(retry)}" + (f" after: {why}" if why else "")
        return replace(read_task(retry), message=words)

    def _failed(self, chain: Chain, record: Record | None, backup: Task | None) -> Task:
        """Return the bad end, with all that is said about it."""
        task = read_task(record) if record is not None else None
        said = [one.message for one in (task, backup) if one is not None and one.message]
        cancelled = task is not None and task.state is State.CANCELLED
        base = backup or task or Task(chain.key, State.FAILED)
        return replace(
            base,
            state=State.CANCELLED if cancelled else State.FAILED,
            native_state=task.native_state
            if task is not None and task.state is not State.SUCCEEDED
            else base.native_state,
            message="; ".join(dict.fromkeys(said)),
            level=None,
        )

    def _active(self, chain: Chain) -> list[Record]:
        """Return the tasks that are at work for this backup now."""
        if chain.backup:
            listed: Sequence[Record] = calls.tasks_of_backup(self._session, chain.backup, chain.entity)
        else:
            listed = [
                record
                for record in calls.active_backups(self._session, [chain.entity])
                if ref_guid(record) in chain.tasks or self._resembles(chain, record)
            ]
        return [record for record in listed if is_active(record)]

    def _surely_own(self, chain: Chain) -> list[Record]:
        """Return the active tasks that began this backup or are of it. A colleague's may look just like its retry."""
        if chain.backup:
            return self._active(chain)
        listed = calls.active_backups(self._session, [chain.entity])
        own = [record for record in listed if ref_guid(record) in chain.tasks - chain.guessed]
        backups = {ref_guid(record.get("backup")) for record in own} - {""}
        return [record for record in listed if record in own or ref_guid(record.get("backup")) in backups]

    @staticmethod
    def _resembles(chain: Chain, record: Record) -> bool:
        """Tell whether a task may be a copy of ours: made later, and for the same kind of backup."""
        made = created_at(record)
        return (
            read_task(record).requested_level is chain.requested
            and made is not None
            and chain.begun is not None
            and made >= chain.begun
        )

    def _backup(self, chain: Chain, record: Record | None) -> Record | None:
        """Return the entry of the backup that this chain makes. An older one is never taken for it."""
        if chain.backup:
            return calls.read_backup_record(self._session, chain.backup)
        named = ref_guid(record.get("backup")) if record is not None else ""
        if named:
            chain.backup = named
            return calls.read_backup_record(self._session, named)
        since = 0.0 if chain.is_store or chain.begun is None else chain.begun - _SLACK
        listed = calls.backups_of(self._session, chain.entity)
        timed = [entry for entry in listed if (backup_time(entry) or 0.0) >= since and backup_time(entry)]
        # Ours is the first one since; of a store, the last before now. Those without a time yet are rarely it.
        ordered = sorted(timed, key=lambda entry: backup_time(entry) or 0.0, reverse=chain.is_store)
        candidates = [*ordered, *(entry for entry in listed if not backup_time(entry))][:_MOST_CANDIDATES]
        own = self._by_tasks(chain, candidates, is_purged=record is None)
        if own is not None:
            chain.backup = ref_guid(own)
        return own

    def _by_tasks(self, chain: Chain, candidates: Sequence[Record], *, is_purged: bool) -> Record | None:
        """Return the candidate to which a task of ours belongs.

        Where our task is purged, that is the only candidate that no other task claims. While it is there, a candidate
        without it is only taken if there is no other at all: then the server does not tell which task made what.
        """
        unclaimed = []
        for entry in candidates:
            guid = ref_guid(entry)
            if guid not in chain.exports:
                tasks = calls.tasks_of_backup(self._session, guid, chain.entity)
                if chain.tasks & {ref_guid(task) for task in tasks}:
                    return entry
                made_by = frozenset(ref_guid(task) for task in tasks if task_type(task) == EXPORT)
                if not made_by:
                    unclaimed.append(entry)
                    continue
                # It stays another's, so it is not asked about with each poll; unless that turns out to be our retry.
                chain.exports[guid] = made_by
            if chain.tasks & chain.exports[guid]:
                return entry
        certain = len(unclaimed) == 1 and (is_purged or len(candidates) == 1)
        # A store may belong to an older backup.
        return unclaimed[0] if certain and not chain.is_store else None


def _is_good(backup: Task) -> bool:
    return backup.state in (State.SUCCEEDED, State.WARNING, State.PARTIAL)


def _has_a_retry_less(chain: Chain, record: Record) -> bool:
    return chain.retries is not None and retries_left(record) == chain.retries - 1
