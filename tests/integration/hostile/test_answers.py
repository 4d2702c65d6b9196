# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever a server answers, a run ends in time, in a right result or in one of the documented failures."""

from __future__ import annotations

import io
import random
import tracemalloc
from collections.abc import Callable
from dataclasses import replace

import pytest

from ...faults.size import size
from .evidence import claims_without_evidence, faults_of
from .hostility import change
from .scenarios import Stage
from .wire import Answer

ROUNDS = size(120, 6000)
MEBIBYTE = 1024 * 1024


def test_every_scenario_is_good_when_nothing_is_spoilt(stage: Stage) -> None:
    for scenario in stage.scenarios.values():
        played = stage.play(scenario)
        assert played.kind == "", (scenario.name, played.result)
        assert faults_of(played) + claims_without_evidence(played) == [], scenario.name
        assert len(played.replay.given) <= len(stage.tape(scenario).spoken) + 3, scenario.name


def test_a_spoilt_answer_ends_in_a_right_result_or_a_documented_failure(stage: Stage) -> None:
    names = list(stage.scenarios)
    spoilt = 0
    for seed in range(ROUNDS):
        chance = random.Random(seed)
        scenario = stage.scenarios[names[seed % len(names)]]
        place = chance.randrange(len(stage.tape(scenario).spoken))
        what, spoil = change(chance)
        played = stage.play(scenario, place=place, change=spoil)
        spoilt += played.replay.changed
        found = faults_of(played) + claims_without_evidence(played)
        assert found == [], f"seed {seed}: {scenario.name}, answer {place}, {what}"
    assert spoilt > ROUNDS * 0.9


class Endless(io.BytesIO):
    """A body without an end."""

    def read(self, size: int | None = -1, /) -> bytes:
        return b"[[1]," * (1024 if size is None or size < 0 else size // 5)

    def read1(self, size: int | None = -1, /) -> bytes:
        return self.read(size)


HUGE: dict[str, Callable[[Answer], Answer]] = {
    "an endless body": lambda answer: replace(answer, body=Endless()),
    "a million lists": lambda answer: replace(answer, content=b"[" + b"[]," * 5_000_000 + b"[]]"),
    "a million elements": lambda answer: replace(answer, content=b"<a>" + b"<b/>" * 4_000_000 + b"</a>"),
    "one long text": lambda answer: replace(answer, content=b'{"a": "' + b"x" * 30_000_000 + b'"}'),
}


@pytest.mark.parametrize("spoil", HUGE.values(), ids=list(HUGE))
def test_huge_answers_cost_bounded_memory(stage: Stage, spoil: Callable[[Answer], Answer]) -> None:
    for name in ("commvault: list", "storware: virtual machines"):
        scenario = stage.scenarios[name]
        tape = stage.tape(scenario)
        tracemalloc.start()
        try:
            played = stage.play(scenario, place=len(tape.spoken) - 2, change=spoil)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert played.replay.changed
        assert faults_of(played) == []
        assert played.kind == "protocol", (name, played.result)
        assert peak < 300 * MEBIBYTE
