# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What speaks for the protection of VMs: backups, tasks, policies, rules and schedules."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.api.errors import InvalidOption, ServiceError
from ansible_collections.nightshift.backup.plugins.module_utils.model.levels import Level
from ansible_collections.nightshift.backup.plugins.module_utils.model.protection import Coverage, Evidence
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.storware import history, protection
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.storware.protecting_policies import (
    Cover,
    cover_of,
    read_covers,
)
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.storware.records import read_backup
from ansible_collections.nightshift.backup.tests.unit.platforms.storware.scripted import (
    POLICY,
    VM,
    VM2,
    Script,
    backup,
    enum,
    guid,
    rule,
    task,
    vm,
)
from werkzeug import Response

DAY = 86400.0


def of(entity: str, number: int, hours: float, status: str = "SUCCESS", **more: Any) -> dict[str, Any]:
    """Return a backup of an entity that is so many hours old by the server's clock."""
    taken = int((time.time() - hours * 3600) * 1000)
    return backup(number, status, **{"snapshotTime": taken, "protectedEntity": {"guid": entity}, **more})


def schedule(number: int, name: str, *rules: int, **more: Any) -> dict[str, Any]:
    refs = [{"guid": guid(one)} for one in rules]
    kinds = {"type": enum("VM_BACKUP"), "backupType": enum("FULL")}
    return {"guid": guid(number), "name": name, "active": True, **kinds, "rules": refs, **more}


def policy(*rules: Any, **more: Any) -> dict[str, Any]:
    return {"guid": POLICY, "name": "gold", "active": True, "rules": list(rules), **more}


@pytest.fixture
def estate(script: Script) -> Script:
    """A server with two VMs and a good policy."""
    script.says("virtual-machines", [vm(), vm(VM2, "db02", vmBackupPolicy=None)])
    script.says(f"virtual-machines/{VM2}", vm(VM2, "db02", vmBackupPolicy=None))
    script.says("protected-entities", [{"guid": VM, "name": "db01", "type": enum("VM")}])
    script.says("policies/vm-backup", [policy(rule(1, "Default"))])
    script.says("schedules", [schedule(11, "nightly", 1)])
    script.says("tasks/detailed", [])
    script.says("backups", [])
    return script


def evidence(estate: Script, *targets: dict[str, Any], age: float = 7 * DAY) -> Sequence[Evidence]:
    platform = protection.StorwareProtection(estate.session)
    return platform.evidence(platform.parse_selection(list(targets)), age)


def ended(found: Evidence) -> list[str]:
    (tasks,) = found.parts.values()
    return [one.id for one in tasks]


def test_a_named_vm(estate: Script) -> None:
    estate.says(
        "backups",
        [
            of(VM, 1, 10),
            of(VM, 2, 5, "FAILED"),
            of(VM, 3, 0.1, "INPROGRESS"),
            of(VM, 4, 24 * 7.5),
            of(VM, 5, 1, type=enum("SYNCHRONIZATION")),
            of(VM2, 6, 1),
        ],
    )
    estate.says("tasks/detailed", [task(7), task(8, "FINISHED"), task(9, "QUEUED", "STORE"), task(10, kind="RESTORE")])
    (found,) = evidence(estate, {"name": "db01"})
    assert sorted(ended(found)) == [guid(1), guid(2)]
    assert [one.id for one in found.running] == [guid(7), guid(9)]
    assert found.schedules == [Coverage("nightly", True)]
    assert (found.notes, found.error, found.present) == ((), None, True)
    query = next(query for _how, path, query, _body in estate.calls if path == "backups")
    assert query["protected-entity"] == [VM]
    # Which of its times the server compares is not known, so a day more is asked for.
    assert abs(int(query["from"][0]) / 1000 - (time.time() - 8 * DAY)) < 60


