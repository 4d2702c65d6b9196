# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.model.pattern import (
    NEVER,
    Day,
    Exceptions,
    Frequency,
    PatternError,
    SchedulePattern,
    Week,
)
from ansible_collections.nightshift.backup.plugins.module_utils.model.pattern_options import (
    as_options,
    read_pattern,
)
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.automatic import (
    AUTOMATIC_FIELDS,
    decode_automatic,
    encode_automatic,
    read_automatic,
)
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.pattern import (
    encode,
    encode_xml,
)
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.pattern_amend import (
    amend,
    amend_automatic,
)
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.pattern_compare import (
    doubts,
    same,
)
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.pattern_fields import (
    PATTERN,
    PATTERN_FIELDS,
)
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.pattern_reader import decode


def wire_of(frequency: str, **more: Any) -> dict[str, Any]:
    at = {} if frequency in ("automatic", "continuous") else {"at": "21:00"}
    wire = encode(read_pattern({"frequency": frequency, **at, **more}))
    wire.pop("description", None)
    return wire


# The requests of the vendor's own client, and the page's rules where it differs.
NOTHING = {"active_end_occurence": 0, "active_end_time": 0, "freq_subday_interval": 0, "active_start_time": 75600}
LAST_FRIDAY = {"week": "last", "day": "friday"}
EXAMPLES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    (
        wire_of(
            "daily", every=3, start_date="2026-11-22", end_date="2031-01-31", occurrences=7, repeat_every="4h",
            repeat_until="23:00", exceptions=[{"days_of_month": [3, 29]}], timezone="UTC",
        ),
        {
            "freq_type": 4, "freq_interval": 3, "freq_recurrence_factor": 3, "freq_relative_interval": 0,
            "active_start_date": 1795305600, "active_start_time": 75600, "active_end_date": 1927584000,
            "active_end_occurence": 7, "freq_subday_interval": 14400, "active_end_time": 82800,
            "timeZone": {"TimeZoneName": "UTC"},
            "repeatPattern": [{"exception": True, "occurrence": 0, "onDay": 0, "onDayNumber": 268435460}],
        },
    ),
    (
        wire_of("weekly", days=["monday", "friday"]),
        {
            **NOTHING, "freq_type": 8, "freq_interval": 34, "freq_recurrence_factor": 1, "freq_relative_interval": 0,
            "daysToRun": {"Sunday": False, "Monday": True, "Tuesday": False, "Wednesday": False, "Thursday": False,
                          "Friday": True, "Saturday": False},
        },
    ),
    (
        wire_of("monthly", day_of_month=13, every=2),
        {**NOTHING, "freq_type": 16, "freq_interval": 13, "freq_recurrence_factor": 2, "freq_relative_interval": 0},
    ),
    (
        wire_of("monthly_relative", **LAST_FRIDAY),
        {**NOTHING, "freq_type": 32, "freq_interval": 6, "freq_recurrence_factor": 1, "freq_relative_interval": 5},
    ),
    (
        wire_of("yearly", month=7, day_of_month=4),
        {**NOTHING, "freq_type": 64, "freq_interval": 4, "freq_recurrence_factor": 7, "freq_relative_interval": 0},
    ),
    (
        wire_of("yearly_relative", month=7, week="second", day="weekday"),
        {**NOTHING, "freq_type": 128, "freq_interval": 9, "freq_recurrence_factor": 7, "freq_relative_interval": 2},
    ),
    (
        wire_of("once", start_date="2030-05-03"),
        {
            "freq_type": 1, "freq_interval": 0, "freq_recurrence_factor": 0, "freq_relative_interval": 0,
            "active_start_date": 1903996800, "active_start_time": 75600,
        },
    ),
    (
        wire_of("continuous", every="45m"),
        {"freq_type": 4096, "freq_interval": 45, "freq_recurrence_factor": 0, "freq_relative_interval": 0},
    ),
    (wire_of("automatic"), {"freq_type": 1024}),
]  # fmt: skip


@pytest.mark.parametrize(("sent", "expected"), EXAMPLES)
def test_each_frequency_is_sent_as_documented(sent: dict[str, Any], expected: dict[str, Any]) -> None:
    assert sent == expected


