# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules that schedules serve: by their policies, so that people can name them."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...api.errors import Ambiguous, NotFound, Rejected, ServiceError
from ...api.messages import Call
from ...api.session import Session
from ...model.target import Target
from .guids import is_guid
from .responses import entries, read_list, read_object, ref_guid, ref_name
from .rules import ALL
from .schedule_fields import BACKUP, SNAPSHOT

PATHS: Mapping[str, str] = {BACKUP: "policies/vm-backup", SNAPSHOT: "policies/vm-snapshot"}
"""Where the policies are listed whose rules a schedule of a type serves. Of other types it is not documented."""

_SHOWN = 10


@dataclass(frozen=True)
class Rule:
    """One rule of a policy."""

    guid: str
    name: str
    policy: str
    usable: bool = True

    @property
    def label(self) -> str:
        """Its name with that of its policy, which tells it from the others of its name."""
        return f"{self.policy}/{self.name}" if self.policy else self.name

    def target(self, position: int = 0) -> Target:
        """Return the rule as what a schedule covers."""
        return Target(position, {"rule": self.guid}, self.label, {"guid": self.guid})


@dataclass(frozen=True)
class Policy:
    """One policy with its rules."""

    guid: str
    name: str
    rules: tuple[Rule, ...]


class RuleBook:
    """All policies and their rules, each kind read once. Safe to use from several threads."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._lock = threading.Lock()
        self._known: dict[str, list[Policy]] = {}
        self._unseen: set[str] = set()

    def policies(self, kind: str) -> list[Policy]:
        """Return the policies whose rules a schedule of a type serves; none where these are not documented."""
        path = PATHS.get(kind)
        if path is None:
            return []
        with self._lock:
            if kind not in self._known:
                call = Call("GET", path, query={"extended": "true"}, safe=True)
                self._known[kind] = [self._policy(path, record) for record in read_list(self._session.send(call))]
            return self._known[kind]

    def labels(self, kind: str) -> Mapping[str, str]:
        """Return the labels of rules by their GUIDs; none where the user may not see the policies."""
        if kind in self._unseen:
            return {}
        try:
            return {rule.guid: rule.label for policy in self.policies(kind) for rule in policy.rules}
        except ServiceError:
            # Only what people read depends on it: not worth failing, nor asking for again.
            self._unseen.add(kind)
            return {}

    def kind_of(self, guid: str) -> str | None:
        """Return the type of schedule that can serve a rule, ``None`` where it is in no list."""
        return next((kind for kind in PATHS if guid in self.labels(kind)), None)

    def _policy(self, path: str, record: Mapping[str, Any]) -> Policy:
        name = ref_name(record) or ref_guid(record)
        if "rules" not in record and ref_guid(record):
            record = read_object(self._session.send(Call("GET", f"{path}/{ref_guid(record)}", safe=True)))
        rules = tuple(
            Rule(
                ref_guid(rule),
                ref_name(rule) or ref_guid(rule),
                name,
                rule.get("active") is not False and not rule.get("markedForDeletion"),
            )
            for rule in entries(record, "rules")
            if ref_guid(rule)
        )
        return Policy(ref_guid(record), name, rules)


def bare(name: str, project: str | None) -> str:
    """Return a name without the prefix that names within a project get."""
    return name.removeprefix(f"uuid_{project}_") if project else name


@dataclass(frozen=True)
class Choice:
    """What a play names: rules, policies, and the project whose prefix their names lack.

    With ``lenient``, what is not there is passed over, and what is not active will do: it is to be taken out.
    """

    rules: Sequence[str] | None
    policies: Sequence[str] | None
    project: str | None = None
    lenient: bool = False

    def of(self, known: Sequence[Policy]) -> list[Rule]:
        """Return the rules that are named, each once, in the order in which they are named. Raises for what is not."""
        if self.policies is None:
            found = [rule for name in self.rules or () for rule in self._by_name(name, known, at_most=1)]
        else:
            chosen = [policy for name in self.policies for policy in self._policy(name, known)]
            found = self._of_policies(chosen)
        return list(dict.fromkeys(found))

    def _policy(self, name: str, known: Sequence[Policy]) -> list[Policy]:
        wanted = name.strip()
        found = [policy for policy in known if policy.guid == wanted.lower()] or [
            policy for policy in known if wanted in (policy.name, bare(policy.name, self.project))
        ]
        if len(found) == 1 or (self.lenient and not found):
            return found
        if found:
            listed = ", ".join(policy.guid for policy in found)
            raise Ambiguous(f"{len(found)} policies are called {name}: {listed}.", next_step="Give the GUID.")
        raise NotFound(f"There is no policy {name} for this type of schedule.", next_step=_known_policies(known))

    def _of_policies(self, chosen: Sequence[Policy]) -> list[Rule]:
        if self.rules is None:
            return [rule for policy in chosen for rule in self._only(policy)]
        if list(self.rules) == [ALL]:
            usable = [[rule for rule in policy.rules if rule.usable or self.lenient] for policy in chosen]
            for policy, rules in zip(chosen, usable, strict=True):
                if not rules and not self.lenient:
                    raise NotFound(f"The policy {policy.name} has no active rule.", next_step="Activate or add one.")
            return [rule for rules in usable for rule in rules]
        found = [rule for name in self.rules for rule in self._by_name(name, chosen, at_most=len(chosen))]
        for policy in chosen:
            if not set(policy.rules) & set(found) and not self.lenient:
                raise NotFound(
                    f"The policy {policy.name} has no rule {' or '.join(self.rules)}.",
                    next_step=f"Its rules are {_listed(policy.rules)}." if policy.rules else "It has none.",
                )
        return found

    def _only(self, policy: Policy) -> list[Rule]:
        if self.lenient:
            return list(policy.rules)
        usable = [rule for rule in policy.rules if rule.usable]
        if not usable:
            raise NotFound(f"The policy {policy.name} has no active rule.", next_step="Activate or add one.")
        if len(usable) > 1:
            raise Ambiguous(
                f"The policy {policy.name} has several active rules: {_listed(usable)}.",
                next_step="Name some in storware.rules, or say rules: all.",
            )
        return usable

    def _by_name(self, name: str, known: Sequence[Policy], at_most: int) -> list[Rule]:
        wanted = name.strip()
        rules = [rule for policy in known for rule in policy.rules]
        if is_guid(wanted):
            # One that is in no list may be of a policy that this user does not see: the server knows.
            return [rule for rule in rules if rule.guid == wanted.lower()] or [Rule(wanted.lower(), wanted.lower(), "")]
        same = [
            rule
            for rule in rules
            if wanted in (rule.name, rule.label, f"{bare(rule.policy, self.project)}/{rule.name}")
        ]
        usable = [rule for rule in same if rule.usable or self.lenient]
        if len(usable) > at_most:
            raise Ambiguous(
                f"{len(usable)} rules are called {name}: {_listed(usable)}.",
                next_step="Write policy/rule, or name the policy in storware.policies.",
            )
        if usable or self.lenient:
            return usable
        if same:
            raise Rejected(
                f"The rule {same[0].label} is not active or is marked for deletion, so nothing would be backed up.",
                next_step="Activate it, or give its GUID if it is meant all the same.",
            )
        raise NotFound(f"There is no rule {name} for this type of schedule.", next_step=_known_rules(rules))


def _known_policies(known: Sequence[Policy]) -> str:
    names = sorted(policy.name for policy in known)
    return f"There are {_cut(names)}." if names else "There is none that this user may see."


def _known_rules(known: Sequence[Rule]) -> str:
    names = sorted(rule.label for rule in known)
    return f"There are {_cut(names)}." if names else "There is none that this user may see."


def _listed(rules: Sequence[Rule]) -> str:
    return _cut([rule.label for rule in rules])


def _cut(names: Sequence[str]) -> str:
    rest = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{', '.join(names[:_SHOWN])}{rest}"
