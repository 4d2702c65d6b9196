# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Work on several things at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterator, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor, as_completed
from typing import Generic, TypeVar

from .errors import ServiceError

Thing = TypeVar("Thing")
Result = TypeVar("Result")
Key = TypeVar("Key", bound=Hashable)

READERS = 8
"""So many reads are under way at a time: enough to hide the way to the server, too few to trouble it."""


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


def read_each(read: Callable[[Thing], Result], things: Sequence[Thing]) -> list[Result]:
    """Return what ``read``, which must change nothing, makes of each thing, in their order.

    A failure is the one that reading one after the other would have met. None begins after it, and all that were under
    way have ended when it is raised.
    """
    if len(things) < 2:
        return [read(thing) for thing in things]
    guard = threading.Lock()
    failed = len(things)

    def read_at(place: int) -> Result:
        nonlocal failed
        if place > failed:
            raise CancelledError
        try:
            return read(things[place])
        except BaseException:
            with guard:
                failed = min(failed, place)
            raise

    done = dict(side_by_side(read_at, range(len(things)), READERS))
    return [done[place].result() for place in range(len(things))]


def try_each(read: Callable[[Thing], Result], things: Sequence[Thing]) -> list[Result | ServiceError]:
    """Return the same as ``read_each``, where a failure of a service stands for its own thing alone."""

    def attempt(thing: Thing) -> Result | ServiceError:
        try:
            return read(thing)
        except ServiceError as error:
            return error

    return read_each(attempt, things)


class Once(Generic[Key, Result]):
    """Reads each thing once: who asks for what is being read waits for it. A failure is told to them, and forgotten."""

    def __init__(self, read: Callable[[Key], Result]) -> None:
        self._read = read
        self._guard = threading.Lock()
        self._known: dict[Key, Future[Result]] = {}

    def of(self, key: Key) -> Result:
        """Return what was read of ``key``, or raise what that met."""
        with self._guard:
            known = self._known.get(key)
            mine = self._known.setdefault(key, Future())
        if known is not None:
            return known.result()
        try:
            read = self._read(key)
        except BaseException as error:
            with self._guard:
                del self._known[key]
            mine.set_exception(error)
            raise
        mine.set_result(read)
        return read
