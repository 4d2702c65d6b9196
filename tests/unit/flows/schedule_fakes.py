# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server of schedules that follows a script: it loses answers, accepts without doing, and stops half-way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from ansible_collections.nightshift.backup.plugins.module_utils.api.errors import Fate, NotFound, Rejected, TimedOut
from ansible_collections.nightshift.backup.plugins.module_utils.api.messages import Call
from ansible_collections.nightshift.backup.plugins.module_utils.flows.reconcile_schedule import (
    Journal,
    ScheduleReport,
    reconcile,
)
from ansible_collections.nightshift.backup.plugins.module_utils.flows.surroundings import Surroundings
from ansible_collections.nightshift.backup.plugins.module_utils.model.levels import Level
from ansible_collections.nightshift.backup.plugins.module_utils.model.pattern import SchedulePattern
from ansible_collections.nightshift.backup.plugins.module_utils.model.pattern_options import as_options, read_pattern
from ansible_collections.nightshift.backup.plugins.module_utils.model.schedule import (
    Change,
    Coverage,
    Listed,
    Portable,
    Schedule,
    ScheduleRequest,
    TargetsMode,
)
from ansible_collections.nightshift.backup.plugins.module_utils.model.target import Target
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.base import Covered, NextRun, Step

DAILY = read_pattern({"frequency": "daily", "at": "21:00"})
LATER = read_pattern({"frequency": "daily", "at": "22:00"})
_BASE: dict[str, Any] = {"name": "nightly", "targets": "a", "level": Level.FULL, "pattern": DAILY}


def targets(*labels: str) -> tuple[Target, ...]:
    """Targets called ``client/subclient``; one without a slash is the whole client."""
    return tuple(Target(position, {"client": label}, label) for position, label in enumerate(labels))


def asked(**given: Any) -> ScheduleRequest:
    """A request for ``nightly`` on ``a``, with what is given in place of its own; targets are parted by spaces."""
    values = {**_BASE, **given}
    names = values["targets"]
    return ScheduleRequest(**{**values, "targets": None if names is None else targets(*names.split())})


class Interrupted(BaseException):
    """The run was ended from outside."""