def test_exceptions_are_sent_as_documented() -> None:
    wire = wire_of(
        "daily",
        exceptions=[
            {"week": "fourth", "day": "friday"},
            {"week": "last", "day": "weekday"},
            {"days_of_month": [1]},
            {"days_of_month": [31]},
        ],
    )
    assert [(entry["occurrence"], entry["onDay"], entry["onDayNumber"]) for entry in wire["repeatPattern"]] == [
        (0, 0, 1073741825),
        (8, 32, 0),
        (16, 256, 0),
    ]


def test_the_sample_of_the_page_comes_out_leaf_by_leaf() -> None:
    pattern = read_pattern(
        {
            "frequency": "weekly",
            "days": ["monday", "tuesday", "wednesday", "thursday", "friday"],
            "at": "21:00",
            "start_date": "2016-05-03",
            "description": "Every week on Monday,Tuesday,Wednesday,Thursday,Friday at 9:00 PM starting May 2, 2016 ",
            "calendar": "standard",
            "calendar_id": 1,
            "timezone": "(UTC) Coordinated Universal Time",
            "timezone_id": 100,
        }
    )
    assert encode_xml(pattern) == {
        "active_end_occurence": 0,
        "active_end_time": "00:00:00",
        "active_start_date": "2016-05-03 00:00:00",
        "active_start_time": "21:00:00",
        "description": "Every week on Monday,Tuesday,Wednesday,Thursday,Friday at 9:00 PM starting May 2, 2016 ",
        "freq_interval": 62,
        "freq_recurrence_factor": 1,
        "freq_relative_interval": 0,
        "freq_subday_interval": 0,
        "freq_type": "weekly",
        "calendar": {"calendarId": 1, "calendarName": "standard"},
        "daysToRun": {"Monday": True, "Tuesday": True, "Wednesday": True, "Thursday": True, "Friday": True},
        "timeZone": {"TimeZoneId": 100, "TimeZoneName": "(UTC) Coordinated Universal Time"},
    }


def test_days_of_a_month_have_names_of_their_own_in_xml() -> None:
    monthly = read_pattern({"frequency": "monthly", "day_of_month": 13, "at": "21:00"})
    assert encode_xml(monthly)["daysToRun"] == {"onDayNumber": 13}
    relative = read_pattern({"frequency": "monthly_relative", "week": "last", "day": "weekend_day", "at": "21:00"})
    assert encode_xml(relative)["daysToRun"] == {"day": "Weekend_Day", "week": "last"}


def test_every_documented_parameter_is_in_the_table_and_on_some_wire() -> None:
    native = {"flags": 0, "freq_restart_interval": 0, "name": "n", "patternId": 1}
    every = {"at": "21:00", "start_date": "2026-01-01", "end_date": "2027-01-01", "timezone": "UTC", "timezone_id": 1,
             "calendar": "c", "calendar_id": 2, "exceptions": [{"days_of_month": [1]}], "native": native}  # fmt: skip
    all_days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    seen: set[str] = set()
    for options in (
        {"frequency": "weekly", "days": all_days},
        {"frequency": "monthly", "day_of_month": 1},
        {"frequency": "monthly_relative", "week": "last", "day": "day"},
    ):
        pattern = read_pattern({**options, **every})
        for tree in (encode(pattern), encode_xml(pattern)):
            seen |= set(_paths(tree))
    assert {field.wire for field in PATTERN_FIELDS if field.documented} == {PATTERN + path for path in seen}


def _paths(tree: dict[str, Any], prefix: str = "") -> list[str]:
    found = []
    for key, value in tree.items():
        if isinstance(value, list):
            found += [path for item in value for path in _paths(item, f"{prefix}{key}[]/")]
        else:
            found += _paths(value, f"{prefix}{key}/") if isinstance(value, dict) else [prefix + key]
    return found


def test_what_has_no_encoding_is_refused() -> None:
    with pytest.raises(PatternError, match="whole minutes"):
        encode(read_pattern({"frequency": "continuous", "every": "90s"}))
    with pytest.raises(PatternError, match="freq_type"):
        encode(read_pattern({"frequency": "daily", "at": "21:00", "native": {"freq_type": 8}}))
    with pytest.raises(PatternError, match="1970"):
        encode(read_pattern({"frequency": "daily", "at": "21:00", "start_date": "1969-07-20"}))
    with pytest.raises(PatternError, match="missing"):
        encode(SchedulePattern(Frequency.WEEKLY, at=dt.time()))


