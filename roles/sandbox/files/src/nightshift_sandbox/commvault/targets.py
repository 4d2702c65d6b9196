# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the associations of a task to the subclients they mean (specification section 2.3)."""

from __future__ import annotations

from typing import Any

from nightshift_sandbox.commvault import enums
from nightshift_sandbox.commvault.errors import invalid, no_capability, not_found, nothing_eligible
from nightshift_sandbox.commvault.estate import Backupset, Client, Estate, Subclient, same
from nightshift_sandbox.commvault.users import User

Json = dict[str, Any]
FILE_LEVELS = {enums.FULL, enums.INCREMENTAL, enums.DIFFERENTIAL, enums.SYNTHETIC_FULL}
#: Which levels an agent has.
LEVELS: dict[str, set[int]] = {
    "SQL Server": {enums.FULL, enums.DIFFERENTIAL, enums.TRANSACTION_LOG},
    "Oracle": {enums.FULL, enums.INCREMENTAL},
    "PostgreSQL": {enums.FULL, enums.INCREMENTAL},
    "Cloud Apps": {enums.FULL, enums.INCREMENTAL},
    "Virtual Server": FILE_LEVELS,
}


def resolve(estate: Estate, association: Json) -> list[Subclient]:
    """The subclients of one association: one, or every subclient of a backup set.

    :raises Refusal: something named does not exist, or a name fits several
    """
    if association.get("subclientId"):
        return [_by_id(estate, association)]
    client = _client(estate, association)
    if not (association.get("backupsetId") or association.get("backupsetName")):
        raise invalid("Backup set name or ID is missing in the associations.")
    _instance(estate, client, association)
    wanted = {**association, "clientId": client.id}
    found = list(estate.matching(wanted))
    named = association.get("backupsetName") or association.get("backupsetId")
    if not found:
        raise not_found("Backup set", named)
    if len(found) > 1:
        raise invalid(f"Backup set [{named}] of client [{client.name}] exists for more than one agent or instance.")
    return _subclients(found[0], association.get("subclientName"))


def _by_id(estate: Estate, association: Json) -> Subclient:
    subclient = estate.subclients.get(association["subclientId"])
    if subclient is None:
        raise not_found("Subclient", association["subclientId"])
    entity = subclient.entity()
    for key in ("clientId", "applicationId", "instanceId", "backupsetId"):
        if association.get(key) and association[key] != entity[key]:
            raise invalid(f"Subclient [{subclient.id}] does not belong to {key} [{association[key]}].")
    return subclient


def _client(estate: Estate, association: Json) -> Client:
    number, name = association.get("clientId"), association.get("clientName")
    if number:
        client = estate.clients.get(number)
    elif name:
        client = estate.client(name)
    else:
        raise invalid("Client name or ID is missing in the associations.")
    if client is None:
        raise not_found("Client", number or name)
    return client


def _instance(estate: Estate, client: Client, association: Json) -> None:
    """Agent and instance must exist for the client when they are named."""
    agent = {key: association[key] for key in ("applicationId", "appName") if association.get(key)}
    if agent and not list(estate.matching({"clientId": client.id, **agent})):
        raise not_found("Agent", association.get("appName") or association.get("applicationId"))
    instance = {key: association[key] for key in ("instanceId", "instanceName") if association.get(key)}
    if instance and not list(estate.matching({"clientId": client.id, **agent, **instance})):
        raise not_found("Instance", association.get("instanceName") or association.get("instanceId"))


def _subclients(backupset: Backupset, name: str | None) -> list[Subclient]:
    if not name:
        return list(backupset.subclients)
    found = [subclient for subclient in backupset.subclients if same(subclient.name, name)]
    if not found:
        raise not_found("Subclient", name)
    return found


def resolve_all(estate: Estate, associations: list[Json], user: User) -> list[Subclient]:
    """Every subclient that the associations mean, each once; what is switched off is left out.

    :raises Refusal: one of them cannot be resolved, the user may not manage a client, or nothing is left
    """
    found: dict[int, Subclient] = {}
    for association in associations:
        for subclient in resolve(estate, association):
            if not user.may_manage(subclient.client.name):
                raise no_capability(user.full_name, subclient.client.name)
            found[subclient.id] = subclient
    eligible = [subclient for subclient in found.values() if subclient.enabled]
    if not eligible:
        raise nothing_eligible()
    return eligible


def check_level(subclients: list[Subclient], level: int) -> None:
    """Refuse a level that one of the agents does not have."""
    for subclient in subclients:
        application = subclient.backupset.application
        if level not in LEVELS.get(application, FILE_LEVELS):
            title = enums.LEVEL_TITLE.get(level, str(level))
            raise invalid(f"Backup level [{title}] is not supported for agent [{application}].")
        if subclient.backupset.name == "DumpBasedBackupSet" and level != enums.FULL:
            raise invalid("Dump based backup sets support full backups only.")
