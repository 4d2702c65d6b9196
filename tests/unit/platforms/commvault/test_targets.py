# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import time
from typing import Any

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.api.errors import InvalidOption
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.targets import (
    association,
    covers_backup_set,
    covers_set_unasked,
    entity_matches,
    parse_targets,
)

SET = {"client": "c1", "backupset": "b"}
SUB = {**SET, "subclient": "s"}


def refusal(*targets: Any) -> str:
    with pytest.raises(InvalidOption) as caught:
        parse_targets(targets)
    return str(caught.value)


def test_label_names_what_was_given() -> None:
    named, by_id = parse_targets(
        [
            {"client": "client001", "app": "File System", "backupset": "defaultBackupSet", "subclient": "default"},
            {"client_id": 4, "backupset_id": 5, "subclient": None},
        ]
    )
    assert named.label == "client001/File System/defaultBackupSet/default"
    assert by_id.label == "#4/#5"
    assert by_id.given == {"client_id": 4, "backupset_id": 5}


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ({"client": "c"}, "targets[0] names no backupset"),
        ({"backupset": "b"}, "targets[0] names no client"),
        ({**SET, "client": ""}, "targets[0].client is empty"),
        ({**SET, "subclient": " \t"}, "targets[0].subclient is empty"),
        ({**SET, "subclient": "*"}, "entity_type: backupset"),
        ({**SET, "client": "*"}, "no wildcards"),
        ({**SUB, "entity_type": "backupset"}, "together with entity_type: backupset"),
        ({**SET, "entity_type": "subclient"}, "names none"),
        ({**SET, "entity_type": "client"}, "must be one of backupset, subclient"),
        ({**SET, "guid": "x"}, "targets[0].guid is no option of a Commvault target"),
        ({**SET, "hypervisor": "x"}, "targets[0].hypervisor is no option"),
        ({**SET, "client_id": -1}, "targets[0].client_id must be 0 or more; got -1"),
        ({**SET, "client_id": True}, "must be a whole number"),
        ({**SET, "client": 5}, "targets[0].client must be text"),
        ({**SET, "app": "Oracle", "app_id": 81}, "Oracle has the ID 22, but app_id is 81, which is SQL Server"),
        ("c1", "targets[0] must be a dict"),
    ],
)
def test_what_cannot_be_meant_is_refused(target: Any, words: str) -> None:
    assert words in refusal(target)


def test_no_targets_are_refused() -> None:
    assert "at least one" in refusal()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (SUB, SUB),
        (SUB, {**SUB, "client": "C1", "subclient": "S"}),
        (SUB, {**SUB, "client_id": 3}),
        (SUB, {**SUB, "app": "SQL Server"}),
        ({**SUB, "app": "File System"}, {**SUB, "app": "Linux File System"}),
        ({**SUB, "app": "SQL Server"}, {**SUB, "app_id": 81}),
        ({"client_id": 1, "backupset_id": 2}, {"client_id": 1, "backupset_id": "2", "client": "x"}),
        (SET, {**SET, "entity_type": "backupset"}),
    ],
)
def test_duplicates_are_refused(first: Any, second: Any) -> None:
    assert "are the same target" in refusal(first, {"client": "other", "backupset": "b"}, second)
    assert "targets[1] and targets[2] are the same" in refusal({"client": "other", "backupset": "b"}, second, first)


@pytest.mark.parametrize("pair", [(SET, SUB), (SUB, SET), (SET, {**SUB, "subclient_id": 9})])
def test_a_set_beside_its_own_subclient_is_refused(pair: Any) -> None:
    assert "a backup set and a subclient of it" in refusal(*pair)


@pytest.mark.parametrize(
    "other",
    [
        {**SUB, "subclient": "t"},
        {**SUB, "client": "c2"},
        {**SUB, "backupset": "other"},
        {**SUB, "app": "Oracle"},
        {**SUB, "instance": "two"},
        {**SUB, "company": "two"},
        {**SUB, "commcell_id": 3},
        {**SUB, "client_id": 8},
    ],
)
def test_different_targets_are_told_apart(other: Any) -> None:
    first = {**SUB, "app": "SQL Server", "instance": "one", "company": "one", "commcell_id": 2, "client_id": 7}
    assert len(parse_targets([first, other])) == 2


def test_many_targets_are_compared_quickly() -> None:
    started = time.perf_counter()
    parse_targets([{**SUB, "subclient": f"s{number}"} for number in range(3000)])
    assert time.perf_counter() - started < 60


def test_documented_applications_fill_each_other_in() -> None:
    by_name, by_id, unknown = parse_targets(
        [
            {**SUB, "app": "PostgreSQL"},
            {**SUB, "client": "c2", "app_id": 81},
            {**SUB, "client": "c3", "app": "Something New"},
        ]
    )
    assert association(by_name)["applicationId"] == 125
    assert association(by_id)["appName"] == "SQL Server"
    assert "applicationId" not in association(unknown)


