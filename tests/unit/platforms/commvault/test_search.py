# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tells another run's job from ours."""

from __future__ import annotations

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.search import is_of_another_run


@pytest.mark.parametrize(
    ("shown", "sent", "foreign"),
    [
        ("nightly [nightshift:1a]", "nightly", True),
        ("nightly [nightshift:1a]", "nightly [nightshift:2b]", True),
        ("nightly  [nightshift:1a] ", "nightly [nightshift:1a]", False),
        # A server may leave a description out, or write another of its own.
        ("", "nightly [nightshift:1a]", False),
        ("Job started by API", "nightly", False),
    ],
)
def test_a_marker_that_was_not_sent_is_another_run_s(shown: str, sent: str, foreign: bool) -> None:
    assert is_of_another_run(shown, sent) is foreign
