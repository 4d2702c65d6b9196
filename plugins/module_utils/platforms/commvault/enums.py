# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Enumerations of Commvault's requests: name, integer, and the word that a play uses.

The integers come from the vendor's SDK; where no source states one it is marked as inferred. Names are those of the
page "REST API - POST Create Task (Backup)".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

EnumFormat = Literal["mixed", "number", "name"]
WireFormat = Literal["json", "xml"]


@dataclass(frozen=True)
class Member:
    """One value. ``number`` is ``None`` where none is known, ``option`` the word for it in a play, if plays may say it.

    ``inferred`` marks an integer that no source states.
    """

    name: str
    number: int | None
    option: str | None = None
    inferred: bool = False


@dataclass(frozen=True)
class EnumTable:
    """All values of one enumeration.

    ``mixed_json`` and ``mixed_xml`` say how it is spelt where the play has no wish of its own: numbers where they are
    well known, names where they are not, and in XML as in the vendor's sample.
    """

    members: tuple[Member, ...]
    mixed_json: Literal["number", "name"] = "number"
    mixed_xml: Literal["number", "name"] = "name"

    @property
    def options(self) -> tuple[str, ...]:
        """The words that a play may use, in the order of the table."""
        return tuple(member.option for member in self.members if member.option is not None)

    def by_option(self, word: str) -> Member | None:
        """Return the value that a play names ``word``."""
        return next((member for member in self.members if member.option == word), None)

    def by_name(self, name: str) -> Member:
        """Return the value of that exact name; a ``KeyError`` is a mistake in our own code."""
        for member in self.members:
            if member.name == name:
                return member
        raise KeyError(name)

    def read(self, value: Any) -> Member | None:
        """Return the value behind a name in any case, an integer or its digits; ``None`` for an unknown one."""
        if isinstance(value, bool) or not isinstance(value, (str, int)):
            return None
        text = str(value).strip().upper()
        for member in self.members:
            if text == member.name or (member.number is not None and text == str(member.number)):
                return member
        return None

    def spell(self, member: Member, enum_format: EnumFormat, wire_format: WireFormat) -> str | int:
        """Return ``member`` as it is sent. A value without a known integer is always a name."""
        style = enum_format
        if style == "mixed":
            style = self.mixed_json if wire_format == "json" else self.mixed_xml
        return member.number if style == "number" and member.number is not None else member.name


BACKUP_LEVEL = EnumTable(
    (
        Member("FULL", 1, "full"),
        Member("INCREMENTAL", 2, "incremental"),
        Member("DIFFERENTIAL", 3, "differential"),
        Member("SYNTHETIC_FULL", 4, "synthetic_full"),
        Member("TRANSACTION_LOG", None, "transaction_log"),
    ),
    mixed_json="name",
)
INC_LEVEL = EnumTable(
    (
        Member("BEFORE_SYNTH", 1, "before_synth"),
        Member("AFTER_SYNTH", 2, "after_synth", inferred=True),
        Member("NONE", 0, inferred=True),
    ),
    mixed_json="name",
)
RETENTION_JOB_TYPE = EnumTable(
    (
        Member("INFINITE", 0, "infinite", inferred=True),
        Member("NO_OF_DAYS", 1, "no_of_days", inferred=True),
        Member("STORAGE_POLICY_DEFAULT", 2, "storage_policy_default", inferred=True),
    ),
    mixed_json="name",
)
INITIATED_FROM = EnumTable((Member("GUI", 1, "gui"), Member("COMMANDLINE", 2, "commandline")))
TASK_TYPE = EnumTable((Member("IMMEDIATE", 1), Member("SCHEDULE", 2), Member("SCHEDULE_POLICY", 4)))
POLICY_TYPE = EnumTable((Member("DATA_PROTECTION", 0),))
# The vendor's XML sample sends these two as 2 among names.
SUBTASK_TYPE = EnumTable((Member("ADMIN", 1), Member("BACKUP", 2), Member("RESTORE", 3)), mixed_xml="number")
OPERATION_TYPE = EnumTable(
    (
        Member("ALL_BACKUP_JOBS", 1),
        Member("BACKUP", 2),
        Member("RESTORE", 1001),
        Member("ADMIN", 2000),
        Member("WORK_FLOW", 2001),
        Member("DRBACKUP", 4002),
        Member("AUX_COPY", 4003),
        Member("REPORT", 4004),
        Member("DATA_AGING", 4018),
        Member("DOWNLOAD_UPDATES", 4019),
        Member("INSTALL_UPDATES", 4020),
    ),
    mixed_xml="number",
)
ENTITY_TYPE = EnumTable(
    (
        Member("BACKUPSET_ENTITY", 6, "backupset"),
        Member("SUBCLIENT_ENTITY", 7, "subclient"),
        Member("COMMCELL_ENTITY", 1),
        Member("CLIENT_ENTITY", 3),
        Member("APPTYPE_ENTITY", 4),
        Member("INSTANCE_ENTITY", 5),
        Member("LIBRARY_ENTITY", 9),
        Member("MEDIAAGENT_ENTITY", 11),
        Member("USER_ENTITY", 13),
        Member("USERGROUP_ENTITY", 15),
        Member("STORAGE_POLICY_ENTITY", 17),
        Member("STORAGE_POLICY_COPY_ENTITY", 18),
        Member("CLIENT_GROUP_ENTITY", 28),
        Member("SCHEDULE_POLICY_ENTITY", 35),
        Member("DRIVE_POOL_ENTITY", 47),
        Member("DRIVE_ENTITY", 51),
        Member("LOCATION_ENTITY", 53),
        Member("TIME_ZONE_ENTITY", 55),
        Member("CALENDAR_ENTITY", 63),
        Member("ALERT_ENTITY", 64),
        Member("SUBCLIENT_POLICY_ENTITY", 65),
        Member("SPARE_MEDIA_GROUP_ENTITY", 67),
        Member("SUBTASK_ENTITY", 68),
        Member("TASK_ENTITY", 69),
    ),
)
