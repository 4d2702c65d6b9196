# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the page about the filters of Storware's tasks, from the catalogue and the table of filters.

Run it with ``PYTHONPATH=.venv/collections``; with ``--check`` it writes nothing and fails if the page is out of date.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from ansible_collections.nightshift.backup.plugins.module_utils.platforms.storware.operation_types import Parameter
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.storware.operations import BY_ID
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.storware.task_filters import (
    OBJECT_FILTERS,
    OPTION_OF,
    ObjectFilter,
)

DESTINATION = Path(__file__).resolve().parents[1] / "docs" / "storware-task-filters.md"

_TOP = """\
# The filters of Storware's tasks

The vendor's page "Tasks Controller" (version 7.4) documents 22 query parameters of `GET /tasks` and
`GET /tasks/detailed`. Each is reached by options of `nightshift.backup.task_info`, and most below `select` of
`nightshift.backup.task_state`. This page is made from `plugins/module_utils/platforms/storware/operations.py` and
`task_filters.py` beside it, by `scripts/generate_task_filter_table.py`.

A server ignores what it does not know, and then lists everything. So what is sent is applied again to what comes back.
Where records do not tell, the server is asked once for an object that cannot exist: if it then shows tasks, it ignores
the parameter, and the module fails.
"""

# What cannot be read from the table of filters: what the option takes, and how the parameter is applied again.
_OTHERS: Mapping[str, tuple[str, str]] = {
    "direction": ("`asc` or `desc`; sent where `order_by` is sent", "sorted here"),
    "filter": ("free text", "any text of the record, where the server ignores it"),
    "mounted-backup-assigned": ("true or false", "the lists for both values are compared"),
    "nameLike": ("a part of a name", "name of the protected entity, in any case"),
    "orderBy": ("a field of the records; the option's own names are not sent", "sorted here"),
    "page": ("pages are followed to the end; `limit` cuts what is returned", "no task is listed twice"),
    "size": ("as for `page`", "a server without pages is read once"),
    "state": ("sent beside `states` where it is one state", "`state` of the record"),
    "states": ("a list; each state repeats the parameter", "`state` of the record"),
    "type": ("a list; one request for each type while they are few", "`type` of the record"),
}
_ALSO = {"protected-entity": "`protected_entity`, `targets`", "page": "`limit`", "size": "`limit`"}


def page() -> str:
    """Return the text of the page."""
    return "\n".join([_TOP, *_rows(), "", *_apart()])


def _rows() -> Iterator[str]:
    yield "| parameter | option | takes | applied again by |"
    yield "| --- | --- | --- | --- |"
    objects = {one.parameter: one for one in OBJECT_FILTERS}
    for parameter in BY_ID["list_tasks"].query:
        takes, again = _object(objects[parameter.name]) if parameter.name in objects else _OTHERS[parameter.name]
        yield f"| `{parameter.name}` | {_option(parameter)} | {takes} | {again} |"


def _option(parameter: Parameter) -> str:
    return _ALSO.get(parameter.name, f"`{OPTION_OF[parameter.name]}`")


def _object(one: ObjectFilter) -> tuple[str, str]:
    by_name = f"{' or '.join(one.names)}, or GUID" if one.path else "GUID"
    takes = "UUID" if one.any_text else by_name
    if not one.key:
        return takes, "asking for what cannot exist"
    return takes, f"`{one.key}` of the record" + ("" if one.always else ", or asking for what cannot exist")


def _apart() -> Iterator[str]:
    yield "Two further calls of that page list tasks:\n"
    yield "| call | option | note |"
    yield "| --- | --- | --- |"
    yield "| `GET /tasks/{guid}` with `extended` | `extended` | one request for each task that is returned |"
    yield "| `GET /tasks/queued` with `node` | `queued_for_node` | how a node fetches its work; sent once |"
    yield ""


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
        DESTINATION.write_text(text, encoding="utf-8")
    return int(check)


if __name__ == "__main__":
    sys.exit(main())
