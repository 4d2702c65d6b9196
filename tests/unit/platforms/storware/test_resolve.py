# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From names to the objects of the server: exactly one, or a sentence that says why not."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.api.errors import (
    Ambiguous,
    InvalidOption,
    NotFound,
    Rejected,
    ServiceError,
)
from ansible_collections.nightshift.backup.plugins.module_utils.model.levels import Level
from ansible_collections.nightshift.backup.plugins.module_utils.model.request import BackupRequest
from ansible_collections.nightshift.backup.plugins.module_utils.model.target import Target
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.storware.resolve import Resolver
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.storware.targets import parse_targets
from ansible_collections.nightshift.backup.tests.unit.platforms.storware.scripted import (
    POLICY,
    VM,
    VM2,
    Script,
    enum,
    guid,
    rule,
    vm,
)


def resolve(script: Script, *given: dict[str, Any], **options: Any) -> list[Target | ServiceError]:
    targets = parse_targets(given)
    request = BackupRequest(targets=targets, level=Level.FULL, options=options)
    return list(Resolver(script.session, request).run().values())


@pytest.fixture
def estate(script: Script) -> Script:
    script.says("virtual-machines", [vm(), vm(VM2, "db01", present=False), vm(guid(3), "db02")])
    script.says(f"virtual-machines/{VM}", vm())
    script.says(f"policies/vm-backup/{POLICY}", {"guid": POLICY, "name": "gold", "rules": [rule(11, "Default")]})
    return script


def test_a_name_is_one_entity_with_the_only_rule_of_its_policy(estate: Script) -> None:
    (found,) = resolve(estate, {"name": "db01"})
    assert isinstance(found, Target)
    assert found.resolved == {"guid": VM, "rules": (guid(11),), "destination": None, "named": None}
    assert [path for _method, path, _query, _body in estate.calls] == [
        "virtual-machines",
        f"policies/vm-backup/{POLICY}",
    ]
    assert estate.calls[0][2] == {"nameLike": ["db01"]}


def test_what_the_servers_search_misses_is_found_in_the_whole_list(estate: Script) -> None:
    estate.says("virtual-machines", [], [vm()])
    (found,) = resolve(estate, {"name": "db01"})
    assert isinstance(found, Target)


def test_many_names_are_read_as_one_list(estate: Script) -> None:
    estate.says("virtual-machines", [vm(guid(number), f"vm{number}") for number in range(100, 120)])
    found = resolve(estate, *({"name": f"vm{number}"} for number in range(100, 120)))
    assert all(isinstance(one, Target) for one in found)
    assert len(estate.calls) == 2


@pytest.mark.parametrize(
    ("target", "kind", "words"),
    [
        ({"name": "DB01"}, NotFound, "not on the server"),
        ({"name": "db01", "hypervisor": "h9"}, NotFound, "is elsewhere: db01, hypervisor h1, manager rhv1"),
        ({"guid": VM2}, NotFound, "there is no such VM"),
        ({"guid": VM, "name": "web"}, Rejected, "belongs to db01"),
    ],
)
def test_what_is_not_there(estate: Script, target: dict[str, Any], kind: type[Exception], words: str) -> None:
    (error,) = resolve(estate, target)
    assert isinstance(error, kind)
    assert words in str(error)


def test_a_name_of_what_is_gone(estate: Script) -> None:
    estate.says("virtual-machines", [vm(present=False)])
    (error,) = resolve(estate, {"name": "db01"})
    assert "no longer present" in str(error)


def test_a_name_that_two_share_lists_them_and_is_narrowed(estate: Script) -> None:
    elsewhere = {"hypervisor": {"guid": guid(5), "name": "h2"}, "hvManager": {"guid": guid(6), "name": "vc1"}}
    estate.says("virtual-machines", [vm(), vm(VM2, "db01", **elsewhere)])
    (error,) = resolve(estate, {"name": "db01"})
    assert isinstance(error, Ambiguous)
    assert f"db01, hypervisor h1, manager rhv1, guid {VM}; db01, hypervisor h2, manager vc1, guid {VM2}" in str(error)
    for more in ({"hypervisor": "h2"}, {"hypervisor_manager": "vc1"}, {"hypervisor": guid(5)}):
        (found,) = resolve(estate, {"name": "db01", **more})
        assert isinstance(found, Target)
        assert found.resolved["guid"] == VM2


def test_a_name_and_a_guid_of_the_same_entity(estate: Script) -> None:
    with pytest.raises(InvalidOption, match="same target"):
        resolve(estate, {"name": "db01"}, {"guid": VM})


