# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Send the starts of a run: several targets to a request, and around those that the server refuses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..api.errors import (
    AuthenticationFailed,
    Fate,
    NotFound,
    ServiceError,
    TlsFailure,
    UnknownOutcome,
    Unreachable,
)
from ..model.outcome import Ledger, Outcome, Row
from ..model.request import BackupRequest
from ..model.states import State
from ..model.target import Target
from ..model.task import Task
from ..platforms.base import BackupPlatform, Receipt, Sighting, StartCall
from .launch import Launched, launch
from .look_at_running import Seen, look_at_running
from .surroundings import Surroundings

# After these, no further start can succeed, so none is tried.
_HOPELESS = (AuthenticationFailed, TlsFailure, Unreachable)

# A job may stay unseen for a moment after its start, also one that was started in spite of a refusal.
_PAUSE_AFTER_REFUSAL = 1.0


def calls_for(
    platform: BackupPlatform, request: BackupRequest, targets: Sequence[Target], surroundings: Surroundings
) -> Sequence[StartCall]:
    """Return the calls that start ``targets``, each with its own marker where the play wants markers."""
    return platform.start_calls(request, targets, surroundings.token if request.marker else lambda: None)


def shown(call: StartCall) -> dict[str, object]:
    """Return the call in the form that results show."""
    return {"method": call.wire.method, "path": call.wire.path, "body": call.body}


def would_start(platform: BackupPlatform, request: BackupRequest, surroundings: Surroundings, ledger: Ledger) -> None:
    """Write down what would be sent, and send nothing."""
    targets = [row.target for row in ledger.open_rows()]
    ledger.requests.extend(shown(call) for call in calls_for(platform, request, targets, surroundings))
    for row in ledger.open_rows():
        row.settle(Outcome.WOULD_START, "would be started")


