# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the documentation fragments that the platforms' field tables determine.

``targets`` is one fragment for all platforms, because Ansible merges fragments one level deep: two of them could not
both give ``targets.suboptions``. Run it with ``PYTHONPATH=.venv/collections``; with ``--check`` it writes nothing and
fails if a file is out of date.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.nightshift.backup.plugins.module_utils.entrypoints.query_options import (
    filter_spec,
    listing_spec,
)
from ansible_collections.nightshift.backup.plugins.module_utils.entrypoints.task_state import selection_spec
from ansible_collections.nightshift.backup.plugins.module_utils.model.pattern_reference import pattern_documentation
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.arguments import (
    FORMAT_OPTIONS,
    argument_spec,
    target_argument_spec,
)
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.automatic import AUTOMATIC_FIELDS
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.fields import GROUPS
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.payload_fields import (
    PLATFORM_FIELDS,
)
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.target_fields import TARGET_FIELDS
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.storware import fields as storware
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.storware import (
    schedule_fields as storware_schedules,
)

DESTINATION = Path(__file__).resolve().parents[1] / "plugins" / "doc_fragments"

# What is said of the filters that select tasks.
SAID: dict[str, dict[str, list[str]]] = yaml.safe_load(
    Path(__file__).with_name("task_filters.yml").read_text(encoding="utf-8")
)

_FILE = '''\
# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Made by scripts/generate_doc_fragments.py from the field tables of the platforms. Change those, not this file.

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
{options}"""
'''

Description = tuple[str, ...]

# The suboptions of targets that each platform knows, and what is said of each.
_TARGETS: tuple[tuple[dict[str, Any], dict[tuple[str, ...], Description]], ...] = (
    (target_argument_spec(), {field.option: field.description for field in TARGET_FIELDS}),
    (storware.target_argument_spec(), {(option.name,): option.description for option in storware.TARGET_OPTIONS}),
)


# What the conditions of automatic schedules are about.
_GROUPS = {
    "min_network_bandwidth": "The bandwidth of the network that there must be.",
    "cpu_utilization": "The load of the processor below which the job may start.",
    "cpu_utilization_above": "The load of the processor above which the job does not start.",
    "disk_used_percent": "How full a disk has to be for the job to start.",
    "log_file_num": "How many log files there have to be for the job to start.",
    "specific_network": "The network that the client has to be in.",
    "emergency_backup": "A backup in an emergency.",
}
_TIMES = frozenset({"sweep_start_time"})


class _Dumper(yaml.SafeDumper):
    """Writes lists indented below their key, as in the files written by hand."""

    def ignore_aliases(self, _data: Any) -> bool:
        """Write everything out, also what occurs twice."""
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, indentless and flow)


def fragments() -> dict[str, str]:
    """Return the text of each generated file by its name."""
    return {
        "targets.py": _render({"targets": _targets()}),
        "pattern.py": _render({"pattern": pattern_documentation(_automatic())}),
        "selected_targets.py": _render({"targets": _judged()}),
        "commvault.py": _render({"commvault": _commvault()}),
        "storware.py": _render({"storware": _storware()}),
        "storware_schedule.py": _render({"storware": _storware_schedule()}),
        "task_filters.py": _render(_filters(listing_spec(), {**SAID["filters"], **SAID["listing"]})),
        "task_selection.py": _render({"select": _selection()}),
    }


def _filters(spec: dict[str, Any], descriptions: dict[str, list[str]], prefix: str = "") -> dict[str, Any]:
    """Return the documentation of filters that stand below ``prefix``."""
    said: dict[tuple[str, ...], Description] = {
        (name,): tuple(text.replace("PREFIX", prefix) for text in texts) for name, texts in descriptions.items()
    }
    for _spec, described in _TARGETS:
        for option, description in described.items():
            texts = SAID["targets"].get(option[0], description)
            said[("targets", *option)] = tuple(text.replace("O(targets[]", f"O({prefix}targets[]") for text in texts)
    return _document(spec, said)


def _judged() -> dict[str, Any]:
    """Return the documentation of targets that are judged: less is needed to name one than to back it up."""
    documented: dict[str, Any] = _filters(filter_spec(), SAID["filters"])["targets"]
    return {**documented, "description": SAID["judged"]["targets"]}


