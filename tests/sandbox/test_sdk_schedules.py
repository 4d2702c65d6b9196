# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Schedules that the vendor's SDK made are read and left as they are, and it reads those of plays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible_collections.nightshift.backup.tests.integration.schedules.conftest import Plays
from ansible_collections.nightshift.backup.tests.integration.schedules.test_round_trip import (
    HOME,
    assert_feeding_back_changes_nothing,
)
from ansible_collections.nightshift.backup.tests.sandbox.harness import running
from cvpysdk.commcell import Commcell

SDK_PATTERNS: list[dict[str, Any]] = [
    {"freq_type": "one_time", "active_start_date": "05/03/2035", "active_start_time": "21:00"},
    {"freq_type": "daily", "active_start_time": "21:00", "repeat_days": 3},
    {"freq_type": "daily", "active_start_time": "21:00", "repeat_every": "4:00", "repeat_end": "23:00",
     "exception_dates": [3, 29], "end_after": 7, "active_end_date": "01/31/2035", "time_zone": "UTC"},
    {"freq_type": "weekly", "active_start_time": "09:00", "repeat_weeks": 1, "weekdays": ["Monday", "Friday"]},
    {"freq_type": "monthly", "active_start_time": "09:00", "on_day": 13, "repeat_months": 2},
    {"freq_type": "monthly_relative", "active_start_time": "09:00", "relative_time": "last",
     "relative_weekday": "friday", "repeat_months": 1},
    {"freq_type": "yearly", "active_start_time": "09:00", "on_month": "July", "on_day": 4},
    {"freq_type": "yearly_relative", "active_start_time": "09:00", "on_month": "July", "relative_time": "second",
     "relative_weekday": "weekday"},
    {"freq_type": "automatic", "max_interval_hours": 48},
]  # fmt: skip


def subclient(plays: Plays) -> Any:
    ready = plays.sandbox.ready
    host = plays.sandbox.base.split("/")[2]
    commcell = Commcell(host, ready["username"], ready["password"], certificate_path=ready["ca_path"])
    agent = commcell.clients.get("files01").agents.get("File System")
    return agent.backupsets.get("defaultBackupSet").subclients.get("home")


def test_what_the_sdk_made_is_read_and_what_we_made_it_reads(tmp_path: Path) -> None:
    with running(tmp_path) as sandbox:
        read_both_ways(Plays(sandbox))


def read_both_ways(plays: Plays) -> None:
    target = subclient(plays)
    for number, pattern in enumerate(SDK_PATTERNS):
        target.backup("Incremental", schedule_pattern={"schedule_name": f"sdk {number}", **pattern})
    rows = plays.info(names=[f"SDK {number}" for number in range(len(SDK_PATTERNS))])["schedules"]
    patterns = [row["pattern"] for row in rows]
    assert [pattern["frequency"] for pattern in patterns] == [pattern["freq_type"].replace("one_time", "once")
                                                              for pattern in SDK_PATTERNS]  # fmt: skip
    assert (patterns[0]["start_date"], patterns[1]["every"], patterns[4]["day_of_month"]) == ("2035-05-03", 3, 13)
    assert patterns[2]["exceptions"] == [{"days_of_month": [3, 29]}]
    assert (patterns[2]["repeat_every"], patterns[2]["repeat_until"]) == ("4h", "23:00")
    assert_feeding_back_changes_nothing(plays, rows)
    ours = {"name": "of a play", "level": "full", "targets": [HOME]}
    plays.good(**ours, pattern={"frequency": "weekly", "days": ["sunday", "tuesday"], "at": "04:05"})
    target.schedules.refresh()
    read = target.schedules.get("of a play")
    assert (read.schedule_freq_type, read.active_start_time) == ("Weekly", "04:05")
    assert sorted(day.title() for day in read.weekly["weekdays"]) == ["Sunday", "Tuesday"]
    plays.good(**ours, pattern={"frequency": "daily", "every": 3, "at": "21:00"})
    read.refresh()
    assert read.daily["repeat_days"] == 3
