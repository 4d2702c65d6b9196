# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks that are paused, resumed, cancelled and run again while things go wrong: by us, once, and told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.entrypoints.task_state import ENTRY
from nightshift_sandbox.commvault import enums
from nightshift_sandbox.commvault.job import Job

from .conftest import Counts
from .oracle import INVENTED, STRANGER, TWICE, UNREPORTED
from .plays import Json, Setting, play, setting
from .sides import CommvaultSide, Side
from .size import size
from .stage import Cue, Stage

# Which states a task is in before, by where it is to go.
BEFORE = {
    "paused": ("running", "queued"),
    "running": ("paused",),
    "cancelled": ("running", "paused", "queued"),
    "queued": ("failed", "cancelled"),
}


class Movable(Protocol):
    """What the campaign must know of a platform's tasks."""

    side: Side
    changes: str
    looks: str

    def add(self, state: str, number: int) -> str:
        """Make a task in a state, on its own target, and return its ID."""

    def rerun_of(self, made: str) -> str | None:
        """Return the ID of the task that a new one runs again."""

    def strangers(self, identifier: str) -> Sequence[Callable[[], None]]:
        """Return what others may do meanwhile."""

    def clear(self) -> None:
        """Delete what was made."""


class CommvaultJobs:
    """Commvault's."""

    changes = "/action/(pause|resume|kill|Resubmit)$"
    looks = "/(Jobs|JobDetails|WhoAmI|Job/[0-9]+(/TaskDetails)?)$"
    _status: Mapping[str, str] = {
        "running": "Running", "queued": "Waiting", "paused": "Suspended", "failed": "Failed", "cancelled": "Killed",
    }  # fmt: skip

    def __init__(self, stage: Stage) -> None:
        self.side: Side = CommvaultSide(stage)
        self._engine = stage.world.engine
        subclients = stage.world.estate.subclients.values()
        self._subclients = [one for one in subclients if one.entity()["clientName"].startswith("host")]

    def add(self, state: str, number: int) -> str:
        return self._job(self._subclients[number].id, self._status[state], frozen=True)

    def _job(self, subclient_id: int, status: str, **more: Any) -> str:
        entity = next(one.entity() for one in self._subclients if one.id == subclient_id)
        engine, now = self._engine, self._engine._clock.stamp()
        job = Job(
            id=engine.next_id(), task_id=1, subclient_id=subclient_id, entity=entity, level=enums.FULL,
            asked_level=enums.FULL, status=status, started=now, updated=now, user="admin", user_id=1, seconds=9e9,
            destiny="", ended=now if status in ("Failed", "Killed") else 0, **more,
        )  # fmt: skip
        engine.adopt(job)
        return str(job.id)

    def rerun_of(self, made: str) -> str | None:
        new = self._engine.jobs[int(made)]
        same = [job for job in self._engine.jobs.values() if job.subclient_id == new.subclient_id and job.id < new.id]
        return str(same[0].id) if same else None

    def strangers(self, identifier: str) -> Sequence[Callable[[], None]]:
        subclient_id = self._engine.jobs[int(identifier)].subclient_id
        marked = {"description": "[nightshift:0123456789ab]"}
        return [
            lambda: self._start(subclient_id, user="operator"),
            lambda: self._start(subclient_id, started_from="Scheduled"),
            lambda: self._start(subclient_id, **marked),
        ]

    def _start(self, subclient_id: int, **more: Any) -> None:
        number = int(self._job(subclient_id, "Running", frozen=True))
        for key, value in more.items():
            setattr(self._engine.jobs[number], key, value)

    def clear(self) -> None:
        self._engine.jobs.clear()
        self._engine._active.clear()


MOVABLE: Mapping[str, Callable[[Stage], Movable]] = {"commvault": CommvaultJobs}


class Campaign:
    """Runs of ``task_state`` against one server."""

    def __init__(self, where: Setting, movable: Movable) -> None:
        self.moves = 0
        self._where = where
        self._movable = movable
        self._do = where.stage.do

    def round(self, wanted: str) -> None:
        """Move some tasks while things go wrong, let all come, and compare."""
        where, movable, rng = self._where, self._movable, self._where.rng
        self._do(movable.clear)
        count = rng.randint(1, 5)
        ids = self._do(lambda: [movable.add(rng.choice(BEFORE[wanted]), number) for number in range(count)])
        # What has just ended was seen to have begun before.
        where.stage.time.pass_by(60)
        cause = self._do(lambda: self._set_traps(ids))
        options = {"ids": ids, "state": wanted, "settle": f"{rng.randint(8, 40)}s"}
        connection = {**movable.side.connection(rng), "timeout": 0.5, "retries": rng.randint(0, 3)}
        result = play(ENTRY, {"platform": movable.side.name, **connection, **options})
        where.let_all_come()
        self.moves += count
        findings = len(where.verdicts.findings)
        if "tasks" in result:
            self._do(lambda: self._judge(wanted, ids, result, cause))
        elif where.stage.app.changed or self._reruns():
            # Nobody was told what was done before the run failed as a whole.
            where.verdicts.find(UNREPORTED, "the run has no rows")
        else:
            where.verdicts.counts[f"result: {result['error']['kind']}"] += 1
        where.explain(findings, cause, result)

    def _set_traps(self, ids: Sequence[str]) -> str:
        where, movable, rng = self._where, self._movable, self._where.rng
        for _stranger in range(rng.choice((0, 1, 2))):
            action = rng.choice(movable.strangers(rng.choice(ids)))
            where.stage.app.cues.append(Cue("POST", movable.changes, action, after=rng.random() < 0.5))
        return where.set_traps(movable.changes, movable.looks, 8.0)

    def _reruns(self) -> dict[str, str | None]:
        made = [identifier for entry in self._where.stage.app.made for _kind, identifier in entry.ids]
        return {identifier: self._movable.rerun_of(identifier) for identifier in made}

    def _judge(self, wanted: str, ids: Sequence[str], result: Json, cause: str) -> None:
        verdicts, reruns = self._where.verdicts, self._reruns()
        for original, number in Counter(reruns.values()).items():
            if number > 1:
                verdicts.find(TWICE, f"{original} was run again {number} times")
        moved = {change.id for change in self._where.stage.app.changed}
        for identifier, row in zip(ids, result["tasks"], strict=True):
            verdicts.counts[f"row: {row['outcome']}"] += 1
            own = {new for new, original in reruns.items() if original == identifier}
            done = bool(own) if wanted == "queued" else identifier in moved
            told = row["outcome"] in ("changed", "adopted")
            if row["new_id"] and row["new_id"] not in own:
                verdicts.find(STRANGER, f"{row}")
            elif told and not done:
                verdicts.find(INVENTED, f"{row}")
            if done and not told and row["outcome"] != "unknown":
                verdicts.find(UNREPORTED, f"{row}")
            if row["outcome"] == "unknown":
                verdicts.counts[f"unknown_outcome, {'done' if done else 'not done'}: {cause}"] += 1


@pytest.mark.parametrize("wanted", BEFORE)
@pytest.mark.parametrize("platform", MOVABLE)
def test_moves(platform: str, wanted: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, counts: Counts) -> None:
    with setting(f"task_state on {platform} {wanted}", tmp_path, monkeypatch) as where:
        campaign = Campaign(where, MOVABLE[platform](where.stage))
        while campaign.moves < size(10, 250):
            campaign.round(wanted)
        where.tell(counts, f"task_state on {platform}", f"tasks: {wanted}", campaign.moves)
