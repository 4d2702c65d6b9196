# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Commvault's applications (agents): name, ID, and the backup levels that are known for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ...model.levels import Level

_WITHOUT_LOGS = frozenset(set(Level) - {Level.TRANSACTION_LOG})
_THREE_LEVELS = frozenset({Level.FULL, Level.INCREMENTAL, Level.DIFFERENTIAL})
_TWO_LEVELS = frozenset({Level.FULL, Level.INCREMENTAL})


@dataclass(frozen=True)
class Application:
    """One agent.

    ``documented`` says that the vendor's documentation pairs name and ID. ``levels`` are the backups that it has;
    ``spelling`` says, for a level that it lacks, which word means the nearest thing there.
    """

    name: str
    id: int
    documented: bool = True
    levels: frozenset[Level] = _WITHOUT_LOGS
    spelling: Mapping[Level, str] | None = None


_LOGS_ARE_INCREMENTAL = {
    Level.TRANSACTION_LOG: "its log backup is incremental; add commvault.backup_options.incremental_data_with_logs "
    "to take data as well"
}

APPLICATIONS: tuple[Application, ...] = (
    Application("Exchange Database", 53),
    Application("MySQL", 104, spelling=_LOGS_ARE_INCREMENTAL),
    Application("NAS", 13),
    Application("Notes Database", 59),
    Application("Oracle", 22, levels=_TWO_LEVELS),
    Application("Oracle RAC", 80, levels=_TWO_LEVELS),
    Application("PostgreSQL", 125, spelling=_LOGS_ARE_INCREMENTAL),
    Application("SAP for MAX DB", 79),
    Application("SAP for Oracle", 61),
    Application(
        "SQL Server",
        81,
        levels=frozenset({Level.FULL, Level.DIFFERENTIAL, Level.TRANSACTION_LOG}),
        spelling={
            Level.INCREMENTAL: "its log backup is transaction_log, and differential takes what changed since the "
            "last full"
        },
    ),
    Application(
        "Sybase Database",
        5,
        levels=_THREE_LEVELS,
        spelling={Level.TRANSACTION_LOG: "its log backup is incremental"},
    ),
    Application("Virtual Server", 106),
    Application("Active Directory", 41),
    Application("DB2", 37, levels=_THREE_LEVELS),
    Application("DB2 on UNIX", 62, levels=_THREE_LEVELS),
    Application("DB2 MultiNode", 103, levels=_THREE_LEVELS),
    Application("Documentum", 128),
    Application("Informix Database", 3),
    Application("Cloud Apps", 134),
    Application("Big Data Apps", 64),
    Application("SAP HANA", 135, documented=False, levels=_THREE_LEVELS),
    Application("Sharepoint Server", 78, documented=False, levels=_TWO_LEVELS),
    # One name, another ID on each operating system, so neither says anything about the other.
    Application("File System", 33),
    Application("File System", 29),
    Application("File System", 21),
)

_SEVERAL_IDS = frozenset({"file system"})


def known_application(name: str | None, app_id: int | None) -> Application | None:
    """Return what is known of an application, found by its ID, else by its name in any case."""
    if app_id:
        return next((app for app in APPLICATIONS if app.id == app_id), None)
    if name is None:
        return None
    wanted = app_key(name)
    return next((app for app in APPLICATIONS if app_key(app.name) == wanted), None)


def paired_id(name: str) -> int | None:
    """Return the ID that the documentation gives for ``name``, unless the name has several."""
    app = known_application(name, None)
    return app.id if app and app.documented and app_key(app.name) not in _SEVERAL_IDS else None


def paired_name(app_id: int) -> str | None:
    """Return the name that the documentation gives for ``app_id``, unless the name has several IDs."""
    app = known_application(None, app_id)
    return app.name if app and app.documented and app_key(app.name) not in _SEVERAL_IDS else None


def app_key(name: str) -> str:
    """Return ``name`` in the form in which two spellings of one application are equal.

    All file system agents count as one, as in the vendor's SDK: a server may call the agent of one client
    ``File System`` in one answer and ``Linux File System`` or ``Windows File System`` in another.
    """
    folded = name.strip().casefold()
    return "file system" if "file system" in folded else folded
