# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several runs that create the same schedule in the same moment come to one, and nothing of a stranger is deleted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.api.errors import Ambiguous, Rejected
from ansible_collections.nightshift.backup.plugins.module_utils.flows.reconcile_estate import reconcile_estate
from ansible_collections.nightshift.backup.plugins.module_utils.flows.surroundings import Surroundings
from ansible_collections.nightshift.backup.plugins.module_utils.model.estate import EstateRequest
from ansible_collections.nightshift.backup.plugins.module_utils.model.schedule import Kind, Schedule, ScheduleRequest
from ansible_collections.nightshift.backup.tests.unit.flows.schedule_fakes import LATER, FakeSchedules, asked


@dataclass
class Crowded(FakeSchedules):
    """Where others create while we do: ``sooner`` come just before each of our creations, ``later`` just after."""

    sooner: list[dict[str, Any]] = field(default_factory=list)
    later: list[dict[str, Any]] = field(default_factory=list)

    def _do(self, kind: str, payload: Any) -> str | None:
        for other in self.sooner if kind == "create" else ():
            self.add(**other)
        done = super()._do(kind, payload)
        for other in self.later if kind == "create" else ():
            self.add(**other)
        return done


def test_the_later_of_two_removes_its_own(surroundings: Surroundings) -> None:
    server = Crowded(sooner=[{}])
    report, journal = server.run(asked(), surroundings)
    assert server.sent == ["create", "delete"]
    assert (list(server.schedules), report.after) == (["101"], server.only())
    assert "Its schedule 101 stays, and 102, which was created here, is removed again" in report.warnings[0]
    assert [request["path"] for request in journal.requests] == ["create", "delete"]
    assert server.run(asked(), surroundings)[0].plan.is_empty


def test_the_earliest_stays_and_leaves_the_others_to_their_runs(surroundings: Surroundings) -> None:
    server = Crowded(later=[{}, {"name": "Nightly"}])
    report, _unused = server.run(asked(), surroundings)
    assert server.sent == ["create"]
    assert (len(server.schedules), report.after and report.after.schedule_id) == (3, "101")
    assert "by another run as well in the same moment (102, 103)" in report.warnings[0]


@pytest.mark.parametrize(
    "other",
    [
        {"name": "another"},
        {"covers": "b"},
        {"kind": Kind.POLICY},
    ],
)
def test_what_has_nothing_to_do_with_ours_changes_nothing(surroundings: Surroundings, other: dict[str, Any]) -> None:
    server = Crowded(sooner=[other])
    report, _unused = server.run(asked(), surroundings)
    assert server.sent == ["create"]
    assert (len(server.schedules), report.warnings) == (2, [])


@pytest.mark.parametrize("other", [{"pattern": LATER}, {"enabled": False}, {"covers": "a b"}, {"covers": "a/part"}])
@pytest.mark.parametrize("when", ["sooner", "later"])
def test_one_that_would_not_do_as_well_takes_no_place(
    surroundings: Surroundings, when: str, other: dict[str, Any]
) -> None:
    server = Crowded(sooner=[other]) if when == "sooner" else Crowded(later=[other])
    with pytest.raises(Ambiguous, match="which is not what is asked for here"):
        server.run(asked(), surroundings)
    assert (server.sent, len(server.schedules)) == (["create"], 2)


def test_what_was_only_found_by_its_likeness_is_not_deleted(surroundings: Surroundings) -> None:
    server = Crowded(script={"create": ["lost"]}, sooner=[{"covers": "b"}])
    server.run(asked(), surroundings)
    crowded = Crowded(script={"create": ["lost"]}, sooner=[{}])
    with pytest.raises(Ambiguous):
        crowded.run(asked(), surroundings)
    assert crowded.sent == ["create"]
    assert len(crowded.schedules) == 2


@dataclass
class Settling(FakeSchedules):
    """Where another run removes its own while we look."""

    def find_schedules(self, request: ScheduleRequest, *, fresh: bool = False) -> Sequence[Schedule]:
        found = super().find_schedules(request, fresh=fresh)
        if fresh:
            self.schedules.pop("102", None)
        return found


def test_several_that_are_just_coming_to_one_are_waited_for(surroundings: Surroundings) -> None:
    server = Settling()
    server.add()
    server.add()
    report, _unused = server.run(asked(), surroundings)
    assert (report.plan.is_empty, report.after, server.sent) == (True, server.only(), [])


@dataclass
class Unique(Crowded):
    """A server that has each name but once."""

    def _do(self, kind: str, payload: Any) -> str | None:
        if kind == "create":
            for other in self.sooner:
                self.add(**other)
            if any(found.name.casefold() == payload.name.casefold() for found in self.schedules.values()):
                raise Rejected("the name exists", http_status=409, method="POST", path=kind)
        return FakeSchedules._do(self, kind, payload)


def test_where_names_are_unique_the_refused_run_finds_what_the_other_made(surroundings: Surroundings) -> None:
    server = Unique(sooner=[{}])
    report, journal = server.run(asked(), surroundings)
    assert (report.plan.is_empty, report.after, journal.effective) == (True, server.only(), False)


@pytest.mark.parametrize("other", [{"pattern": LATER}, {"enabled": False}, {"covers": "b"}])
def test_a_refusal_stands_where_the_other_is_not_what_is_asked_for(
    surroundings: Surroundings, other: dict[str, Any]
) -> None:
    with pytest.raises(Rejected, match="the name exists"):
        Unique(sooner=[other]).run(asked(), surroundings)


@dataclass
class Shadowed(FakeSchedules):
    """Where another run declares the same, always a moment sooner."""

    def _do(self, kind: str, payload: Any) -> str | None:
        if kind == "create":
            super()._do(kind, payload)
        return super()._do(kind, payload)


def test_an_estate_converges_after_its_last_creation(surroundings: Surroundings) -> None:
    server = Shadowed()
    declared = tuple(asked(name=name, targets=name) for name in ("a", "b", "c"))
    ledger = reconcile_estate(server, EstateRequest(declared, concurrency=1), surroundings)
    assert server.sent == ["create"] * 3 + ["delete"] * 3
    assert all(row.error is None and row.changed for row in ledger.rows)
    assert [row.result["schedule"]["schedule_id"] for row in ledger.rows] == ["101", "103", "105"]
    assert list(server.schedules) == ["101", "103", "105"]
