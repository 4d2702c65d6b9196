# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A table of what campaigns counted, at the end of a run of the tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

import pytest

Counts = Counter[tuple[str, str]]
_KEY = "counts"
_seen: Counts = Counter()


@pytest.fixture
def counts(request: pytest.FixtureRequest) -> Iterator[Counts]:
    """What a test counts, by campaign and by what was counted; the same rows of several tests are added up."""
    found: Counts = Counter()
    yield found
    # Properties travel with the report, also from the processes in which tests run side by side.
    request.node.user_properties.append((_KEY, [[*row, number] for row, number in found.items()]))


def put(counts: Counts, campaign: str, found: Mapping[str, int]) -> None:
    """Put what one campaign found into the table."""
    counts.update({(campaign, what): number for what, number in found.items()})


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when == "teardown":
        for key, rows in report.user_properties:
            for campaign, what, number in rows if key == _KEY else ():
                _seen[campaign, what] += number


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not _seen:
        return
    terminalreporter.section("what the campaigns counted")
    width = max(len(what) for _campaign, what in _seen)
    for campaign in dict.fromkeys(campaign for campaign, _what in sorted(_seen)):
        terminalreporter.write_line(campaign)
        for (owner, what), number in sorted(_seen.items()):
            if owner == campaign:
                terminalreporter.write_line(f"  {what:<{width}}  {number:>6}")
