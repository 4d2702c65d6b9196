# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each of the 22 parameters of a list of tasks: seen on the wire, and applied again to what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.api.errors import (
    Ambiguous,
    InvalidOption,
    NotFound,
    ProtocolError,
    Rejected,
)
from ansible_collections.nightshift.backup.plugins.module_utils.arguments import without_nulls
from ansible_collections.nightshift.backup.plugins.module_utils.entrypoints.query_options import read_listing
from ansible_collections.nightshift.backup.plugins.module_utils.entrypoints.task_info import ENTRY
from ansible_collections.nightshift.backup.plugins.module_utils.flows.query_tasks import query_tasks
from ansible_collections.nightshift.backup.plugins.module_utils.model.query import Found
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.storware import paging as pages
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.storware.operations import BY_ID
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.storware.task_filters import (
    OBJECT_FILTERS,
    OPTION_OF,
)
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.storware.tasks import StorwareTasks
from ansible_collections.nightshift.backup.plugins.plugin_utils.controller import validate
from ansible_collections.nightshift.backup.tests.unit.flows.fakes import FakeClock
from ansible_collections.nightshift.backup.tests.unit.platforms.storware.scripted import (
    NOW,
    VM,
    VM2,
    Refusal,
    Script,
    enum,
    guid,
    task,
    vm,
)

LISTS = ("tasks", "tasks/detailed")
Query = Mapping[str, list[str]]


def ref(number: int) -> dict[str, str]:
    return {"guid": guid(number), "name": f"object{number}"}


def listed(script: Script, **options: Any) -> Found:
    """Run ``task_info`` without a connection of its own, over all times unless told otherwise."""
    given = {"platform": "storware", "url": "https://x.example.com/api", "since": "1970-01-01", **options}
    checked = validate(ENTRY, without_nulls(given, ENTRY.argument_spec), "task_info")
    assert not checked.problem, checked.problem
    platform = StorwareTasks(script.session)
    found, error = query_tasks(platform, read_listing(checked.params, platform), FakeClock())
    if error is not None:
        raise error
    return found


def ids(found: Found) -> list[int]:
    return [int(one.id[-3:]) for one in found.tasks]


def queries(script: Script) -> list[Query]:
    """Return the queries of all lists of tasks but those that ask for what cannot exist."""
    return [query for _how, path, query, _body in script.calls if path in LISTS and query.get("size") != ["1"]]


@dataclass(frozen=True)
class Row:
    """How a parameter is reached: options, its values on the wire, what fits and what does not."""

    options: Mapping[str, Any]
    wire: list[str]
    fits: Mapping[str, Any] = field(default_factory=dict)
    other: Mapping[str, Any] = field(default_factory=dict)


def by_object(option: str, key: str) -> Row:
    return Row({option: guid(50)}, [guid(50)], {key: ref(50)}, {key: ref(51)})


