# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One run of a module in this process, and what is the same in every campaign."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.arguments import without_nulls
from ansible_collections.nightshift.backup.plugins.module_utils.model.request import BackupRequest
from ansible_collections.nightshift.backup.plugins.module_utils.runner import EntryPoint, Run, execute
from ansible_collections.nightshift.backup.plugins.plugin_utils.controller import validate

from .conftest import Counts
from .mishaps import of_a_change, of_a_look, seed
from .sandbox_thread import Stage, staged
from .sides import HOSTS, SETS, CommvaultSide, Side, StorwareSide
from .verdicts import NEVER, Verdicts
from .virtual_time import VirtualTime

Json = dict[str, Any]
SIDES: Mapping[str, Callable[[Stage], Side]] = {"commvault": CommvaultSide, "storware": StorwareSide}
_LONG = 3 * 3600.0


def play(entry: EntryPoint, params: Mapping[str, Any]) -> Json:
    """Run a module and return its result."""
    checked = validate(entry, without_nulls(dict(params), entry.argument_spec), entry.name)
    assert not checked.problem, checked.problem
    result = execute(entry, Run(checked.params))
    assert "exception" not in result, result["exception"]
    return result


def estate() -> Json:
    """Return backup sets of several subclients, whose jobs nobody can count beforehand."""
    subclients = [{"name": name, "seasoned": True} for name in "abc"]
    instance = {"name": "DefaultInstanceName", "backupsets": [{"name": "main", "subclients": subclients}]}
    agent = {"name": "Linux File System", "instances": [instance]}
    return {"clients": [{"name": f"set{number}", "agents": [agent]} for number in range(SETS)]}


class Setting:
    """A server on which things go wrong, and the random numbers that say which."""

    def __init__(self, stage: Stage, rng: Random) -> None:
        self.stage = stage
        self.rng = rng
        self.verdicts = Verdicts()

    def set_traps(
        self, changes: str, looks: str, settle: float, *, late: bool = True, methods: Sequence[str] = ("POST",)
    ) -> str:
        """Let requests that change something go wrong, one after the other and several in a row, and looks as well.

        ``methods`` are those of requests that change something, each of which meets the same. Returns in words what
        goes wrong with the first.
        """
        rng, faults = self.rng, self.stage.world.faults
        self.stage.app.made.clear()
        self.stage.app.changed.clear()
        causes = []
        for _change in range(rng.randint(1, 8)):
            cause, rules = of_a_change(rng, settle, late=late)
            causes.append(cause)
            faults.load([{"method": method, "path": changes, **rule} for method in methods for rule in rules])
        for _look in range(rng.choice((0, 0, 1, 2, 4))):
            _name, rule = of_a_look(rng)
            faults.load({"path": looks, "skip": rng.randint(0, 6), **rule})
        return causes[0]

    def let_all_come(self) -> None:
        """End all trouble, and let everything happen that was still to happen."""
        stage = self.stage
        stage.time.ring_all()
        stage.do(stage.app.cues.clear)
        stage.do(stage.world.faults.clear)
        stage.time.pass_by(_LONG)
        stage.do(stage.app.pass_moment)

    def explain(self, before: int, cause: str, result: Json) -> None:
        """Add to new findings what led to them."""
        if len(self.verdicts.findings) > before:
            self.verdicts.findings.append(f"  after {cause}: {json.dumps(result, indent=1)[:6000]}")

    def tell(self, counts: Counts, campaign: str, tries: str, number: int) -> None:
        """Put what was counted into the table, and fail for what must never happen."""
        counts[campaign, tries] += number
        for what in NEVER:
            counts[campaign, what] += self.verdicts.counts.pop(what, 0)
        for what, times in self.verdicts.counts.items():
            counts[campaign, what] += times
        assert not self.verdicts.findings, "\n".join(self.verdicts.findings)


@contextmanager
def setting(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Setting]:
    """A server and a clock for one campaign."""
    rng = Random(f"{seed(name)} {name}")
    time = VirtualTime()
    time.govern(monkeypatch)
    # An answer that never comes costs real seconds, of which a campaign has few.
    monkeypatch.setattr(BackupRequest, "start_seconds", lambda _request, _count: 0.25)
    seed_data = folder / "seed.json"
    seed_data.write_text(json.dumps(estate()))
    with staged(time, rng, HOSTS, seed_data) as stage:
        yield Setting(stage, rng)
