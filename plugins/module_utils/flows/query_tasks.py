# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""List tasks, or read some by their IDs."""

from __future__ import annotations

from collections.abc import Sequence

from ..api.errors import InvalidOption, NotFound
from ..model.clock import Clock
from ..model.query import Found, TaskQuery
from ..model.task import Task
from ..platforms.task_base import TaskPlatform


def check_filters(platform: TaskPlatform, given: Sequence[str], order_by: str | None) -> None:
    """Raise ``InvalidOption`` for a filter, or an order, that the platform lacks. ``given`` are options' names."""
    traits = platform.traits
    for option in given:
        if option not in traits.filters:
            raise InvalidOption(
                f"{option} is no filter that {traits.platform} has for its {traits.task_word}s.",
                next_step=traits.advice,
            )
    if order_by is not None and order_by not in traits.order_by and not traits.sorts_by_record:
        raise InvalidOption(
            f"order_by: {traits.platform} cannot put its {traits.task_word}s in order by {order_by}, only by "
            f"{', '.join(traits.order_by)}."
        )


def query_tasks(platform: TaskPlatform, query: TaskQuery, clock: Clock) -> tuple[Found, NotFound | None]:
    """Return the tasks that ``query`` asks for, and the error for IDs that the server does not show."""
    if not query.ids:
        return platform.find(query), None
    tasks, missing = read_by_id(platform, query.ids, clock)
    kept = platform.narrow(query, list(tasks.values()))
    limit = len(kept) if query.limit is None else query.limit
    found = Found(kept[:limit], len(kept), truncated=len(kept) > limit)
    return found, not_shown(platform, missing) if missing else None


def read_by_id(platform: TaskPlatform, ids: Sequence[str], clock: Clock) -> tuple[dict[str, Task], list[str]]:
    """Read tasks, and again after a moment those that are not shown. Returns them and the IDs of the missing."""
    found = dict(platform.read(ids))
    for pause in platform.traits.pauses_until_shown:
        missing = [task_id for task_id in ids if task_id not in found]
        if not missing:
            break
        clock.sleep(pause)
        found.update(platform.read(missing))
    ordered = {task_id: found[task_id] for task_id in ids if task_id in found}
    return ordered, [task_id for task_id in ids if task_id not in found]


def not_shown(platform: TaskPlatform, missing: Sequence[str]) -> NotFound:
    """Return the error for tasks that do not exist, or that the user may not see."""
    word = platform.traits.task_word
    names = ", ".join(missing)
    return NotFound(
        f"The server shows no {word} {names}.",
        next_step=f"Check that each is the ID of a {word}, and that the user may see it.",
    )