ROWS: dict[str, Row] = {
    "backup": by_object("backup", "backup"),
    "backup-destination": by_object("backup_destination", "backupDestination"),
    "direction": Row({"order_by": "windowEnd", "direction": "asc"}, ["asc"], {"windowEnd": 1}),
    "filter": Row({"search": "Lost"}, ["Lost"], {"statusInfo": "host was lost"}, {"statusInfo": "full"}),
    "hypervisor": by_object("hypervisor", "hypervisor"),
    "hypervisor-manager": by_object("hypervisor_manager", "hypervisorManager"),
    "mounted-backup-assigned": Row({"mounted_backup_assigned": True}, ["true"]),
    "nameLike": Row(
        {"name_like": "B01"},
        ["B01"],
        {"protectedEntity": {"guid": VM, "name": "db01"}},
        {"protectedEntity": {"guid": VM2, "name": "web"}},
    ),
    "node": by_object("node", "node"),
    "orderBy": Row({"order_by": "windowEnd"}, ["windowEnd"], {"windowEnd": 1}),
    "page": Row({}, ["0"]),
    "parent-task": by_object("parent_task", "parentTask"),
    "project-uuid": Row({"project": "0f6e4a0b9d5e"}, ["0f6e4a0b9d5e"]),
    "protected-entity": Row(
        {"protected_entity": VM2}, [VM2], {"protectedEntity": {"guid": VM2}}, {"protectedEntity": {"guid": VM}}
    ),
    "restore-job": by_object("restore_job", "restoreJob"),
    "schedule": by_object("schedule", "schedule"),
    "size": Row({}, [str(pages.PAGE)]),
    "state": Row({"states": ["failed"]}, ["FAILED"], {"state": "FAILED"}, {"state": "RUNNING"}),
    "states": Row(
        {"states": ["succeeded", "paused", "queued"]},
        ["FINISHED", "QUEUED"],
        {"state": "FINISHED"},
        {"state": "FAILED"},
    ),
    "storage-provider": by_object("storage_provider", "storageProvider"),
    "type": Row({"types": ["store"]}, ["STORE"], {"type": enum("STORE")}, {"type": enum("EXPORT")}),
    "workflow-execution": by_object("workflow_execution", "workflowExecution"),
}
LISTING = ("direction", "orderBy", "page", "size")
"""These order and divide a list, and choose nothing."""
UNTOLD = ("mounted-backup-assigned", "project-uuid")
"""No record tells of these."""


def test_the_table_is_that_of_the_catalogue() -> None:
    documented = [parameter.name for parameter in BY_ID["list_tasks"].query]
    assert list(ROWS) == documented
    assert sorted(OPTION_OF) == sorted(documented)
    assert len(documented) == 22


@pytest.mark.parametrize("parameter", list(ROWS))
def test_each_is_sent(script: Script, parameter: str) -> None:
    row = ROWS[parameter]
    honest = honouring(parameter, [task(1, **row.fits)], [task(2, **row.other)])
    script.says("tasks", honest)
    script.says("tasks/detailed", honest)
    listed(script, **row.options)
    sent = queries(script)[0]
    assert sent[parameter] == row.wire
    others = set(sent) - {parameter, "page", "size", *(("orderBy",) if parameter == "direction" else ("direction",))}
    assert others <= {"state", "states"}, "nothing else is sent"


def honouring(parameter: str, fitting: list[Any], others: list[Any]) -> Any:
    """Return a list that knows one parameter."""
    wire = ROWS[parameter].wire

    def answer(query: Query, _body: Any) -> list[Any]:
        if parameter in LISTING or parameter not in query:
            return [*fitting, *others]
        return fitting if query[parameter] == wire else others if parameter == "mounted-backup-assigned" else []

    return answer


@pytest.mark.parametrize("parameter", [name for name in ROWS if name not in (*LISTING, *UNTOLD)])
def test_each_is_applied_again_where_the_server_ignores_it(script: Script, parameter: str) -> None:
    row = ROWS[parameter]
    both = [task(2, **row.other), task(1, **row.fits)]
    script.says("tasks", both)
    script.says("tasks/detailed", both)
    found = listed(script, **row.options)
    assert (ids(found), found.total, found.truncated) == ([1], 1, False)


@pytest.mark.parametrize("parameter", [*UNTOLD, "backup", "restore-job", "schedule"])
def test_what_no_record_tells_and_the_server_ignores_is_refused(script: Script, parameter: str) -> None:
    both = [task(1), task(2)]
    script.says("tasks", both)
    script.says("tasks/detailed", both)
    with pytest.raises(Rejected, match=f"The server ignores {parameter}, and its records do not tell"):
        listed(script, **ROWS[parameter].options)


@pytest.mark.parametrize("parameter", [*UNTOLD, *(one.parameter for one in OBJECT_FILTERS), "filter"])
def test_what_no_record_tells_and_the_server_honours_is_believed(script: Script, parameter: str) -> None:
    honest = honouring(parameter, [task(1, protectedEntity=None)], [task(2, protectedEntity=None)])
    script.says("tasks", honest)
    script.says("tasks/detailed", honest)
    assert ids(listed(script, **ROWS[parameter].options)) == [1]


