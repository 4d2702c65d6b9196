# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Details of schedules, read once for all the schedules that a run works on."""

from __future__ import annotations

import itertools
import threading
from collections import defaultdict
from collections.abc import Callable, Sequence

from ...model.schedule import Schedule
from ...model.target import Target
from .schedule_coverage import covered


class Details:
    """What was read of each task, to tell which of many schedules of one name cover some targets.

    Three hundred schedules called "nightly" would otherwise be read three hundred times each. What may be worked on is
    read again, since another schedule of the same run may have changed it. Safe to use from several threads.
    """

    def __init__(self, read: Callable[[str], Sequence[Schedule]]) -> None:
        self._read = read
        self._known: dict[str, Sequence[Schedule]] = {}
        self._guard = threading.Lock()
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._turn = itertools.count()

    def of(self, task_ids: Sequence[str], targets: Sequence[Target] | None, *, fresh: bool) -> list[Schedule]:
        """Return the schedules of these tasks, but for those that are known to cover none of ``targets``."""
        if not task_ids:
            return []
        # Each thread begins elsewhere, so that they do not queue behind one another.
        first = next(self._turn) % len(task_ids)
        found = {task_id: self._of_task(task_id, targets, fresh) for task_id in (*task_ids[first:], *task_ids[:first])}
        return [schedule for task_id in task_ids for schedule in found[task_id]]

    def _of_task(self, task_id: str, targets: Sequence[Target] | None, fresh: bool) -> Sequence[Schedule]:
        with self._guard:
            lock = self._locks[task_id]
        with lock:
            known = self._known.get(task_id)
            if known is not None and targets is not None and not fresh and not _touches(targets, known):
                return ()
            read = self._read(task_id)
            self._known[task_id] = read
            return read


def _touches(targets: Sequence[Target], schedules: Sequence[Schedule]) -> bool:
    return any(covered(targets, schedule).touches for schedule in schedules)
