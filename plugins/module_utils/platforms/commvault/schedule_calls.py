# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ask a CommServe about schedules."""

from __future__ import annotations

from typing import Any

from ...api.errors import NotFound
from ...api.messages import Call
from ...api.session import Session
from ...model.schedule import Listed, Schedule
from .responses import read_json
from .schedule_records import read_listing, read_schedules
from .wire_values import as_mapping


def list_schedules(session: Session) -> list[Listed]:
    """List all schedules that run backups, in one request. Their details have to be read one by one."""
    return list(read_listing(read_json(session.send(Call("GET", "Schedules", safe=True)))))


def read_task(session: Session, task_id: str) -> list[Schedule]:
    """Return the schedules of one task with all details; none when the task is gone."""
    try:
        document = read_json(session.send(Call("GET", f"Schedules/{int(task_id)}", safe=True)))
    except NotFound:
        return []
    return list(read_schedules(as_mapping(document.get("taskInfo"))))


def commserve_zone(session: Session) -> str | None:
    """Return the name of the CommServe's own time zone."""
    document: dict[str, Any] = read_json(session.send(Call("GET", "CommServ", safe=True)))
    name = as_mapping(document.get("csTimeZone")).get("TimeZoneName")
    return str(name) if name else None
