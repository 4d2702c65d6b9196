# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a play names to be backed up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Target:
    """One entry of ``targets``.

    ``position`` is its place in the list as given, ``given`` the options that were really set (never ``None``),
    ``label`` a short name for people, made by the platform, and ``resolved`` what a look-up added
    (for example the GUID behind a name).
    """

    position: int
    given: Mapping[str, Any]
    label: str
    resolved: Mapping[str, Any] = field(default_factory=dict)
