# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tell how the work that an operation started goes on, by what the server keeps of its result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ...api.errors import NotFound
from ...api.messages import Call
from ...api.session import Session
from ...model.states import State
from ...model.task import Task
from .calls import list_tasks, read_tasks
from .chains import Chains
from .operation_types import Judge, Operation
from .records import created_at, entity_guid, is_active, read_task, task_state, task_type
from .responses import enum_name, moment, read_list, read_object, ref_guid

_SLACK = 5.0
# A task that follows on another may take a moment to appear.
_LOOKS_FOR_MORE = 3

_RESTORE_STATES = {"SUCCESS": State.SUCCEEDED, "FAILED": State.FAILED, "PARTIAL_SUCCESS": State.PARTIAL}

Record = dict[str, Any]


class Watch:
    """Watches the tasks that one call made. ``verdict`` is the object that decided, once there is one.

    ``mounted`` are the GUIDs of what was mounted before.
    """

    def __init__(
        self,
        session: Session,
        operation: Operation,
        tasks: Sequence[Record],
        body: Any,
        mounted: frozenset[str] = frozenset(),
    ) -> None:
        self._session = session
        self._judge = operation.judge
        self._body: Mapping[str, Any] = body if isinstance(body, Mapping) else {}
        self._mounted_before = mounted
        self._chains = Chains(session)
        self._last: dict[str, Record] = {ref_guid(record): record for record in tasks}
        self._first = list(self._last)
        self._begun = min((created_at(record) or 0.0 for record in tasks), default=0.0)
        self._entity = next((entity_guid(record) for record in tasks if entity_guid(record)), "")
        self._ended_looks = 0
        self._backups = [self._chains.add(record) for record in tasks] if self._judge is Judge.BACKUP else []
        self.verdict: Record | None = None

    def look(self) -> list[Task]:
        """Return the work as it is now: one task for each that was made, or one for the whole of a chain."""
        if self._judge is Judge.BACKUP:
            return self._chains.refresh(self._backups)
        gone = self._read_again()
        if self._judge is Judge.TASKS:
            return [self._as_task(guid, gone) for guid in self._first]
        family = [read_task(record) for record in self._last.values()]
        bad = [task for task in family if task.state in (State.FAILED, State.CANCELLED)]
        active = any(is_active(record) for guid, record in self._last.items() if guid not in gone)
        whole = replace(family[0], state=State.RUNNING, finished_at=None, native_state=self._words())
        result = self._result()
        if result is not None and not active:
            return [self._judged(whole, result)]
        if bad and not active:
            return [replace(bad[0], id=self._first[0])]
        self._ended_looks = 0 if active else self._ended_looks + 1
        return [whole]

    def _as_task(self, guid: str, gone: set[str]) -> Task:
        task = read_task(self._last[guid])
        if guid in gone and not task.state.is_end:
            raise NotFound(
                f"The server no longer shows task {guid}, so how it ended is not known.",
                next_step="Check on the server what it did.",
            )
        return task

    def _words(self) -> str:
        return "; ".join(f"{task_type(record)} {enum_name(record.get('state'))}" for record in self._last.values())

    def _read_again(self) -> set[str]:
        """Read the tasks and those that follow on them again. Returns the GUIDs of those that are purged."""
        if self._judge is not Judge.TASKS:
            for guid in list(self._first):
                for record in list_tasks(self._session, {"parent-task": guid}):
                    if ref_guid(record.get("parentTask")) in ("", guid) and (created_at(record) or 0.0) >= self._begun:
                        self._last.setdefault(ref_guid(record), record)
        active = [guid for guid, record in self._last.items() if is_active(record)]
        read = read_tasks(self._session, active)
        self._last.update(read)
        return set(active) - set(read)

    def _result(self) -> Record | None:
        """Return the object that tells the end, ``None`` while there is none."""
        if self._judge is Judge.RESTORE_JOB:
            self.verdict = self._restore_job() or self.verdict
            ended = self.verdict is not None and enum_name(self.verdict.get("status")) in _RESTORE_STATES
            return self.verdict if ended else None
        if self._judge is Judge.UNMOUNTED:
            return self._unmounted()
        self.verdict = self._mounted() or self.verdict
        return self.verdict

    def _judged(self, whole: Task, result: Record) -> Task:
        if self._judge is not Judge.RESTORE_JOB:
            return replace(whole, state=State.SUCCEEDED, progress=100.0)
        status = enum_name(result.get("status"))
        return replace(
            whole,
            state=_RESTORE_STATES[status],
            native_state=status,
            progress=100.0,
            message=str(result.get("statusInfo") or ""),
        )

    def _restore_job(self) -> Record | None:
        query = {"protected-entity": self._entity} if self._entity else {}
        jobs = read_list(self._session.send(Call("GET", "restore-jobs", query=query, safe=True)))
        since = self._begun - _SLACK
        candidates = [job for job in jobs if (moment(job.get("restoreTime")) or since) >= since]
        for job in candidates:
            tasks = list_tasks(self._session, {"restore-job": ref_guid(job)})
            if {ref_guid(task) for task in tasks} & set(self._last):
                return job
        return candidates[0] if len(candidates) == 1 else None

    def _mounted(self) -> Record | None:
        """Return the mounted backup once its task is done: the one that was named, or that of the backup restored."""
        done = [record for record in self._last.values() if task_state(record) is State.SUCCEEDED]
        given = ref_guid(self._body.get("mountedBackup"))
        if given:
            return self._read_mounted(given) if done else None
        if not any(task_type(record) == "MOUNT" for record in done) and self._ended_looks < _LOOKS_FOR_MORE:
            return None
        query = {"protected-entity": self._entity} if self._entity else {}
        mounted = read_list(self._session.send(Call("GET", "mounted-backups", query=query, safe=True)))
        location = self._body.get("backupLocation")
        backup = ref_guid(location.get("backup")) if isinstance(location, Mapping) else ""
        fresh = [one for one in mounted if ref_guid(one) not in self._mounted_before]
        found = [one for one in fresh if not backup or ref_guid(one.get("backup")) == backup]
        return found[0] if len(found) == 1 else None

    def _unmounted(self) -> Record | None:
        guid = ref_guid(self._body.get("mountedBackup"))
        return {} if self._read_mounted(guid) is None else None

    def _read_mounted(self, guid: str) -> Record | None:
        try:
            return read_object(self._session.send(Call("GET", f"mounted-backups/{guid}", safe=True)))
        except NotFound:
            return None