def test_each_target_has_its_row_or_its_error(estate: Script) -> None:
    estate.says("virtual-machines", [vm(), vm(VM2, "twin"), vm(guid(3), "twin")])
    found = evidence(estate, {"name": "nowhere"}, {"name": "db01"}, {"name": "twin"})
    assert [getattr(one.error, "kind", None) for one in found] == ["not_found", None, "ambiguous"]
    assert evidence(estate, {"name": "nowhere"})[0].error is not None


def test_two_names_of_one_vm_are_refused(estate: Script) -> None:
    estate.says(f"virtual-machines/{VM}", vm())
    with pytest.raises(InvalidOption, match="same target"):
        evidence(estate, {"name": "db01"}, {"guid": VM})


def test_history_that_cannot_be_read_stands_for_its_own_target(estate: Script) -> None:
    estate.says("virtual-machines", [vm(), vm(VM2, "db02")])
    refused = Response(status=403)
    estate.says("backups", lambda query, _body: refused if query["protected-entity"] == [VM] else [of(VM2, 1, 1)])
    first, second = evidence(estate, {"name": "db01"}, {"name": "db02"})
    assert isinstance(first.error, ServiceError)
    assert ended(second) == [guid(1)]


def test_many_targets_share_one_listing(estate: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "MANY", 2)
    estate.says("backups", [of(VM, 1, 1), of(VM2, 2, 2), of(guid(3), 3, 3)])
    found = evidence(estate, {"name": "db01"}, {"name": "db02"})
    assert [ended(one) for one in found] == [[guid(1)], [guid(2)]]
    assert [path for _how, path, _query, _body in estate.calls].count("backups") == 1


@pytest.mark.parametrize(("path", "status"), [("schedules", 403), ("policies/vm-backup", 404)])
def test_schedules_that_are_hidden_keep_no_verdict_back(estate: Script, path: str, status: int) -> None:
    estate.says(path, status)
    estate.says("backups", [of(VM, 1, 1)])
    (found,) = evidence(estate, {"name": "db01"})
    assert (ended(found), found.schedules, found.error) == ([guid(1)], None, None)


def test_other_entities_have_no_policy_that_is_documented(estate: Script) -> None:
    estate.says("protected-entities", [{"guid": guid(5), "name": "sap", "type": enum("APP")}])
    estate.says("backups", [of(guid(5), 1, 1)])
    (found,) = evidence(estate, {"name": "sap", "kind": "app"})
    assert (ended(found), found.schedules, found.notes) == ([guid(1)], None, ())


def test_everything_costs_one_listing_each(estate: Script) -> None:
    machines = [vm(guid(100 + number), f"vm{number:03d}") for number in range(40)]
    gone = vm(guid(201), "gone", present=False)
    estate.says("virtual-machines", [*machines, gone])
    apps = [{"guid": guid(5), "name": "sap", "type": enum("APP")}, {"guid": guid(100), "type": enum("VM")}]
    estate.says("protected-entities", apps)
    estate.says("backups", [of(guid(100), 1, 1), of(guid(5), 2, 1)])
    estate.says("tasks/detailed", [task(7, protectedEntity={"guid": guid(101)})])
    found = protection.StorwareProtection(estate.session).estate(7 * DAY, every_part=True)
    assert sorted(path for _how, path, _query, _body in estate.calls) == [
        "backups",
        "policies/vm-backup",
        "protected-entities",
        "schedules",
        "tasks/detailed",
        "virtual-machines",
    ]
    rows = {one.target.given["name"]: one for one in found}
    assert len(rows) == 42
    assert [one.target.position for one in found] == list(range(42))
    assert [name for name, one in rows.items() if not one.present] == ["gone"]
    assert (ended(rows["vm000"]), ended(rows["vm001"]), ended(rows["sap"])) == ([guid(1)], [], [guid(2)])
    assert [one.id for one in rows["vm001"].running] == [guid(7)]
    assert rows["vm000"].target.given == {"name": "vm000", "guid": guid(100), "hypervisor_manager": "rhv1"}
    assert rows["sap"].target.given == {"name": "sap", "guid": guid(5), "kind": "app"}


