# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients, agents, instances, backup sets and subclients, and how they are found (specification section 4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass
class Client:
    """A client computer."""

    id: int
    name: str
    system: str
    hidden: bool = False
    hypervisor: bool = False

    def entity(self) -> Json:
        """The `clientEntity` of the wire."""
        return {
            "clientId": self.id,
            "clientName": self.name,
            "hostName": f"{self.name}.example.com",
            "displayName": self.name,
            "_type_": 3,
        }


@dataclass
class Backupset:
    """A backup set; it knows its agent and instance."""

    id: int
    name: str
    client: Client
    application_id: int
    application: str
    instance_id: int
    instance: str
    default: bool = False
    subclients: list[Subclient] = field(default_factory=list)

    def agent_entity(self) -> Json:
        """The `idaEntity` of its agent."""
        return {
            "clientId": self.client.id,
            "clientName": self.client.name,
            "applicationId": self.application_id,
            "appName": self.application,
            "_type_": 4,
        }

    def instance_entity(self) -> Json:
        """The `instance` it belongs to."""
        return {
            **self.agent_entity(),
            "instanceId": self.instance_id,
            "instanceName": self.instance,
            "displayName": self.client.name,
            "_type_": 5,
        }

    def entity(self) -> Json:
        """The `backupSetEntity`."""
        return {**self.instance_entity(), "backupsetId": self.id, "backupsetName": self.name, "_type_": 6}


@dataclass
class Subclient:
    """A subclient.

    `destiny` names how its jobs end, `seconds` is how long they take (job time), `enabled` whether backups are
    switched on, `seasoned` whether it has a full backup in the past.
    """

    id: int
    name: str
    backupset: Backupset
    destiny: str = ""
    seconds: float = 60.0
    enabled: bool = True
    seasoned: bool = True

    def entity(self) -> Json:
        """The `subClientEntity`."""
        return {**self.backupset.entity(), "subclientId": self.id, "subclientName": self.name, "_type_": 7}

    @property
    def client(self) -> Client:
        """Its client."""
        return self.backupset.client


def same(left: str, right: str) -> bool:
    """Names are compared without regard to case."""
    return left.lower() == right.lower()


class Estate:
    """All entities, by ID and by name."""

    def __init__(self) -> None:
        self.clients: dict[int, Client] = {}
        self.backupsets: dict[int, Backupset] = {}
        self.subclients: dict[int, Subclient] = {}
        self._names: dict[str, Client] = {}
        self._of_client: dict[int, list[Backupset]] = {}

    def add_client(self, client: Client) -> None:
        """Make a client known."""
        self.clients[client.id] = client
        self._names[client.name.lower()] = client

    def add_backupset(self, backupset: Backupset) -> None:
        """Make a backup set known."""
        self.backupsets[backupset.id] = backupset
        self._of_client.setdefault(backupset.client.id, []).append(backupset)

    def client(self, name: str) -> Client | None:
        """A client by name; hidden ones too."""
        return self._names.get(name.lower())

    def of_client(self, client_id: int) -> list[Backupset]:
        """A client's backup sets."""
        return self._of_client.get(client_id, [])

    def agents(self, client_id: int) -> list[Backupset]:
        """One backup set for each of a client's agents."""
        return list({found.application_id: found for found in reversed(self.of_client(client_id))}.values())[::-1]

    def instances(self, client_id: int) -> list[Backupset]:
        """One backup set for each of a client's instances."""
        seen: dict[tuple[int, int], Backupset] = {}
        for found in self.of_client(client_id):
            seen.setdefault((found.application_id, found.instance_id), found)
        return list(seen.values())

    def matching(self, wanted: Json) -> Iterator[Backupset]:
        """Backup sets that agree with every name or ID given; an ID wins over its name (section 2.3)."""
        client = self.clients.get(wanted["clientId"]) if wanted.get("clientId") else None
        if client is None and wanted.get("clientName"):
            client = self.client(str(wanted["clientName"]))
        for found in self.of_client(client.id) if client else list(self.backupsets.values()):
            entity = found.entity()
            if all(_agrees(entity, wanted, key, name) for key, name in _KEYS):
                yield found


_KEYS = (
    ("clientId", "clientName"),
    ("applicationId", "appName"),
    ("instanceId", "instanceName"),
    ("backupsetId", "backupsetName"),
)


def _agrees(entity: Json, wanted: Json, key: str, name: str) -> bool:
    if wanted.get(key):
        return bool(entity[key] == wanted[key])
    if wanted.get(name):
        return same(str(entity[name]), str(wanted[name]))
    return True
