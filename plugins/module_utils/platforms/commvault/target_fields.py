# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of the field table: how a target is named in ``associations``."""

from __future__ import annotations

from .enums import ENTITY_TYPE, EnumTable
from .field_types import Field, Kind, Scope

_ENTITY = "associations[]/"


def _target(name: str, wire: str, kind: Kind, *description: str, enum: EnumTable | None = None) -> Field:
    minimum = 0 if kind is Kind.INT else None
    return Field(_ENTITY + wire, kind, Scope.TARGET, (name,), description, enum=enum, minimum=minimum)


TARGET_FIELDS: tuple[Field, ...] = (
    _target("client", "clientName", Kind.STR, "The client's name. A target needs this or O(targets[].client_id)."),
    _target("client_id", "clientId", Kind.INT, "The client's ID."),
    _target(
        "app",
        "appName",
        Kind.STR,
        "The application (agent), for example V(File System), V(PostgreSQL), V(SQL Server) or V(Virtual Server).",
        "Where the documentation pairs it with one ID, that is sent as well. Other names are sent as given.",
    ),
    _target("app_id", "applicationId", Kind.INT, "The application's ID."),
    _target("instance", "instanceName", Kind.STR, "The instance's name, for example V(DefaultInstanceName)."),
    _target("instance_id", "instanceId", Kind.INT, "The instance's ID."),
    _target(
        "backupset",
        "backupsetName",
        Kind.STR,
        "The backup set's name. A Commvault target needs this or O(targets[].backupset_id).",
    ),
    _target("backupset_id", "backupsetId", Kind.INT, "The backup set's ID."),
    _target(
        "subclient",
        "subclientName",
        Kind.STR,
        "The subclient's name. Without one, every subclient of the backup set is backed up.",
    ),
    _target("subclient_id", "subclientId", Kind.INT, "The subclient's ID."),
    _target("display_name", "displayName", Kind.STR, "The name under which the client is shown."),
    _target("commcell_id", "commCellId", Kind.INT, "The CommCell's ID. V(2) is the local CommCell."),
    _target("company", "entityInfo/companyName", Kind.STR, "The company (tenant) that owns the client."),
    _target("company_id", "entityInfo/companyId", Kind.INT, "The company's ID."),
    _target("multi_commcell_id", "entityInfo/multiCommcellId", Kind.INT, "The CommCell's ID among several CommCells."),
    _target(
        "entity_type",
        "_type_",
        Kind.ENUM,
        "What the target is. By default a subclient when one is named, and else a backup set.",
        "V(backupset) says that all subclients of the set are meant, and silences the warning about it.",
        enum=ENTITY_TYPE,
    ),
)


def below_association(field: Field) -> str:
    """Return the way of a target's row below one entry of ``associations``."""
    return field.wire.removeprefix(_ENTITY)
