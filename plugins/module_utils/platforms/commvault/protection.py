# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Commvault knows about the protection of targets, and of everything it holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ...api.errors import ServiceError
from ...api.messages import Call
from ...api.session import Session
from ...api.side_by_side import read_each
from ...model.levels import Level
from ...model.protection import Evidence
from ...model.target import Target
from ...model.task import Task
from . import entities, job_calls
from .matching import forms
from .parts import by_client
from .platform import CommvaultPlatform
from .protecting_schedules import CoverageIndex, read_schedules
from .responses import read_json
from .targets import label_of, parse_selection
from .tasks import target_of

_LEVELS = ("client", "app", "instance", "backupset", "subclient")


class CommvaultProtection:
    """The verbs of ``ProtectionPlatform`` in Commvault's REST API."""

    # Subclients are listed by client alone.
    shows_every_part = False

    def __init__(self, session: Session) -> None:
        self._session = session
        self._backups = CommvaultPlatform(session)

    def parse_selection(self, given: Sequence[Mapping[str, Any]]) -> tuple[Target, ...]:
        """Read ``targets`` that only select."""
        return parse_selection(given)

    def check_level(self, level: Level) -> None:
        """Accept any: Commvault has backups of each."""

    def server_time(self) -> float | None:
        """Return the CommServe's clock as last heard, Unix seconds."""
        return self._session.server_time

    def evidence(self, targets: Sequence[Target], age: float) -> Sequence[Evidence]:
        """Read history and running jobs in one listing each, and the subclients of the targets that have several.

        What is read for targets of several clients is read side by side.
        """
        history = self._backups.history(targets, age)
        active = self._backups.active_tasks(targets)
        schedules = CoverageIndex(read_schedules(self._session))

        def of_client(lane: Sequence[Target]) -> list[Evidence]:
            return [
                self._of(target, history.get(target.position, ()), active.get(target.position, ()), schedules)
                for target in lane
            ]

        found = {one.target.position: one for lane in read_each(of_client, by_client(targets)) for one in lane}
        return [found[target.position] for target in targets]

    def _of(
        self,
        target: Target,
        history: Sequence[Task] | ServiceError,
        running: Sequence[Task],
        schedules: CoverageIndex,
    ) -> Evidence:
        try:
            if isinstance(history, ServiceError):
                raise history
            parts = self._backups.by_part(target, history)
            named = self._named(target, history, running)
        except ServiceError as error:
            return Evidence(target, error=error)
        return Evidence(target, parts, running, schedules.of(named))

    def _named(self, target: Target, *known: Sequence[Task]) -> Target:
        """Return ``target`` with the names that its IDs stand for, since listings of schedules hold names alone."""
        lacking = [level for level in _LEVELS if f"{level}_id" in target.given and level not in target.given]
        if not lacking:
            return target
        jobs = [job for jobs in known for job in jobs]
        entity = jobs[0].entity if jobs else entities.by_id(self._session, target)
        names = {level: name for level, name in target_of(entity).items() if level in lacking}
        return replace(target, given={**target.given, **names})

    def estate(self, age: float, *, every_part: bool) -> Sequence[Evidence]:
        """Read clients, jobs and schedules in one listing each, and make a row of each subclient that they show.

        A client of which they show no subclient is a row by itself. There is no listing of the subclients of all
        clients, so ``every_part`` asks each client for its own, several at a time.
        """
        clients = read_clients(self._session)
        estate = _Estate(clients)
        lookup = int(age) + 3600
        for job in job_calls.iter_jobs(self._session, job_calls.Listing(lookup_seconds=lookup)):
            if job.level is not None:
                estate.add_job(job)
        index = CoverageIndex(read_schedules(self._session))
        for entity in index.entities:
            estate.add_named(entity)
        for subclients in read_each(self._subclients, clients) if every_part else ():
            for subclient in subclients:
                if subclient.takes_backups:
                    estate.add_named(target_of(subclient.entity))
        return estate.rows(index)

    def _subclients(self, client: Mapping[str, Any]) -> list[entities.Subclient]:
        identifier = entities.client_id(self._session, Target(0, client, label_of(client)))
        return entities.subclients(self._session, identifier)


