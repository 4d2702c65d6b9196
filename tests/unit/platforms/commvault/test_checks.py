# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.api.errors import InvalidOption
from ansible_collections.nightshift.backup.plugins.module_utils.model.levels import Level
from ansible_collections.nightshift.backup.plugins.module_utils.model.request import WaitOptions
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.checks import check_request
from ansible_collections.nightshift.backup.tests.unit.platforms.commvault.samples import (
    SUBCLIENT,
    options_with,
    request,
)


def refusal(*targets: Any, **rest: Any) -> str:
    with pytest.raises(InvalidOption) as caught:
        check_request(request(*targets, **rest))
    return str(caught.value)


def test_a_plain_request_has_no_warnings() -> None:
    assert check_request(request()) == []


@pytest.mark.parametrize(
    ("way", "value", "words"),
    [
        ("backup_options.inc_level", "before_synth", "needs commvault.backup_options.run_incremental_backup: true"),
        ("backup_options.inc_level", "sideways", "must be one of before_synth, after_synth; got 'sideways'"),
        ("backup_options.inc_level", "none", "must be one of before_synth, after_synth"),
        ("startup.priority", 1000, "commvault.startup.priority must be 0 to 999; got 1000"),
        ("startup.priority", -1, "commvault.startup.priority must be 0 to 999; got -1"),
        ("retry.number_of_retries", -1, "commvault.retry.number_of_retries must be 0 or more; got -1"),
        ("data_path.library_id", "x", "must be a whole number"),
        ("data_options.create_new_index", "yes", "must be true or false"),
        ("vault_tracker.export_location", 5, "must be text"),
        ("vault_tracker.media_with_extended_retention_jobs", False, "needs commvault.vault_tracker.filter_media_by"),
        ("retry.kill_running_job_when_total_running_time_expires", True, "needs commvault.retry."),
        ("retry.total_running_time", "90", "needs a unit such as 90s, 15m, 4h, 7d or quoted HH:MM:SS"),
        ("retry.total_running_time", "0.5s", "must be whole seconds"),
        ("backup_options.colour", True, "commvault.backup_options.colour is no option"),
        ("wire_format", "yaml", "commvault.wire_format must be one of json, xml"),
        ("enum_format", "roman", "commvault.enum_format must be one of mixed, number, name"),
    ],
)
def test_unusable_options_are_refused(way: str, value: Any, words: str) -> None:
    assert words in refusal(options=options_with(way, value))


def test_options_that_say_nothing_are_no_options() -> None:
    assert check_request(request(options={"backup_options": None, "media": {"number_of_days": None}})) == []


@pytest.mark.parametrize("way", ["startup.start_in_suspended_state", "task.disabled"])
def test_waiting_for_what_never_starts_is_refused(way: str) -> None:
    assert "wait would never end" in refusal(options=options_with(way, True), wait=WaitOptions())
    assert len(check_request(request(options=options_with(way, True)))) == 1
    assert check_request(request(options=options_with(way, False), wait=WaitOptions())) == []


@pytest.mark.parametrize(
    ("app", "level", "words"),
    [
        ("SQL Server", Level.INCREMENTAL, "transaction_log"),
        ("SQL Server", Level.SYNTHETIC_FULL, "it has full, differential, transaction_log"),
        ("Oracle", Level.TRANSACTION_LOG, "it has full, incremental"),
        ("Oracle RAC", Level.DIFFERENTIAL, "it has full, incremental"),
        ("postgresql", Level.TRANSACTION_LOG, "its log backup is incremental"),
        ("Linux File System", Level.TRANSACTION_LOG, "it has full, incremental, differential, synthetic_full"),
    ],
)
def test_levels_that_the_application_lacks_are_refused(app: str, level: Level, words: str) -> None:
    said = refusal({**SUBCLIENT, "app": app}, level=level)
    assert f"has no {level.value} backup" in said
    assert words in said


@pytest.mark.parametrize("target", [{"client": "c", "backupset": "b", "subclient": "s"}, {**SUBCLIENT, "app": "New"}])
@pytest.mark.parametrize("level", list(Level))
def test_the_server_judges_levels_of_unknown_applications(target: Any, level: Level) -> None:
    assert check_request(request(target, level=level)) == []


def test_a_level_is_needed() -> None:
    assert "level is required" in refusal(level=None)


@pytest.mark.parametrize(
    ("level", "options", "words"),
    [
        (Level.FULL, options_with("backup_options.run_incremental_backup", True), "only means something with level"),
        (Level.FULL, options_with("media.number_of_days", 3), "The server ignores commvault.media.number_of_days"),
        (Level.FULL, {"media": {"number_of_days": 3, "retention_job_type": "infinite"}}, "unless commvault.media.ret"),
        (Level.FULL, {"startup": {"priority": 1, "use_default_priority": True}}, "ignores commvault.startup.priority"),
        (
            Level.FULL,
            {"retry": {"number_of_retries": 1, "enable_number_of_retries": False}},
            "ignores commvault.retry.number_of_retries",
        ),
        (
            Level.FULL,
            {"backup_options": {"truncate_logs_on_source": True, "do_not_truncate_log": True}},
            "contradict each other",
        ),
        (
            Level.FULL,
            {"enum_format": "number", "media": {"retention_job_type": "infinite"}},
            "sent as 0, a number that is inferred",
        ),
    ],
)
def test_what_the_server_ignores_is_a_warning(level: Level, options: dict[str, Any], words: str) -> None:
    (warning,) = check_request(request(level=level, options=options))
    assert words in warning


def test_days_with_their_retention_type_are_fine() -> None:
    options = {"media": {"number_of_days": 3, "retention_job_type": "no_of_days"}}
    assert check_request(request(options=options)) == []


def test_a_whole_set_is_a_warning_unless_it_is_said() -> None:
    wide = [{"client": f"c{number}", "backupset": "b"} for number in range(5)]
    (warning,) = check_request(request(*wide))
    assert warning.startswith("Every subclient of c0/b, c1/b, c2/b and 2 more is backed up")
    assert check_request(request({**wide[0], "entity_type": "backupset"})) == []


def test_a_level_without_a_number_is_not_sent_as_one() -> None:
    assert "has no known number" in refusal(level=Level.TRANSACTION_LOG, options={"enum_format": "number"})


def test_an_incremental_with_a_synthetic_full_is_fine() -> None:
    both = {"backup_options": {"run_incremental_backup": True, "inc_level": "after_synth"}}
    target = {**SUBCLIENT, "app": "File System"}
    assert check_request(request(target, level=Level.SYNTHETIC_FULL, options=both)) == []
