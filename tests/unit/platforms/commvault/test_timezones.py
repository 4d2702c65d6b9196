# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from zoneinfo import ZoneInfo, available_timezones

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.timezones import (
    close_names,
    find,
    same_zone,
    wire_name,
    zone_info,
    zones,
)

EASTERN = "(UTC-05:00) Eastern Time (US & Canada)"


@pytest.mark.parametrize(
    "name",
    [EASTERN, "Eastern Standard Time", "America/New_York", "america/detroit", "US/Eastern",
     "(UTC-04:00) Eastern Time (US & Canada)", "(UTC-05:00) Eastern Time (US &amp; Canada)"],
)  # fmt: skip
def test_a_zone_is_found_by_each_of_its_names(name: str) -> None:
    zone = find(name)
    assert zone is not None
    assert (zone.display, zone.windows, zone.iana) == (EASTERN, "Eastern Standard Time", "America/New_York")
    assert same_zone(name, EASTERN)


def test_names_are_sent_as_the_server_knows_them() -> None:
    assert wire_name("Europe/Vienna") == "(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna"
    assert wire_name("Tokyo Standard Time") == "(UTC+09:00) Osaka, Sapporo, Tokyo"
    assert wire_name("utc") == "UTC"
    assert wire_name("client time zone") == "Client Time Zone"
    assert wire_name("Mars/Olympus_Mons") == "Mars/Olympus_Mons"
    assert wire_name("(UTC-04:00) Eastern Time (US & Canada)") == "(UTC-04:00) Eastern Time (US & Canada)"


def test_a_commserve_on_linux_gets_iana_names() -> None:
    assert wire_name(EASTERN, olson=True) == "America/New_York"
    assert wire_name("Europe/Vienna", olson=True) == "Europe/Vienna"


def test_utc_by_any_name() -> None:
    assert same_zone("UTC", "(UTC) Coordinated Universal Time")
    assert same_zone("Etc/UTC", "UTC")
    assert not same_zone("UTC", "Europe/London")
    assert same_zone("Somewhere", "somewhere ")
    assert not same_zone("Somewhere", "Elsewhere")


def test_the_table_is_whole() -> None:
    displays, keys, ianas = zip(*((zone.display, zone.windows, zone.iana) for zone in zones()), strict=True)
    assert len(zones()) == len(set(displays)) == len(set(keys)) == len(set(ianas)) == 139
    assert {zone.iana for zone in zones()} <= available_timezones()
    for zone in zones():
        assert find(zone.display) == find(zone.windows) == find(zone.iana) == zone
        assert not {other for other in zone.others if find(other) != zone}


def test_rules_are_found_by_any_name() -> None:
    assert zone_info(EASTERN) == ZoneInfo("America/New_York")
    assert zone_info("Europe/Vienna") == ZoneInfo("Europe/Vienna")
    assert zone_info("UTC") == ZoneInfo("UTC")
    # Known to IANA, not to the table.
    assert zone_info("Antarctica/Troll") == ZoneInfo("Antarctica/Troll")


@pytest.mark.parametrize(
    "name", [None, "", "CommServe Time Zone", "Client Time Zone", "Nowhere", "../etc", "/etc", "Europe"]
)
def test_rules_of_other_names_are_not_known(name: str | None) -> None:
    assert zone_info(name) is None


def test_close_names() -> None:
    vienna = "(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna"
    assert close_names("Europe/Berlim")[0] == vienna
    assert close_names("(UTC-05:00) Eastern Time")[0] == EASTERN
    assert close_names("Europe/Vienna", [EASTERN, vienna]) == [vienna]
    assert close_names("xyzzy") == []
    assert close_names("Europa/Berlin", ["Europe/Berlin", "Europe/Bern", "UTC"], count=1) == ["Europe/Berlin"]
