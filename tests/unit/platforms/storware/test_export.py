# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The request that starts backups, and what is refused before it."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.api.errors import InvalidOption
from ansible_collections.nightshift.backup.plugins.module_utils.model.levels import Level
from ansible_collections.nightshift.backup.plugins.module_utils.model.request import BackupRequest, WaitOptions
from ansible_collections.nightshift.backup.plugins.module_utils.model.target import Target
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.storware.export import (
    check_request,
    start_calls,
)
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.storware.fields import (
    PLATFORM_OPTIONS,
    TARGET_OPTIONS,
)
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.storware.targets import parse_targets
from ansible_collections.nightshift.backup.tests.unit.platforms.storware.scripted import NOW, VM, VM2, guid


def request(*names: str, **rest: Any) -> BackupRequest:
    targets = parse_targets([{"name": name} for name in names or ("db01",)])
    return BackupRequest(targets=targets, **{"level": Level.FULL, **rest})


def resolved(position: int, identity: str = VM, rules: tuple[str, ...] = (guid(11),), **given: Any) -> Target:
    resolution = {"guid": identity, "rules": rules, "destination": None}
    return Target(position, {"name": f"vm{position}", **given}, f"vm{position}", resolution)


def test_the_body_is_that_of_the_vendors_client() -> None:
    asked = request(options={"priority": 70, "retry_count": 2, "window_start": "1h", "window_end": "5h"})
    (call,) = start_calls(asked, [resolved(0)], NOW)
    assert (call.wire.method, call.wire.path, call.wire.safe, call.marker) == ("POST", "tasks/export", False, None)
    assert call.wire.timeout == 120.5
    assert call.body == {
        "backupType": {"name": "FULL"},
        "protectedEntities": [{"guid": VM}],
        "protectedEntityType": "VM",
        "rules": [{"guid": guid(11)}],
        "windowStart": int((NOW + 3600) * 1000),
        "windowEnd": int((NOW + 5 * 3600) * 1000),
        "priority": 70,
        "retryCount": 2,
        "async": True,
    }


def test_one_request_for_each_set_of_rules() -> None:
    other = (guid(12),)
    targets = [resolved(0), resolved(1, VM2, other), resolved(2, guid(3)), resolved(3, guid(4), kind="app")]
    groups = [[target.position for target in call.targets] for call in start_calls(request(), targets, NOW)]
    assert groups == [[0, 2], [1], [3]]
    assert len(start_calls(request(batch=False), targets, NOW)) == 4
    assert len(start_calls(request(max_batch=1), targets, NOW)) == 4


def test_the_window_tells_one_start_from_another() -> None:
    markers = iter("abcd")
    plain, given = int(NOW * 1000), {"window_start": "1h"}
    starts = [
        call.body["windowStart"]
        for asked in (request(max_batch=1), request(max_batch=1, options=given))
        for call in start_calls(asked, [resolved(0), resolved(1, VM2)], NOW, lambda: next(markers))
        if isinstance(call.body, dict)
    ]
    assert len(set(starts)) == 4
    assert all(plain - 60_000 < start <= plain for start in starts[:2])
    assert all(0 <= start - plain - 3_600_000 < 1000 for start in starts[2:])


def test_the_mark_does_not_push_a_start_beyond_its_window() -> None:
    asked = request(options={"window_start": "1h", "window_end": "1h"})
    (call,) = start_calls(asked, [resolved(0)], NOW, lambda: "a")
    assert isinstance(call.body, dict)
    assert call.body["windowStart"] == call.body["windowEnd"] == int((NOW + 3600) * 1000)


def test_a_project_goes_into_the_query() -> None:
    (call,) = start_calls(request(), [resolved(0, project="p-1")], NOW)
    assert call.wire.query == {"project-uuid": "p-1"}


