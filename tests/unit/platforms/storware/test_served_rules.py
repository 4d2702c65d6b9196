# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What another rule has stored is none of the rule that a play names: its copy may be at another site."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.model.levels import Level
from ansible_collections.nightshift.backup.plugins.module_utils.model.request import BackupRequest
from ansible_collections.nightshift.backup.plugins.module_utils.model.target import Target
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.storware.platform import StorwarePlatform
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.storware.records import (
    read_backup,
    read_task,
)
from ansible_collections.nightshift.backup.tests.unit.platforms.storware.scripted import (
    POLICY,
    VM,
    Script,
    backup,
    enum,
    guid,
    rule,
    task,
    vm,
)

DISK, CLOUD, TAPE = guid(61), guid(62), guid(63)
BARE = {"kind": "app", "name": "pg"}


def held(number: int, role: str = "PRIMARY") -> dict[str, Any]:
    return {"roleType": enum(role), "backupDestination": {"guid": guid(number)}}


def copies(*destinations: str, status: str = "PRESENT") -> dict[str, Any]:
    return {"backupLocations": [{"backupDestination": {"guid": one}, "status": enum(status)} for one in destinations]}


def by(number: int) -> dict[str, Any]:
    return {"backupRule": {"guid": guid(number)}}


@pytest.fixture
def estate(script: Script) -> Script:
    """Rules by number: 11 ``local`` to disk with a copy on tape, 12 ``offsite`` to the cloud."""
    local = rule(11, "local", ruleBackupDestinations=[held(61), held(63, "SECONDARY")])
    offsite = rule(12, "offsite", ruleBackupDestinations=[held(62)])
    script.says("virtual-machines", [vm()])
    script.says(f"policies/vm-backup/{POLICY}", {"guid": POLICY, "name": "gold", "rules": [local, offsite]})
    return script


def counted(script: Script, rules: list[str], record: dict[str, Any], given: dict[str, Any] | None = None) -> bool:
    platform = StorwarePlatform(script.session)
    targets = platform.parse_targets([given or {"name": "db01"}])
    request = BackupRequest(targets=targets, level=Level.FULL, options={"rules": rules})
    target = platform.resolve(request)[0]
    assert isinstance(target, Target)
    (tasks,) = platform.by_part(target, [read_task(record) if "state" in record else read_backup(record)]).values()
    return bool(tasks)


@pytest.mark.parametrize(
    ("rules", "more", "counts"),
    [
        (["local"], {**by(11), **copies(DISK)}, True),
        (["offsite"], {**by(11), **copies(DISK)}, False),
        (["offsite"], by(11), False),
        (["offsite"], {**by(11), **copies(DISK, CLOUD)}, True),
        (["offsite"], {**by(11), **copies(CLOUD, status="REMOVED")}, False),
        (["local"], {**by(12), **copies(TAPE)}, False),
        (["all"], {**by(11), **copies(DISK)}, False),
        (["all"], {**by(11), **copies(DISK, CLOUD)}, True),
        (["offsite"], copies(DISK), False),
        (["offsite"], copies(CLOUD), True),
        (["offsite"], {}, True),
    ],
)
def test_a_backup_counts_for_the_rules_that_it_serves(
    estate: Script, rules: list[str], more: dict[str, Any], counts: bool
) -> None:
    assert counted(estate, rules, backup(71, **more)) is counts


@pytest.mark.parametrize(
    ("rules", "destination", "counts"),
    [
        (["local"], DISK, True),
        (["local"], TAPE, True),
        (["offsite"], DISK, False),
        (["all"], DISK, True),
        (["all"], CLOUD, True),
        (["offsite"], "", True),
    ],
)
def test_a_task_counts_unless_it_goes_elsewhere(
    estate: Script, rules: list[str], destination: str, counts: bool
) -> None:
    assert counted(estate, rules, task(72, backupDestination={"guid": destination})) is counts


@pytest.mark.parametrize(("number", "counts"), [(11, True), (13, False)])
def test_rules_of_which_nothing_more_is_known_go_by_their_name(script: Script, number: int, counts: bool) -> None:
    script.says("protected-entities", [{"guid": VM, "name": "pg", "type": enum("APP")}])
    assert counted(script, [guid(11), guid(12)], backup(73, **by(number), **copies(DISK)), BARE) is counts
    assert counted(script, [guid(11)], task(74, backupDestination={"guid": DISK}), BARE)