def read_clients(session: Session) -> list[dict[str, Any]]:
    """List all clients, in the options of targets."""
    document = read_json(session.send(Call("GET", "Client", safe=True)))
    listed = document.get("clientProperties")
    found = []
    for entry in listed if isinstance(listed, list) else []:
        client = entry.get("client") if isinstance(entry, Mapping) else None
        entity = client.get("clientEntity") if isinstance(client, Mapping) else None
        if isinstance(entity, Mapping):
            found.append(target_of(entity))
    return [client for client in found if client]


class _Estate:
    """Collects the subclients of an estate from whatever shows them."""

    def __init__(self, clients: Sequence[Mapping[str, Any]]) -> None:
        self._clients = clients
        self._known = {key for client in clients for key in forms(client, "client")}
        self._subclients: dict[tuple[str, ...], dict[str, Any]] = {}
        self._by_id: dict[str, tuple[str, ...]] = {}
        self._by_name: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
        self._jobs: dict[tuple[str, ...], list[Task]] = {}

    def add_job(self, job: Task) -> None:
        """Take in a backup. One of a client that is not listed any more protects nothing that is there."""
        options = target_of({key: value for key, value in job.entity.items() if key != "subclient"})
        key = self._add(options)
        if key is not None:
            self._jobs.setdefault(key, []).append(job)

    def add_named(self, options: Mapping[str, Any]) -> None:
        """Take in what a schedule or a listing names, where that is one subclient."""
        self._add(dict(options))

    def _add(self, options: dict[str, Any]) -> tuple[str, ...] | None:
        if not forms(options, "subclient") or not self._known.intersection(forms(options, "client")):
            return None
        identifier = str(options.get("subclient_id") or "")
        names = tuple(str(options.get(level) or "").casefold() for level in ("client", "backupset", "subclient"))
        # Names alone do not tell apart the sets of two instances, so an ID goes before them where there is one.
        key = self._by_id.get(identifier) if identifier else self._by_names(names, options)
        if key is None:
            key = (*names, *(str(options.get(level) or "").casefold() for level in ("app", "instance")))
            if key not in self._subclients:
                self._by_name.setdefault(names, []).append(key)
        if identifier:
            self._by_id[identifier] = key
        present = self._subclients.setdefault(key, {})
        present.update({name: value for name, value in options.items() if name not in present})
        return key

    def _by_names(self, names: tuple[str, ...], options: Mapping[str, Any]) -> tuple[str, ...] | None:
        app, instance = (str(options.get(level) or "").casefold() for level in ("app", "instance"))
        for key in self._by_name.get(names, ()):
            if app in ("", key[3]) and instance in ("", key[4]):
                return key
        return None

    def rows(self, index: CoverageIndex) -> list[Evidence]:
        """Return one row for each subclient and one for each client without any, sorted by their names."""
        shown = {key for options in self._subclients.values() for key in forms(options, "client")}
        bare = [client for client in self._clients if not shown.intersection(forms(client, "client"))]
        found = [(options, self._jobs.get(key, [])) for key, options in self._subclients.items()]
        found += [(dict(client), []) for client in bare]
        found.sort(key=lambda pair: label_of(pair[0]).casefold())
        return [_row(position, options, jobs, index) for position, (options, jobs) in enumerate(found)]


def _row(position: int, options: Mapping[str, Any], jobs: Sequence[Task], index: CoverageIndex) -> Evidence:
    target = Target(position, _ordered(options), label_of(options))
    ended = [job for job in jobs if job.state.is_end]
    running = [job for job in jobs if not job.state.is_end]
    return Evidence(target, {target.label: ended}, running, index.of(target))


def _ordered(options: Mapping[str, Any]) -> dict[str, Any]:
    names: Iterator[str] = (name for level in _LEVELS for name in (level, f"{level}_id"))
    return {name: options[name] for name in names if name in options}
