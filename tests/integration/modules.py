# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All modules of the collection, as tests run them without Ansible around them."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

from ansible_collections.nightshift.backup.plugins.module_utils.runner import EntryPoint

_FOLDER = Path(__file__).parents[2] / "plugins" / "modules"
_PACKAGE = "ansible_collections.nightshift.backup.plugins.module_utils.entrypoints"

ENTRIES: Mapping[str, EntryPoint] = {
    path.stem: import_module(f"{_PACKAGE}.{path.stem}").ENTRY for path in sorted(_FOLDER.glob("*.py"))
}
