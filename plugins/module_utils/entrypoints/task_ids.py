# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""IDs of tasks as plays have them: numbers, texts, and rows of the results of other modules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..api.errors import InvalidOption
from ..platforms.task_base import TaskPlatform


def read_ids(given: Sequence[Any], platform: TaskPlatform, option: str) -> tuple[str, ...]:
    """Return the IDs that are meant, each once, in the order given.

    A row of ``tasks`` stands for the tasks that it tells of; one that tells of none, because nothing was started, for
    none. Raises ``InvalidOption`` for what is no ID, and when nothing is left.
    """
    found: list[str] = []
    for entry in given:
        found += [_read_id(one, platform, option) for one in _ids_of(entry, platform, option)]
    if not found:
        raise InvalidOption(
            f"{option} is empty.",
            next_step="Give at least one ID; where a play may have none, let the task depend on that with when.",
        )
    return tuple(dict.fromkeys(found))


def _read_id(value: Any, platform: TaskPlatform, option: str) -> str:
    try:
        return platform.parse_id(value)
    except InvalidOption as error:
        raise InvalidOption(f"{option}: {error.message}", next_step=error.next_step) from None


def _ids_of(entry: Any, platform: TaskPlatform, option: str) -> Sequence[Any]:
    if not isinstance(entry, Mapping):
        return [entry]
    if "tasks" in entry:
        raise InvalidOption(
            f"{option} holds a whole result.", next_step="Give its rows: append .tasks to the name of the variable."
        )
    # A task that was run again goes on as the new one.
    if entry.get("new_id"):
        return [entry["new_id"]]
    for key in (*platform.traits.row_keys, "id"):
        value = entry.get(key)
        if value is not None:
            return value if isinstance(value, list) else [value]
    known = " or ".join((*platform.traits.row_keys, "id"))
    raise InvalidOption(
        f"{option} holds a dict without {known}.", next_step="Give IDs, or rows of the tasks that a module returned."
    )
