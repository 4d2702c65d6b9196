# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Look at some work again and again until it has ended."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..api.errors import AuthenticationFailed, Forbidden, ServiceError, TimedOut
from ..model.durations import in_words
from ..model.request import WaitOptions
from ..model.task import Task
from .surroundings import Surroundings
from .wait import poll_pause


def await_end(
    look: Callable[[], Sequence[Task]], what: str, options: WaitOptions, surroundings: Surroundings
) -> Sequence[Task]:
    """Return what ``look`` shows once all of it has ended. Raises ``TimedOut``.

    A look that fails is not the end: the server may be restarting, and the work goes on without us. Only a user who may
    no longer look has nothing to wait for.
    """
    clock = surroundings.clock
    begun = clock.monotonic()
    trouble: ServiceError | None = None
    shown = ""
    while True:
        try:
            tasks = look()
            trouble = None
        except (AuthenticationFailed, Forbidden):
            raise
        except ServiceError as error:
            tasks, trouble = (), error
        if tasks and all(task.state.is_end for task in tasks):
            return tasks
        elapsed = clock.monotonic() - begun
        states = ", ".join(f"{task.native_state or task.state.value}" for task in tasks)
        if states and states != shown:
            surroundings.show(f"{what}: {states} after {in_words(elapsed)}")
            shown = states
        if elapsed >= options.timeout:
            because = f" The last look failed: {trouble.message}" if trouble else ""
            raise TimedOut(
                f"{what} had not ended after {in_words(options.timeout)} ({shown or 'nothing was seen'}).{because}",
                next_step="It goes on: look at it on the server, or wait longer.",
            )
        clock.sleep(min(poll_pause(elapsed, options.poll_interval), options.timeout - elapsed))
