# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each move of a task is made by the call that its state needs, in the forms that servers know."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.api.errors import InvalidOption
from ansible_collections.nightshift.backup.plugins.module_utils.flows.change_state import change_state, check_move
from ansible_collections.nightshift.backup.plugins.module_utils.flows.surroundings import Surroundings
from ansible_collections.nightshift.backup.plugins.module_utils.model.state_change import Move, StateRequest, Wanted
from ansible_collections.nightshift.backup.plugins.module_utils.model.states import State
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.storware.tasks import StorwareTasks
from ansible_collections.nightshift.backup.tests.unit.flows.fakes import FakeClock
from ansible_collections.nightshift.backup.tests.unit.platforms.storware.scripted import (
    NOW,
    VM,
    VM2,
    Refusal,
    Script,
    backup,
    enum,
    guid,
    task,
)

ONE = f"tasks/{guid(1)}"


def move(script: Script, wanted: Wanted, *numbers: int, **rest: Any) -> list[Move]:
    """Run the flow on tasks by their numbers."""
    clock = FakeClock()
    request = StateRequest(wanted, ids=tuple(guid(number) for number in numbers or (1,)), **rest)
    return change_state(StorwareTasks(script.session, clock), request, Surroundings(check_mode=False, clock=clock))


def outcomes(moves: list[Move]) -> list[str]:
    return [one.outcome.value if one.outcome else "open" for one in moves]


def writes(script: Script) -> list[tuple[str, str, Any]]:
    return [(how, path, body) for how, path, _query, body in script.calls if how != "GET"]


def test_a_running_task_is_cancelled_by_its_short_record(script: Script) -> None:
    short = {"guid": guid(1), "state": enum("RUNNING")}
    script.says(ONE, task(1))
    script.says("tasks", [{"guid": guid(2)}, short])
    script.says("tasks/cancel-running", [])
    assert outcomes(move(script, Wanted.CANCELLED)) == ["changed"]
    assert writes(script) == [("POST", "tasks/cancel-running", [short])]


@pytest.mark.parametrize(("state", "path"), [("RUNNING", "tasks/cancel-running"), ("QUEUED", ONE)])
def test_a_cancellation_whose_answer_was_lost_is_ours_also_when_a_repetition_is_refused(
    script: Script, state: str, path: str
) -> None:
    """So the flow looks at the task in between: a session that repeats it by itself hears only the refusal."""
    script.session.connection = replace(script.session.connection, retries=2)
    queued = state == "QUEUED"
    script.says("tasks", [])
    script.says(ONE, task(1, state), task(1, state), *([502, 404] if queued else [task(1, "CANCELLED")]))
    if not queued:
        script.says(path, 502, Refusal(400, "It is not running."))
    (found,) = move(script, Wanted.CANCELLED)
    assert outcomes([found]) == ["changed"]
    assert "the answer was lost, but the server shows that it worked" in found.message
    assert len(writes(script)) == 1


@pytest.mark.parametrize("status", [404, 405])
def test_an_older_server_is_told_as_its_own_client_does(script: Script, status: int) -> None:
    script.says(ONE, task(1))
    script.says("tasks", [])
    script.says("tasks/cancel-running", status)
    script.says(f"{ONE}/state", 204)
    assert outcomes(move(script, Wanted.CANCELLED)) == ["changed"]
    assert writes(script)[-1][:2] == ("PUT", f"{ONE}/state")
    assert writes(script)[-1][2]["state"] == {"name": "CANCELLED"}


@pytest.mark.parametrize("wanted", [Wanted.QUEUED, Wanted.CANCELLED, Wanted.ABSENT])
def test_a_look_that_fails_leaves_nothing_open(script: Script, wanted: Wanted) -> None:
    """What was never asked for may be asked for again."""
    state = "RUNNING" if wanted is Wanted.CANCELLED else "FAILED"
    script.says(
        ONE, task(1, state), 502, task(1, state), *([204] if wanted is Wanted.ABSENT else []), task(1, "QUEUED")
    )
    script.says("tasks", [])
    script.says("tasks/cancel-running", [])
    script.says(f"{ONE}/state", 204)
    script.says("backups", [])
    script.says("tasks/detailed", [task(1, state)])
    assert outcomes(move(script, wanted)) == ["changed"]
    assert len(writes(script)) == 1


def test_a_queued_task_is_dropped(script: Script) -> None:
    for wanted in (Wanted.CANCELLED, Wanted.ABSENT):
        script.says(ONE, task(1, "QUEUED"), task(1, "QUEUED"), 204, 404)
        (one,) = move(script, wanted, wait=True)
        assert (outcomes([one]), one.error) == (["changed"], None)
        assert one.state is (State.CANCELLED if wanted is Wanted.CANCELLED else None)
        assert writes(script) == [("DELETE", ONE, None)]
        script.calls.clear()