def _selection() -> dict[str, Any]:
    return {
        "description": [
            "Which tasks are moved, in place of O(ids). All filters that are given must fit.",
            "Where O(select.states) is not given, it means the tasks that can be moved to O(state).",
            "An empty filter is refused, since it would select everything by accident.",
        ],
        "type": "dict",
        "suboptions": _filters(selection_spec(), {**SAID["groups"], **SAID["filters"]}, "select."),
    }


def _targets() -> dict[str, Any]:
    suboptions: dict[str, Any] = {}
    for spec, descriptions in _TARGETS:
        suboptions.update(_document(spec, descriptions))
    return {
        "description": [
            "What to back up. At least one; none twice, and no backup set beside one of its own subclients.",
            "Each platform has its own options here, and refuses those of the other.",
            "Commvault gets names as they are given. On Storware, a name must be that of exactly one entity.",
        ],
        "type": "list",
        "elements": "dict",
        "suboptions": suboptions,
    }


def _automatic() -> dict[str, Any]:
    """Return the documentation of the settings of automatic schedules."""
    documented: dict[str, Any] = {}
    for field in AUTOMATIC_FIELDS:
        *groups, name = field.option[2:]
        here = documented
        for group in groups:
            entry = here.setdefault(group, {"description": [_GROUPS[group]], "type": "dict", "suboptions": {}})
            here = entry["suboptions"]
        kind = "str" if name in _TIMES else field.kind.value
        here[name] = {"description": list(field.description), "type": kind}
    return documented


def _commvault() -> dict[str, Any]:
    descriptions: dict[tuple[str, ...], Description] = {field.option: field.description for field in PLATFORM_FIELDS}
    descriptions.update({group.option: group.description for group in GROUPS})
    descriptions.update({(option.name,): option.description for option in FORMAT_OPTIONS})
    return {
        "description": [
            "Options that Commvault alone has. What is left out is not sent, so that the server decides.",
            "Each stands for one documented parameter of the request.",
        ],
        "type": "dict",
        "suboptions": _document(argument_spec(), descriptions),
    }


def _storware() -> dict[str, Any]:
    return {
        "description": ["Options that Storware alone has. What is left out is not sent, unless a default is named."],
        "type": "dict",
        "suboptions": _document(
            storware.argument_spec(), {(option.name,): option.description for option in storware.PLATFORM_OPTIONS}
        ),
    }


def _storware_schedule() -> dict[str, Any]:
    descriptions: dict[tuple[str, ...], Description] = {
        (option.name,): option.description for option in storware_schedules.SCHEDULE_OPTIONS
    }
    descriptions.update(
        {("interval", option.name): option.description for option in storware_schedules.INTERVAL_OPTIONS}
    )
    return {
        "description": [
            "What a schedule of Storware alone has. What is left out stays as it is, unless a default is named.",
            "Such a schedule serves rules of policies, which these name in place of O(targets).",
        ],
        "type": "dict",
        "suboptions": _document(storware_schedules.schedule_argument_spec(), descriptions),
    }


def _document(
    spec: dict[str, Any], descriptions: dict[tuple[str, ...], Description], way: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Return the documentation of the options in ``spec``: the same keys, with what is said of each."""
    documented = {}
    for name, argument in spec.items():
        here = (*way, name)
        entry: dict[str, Any] = {"description": list(descriptions[here]), **argument}
        if "options" in entry:
            entry["suboptions"] = _document(entry.pop("options"), descriptions, here)
        documented[name] = entry
    return documented


def _render(options: dict[str, Any]) -> str:
    text = yaml.dump({"options": options}, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=104)
    return _FILE.format(options=text)


def main() -> int:
    """Write the files, or compare them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a file is out of date")
    check = parser.parse_args().check
    stale = []
    for name, text in fragments().items():
        path = DESTINATION / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
            if not check:
                path.write_text(text, encoding="utf-8")
    for name in stale:
        print(f"{'out of date' if check else 'wrote'}: plugins/doc_fragments/{name}")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
