# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds an estate from the built-in data, `--estate N` and a seed file; IDs depend on nothing but the order."""

from __future__ import annotations

from typing import Any

from nightshift_sandbox.commvault import estate_data as data
from nightshift_sandbox.commvault.estate import Backupset, Client, Estate, Subclient, same

#: Job seconds of subclients whose destiny is to be slow.
SLOW = 600.0


class Builder:
    """Adds entities one after the other."""

    def __init__(self) -> None:
        self.estate = Estate()
        self._instances: dict[tuple[str, str, str], int] = {}

    def client(self, name: str, system: str, remark: str = "") -> Client:
        """Add a client, or return the one of that name."""
        known = self.estate.client(name)
        if known is not None:
            return known
        number = data.FIXED_CLIENT_IDS.get(name) or _free(self.estate.clients, 3, data.FIXED_CLIENT_IDS.values())
        made = Client(number, name, system, hidden=remark == "hidden", hypervisor=remark == "hypervisor")
        self.estate.add_client(made)
        return made

    def backupset(self, client: Client, agent: str, instance: str, name: str) -> Backupset:
        """Add a backup set."""
        key = (client.name, agent, instance, name)
        number = data.FIXED_BACKUPSET_IDS.get(key) or _free(
            self.estate.backupsets, 101, data.FIXED_BACKUPSET_IDS.values()
        )
        application = data.APPLICATIONS.get(agent)
        if application is None:
            raise ValueError(f"unknown agent {agent!r}; known: {', '.join(data.APPLICATIONS)}")
        default = not any(
            found.application == agent and same(found.instance, instance) for found in self.estate.of_client(client.id)
        )
        number_of_instance = self._instance(client.name, agent, instance)
        made = Backupset(number, name, client, application, agent, number_of_instance, instance, default)
        self.estate.add_backupset(made)
        return made

    def _instance(self, client: str, agent: str, instance: str) -> int:
        if agent.endswith("File System"):
            return 1
        key = (client, agent, instance)
        if key not in self._instances:
            taken = dict.fromkeys(self._instances.values(), True)
            fixed = data.FIXED_INSTANCE_IDS
            self._instances[key] = fixed.get(key) or _free(taken, 20, fixed.values())
        return self._instances[key]

    def subclient(self, backupset: Backupset, name: str, **more: Any) -> Subclient:
        """Add a subclient."""
        where = (backupset.client.name, backupset.application, backupset.instance, backupset.name, name)
        number = data.FIXED_SUBCLIENT_IDS.get(where) or _free(self.estate.subclients, 1001, ())
        made = Subclient(number, name, backupset, **more)
        if made.destiny == "slow":
            made.seconds = SLOW
        backupset.subclients.append(made)
        self.estate.subclients[number] = made
        return made


def _free(taken: dict[int, Any], first: int, reserved: Any) -> int:
    # Counting up from the size skips what is surely taken, which keeps a large estate from costing its square.
    number = first + len(taken)
    while number in taken or number in set(reserved):
        number += 1
    return number


def build(extra: int = 0, seed: dict[str, Any] | None = None) -> Estate:
    """The built-in estate, then `extra` file system clients `host0001`…, then the clients of a seed file."""
    builder = Builder()
    for name, system, remark in data.CLIENTS:
        builder.client(name, system, remark)
    for client, agent, instance, name, subclients in data.BACKUP_SETS:
        made = builder.backupset(builder.client(client, ""), agent, instance, name)
        for word in subclients.split():
            bare, _separator, destiny = word.lstrip("+-").partition("=")
            builder.subclient(
                made, bare, destiny=destiny, enabled=not word.startswith("-"), seasoned=not word.startswith("+")
            )
    for number in range(1, extra + 1):
        host = builder.client(f"host{number:04d}", "Linux")
        made = builder.backupset(host, data.LFS, data.DEFAULT, "defaultBackupSet")
        builder.subclient(made, "default", seasoned=False)
    for entry in (seed or {}).get("clients", []):
        _seed_client(builder, entry)
    return builder.estate


def _seed_client(builder: Builder, entry: dict[str, Any]) -> None:
    """`{name, system, agents: [{name, instances: [{name, backupsets: [{name, subclients: [...]}]}]}]}`."""
    client = builder.client(entry["name"], entry.get("system", "Linux"), entry.get("remark", ""))
    for agent in entry.get("agents", []):
        for instance in agent.get("instances", []):
            for backupset in instance.get("backupsets", []):
                made = builder.backupset(client, agent["name"], instance["name"], backupset["name"])
                for item in backupset.get("subclients", []):
                    settings = {"name": item} if isinstance(item, str) else dict(item)
                    builder.subclient(made, **{"seasoned": False, **settings})
