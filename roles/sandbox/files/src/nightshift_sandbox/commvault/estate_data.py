# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The estate that a new sandbox has: some twenty clients with past, present and unhappy backups."""

from __future__ import annotations

#: Agent name to application ID (specification section 2.11).
APPLICATIONS = {
    "File System": 33,
    "Linux File System": 29,
    "NAS": 13,
    "Oracle": 22,
    "Oracle RAC": 80,
    "SQL Server": 81,
    "MySQL": 104,
    "Virtual Server": 106,
    "PostgreSQL": 125,
    "Cloud Apps": 134,
}

#: Client, operating system, remark (`hidden`, `hypervisor` or nothing).
CLIENTS = (
    ("cs01", "Windows", ""),
    ("client001", "Windows", ""),
    ("web01", "Windows", ""),
    ("web02", "Linux", ""),
    ("files01", "Windows", ""),
    ("files02", "Linux", ""),
    ("pgsql_win", "Windows", ""),
    ("pgsql01", "Linux", ""),
    ("sql01", "Windows", ""),
    ("sql02", "Windows", ""),
    ("ora01", "Linux", ""),
    ("ora02", "Linux", ""),
    ("salesforce-prod", "Linux", ""),
    ("salesforce-dev", "Linux", ""),
    ("vcenter01", "Windows", "hypervisor"),
    ("vcenter02", "Windows", "hypervisor"),
    ("trouble01", "Linux", ""),
    ("busy01", "Linux", ""),
    ("retired01", "Windows", "hidden"),
)

FS = "File System"
LFS = "Linux File System"
DEFAULT = "DefaultInstanceName"

#: Client, agent, instance, backup set, subclients. A subclient may carry `=destiny` (see `engine.DESTINIES`),
#: `-` in front (backups are switched off) or `+` (never backed up yet).
BACKUP_SETS = (
    ("cs01", FS, DEFAULT, "defaultBackupSet", "default"),
    ("client001", FS, DEFAULT, "defaultBackupSet", "default"),
    ("client001", FS, DEFAULT, "projects", "default engineering art"),
    ("client001", "Virtual Server", "VMware", "defaultBackupSet", "default"),
    ("web01", FS, DEFAULT, "defaultBackupSet", "default www"),
    ("web01", FS, DEFAULT, "logs", "default"),
    ("web02", LFS, DEFAULT, "defaultBackupSet", "default www etc"),
    ("web02", LFS, DEFAULT, "logs", "default nginx"),
    ("files01", FS, DEFAULT, "defaultBackupSet", "default home shared -scratch"),
    ("files01", FS, DEFAULT, "archive", "default +2026"),
    ("files01", FS, DEFAULT, "empty", ""),
    ("files01", FS, DEFAULT, "switchedOff", "-default"),
    ("files02", LFS, DEFAULT, "defaultBackupSet", "default home +new"),
    ("pgsql_win", FS, DEFAULT, "defaultBackupSet", "default"),
    ("pgsql_win", "PostgreSQL", "pgsql_win_5432", "FSBasedBackupSet", "default"),
    ("pgsql_win", "PostgreSQL", "pgsql_win_5432", "DumpBasedBackupSet", "default"),
    ("pgsql01", LFS, DEFAULT, "defaultBackupSet", "default"),
    ("pgsql01", "PostgreSQL", "main", "FSBasedBackupSet", "default"),
    ("pgsql01", "PostgreSQL", "main", "DumpBasedBackupSet", "default crm shop"),
    ("pgsql01", "PostgreSQL", "reporting", "FSBasedBackupSet", "default"),
    ("sql01", FS, DEFAULT, "defaultBackupSet", "default"),
    ("sql01", "SQL Server", "SQL01", "defaultBackupSet", "default finance hr"),
    ("sql02", "SQL Server", "SQL02\\REPORTS", "defaultBackupSet", "default"),
    ("ora01", LFS, DEFAULT, "defaultBackupSet", "default"),
    ("ora01", "Oracle", "ORCL", "default", "default ArchiveLog"),
    ("ora02", "Oracle", "DWH", "default", "default +cold"),
    ("salesforce-prod", "Cloud Apps", "salesforce-prod", "Production", "default"),
    ("salesforce-prod", "Cloud Apps", "salesforce-prod", "Accounts", "default contacts"),
    ("salesforce-dev", "Cloud Apps", "salesforce-dev", "FullSandbox", "default"),
    ("salesforce-dev", "Cloud Apps", "salesforce-dev", "PartialSandbox", "default"),
    ("vcenter01", "Virtual Server", "VMware", "defaultBackupSet", "default tier1 tier2"),
    ("vcenter01", "Virtual Server", "VMware", "testing", "default"),
    ("vcenter02", "Virtual Server", "VMware", "defaultBackupSet", "default"),
    (
        "trouble01",
        LFS,
        DEFAULT,
        "defaultBackupSet",
        (
            "default with_errors=errors with_warnings=warnings fails=failed pends=pending wont_start=not_started"
            " committed=committed slow=slow"
        ),
    ),
    ("busy01", LFS, DEFAULT, "defaultBackupSet", "default pending suspended"),
    ("retired01", FS, DEFAULT, "defaultBackupSet", "default"),
)

#: Names as the vendor's sample of a scheduled backup has them, with its IDs: it must run here as it stands.
FIXED_CLIENT_IDS = {"cs01": 2, "client001": 89}
FIXED_INSTANCE_IDS = {("client001", "Virtual Server", "VMware"): 100}
FIXED_BACKUPSET_IDS = {("client001", "Virtual Server", "VMware", "defaultBackupSet"): 190}
FIXED_SUBCLIENT_IDS = {("client001", "Virtual Server", "VMware", "defaultBackupSet", "default"): 11}