NINE = {"active_start_time": 32400}
READ: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"freq_type": 4, "freq_interval": 0, "freq_recurrence_factor": 3, **NINE}, {"frequency": "daily", "every": 3}),
    ({"freq_type": 4, "freq_interval": 17, "freq_recurrence_factor": 1, **NINE}, {"frequency": "daily", "every": 17}),
    ({"freq_type": "Daily", "freq_interval": "1", "freq_recurrence_factor": "1", **NINE}, {"frequency": "daily"}),
    ({"freq_type": "4", "freq_interval": 0, "freq_recurrence_factor": 0, **NINE}, {"frequency": "daily"}),
    (
        {"freq_type": "WEEKLY", "freq_interval": 127, "daysToRun": {"Monday": "1", "Sunday": False, "week": 0}, **NINE},
        {"frequency": "weekly", "days": ["monday"]},
    ),
    (
        {"freq_type": 8, "freq_interval": 66, "freq_recurrence_factor": 2, "daysToRun": {"week": 0, "day": 0}, **NINE},
        {"frequency": "weekly", "every": 2, "days": ["monday", "saturday"]},
    ),
    ({"freq_type": 16, "daysToRun": {"onDayNumber": 31}, **NINE}, {"frequency": "monthly", "day_of_month": 31}),
    (
        {"freq_type": "Monthly_Relative", "daysToRun": {"day": "Weekend_Day", "week": "Last"}, **NINE},
        {"frequency": "monthly_relative", "week": "last", "day": "weekend_day"},
    ),
    (
        {"freq_type": 32, "daysToRun": {"day": 6, "week": 5}, **NINE},
        {"frequency": "monthly_relative", "week": "last", "day": "friday"},
    ),
    ({"freq_type": "Automatic"}, {"frequency": "automatic"}),
    ({"freq_type": "Continuous", "freq_interval": 45}, {"frequency": "continuous", "every": "45m"}),
]


@pytest.mark.parametrize(("wire", "options"), READ)
def test_every_form_is_read(wire: dict[str, Any], options: dict[str, Any]) -> None:
    at = {"at": "09:00"} if "active_start_time" in wire else {}
    assert as_options(decode(wire)) == as_options(read_pattern({**options, **at}))


def test_times_and_dates_are_read_as_text_and_as_numbers() -> None:
    as_text = {
        "freq_type": "daily", "freq_interval": "1", "active_start_date": "2016-05-03 00:00:00",
        "active_start_time": "21:00:00", "active_end_time": "23:00:00", "freq_subday_interval": "3600",
        "active_end_date": "0",
    }  # fmt: skip
    as_numbers = {
        "freq_type": 4, "freq_interval": 1, "active_start_date": 1462233600, "active_start_time": 75600,
        "active_end_time": 82800, "freq_subday_interval": 3600, "active_end_date": 0,
    }  # fmt: skip
    assert decode(as_text) == decode(as_numbers)
    assert decode(as_text).start_date == dt.date(2016, 5, 3)


def test_an_end_time_without_repetition_means_nothing() -> None:
    assert decode({"freq_type": 4, **NINE, "active_end_time": 86340, "freq_subday_interval": 0}).repeat_until is None


def test_both_spellings_of_the_time_zone_are_read() -> None:
    for key, number in (("timeZone", "TimeZoneID"), ("TimeZone", "TimeZoneId"), ("timeZone", "TimeZoneId")):
        read = decode({"freq_type": 4, **NINE, key: {number: "42", "TimeZoneName": "(UTC-05:00) Somewhere"}})
        assert (read.timezone_id, read.timezone, read.native) == (42, "(UTC-05:00) Somewhere", None)


@pytest.mark.parametrize(
    "zone", [{}, {"TimeZoneName": ""}, {"TimeZoneID": 1000}, {"TimeZoneName": "commserve time zone"}, {"TimeZoneID": 0}]
)
def test_the_zone_of_the_commserve_is_no_zone_given(zone: dict[str, Any]) -> None:
    read = decode({"freq_type": 4, **NINE, "timeZone": zone})
    assert (read.timezone, read.timezone_id) == (None, None)
    assert same(read_pattern({"frequency": "daily", "at": "09:00", "timezone": "CommServe Time Zone"}), read) == []
    assert same(read_pattern({"frequency": "daily", "at": "09:00", "timezone_id": 1000}), read) == []


