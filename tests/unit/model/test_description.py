# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.model.description import describe, looks_generated
from ansible_collections.nightshift.backup.plugins.module_utils.model.pattern_options import read_pattern


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"frequency": "daily", "every": 1}, "Every day at 21:00"),
        ({"frequency": "daily", "every": 3, "occurrences": 1}, "Every 3 days at 21:00, 1 time in all"),
        (
            {
                "frequency": "weekly",
                "days": ["friday", "monday"],
                "start_date": "2026-05-03",
                "repeat_every": "4h",
                "repeat_until": "23:00",
                "end_date": "2031-01-31",
                "occurrences": 7,
                "exceptions": [{"week": "last", "day": "friday"}, {"days_of_month": [1, 31]}],
            },
            (
                "Every week on Monday and Friday at 21:00 starting 2026-05-03 and again every 4 h until 23:00, "
                "until 2031-01-31, 7 times in all, except days 1 and 31 and the last Friday of the month"
            ),
        ),
        ({"frequency": "monthly", "every": 2, "day_of_month": 13}, "Every 2 months on day 13 at 21:00"),
        (
            {"frequency": "monthly_relative", "week": "second", "day": "weekend_day"},
            "Every month on the second weekend day at 21:00",
        ),
        ({"frequency": "yearly", "month": 7, "day_of_month": 4}, "Every year on 4 July at 21:00"),
        (
            {"frequency": "yearly_relative", "month": 7, "week": "last", "day": "friday"},
            "Every year on the last Friday of July at 21:00",
        ),
        ({"frequency": "once", "start_date": "2030-05-03"}, "Once on 2030-05-03 at 21:00"),
        ({"frequency": "continuous", "every": "45m", "at": None}, "Continuously, 45 min after the job before"),
    ],
)
def test_the_sentence_of_a_pattern(options: dict[str, Any], sentence: str) -> None:
    assert describe(read_pattern({"at": "21:00", **options})) == sentence


def test_what_a_server_writes_is_told_from_what_a_person_writes() -> None:
    assert looks_generated("Every week on Monday,Tuesday at 9:00 PM starting May 2, 2016 ")
    assert looks_generated("Every day at 12:00 AM starting December 16, 2013 and repeats every 0 hr(s) until 12:00 AM.")
    assert not looks_generated("the vault's night run")
    assert not looks_generated("Every database, as agreed with finance")
