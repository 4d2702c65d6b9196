# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the files of the repository say about each other."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.nightshift.backup.plugins.module_utils.version import VERSION

ROOT = Path(__file__).resolve().parents[2]

HEADER = (
    "Copyright (c) 2026, nightshift.backup contributors",
    "GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)",
    "SPDX-License-Identifier: GPL-3.0-or-later",
)
CODE = {".cfg", ".in", ".j2", ".py", ".sh", ".toml", ".yaml", ".yml"}
CODE_WITHOUT_SUFFIX = {".ci/run", "Makefile"}
# antsibull-changelog writes this file anew at each release.
GENERATED = {"changelogs/changelog.yaml"}


def read_yaml(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def source_files() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_action_group_holds_every_module() -> None:
    modules = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("*.py"))
    assert sorted(read_yaml("meta/runtime.yml")["action_groups"]["all"]) == modules


def test_every_module_has_its_action_plugin() -> None:
    modules = {path.name for path in (ROOT / "plugins" / "modules").glob("*.py")}
    actions = {path.name for path in (ROOT / "plugins" / "action").glob("*.py")}
    assert modules == actions


def test_requests_carry_the_version_of_the_collection() -> None:
    assert read_yaml("galaxy.yml")["version"] == VERSION


def test_every_code_file_names_its_licence() -> None:
    without = []
    for name in source_files():
        if name in GENERATED or (Path(name).suffix not in CODE and name not in CODE_WITHOUT_SUFFIX):
            continue
        with (ROOT / name).open(encoding="utf-8") as file:
            top = "".join(line for line, _number in zip(file, range(6), strict=False))
        if not all(line in top for line in HEADER):
            without.append(name)
    assert without == []


def test_no_sanity_check_is_ignored() -> None:
    assert list((ROOT / "tests" / "sanity").glob("ignore-*")) == []


def test_requirements_are_pinned() -> None:
    for lock in (ROOT / "requirements").glob("*.txt"):
        lines = [line for line in lock.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
        assert lines
        assert [line for line in lines if "==" not in line] == []