@dataclass
class FakeSchedules:
    """A server. ``script`` says by step what goes wrong, in order; a step that is not in it, or ``None``, works.

    ``lost`` has its effect and loses the answer, ``unsent`` has none and loses it, ``ignored`` is accepted without any
    effect, ``refused`` is refused, ``interrupted`` ends the run after its effect. ``makes`` is what creations come out
    as, whatever was asked for. With ``names_are_unique`` it refuses a second one of a name.
    """

    covers = Covered("target", "targets", "targets")
    names_are_unique: bool = False
    changes_at_once: bool = False
    schedules: dict[str, Schedule] = field(default_factory=dict)
    script: dict[str, list[str | None]] = field(default_factory=dict)
    makes: dict[str, Any] = field(default_factory=dict)
    sent: list[str] = field(default_factory=list)
    looks: int = 0
    unknown: set[str] = field(default_factory=set)
    verified: list[str] = field(default_factory=list)
    number: int = 100
    coming: Sequence[NextRun] | None = None

    def add(self, name: str = "nightly", *, covers: str = "a", **more: Any) -> Schedule:
        """Put a schedule on the server."""
        self.number += 1
        values: dict[str, Any] = {"enabled": True, "level": Level.FULL, "pattern": DAILY, **more}
        made = Schedule(str(self.number), str(self.number + 1000), name, targets=targets(*covers.split()), **values)
        self.schedules[made.schedule_id] = made
        return made

    def only(self) -> Schedule:
        """The one schedule that there is."""
        assert len(self.schedules) == 1
        return next(iter(self.schedules.values()))

    def run(self, request: ScheduleRequest, surroundings: Surroundings) -> tuple[ScheduleReport, Journal]:
        """Reconcile, and return what came of it."""
        journal = Journal()
        return reconcile(self, request, surroundings, journal), journal

    # --- what the server does ---

    def apply(self, step: Step) -> str | None:
        assert isinstance(step.body, Mapping)
        kind, payload = step.body["kind"], step.body["payload"]
        answers = self.script.get(kind, [])
        answer = answers.pop(0) if answers else None
        self.sent.append(kind)
        if answer == "refused":
            raise Rejected("no", method="POST", path=kind)
        task_id = None if answer in ("ignored", "unsent") else self._do(kind, payload)
        if answer == "interrupted":
            raise Interrupted
        if answer in ("lost", "unsent"):
            raise TimedOut("no answer", method="POST", path=kind, fate=Fate.OPEN)
        return task_id

    def _do(self, kind: str, payload: Any) -> str | None:
        if kind == "create":
            if self.names_are_unique and any(found.name == payload.name for found in self.schedules.values()):
                raise Rejected("the name is taken", method="POST", path=kind)
            self.number += 1
            made = replace(payload, schedule_id=str(self.number), task_id=str(self.number + 1000), **self.makes)
            self.schedules[made.schedule_id] = made
            return str(made.task_id)
        if kind == "change":
            now = self.schedules[payload.schedule_id]
            self.schedules[payload.schedule_id] = replace(payload, enabled=now.enabled)
        elif kind == "delete":
            if payload not in self.schedules:
                raise Rejected("not there", method="POST", path=kind)
            del self.schedules[payload]
        else:
            self.schedules[payload] = replace(self.schedules[payload], enabled=kind == "enable")
        return None

    # --- what the flows ask ---

    def parse_targets(self, given: Sequence[Mapping[str, Any]]) -> tuple[Target, ...]:
        return targets(*[entry["client"] for entry in given])

    def parse_scope(self, given: Mapping[str, Any]) -> tuple[Target, ...]:
        return self.parse_targets(given["targets"])

    def parse_sought(self, given: Sequence[Mapping[str, Any]]) -> tuple[Target, ...]:
        return self.parse_targets(given)

    def parse_pattern(self, given: Mapping[str, Any]) -> SchedulePattern:
        return read_pattern(given)

    def understand(self, request: ScheduleRequest) -> ScheduleRequest:
        return request

    def check_schedule(self, request: ScheduleRequest) -> Sequence[str]:
        return []

    def verify(self, targets: Sequence[Target]) -> None:
        labels = [target.label for target in targets]
        self.verified += labels
        if self.unknown & set(labels):
            raise NotFound("there is no such target")

    def check_run(self) -> None:
        raise AssertionError("keeping a schedule runs none")

    def lacking(self, request: ScheduleRequest) -> Sequence[str]:
        return [option for option in ("targets", "level", "pattern") if getattr(request, option) is None]

    def resolve(self, request: ScheduleRequest) -> ScheduleRequest:
        return request

    def resolve_scope(self, scope: Sequence[Target]) -> tuple[Target, ...]:
        return tuple(scope)

    def resolve_sought(self, sought: Sequence[Target]) -> tuple[Target, ...]:
        return tuple(sought)

    def undeclarable(self, schedule: Schedule) -> str | None:
        return None

    def listing(self, *, fresh: bool = False) -> Sequence[Listed]:
        self.looks += 1
        return [Listed(found.task_id, found.schedule_id, found.name) for found in self.schedules.values()]

    def find_schedules(self, request: ScheduleRequest, *, fresh: bool = False) -> Sequence[Schedule]:
        self.looks += 1
        if request.schedule_id is not None:
            return [found for found in self.schedules.values() if found.schedule_id == request.schedule_id]
        return [found for found in self.schedules.values() if found.name.casefold() == (request.name or "").casefold()]

    def read_task(self, task_id: str) -> Sequence[Schedule]:
        return [found for found in self.schedules.values() if found.task_id == task_id]

    def read_created(self, task_id: str) -> Sequence[Schedule]:
        return self.read_task(task_id)

    def read_schedule(self, schedule: Schedule) -> Schedule | None:
        return self.schedules.get(schedule.schedule_id)

    def coverage(self, wanted: Sequence[Target], schedule: Schedule) -> Coverage:
        ours = [target.label for target in wanted]
        theirs = [target.label for target in schedule.targets]
        parts = [label for label in theirs if any(label.startswith(f"{wide}/") for wide in ours)]
        within = tuple(t for t in wanted if any(t.label.startswith(f"{wide}/") for wide in theirs))
        named = tuple(target for target in schedule.targets if target.label in ours)
        unnamed = tuple(t for t in schedule.targets if t not in named and t.label not in parts)
        missing = tuple(target for target in wanted if target.label not in theirs)
        return Coverage(named, unnamed, missing, within, touches=bool(named or parts or within))

    def reach(self, scope: Sequence[Target], schedule: Schedule) -> Coverage:
        return self.coverage(scope, schedule)

    def changes(self, request: ScheduleRequest, schedule: Schedule) -> Sequence[Change]:
        found = []
        if request.schedule_id is not None and request.name not in (None, schedule.name):
            found.append(Change("name", schedule.name, request.name))
        for key, shared in (("level", False), ("pattern", False)):
            wanted, present = getattr(request, key), getattr(schedule, key)
            if wanted is not None and wanted != present:
                found.append(Change(key, present, wanted, shared=shared))
        if request.alert and dict(request.alert) != schedule.raw.get("alert"):
            found.append(Change("alert", schedule.raw.get("alert"), dict(request.alert), shared=True))
        kind = request.options.get("kind")
        if kind is not None and kind != schedule.raw.get("kind"):
            found.append(Change("kind", schedule.raw.get("kind"), kind, in_place=False))
        return found

    def uncertain(self, request: ScheduleRequest, schedule: Schedule) -> Sequence[str]:
        return []

    def create_step(self, request: ScheduleRequest, *, enabled: bool) -> Step:
        made = Schedule(
            "", "", request.name or "", enabled, request.targets or (), request.level, request.pattern,
            raw={"alert": dict(request.alert)} if request.alert else {},
        )  # fmt: skip
        return _step("create", made)

    def change_step(self, request: ScheduleRequest, schedule: Schedule) -> Step:
        return _step("change", self._changed(request, schedule))

    def copy_step(self, request: ScheduleRequest, schedule: Schedule) -> Step:
        name = schedule.name if request.name is None else request.name
        return _step("create", replace(self._changed(request, schedule), enabled=False, name=name))

    def _changed(self, request: ScheduleRequest, schedule: Schedule) -> Schedule:
        changes: dict[str, Any] = {"raw": {**schedule.raw, **({"alert": dict(request.alert)} if request.alert else {})}}
        if "kind" in request.options:
            changes["raw"]["kind"] = request.options["kind"]
        for key in ("level", "pattern"):
            if getattr(request, key) is not None:
                changes[key] = getattr(request, key)
        if request.schedule_id is not None and request.name is not None:
            changes["name"] = request.name
        if request.targets is not None:
            coverage = self.coverage(request.targets, schedule)
            stays = coverage.named
            if request.targets_mode is TargetsMode.ADD:
                stays = (*coverage.named, *coverage.unnamed)
            elif request.targets_mode is TargetsMode.REMOVE:
                stays = coverage.unnamed
            new = () if request.targets_mode is TargetsMode.REMOVE else coverage.missing
            changes["targets"] = targets(*[target.label for target in (*stays, *new)])
        return replace(schedule, **changes)

    def switch_step(self, schedule: Schedule, *, on: bool) -> Step:
        return _step("enable" if on else "disable", schedule.schedule_id)

    def delete_step(self, schedule: Schedule) -> Step:
        return _step("delete", schedule.schedule_id)

    def run_call(self, request: Any, schedule: Schedule) -> Any:
        raise AssertionError("keeping a schedule runs none")

    def as_backup(self, request: Any, schedule: Schedule) -> Any:
        raise AssertionError("keeping a schedule runs none")

    def portrait(self, schedule: Schedule, request: ScheduleRequest | None = None) -> dict[str, Any]:
        return {
            "name": schedule.name,
            "schedule_id": schedule.schedule_id,
            "enabled": schedule.enabled,
            "targets": [target.label for target in schedule.targets],
            "level": schedule.level and schedule.level.value,
            "pattern": as_options(schedule.pattern) if schedule.pattern else None,
            **schedule.raw,
        }

    def portable(self, schedule: Schedule) -> Portable:
        return Portable({"name": schedule.name}, (("schedule_id", schedule.schedule_id),))

    def wanted(self, request: ScheduleRequest) -> dict[str, Any]:
        return {"name": request.name}

    def predict(self, request: ScheduleRequest, schedule: Schedule) -> dict[str, Any]:
        return self.portrait(self._changed(request, schedule))

    def changed(self, request: ScheduleRequest, schedule: Schedule) -> Schedule:
        return replace(self._changed(request, schedule), enabled=schedule.enabled)

    def timezone(self, request: ScheduleRequest, schedule: Schedule | None) -> str | None:
        return "UTC"

    def next_runs(
        self, request: ScheduleRequest, schedule: Schedule | None, after: datetime
    ) -> Sequence[NextRun] | None:
        return self.coming

    def server_time(self) -> float | None:
        return None


def _step(kind: str, payload: Any) -> Step:
    return Step(Call("POST", kind), {"kind": kind, "payload": payload})
