# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Work on several things at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from typing import TypeVar

Thing = TypeVar("Thing")
Result = TypeVar("Result")


def side_by_side(
    work: Callable[[Thing], Result], things: Sequence[Thing], concurrency: int
) -> Iterator[tuple[Thing, Future[Result]]]:
    """Yield each thing with what came of ``work``, in the order in which they are done.

    Whatever ends this early (Ansible's time limit ends a task by an exception in the main thread) takes back what has
    not begun, and waits for nothing.
    """
    if not things:
        return
    pool = ThreadPoolExecutor(max_workers=min(concurrency, len(things)))
    try:
        begun = {pool.submit(work, thing): thing for thing in things}
        for future in as_completed(begun):
            yield begun[future], future
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
