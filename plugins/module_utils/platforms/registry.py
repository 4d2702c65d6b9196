# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The platforms there are. A new one is a folder beside this file and one entry here.

The imports are literal because Ansible finds what to ship to a remote host by reading import statements.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from ..api.errors import InvalidOption
from ..api.messages import Dialect
from ..api.session import Session
from .base import BackupPlatform, SchedulePlatform
from .commvault import arguments as commvault_arguments
from .commvault.auth import CommvaultDialect
from .commvault.platform import CommvaultPlatform
from .commvault.protection import CommvaultProtection
from .commvault.schedule_platform import CommvaultSchedules
from .commvault.tasks import CommvaultTasks
from .protection_base import ProtectionPlatform
from .storware import fields as storware_fields
from .storware.auth import StorwareDialect
from .storware.platform import StorwarePlatform
from .storware.protection import StorwareProtection
from .storware.schedule_fields import schedule_argument_spec, scope_argument_spec
from .storware.schedule_platform import StorwareSchedules
from .storware.tasks import StorwareTasks
from .task_base import TaskPlatform

Supported = TypeVar("Supported")


@dataclass(frozen=True)
class PlatformEntry:
    """How to speak to one platform.

    ``option_key`` is the module option that holds the platform's own options, which every other platform refuses;
    ``payload_spec`` makes the argument spec of that dict, ``target_spec`` that of one entry of ``targets``,
    ``schedule_spec`` that of the dict for schedules where it differs, ``scope_spec`` that of the dict in a scope, where
    there is one. A factory that is ``None`` stands for what is not supported on this platform.
    """

    name: str
    dialect_factory: Callable[[], Dialect]
    platform_factory: Callable[[Session], BackupPlatform]
    option_key: str
    payload_spec: Callable[[], dict[str, Any]]
    target_spec: Callable[[], dict[str, Any]]
    schedules_factory: Callable[[Session], SchedulePlatform] | None = None
    task_factory: Callable[[Session], TaskPlatform] | None = None
    protection_factory: Callable[[Session], ProtectionPlatform] | None = None
    schedule_spec: Callable[[], dict[str, Any]] | None = None
    scope_spec: Callable[[], dict[str, Any]] | None = None

    def schedules(self, session: Session) -> SchedulePlatform:
        """Return the platform's schedules. Raises ``InvalidOption`` where they are not supported."""
        return self._needed(lambda entry: entry.schedules_factory, "Schedules")(session)

    def tasks(self, session: Session) -> TaskPlatform:
        """Return the platform's tasks. Raises ``InvalidOption`` where they are not supported."""
        return self._needed(lambda entry: entry.task_factory, "Listing and steering tasks")(session)

    def protection(self, session: Session) -> ProtectionPlatform:
        """Return the platform's view of protection. Raises ``InvalidOption`` where it is not supported."""
        return self._needed(lambda entry: entry.protection_factory, "Verdicts on protection")(session)

    def _needed(
        self, of: Callable[[PlatformEntry], Callable[[Session], Supported] | None], what: str
    ) -> Callable[[Session], Supported]:
        factory = of(self)
        if factory is not None:
            return factory
        others = ", ".join(entry.name for entry in PLATFORMS.values() if of(entry) is not None)
        raise InvalidOption(f"{what} are not supported with platform {self.name}, only with {others}.")


PLATFORMS: Mapping[str, PlatformEntry] = {
    entry.name: entry
    for entry in (
        PlatformEntry(
            name="commvault",
            dialect_factory=CommvaultDialect,
            platform_factory=CommvaultPlatform,
            schedules_factory=CommvaultSchedules,
            task_factory=CommvaultTasks,
            protection_factory=CommvaultProtection,
            option_key="commvault",
            payload_spec=commvault_arguments.argument_spec,
            target_spec=commvault_arguments.target_argument_spec,
        ),
        PlatformEntry(
            name="storware",
            dialect_factory=StorwareDialect,
            platform_factory=StorwarePlatform,
            task_factory=StorwareTasks,
            protection_factory=StorwareProtection,
            schedules_factory=StorwareSchedules,
            schedule_spec=schedule_argument_spec,
            scope_spec=scope_argument_spec,
            option_key="storware",
            payload_spec=storware_fields.argument_spec,
            target_spec=storware_fields.target_argument_spec,
        ),
    )
}


def refuse_foreign_options(platform: str, params: Mapping[str, Any]) -> None:
    """Raise ``InvalidOption`` where the options of another platform than ``platform`` are given."""
    for entry in PLATFORMS.values():
        if entry.name != platform and params.get(entry.option_key) is not None:
            raise InvalidOption(f"{entry.option_key} holds options of {entry.name}, and platform is {platform}.")


def need_platform(needed: str, platform: str, module: str) -> None:
    """Raise ``InvalidOption`` where a module that speaks to one platform alone is to speak to another."""
    if platform != needed:
        raise InvalidOption(f"{module} speaks to {needed} alone, and platform is {platform}.")


def payload_specs() -> dict[str, dict[str, Any]]:
    """Return the argument specs of the platforms' own options, by the name of the option that holds them."""
    return {entry.option_key: {"type": "dict", "options": entry.payload_spec()} for entry in PLATFORMS.values()}


def schedule_specs() -> dict[str, dict[str, Any]]:
    """Return the argument specs of the platforms' own options for schedules, of the platforms that support these."""
    return {
        entry.option_key: {"type": "dict", "options": (entry.schedule_spec or entry.payload_spec)()}
        for entry in PLATFORMS.values()
        if entry.schedules_factory is not None
    }


def scope_specs() -> dict[str, dict[str, Any]]:
    """Return the argument specs of what the platforms' own options say of a scope."""
    return {
        entry.option_key: {"type": "dict", "options": entry.scope_spec()}
        for entry in PLATFORMS.values()
        if entry.scope_spec is not None
    }


def target_spec() -> dict[str, Any]:
    """Return the argument spec of one entry of ``targets``: the options of all platforms together."""
    merged: dict[str, Any] = {}
    for entry in PLATFORMS.values():
        merged.update(entry.target_spec())
    return merged
