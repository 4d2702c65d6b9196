# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Change a server's pattern in what a play gives, and keep everything else of it."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any

from ...model.description import looks_generated
from ...model.pattern import USED_BY, Frequency, SchedulePattern
from .automatic import USUAL_INTERVALS, encode_automatic
from .pattern import Spelling, encode, encode_xml
from .pattern_fields import PATTERN_CODES
from .pattern_reader import decode
from .wire_values import as_bool, as_list, as_mapping

# Of two keys for one thing, giving either replaces both.
_TWINS = (("timezone", "timezone_id"), ("calendar", "calendar_id"))
_SPELLINGS = {"timezone": ("timeZone", "TimeZone"), "calendar": ("calendar",)}


def combined(given: SchedulePattern, server: SchedulePattern) -> SchedulePattern:
    """Return the server's pattern with the play's keys in place of its own.

    What the old frequency had and the new one has no use for is left behind.
    """
    changes = given.given()
    for name, number in _TWINS:
        if name in changes or number in changes:
            changes.setdefault(name, None)
            changes.setdefault(number, None)
    if changes.get("repeat_every") == 0:
        changes["repeat_until"] = None
    if given.description is None and server.description is not None and looks_generated(server.description):
        changes["description"] = None
    if server.native and given.native is not None:
        changes["native"] = {**server.native, **given.native}
    elif server.native and server.frequency is not given.frequency:
        changes["native"] = {key: part for key, part in server.native.items() if key not in PATTERN_CODES} or None
    if server.frequency is not given.frequency:
        # "Every 3 days" does not become "every 3 months" because a play is silent about it.
        changes.setdefault("every", None)
        used = USED_BY[given.frequency]
        changes.update({key: None for key in server.given() if key not in used})
    return replace(server, **changes)


def amend(
    wire: Mapping[str, Any],
    given: SchedulePattern,
    *,
    form: str = "json",
    enums: Spelling = "number",
    olson: bool = False,
) -> dict[str, Any]:
    """Return ``wire``, a pattern as the server showed it, changed so that ``given`` is true of it.

    Fields unknown to us, IDs of the server and entries of ``repeatPattern`` that are no exceptions stay as they are.
    ``form`` is ``json`` or ``xml``.
    """
    server = decode(wire)
    wanted = combined(given, server)
    written = encode_xml(wanted, olson=olson) if form == "xml" else encode(wanted, enums=enums, olson=olson)
    result = deepcopy(dict(wire))
    for name, number in _TWINS:
        for key in _SPELLINGS[name]:
            if getattr(given, name) is None and getattr(given, number) is None:
                written.pop(key, None)
            else:
                result.pop(key, None)
    if server.frequency is not given.frequency and given.frequency is not Frequency.OTHER:
        result = {key: value for key, value in result.items() if key not in PATTERN_CODES}
    kept = [entry for entry in as_list(result.pop("repeatPattern", None)) if not _is_exception(entry)]
    rules = kept + [entry for entry in written.pop("repeatPattern", []) if _is_exception(entry)]
    if rules:
        written["repeatPattern"] = rules
    elif "repeatPattern" in wire:
        # An empty list takes away the exceptions that were there; leaving the key out might not.
        written["repeatPattern"] = []
    # The end that was taken away, or that the new frequency does not have.
    if wire.get("active_end_date") and wanted.end_date is None and "active_end_date" not in (wanted.native or {}):
        written["active_end_date"] = 0
    return {**result, **written}


def amend_automatic(wire: Mapping[str, Any] | None, given: SchedulePattern) -> dict[str, Any]:
    """Return ``automaticSchedulePattern`` as the server showed it, with the play's settings in place of its own.

    Where there is none yet, it begins with the intervals that the vendor's SDK sends: a server wants some.
    """
    return _merged(as_mapping(wire) or encode_automatic(USUAL_INTERVALS), encode_automatic(given.automatic or {}))


def _merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    result = dict(old)
    for key, value in new.items():
        before = old.get(key)
        result[key] = _merged(before, value) if isinstance(before, Mapping) and isinstance(value, Mapping) else value
    return result


def _is_exception(entry: Any) -> bool:
    return bool(as_bool(as_mapping(entry).get("exception")))
