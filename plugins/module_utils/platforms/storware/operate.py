# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Carry out one task operation: look, send, and give back what was made."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ...api.errors import InvalidOption, NotFound
from ...api.messages import Call
from ...api.session import Session
from ...model.clock import Clock
from .first_looks import Asked, look_first
from .operation_requests import build_call, find_operation, why_to_confirm
from .operation_types import Effect, Judge, Operation
from .responses import read_document, read_list, ref_guid
from .start_once import start_once
from .watch import Watch

# A POST that makes tasks is answered once they are registered.
_START_SECONDS = 120.0


@dataclass
class Operated:
    """What became of an operation. ``watch`` follows what it started, where there is something to follow."""

    changed: bool
    response: Any = None
    tasks: list[dict[str, Any]] = field(default_factory=list)
    message: str = ""
    watch: Watch | None = None


@dataclass(frozen=True)
class Plan:
    """An operation that may be carried out: checked against the catalogue, and confirmed where it has to be."""

    operation: Operation
    call: Call
    asked: Asked

    @property
    def makes_tasks(self) -> bool:
        """Whether it is there to start tasks."""
        return self.operation.effect is Effect.CREATES_TASKS

    @property
    def shown(self) -> dict[str, Any]:
        """The request as results show it."""
        body = json.loads(self.call.body) if self.call.body else None
        return {"method": self.call.method, "path": self.call.path, "query": dict(self.call.query), "body": body}


def plan(name: str, guid: Any, query: Mapping[str, Any] | None, body: Any, *, confirm: bool, wait: bool) -> Plan:
    """Return what is to be sent. Raises ``InvalidOption`` for what is not known, not allowed or not confirmed."""
    operation = find_operation(name)
    call = build_call(operation, guid, query, body)
    why = why_to_confirm(operation, call.query, body)
    if why is not None and not confirm:
        raise InvalidOption(f"Not sent: {why}.", next_step="Say confirm: true if that is what is meant.")
    if wait and operation.judge is Judge.NONE:
        raise InvalidOption(f"{name} starts nothing that could be waited for.", next_step="Leave out wait.")
    if operation.effect is Effect.CREATES_TASKS:
        call = replace(call, timeout=_START_SECONDS)
    sent = json.loads(call.body) if call.body else None
    return Plan(operation, call, Asked(operation, call.path.split("/")[1] if guid else "", call.query, sent))


def operate(session: Session, what: Plan, clock: Clock, *, check_mode: bool) -> Operated:
    """Carry out ``what``; in check mode only what changes nothing."""
    if what.operation.is_read:
        return Operated(False, _read(session, what))
    look = look_first(session, what.asked)
    if look.needless:
        return Operated(False, look.found, message=f"Not sent: {look.needless}.")
    if check_mode:
        return Operated(what.operation.effect is not Effect.READ, message="Would be sent.")
    call = what.call
    if look.body is not None and look.body != what.asked.body:
        call = Call.with_json(call.method, call.path, look.body, query=call.query, safe=True)
    if not what.makes_tasks:
        return Operated(what.operation.effect is not Effect.READ, _send(session, what.operation, call))
    mounted = _mounted(session, what.operation)
    response, tasks = start_once(session, what.operation, call, what.asked.body, clock)
    watch = Watch(session, what.operation, tasks, what.asked.body, mounted) if tasks else None
    return Operated(True, response, tasks, watch=watch)


def _read(session: Session, what: Plan) -> Any:
    try:
        return read_document(session.send(what.call))
    except NotFound as error:
        if what.operation.guid_of == "task":
            error.next_step = (
                "Finished tasks are purged after a while: storware_info shows what came of them, such as backups and "
                "restore jobs."
            )
        raise


def _send(session: Session, operation: Operation, call: Call) -> Any:
    """Send a change that can be repeated without harm."""
    repeatable = operation.method == "DELETE" or operation.id in ("update_task_state", "update_task_backup_type")
    try:
        return read_document(session.send(replace(call, safe=call.safe or repeatable)))
    except NotFound:
        if operation.id != "delete_task":
            raise
        # It was there a moment ago, so it was dropped by this call or by somebody else: gone it is.
        return None


def _mounted(session: Session, operation: Operation) -> frozenset[str]:
    """Return the backups that are mounted before, so that the one to come can be told from them."""
    if operation.judge is not Judge.MOUNTED_BACKUP:
        return frozenset()
    records = read_list(session.send(Call("GET", "mounted-backups", safe=True)))
    return frozenset(ref_guid(record) for record in records)
