# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Look for the tasks of a start whose answer was lost or left some out. A task of Storware carries no text of ours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any

from ...api.session import Session
from ..base import Receipt, Sighting, StartCall
from .calls import exports_since
from .records import entity_guid, read_task
from .responses import enum_name, ref_guid

# The Date header is whole seconds.
_SLACK = 5.0

Record = Mapping[str, Any]


def started_exports(session: Session, call: StartCall, age: float, known: Collection[str]) -> list[dict[str, Any]]:
    """Return the exports that ``call``, sent ``age`` seconds ago, made.

    They are of its entities and level, no schedule's, made since then and not ``known`` from before. And their window
    starts at the very millisecond that was asked for: that tells them from a colleague's. An entity with two of them
    has none, because nobody could say which is ours.
    """
    body = call.body if isinstance(call.body, Mapping) else {}
    entities = {target.resolved["guid"] for target in call.targets}
    now = session.server_time
    since = now - age - _SLACK if now is not None else 0.0
    found = [
        record
        for record in exports_since(session, entities, since)
        if ref_guid(record) not in known
        and read_task(record).interactive is not False
        and enum_name(record.get("backupType")) in ("", enum_name(body.get("backupType")))
        and record.get("windowStart") == body.get("windowStart")
    ]
    times = Counter(entity_guid(record) for record in found)
    return [record for record in found if times[entity_guid(record)] == 1]


def find_started(records: list[dict[str, Any]]) -> Sighting | None:
    """Return what was found as a sighting, ``None`` for nothing."""
    guids = tuple(ref_guid(record) for record in records)
    if not guids:
        return None
    receipt = Receipt(guids[0] if len(guids) == 1 else None, guids)
    return Sighting(receipt, "its entity, level and start window")
