# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever a play gives, it is refused in one sentence, or sent as it is and where it belongs."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ...faults.size import size
from .evidence import faults_of, read_xml
from .scenarios import ENTRIES, Played, Scenario, Stage
from .wire import Request

ROUNDS = settings(
    max_examples=size(120, 20_000),
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

# Every service that the modules may ask, below the root. An ID stands in one segment and is nothing else.
_ID, _GUID = "[0-9]{1,20}", "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_SERVICES = {
    "commvault": re.compile(
        "Login|Logout|WhoAmI|CommServ|GetId|CreateTask|Jobs|JobDetails|Client|Subclient|Task|Qcommand/qoperation%20execute|"
        "Qcommand/qoperation execute|Schedules?|"
        f"(Job|Client|Agent|Instance|Backupset|Subclient|Schedules|Schedule|Task)/{_ID}(/TaskDetails|/action/[A-Za-z]+)?"
    ),
    "storware": re.compile(
        "session/(login|logout)|virtual-machines|backups|backup-locations|hypervisors|hypervisor-(managers|clusters|storages)|"
        "nodes|restore-jobs|mounted-backups|backup-destinations|protected-entities|policies/vm-(backup|snapshot)|"
        f"schedules(/{_GUID})?|tasks(/[a-z-]+)*|"
        f"(tasks|virtual-machines|backups|policies/vm-(backup|snapshot)|mounted-backups|restore-jobs|hypervisors)/{_GUID}"
        "(/[a-z-]+)?"
    ),
}
_ROOTS = {"commvault": "/commandcenter/api/", "storware": "/api/"}
_KEY = re.compile("[A-Za-z][A-Za-z.-]*")

_TRICKS = (
    "", " ", "\t", ".", "..", "../../etc/passwd", "..\\..\\x", "a/b", "a?b=c", "a#b", "a&b=c", "a;b", "%2e%2e%2f",
    "%00", "%",
    "a b", " a ", "a\nb", "a\r\nX-Injected: 1", "a\x00b", "\x1b[31mred", "\x7f", "\x9b31m", "\ud800", "\udcff",
    "\u202e", "\u2028",
    "Ω", "🌙", "e\u0301", "\ufeff", "<a/>", "]]>", "<!--", "&amp;", "&x;", "\"'<>&", "<!DOCTYPE a>", "{{ 7 * 7 }}",
    "*", "null",
    "-1", "0", "1e999", "99999999999999999999", "21:00", "1h", "0s", "-5m", "99999999999d", "\u0661", "x" * 10_000,
    "x" * 10_000_001,
    "true", "[]", "{}", "all", "2026-13-45", "0001-01-01", "9999-12-31T23:59:59Z",
    "00000000-0000-0000-0000-000000000000",
    "../00000000-0000-0000-0000-000000000000", "b2559e5c-0f6e-4a0b-9d5e-3c1f0a7d4e21\n",
    "b2559e5c-0f6e-4a0b-9d5e-3c1f0a7d4e21?x",
)  # fmt: skip


def _nested(depth: int) -> Any:
    value: Any = "deep"
    for _level in range(depth):
        value = {"a": [value]}
    return value


_VALUES = (
    *_TRICKS, True, False, 0, 1, -1, 2**31, 2**63, -(2**63), 10**400, 0.5, -0.0, 1e308, float("nan"), float("inf"),
    [], [[]], [None],
    {}, {"": ""}, {"a": None}, {"../x": 1}, {"a\x00": 1}, [1, "a", None, {}], ["x"] * 3, [{}] * 3, list(range(5000)),
    {"client": "a"}, {"name": "a", "guid": "../x"}, {"taskInfo": {"task": {"a<b": 1}}}, {"taskInfo": []},
    _nested(40), _nested(5000),
)  # fmt: skip

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
values = st.one_of(st.sampled_from(_VALUES), texts, st.integers(), st.floats(), st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4), max_leaves=8,
))  # fmt: skip