@pytest.mark.parametrize("state", ["FINISHED", "FAILED", "CANCELLED"])
def test_the_record_of_an_ended_task_is_deleted(script: Script, state: str) -> None:
    script.says(ONE, task(1, state), task(1, state), 204, 404)
    assert outcomes(move(script, Wanted.ABSENT, wait=True)) == ["changed"]
    assert writes(script) == [("DELETE", ONE, None)]


@pytest.mark.parametrize("state", ["RUNNING", "LEVITATING"])
def test_what_runs_is_not_deleted(script: Script, state: str) -> None:
    script.says(ONE, task(1, state))
    (one,) = move(script, Wanted.ABSENT)
    assert outcomes([one]) == ["failed"]
    assert f"it is EXPORT {state}, and its record can be deleted once it has ended; cancel it first" in str(one.error)
    assert writes(script) == []


def test_what_begins_to_run_after_the_look_is_not_deleted(script: Script) -> None:
    script.says(ONE, task(1, "QUEUED"), task(1, "RUNNING"))
    (one,) = move(script, Wanted.ABSENT)
    assert "is RUNNING meanwhile, and cannot be deleted" in str(one.error)
    assert writes(script) == []


def test_what_ends_after_the_look_is_unchanged_with_its_end(script: Script) -> None:
    script.says(ONE, task(1), task(1, "FINISHED"))
    (one,) = move(script, Wanted.CANCELLED)
    assert (outcomes([one]), one.state, one.error) == (["unchanged"], State.SUCCEEDED, None)
    assert writes(script) == []


def test_what_is_purged_after_the_look_needs_nothing(script: Script) -> None:
    for wanted, before in ((Wanted.CANCELLED, "RUNNING"), (Wanted.ABSENT, "FAILED")):
        script.says(ONE, task(1, before), 404)
        (one,) = move(script, wanted)
        assert (outcomes([one]), one.error) == (["unchanged"], None)
    assert writes(script) == []


def test_a_server_that_shows_another_task_is_not_trusted(script: Script) -> None:
    script.says(ONE, task(1), task(2))
    (one,) = move(script, Wanted.CANCELLED)
    assert "another task in place of" in str(one.error)
    assert writes(script) == []


@pytest.mark.parametrize("given", ["", " ", None, 17, True, "all-finished", "delete-finished", guid(1)[:-1], [guid(1)]])
def test_only_a_guid_is_an_id(script: Script, given: Any) -> None:
    with pytest.raises(InvalidOption, match="must be a GUID"):
        StorwareTasks(script.session).parse_id(given)
    assert StorwareTasks(script.session).parse_id(f" {VM.upper()} ") == VM


@pytest.mark.parametrize("wanted", [Wanted.PAUSED, Wanted.RUNNING])
def test_what_the_platform_lacks(script: Script, wanted: Wanted) -> None:
    with pytest.raises(InvalidOption, match="Storware cannot bring a task to the state") as caught:
        check_move(StorwareTasks(script.session), wanted)
    assert caught.value.next_step


# --- queue again -----------------------------------------------------------------------------------------------------


def failed(number: int = 1, **more: Any) -> dict[str, Any]:
    return task(number, "FAILED", **{"startTime": int(NOW * 1000), "finishTime": int(NOW * 1000) + 60000, **more})


def around(script: Script, *records: Any, backups: Any = ()) -> None:
    """Say what else there is of the same kind."""
    script.says("tasks/detailed", list(records))
    script.says("backups", list(backups))


def test_a_failed_task_is_queued_again_in_place(script: Script) -> None:
    around(script, failed())
    script.says(ONE, failed(), failed(), failed(), task(1, "QUEUED"))
    script.says(f"{ONE}/state", 204)
    (one,) = move(script, Wanted.QUEUED)
    assert (outcomes([one]), one.new_id, one.state) == (["changed"], None, State.QUEUED)
    assert writes(script) == [("PUT", f"{ONE}/state", "QUEUED")]


