# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The subclients of which a backup set, or a client, consists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from ...api.errors import ServiceError
from ...api.session import Session
from ...api.side_by_side import Once
from ...model.target import Target
from ...model.task import Task
from . import entities
from .matching import equal
from .targets import entity_matches, label_of, options_of

_LEVELS = ("app", "instance", "backupset", "subclient")


def client_name(target: Target) -> str:
    """Return by what a target tells its client: the ID that it gives, or else the name in small letters."""
    return str(target.given.get("client_id") or target.given.get("client")).lower()


def by_client(targets: Sequence[Target]) -> list[list[Target]]:
    """Return the targets of each client together."""
    lanes: dict[str, list[Target]] = {}
    for target in targets:
        lanes.setdefault(client_name(target), []).append(target)
    return list(lanes.values())


class Parts:
    """Reads the parts of targets. Each client is asked once, however many of its sets are targets.

    Safe to use from several threads, where each name of a client is the business of one.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._clients: dict[str, int | ServiceError] = {}
        self._subclients = Once(self._read_subclients)

    def client_id(self, target: Target) -> int:
        """Return the ID of the target's client. Raises ``NotFound`` where there is none of that name."""
        name = client_name(target)
        if name not in self._clients:
            try:
                self._clients[name] = entities.client_id(self._session, target)
            except ServiceError as error:
                self._clients[name] = error
        found = self._clients[name]
        if isinstance(found, ServiceError):
            raise found
        return found

    def of(self, target: Target) -> list[Mapping[str, Any]]:
        """Return the subclients of the target whose backups are switched on, as entities in the vendor's words.

        Where the play leaves open which of several sets of one name is meant, all of them are.
        """
        subclients = self._subclients.of(self.client_id(target))
        found = [part for part in subclients if entity_matches(target, part.entity) is not False]
        if not found:
            # A set without subclients is something else than no set.
            entities.verify(self._session, target)
        return [part.entity for part in found if part.takes_backups]

    def _read_subclients(self, client: int) -> list[entities.Subclient]:
        return entities.subclients(self._session, client)


def grouped(parts: Sequence[Mapping[str, Any]], tasks: Sequence[Task]) -> dict[str, list[Task]]:
    """Return the jobs of each part, by a name that no other part has: two sets may both have a ``default``."""
    return {
        name: [task for task in tasks if _is_of(part, task)] for name, part in zip(_names(parts), parts, strict=True)
    }


def _names(parts: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the subclient's name where that is enough, else its way from the agent down, at worst with its ID."""
    options = [options_of(part) for part in parts]
    short = [label_of({key: value for key, value in one.items() if key.startswith("subclient")}) for one in options]
    longer = [label_of({key: one[key] for key in one if key.removesuffix("_id") in _LEVELS}) for one in options]
    numbers = [one.get("subclient_id") for one in options]
    whole = [f"{name} (#{number})" for name, number in zip(longer, numbers, strict=True)]
    return _where_alike(_where_alike(short, longer), whole)


def _where_alike(names: Sequence[str], instead: Sequence[str]) -> list[str]:
    """Return ``names``, with those of ``instead`` in the places of those that occur more than once."""
    count = Counter(name.casefold() for name in names)
    return [other if count[name.casefold()] > 1 else name for name, other in zip(names, instead, strict=True)]


def _is_of(part: Mapping[str, Any], task: Task) -> bool:
    """Tell whether a job backs up this subclient, by ID where both have one, else by all the names they have."""
    here, there = options_of(part), options_of(task.entity)
    if here.get("subclient_id") and there.get("subclient_id"):
        return str(here["subclient_id"]) == str(there["subclient_id"])
    return equal(here, there, "subclient") is True and all(equal(here, there, level) is not False for level in _LEVELS)
