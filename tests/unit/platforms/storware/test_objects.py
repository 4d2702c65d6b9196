# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects by exact names, and the newest good backup."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.api.errors import Ambiguous, InvalidOption, NotFound
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.storware.objects import (
    KINDS,
    Wanted,
    check_wanted,
    read_objects,
)
from ansible_collections.nightshift.backup.tests.unit.platforms.storware.scripted import (
    VM,
    VM2,
    Script,
    backup,
    enum,
    guid,
    vm,
)


def read(script: Script, what: str, **options: Any) -> list[Any]:
    wanted = Wanted(what, **options)
    check_wanted(wanted)
    return [record["guid"] for record in read_objects(script.session, wanted)]


@pytest.mark.parametrize("what", list(KINDS))
def test_every_kind_by_name_and_guid(script: Script, what: str) -> None:
    key = next(iter(KINDS[what].names), "name")
    script.says(KINDS[what].path, [{"guid": guid(1), key: "a"}, {"guid": guid(2), key: "ab"}, {"guid": guid(3)}])
    assert read(script, what) == [guid(1), guid(2), guid(3)]
    assert read(script, what, guid=guid(2).upper()) == [guid(2)]
    if KINDS[what].names:
        assert read(script, what, name="a") == [guid(1)]
        assert read(script, what, name="A") == []
    else:
        with pytest.raises(InvalidOption, match=f"{what} have no names. Narrow them by protected_entity"):
            read(script, what, name="a")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"what": "nodes", "name": " "}, "name is empty"),
        ({"what": "nodes", "guid": "node1"}, "must be a GUID"),
        ({"what": "nodes", "protected_entity": "db01"}, "cannot be narrowed"),
        ({"what": "backups", "latest_good": True}, "latest_good needs"),
        ({"what": "nodes", "latest_good": True}, "latest_good needs"),
        ({"what": "mounted_backups", "backup": "x"}, "must be a GUID"),
    ],
)
def test_what_cannot_be_meant(options: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidOption, match=words):
        check_wanted(Wanted(**options))


def test_the_entity_may_be_a_name(script: Script) -> None:
    script.says("virtual-machines", [vm()])
    script.says("backups", [backup(1), backup(2, protectedEntity={"guid": VM2})])
    assert read(script, "backups", protected_entity="db01") == [guid(1)]
    assert script.calls[-1][2] == {"protected-entity": [VM]}
    script.says("virtual-machines", [vm(), vm(VM2)])
    with pytest.raises(Ambiguous, match="fits 2"):
        read(script, "backups", protected_entity="db01")


def test_the_newest_good_backup(script: Script) -> None:
    gone = [{"guid": guid(90), "status": enum("REMOVED")}]
    records = [
        backup(1, age=500),
        backup(2, age=400, warnings=["slow"]),
        backup(3, "PARTIAL_SUCCESS", age=300),
        backup(4, age=200, backupLocations=gone),
        backup(5, "SUCCESS_REMOVED", age=100),
        backup(6, "INPROGRESS", age=10),
    ]
    script.says("backups", records)
    assert read(script, "backups", protected_entity=VM, latest_good=True) == [guid(2)]
    copies = [
        {"guid": guid(number), "backup": {"guid": guid(of)}, "status": enum(status), "roleType": enum(role)}
        for number, of, status, role in (
            (21, 1, "PRESENT", "PRIMARY"),
            (22, 2, "PRESENT", "SECONDARY"),
            (23, 2, "PRESENT", "PRIMARY"),
            (24, 2, "REMOVED", "PRIMARY"),
        )
    ]
    script.says("backup-locations", copies)
    assert read(script, "backup_locations", protected_entity=VM, latest_good=True) == [guid(23)]
    script.says("backup-locations", copies[:1])
    assert read(script, "backup_locations", protected_entity=VM, latest_good=True) == [guid(21)]


def test_no_good_backup_is_an_error(script: Script) -> None:
    script.says("backups", [backup(1, "FAILED")])
    with pytest.raises(NotFound, match="no good backup"):
        read(script, "backups", protected_entity=VM, latest_good=True)
