# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``storware_info`` against a server: every kind of objects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from .support import Modules, Sandbox, serving

RHV = "https://rhv1.example.com/ovirt-engine/api"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A sandbox that still has all that it began with: other tests call every operation there is."""
    with serving(tmp_path_factory.mktemp("whole")) as ready:
        yield Sandbox(ready)


@pytest.mark.parametrize(
    ("what", "narrowed", "name"),
    [
        ("virtual_machines", {}, "web02"),
        ("backups", {"protected_entity": "web02"}, None),
        ("backup_locations", {"protected_entity": "web02"}, None),
        ("hypervisors", {}, "esx01.example.com"),
        ("hypervisor_managers", {}, RHV),
        ("clusters", {"hypervisor_manager": RHV}, "rhv1-cluster"),
        ("storages", {"hypervisor_manager": RHV}, "rhv1-fast"),
        ("policies", {}, "gold"),
        ("backup_destinations", {}, "fs1"),
        ("nodes", {}, "node1"),
        ("restore_jobs", {"protected_entity": "norestore01"}, None),
        ("mounted_backups", {"protected_entity": "files01"}, None),
    ],
)
def test_each_kind(modules: Modules, what: str, narrowed: dict[str, Any], name: str | None) -> None:
    every = modules.run("storware_info", what=what).good().result
    some = modules.run("storware_info", what=what, **narrowed).good().result
    assert 1 <= some["total"] == len(some["objects"]) <= every["total"]
    assert (some["total"] < every["total"]) is bool(narrowed) or what in ("restore_jobs", "mounted_backups")
    assert some["changed"] is False
    if name is None:
        assert f"{what} have no names" in modules.run("storware_info", what=what, name="x").bad("invalid").result["msg"]
        chosen = some["objects"][0]
    else:
        (chosen,) = modules.run("storware_info", what=what, name=name, **narrowed).good().result["objects"]
        assert name in chosen.values()
    by_guid = modules.run("storware_info", what=what, guid=chosen["guid"], **narrowed).good().result["objects"]
    assert [one["guid"] for one in by_guid] == [chosen["guid"]]


@pytest.mark.parametrize(
    ("given", "kind", "words"),
    [
        ({"protected_entity": "clone01"}, "ambiguous", "the name fits 2 entities"),
        ({"protected_entity": "gone01"}, "not_found", "no longer present on its hypervisor"),
        ({"protected_entity": "orphan01", "latest_good": True}, "not_found", "has no good backup whose data is still"),
        ({"what": "clusters", "hypervisor_manager": "nowhere"}, "not_found", "There are https://os1.example.com"),
        ({"what": "nodes", "user": "tenant"}, "forbidden", "NODE_READ"),
        ({"password": "wrong horse"}, "authentication", "The login was refused (HTTP 401)"),
    ],
)
def test_what_a_user_is_told(modules: Modules, sandbox: Sandbox, given: dict[str, Any], kind: str, words: str) -> None:
    ran = modules.run("storware_info", **{"what": "backups", **given}).bad(kind)
    assert words in ran.result["msg"]
    assert len(sandbox.sent("session/login")) == 1


def test_the_newest_good_backup_is_one_whose_data_is_there(modules: Modules, sandbox: Sandbox) -> None:
    name = sandbox.new_vm("latest01")["name"]
    good = sandbox.past(name, 30)
    for hours, status in ((20, "PARTIAL_SUCCESS"), (10, "SUCCESS_REMOVED"), (5, "FAILED")):
        sandbox.past(name, hours, status)
    sandbox.past(name, 3, locations=[])
    latest = {"protected_entity": name, "latest_good": True}
    (found,) = modules.run("storware_info", what="backups", **latest).good().result["objects"]
    (copy,) = modules.run("storware_info", what="backup_locations", **latest).good().result["objects"]
    assert (found["guid"], copy["backup"]["guid"]) == (good, good)