def test_a_project_is_asked_for_and_its_prefix_is_not_part_of_the_name(estate: Script) -> None:
    estate.says("virtual-machines", [vm(name="uuid_p-1_db01")])
    (found,) = resolve(estate, {"name": "db01", "project": "p-1"})
    assert isinstance(found, Target)
    assert estate.calls[0][2] == {"nameLike": ["db01"], "project-uuid": ["p-1"]}


POLICY_RULES = [
    rule(11, "local"),
    rule(12, "offsite"),
    rule(13, "off", active=False),
    rule(14, "old", markedForDeletion=True),
    rule(15, "twin"),
    rule(16, "twin"),
]


@pytest.mark.parametrize(
    ("rules", "wanted", "chosen"),
    [
        (POLICY_RULES[1:4], None, [12]),
        (POLICY_RULES, ["all"], [11, 12, 15, 16]),
        (POLICY_RULES, ["offsite", "local"], [11, 12]),
        (POLICY_RULES, [guid(16).upper()], [16]),
    ],
)
def test_rules(estate: Script, rules: Any, wanted: Any, chosen: list[int]) -> None:
    estate.says(f"policies/vm-backup/{POLICY}", {"guid": POLICY, "name": "gold", "rules": rules})
    (found,) = resolve(estate, {"name": "db01"}, rules=wanted)
    assert isinstance(found, Target)
    assert found.resolved["rules"] == tuple(guid(number) for number in chosen)


@pytest.mark.parametrize(
    ("rules", "wanted", "kind", "words"),
    [
        (POLICY_RULES, None, Ambiguous, f"several active rules: local ({guid(11)}), offsite ({guid(12)}), twin"),
        ([], None, NotFound, "no active rule"),
        (POLICY_RULES[2:4], ["all"], NotFound, "no active rule"),
        (POLICY_RULES, ["tape"], NotFound, "no rule tape. Its rules are local"),
        (POLICY_RULES, ["off"], Rejected, "not active or marked for deletion"),
        (POLICY_RULES, ["old"], Rejected, "not active or marked for deletion"),
        (POLICY_RULES, ["twin"], Ambiguous, "several rules twin"),
    ],
)
def test_rules_that_are_refused(estate: Script, rules: Any, wanted: Any, kind: type[Exception], words: str) -> None:
    estate.says(f"policies/vm-backup/{POLICY}", {"guid": POLICY, "name": "gold", "rules": rules})
    (error,) = resolve(estate, {"name": "db01"}, rules=wanted)
    assert isinstance(error, kind)
    assert words in str(error)


def test_a_vm_without_a_policy(estate: Script) -> None:
    estate.says("virtual-machines", [{**vm(), "vmBackupPolicy": None}])
    estate.says(f"virtual-machines/{VM}", {**vm(), "vmBackupPolicy": None})
    (error,) = resolve(estate, {"name": "db01"})
    assert isinstance(error, NotFound)
    assert "db01 has no backup policy" in str(error)


def test_a_destination_needs_no_rules(estate: Script) -> None:
    estate.says("backup-destinations", [{"guid": guid(21), "name": "fs1"}, {"guid": guid(22), "name": "s3"}])
    (found,) = resolve(estate, {"name": "db01"}, backup_destination="s3")
    assert isinstance(found, Target)
    assert found.resolved == {"guid": VM, "rules": (), "destination": guid(22), "named": None}
    with pytest.raises(NotFound, match="no backup destination tape"):
        resolve(estate, {"name": "db01"}, backup_destination="tape")


def test_other_entities_than_vms_need_their_rules_by_guid(script: Script) -> None:
    records = [{"guid": VM, "name": "pg", "type": enum("APP")}, {"guid": VM2, "name": "pg", "type": enum("OS")}]
    script.says("protected-entities", records)
    target = {"name": "pg", "kind": "app"}
    (found,) = resolve(script, target, rules=[guid(31)])
    assert isinstance(found, Target)
    assert {**found.resolved, "named": None} == {"guid": VM, "rules": (guid(31),), "destination": None, "named": None}
    assert "not documented" in str(resolve(script, target)[0])
    assert "cannot be looked up" in str(resolve(script, target, rules=["Default"])[0])


def test_a_privilege_that_is_missing_is_told_for_each_target(script: Script) -> None:
    script.says("virtual-machines", 403)
    assert all("HTTP 403" in str(error) for error in resolve(script, {"name": "a"}, {"name": "b"}))
