# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``storware_info``: the objects that task operations of Storware need."""

from __future__ import annotations

from typing import Any

from ..arguments import CONNECTION_SPEC
from ..connect import open_session
from ..platforms.registry import need_platform
from ..platforms.storware.objects import KINDS, Wanted, check_wanted, read_objects
from ..runner import EntryPoint, Run

_OPTIONS = ("what", "name", "guid", "protected_entity", "hypervisor_manager", "backup", "latest_good")


def _run(run: Run) -> dict[str, Any]:
    need_platform("storware", run.params["platform"], "storware_info")
    wanted = Wanted(**{option: run.params[option] for option in _OPTIONS})
    check_wanted(wanted)
    with open_session(run) as session:
        objects = read_objects(session, wanted)
    return {"objects": objects, "total": len(objects)}


ENTRY = EntryPoint(
    name="storware_info",
    argument_spec={
        **CONNECTION_SPEC,
        "what": {"type": "str", "required": True, "choices": list(KINDS)},
        "name": {"type": "str"},
        "guid": {"type": "str"},
        "protected_entity": {"type": "str"},
        "hypervisor_manager": {"type": "str"},
        "backup": {"type": "str"},
        "latest_good": {"type": "bool", "default": False},
    },
    run=_run,
)
