# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one table of what a Storware backup request can say.

Each row joins an option of a play with its place in the request, where it has one. Argument specs, request bodies and
reference documentation are made from it. Source: the vendor's Tasks page, and what its own clients send.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ENTITY_TYPES = (
    "VM",
    "APP",
    "STORAGE",
    "OS",
    "OS_AGENT",
    "CLOUD",
    "CLOUD_USER",
    "CLOUD_GROUP",
    "CLOUD_SITE",
    "CLOUD_TEAMS",
)
"""The vendor's types of protected entities; in a play they are written in lower case."""


@dataclass(frozen=True)
class Option:
    """An option: its name, its Ansible type, what is said of it, and its name in the request if it stands there."""

    name: str
    type: str
    description: tuple[str, ...]
    wire: str = ""
    choices: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None

    def argument(self) -> dict[str, Any]:
        """Return its part of an argument spec."""
        argument: dict[str, Any] = {"type": self.type}
        if self.type == "list":
            argument["elements"] = "str"
        if self.choices:
            argument["choices"] = list(self.choices)
        return argument


TARGET_OPTIONS: tuple[Option, ...] = (
    Option(
        "name",
        "str",
        (
            "The name of a protected entity of Storware, such as a VM, exactly as the server shows it.",
            "A Storware target needs this or O(targets[].guid). A name that several share must be narrowed.",
        ),
    ),
    Option("guid", "str", ("The GUID that Storware gave the entity. The platform's own uuid is another thing.",)),
    Option("hypervisor", "str", ("The host name or GUID of the hypervisor, to narrow a name.",)),
    Option("hypervisor_manager", "str", ("The name, URL or GUID of the hypervisor manager, to narrow a name.",)),
    Option(
        "project",
        "str",
        (
            "The UUID of the project that look-ups are narrowed to. It is sent as C(project-uuid).",
            "The prefix that Storware gives names of projects is not part of O(targets[].name).",
        ),
    ),
    Option(
        "kind",
        "str",
        (
            "What kind of entity it is. By default a V(vm).",
            "Which rules other entities have is not documented, so give the GUIDs in C(storware.rules) for them.",
        ),
        choices=tuple(kind.lower() for kind in ENTITY_TYPES),
    ),
)

PLATFORM_OPTIONS: tuple[Option, ...] = (
    Option(
        "backup_destination",
        "str",
        (
            "The name or GUID of the backup destination, for servers of version 4, which know no rules in a request.",
            "Cannot be given with O(storware.rules).",
        ),
        wire="backupDestination",
    ),
    Option(
        "rules",
        "list",
        (
            "The rules of the entity's backup policy to back up by, as names or GUIDs. They fix the destinations.",
            "With none given, the policy's only active rule is used, and several are refused and listed.",
            "V(all) alone means every active rule. A rule that is not of the entity's policy is refused.",
            "With some given, O(skip_if_running) and O(max_age) only count backups of all these rules or destinations.",
            "What the server does not tell of a backup is no reason not to count it.",
        ),
        wire="rules",
    ),
    Option(
        "priority",
        "int",
        ("The priority of the tasks, from 0 to 100. Higher ones start first.",),
        wire="priority",
        minimum=0,
        maximum=100,
    ),
    Option("retry_count", "int", ("How often a failed task is tried again.",), wire="retryCount", minimum=0),
    Option(
        "window_start",
        "str",
        (
            "When the backup may start at the earliest, as ISO 8601 with a time zone, or as a duration from now.",
            "By default now.",
        ),
        wire="windowStart",
    ),
    Option(
        "window_end",
        "str",
        (
            "When the backup may start at the latest, in the same forms. It may run on after it.",
            "Without it the server decides. A backup that has not started by then fails.",
        ),
        wire="windowEnd",
    ),
    Option(
        "async",
        "bool",
        (
            "Whether the server may make the tasks after its answer. By default it may, as in the vendor's own client.",
            "Tasks that its answer leaves out are looked for.",
        ),
        wire="async",
    ),
)

BY_TARGET_OPTION: Mapping[str, Option] = {option.name: option for option in TARGET_OPTIONS}
BY_PLATFORM_OPTION: Mapping[str, Option] = {option.name: option for option in PLATFORM_OPTIONS}


def argument_spec() -> dict[str, Any]:
    """Return the argument spec of the suboptions of ``storware``."""
    return {option.name: option.argument() for option in PLATFORM_OPTIONS}


def target_argument_spec() -> dict[str, Any]:
    """Return the argument spec of the suboptions of ``targets`` that Storware knows."""
    return {option.name: option.argument() for option in TARGET_OPTIONS}
