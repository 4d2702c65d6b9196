# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which schedules back up a virtual machine: those of the active rules of its active policy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...api.session import Session
from ...model.protection import Coverage
from .paging import read_all
from .responses import entries, enum_name, ref_guid, ref_name
from .rules import PATH, is_usable

_TYPE = "VM_BACKUP"
# Copies what is backed up already.
_NO_BACKUP = "SYNCHRONIZATION"

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Cover:
    """What a policy does for its members.

    ``schedules`` is ``None`` where they cannot be told, ``notes`` say what keeps it from backing anything up.
    """

    schedules: Sequence[Coverage] | None = ()
    notes: tuple[str, ...] = ()


def read_covers(session: Session) -> Mapping[str, Cover]:
    """Read all policies and schedules, in one listing each. Returns what each policy does, by its GUID."""
    policies = read_all(session, PATH, {"extended": "true"})
    schedules = list(_backing_up(read_all(session, "schedules", {"type": _TYPE})))
    by_rule: dict[str, dict[str, Record]] = {}
    by_guid = {ref_guid(schedule): schedule for schedule in schedules}
    for schedule in schedules:
        for rule in entries(schedule, "rules"):
            by_rule.setdefault(ref_guid(rule), {})[ref_guid(schedule)] = schedule
    for policy in policies:
        for rule in entries(policy, "rules"):
            named = (ref_guid(schedule) for schedule in entries(rule, "schedules"))
            by_rule.setdefault(ref_guid(rule), {}).update({guid: by_guid[guid] for guid in named if guid in by_guid})
    return {ref_guid(policy): _cover(policy, by_rule) for policy in policies}


def cover_of(covers: Mapping[str, Cover], reference: object) -> Cover:
    """Return what the policy does that a record refers to."""
    guid = ref_guid(reference)
    if not guid:
        return Cover(notes=("it has no backup policy",))
    name = ref_name(reference) or guid
    return covers.get(guid, Cover(None, (f"its backup policy {name} is not visible to this user",)))


def _backing_up(schedules: Sequence[Record]) -> Iterator[Record]:
    for schedule in schedules:
        if enum_name(schedule.get("type")) in ("", _TYPE) and enum_name(schedule.get("backupType")) != _NO_BACKUP:
            yield schedule


def _cover(policy: Record, by_rule: Mapping[str, Mapping[str, Record]]) -> Cover:
    rules = entries(policy, "rules")
    name = ref_name(policy) or ref_guid(policy)
    active = policy.get("active") is not False
    usable = [rule for rule in rules if active and is_usable(rule)]
    enabled: dict[str, bool] = {}
    for rule in rules:
        for schedule in by_rule.get(ref_guid(rule), {}).values():
            works = rule in usable and schedule.get("active") is not False
            label = ref_name(schedule) or ref_guid(schedule)
            enabled[label] = enabled.get(label, False) or works
    notes = []
    if not active:
        notes.append(f"its backup policy {name} is not active")
    elif not usable:
        notes.append(f"its backup policy {name} has no {'active ' if rules else ''}rule")
    return Cover([Coverage(label, works) for label, works in sorted(enabled.items())], tuple(notes))
