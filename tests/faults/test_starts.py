# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts, each of which meets something that goes wrong: none is made twice, lost, invented, or a stranger's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.arguments import without_nulls
from ansible_collections.nightshift.backup.plugins.module_utils.entrypoints.backup_task import ENTRY
from ansible_collections.nightshift.backup.plugins.module_utils.model.request import BackupRequest
from ansible_collections.nightshift.backup.plugins.module_utils.runner import Run, execute
from ansible_collections.nightshift.backup.plugins.plugin_utils.controller import validate

from .conftest import Counts
from .mishaps import of_a_change, of_a_look, seed
from .oracle import NEVER, Verdicts, judge_starts
from .sides import HOSTS, SETS, CommvaultSide, Side, StorwareSide
from .size import size
from .stage import Cue, Stage, staged
from .virtual_time import VirtualTime

Json = dict[str, Any]
SHARDS = 2
_LONG = 3 * 3600.0


def estate() -> Json:
    """Return backup sets of several subclients, whose jobs nobody can count beforehand."""
    subclients = [{"name": name, "seasoned": True} for name in "abc"]
    instance = {"name": "DefaultInstanceName", "backupsets": [{"name": "main", "subclients": subclients}]}
    agent = {"name": "Linux File System", "instances": [instance]}
    return {"clients": [{"name": f"set{number}", "agents": [agent]} for number in range(SETS)]}


class Campaign:
    """Runs of ``backup_task`` against one server."""

    def __init__(self, side: Side, stage: Stage, rng: Random, *, resend: bool) -> None:
        self.verdicts = Verdicts()
        self.starts = 0
        self._side = side
        self._stage = stage
        self._rng = rng
        self._resend = resend

    def round(self) -> None:
        """Run once, let everything that was still to come come, and compare."""
        stage, side = self._stage, self._side
        options = self._options()
        targets = options["targets"]
        connection = side.connection(self._rng)
        cause = stage.do(lambda: self._set_traps(targets, options))
        params = without_nulls({"platform": side.name, **connection, **options}, ENTRY.argument_spec)
        checked = validate(ENTRY, params, ENTRY.name)
        assert not checked.problem, checked.problem
        result = execute(ENTRY, Run(checked.params))
        self._let_all_come()
        self.starts += len(result.get("requests", []))
        stage.do(lambda: self._judge(targets, result, cause))

    def _options(self) -> Json:
        rng = self._rng
        level = rng.choice(("full", "incremental"))
        return {
            "targets": self._side.targets(rng, rng.randint(1, 9)),
            "level": level,
            "marker": rng.random() < 0.7,
            "batch": rng.random() < 0.8,
            "max_batch": rng.randint(1, 6),
            "skip_if_running": rng.random() < 0.7,
            "if_other_running": rng.choice(("start", "skip", "fail")),
            "on_invalid": rng.choice(("split", "split", "stop")),
            "resend": self._resend,
            "settle": f"{rng.randint(8, 40)}s",
            "timeout": 2,
            "retries": rng.randint(0, 3),
            **self._side.options(rng),
        }

    def _set_traps(self, targets: list[Json], options: Json) -> str:
        """Lay out what will go wrong. Returns in words what goes wrong with the first start."""
        rng, world, app = self._rng, self._stage.world, self._stage.app
        settle = float(options["settle"][:-1])
        app.made.clear()
        app.cues.clear()
        causes = []
        # One after the other, and several in a row.
        for _start in range(rng.randint(1, 8)):
            # What comes later than settle is no longer looked for, so resend would start it again, as it says.
            cause, rules = of_a_change(rng, settle, late=not self._resend)
            causes.append(cause)
            world.faults.load([{"method": "POST", "path": self._side.start_path, **rule} for rule in rules])
        for _look in range(rng.choice((0, 0, 1, 2, 4))):
            _name, rule = of_a_look(rng)
            world.faults.load({"path": self._side.look_path, "skip": rng.randint(0, 6), **rule})
        if rng.random() < 0.15:
            self._plan_outage()
        for _stranger in range(rng.choice((0, 1, 1, 2, 3))):
            target = rng.choice(targets)
            action = rng.choice(self._side.strangers(target, options["level"], marker=options["marker"]))
            app.cues.append(self._moment(action))
        return causes[0]

    def _plan_outage(self) -> None:
        seconds = self._rng.uniform(0.2, 40.0)
        self._stage.app.cues.append(self._moment(lambda: self._stage.outage(seconds)))

    def _moment(self, action: Any) -> Cue:
        rng, side = self._rng, self._side
        if rng.random() < 0.5:
            return Cue("POST", side.start_path, action, after=rng.random() < 0.5)
        return Cue(rng.choice(("GET", "POST")), side.look_path, action, after=rng.random() < 0.5)

    def _let_all_come(self) -> None:
        stage = self._stage
        stage.time.ring_all()
        stage.do(stage.app.cues.clear)
        stage.do(stage.world.faults.clear)
        stage.time.pass_by(_LONG)
        stage.do(stage.app.pass_moment)

    def _judge(self, targets: list[Json], result: Json, cause: str) -> None:
        side, stage = self._side, self._stage
        made = [made for made in stage.app.made if made.path.endswith(side.start_path.strip("$"))]
        ours = {identifier for entry in made for kind, identifier in entry.ids if kind == side.born}
        before = len(self.verdicts.findings)
        judge_starts(side, targets, result, ours, cause, self.verdicts)
        if len(self.verdicts.findings) > before:
            self.verdicts.findings.append(f"  after {cause}: {json.dumps(result, indent=1)[:6000]}")
        side.clean_up()


@contextmanager
def campaign(
    platform: str, shard: int, folder: Path, monkeypatch: pytest.MonkeyPatch, *, resend: bool
) -> Iterator[Campaign]:
    """A campaign with its server and its clock."""
    rng = Random(f"{seed(platform)} {platform} {shard} {resend}")
    time = VirtualTime()
    time.govern(monkeypatch)
    # An answer that never comes costs real seconds, of which a campaign has few.
    monkeypatch.setattr(BackupRequest, "start_seconds", lambda _request, _count: 0.25)
    seed_data = folder / "seed.json"
    seed_data.write_text(json.dumps(estate()))
    with staged(time, rng, HOSTS, seed_data) as stage:
        side: Side = {"commvault": CommvaultSide, "storware": StorwareSide}[platform](stage)
        yield Campaign(side, stage, rng, resend=resend)


@pytest.mark.parametrize("resend", [False, True])
@pytest.mark.parametrize("shard", range(SHARDS))
@pytest.mark.parametrize("platform", ["commvault", "storware"])
def test_starts(
    platform: str,
    shard: int,
    resend: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    counts: Counts,
) -> None:
    wanted = size(60, 2200) * (1 if resend else 3) // 4 // SHARDS
    with campaign(platform, shard, tmp_path, monkeypatch, resend=resend) as run:
        while run.starts < wanted:
            run.round()
    name = f"starts on {platform}"
    counts[name, "starts"] = run.starts
    for what in NEVER:
        counts[name, what] += run.verdicts.counts[what]
    for what, number in run.verdicts.counts.items():
        counts[name, what] = number
    assert not run.verdicts.findings, "\n".join(run.verdicts.findings)
