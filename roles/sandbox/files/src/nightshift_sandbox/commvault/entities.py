# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Entity look-ups (specification section 4)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from nightshift_sandbox.commvault.errors import bad_format, not_found
from nightshift_sandbox.commvault.estate import Backupset, Client, Estate, Subclient, same

Json = dict[str, Any]
Query = dict[str, str]
#: Query keys (lower-cased) to the keys of an entity.
_IDS = {
    "clientid": "clientId",
    "applicationid": "applicationId",
    "apptypeid": "applicationId",
    "instanceid": "instanceId",
    "backupsetid": "backupsetId",
    "subclientid": "subclientId",
}
_NAMES = {
    "clientname": "clientName",
    "agent": "appName",
    "appname": "appName",
    "instancename": "instanceName",
    "backupset": "backupsetName",
    "backupsetname": "backupsetName",
    "subclient": "subclientName",
    "subclientname": "subclientName",
}


def wanted(query: Query) -> Json:
    """The entity that a query names, with numbers as numbers."""
    result: Json = {key: query[name] for name, key in _NAMES.items() if query.get(name)}
    for name, key in _IDS.items():
        if query.get(name):
            if not query[name].isdigit():
                raise bad_format(f"{name}: {query[name]!r} is not an ID")
            result[key] = int(query[name])
    return result


def clients(estate: Estate, query: Query) -> Json:
    """`GET Client`, `?hiddenclients=true`, `?PseudoClientType=VSPseudo`."""
    if query.get("pseudoclienttype"):
        found = [client for client in estate.clients.values() if client.hypervisor]
        return {"VSPseudoClientsList": [{"client": client.entity(), "status": 0} for client in found]}
    hidden = query.get("hiddenclients", "").lower() == "true"
    shown = (client for client in estate.clients.values() if hidden or not client.hidden)
    return {"clientProperties": [{"client": {"clientEntity": client.entity()}, "clientProps": {}} for client in shown]}


def access_nodes(estate: Estate) -> Json:
    """`GET VSAClientAndClientGroupList`."""
    nodes = (client for client in estate.clients.values() if client.hypervisor)
    return {"clients": [node.entity() for node in nodes]}


def client(found: Client | None, asked: object) -> Json:
    """`GET Client/{id}` and `Client/byName(clientName='x')`."""
    if found is None:
        raise not_found("Client", asked)
    windows = found.system == "Windows"
    details = {
        "clientEntity": found.entity(),
        "osInfo": {
            "Type": "Windows" if windows else "Unix",
            "SubType": "Server" if windows else "Linux",
            "OsDisplayInfo": {"ProcessorType": "x86_64", "OSName": "Windows Server 2022" if windows else "Linux"},
        },
        "cvdPort": 8400,
        "TimeZone": {"TimeZoneName": "(UTC) Coordinated Universal Time"},
        "versionInfo": {"GalaxyRelease": {"ReleaseString": "11.0(BUILD80)"}, "version": "ServicePack:36"},
    }
    props = {
        "activityControl": {
            "EnableDataRecovery": True, "EnableDataManagement": True, "EnableOnlineContentIndex": False,
        },
        "clientActivityControl": {
            "activityControlOptions": [{"activityType": kind, "enableActivityType": True} for kind in (1, 2, 16)]
        },
        "EnableSnapBackups": False,
    }  # fmt: skip
    return {"clientProperties": [{"client": details, "clientProps": props}]}


def agents(estate: Estate, query: Query) -> Json:
    """`GET Agent?clientId=[&applicationId=]`."""
    asked = wanted(query)
    found = [
        item
        for item in estate.agents(_client_id(estate, asked))
        if asked.get("applicationId", item.application_id) == item.application_id
    ]
    activity = {"EnableDataRecovery": True, "EnableDataManagement": True}
    return {
        "agentProperties": [
            {
                "idaEntity": item.agent_entity(),
                "idaActivityControl": {"activityControlOptions": []},
                "activityControl": activity,
            }
            for item in found
        ]
    }