@pytest.mark.parametrize("status", [404, 400])
def test_a_server_that_misses_what_cannot_exist_filters(script: Script, status: int) -> None:
    known = ROWS["schedule"].wire

    def answer(query: Query, _body: Any) -> Any:
        return [task(1)] if query["schedule"] == known else status

    script.says("tasks/detailed", answer)
    assert ids(listed(script, schedule=guid(50))) == [1]


@pytest.mark.parametrize("option", ["node", "hypervisor", "protected_entity", "workflow_execution"])
def test_a_record_without_an_object_is_not_of_it(script: Script, option: str) -> None:
    script.says("tasks", [task(1, protectedEntity=None)])
    script.says("tasks/detailed", [task(1, protectedEntity=None)])
    assert ids(listed(script, **{option: guid(50)})) == []


def test_a_destination_is_one_of_several(script: Script) -> None:
    """A record names one of the destinations alone."""
    record = task(1, backupDestination=ref(51))
    script.says("tasks", honouring("backup-destination", [record], []))
    assert ids(listed(script, backup_destination=guid(50))) == [1]


def test_no_mounted_backup_assigned(script: Script) -> None:
    def answer(query: Query, _body: Any) -> list[Any]:
        # False may also mean that nothing is filtered.
        return [task(1)] if query.get("mounted-backup-assigned") == ["true"] else [task(1), task(2)]

    script.says("tasks", answer)
    assert ids(listed(script, mounted_backup_assigned=False)) == [2]
    assert ids(listed(script, mounted_backup_assigned=True)) == [1]


# --- names -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("option", "path", "record", "given"),
    [
        ("node", "nodes", {"name": "node1"}, "node1"),
        ("hypervisor", "hypervisors", {"host": "h1.example.com"}, "h1.example.com"),
        ("hypervisor_manager", "hypervisor-managers", {"url": "https://rhv1"}, "https://rhv1"),
        ("backup_destination", "backup-destinations", {"name": "fs1"}, "fs1"),
        ("schedule", "schedules", {"name": "nightly"}, "nightly"),
        ("protected_entity", "virtual-machines", {"name": "db01"}, "db01"),
        ("targets", "virtual-machines", {"name": "db01"}, [{"name": "db01"}]),
    ],
)
def test_names_become_guids(script: Script, option: str, path: str, record: Any, given: Any) -> None:
    parameter = next((name for name, reached in OPTION_OF.items() if reached == option), "protected-entity")
    script.says(path, [{**record, "guid": guid(50)}, {"guid": guid(51)}])
    for name in LISTS:
        script.says(name, [])
    listed(script, **{option: given})
    assert queries(script)[0][parameter] == [guid(50)]
    with pytest.raises(NotFound):
        listed(script, **{option: [{"name": "nowhere"}] if option == "targets" else "nowhere"})
    script.says(path, [{**record, "guid": guid(50)}, {**record, "guid": guid(52)}])
    with pytest.raises(Ambiguous):
        listed(script, **{option: given})


@pytest.mark.parametrize("option", ["backup", "parent_task", "restore_job", "storage_provider", "workflow_execution"])
def test_what_has_no_name_needs_a_guid(script: Script, option: str) -> None:
    with pytest.raises(InvalidOption, match=f"{option} must be a GUID"):
        listed(script, **{option: "all-finished"})
    assert script.calls == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"types": ["Backup"]}, "types names 'Backup', which is no type of a Storware task"),
        ({"queued_for_node": " "}, "is empty"),
    ],
)
def test_what_cannot_be_meant(script: Script, options: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidOption, match=words):
        listed(script, **options)
    assert script.calls == []


def test_a_guid_is_not_looked_up(script: Script) -> None:
    """The object may be gone, and its tasks still there."""
    script.says("tasks", [task(1)])
    assert ids(listed(script, targets=[{"guid": VM}])) == [1]
    assert ids(listed(script, protected_entity=VM.upper())) == [1]
    assert {path for _how, path, _query, _body in script.calls} == {"tasks"}


