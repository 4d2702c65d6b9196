# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Follow tasks to their end, through everything that can happen on the way."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..api.errors import AuthenticationFailed, Forbidden, NotFound, Rejected, ServiceError, TimedOut
from ..model.durations import in_words
from ..model.outcome import Ledger, Outcome, Row
from ..model.request import BackupRequest, WaitOptions
from ..model.states import State
from ..model.task import Task
from ..platforms.base import BackupPlatform
from .second_look import TIME_TO_APPEAR
from .surroundings import Surroundings

# A wait of a day must not cost more than some sixty requests an hour.
_SLOWEST_POLL = 60.0
_AWAITED = (Outcome.STARTED, Outcome.ADOPTED, Outcome.ALREADY_RUNNING)


def follow(
    platform: BackupPlatform,
    request: BackupRequest,
    options: WaitOptions,
    surroundings: Surroundings,
    ledger: Ledger,
    meanwhile: Callable[[], None] | None = None,
) -> None:
    """Poll until every awaited row of ``ledger`` has ended, and write the ends down.

    ``meanwhile`` is done once, when what was started at the same time as our own has had time to appear.
    """
    rows = [row for row in ledger.rows if row.outcome in _AWAITED and row.tasks and row.error is None]
    if rows:
        surroundings.show(_how_to_pick_up(request, rows))
        _Waiter(platform, request, options, surroundings, rows).run(meanwhile)


def _how_to_pick_up(request: BackupRequest, rows: Sequence[Row]) -> str:
    """Say what to do about the backups when nobody waits for them any more: whoever ends a run gets no result."""
    ids = ", ".join(f'"{job_id}"' for row in rows for job_id in row.job_ids)
    again = "run the same task again, which finds them, or " if request.skip_if_running else ""
    return (
        "waiting now; the backups go on if this run ends before they do. "
        f"To pick them up, {again}give them to task_info or task_state by ids: [{ids}]"
    )


def poll_pause(elapsed: float, poll_interval: float) -> float:
    """Return the pause before the next poll: it grows with the wait, up to a minute or the interval if longer."""
    return min(max(poll_interval, elapsed / 20.0), max(poll_interval, _SLOWEST_POLL))


