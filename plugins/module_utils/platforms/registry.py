# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The platforms there are. A new one is a folder beside this file and one entry here.

The imports are literal because Ansible finds what to ship to a remote host by reading import statements.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ..api.messages import Dialect
from ..api.session import Session
from .base import BackupPlatform
from .commvault.auth import CommvaultDialect
from .commvault.platform import CommvaultPlatform


@dataclass(frozen=True)
class PlatformEntry:
    """How to speak to one platform.

    ``option_key`` is the module option that holds the platform's own options, which every other platform refuses.
    """

    name: str
    dialect_factory: Callable[[], Dialect]
    platform_factory: Callable[[Session], BackupPlatform]
    option_key: str


PLATFORMS: Mapping[str, PlatformEntry] = {
    entry.name: entry
    for entry in (
        PlatformEntry(
            name="commvault",
            dialect_factory=CommvaultDialect,
            platform_factory=CommvaultPlatform,
            option_key="commvault",
        ),
    )
}
