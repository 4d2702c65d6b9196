# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bring a task to another state by the call that is right for the state in which it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from ...api.errors import Fate, InvalidOption, NotFound, Rejected, ServiceError
from ...api.messages import Call
from ...api.session import Session
from ...model.clock import Clock
from ...model.state_change import Wanted
from ...model.states import State
from . import calls
from .guids import read_guid
from .records import task_state
from .responses import enum_name, read_object, ref_guid

_NO_SUCH_CALL = (404, 405)
_NOT_UNDERSTOOD = (400, 415, 422)
_PAUSES_UNTIL_QUEUED = (0.2, 0.5, 1.0, 2.0, 3.0)
"""How long a server may take to show that it has queued a task again."""
_SAID = "Queued again by nightshift.backup"

Record = Mapping[str, Any]


def move_task(session: Session, guid: str, wanted: Wanted, clock: Clock) -> None:
    """Look at a task once more, and ask the server to move it. Raises where it cannot be moved from where it is now."""
    with _only_looking():
        record = _read(session, guid)
    if wanted is Wanted.QUEUED:
        _queue_again(session, record, clock)
    elif wanted is Wanted.ABSENT:
        _drop(session, record)
    else:
        _cancel(session, record)


@contextmanager
def _only_looking() -> Iterator[None]:
    """Say of a look whose answer was lost that nothing was asked for."""
    try:
        yield
    except ServiceError as error:
        if error.fate is Fate.OPEN:
            error.fate = Fate.NOT_SENT
        raise


def _read(session: Session, guid: str) -> Record:
    """Return the task's record, which bears its GUID: another one would be moved in its place."""
    path = f"tasks/{_checked(guid)}"
    record = read_object(session.send(Call("GET", path, safe=True)))
    if ref_guid(record) != guid:
        raise Rejected(f"The server shows another task in place of {guid}.", method="GET", path=path)
    return record


def _checked(guid: str) -> str:
    """Return a GUID that may stand in a path: another text could make the call one on all tasks."""
    try:
        return read_guid("The ID of a task", guid)
    except InvalidOption as error:
        raise Rejected(error.message) from None


def _cancel(session: Session, record: Record) -> None:
    state = task_state(record)
    if state.is_end:
        raise _elsewhere(record, "cancelled")
    with _only_looking():
        short = record if state is State.QUEUED else _short(session, record)
    calls.cancel_task(session, short, repeats=False)


def _short(session: Session, record: Record) -> Record:
    """Return a running task as the short list shows it, which is how a request names it."""
    query: dict[str, Any] = {"states": ["RUNNING"], "type": enum_name(record.get("type"))}
    guid = ref_guid(record)
    listed = calls.list_tasks(session, {key: value for key, value in query.items() if value}, "tasks")
    return next((one for one in listed if ref_guid(one) == guid), record)


def _drop(session: Session, record: Record) -> None:
    state = task_state(record)
    if not state.is_end and state is not State.QUEUED:
        # The same call would cancel it.
        raise _elsewhere(record, "deleted")
    session.send(Call("DELETE", f"tasks/{_checked(ref_guid(record))}"))


def _queue_again(session: Session, record: Record, clock: Clock) -> None:
    if not task_state(record).is_end:
        raise _elsewhere(record, "queued again")
    _put_queued(session, record)
    told = ""
    for pause in (0.0, *_PAUSES_UNTIL_QUEUED):
        clock.sleep(pause)
        try:
            fresh = _read(session, ref_guid(record))
        except ServiceError:
            # The request was taken, and whoever waits looks again.
            return
        if not task_state(fresh).is_end or _run(fresh) != _run(record):
            return
        told = enum_name(fresh.get("state"))
    raise Rejected(
        f"The server took the request to queue task {ref_guid(record)} again, and it is {told} as before.",
        next_step="Start the work anew instead, a backup for example by backup_task.",
        method="PUT",
        path=f"tasks/{ref_guid(record)}/state",
    )


def _run(record: Record) -> tuple[object, object]:
    """Return what tells one run of a task from the next."""
    return record.get("startTime"), record.get("finishTime")


def _put_queued(session: Session, record: Record) -> None:
    """Set the state as the vendor's page shows it, else as its own client does, else by the call for several tasks."""
    guid = ref_guid(record)
    path = f"tasks/{_checked(guid)}/state"
    try:
        session.send(Call.with_json("PUT", path, "QUEUED"))
    except (NotFound, Rejected) as refusal:
        if refusal.http_status in _NOT_UNDERSTOOD:
            other = Call.with_json("PUT", path, {"state": {"name": "QUEUED"}, "statusInfo": _SAID})
        elif refusal.http_status in _NO_SUCH_CALL:
            # A task that was purged meanwhile is none that another call would find.
            _read(session, guid)
            document = {"state": {"name": "QUEUED"}, "tasks": [{"guid": guid}], "statusInfo": _SAID}
            other = Call.with_json("PUT", "tasks/state", document)
        else:
            raise
        try:
            session.send(other)
        except (NotFound, Rejected):
            # What was said of the documented form tells more.
            raise refusal from None


def _elsewhere(record: Record, what: str) -> Rejected:
    return Rejected(
        f"Task {ref_guid(record)} is {enum_name(record.get('state'))} meanwhile, and cannot be {what}.",
        method="GET",
        path=f"tasks/{ref_guid(record)}",
    )
