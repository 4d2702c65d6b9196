# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tell whether a backup or a task is of the rules that a play has named. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .records import is_gone
from .responses import entries, enum_name, ref_guid

Record = Mapping[str, Any]


@dataclass(frozen=True)
class NamedRules:
    """Rules by GUID, each with its first destinations, and all destinations of any of them, where they are known."""

    primary: Mapping[str, frozenset[str]]
    destinations: frozenset[str] = frozenset()

    def may_be_served_by(self, record: Record) -> bool:
        """Tell whether this backup, or this task that makes one, may be of all these rules.

        A backup of other rules protects nothing that these stand for, such as the copy at another site. What a server
        does not tell is no reason to think so.
        """
        if "state" in record:
            destination = ref_guid(record.get("backupDestination"))
            return not (destination and self.destinations) or destination in self.destinations
        rule, held = ref_guid(record.get("backupRule")), _held(record)
        return all(self._is_served(wanted, rule, held) for wanted in self.primary)

    def _is_served(self, wanted: str, rule: str, held: frozenset[str]) -> bool:
        first = self.primary[wanted]
        if rule == wanted or first & held:
            return True
        if not rule:
            return not (first and held)
        # Which of several rules a backup names, of which it is, is the server's affair.
        return not first and rule in self.primary


def named_rules(chosen: Sequence[str], policy: Record) -> NamedRules:
    """Return the rules of these GUIDs with what the policy tells of them."""
    primary: dict[str, frozenset[str]] = {guid: frozenset() for guid in chosen}
    destinations: set[str] = set()
    complete = True
    for guid in chosen:
        found = [rule for rule in entries(policy, "rules") if ref_guid(rule) == guid]
        held = [item for rule in found for item in entries(rule, "ruleBackupDestinations")]
        primary[guid] = _guids([item for item in held if enum_name(item.get("roleType")) in ("", "PRIMARY")])
        destinations |= _guids(held)
        complete = complete and bool(primary[guid])
    return NamedRules(primary, frozenset(destinations) if complete else frozenset())


def _guids(held: Sequence[Record]) -> frozenset[str]:
    return frozenset(filter(None, (ref_guid(item.get("backupDestination")) for item in held)))


def _held(backup: Record) -> frozenset[str]:
    return _guids([copy for copy in entries(backup, "backupLocations") if not is_gone(copy)])