@pytest.mark.parametrize(
    ("rest", "words"),
    [
        ({"level": Level.DIFFERENTIAL}, "level: incremental"),
        ({"level": Level.SYNTHETIC_FULL}, "level: full"),
        ({"level": Level.TRANSACTION_LOG}, "level: incremental"),
        ({"description": "why"}, "description is no option"),
        ({"notify_user": True}, "notify_user is no option"),
        ({"strict_level": True}, "strict_level needs wait"),
        ({"options": {"priority": 101}}, "priority must be 0 to 100"),
        ({"options": {"retry_count": -1}}, "retry_count must be 0 or more"),
        ({"options": {"rules": []}}, "rules is empty"),
        ({"options": {"rules": [" "]}}, "rules is empty"),
        ({"options": {"backup_destination": ""}}, "backup_destination is empty"),
        ({"options": {"rules": ["a"], "backup_destination": "b"}}, "exclude each other"),
        ({"options": {"window_start": "tonight"}}, "window_start"),
        ({"options": {"window_start": "2099-11-22T21:00:00"}}, "no time zone"),
        ({"options": {"window_start": "2099-13-22T21:00:00Z"}}, "no date"),
        ({"options": {"window_end": "2001-11-22T21:00:00Z"}}, "window ends before"),
        ({"options": {"window_start": "2h", "window_end": "1h"}}, "window ends before"),
        ({"options": {"window_start": "5h"}, "wait": WaitOptions()}, "begins after wait_timeout"),
        ({"raw": {"protectedEntities": [{"guid": VM2}]}}, "must not change protectedEntities"),
        ({"raw": {"backupType": {"name": "INCREMENTAL"}}}, "must not change backupType"),
        ({"raw": {"retrycount": 1}}, "spelt retryCount"),
        ({"raw": {"priority": 200}}, "priority"),
        ({"raw": {"priority": 200}, "raw_unsafe": True}, "priority"),
    ],
)
def test_what_cannot_be_meant_is_refused(rest: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidOption, match=words):
        check_request(request(**rest))


def test_raw_brings_what_has_no_option() -> None:
    asked = request(raw={"quiesce": {"mode": "x"}, "windowEnd": int((time.time() + 3600) * 1000)})
    assert check_request(asked) == []
    body = start_calls(asked, [resolved(0)], NOW)[0].body
    assert isinstance(body, dict)
    assert body["quiesce"] == {"mode": "x"}
    unsafe = replace(asked, raw={"backupType": {"name": "INCREMENTAL"}}, raw_unsafe=True)
    assert check_request(unsafe) == []


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ([], "the list is empty"),
        (["db01"], "must be a dict"),
        ([{"kind": "vm"}], "needs name or guid"),
        ([{"client": "db01", "backupset": "x"}], "client is no option of a Storware target"),
        ([{"name": ""}], "name is empty"),
        ([{"name": 5}], "must be text"),
        ([{"guid": "db01"}], "must be a GUID"),
        ([{"name": "db01", "kind": "disk"}], "kind must be one of"),
        ([{"name": "x", "kind": "app", "hypervisor": "h"}], "only a VM has a hypervisor"),
        ([{"name": "db01"}, {"name": "db01"}], "same target"),
        ([{"guid": VM}, {"guid": VM.upper(), "name": "db01"}], "same target"),
    ],
)
def test_targets_that_are_refused(given: list[Any], words: str) -> None:
    with pytest.raises(InvalidOption, match=words):
        parse_targets(given)


def test_targets_as_given() -> None:
    first, second = parse_targets([{"name": "db01", "hypervisor": None}, {"name": "db01", "hypervisor": "h2"}])
    assert (first.label, second.label) == ("db01", "db01 on h2")
    assert dict(first.given) == {"name": "db01"}


def test_options_have_descriptions() -> None:
    for option in (*TARGET_OPTIONS, *PLATFORM_OPTIONS):
        assert option.description
        assert all(sentence.endswith(".") for sentence in option.description), option.name