@pytest.mark.parametrize(
    ("status", "path", "body"),
    [
        (400, f"{ONE}/state", {"state": {"name": "QUEUED"}}),
        (415, f"{ONE}/state", {"state": {"name": "QUEUED"}}),
        (404, "tasks/state", {"state": {"name": "QUEUED"}, "tasks": [{"guid": guid(1)}]}),
        (405, "tasks/state", {"state": {"name": "QUEUED"}, "tasks": [{"guid": guid(1)}]}),
    ],
)
def test_the_other_forms_of_queueing_again(script: Script, status: int, path: str, body: Any) -> None:
    again = iter([*[failed()] * (3 if status > 403 and status != 415 else 2)])
    around(script, failed())
    script.says(ONE, lambda _query, _body: next(again, task(1, "QUEUED")))
    script.says("tasks/state", 204)
    script.says(f"{ONE}/state", status, 204)
    assert outcomes(move(script, Wanted.QUEUED)) == ["changed"]
    how, sent, document = writes(script)[-1]
    assert (how, sent) == ("PUT", path)
    assert document | {"statusInfo": ""} == {**body, "statusInfo": ""}


def test_a_refusal_is_told_in_the_words_about_the_documented_form(script: Script) -> None:
    around(script, failed())
    script.says(ONE, failed())
    script.says(f"{ONE}/state", Refusal(400, "Illegal state"), Refusal(400, "Not a text"))
    (one,) = move(script, Wanted.QUEUED)
    assert outcomes([one]) == ["failed"]
    assert "Illegal state" in str(one.error)


def test_a_server_that_takes_the_request_and_does_nothing_fails(script: Script) -> None:
    """What stays as it was is not protected."""
    around(script, failed())
    script.says(ONE, failed())
    script.says(f"{ONE}/state", 204)
    (one,) = move(script, Wanted.QUEUED)
    assert outcomes([one]) == ["failed"]
    assert "it is FAILED as before" in str(one.error)
    assert len(writes(script)) == 1


def test_one_that_has_failed_again_was_queued(script: Script) -> None:
    around(script, failed())
    script.says(ONE, failed(), failed(), failed(startTime=int(NOW * 1000) + 90000))
    script.says(f"{ONE}/state", 204)
    assert outcomes(move(script, Wanted.QUEUED)) == ["changed"]


@pytest.mark.parametrize(
    ("beside", "backups", "outcome"),
    [
        (task(2, "RUNNING", startTime=int(NOW * 1000) + 1), (), "superseded"),
        (task(2, "FINISHED", startTime=int(NOW * 1000) + 1), (), "superseded"),
        (failed(2, startTime=int(NOW * 1000) - 1), (), "changed"),
        (failed(2, startTime=int(NOW * 1000) + 1), (), "changed"),
        (task(2, "FINISHED", startTime=int(NOW * 1000) + 1, backupType=enum("INCREMENTAL")), (), "changed"),
        (task(2, "FINISHED", kind="STORE", startTime=int(NOW * 1000) + 1), (), "changed"),
        (task(2, "FINISHED", startTime=int(NOW * 1000) + 1, protectedEntity={"guid": VM2}), (), "changed"),
        (failed(), [backup(7, age=-60)], "superseded"),
        (failed(), [backup(7, age=60)], "changed"),
        (failed(), [backup(7, age=-60, type=enum("INCREMENTAL"))], "changed"),
        (failed(), [backup(7, "PARTIAL_SUCCESS", age=-60)], "changed"),
        (failed(), [backup(7, age=-60, backupLocations=[{"status": enum("REMOVED")}])], "changed"),
    ],
)
def test_superseded(script: Script, beside: Any, backups: Any, outcome: str) -> None:
    shown = iter([failed()] * 2)
    around(script, failed(), beside, backups=backups)
    script.says(ONE, lambda _query, _body: next(shown, task(1, "QUEUED")))
    script.says(f"{ONE}/state", 204)
    assert outcomes(move(script, Wanted.QUEUED)) == [outcome]


def test_copies_that_failed_as_well_are_counted(script: Script) -> None:
    copies = [failed(number, startTime=int(NOW * 1000) + number) for number in (1, 2, 3)]
    around(script, *copies)
    script.says(f"tasks/{guid(3)}", copies[2])
    (one,) = move(script, Wanted.QUEUED, 3)
    assert outcomes([one]) == ["exhausted"]
    assert writes(script) == []


def test_many_are_looked_at_by_one_list(script: Script) -> None:
    entities = [{"guid": guid(100 + number), "name": f"vm{number}"} for number in range(6)]
    records = [failed(number, protectedEntity=entity) for number, entity in enumerate(entities, 1)]
    around(script, *records, backups=[backup(200 + n, age=-60, protectedEntity=one) for n, one in enumerate(entities)])
    script.headers["X-Total-Count"] = "6"
    assert outcomes(move(script, Wanted.QUEUED, *range(1, 7))) == ["superseded"] * 6
    assert sorted(path for _how, path, _query, _body in script.calls) == ["backups", "tasks/detailed", "tasks/detailed"]