class _Starter:
    """Works through the calls of one run and writes every outcome into its ledger at once."""

    def __init__(
        self,
        platform: BackupPlatform,
        request: BackupRequest,
        surroundings: Surroundings,
        ledger: Ledger,
        seen: Seen,
    ) -> None:
        self._platform = platform
        self._request = request
        self._surroundings = surroundings
        self._ledger = ledger
        self._seen = seen
        self._stopped: ServiceError | None = None

    def start(self, targets: Sequence[Target]) -> None:
        """Start ``targets``, in as few requests as they can share."""
        waiting = self._calls_for(targets)
        while waiting:
            call = waiting.pop(0)
            if self._stopped is None:
                self._look_again_if_stale()
            left = [row.target for row in self._rows(call) if not row.decided]
            if self._stopped is not None:
                self._leave(call, self._stopped)
            elif len(left) == len(call.targets):
                self.send(call)
            else:
                waiting[:0] = self._calls_for(left)

    def _calls_for(self, targets: Sequence[Target]) -> list[StartCall]:
        return list(calls_for(self._platform, self._request, targets, self._surroundings)) if targets else []

    def _look_again_if_stale(self) -> None:
        """Look again before a start when many others took their time: somebody may have started the same since."""
        clock = self._surroundings.clock
        if not (self._request.skip_if_running and self._seen.is_stale(clock)):
            return
        try:
            found = look_at_running(self._platform, self._request, self._ledger.open_rows(), self._ledger)
        except ServiceError as error:
            self._stopped = error
        else:
            self._seen.add(found, clock)

    def _rows(self, call: StartCall) -> list[Row]:
        return [self._ledger.rows[target.position] for target in call.targets]

    def send(self, call: StartCall) -> None:
        """Send one call, and write down what came of it."""
        self._ledger.requests.append(shown(call))
        sent_at = self._surroundings.clock.monotonic()
        try:
            launched = launch(self._platform, self._request, call, self._surroundings, self._seen.ids)
        except UnknownOutcome as error:
            for row in self._rows(call):
                row.settle(Outcome.UNKNOWN, error=error)
        except ServiceError as error:
            self._refused(call, error, sent_at)
        else:
            self._started(call, launched)

    def _refused(self, call: StartCall, error: ServiceError, sent_at: float) -> None:
        overloaded = error.http_status == 429
        if isinstance(error, _HOPELESS) or overloaded or not self._request.split_invalid:
            self._stopped = error
            for row in self._rows(call):
                row.settle(Outcome.FAILED, error=error)
        elif len(call.targets) == 1:
            self._rows(call)[0].settle(Outcome.FAILED, error=error)
        else:
            self._split(call, sent_at)

    def _split(self, call: StartCall, sent_at: float) -> None:
        """Halve a refused group, unless the server started some of it in spite of its refusal."""
        try:
            sighting = self._find_despite_refusal(call, sent_at)
        except ServiceError as error:
            for row in self._rows(call):
                row.settle(Outcome.FAILED, error=error)
            return
        remaining: Sequence[Target] = call.targets
        if sighting is not None:
            launched = Launched(Outcome.ADOPTED, sighting.receipt, f"found again by {sighting.evidence}")
            self._started(call, launched, whole=False)
            remaining = [row.target for row in self._rows(call) if not row.decided]
        middle = (len(remaining) + 1) // 2
        for half in (remaining[:middle], remaining[middle:]):
            if half:
                self.start(half)

    def _find_despite_refusal(self, call: StartCall, sent_at: float) -> Sighting | None:
        if call.marker is None and self._seen.ids is None:
            return None
        clock = self._surroundings.clock
        clock.sleep(_PAUSE_AFTER_REFUSAL)
        return self._platform.find_started(call, clock.monotonic() - sent_at, self._seen.ids)

    def _leave(self, call: StartCall, reason: ServiceError) -> None:
        for row in [row for row in self._rows(call) if not row.decided]:
            row.settle(Outcome.NOT_STARTED, f"not started after an earlier failure: {reason.message}", reason)

    def _started(self, call: StartCall, launched: Launched, *, whole: bool = True) -> None:
        rows = self._rows(call)
        receipt = launched.receipt
        if len(rows) > 1:
            # Which job is whose takes a while to read, and whoever ends the run meanwhile has to know them.
            self._show_receipt(rows, launched)
        try:
            assigned = self._assign(receipt, call.targets)
        except ServiceError as error:
            for row in rows:
                self._write_unread(row, launched, error)
            return
        read = {task.id for tasks in assigned.values() for task in tasks}
        unread = [job_id for job_id in receipt.job_ids if job_id not in read]
        if unread:
            self._ledger.warn(f"Started as well, but not seen to belong to any target: {', '.join(unread)}.")
        for row in rows:
            tasks = assigned.get(row.target.position, ())
            if tasks:
                self._write(row, launched, tasks)
            elif unread:
                self._write_unread(row, launched, None)
            elif not receipt.complete:
                row.settle(Outcome.UNKNOWN, error=_not_seen(row.target))
            elif whole:
                row.task_id = receipt.task_id
                row.settle(Outcome.FAILED, error=_nothing_started(row.target))

    def _show_receipt(self, rows: Sequence[Row], launched: Launched) -> None:
        names = f"{rows[0].target.label} and {len(rows) - 1} more"
        self._surroundings.show(f"{names}: {launched.outcome.value} as {', '.join(launched.receipt.job_ids)}")

    def _assign(self, receipt: Receipt, targets: Sequence[Target]) -> dict[int, Sequence[Task]]:
        if len(targets) == 1:
            tasks = [Task(job_id, State.QUEUED, parent_id=receipt.task_id) for job_id in receipt.job_ids]
            return {targets[0].position: tasks}
        return dict(self._platform.assign(receipt, targets))

    def _write(self, row: Row, launched: Launched, tasks: Sequence[Task]) -> None:
        row.task_id = tasks[0].parent_id or launched.receipt.task_id
        row.take([replace(task, requested_level=self._request.level) for task in tasks])
        row.settle(launched.outcome, launched.message or "started, not awaited")
        self._surroundings.show(f"{row.target.label}: {launched.outcome.value} as {', '.join(row.job_ids)}")

    def _write_unread(self, row: Row, launched: Launched, error: ServiceError | None) -> None:
        """The request was accepted, but which job is whose could not be read: nothing is guessed."""
        row.task_id = launched.receipt.task_id
        jobs = ", ".join(launched.receipt.job_ids)
        if error is not None:
            message = f"started, but which of the jobs {jobs} is its own could not be read: {error}"
            row.settle(launched.outcome, message, error)
            return
        row.settle(
            launched.outcome,
            error=NotFound(
                f"{row.target.label} was started, but none of the jobs {jobs} was seen to be its own.",
                next_step="Look at these jobs on the server.",
            ),
        )


def _not_seen(target: Target) -> UnknownOutcome:
    return UnknownOutcome(
        f"The server took the request, but no backup of {target.label} was seen.",
        next_step="It may still be started: look on the server for one that began at this time before you run this "
        "again.",
        fate=Fate.OPEN,
    )


def _nothing_started(target: Target) -> NotFound:
    return NotFound(
        f"The server accepted the request but started no backup of {target.label}.",
        next_step="Check on the server that the target exists and that backups are enabled for it.",
    )


def start_as_one(
    platform: BackupPlatform,
    request: BackupRequest,
    surroundings: Surroundings,
    ledger: Ledger,
    known: frozenset[str],
    call: StartCall,
) -> None:
    """Send one call that cannot be parted, and write down what came of it."""
    whole = replace(request, split_invalid=False)
    _Starter(platform, whole, surroundings, ledger, Seen(known)).send(call)


def start_batches(
    platform: BackupPlatform,
    request: BackupRequest,
    surroundings: Surroundings,
    ledger: Ledger,
    seen: Seen,
) -> None:
    """Start everything that is still open in ``ledger``."""
    targets = [row.target for row in ledger.open_rows()]
    if targets:
        _Starter(platform, request, surroundings, ledger, seen).start(targets)
