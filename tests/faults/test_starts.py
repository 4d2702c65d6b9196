# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts, each of which meets something that goes wrong: none is made twice, lost, invented, or a stranger's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.entrypoints.backup_task import ENTRY

from .conftest import Counts
from .plays import SIDES, Json, Setting, play, setting
from .sandbox_thread import Cue
from .sides import Side
from .size import size
from .verdicts import judge_starts

SHARDS = 2


class Campaign:
    """Runs of ``backup_task`` against one server."""

    def __init__(self, where: Setting, side: Side, *, resend: bool) -> None:
        self.starts = 0
        self._where = where
        self._side = side
        self._stage = where.stage
        self._rng = where.rng
        self._resend = resend

    def round(self) -> None:
        """Run once, let everything that was still to come come, and compare."""
        side = self._side
        options = self._options()
        connection = side.connection(self._rng)
        cause = self._stage.do(lambda: self._set_traps(options))
        result = play(ENTRY, {"platform": side.name, **connection, **options})
        self._where.let_all_come()
        self.starts += len(result.get("requests", []))
        self._stage.do(lambda: self._judge(options["targets"], result, cause))

    def _options(self) -> Json:
        rng = self._rng
        level = rng.choice(("full", "incremental"))
        looks = rng.random() < 0.7
        return {
            "targets": self._side.targets(rng, rng.randint(1, 9)),
            "level": level,
            "marker": self._resend or rng.random() < 0.7,
            "batch": rng.random() < 0.8,
            "max_batch": rng.randint(1, 6),
            "skip_if_running": looks,
            "if_other_running": rng.choice(("start", "skip", "fail")) if looks else "start",
            "on_invalid": rng.choice(("split", "split", "stop")),
            "resend": self._resend,
            "settle": f"{rng.randint(8, 40)}s",
            "timeout": 2,
            "retries": rng.randint(0, 3),
            **self._side.options(rng),
        }

    def _set_traps(self, options: Json) -> str:
        rng, side = self._rng, self._side
        # What comes later than settle is no longer looked for, so resend would start it again, as it says.
        cause = self._where.set_traps(
            side.start_path, side.look_path, float(options["settle"][:-1]), late=not self._resend
        )
        if rng.random() < 0.15:
            seconds = rng.uniform(0.2, 40.0)
            self._stage.app.cues.append(self._moment(lambda: self._stage.outage(seconds)))
        for _stranger in range(rng.choice((0, 1, 1, 2, 3))):
            target = rng.choice(options["targets"])
            action = rng.choice(side.strangers(target, options["level"], marker=options["marker"]))
            self._stage.app.cues.append(self._moment(action))
        return cause

    def _moment(self, action: Any) -> Cue:
        rng, side = self._rng, self._side
        if rng.random() < 0.5:
            return Cue("POST", side.start_path, action, after=rng.random() < 0.5)
        return Cue(rng.choice(("GET", "POST")), side.look_path, action, after=rng.random() < 0.5)

    def _judge(self, targets: list[Json], result: Json, cause: str) -> None:
        side, verdicts = self._side, self._where.verdicts
        made = [made for made in self._stage.app.made if made.path.endswith(side.start_path.strip("$"))]
        ours = {identifier for entry in made for kind, identifier in entry.ids if kind == side.born}
        before = len(verdicts.findings)
        judge_starts(side, targets, result, ours, cause, verdicts)
        self._where.explain(before, cause, result)
        side.clean_up()


@pytest.mark.parametrize("resend", [False, True])
@pytest.mark.parametrize("shard", range(SHARDS))
@pytest.mark.parametrize("platform", SIDES)
def test_starts(
    platform: str, shard: int, resend: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, counts: Counts
) -> None:
    wanted = size(48, 2100) * (1 if resend else 3) // 4 // SHARDS
    with setting(f"starts on {platform} {shard} {resend}", tmp_path, monkeypatch) as where:
        run = Campaign(where, SIDES[platform](where.stage), resend=resend)
        # A server that never comes back would let no round start anything.
        for _round in range(20 * wanted):
            if run.starts >= wanted:
                break
            run.round()
        assert run.starts >= wanted
        where.tell(counts, f"starts on {platform}", "starts", run.starts)
