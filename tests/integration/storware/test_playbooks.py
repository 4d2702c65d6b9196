# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks that are for Storware, or for both platforms, as they are."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from ..tasks.test_playbooks import play
from .support import Sandbox

QUICK = {"restore_poll": "0.1s"}


def machines(sandbox: Sandbox) -> list[tuple[str, str]]:
    """Return name and GUID of all VMs but the one that an inventory finds."""
    found = [(one["name"], one["guid"]) for one in sandbox.get("virtual-machines")]
    return sorted(one for one in found if one[0] != "newborn01")


def test_a_restore_is_tested_from_names_alone(sandbox: Sandbox, tmp_path: Path) -> None:
    vm = sandbox.new_vm("restorable01")["name"]
    before, good = machines(sandbox), sandbox.past(vm, 1)
    sandbox.past(vm, 0.5, "PARTIAL_SUCCESS")
    names: dict[str, Any] = {"restore_cluster": "rhv1-cluster", "restore_storage": "rhv1-fast"}
    done = play(sandbox, "restore_test", tmp_path, vm_name=vm, **names, **QUICK)
    assert done.returncode == 0, done.stdout
    assert f"{vm} was restored as {vm}-restore-test-" in done.stdout
    assert f"from {good}, and removed again" in done.stdout
    assert machines(sandbox) == before
    (restore,) = sandbox.sent("tasks/restore-and-import")
    assert restore["body"]["overwrite"] is False
    assert re.fullmatch(rf"{vm}-restore-test-\d{{8}}-\d{{6}}", restore["body"]["restoredPeName"])
    storage = next(one for one in sandbox.get("hypervisor-storages") if one["name"] == "rhv1-fast")
    assert restore["body"]["restoreStorageId"] == storage["uuid"]
    assert (len(sandbox.sent("session/login")), len(sandbox.sent("session/logout"))) == (1, 1)


def test_a_restore_test_overwrites_nothing_and_removes_nothing_else(sandbox: Sandbox, tmp_path: Path) -> None:
    before = machines(sandbox)
    taken = play(sandbox, "restore_test", tmp_path, vm_name="db02", restore_name="web01", **QUICK)
    assert taken.returncode != 0
    overwriting = {"restore_more": {"overwrite": True}, "restore_name": "db02-copy"}
    failing = play(sandbox, "restore_test", tmp_path, vm_name="norestore01", **overwriting, **QUICK)
    assert failing.returncode != 0
    assert "Import failed" in failing.stdout
    assert machines(sandbox) == before
    assert [one["body"]["overwrite"] for one in sandbox.sent("tasks/restore-and-import")] == [False]
    assert sandbox.sent("tasks/delete") == []


def test_prove_protection(sandbox: Sandbox, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    failed = play(sandbox, "prove_protection", tmp_path, backup_platform="storware", report_file=str(report))
    assert failed.returncode != 0
    rows = json.loads(report.read_text())["targets"]
    bare = sorted({row["target"]["name"] for row in rows if not row["protected"]})
    assert "broken01" in bare
    assert "nopolicy01" in bare
    assert "it has no backup policy" in failed.stdout
