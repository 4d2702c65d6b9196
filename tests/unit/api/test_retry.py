# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.api.retry import Backoff, http_date, retry_after

NOW = 1_784_000_000.0


def test_waits_grow_up_to_a_limit() -> None:
    backoff = Backoff(base=0.5, limit=20.0)
    assert [backoff.delay(attempt, None, lambda: 1.0) for attempt in range(8)] == [0.5, 1, 2, 4, 8, 16, 20, 20]
    assert backoff.delay(10_000, None, lambda: 1.0) == 20


def test_jitter_is_full() -> None:
    assert Backoff().delay(5, None, lambda: 0.0) == 0.0


def test_the_server_is_given_the_time_it_asks_for_within_bounds() -> None:
    backoff = Backoff()
    assert backoff.delay(0, 7.0, lambda: 0.0) == 7.0
    assert 7.0 < backoff.delay(0, 7.0, lambda: 0.5) < 8.0
    assert backoff.delay(0, 86_400.0, lambda: 1.0) == 60.0
    assert backoff.delay(0, -5.0, lambda: 0.0) == 0.0


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("3", 3.0),
        ("0", 0.0),
        ("-3", 0.0),
        ("1.5", 1.5),
        ("Tue, 14 Jul 2026 03:33:30 GMT", 10.0),
        ("Tue, 14 Jul 2026 03:33:00 GMT", 0.0),
        ("soon", None),
        ("inf", None),
        ("nan", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_read_in_both_forms(text: str | None, seconds: float | None) -> None:
    assert retry_after(text, NOW) == seconds


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "yesterday",
        "Tue, 99 Jul 2026 03:33:30 GMT",
        "Tue, 14 Jul 99999 03:33:30 GMT",
        "Fri, 31 Dec 9999 23:59:59 GMT",
    ],
)
def test_dates_that_cannot_be_read_are_none(text: str | None) -> None:
    assert http_date(text) is None


def test_dates_are_unix_seconds() -> None:
    assert http_date("Thu, 01 Jan 1970 00:01:00 GMT") == 60.0