def _client_id(estate: Estate, asked: Json) -> int:
    found = estate.clients.get(asked["clientId"]) if "clientId" in asked else estate.client(asked.get("clientName", ""))
    if found is None:
        raise not_found("Client", asked.get("clientId", asked.get("clientName", "")))
    return found.id


def instances(estate: Estate, query: Query) -> Json:
    """`GET Instance?clientId=`."""
    asked = wanted(query)
    found = estate.instances(_client_id(estate, asked))
    application = asked.get("applicationId")
    return {
        "instanceProperties": [
            {"instance": item.instance_entity()} for item in found if application in (None, item.application_id)
        ]
    }


def backupset_properties(item: Backupset) -> Json:
    """One entry of a Backupset answer."""
    return {
        "backupSetEntity": item.entity(),
        "commonBackupSet": {"isDefaultBackupSet": item.default},
        "planEntity": {},
    }


def backupsets(estate: Estate, query: Query) -> Json:
    """`GET Backupset?clientId=…`."""
    return {"backupsetProperties": [backupset_properties(item) for item in estate.matching(wanted(query))]}


def backupset(estate: Estate, number: int) -> Json:
    """`GET Backupset/{id}`."""
    found = estate.backupsets.get(number)
    if found is None:
        raise not_found("Backup set", number)
    return {"backupsetProperties": [backupset_properties(found)]}


def subclient_properties(item: Subclient) -> Json:
    """One entry of a Subclient answer."""
    return {
        "subClientEntity": item.entity(),
        "commonProperties": {
            "isDefaultSubclient": item.name == "default",
            "enableBackup": item.enabled,
            "storageDevice": {"dataBackupStoragePolicy": {"storagePolicyId": 3, "storagePolicyName": "standard"}},
        },
        "fsSubClientProp": {},
        "content": [],
        "impersonateUser": {},
        "planEntity": {},
    }


def subclients(estate: Estate, query: Query) -> Json:
    """`GET Subclient?clientId=…` or `?clientName=…`."""
    asked = wanted(query)
    if not asked.get("clientId") and not asked.get("clientName"):
        raise bad_format("clientId or clientName is missing")
    _client_id(estate, asked)
    return {"subClientProperties": [subclient_properties(item) for item in _subclients(estate, asked)]}


def _subclients(estate: Estate, asked: Json) -> Iterable[Subclient]:
    for found in estate.matching(asked):
        for item in found.subclients:
            if asked.get("subclientId", item.id) == item.id and same(asked.get("subclientName", item.name), item.name):
                yield item


def subclient(estate: Estate, number: int) -> Json:
    """`GET Subclient/{id}`."""
    found = estate.subclients.get(number)
    if found is None:
        raise not_found("Subclient", number)
    return {"subClientProperties": [subclient_properties(found)]}


def get_id(estate: Estate, query: Query) -> Json:
    """`GetId?clientname=…[&agent=][&instanceName=][&backupset=][&subclient=]`: the deepest entity that is named."""
    asked = wanted(query)
    found = estate.client(asked.get("clientName", ""))
    if found is None:
        raise not_found("Client", asked.get("clientName", ""))
    if len(asked) == 1:
        return {**found.entity(), "type": 3}
    sets = list(estate.matching(asked))
    if not sets:
        raise not_found("Entity", ", ".join(f"{key}={value}" for key, value in asked.items()))
    if "subclientName" in asked:
        item = next(iter(_subclients(estate, asked)), None)
        if item is None:
            raise not_found("Subclient", asked["subclientName"])
        return {**item.entity(), "type": 7}
    if "backupsetName" in asked:
        return {**sets[0].entity(), "type": 6}
    if "instanceName" in asked:
        return {**sets[0].instance_entity(), "type": 5}
    return {**sets[0].agent_entity(), "type": 4}
