# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests to test with, and the vendor's samples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ansible_collections.nightshift.backup.plugins.module_utils.model.levels import Level
from ansible_collections.nightshift.backup.plugins.module_utils.model.request import BackupRequest
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.targets import parse_targets

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "commvault"

SUBCLIENT = {"client": "client001", "app": "SQL Server", "backupset": "defaultBackupSet", "subclient": "default"}


def request(
    *targets: Mapping[str, Any],
    level: Level | None = Level.FULL,
    options: Mapping[str, Any] | None = None,
    **rest: Any,
) -> BackupRequest:
    return BackupRequest(parse_targets(targets or (SUBCLIENT,)), level, options=options or {}, **rest)


def options_with(way: str, value: Any) -> dict[str, Any]:
    """Return the dict in which ``value`` stands at ``way``, whose steps are parted by dots."""
    for step in reversed(way.split(".")):
        value = {step: value}
    options: dict[str, Any] = value
    return options


def leaves(tree: Any, way: str = "") -> dict[str, Any]:
    return dict(_leaves(tree, way))


def _leaves(tree: Any, way: str) -> Iterator[tuple[str, Any]]:
    if isinstance(tree, Mapping):
        for name, value in tree.items():
            yield from _leaves(value, f"{way}/{name}" if way else name)
    elif isinstance(tree, Sequence) and not isinstance(tree, str):
        for position, value in enumerate(tree):
            yield from _leaves(value, f"{way}[{position}]")
    else:
        yield way, tree