def test_exceptions_are_read_and_other_entries_kept() -> None:
    rule = {"exception": False, "onDayNumber": 2, "repeatOn": 1}
    read = decode(
        {
            "freq_type": 4, **NINE,
            "repeatPattern": [
                {"exception": True, "onDayNumber": 268435460},
                {"exception": "1", "occurrence": "24", "onDay": "32", "onDayNumber": "0"},
                rule,
            ],
        }
    )  # fmt: skip
    assert read.exceptions == Exceptions((3, 29), ((Week.FOURTH, Day.FRIDAY), (Week.LAST, Day.FRIDAY)))
    assert read.native == {"repeatPattern": [rule]}


@pytest.mark.parametrize("kind", [2, 2048, 8192, "After_Job_Completes", "Phase_Of_The_Moon"])
def test_an_unknown_frequency_is_carried(kind: Any) -> None:
    wire = {"freq_type": kind, "freq_interval": 5, "freq_recurrence_factor": 4096, **NINE, "patternId": 3}
    read = decode(wire)
    assert read.frequency is Frequency.OTHER
    assert read.native == {"freq_type": kind, "freq_interval": 5, "freq_recurrence_factor": 4096}
    fed_back = read_pattern(as_options(read))
    assert same(fed_back, read) == []
    assert {key: encode(fed_back)[key] for key in wire if key != "patternId"} == {
        key: wire[key] for key in wire if key != "patternId"
    }


def test_a_known_frequency_that_lacks_what_it_needs_is_carried() -> None:
    assert decode({"freq_type": 8, "freq_interval": 0, **NINE}).frequency is Frequency.OTHER
    assert (
        decode({"freq_type": 64, "freq_interval": 4, "freq_recurrence_factor": 13, **NINE}).frequency is Frequency.OTHER
    )


def test_a_window_over_midnight_is_carried() -> None:
    wire = {"freq_type": 4, "freq_interval": 1, "active_start_time": 75600, "freq_subday_interval": 1800,
            "active_end_time": 7200}  # fmt: skip
    read = decode(wire)
    assert (read.repeat_every, read.native) == (None, {"freq_subday_interval": 1800, "active_end_time": 7200})
    assert encode(read)["active_end_time"] == 7200


def daily(**more: Any) -> SchedulePattern:
    return read_pattern({"frequency": "daily", "at": "09:00", **more})


def test_only_what_was_given_is_compared() -> None:
    server = decode(
        {**encode(daily(every=3, occurrences=7, timezone="Europe/Berlin", start_date="2026-01-01")), **NINE}
    )
    assert same(daily(), server) == []
    assert same(daily(occurrences=0), server) == [("occurrences", 7, 0)]
    assert same(daily(every=1, at="10:00"), server) == [("every", 3, 1), ("at", "09:00", "10:00")]
    assert same(daily(timezone="(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna"), server) == []
    assert same(daily(timezone="Europe/Vienna"), server) == []
    assert [difference.key for difference in same(daily(timezone="Europe/London"), server)] == ["timezone"]
    assert same(daily(end_date="never"), server) == []


def test_another_frequency_differs() -> None:
    weekly = read_pattern({"frequency": "weekly", "at": "09:00", "days": ["monday"]})
    assert same(weekly, decode(encode(daily()))) == [("frequency", "daily", "weekly"), ("days", None, ["monday"])]


def test_an_unknown_id_of_a_zone_or_calendar_is_doubted_not_changed() -> None:
    server = decode({"freq_type": 4, **NINE, "timeZone": {"TimeZoneID": 42}, "calendar": {"calendarId": 7}})
    given = daily(timezone="Europe/Berlin", calendar="Fiscal")
    assert same(given, server) == []
    assert ["42" in doubts(given, server)[0], "7" in doubts(given, server)[1]] == [True, True]
    assert same(daily(timezone_id=43), server) == [("timezone_id", 42, 43)]
    assert same(daily(timezone="CommServe Time Zone"), server)[0].key == "timezone"
    assert same(daily(calendar="Standard"), server)[0].key == "calendar"
    named = decode({"freq_type": 4, **NINE, "timeZone": {"TimeZoneName": "UTC"}})
    assert same(daily(timezone_id=42), named) == []
    assert "UTC" in doubts(daily(timezone_id=42), named)[0]
    assert doubts(daily(), server) == []


