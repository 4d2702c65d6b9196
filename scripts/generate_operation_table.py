# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the page about the task operations of Storware, from the catalogue of them.

Run it with ``PYTHONPATH=.venv/collections``; with ``--check`` it writes nothing and fails if the page is out of date.
"""

from __future__ import annotations

import argparse
import re
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

from ansible_collections.nightshift.backup.plugins.module_utils.platforms.storware.catalogue_nodes import (
    NODE_OPERATIONS,
)
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.storware.catalogue_starts import (
    STARTING_OPERATIONS,
)
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.storware.catalogue_tasks import (
    TASK_OPERATIONS,
)
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.storware.operation_types import (
    Body,
    Confirm,
    Judge,
    Known,
    Operation,
    Parameter,
)

DESTINATION = Path(__file__).resolve().parents[1] / "docs" / "storware-operations.md"

_TOP = """\
# The task operations of Storware Backup & Recovery

`nightshift.backup.storware_operation` calls each of the 57 operations of the vendor's page "Tasks Controller"
(version 7.4) by the name in the first column. This page is made from the catalogue in
`plugins/module_utils/platforms/storware/operations.py` by `scripts/generate_operation_table.py`.

- **confirm**: `always`, or `without project-uuid`: the call needs `confirm: true`. So does every body that says
  `overwrite: true`.
- **waits for**: what `wait: true` follows, and what decides whether it ended well.
- Fields without a mark are on the vendor's page. Those marked * are known from the vendor's manual or own clients,
  those marked ? are inferred. Fields in **bold** are required. Of other types than StringDTO, MountTaskRequest and
  UnmountTaskRequest more fields may exist; they are sent as given.
"""

_GROUPS = (
    ("Tasks that there are", TASK_OPERATIONS),
    ("Backups, restores and other work", STARTING_OPERATIONS),
    ("Calls of nodes", NODE_OPERATIONS),
)
_CONFIRM = {
    Confirm.NEVER: "",
    Confirm.EVERYTHING: "without project-uuid",
    Confirm.DESTROYS: "always",
    Confirm.NODE: "always",
}
_JUDGES = {
    Judge.NONE: "",
    Judge.TASKS: "its tasks",
    Judge.BACKUP: "the backup",
    Judge.RESTORE_JOB: "the restore job",
    Judge.MOUNTED_BACKUP: "the mounted backup",
    Judge.UNMOUNTED: "the mounted backup's end",
}
_MARKS = {Known.DOCUMENTED: "", Known.OBSERVED: "*", Known.INFERRED: "?"}


def page() -> str:
    """Return the text of the page."""
    lines = [_TOP, *(line for title, rows in _GROUPS for line in _group(title, rows)), *_details()]
    return "\n".join(lines).rstrip() + "\n"


def _group(title: str, operations: tuple[Operation, ...]) -> Iterator[str]:
    yield f"## {title}\n"
    yield "| operation | call | confirm | waits for |"
    yield "| --- | --- | --- | --- |"
    for one in operations:
        call = f"{one.method} {one.path}"
        yield f"| `{one.id}` | `{call}` | {_CONFIRM[one.confirm]} | {_JUDGES[one.judge]} |"
    yield ""


def _details() -> Iterator[str]:
    yield "## Parameters, bodies and answers\n"
    for _title, operations in _GROUPS:
        for one in operations:
            yield f"### {one.id}\n"
            yield f"{one.summary}\n"
            for fact in _facts(one):
                yield textwrap.fill(f"- {fact}", width=118, subsequent_indent="  ", break_on_hyphens=False)
            yield ""


def _facts(one: Operation) -> Iterator[str]:
    yield f"answers {one.status}" + (f" with `{one.response}`" if one.response else "")
    if one.guid_of:
        yield f"`guid`: that of a {one.guid_of}"
    for parameter in one.query:
        yield f"query `{parameter.name}`{_type(parameter)}: {parameter.description}"
    if one.body is not None:
        yield f"body: {'a list of ' if one.body.array else ''}`{one.body.type}`{_fields(one.body)}"
    if one.task_types:
        yield f"makes tasks of type {', '.join(one.task_types)}"
    if one.note:
        yield re.sub(r"[MC]\(([^)]*)\)", r"`\1`", one.note)


def _type(parameter: Parameter) -> str:
    kind = {"str": "", "guid": "GUID", "int": "whole number", "bool": "true or false"}[parameter.type]
    if parameter.choices:
        kind = "one of the states" if parameter.choices[0] == "CANCELLED" else kind
        kind = "one of the types of tasks" if len(parameter.choices) > 5 else kind or " or ".join(parameter.choices)
    many = "may repeat" if parameter.many else ""
    said = ", ".join(part for part in (kind, many) if part)
    return f" ({said})" if said else ""


def _fields(body: Body) -> str:
    if body.bare is not None:
        return ", a bare JSON text"
    names = [
        (f"**{field.name}**" if field.required else field.name) + _MARKS[field.known].replace("*", "\\*")
        for field in body.fields
    ]
    return f" with {', '.join(names)}" if names else ", of which no field is documented"


def main() -> int:
    """Write the page, or compare it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if the page is out of date")
    check = parser.parse_args().check
    text = page()
    if DESTINATION.exists() and DESTINATION.read_text(encoding="utf-8") == text:
        return 0
    print(f"{'out of date' if check else 'wrote'}: docs/{DESTINATION.name}")
    if not check:
        DESTINATION.parent.mkdir(exist_ok=True)
        DESTINATION.write_text(text, encoding="utf-8")
    return int(check)


if __name__ == "__main__":
    sys.exit(main())