class _Waiter:
    """One wait. Keeps since when each task is missed, so that a short absence is not taken for an end."""

    def __init__(
        self,
        platform: BackupPlatform,
        request: BackupRequest,
        options: WaitOptions,
        surroundings: Surroundings,
        rows: Sequence[Row],
    ) -> None:
        self._platform = platform
        self._request = request
        self._options = options
        self._surroundings = surroundings
        self._open = list(rows)
        self._begun = surroundings.clock.monotonic()
        self._missed: dict[str, float] = {}
        self._ended: dict[str, float] = {}
        self._shown: dict[int, tuple[str, int]] = {}
        self._trouble: ServiceError | None = None

    def run(self, meanwhile: Callable[[], None] | None) -> None:
        """Return when every row has ended or the time is over."""
        clock = self._surroundings.clock
        pause = 0.0
        while True:
            clock.sleep(pause)
            self._poll()
            if not self._open:
                return
            elapsed = clock.monotonic() - self._begun
            if elapsed >= self._options.timeout:
                self._time_over()
                return
            pause = min(poll_pause(elapsed, self._options.poll_interval), self._options.timeout - elapsed)
            if meanwhile is not None and elapsed >= TIME_TO_APPEAR:
                meanwhile()
                meanwhile = None
            elif meanwhile is not None:
                pause = min(pause, TIME_TO_APPEAR - elapsed)

    def _poll(self) -> None:
        moving = [task for row in self._open for task in row.tasks if not task.state.is_end]
        try:
            fresh = {task.id: task for task in self._platform.refresh(moving)} if moving else {}
            self._trouble = None
        except (AuthenticationFailed, Forbidden) as error:
            for row in self._open:
                row.error, row.message = error, f"started, but its end could not be awaited: {error}"
            self._open = []
            return
        except ServiceError as error:
            # The server may be restarting; the backups go on without us, so the wait does as well.
            self._trouble = error
            return
        now = self._surroundings.clock.monotonic()
        for task in moving:
            if task.id in fresh:
                self._missed.pop(task.id, None)
            else:
                self._missed.setdefault(task.id, now)
        for task in fresh.values():
            if task.state.is_end:
                self._ended.setdefault(task.id, now)
        for row in list(self._open):
            row.take([fresh[task.id] for task in row.tasks if task.id in fresh])
            self._advance(row, now)

    def _advance(self, row: Row, now: float) -> None:
        lost = [task for task in row.tasks if not task.state.is_end and self._is_lost(task, now)]
        if lost:
            self._close(row, _lost(row, lost))
            return
        if all(task.state.is_end for task in row.tasks) and not self._owes_more(row, now):
            self._close(row, self._end_of(row))
        self._show(row)

    def _end_of(self, row: Row) -> ServiceError | None:
        """Return why the end of the row is not the protection that was asked for, or ``None``."""
        error = _judge(self._request, row)
        if error is not None or not row.outcome.is_ours:
            return error
        if self._platform.expects_more(self._request, row.tasks):
            return NotFound(
                f"{row.target.label}: {', '.join(row.job_ids)} ended well, but the further backup that belongs to the "
                f"same start was not seen within {self._request.settle:g} s.",
                next_step="Check on the server whether it was made.",
            )
        return self._left_out(row)

    def _left_out(self, row: Row) -> ServiceError | None:
        """Return an error when the server made no job for a part of the target that nothing else was backing up."""
        try:
            parts = self._platform.by_part(row.target, row.tasks)
        except ServiceError as error:
            return error
        told = {task.id for tasks in parts.values() for task in tasks}
        bare = [part for part, tasks in parts.items() if not tasks and part not in row.busy_parts]
        # A job that does not tell its part may be that of any.
        if not bare or any(task.id not in told for task in row.tasks):
            return None
        return Rejected(
            f"{row.target.label} is not backed up as a whole: the server made no job for {', '.join(bare)}.",
            next_step="Look on the server why it passes that over, or name the parts that are meant.",
        )

    def _is_lost(self, task: Task, now: float) -> bool:
        """A task missed for ``settle`` seconds is gone; right after a start it may just not be shown yet.

        The time runs from the first look that missed it: while nobody could look, nothing was missed.
        """
        return now - self._missed.get(task.id, now) > self._request.settle

    def _owes_more(self, row: Row, now: float) -> bool:
        """Look for a further part of the same start. True while it may still come."""
        if not row.outcome.is_ours or not self._platform.expects_more(self._request, row.tasks):
            return False
        try:
            row.take(self._platform.successors(row.target, row.tasks))
        except ServiceError as error:
            self._trouble = error
        if not all(task.state.is_end for task in row.tasks):
            return True
        last = max(self._ended.get(task.id, self._begun) for task in row.tasks)
        return self._platform.expects_more(self._request, row.tasks) and now - last <= self._request.settle

    def _close(self, row: Row, error: ServiceError | None) -> None:
        self._open.remove(row)
        row.error = error
        ends = "; ".join(task.message for task in row.tasks if task.message and task.state is not State.SUCCEEDED)
        row.message = str(error) if error else ends or row.state.value

    def _show(self, row: Row) -> None:
        percent = row.progress
        now = (row.state.value, int(percent or 0))
        if self._shown.get(row.target.position) == now:
            return
        self._shown[row.target.position] = now
        elapsed = in_words(self._surroundings.clock.monotonic() - self._begun)
        shown = "" if percent is None else f" {percent:.0f} %"
        self._surroundings.show(f"{row.target.label}: {row.state.value}{shown} after {elapsed}")

    def _time_over(self) -> None:
        for row in self._open:
            cancelled = self._cancel(row) if self._options.cancel_on_timeout and row.outcome.is_ours else ""
            because = f" The last poll failed: {self._trouble.message}" if self._trouble else ""
            row.error = TimedOut(
                f"{row.target.label} was still {row.state.value} after {in_words(self._options.timeout)}."
                f"{cancelled}{because}",
                next_step=f"Its jobs are {', '.join(row.job_ids)}.",
            )
            row.message = str(row.error)

    def _cancel(self, row: Row) -> str:
        """Cancel what this run started, but never what somebody paused: that is a decision of theirs."""
        if self._trouble is not None:
            return " It was not cancelled, because its present state could not be read."
        done: list[str] = []
        for task in row.tasks:
            if task.state.is_end or task.state is State.PAUSED:
                continue
            try:
                self._platform.cancel(task)
                done.append(f"{task.id} was asked to end")
            except ServiceError as error:
                done.append(f"{task.id} could not be cancelled ({error.message})")
        return f" {'; '.join(done)}." if done else ""


def _lost(row: Row, lost: Sequence[Task]) -> NotFound:
    names = ", ".join(task.id for task in lost)
    return NotFound(
        f"{row.target.label}: the server no longer shows {names}, so how it ended is not known.",
        next_step="Check on the server whether the backup was made.",
    )


def _judge(request: BackupRequest, row: Row) -> ServiceError | None:
    """Return why the end of the row is not the protection that was asked for, or ``None``."""
    # A task without data to restore, such as one that was ended early and kept a part, is no good end of any kind.
    bad = [task for task in row.tasks if not (task.restorable and request.acceptance.covers(task.state))]
    if not bad:
        return None
    told = "; ".join(f"{task.id} ended as {task.native_state or task.state.value}{_reason(task)}" for task in bad)
    return Rejected(f"{row.target.label} is not backed up: {told}.")


def _reason(task: Task) -> str:
    return f" ({task.message.rstrip('.')})" if task.message else ""
