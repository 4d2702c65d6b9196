# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Time zones, calendars and alerts that the CommServe knows (specification section 5.2 and 5.3)."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo, available_timezones

COMMSERVE, CLIENT = 1000, 1001
#: ID, name, IANA zone. Only 1000, 1001 and 100 are the vendor's; the other IDs are this installation's own.
ZONES = (
    (COMMSERVE, "CommServe Time Zone", "UTC"),
    (CLIENT, "Client Time Zone", "UTC"),
    (100, "(UTC) Coordinated Universal Time", "UTC"),
    (42, "(UTC-05:00) Eastern Time (US & Canada)", "America/New_York"),
    (43, "(UTC-06:00) Central Time (US & Canada)", "America/Chicago"),
    (44, "(UTC-07:00) Mountain Time (US & Canada)", "America/Denver"),
    (45, "(UTC-08:00) Pacific Time (US & Canada)", "America/Los_Angeles"),
    (60, "(UTC+00:00) Dublin, Edinburgh, Lisbon, London", "Europe/London"),
    (61, "(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna", "Europe/Berlin"),
    (62, "(UTC+01:00) Brussels, Copenhagen, Madrid, Paris", "Europe/Paris"),
    (63, "(UTC+01:00) Sarajevo, Skopje, Warsaw, Zagreb", "Europe/Warsaw"),
    (80, "(UTC+05:30) Chennai, Kolkata, Mumbai, New Delhi", "Asia/Kolkata"),
    (85, "(UTC+09:00) Osaka, Sapporo, Tokyo", "Asia/Tokyo"),
    (90, "(UTC+10:00) Canberra, Melbourne, Sydney", "Australia/Sydney"),
)
CALENDARS = {1: "Standard", 2: "Fiscal"}
ALERTS = {1: "Backup job failed", 2: "Backup job succeeded"}
_BY_ID = {number: (number, name, zone) for number, name, zone in ZONES}
_BY_NAME = {name.lower(): (number, name, zone) for number, name, zone in ZONES}
_BY_NAME["utc"] = _BY_ID[100]
_BY_NAME[""] = _BY_ID[COMMSERVE]


def zone(given: dict[str, Any] | None) -> tuple[int, str, str] | None:
    """ID, name and IANA zone of a `timeZone`; the ID wins, nothing means the CommServe's; None: unknown."""
    given = given or {}
    if given.get("TimeZoneID"):
        return _BY_ID.get(given["TimeZoneID"])
    name = str(given.get("TimeZoneName", ""))
    known = _BY_NAME.get(name.lower())
    if known is None and name in available_timezones():
        return (0, name, name)
    return known


def tz(given: dict[str, Any] | None) -> ZoneInfo:
    """The zone to calculate with; the CommServe stands in UTC."""
    known = zone(given)
    return ZoneInfo(known[2] if known else "UTC")
