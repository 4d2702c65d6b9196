# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Choose the rules by which an entity is backed up. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...api.errors import Ambiguous, NotFound, Rejected
from .responses import entries, ref_guid, ref_name

PATH = "policies/vm-backup"
ALL = "all"


def choose_rules(label: str, policy: Mapping[str, Any], wanted: Sequence[str] | None) -> tuple[str, ...]:
    """Return the GUIDs of the rules to use, in the order of the policy.

    With none ``wanted``, the only active one; with ``all``, every active one; else exactly those, which must be of this
    policy and active. Rules that are marked for deletion are never used.
    """
    rules = entries(policy, "rules")
    usable = [rule for rule in rules if is_usable(rule)]
    where = f"{label}: the policy {ref_name(policy) or ref_guid(policy)}"
    if wanted is not None and list(wanted) != [ALL]:
        chosen = {ref_guid(_pick(where, rules, name)) for name in wanted}
        return tuple(ref_guid(rule) for rule in rules if ref_guid(rule) in chosen)
    if not usable:
        raise NotFound(f"{where} has no active rule.", next_step="Activate or add one.", method="GET", path=PATH)
    if wanted is None and len(usable) > 1:
        raise Ambiguous(
            f"{where} has several active rules: {_listed(usable)}.",
            next_step="Name some in storware.rules, or say rules: all.",
            method="GET",
            path=PATH,
        )
    return tuple(ref_guid(rule) for rule in usable)


def _pick(where: str, rules: Sequence[Mapping[str, Any]], name: str) -> Mapping[str, Any]:
    found = [rule for rule in rules if name.lower() == ref_guid(rule) or name == ref_name(rule)]
    usable = [rule for rule in found if is_usable(rule)]
    if len(usable) == 1:
        return usable[0]
    if usable:
        raise Ambiguous(f"{where} has several rules {name}: {_listed(usable)}.", next_step="Give the GUID.")
    if found:
        raise Rejected(f"{where} has the rule {name}, but it is not active or marked for deletion.")
    raise NotFound(
        f"{where} has no rule {name}.",
        next_step=f"Its rules are {_listed(rules)}." if rules else "It has none.",
    )


def is_usable(rule: Mapping[str, Any]) -> bool:
    """Tell whether anything is backed up by a rule."""
    return rule.get("active") is not False and not rule.get("markedForDeletion") and bool(ref_guid(rule))


def _listed(rules: Sequence[Mapping[str, Any]]) -> str:
    return ", ".join(f"{ref_name(rule) or 'without a name'} ({ref_guid(rule)})" for rule in rules)
