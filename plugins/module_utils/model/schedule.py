# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Schedules: as they stand on a server, as a play wants them, and what lies between."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from .levels import Level
from .pattern import SchedulePattern
from .target import Target


class Kind(str, Enum):
    """Whose a schedule is. Only ``OWN`` ones may be changed by a play."""

    OWN = "own"
    POLICY = "policy"
    SYSTEM = "system"


class TargetsMode(str, Enum):
    """How the targets of a play relate to those of the schedule."""

    EXACT = "exact"
    ADD = "add"
    REMOVE = "remove"


@dataclass(frozen=True)
class Listed:
    """One schedule of a listing, which may lack all details. Where it does not tell ``kind``, that is ``OWN``."""

    task_id: str
    schedule_id: str
    name: str
    kind: Kind = Kind.OWN


@dataclass(frozen=True)
class Schedule:
    """A schedule of a server.

    ``targets`` are what it backs up, in the options of a play. ``siblings`` are names of other schedules that share its
    switch, so that enabling or disabling one does it to all. ``raw`` is the server's record as it came.
    """

    schedule_id: str
    task_id: str
    name: str
    enabled: bool
    targets: tuple[Target, ...]
    level: Level | None
    pattern: SchedulePattern | None
    kind: Kind = Kind.OWN
    siblings: tuple[str, ...] = ()
    raw: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ScheduleRequest:
    """What a play says of one schedule. ``None`` is "not given": such a key is neither compared nor changed."""

    name: str | None = None
    schedule_id: str | None = None
    present: bool = True
    enabled: bool | None = None
    targets: tuple[Target, ...] | None = None
    targets_mode: TargetsMode = TargetsMode.EXACT
    level: Level | None = None
    pattern: SchedulePattern | None = None
    description: str | None = None
    notify_user: bool | None = None
    alert: Mapping[str, Any] | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    raw: Mapping[str, Any] | None = None
    raw_unsafe: bool = False
    whole_schedule: bool = False
    replace: bool = False
    verify_targets: bool = False

    @property
    def label(self) -> str:
        """How the play calls it."""
        return self.name if self.name is not None else f"schedule {self.schedule_id}"


@dataclass(frozen=True)
class Change:
    """One key whose meaning differs, with both values in the words of the options. ``reason`` where it is not plain.

    ``shared`` marks what the siblings of the schedule have in common with it. What is not ``in_place`` no server
    changes in a schedule that exists: it has to be made anew.
    """

    key: str
    before: Any
    after: Any
    reason: str = ""
    shared: bool = False
    in_place: bool = True

    def as_result(self) -> dict[str, Any]:
        """Return the change as results show it."""
        return {"key": self.key, "before": self.before, "after": self.after, "reason": self.reason}


@dataclass(frozen=True)
class Coverage:
    """How the targets of a play and those of a schedule overlap.

    ``named`` are the schedule's targets that the play names, ``unnamed`` those that it does not. Neither holds those
    that are part of a wider target of the play. ``missing`` are the play's targets that the schedule lacks; those
    ``within`` are among them, and are backed up all the same as part of a wider target of the schedule. ``touches``
    tells whether they have anything in common at all.
    """

    named: tuple[Target, ...]
    unnamed: tuple[Target, ...]
    missing: tuple[Target, ...]
    within: tuple[Target, ...] = ()
    touches: bool = False


@dataclass(frozen=True)
class ScheduleFilter:
    """Which schedules to read. ``None`` is "any"; names count in any case, targets when a schedule touches one."""

    names: frozenset[str] | None = None
    schedule_ids: frozenset[str] | None = None
    targets: tuple[Target, ...] | None = None

    def fits(self, name: str, schedule_id: str) -> bool:
        """Tell whether a schedule's name and ID are among those wanted."""
        named = self.names is None or name.strip().casefold() in self.names
        return named and (self.schedule_ids is None or schedule_id in self.schedule_ids)


@dataclass(frozen=True)
class Portable:
    """A schedule in the options of a play without what holds on its own server alone.

    ``lost`` are the keys, with their values, that are known only by an ID of that server, or only to that server.
    """

    options: Mapping[str, Any]
    lost: tuple[tuple[str, Any], ...] = ()