def test_amending_keeps_what_was_not_given() -> None:
    wire = {
        **encode(daily(every=3, end_date="2027-01-01", exceptions=[{"days_of_month": [3]}], description="mine")),
        "timeZone": {"TimeZoneID": 42, "_type_": 55}, "patternId": 9, "newer": [1],
    }  # fmt: skip
    wire["repeatPattern"].append({"exception": False, "onDayNumber": 2})
    after = amend(wire, daily(at="10:00"))
    assert after == {**wire, "active_start_time": 36000, "repeatPattern": after["repeatPattern"]}
    assert sorted(map(str, after["repeatPattern"])) == sorted(map(str, wire["repeatPattern"]))
    cleared = amend(wire, daily(exceptions=[], end_date="never", timezone="UTC"))
    assert cleared["repeatPattern"] == [{"exception": False, "onDayNumber": 2}]
    assert (cleared["active_end_date"], cleared["timeZone"]) == (0, {"TimeZoneName": "UTC"})


def test_amending_replaces_a_description_that_no_person_wrote() -> None:
    prose = "Every day at 9:00 AM starting May 2, 2016 "
    for before, kept in ((prose, False), ("the vault's night run", True)):
        wire = {**encode(daily()), "description": before}
        assert (amend(wire, daily(at="10:00"))["description"] == before) is kept


def test_amending_to_another_frequency_leaves_the_old_one_behind() -> None:
    wire = {**encode(read_pattern({"frequency": "weekly", "every": 2, "at": "09:00", "days": ["monday"]})), "newer": 1}
    after = amend(wire, read_pattern({"frequency": "monthly", "at": "09:00", "day_of_month": 13}))
    assert "daysToRun" not in after
    assert (after["freq_type"], after["freq_interval"], after["freq_recurrence_factor"], after["newer"]) == (
        16,
        13,
        1,
        1,
    )
    assert decode(after).end_date is None or decode(after).end_date != NEVER


AUTOMATIC = {
    "min_backup_interval": 4, "sweep_start_time": "02:00", "ac_power": True,
    "cpu_utilization": {"threshold": 20}, "specific_network": {"address": "10.0.0.0", "subnet": 8},
    "emergency_backup": {"enabled": True, "command_name": "run"},
}  # fmt: skip
AUTOMATIC_WIRE = {
    "minBackupInterval": 4,
    "sweepStartTime": 7200,
    "acPower": {"enabled": True},
    "cpuUtilization": {"enabled": True, "threshold": 20},
    "specfificNetwork": {"enabled": True, "ipAddress": {"address": "10.0.0.0", "subnet": 8}},
    "emergencyBackup": {"emergencyBackup": {"enabled": True}, "emergencyBackupCommandName": "run"},
}


def test_automatic_settings_are_sent_and_read() -> None:
    settings = read_automatic("pattern.automatic", AUTOMATIC)
    assert encode_automatic(settings) == AUTOMATIC_WIRE
    assert decode_automatic(AUTOMATIC_WIRE) == settings
    assert decode_automatic({**AUTOMATIC_WIRE, "newer": 1})["native"] == {"newer": 1}
    assert len({field.wire for field in AUTOMATIC_FIELDS}) == len(AUTOMATIC_FIELDS)


def test_automatic_settings_are_compared_leaf_by_leaf() -> None:
    server = decode({"freq_type": 1024}, AUTOMATIC_WIRE)

    def changed(**settings: Any) -> list[Any]:
        given = read_pattern({"frequency": "automatic", "automatic": settings}, read_automatic=read_automatic)
        return same(given, server)

    assert changed(**AUTOMATIC) == []
    assert changed(max_backup_interval=72, stop_if_on_battery=False) == []
    assert changed(cpu_utilization={"threshold": 30}) == [("automatic.cpu_utilization.threshold", 20, 30)]
    given = read_pattern({"frequency": "automatic", "automatic": {"ac_power": False}}, read_automatic=read_automatic)
    assert amend_automatic({**AUTOMATIC_WIRE, "newer": 1}, given) == {
        **AUTOMATIC_WIRE,
        "acPower": {"enabled": False},
        "newer": 1,
    }


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"min_backup_intervall": 4}, "Did you mean min_backup_interval"),
        ({"min_backup_interval": "four"}, "'four'"),
        ({"ac_power": "perhaps"}, "true and false"),
        ({"sweep_start_time": 3600}, "quotes"),
        ({"cpu_utilization": 20}, "cpu_utilization"),
        ({"cpu_utilization": {"limit": 20}}, "cpu_utilization.limit"),
    ],
)
def test_bad_automatic_settings_are_refused(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(PatternError, match=words):
        read_pattern({"frequency": "automatic", "automatic": settings}, read_automatic=read_automatic)