def test_an_entity_that_is_gone_is_known_by_its_name(script: Script) -> None:
    script.says("virtual-machines", [vm()])
    script.says("tasks", [task(1, protectedEntity=None, protectedEntityDisplayName="db01"), task(2)])
    assert ids(listed(script, targets=[{"name": "db01"}])) == [1, 2]


# --- how they are listed ---------------------------------------------------------------------------------------------


def paging(records: list[Any]) -> Any:
    def answer(query: Query, _body: Any) -> list[Any]:
        page, size = int(query["page"][0]), int(query["size"][0])
        return records[page * size : (page + 1) * size]

    return answer


def test_pages_to_the_end(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "PAGE", 2)
    script.says("tasks", paging([task(number) for number in range(5)]))
    script.headers["X-Total-Count"] = "5"
    found = listed(script, limit=2)
    assert (len(found.tasks), found.total, found.truncated) == (2, 5, True)
    assert [query["page"] for query in queries(script)] == [["0"], ["1"], ["2"]]


@pytest.mark.parametrize("counted", [True, False])
def test_pages_may_be_shorter_than_asked_for(script: Script, counted: bool) -> None:
    everything = [task(number) for number in range(5)]
    script.says("tasks", lambda query, body: paging(everything)({**query, "size": ["2"]}, body))
    script.headers.update({"X-Total-Count": "5"} if counted else {})
    assert listed(script).total == 5


