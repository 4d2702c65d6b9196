# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare what a run said with what the server holds. Independent of the client: it knows what each request made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .sides import Side

OURS = ("started", "adopted")
# Words for the four things that must never happen.
TWICE, INVENTED, UNREPORTED, STRANGER = (
    "started twice",
    "reported, not existing",
    "existing, not reported",
    "a stranger's, adopted",
)
NEVER = (TWICE, INVENTED, UNREPORTED, STRANGER)


@dataclass
class Verdicts:
    """What was counted, and a sentence for each count that must be 0."""

    counts: Counter[str] = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)

    def find(self, what: str, sentence: str) -> None:
        self.counts[what] += 1
        self.findings.append(f"{what}: {sentence}")


def judge_starts(
    side: Side,
    targets: Sequence[Mapping[str, Any]],
    result: Mapping[str, Any],
    ours: Collection[str],
    cause: str,
    verdicts: Verdicts,
) -> None:
    """Compare the rows of ``backup_task`` with ``ours``, the IDs of all that its requests made."""
    part_of = {identifier: side.part_of(identifier) for identifier in ours}
    for part, number in Counter(part_of.values()).items():
        if number > 1:
            verdicts.find(TWICE, f"{part}, {number} times")
    for target, row in zip(targets, result["tasks"], strict=True):
        parts = side.parts(target)
        own = {identifier for identifier, part in part_of.items() if part in parts}
        _judge_row(side, row, parts, own, verdicts)
        verdicts.counts[f"row: {row['outcome']}"] += 1
        if row["outcome"] == "unknown":
            verdicts.counts[f"unknown_outcome, {'it ran' if own else 'it did not run'}: {cause}"] += 1


def _judge_row(side: Side, row: Mapping[str, Any], parts: frozenset[str], own: set[str], verdicts: Verdicts) -> None:
    told = set(row["job_ids"])
    for identifier in sorted(told - own):
        if side.part_of(identifier) not in parts:
            verdicts.find(INVENTED, f"{identifier} in {row}")
        elif row["outcome"] in OURS:
            verdicts.find(STRANGER, f"{identifier} in {row}")
    if row["outcome"] in OURS:
        parents = {side.parent_of(identifier) for identifier in own}
        if row["task_id"] is not None and row["task_id"] not in parents:
            verdicts.find(INVENTED, f"task {row['task_id']} in {row}")
        if not own:
            verdicts.find(INVENTED, f"nothing was started for {row}")
        # Where it could not be read which job is whose, the task stands for them, or the sentence with which it fails.
        unread = not told and (row["task_id"] in parents or all(identifier in row["message"] for identifier in own))
        if own - told and not unread:
            verdicts.find(UNREPORTED, f"{sorted(own - told)} beside {row}")
    elif own and row["outcome"] != "unknown":
        verdicts.find(UNREPORTED, f"{sorted(own)} beside {row}")