@pytest.mark.parametrize(
    "given", [{"app": "File System"}, {"app": "Linux File System"}, {"app_id": 29}, {"app_id": 33}]
)
def test_a_name_with_several_ids_is_left_alone(given: Any) -> None:
    (target,) = parse_targets([{**SUB, **given}])
    assert len({"appName", "applicationId"} & set(association(target))) == 1


def test_association_is_in_the_vendors_words() -> None:
    (target,) = parse_targets(
        [{**SUB, "company": "acme", "company_id": 3, "multi_commcell_id": 4, "display_name": "d"}]
    )
    assert association(target) == {
        "clientName": "c1",
        "backupsetName": "b",
        "subclientName": "s",
        "displayName": "d",
        "entityInfo": {"companyName": "acme", "companyId": 3, "multiCommcellId": 4},
        "_type_": 7,
    }
    assert association(target, "name")["_type_"] == "SUBCLIENT_ENTITY"
    assert association(target, "mixed", "xml")["_type_"] == "SUBCLIENT_ENTITY"


def test_a_set_is_known_as_such() -> None:
    whole, asked, part = parse_targets(
        [SET, {**SET, "client": "c2", "entity_type": "backupset"}, {**SUB, "client": "c3"}]
    )
    assert [covers_backup_set(target) for target in (whole, asked, part)] == [True, True, False]
    assert [covers_set_unasked(target) for target in (whole, asked, part)] == [True, False, False]


ENTITY = {
    "clientId": 4,
    "clientName": "C1",
    "applicationId": 81,
    "appName": "SQL Server",
    "instanceName": "one",
    "backupsetName": "B",
    "subclientId": 11,
    "subclientName": "S",
    "_type_": 3,
}


@pytest.mark.parametrize(
    ("target", "verdict"),
    [
        (SUB, True),
        (SET, True),
        ({**SUB, "client_id": 4, "client": "renamed"}, True),
        ({**SUB, "client_id": 5}, False),
        ({**SUB, "subclient_id": 11, "subclient": "renamed"}, True),
        ({**SUB, "subclient": "t"}, False),
        ({**SUB, "app": "sql server", "instance": "ONE"}, True),
        ({**SUB, "app_id": 22}, False),
        ({**SUB, "app": "Oracle"}, False),
        ({**SUB, "instance": "two"}, False),
        ({**SUB, "instance_id": 8}, None),
        ({**SUB, "client": "other", "instance_id": 8}, False),
        ({"client_id": 4, "backupset_id": 6}, None),
        ({"client": "c1", "client_id": 0, "backupset": "b"}, True),
    ],
)
def test_entities_are_recognised(target: Any, verdict: bool | None) -> None:
    (parsed,) = parse_targets([target])
    assert entity_matches(parsed, ENTITY) is verdict


@pytest.mark.parametrize(
    ("target", "shown", "verdict"),
    [
        ({"company": "Acme"}, {"entityInfo": {"companyName": "acme"}}, True),
        ({"company": "Acme"}, {"entityInfo": {"companyName": "Zenith", "companyId": 3}}, False),
        ({"company_id": 3}, {"entityInfo": {"companyName": "Zenith", "companyId": 4}}, False),
        ({"company_id": 3}, {"entityInfo": {"companyId": 0, "companyName": ""}}, True),
        ({"company": "Acme"}, {}, True),
        ({"commcell_id": 2}, {"commCellId": 5}, False),
        ({"commcell_id": 0}, {"commCellId": 5}, True),
        ({"multi_commcell_id": 7}, {"entityInfo": {"multiCommcellId": 8}}, False),
        ({}, {"commCellId": 2, "entityInfo": {"companyName": "Acme", "companyId": 3}}, True),
    ],
)
def test_a_namesake_of_another_company_is_another(target: Any, shown: Any, verdict: bool) -> None:
    (parsed,) = parse_targets([{**SUB, **target}])
    assert entity_matches(parsed, {**ENTITY, **shown}) is verdict


def test_file_system_agents_go_by_several_names() -> None:
    (target,) = parse_targets([{**SUB, "app": "File System"}])
    assert entity_matches(target, {**ENTITY, "appName": "Linux File System", "applicationId": 29}) is True
    assert entity_matches(target, {**ENTITY, "applicationId": 29, "appName": ""}) is True


def test_zero_in_an_entity_says_nothing() -> None:
    (target,) = parse_targets([{**SUB, "client_id": 4}])
    assert entity_matches(target, {**ENTITY, "clientId": 0}) is True
    assert entity_matches(target, {}) is None
