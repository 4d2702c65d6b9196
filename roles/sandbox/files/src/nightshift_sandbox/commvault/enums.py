# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Enumerations of the vendor's API: names and integers (specification sections 2.10, 2.12, 5.2)."""

from __future__ import annotations

from typing import Any


class WireEnum:
    """Names and integers of one enumeration; both are accepted everywhere, names in any case.

    The first name of an integer is its canonical one.
    """

    def __init__(self, *members: tuple[str, int]) -> None:
        self._by_name = {name.lower(): number for name, number in members}
        self._by_number: dict[int, str] = {}
        for name, number in members:
            self._by_number.setdefault(number, name)

    def parse(self, value: Any) -> int:
        """The integer of a name, an integer, or (in XML) an integer as text.

        :raises ValueError: it is none of them
        """
        if isinstance(value, bool):
            raise ValueError(f"{value!r} is not a member")
        if isinstance(value, int) and value in self._by_number:
            return value
        if isinstance(value, str):
            text = value.strip().lower()
            if text in self._by_name:
                return self._by_name[text]
            if text.isdigit() and int(text) in self._by_number:
                return int(text)
        raise ValueError(f"{value!r} is not a member")

    def name(self, number: int) -> str:
        """The canonical name of an integer, or its digits."""
        return self._by_number.get(number, str(number))


FULL, INCREMENTAL, DIFFERENTIAL, SYNTHETIC_FULL, TRANSACTION_LOG = 1, 2, 3, 4, 6
IMMEDIATE, SCHEDULE, SCHEDULE_POLICY = 1, 2, 4
ONE_TIME, ON_DEMAND, DAILY, WEEKLY, MONTHLY, MONTHLY_RELATIVE, YEARLY, YEARLY_RELATIVE = 1, 2, 4, 8, 16, 32, 64, 128
AUTOMATIC, CONTINUOUS = 1024, 4096
BEFORE_SYNTH, AFTER_SYNTH = 1, 2
BACKUPSET_ENTITY, SUBCLIENT_ENTITY = 6, 7

TASK_TYPE = WireEnum(("NONE", 0), ("IMMEDIATE", 1), ("SCHEDULE", 2), ("SCHEDULE_POLICY", 4))
INITIATED_FROM = WireEnum(("NONE", 0), ("GUI", 1), ("COMMANDLINE", 2))
POLICY_TYPE = WireEnum(("DATA_PROTECTION", 0), ("AUX_COPY", 1), ("BACKUP_COPY", 3))
SUBTASK_TYPE = WireEnum(("ADMIN", 1), ("BACKUP", 2), ("RESTORE", 3))
OPERATION_TYPE = WireEnum(("ALL_BACKUP_JOBS", 1), ("BACKUP", 2), ("RESTORE", 1001), ("ADMIN", 2000))
# The integer of TRANSACTION_LOG is in none of the vendor's pages; the name is what clients are told to send.
BACKUP_LEVEL = WireEnum(
    ("FULL", 1), ("INCREMENTAL", 2), ("DIFFERENTIAL", 3), ("SYNTHETIC_FULL", 4), ("TRANSACTION_LOG", 6)
)
INC_LEVEL = WireEnum(("NONE", 0), ("BEFORE_SYNTH", 1), ("AFTER_SYNTH", 2))
RETENTION = WireEnum(("INFINITE", 0), ("NO_OF_DAYS", 1), ("STORAGE_POLICY_DEFAULT", 2))
ENTITY_TYPE = WireEnum(
    ("COMMCELL_ENTITY", 1),
    ("CLIENT_ENTITY", 3),
    ("APPTYPE_ENTITY", 4),
    ("INSTANCE_ENTITY", 5),
    ("BACKUPSET_ENTITY", 6),
    ("SUBCLIENT_ENTITY", 7),
    ("CLIENT_GROUP_ENTITY", 28),
    ("SUBTASK_ENTITY", 68),
    ("TASK_ENTITY", 69),
)
FREQ_TYPE = WireEnum(
    ("One_Time", 1),
    ("On_Demand", 2),
    ("Daily", 4),
    ("Weekly", 8),
    ("Monthly", 16),
    ("Monthly_Relative", 32),
    ("Yearly", 64),
    ("Yearly_Relative", 128),
    ("Automatic_Schedule", 1024),
    ("Automatic", 1024),
    ("Continuous", 4096),
    ("After_Job_Completes", 4096),
)
TASK_OPERATION = WireEnum(("OVERWRITE", 1), ("MODIFY", 1), ("ADD", 2), ("DELETE", 3))
OP_TYPE = WireEnum(("DELETE", 3), ("RUN", 5), ("IMMEDIATE", 5))
#: How the English level names read in job summaries.
LEVEL_TITLE = {1: "Full", 2: "Incremental", 3: "Differential", 4: "Synthetic Full", 6: "Transaction Log"}
