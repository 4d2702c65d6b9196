# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Schedules (specification section 4)."""

from __future__ import annotations

from typing import Any

from nightshift_sandbox.storware import ids
from nightshift_sandbox.storware.call import Call, boolean, guids_of, integer, listing, pruned
from nightshift_sandbox.storware.enums import (
    BACKUP_TYPES,
    DAYS,
    EXECUTION_TYPES,
    MONTHS,
    OCCURRENCES,
    SCHEDULE_TYPES,
    parse,
    parse_all,
    shown,
)  # fmt: skip
from nightshift_sandbox.storware.errors import invalid, missing
from nightshift_sandbox.storware.policy_writes import checked_name
from nightshift_sandbox.storware.tables import Tables
from nightshift_sandbox.web import Reply

Json = dict[str, Any]
DAY_MS = 86_400_000
#: Which kind of rule a schedule of a type can serve; applications have no policies here.
RULE_KIND = {"VM_BACKUP": "rule", "VM_SNAPSHOT": "snaprule"}
POLICY_KIND = {"rule": "policy", "snaprule": "snappolicy"}


def shown_schedule(tables: Tables, row: Json) -> Json:
    """A schedule on the wire."""
    kind = RULE_KIND.get(row["type"], "rule")
    rules = [rule for guid in row["rules"] if (rule := tables.get(kind, guid))]
    policies = {rule["policy"]: tables.ref(POLICY_KIND[kind], rule["policy"]) for rule in rules}
    return {
        "guid": row["guid"],
        "name": row["name"],
        "active": row["active"],
        "type": shown(row["type"]),
        "backupType": shown(row["backupType"]),
        "executionType": shown(row["executionType"]),
        "hour": row["hour"],
        "startWindowLength": row["startWindowLength"],
        "daysOfWeek": [shown(name) for name in row["daysOfWeek"]],
        "dayOfWeekOccurrences": [shown(name) for name in row["dayOfWeekOccurrences"]],
        "months": [shown(name) for name in row["months"]],
        "interval": row["interval"],
        "rules": [{"guid": rule["guid"], "name": rule["name"]} for rule in rules],
        "policies": list(policies.values()),
        "lastRun": row["lastRun"],
    }


def _visible(call: Call) -> list[Json]:
    """All schedules, or those of the project: a project's schedules bear its prefix."""
    rows = call.system.tables.all("schedule")
    if not call.project:
        return rows
    project = call.system.tables.get("project", call.project)
    prefix = f"uuid_{project['uuid']}_" if project else "unknown"
    return [row for row in rows if row["name"].startswith(prefix)]


def _find(call: Call) -> Json:
    row = call.system.tables.require("schedule", call.guid)
    if call.account.project and row not in _visible(call):
        raise missing("Schedule", call.guid)
    return row


def list_schedules(call: Call) -> Reply:
    """`GET /schedules`."""
    tables, rows = call.system.tables, _visible(call)
    if kind := call.one("type"):
        parse(kind, SCHEDULE_TYPES, "type")
        rows = [row for row in rows if row["type"] == kind]
    if vm := call.one("protected-entity"):
        entity = tables.get("vm", vm)
        policies = {entity["policy"], entity["snapPolicy"]} - {None} if entity else set()
        mine = {
            rule["guid"]
            for rule_kind in POLICY_KIND
            for rule in tables.all(rule_kind)
            if rule["policy"] in policies
        }  # fmt: skip
        rows = [row for row in rows if mine & set(row["rules"])]
    return listing(call, (shown_schedule(tables, row) for row in rows))


def get_schedule(call: Call) -> Json:
    """`GET /schedules/{guid}`."""
    return dict(pruned(shown_schedule(call.system.tables, _find(call))))


def create_schedule(call: Call) -> Json:
    """`POST /schedules`."""
    body = call.object()
    if body.get("guid"):
        raise invalid("guid: must not be given for a new schedule")
    row = _checked(call, body, ids.fresh())
    return dict(pruned(shown_schedule(call.system.tables, _save(call, {**row, "lastRun": None}))))


def replace_schedule(call: Call) -> None:
    """`PUT /schedules/{guid}`: full replacement, so that rules that are not sent are detached."""
    old, body = _find(call), call.object()
    if body.get("guid") not in (None, call.guid):
        raise invalid("guid: does not fit the path")
    row = _checked(call, body, call.guid)
    if row["type"] != old["type"]:
        raise invalid("type: cannot be changed")
    _save(call, {**row, "lastRun": old["lastRun"]})


def delete_schedule(call: Call) -> None:
    """`DELETE /schedules/{guid}`."""
    row = _find(call)
    call.system.tables.delete("schedule", row["guid"])
    call.system.plan.drop(row["guid"])


def _save(call: Call, row: Json) -> Json:
    call.system.tables.put("schedule", row)
    call.system.plan.add(row)
    return row


def _checked(call: Call, body: Json, guid: str) -> Json:
    tables = call.system.tables
    name = checked_name(call, "schedule", body, guid)
    kind = parse(body.get("type"), SCHEDULE_TYPES, "type")
    days = parse_all(body.get("daysOfWeek"), DAYS, "daysOfWeek")
    if not days:
        raise invalid("daysOfWeek: at least one day is required")
    rules = guids_of(body, "rules")
    for rule in rules:
        if kind in RULE_KIND:
            tables.require(RULE_KIND[kind], rule)
        else:
            raise invalid("rules: do not fit the type of the schedule")
    return {
        "guid": guid,
        "name": name,
        "active": boolean(body, "active", default=True),
        "type": kind,
        "backupType": parse(body.get("backupType") or "FULL", BACKUP_TYPES, "backupType"),
        **_times(body),
        "daysOfWeek": days,
        "dayOfWeekOccurrences": parse_all(body.get("dayOfWeekOccurrences"), OCCURRENCES, "dayOfWeekOccurrences"),
        "months": parse_all(body.get("months"), MONTHS, "months"),
        "rules": rules,
    }


def _times(body: Json) -> Json:
    """When it runs: an hour with a window, or an interval; the other one's keys must be empty."""
    execution = parse(body.get("executionType"), EXECUTION_TYPES, "executionType")
    hour, window = integer(body, "hour", 0, DAY_MS - 1), integer(body, "startWindowLength", 1)
    interval = body.get("interval")
    if execution == "TIME":
        if hour is None:
            raise invalid("hour: is required for a schedule by time")
        if interval is not None:
            raise invalid("interval: must be empty for a schedule by time")
        return {"executionType": execution, "hour": hour, "startWindowLength": window, "interval": None}
    if not isinstance(interval, dict):
        raise invalid("interval: is required for a schedule by interval")
    if hour is not None or window is not None:
        raise invalid("hour, startWindowLength: must be empty for a schedule by interval")
    values = {key: integer(interval, key, 0, DAY_MS - 1) for key in ("startHour", "endHour")}
    values["frequency"] = integer(interval, "frequency", 60_000, DAY_MS)
    if None in values.values():
        raise invalid("interval: startHour, endHour and frequency are required")
    return {"executionType": execution, "hour": None, "startWindowLength": None, "interval": values}
