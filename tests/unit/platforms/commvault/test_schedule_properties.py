# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Any schedule: declared, read, declared again, edited in one field, in JSON and in XML."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import replace
from typing import Any

from ansible_collections.nightshift.backup.plugins.module_utils.model.levels import Level
from ansible_collections.nightshift.backup.plugins.module_utils.model.schedule import Schedule, ScheduleRequest
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.field_types import Field, Kind
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.payload_fields import (
    PLATFORM_FIELDS,
)
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.schedule_body import (
    change_step,
    create_step,
)
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.schedule_compare import changes
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.schedule_portrait import portrait
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.schedule_records import (
    read_schedules,
)
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.targets import parse_targets
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.xml import decode
from ansible_collections.nightshift.backup.tests.unit.model.pattern_strategies import NAMES, patterns
from hypothesis import given, settings
from hypothesis import strategies as st

TARGETS = parse_targets([{"client": "c", "app": "File System", "backupset": "b", "subclient": "s"}])
FORMS = st.sampled_from(["json", "xml"])
# What is said elsewhere, and what naming another option says as well.
APART = {("task", "disabled"), ("retry", "enable_number_of_retries"), ("retry", "enable_total_running_time"),
         ("startup", "use_default_priority")}  # fmt: skip
OPTIONS = tuple(field for field in PLATFORM_FIELDS if field.option not in APART)


def values_of(field: Field) -> st.SearchStrategy[Any]:
    if field.kind is Kind.BOOL:
        return st.booleans()
    if field.kind is Kind.ENUM:
        return st.sampled_from(field.enumeration.options)
    if field.kind is Kind.STR:
        return NAMES
    numbers = st.integers(max(field.minimum or 0, 1), field.maximum or 999)
    return numbers.map("{}s".format) if field.kind is Kind.DURATION else numbers


@st.composite
def options(draw: st.DrawFn) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for field in draw(st.lists(st.sampled_from(OPTIONS), unique_by=lambda field: field.option, max_size=6)):
        put(found, field, draw(values_of(field)))
    return found


def put(tree: dict[str, Any], field: Field, value: Any) -> None:
    for step in field.option[:-1]:
        tree = tree.setdefault(step, {})
    tree[field.option[-1]] = value


@st.composite
def requests(draw: st.DrawFn) -> ScheduleRequest:
    return ScheduleRequest(
        name=draw(NAMES).strip(),
        targets=TARGETS,
        level=draw(st.sampled_from(Level)),
        pattern=draw(patterns()),
        description=draw(st.none() | NAMES),
        notify_user=draw(st.none() | st.booleans()),
        alert=draw(st.none() | st.fixed_dictionaries({"id": st.integers(1, 9)})),
        options={**draw(options()), "wire_format": draw(FORMS)},
    )


def stored(step: Any, ids: bool) -> Schedule:
    """Return what a server holds that stores what it was sent, and numbers it."""
    text = step.wire.body
    tree = decode(text) if text.startswith(b"<") else json.loads(text)
    info = tree.get("TMMsg_ModifyTaskReq", tree)["taskInfo"]
    if ids:
        info["task"]["taskId"] = 6441
        info["subTasks"][0]["subTask"]["subTaskId"] = 80001
        info["subTasks"][0]["options"]["fromANewerServer"] = {"deep": {"er": "1"}}
    (found,) = read_schedules(info)
    return found


@settings(max_examples=25)
@given(requests())
def test_a_declaration_is_true_once_it_was_made(request: ScheduleRequest) -> None:
    made = stored(create_step(request, enabled=True), ids=True)
    assert (made.name, made.enabled, made.level) == (request.name, True, request.level)
    assert changes(request, made) == []


@settings(max_examples=25)
@given(requests(), st.sampled_from(OPTIONS), FORMS, st.data())
def test_an_edit_of_one_option_changes_nothing_else(
    request: ScheduleRequest, field: Field, form: str, data: st.DataObject
) -> None:
    made = stored(create_step(request, enabled=True), ids=True)
    edit: dict[str, Any] = {"wire_format": form}
    put(edit, field, data.draw(values_of(field)))
    edited = ScheduleRequest(name=request.name, options=edit)
    found = changes(edited, made)
    allowed = {field.option, *(("retry", name) for name in ("enable_number_of_retries", "enable_total_running_time")),
               ("startup", "use_default_priority")}  # fmt: skip
    assert {tuple(change.key.split(".")[1:]) for change in found} <= allowed
    after = stored(change_step(edited, made), ids=False)
    assert changes(edited, after) == []
    # What the play had declared before is still true, but for what was edited now.
    kept = replace(request, options={})
    assert changes(kept, after) == []
    assert after.raw["subTasks"][0]["options"]["fromANewerServer"] == {"deep": {"er": "1"}}
    assert (after.task_id, after.schedule_id) == (made.task_id, made.schedule_id)


@settings(max_examples=20)
@given(requests(), requests())
def test_any_schedule_becomes_any_other(before: ScheduleRequest, after: ScheduleRequest) -> None:
    made = stored(create_step(before, enabled=True), ids=True)
    raw = deepcopy(made.raw)
    done = stored(change_step(replace(after, targets=None), made), ids=False)
    assert made.raw == raw
    left = [change.key for change in changes(after, done)]
    # Dates and times that contradict those which were kept are for the server to refuse.
    assert not [key for key in left if not key.startswith("pattern.")], left


@settings(max_examples=25)
@given(requests())
def test_a_portrait_is_plain_data_and_says_the_same(request: ScheduleRequest) -> None:
    made = stored(create_step(request, enabled=False), ids=True)
    shown = portrait(made)
    assert json.loads(json.dumps(shown)) == shown
    assert shown["enabled"] is False
    assert shown["targets"][0]["subclient"] == "s"
    assert shown.get("alert") == (dict(request.alert) if request.alert else None)
