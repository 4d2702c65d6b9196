# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Look up what the payload of an export needs: the entity, the rules of its policy, the destination."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ...api.errors import Ambiguous, NotFound, Rejected, ServiceError
from ...api.session import Session
from ...api.side_by_side import Once, try_each
from ...model.request import BackupRequest
from ...model.target import Target
from . import rules
from .guids import is_guid
from .lookup import Lookup
from .responses import ref_guid
from .served_rules import NamedRules, named_rules
from .targets import kind_of, refuse_twice


class Resolver:
    """Resolves the targets of one request. What several of them share is read once."""

    def __init__(self, session: Session, request: BackupRequest) -> None:
        self._lookup = Lookup(session)
        self._request = request
        self._policies = Once(self._read_policy)
        self._destination: str | None = None

    def run(self) -> dict[int, Target | ServiceError]:
        """Return each target with what was found, or why it cannot be backed up. Raises where two are one entity."""
        wanted = self._request.options.get("backup_destination")
        if wanted is not None:
            self._destination = ref_guid(self._lookup.named("backup-destinations", "backup destination", wanted))
        records = self._lookup.entities(self._request.targets)
        known: dict[str, Target] = {}
        for target in self._request.targets:
            record = records[target.position]
            if not isinstance(record, ServiceError):
                guid = ref_guid(record)
                if guid in known:
                    refuse_twice(known[guid], target)
                known[guid] = target
        found = try_each(lambda target: self._complete(target, records[target.position]), self._request.targets)
        return {target.position: one for target, one in zip(self._request.targets, found, strict=True)}

    def _complete(self, target: Target, record: Mapping[str, Any] | ServiceError) -> Target:
        if isinstance(record, ServiceError):
            raise record
        chosen = () if self._destination else self._rules(target, record)
        named = self._named(target, record, chosen)
        resolved = {"guid": ref_guid(record), "rules": chosen, "destination": self._destination, "named": named}
        return replace(target, resolved=resolved)

    def _named(self, target: Target, record: Mapping[str, Any], chosen: tuple[str, ...]) -> NamedRules | None:
        """Return the rules that backups have to be of, ``None`` where the play leaves that to the policy."""
        if self._request.options.get("rules") is None:
            return None
        return named_rules(chosen, self._policy(target, record) if kind_of(target) == "VM" else {})

    def _rules(self, target: Target, record: Mapping[str, Any]) -> tuple[str, ...]:
        wanted = self._request.options.get("rules")
        if kind_of(target) != "VM":
            return _given_guids(target, wanted)
        return rules.choose_rules(target.label, self._policy(target, record), wanted)

    def _policy(self, target: Target, record: Mapping[str, Any]) -> dict[str, Any]:
        guid = ref_guid(self._lookup.policy_of(record))
        if not guid:
            raise NotFound(
                f"{target.label} has no backup policy, so that nothing says where its backup goes.",
                next_step="Assign it to a policy in Storware.",
                method="GET",
                path="virtual-machines",
            )
        policy = self._policies.of(guid)
        if isinstance(policy, ServiceError):
            raise policy
        return policy

    def _read_policy(self, guid: str) -> dict[str, Any] | ServiceError:
        try:
            return self._lookup.detail(rules.PATH, guid)
        except ServiceError as error:
            return error


def _given_guids(target: Target, wanted: list[str] | None) -> tuple[str, ...]:
    """Return rules that are given by GUID: for other entities than VMs it is not documented where rules are listed."""
    if not wanted:
        raise Ambiguous(
            f"{target.label}: which rules a {target.given['kind']} has is not documented.",
            next_step="Name storware.rules by GUID, or storware.backup_destination.",
        )
    unknown = [rule for rule in wanted if not is_guid(rule)]
    if unknown:
        raise Rejected(
            f"{target.label}: the rule {unknown[0]} cannot be looked up for a {target.given['kind']}.",
            next_step="Give the GUIDs of rules.",
        )
    return tuple(dict.fromkeys(rule.lower() for rule in wanted))