def places(value: Any, spec: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Yield the way to every option of ``spec``, also within what ``value`` holds, and to every leaf of free data."""
    given_options = value if isinstance(value, Mapping) else {}
    for name in {**spec, **given_options}:
        yield (name,)
        inner = (spec.get(name) or {}).get("options") or {}
        held = given_options.get(name)
        if isinstance(held, list):
            for position, entry in enumerate(held[:2]):
                yield name, position
                yield from ((name, position, *rest) for rest in places(entry, inner))
        elif isinstance(held, Mapping) or inner:
            yield from ((name, *rest) for rest in places(held, inner))


def put(arguments: dict[str, Any], path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    """Return ``arguments`` with ``value`` at ``path``, whose way is made where there is none."""
    changed = copy.deepcopy(arguments)
    here: Any = changed
    for step in path[:-1]:
        if isinstance(here, dict) and not isinstance(here.get(step), (dict, list)):
            here[step] = {}
        here = here[step]
    here[path[-1]] = value
    return changed


def _wrong_requests(played: Played, scenario: Scenario) -> Iterator[str]:
    for request, _answer in played.replay.given:
        below = request.path.removeprefix(_ROOTS[scenario.platform])
        if not _SERVICES[scenario.platform].fullmatch(below):
            yield f"path {request.path!r}"
        if "#" in request.url or any(not _KEY.fullmatch(key) for key, _value in request.query):
            yield f"address {request.url!r}"
        _read_body(request)


def _read_body(request: Request) -> Any:
    """Return what a body says, read as a server would: strictly."""
    content = request.headers.get("Content-Type", "")
    if request.body and "json" in content:
        return json.loads(request.body, parse_constant=_no_number)
    if request.body and "xml" in content:
        return read_xml(request.body)
    return None


def _no_number(text: str) -> None:
    raise AssertionError(f"{text} is no JSON")


def _changes(request: Request) -> bool:
    reads = ("Jobs", "JobDetails", "Login", "Logout", "WhoAmI", "login", "logout")
    return request.method != "GET" and not request.path.endswith(reads)


@ROUNDS
@given(data=st.data())
def test_a_wrong_value_is_refused_or_sent_as_it_is(stage: Stage, data: st.DataObject) -> None:
    scenario = data.draw(st.sampled_from(list(stage.scenarios.values())))
    base = stage.arguments(scenario)
    path = data.draw(st.sampled_from(list(places(base, ENTRIES[scenario.module].argument_spec))))
    value = data.draw(values)
    played = stage.play(scenario, put(base, path, value))
    assert faults_of(played) == []
    assert list(_wrong_requests(played, scenario)) == []
    if played.kind == "invalid":
        assert any(str(step) in played.result["msg"] for step in path if isinstance(step, str)), played.result["msg"]
        assert [request.url for request, _answer in played.replay.given if _changes(request)] == []


def test_ten_megabytes_are_refused_wherever_they_stand(stage: Stage) -> None:
    huge = "x" * 10_000_000
    modules = {(scenario.platform, scenario.module): scenario for scenario in stage.scenarios.values()}
    for number, scenario in enumerate(modules.values()):
        base = stage.arguments(scenario)
        found = list(places(base, ENTRIES[scenario.module].argument_spec))
        path = found[(number * 7) % len(found)]
        played = stage.play(scenario, put(base, path, huge))
        assert played.kind == "invalid", (scenario.name, path, played.result)
        assert str(path[-1]) in played.result["msg"], (scenario.name, path)
        assert "characters, which is more than" in played.result["msg"], (scenario.name, path)
        assert faults_of(played) == []
        assert played.replay.given == []


# What a name may hold: everything but what is refused by name, spaces around it, and what stands for all.
names = st.text(
    st.one_of(st.characters(exclude_categories=["Cs", "Cc"]), st.sampled_from("/?#%&=;:'\"<>[]{}\\.\t\n")),
    min_size=1,
    max_size=40,
).filter(lambda name: name.strip() not in ("", "*") and name == name.strip())


@ROUNDS
@given(client=names, subclient=names, description=names, xml=st.booleans())
def test_legal_names_arrive_byte_for_byte(
    stage: Stage, client: str, subclient: str, description: str, xml: bool
) -> None:
    scenario = stage.scenarios["commvault: start plainly"]
    target = {"client": client, "backupset": "main", "subclient": subclient}
    given_options = {
        "targets": [target],
        "description": description,
        "commvault": {"wire_format": "xml" if xml else "json"},
    }
    played = stage.play(scenario, {**stage.arguments(scenario), **given_options})
    (start,) = [request for request, _answer in played.replay.given if request.path.endswith("/CreateTask")]
    document = _read_body(start)
    if xml:
        found = [element.attrib for element in document.iter("associations")]
        texts_sent = [element.get("jobDescription") for element in document.iter("commonOpts")]
    else:
        found = document["taskInfo"]["associations"]
        texts_sent = [document["taskInfo"]["subTasks"][0]["options"]["commonOpts"]["jobDescription"]]
    assert [(entry["clientName"], entry["subclientName"]) for entry in found] == [(client, subclient)]
    assert texts_sent == [description]
    assert list(_wrong_requests(played, scenario)) == []
    assert played.result["tasks"][0]["target"]["client"] == client


@ROUNDS
@given(name=names, project=names)
def test_legal_names_of_storware_are_looked_up_byte_for_byte(stage: Stage, name: str, project: str) -> None:
    scenario = stage.scenarios["storware: start plainly"]
    target = {"name": name, "project": project}
    played = stage.play(scenario, {**stage.arguments(scenario), "targets": [target]})
    assert played.kind in ("not_found", "ambiguous"), played.result
    assert list(_wrong_requests(played, scenario)) == []
    assert faults_of(played) == []
    queries = [dict(request.query) for request, _answer in played.replay.given]
    assert project in [query.get("project-uuid") for query in queries]
    assert not any(_changes(request) for request, _answer in played.replay.given)
