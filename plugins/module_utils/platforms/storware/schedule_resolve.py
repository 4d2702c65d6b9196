# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the rules, policies and virtual machines that a play names to the rules that schedules serve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ...api.errors import InvalidOption, NotFound, Rejected, ServiceError
from ...api.session import Session
from ...model.schedule import ScheduleRequest, TargetsMode
from ...model.target import Target
from .lookup import Lookup
from .responses import ref_guid, ref_name
from .schedule_checks import type_of
from .schedule_fields import BACKUP, SNAPSHOT
from .schedule_records import schedule_type
from .schedule_rules import PATHS, Choice, Rule, RuleBook
from .targets import kind_of, parse_targets

_POLICY_OF: Mapping[str, str] = {BACKUP: "vmBackupPolicy", SNAPSHOT: "snapshotMgmtPolicy"}


def refuse_taken_name(request: ScheduleRequest, records: Sequence[Mapping[str, Any]]) -> None:
    """Raise ``Rejected`` where a schedule is to get the name of another one, of whatever type."""
    if request.schedule_id is None or request.name is None:
        return
    for record in records:
        if ref_name(record) == request.name and ref_guid(record) != request.schedule_id.lower():
            raise Rejected(
                f"The name {request.name} is taken by the {schedule_type(record).lower()} schedule "
                f"{ref_guid(record)}, and names are unique over all types.",
                next_step="Give another name.",
            )


def resolve(request: ScheduleRequest, meant: Sequence[Mapping[str, Any]], book: RuleBook) -> ScheduleRequest:
    """Return the request with the rules that it names. ``meant`` are the schedules of its name or ID."""
    options = request.options
    if "rules" not in options and "policies" not in options:
        return request
    present = schedule_type(meant[0]) if len(meant) == 1 else None
    kind = type_of(request) or present or BACKUP
    going = not request.present or request.targets_mode is TargetsMode.REMOVE
    choice = Choice(options.get("rules"), options.get("policies"), options.get("project"), lenient=going)
    try:
        found = choice.of(book.policies(kind))
    except NotFound:
        _refuse_clash(request, choice, kind, present, book)
        raise
    for rule in found if not going else ():
        other = kind if rule.policy else book.kind_of(rule.guid)
        if other not in (None, kind):
            raise _clash(request, rule.label, kind, other or "", present)
    targets = tuple(replace(rule.target(), position=place) for place, rule in enumerate(found))
    return replace(request, targets=targets)


def _refuse_clash(request: ScheduleRequest, choice: Choice, kind: str, present: str | None, book: RuleBook) -> None:
    """Raise ``Rejected`` where the rules are there, for another type of schedule."""
    for other in PATHS:
        if other == kind:
            continue
        try:
            found = choice.of(book.policies(other))
        except ServiceError:
            continue
        if found:
            raise _clash(request, found[0].label, kind, other, present)


def _clash(request: ScheduleRequest, label: str, kind: str, other: str, present: str | None) -> Rejected:
    if present == kind:
        return Rejected(
            f"{request.label} is the name of a schedule of type {kind.lower()}, and {label} is a rule for schedules of "
            f"type {other.lower()}.",
            next_step="Names are unique over all types: give another name, or set storware.type and replace: true.",
        )
    return Rejected(
        f"{request.label} is to be a schedule of type {kind.lower()}, and {label} is a rule for schedules of type "
        f"{other.lower()}.",
        next_step=f"Set storware.type: {other.lower()}, or name another rule.",
    )


def parse_scope(given: Mapping[str, Any]) -> tuple[Target, ...]:
    """Read the policies and rules of a scope. Raises ``InvalidOption``."""
    if given.get("targets") is not None:
        raise InvalidOption(
            "scope.targets is no option of Storware, whose schedules serve rules of policies.",
            next_step="Name them in scope.storware.policies or scope.storware.rules.",
        )
    options: Mapping[str, Any] = given.get("storware") or {}
    named = [(kind, name) for option, kind in (("policies", "policy"), ("rules", "rule"))
             for name in options.get(option) or ()]  # fmt: skip
    if not named or not all(str(name).strip() for _kind, name in named):
        raise InvalidOption(
            "scope.storware.policies and scope.storware.rules name nothing.",
            next_step="Name the policies whose schedules the play may take away.",
        )
    return tuple(Target(place, {kind: name}, str(name)) for place, (kind, name) in enumerate(named))


def resolve_scope(scope: Sequence[Target], book: RuleBook) -> tuple[Target, ...]:
    """Return the rules of a scope: those that are named, and all of each policy that is, active or not."""
    found: dict[str, Target] = {}
    for place in scope:
        for rule in _all_of(place, book):
            found.setdefault(rule.guid, rule.target(len(found)))
    return tuple(found.values())


def _all_of(place: Target, book: RuleBook) -> list[Rule]:
    """Look in the policies of each type of schedule. Raises ``NotFound`` where the name is in none."""
    name = str(place.given.get("policy") or place.given.get("rule"))
    choice = Choice(None, [name], lenient=True) if "policy" in place.given else Choice([name], None, lenient=True)
    named = [policy for kind in PATHS for policy in book.policies(kind)]
    found = choice.of(named)
    if not found and not any(name in (policy.name, policy.guid) for policy in named):
        raise NotFound(f"The scope names {name}, which is not on the server.", next_step="Correct scope.storware.")
    return found


def parse_sought(given: Sequence[Mapping[str, Any]]) -> tuple[Target, ...]:
    """Read the virtual machines whose schedules are looked for. Raises ``InvalidOption``."""
    targets = parse_targets(given)
    for target in targets:
        if kind_of(target) != "VM":
            raise InvalidOption(
                f"{target.label}: which policies a {target.given['kind']} has is not documented, only those of a vm."
            )
    return targets


def resolve_sought(session: Session, sought: Sequence[Target], book: RuleBook) -> tuple[Target, ...]:
    """Return the rules of the policies that the virtual machines have."""
    lookup = Lookup(session)
    found: dict[str, Target] = {}
    for looked_up in lookup.entities(sought).values():
        if isinstance(looked_up, ServiceError):
            raise looked_up
        record = looked_up
        if not any(record.get(key) for key in _POLICY_OF.values()):
            # A record of a list may leave out what the object itself tells.
            record = lookup.detail("virtual-machines", ref_guid(record))
        for kind, key in _POLICY_OF.items():
            guid = ref_guid(record.get(key))
            mine = [policy for policy in book.policies(kind) if policy.guid == guid] if guid else []
            for rule in (rule for policy in mine for rule in policy.rules):
                found.setdefault(rule.guid, rule.target(len(found)))
    return tuple(found.values())