@pytest.mark.parametrize("count", [2, 3])
def test_a_server_without_pages_ends(script: Script, monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    monkeypatch.setattr(pages, "PAGE", 2)
    script.says("tasks", [task(number) for number in range(count)])
    assert listed(script).total == count


def test_pages_that_shift_are_read_as_a_whole(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "PAGE", 2)
    everything = [task(number) for number in range(4)]

    def answer(query: Query, _body: Any) -> list[Any]:
        if "page" not in query:
            return everything
        # A task was purged between the pages, and the first one of the second moved to the first.
        return everything[:2] if query["page"] == ["0"] else everything[3:]

    script.says("tasks", answer)
    script.headers["X-Total-Count"] = "4"
    assert listed(script).total == 4


def test_what_has_no_guid_might_be_the_task(script: Script) -> None:
    script.says("tasks", [task(1), {**task(2), "guid": "all-finished"}])
    with pytest.raises(ProtocolError, match="lists something without a GUID"):
        listed(script)


def test_a_server_that_insists_on_a_parameter_gets_both_of_its_values(script: Script) -> None:
    def answer(query: Query, _body: Any) -> Any:
        if "mounted-backup-assigned" not in query:
            return Refusal(400, "mounted-backup-assigned is required")
        return [task(1)] if query["mounted-backup-assigned"] == ["true"] else [task(2), task(3, node=ref(50))]

    script.says("tasks", answer)
    assert sorted(ids(listed(script))) == [1, 2, 3]
    assert ids(listed(script, node=guid(50))) == [3]


@pytest.mark.parametrize(
    ("order_by", "key", "values"),
    [
        ("started_at", "startTime", [NOW * 1000 + 3, NOW * 1000 + 1, NOW * 1000 + 2]),
        ("finished_at", "finishTime", [NOW * 1000 + 3, NOW * 1000 + 1, NOW * 1000 + 2]),
        ("created_at", "creationTime", [NOW * 1000 + 3, NOW * 1000 + 1, NOW * 1000 + 2]),
        ("name", "protectedEntity", [{"name": "C"}, {"name": "a"}, {"name": "b"}]),
        ("type", "type", [enum("STORE"), enum("EXPORT"), enum("IMPORT")]),
        ("state", "state", ["RUNNING", "CANCELLED", "FINISHED"]),
        ("priority", "priority", [90, 10, 50]),
        ("retryCount", "retryCount", [3, None, 2]),
    ],
)
def test_orders(script: Script, order_by: str, key: str, values: list[Any]) -> None:
    records = [task(number, **{key: value}) for number, value in enumerate(values, 1)]
    for name in LISTS:
        script.says(name, records)
    assert ids(listed(script, order_by=order_by, direction="asc")) == [2, 3, 1]
    assert ids(listed(script, order_by=order_by)) == [1, 3, 2]
    assert ("orderBy" in queries(script)[0]) is (order_by == "retryCount")


def test_an_order_that_no_record_has(script: Script) -> None:
    script.says("tasks", [task(1)])
    with pytest.raises(Rejected, match="no colour to be put in order by"):
        listed(script, order_by="colour")


def test_several_types_and_targets_are_asked_for_singly_while_they_are_few(script: Script) -> None:
    script.says("tasks", [task(1), task(2, kind="STORE"), task(3, kind="IMPORT")])
    assert sorted(ids(listed(script, types=["EXPORT", "STORE"], targets=[{"guid": VM}, {"guid": VM2}]))) == [1, 2]
    asked = {(*query["type"], *query["protected-entity"]) for query in queries(script)}
    assert asked == {(kind, one) for kind in ("EXPORT", "STORE") for one in (VM, VM2)}
    script.calls.clear()
    assert ids(listed(script, types=["EXPORT", "STORE", "MOUNT", "UPLOAD", "DELETE"], targets=[{"guid": VM}])) == [1, 2]
    assert sorted(queries(script)[0]) == ["page", "protected-entity", "size"]


def test_states_that_no_task_is_ever_in(script: Script) -> None:
    assert listed(script, states=["paused", "warning"]).total == 0
    assert script.calls == []
    script.says("tasks", [task(1, "LEVITATING"), task(2)])
    assert ids(listed(script, states=["unknown"])) == [1]
    assert "states" not in queries(script)[0]


def test_detailed_and_extended(script: Script) -> None:
    script.says("tasks", [task(1)])
    script.says("tasks/detailed", [task(1, statusInfo="waits")])
    script.says(f"tasks/{guid(1)}", task(1, progressChange=1.0))
    assert listed(script).tasks[0].message == ""
    assert listed(script, detailed=True).tasks[0].message == "waits"
    assert "progressChange" in listed(script, extended=True).tasks[0].raw
    assert script.calls[-1][2] == {"extended": ["true"]}
    assert "progressChange" in listed(script, ids=[guid(1)], extended=True).tasks[0].raw
    # One that was purged meanwhile stays as it was listed.
    script.says(f"tasks/{guid(1)}", 404)
    assert ids(listed(script, extended=True)) == [1]


def test_queued_for_a_node(script: Script) -> None:
    script.says("nodes", [{"guid": guid(50), "name": "node1"}])
    script.says("tasks/queued", [task(1, "QUEUED"), task(2, "RUNNING"), task(3, "QUEUED")])
    script.says("tasks", [task(1, "QUEUED"), task(2), task(4, "QUEUED")])
    assert ids(listed(script, queued_for_node="node1")) == [1]
    asked = [query for _how, path, query, _body in script.calls if path == "tasks/queued"]
    assert asked == [{"node": [guid(50)]}]


def test_ids_are_narrowed_by_what_only_a_list_tells(script: Script) -> None:
    script.says(f"tasks/{guid(1)}", task(1))
    script.says(f"tasks/{guid(2)}", task(2, "FAILED"))
    script.says("tasks/detailed", honouring("schedule", [task(1)], [task(2)]))
    both = [guid(1), guid(2)]
    assert ids(listed(script, ids=both)) == [1, 2]
    assert ids(listed(script, ids=both, schedule=guid(50))) == [1]
    assert ids(listed(script, ids=both, states=["failed"])) == [2]
    assert ids(listed(script, ids=both, types=["STORE"])) == []
    with pytest.raises(NotFound, match="shows no task"):
        listed(script, ids=[guid(1), guid(9)])


def test_times(script: Script) -> None:
    """Ended ones of the last day by default, and whatever has not ended."""
    script.says("tasks", [task(1, "FINISHED"), task(2, "RUNNING"), task(3, "QUEUED", windowStart=int(4e12))])
    assert sorted(ids(listed(script, since=None))) == [2, 3]
    assert sorted(ids(listed(script, until="2026-01-02"))) == [1, 2]
