# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times in filters."""

from __future__ import annotations

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.model.moments import parse_moment
from ansible_collections.nightshift.backup.plugins.module_utils.model.query import Moment, TaskQuery
from ansible_collections.nightshift.backup.plugins.module_utils.model.states import State
from ansible_collections.nightshift.backup.plugins.module_utils.model.task import Task

NOON = 1_795_348_800.0


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("24h", Moment(ago=86400.0)),
        ("01:00:00", Moment(ago=3600.0)),
        ("2026-11-22T12:00:00Z", Moment(fixed=NOON)),
        ("2026-11-22T12:00:00", Moment(fixed=NOON)),
        ("2026-11-22 13:00:00+01:00", Moment(fixed=NOON)),
        (" 2026-11-22 ", Moment(fixed=NOON - 43200)),
    ],
)
def test_moments(text: str, moment: Moment) -> None:
    assert parse_moment("since", text) == moment


@pytest.mark.parametrize("text", ["soon", "24", 24, None, True, "2026-13-01", "2026-11-22T99:00", ""])
def test_no_moments(text: object) -> None:
    with pytest.raises(ValueError, match=r"^since "):
        parse_moment("since", text)


@pytest.mark.parametrize(
    ("query", "began", "state", "kept"),
    [
        (TaskQuery(), 23, State.FAILED, True),
        (TaskQuery(), 25, State.FAILED, False),
        (TaskQuery(), 25, State.UNKNOWN, True),
        (TaskQuery(since=Moment(ago=3600)), 25, State.RUNNING, False),
        (TaskQuery(until=Moment(ago=3600)), 0.5, State.RUNNING, False),
        (TaskQuery(until=Moment(ago=3600)), 2, State.RUNNING, True),
        (TaskQuery(since=Moment(fixed=NOON - 7200)), 1, State.FAILED, True),
        (TaskQuery(since=Moment(ago=1)), None, State.FAILED, True),
    ],
)
def test_what_a_query_spans(query: TaskQuery, began: float | None, state: State, kept: bool) -> None:
    started_at = None if began is None else NOON - began * 3600
    assert query.spans(Task("1", state, started_at=started_at), NOON) is kept
