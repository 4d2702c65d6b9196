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
from .plays import Json, Setting, play, setting
from .sandbox_thread import Cue, Stage
from .sides import CommvaultSide, Side, StorwareSide
from .size import size
from .verdicts import INVENTED, STRANGER, TWICE, UNREPORTED

# Seconds after which the last request has had its effect.
_LATEST = 16
# Which states a task is in before, by where it is to go.
BEFORE: Mapping[str, Mapping[str, Sequence[str]]] = {
    "commvault": {
        "paused": ("running", "queued"),
        "running": ("paused",),
        "cancelled": ("running", "paused", "queued"),
        "queued": ("failed", "cancelled"),
    },
    "storware": {
        "cancelled": ("running", "queued"),
        "queued": ("failed", "cancelled"),
        "absent": ("queued", "failed", "cancelled", "finished"),
    },
}


class Movable(Protocol):
    """What the campaign must know of a platform's tasks."""

    side: Side
    changes: str
    methods: Sequence[str]
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
    methods = ("POST",)
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


class StorwareTasks:
    """Storware's."""

    changes = "/tasks/(cancel-running|[0-9a-f]{8}-[-0-9a-f]+(/state)?)$"
    methods = ("POST", "PUT", "DELETE")
    looks = "/tasks(/detailed|/[0-9a-f]{8}-[-0-9a-f]+)?$|/backups"

    def __init__(self, stage: Stage) -> None:
        self._side = StorwareSide(stage)
        self.side: Side = self._side
        self._engine = stage.world.storware.engine
        self._rng = stage.rng

    def add(self, state: str, number: int) -> str:
        now = self._engine.stamp()
        begun, ended = state != "queued", state not in ("queued", "running")
        task = self._side.export({"name": f"host{number + 1:04d}"}, "FULL", "USER")
        task.state, task.seconds, task.retry_count = state.upper(), 20.0, 0
        task.started, task.finished = now if begun else None, now if ended else None
        # What is queued again may begin and end while it is looked at, or stay in the queue.
        task.frozen = not ended or self._rng.random() < 0.5
        self._engine.adopt(task)
        return task.guid

    def rerun_of(self, made: str) -> str | None:
        """A task that is queued again keeps its GUID."""
        return None

    def strangers(self, identifier: str) -> Sequence[Callable[[], None]]:
        name = self._engine.tasks[identifier].entity_name or ""
        return [
            lambda: self._start(name, "FULL", "USER"),
            lambda: self._start(name, "FULL", "SCHEDULE"),
            lambda: self._start(name, "INCREMENTAL", "USER"),
        ]

    def _start(self, name: str, level: str, origin: str) -> None:
        self._side.export({"name": name}, level, origin).frozen = True

    def clear(self) -> None:
        self._side.clean_up()


MOVABLE: Mapping[str, Callable[[Stage], Movable]] = {"commvault": CommvaultJobs, "storware": StorwareTasks}


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
        states, count = BEFORE[movable.side.name][wanted], rng.randint(1, 5)
        ids = self._do(lambda: [movable.add(rng.choice(states), number) for number in range(count)])
        # What has just ended was seen to have begun before.
        where.stage.time.pass_by(60)
        cause = self._do(lambda: self._set_traps(ids))
        options = {"ids": ids, "state": wanted, "settle": f"{rng.randint(8, 40)}s"}
        connection = {**movable.side.connection(rng), "timeout": 0.5, "retries": rng.randint(0, 3)}
        result = play(ENTRY, {"platform": movable.side.name, **connection, **options})
        for _second in range(_LATEST):
            # What takes effect late meets tasks that have gone on meanwhile.
            where.stage.time.sleep(1.0)
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
            where.stage.app.cues.append(
                Cue(rng.choice(movable.methods), movable.changes, action, after=rng.random() < 0.5)
            )
        return where.set_traps(movable.changes, movable.looks, _LATEST / 2, methods=movable.methods)

    def _reruns(self) -> dict[str, str | None]:
        made = [identifier for entry in self._where.stage.app.made for _kind, identifier in entry.ids]
        return {identifier: self._movable.rerun_of(identifier) for identifier in made}

    def _judge(self, wanted: str, ids: Sequence[str], result: Json, cause: str) -> None:
        verdicts, reruns = self._where.verdicts, self._reruns()
        changed = self._where.stage.app.changed
        again = Counter(original for original in reruns.values() if original is not None)
        again.update(change.id for change in changed if wanted == "queued" and change.id in ids)
        for original, number in again.items():
            if number > 1:
                verdicts.find(TWICE, f"{original} was run again {number} times")
        moved = {change.id for change in changed}
        if moved - set(ids):
            verdicts.find(STRANGER, f"{sorted(moved - set(ids))} were moved, which nobody named")
        for identifier, row in zip(ids, result["tasks"], strict=True):
            verdicts.counts[f"row: {row['outcome']}"] += 1
            own = {new for new, original in reruns.items() if original == identifier}
            done = bool(own) or identifier in moved
            told = row["outcome"] in ("changed", "adopted")
            if row["new_id"] and row["new_id"] not in own:
                verdicts.find(STRANGER, f"{row}")
            elif told and not done:
                verdicts.find(INVENTED, f"{row}")
            if done and not told and row["outcome"] != "unknown":
                verdicts.find(UNREPORTED, f"{row}")
            if row["outcome"] == "unknown":
                verdicts.counts[f"unknown_outcome, {'done' if done else 'not done'}: {cause}"] += 1


@pytest.mark.parametrize(("platform", "wanted"), [(name, wanted) for name in MOVABLE for wanted in BEFORE[name]])
def test_moves(platform: str, wanted: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, counts: Counts) -> None:
    with setting(f"task_state on {platform} {wanted}", tmp_path, monkeypatch) as where:
        campaign = Campaign(where, MOVABLE[platform](where.stage))
        while campaign.moves < size(10, 100):
            campaign.round(wanted)
        where.tell(counts, f"task_state on {platform}", f"tasks: {wanted}", campaign.moves)