def test_a_server_without_a_list_of_all_entities_has_its_vms(estate: Script) -> None:
    estate.says("protected-entities", 404)
    found = protection.StorwareProtection(estate.session).estate(DAY, every_part=False)
    assert [one.target.given["name"] for one in found] == ["db01", "db02"]
    assert found[1].notes == ("it has no backup policy",)


@pytest.mark.parametrize("level", [Level.DIFFERENTIAL, Level.TRANSACTION_LOG])
def test_a_level_that_no_backup_has_is_refused(script: Script, level: Level) -> None:
    with pytest.raises(InvalidOption, match=f"no backups of level {level.value} to judge by. level: incremental"):
        protection.StorwareProtection(script.session).check_level(level)
    for known in (Level.FULL, Level.INCREMENTAL, Level.SYNTHETIC_FULL):
        protection.StorwareProtection(script.session).check_level(known)


# --- policies, rules and schedules -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "schedules", "expected"),
    [
        (policy(rule(1, "a")), [schedule(11, "nightly", 1)], Cover([Coverage("nightly", True)])),
        (policy(rule(1, "a")), [schedule(11, "off", 1, active=False)], Cover([Coverage("off", False)])),
        (policy(rule(1, "a")), [schedule(11, "other", 2)], Cover([])),
        (policy(rule(1, "a", schedules=[{"guid": guid(11)}])), [schedule(11, "n")], Cover([Coverage("n", True)])),
        (policy(rule(1, "a")), [schedule(11, "copy", 1, backupType=enum("SYNCHRONIZATION"))], Cover([])),
        (policy(rule(1, "a")), [schedule(11, "snap", 1, type=enum("VM_SNAPSHOT"))], Cover([])),
        # A rule that does not work does not protect, however its schedules are.
        (
            policy(rule(1, "a", active=False), rule(2, "b")),
            [schedule(11, "x", 1), schedule(12, "y", 1, 2)],
            Cover([Coverage("x", False), Coverage("y", True)]),
        ),
        (
            policy(rule(1, "a", markedForDeletion=True)),
            [schedule(11, "x", 1)],
            Cover([Coverage("x", False)], ("its backup policy gold has no active rule",)),
        ),
        (policy(), [], Cover([], ("its backup policy gold has no rule",))),
        (
            policy(rule(1, "a"), active=False),
            [schedule(11, "x", 1)],
            Cover([Coverage("x", False)], ("its backup policy gold is not active",)),
        ),
    ],
)
def test_what_a_policy_does(script: Script, told: Any, schedules: list[Any], expected: Cover) -> None:
    script.says("policies/vm-backup", [told])
    script.says("schedules", schedules)
    assert read_covers(script.session) == {POLICY: expected}


def test_no_policy_and_one_that_is_hidden() -> None:
    assert cover_of({}, None) == Cover(notes=("it has no backup policy",))
    hidden = cover_of({}, {"guid": POLICY, "name": "gold"})
    assert (hidden.schedules, hidden.notes) == (None, ("its backup policy gold is not visible to this user",))


# --- backups whose data is gone --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "copies", "restorable", "words"),
    [
        ("SUCCESS", None, True, ""),
        ("SUCCESS", ["PRESENT", "REMOVED"], True, ""),
        ("SUCCESS", ["IN_PROGRESS"], True, ""),
        ("SUCCESS", ["REMOVED", "FAILED"], False, "none of its copies is there any more"),
        ("PARTIAL_SUCCESS", [], False, "none of its copies is there any more"),
        ("SUCCESS_REMOVED", ["PRESENT"], False, "its data has expired"),
        ("FAILED", [], True, ""),
    ],
)
def test_data_that_is_gone(status: str, copies: list[str] | None, restorable: bool, words: str) -> None:
    more: dict[str, Any] = {}
    if copies is not None:
        more["backupLocations"] = [{"guid": guid(9), "status": enum(copy)} for copy in copies]
    found = read_backup(backup(1, status, **more))
    assert (found.restorable, found.message) == (restorable, words)
