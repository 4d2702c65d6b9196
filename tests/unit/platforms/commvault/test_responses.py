# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.api.connection import Connection
from ansible_collections.nightshift.backup.plugins.module_utils.api.errors import (
    AuthenticationFailed,
    Fate,
    Forbidden,
    ProtocolError,
    Rejected,
    ServiceError,
)
from ansible_collections.nightshift.backup.plugins.module_utils.api.messages import Problem, Reply
from ansible_collections.nightshift.backup.plugins.module_utils.api.replies import judge
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.base import Receipt
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.jobs import read_id, read_summary
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.responses import (
    find_problem,
    read_created,
    read_document,
    read_json,
    read_xml,
)
from hypothesis import given
from hypothesis import strategies as st

FIXTURES = Path(__file__).parents[2] / "fixtures" / "commvault"
HOST = Connection("https://cs.example.com/commandcenter/api")


def reply(content: object, status: int = 200) -> Reply:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return Reply(status, content=body, method="POST", path="CreateTask")


def sample(name: str, status: int = 200) -> Reply:
    return reply((FIXTURES / name).read_bytes(), status)


@pytest.mark.parametrize(
    ("name", "receipt"),
    [("response-200.json", Receipt("71945", ("3587112",))), ("response-200.xml", Receipt("6441", ("40983",)))],
)
def test_the_vendors_samples_of_a_start_are_read(name: str, receipt: Receipt) -> None:
    assert find_problem(sample(name)) is None
    assert read_created(sample(name)) == receipt


@pytest.mark.parametrize(
    ("name", "status", "kind", "problem"),
    [
        ("response-400.txt", 400, Rejected, Problem("Request body is empty or format is invalid")),
        ("response-401.json", 401, AuthenticationFailed, Problem("Access Denied", 5)),
        (
            "response-403.json",
            403,
            Forbidden,
            Problem(
                "User [Remote User] does not have required capability [Data Protection/Management Operations] "
                "for this client [pgsql_win] and this operation.",
                587203022,
            ),
        ),
        (
            "response-500.json",
            500,
            Rejected,
            Problem("Failed to start backups as no eligible subclients were found.", 587207178),
        ),
    ],
)
def test_the_vendors_samples_of_a_refusal_are_read(
    name: str, status: int, kind: type[ServiceError], problem: Problem
) -> None:
    assert find_problem(sample(name, status)) == problem
    error = judge(sample(name, status), problem, HOST)
    assert error.__class__ is kind
    assert error is not None
    assert (error.http_status, error.code, error.fate) == (status, problem.code, Fate.REFUSED)
    assert problem.message in error.message


@pytest.mark.parametrize(
    "document",
    [
        {"errorMessage": "why", "errorCode": 7},
        {"errorMessage": " why ", "errorCode": "7"},
        {"errorString": "why", "errorCode": 7.0},
        {"errList": [{"errorCode": 0}, {"errorCode": 7, "errLogMessage": "why"}]},
        {"errorList": [{"errorCode": 7, "errLogMessage": "why"}]},
        {"error": {"errLogMessage": "why", "errorCode": 7}},
        {"error": {"errList": [{"errorCode": 7, "errLogMessage": "why"}]}},
        {"error": {"errorMessage": "why", "errorCode": 7}},
        {"errors": [{"errList": [{"errorCode": 7, "errLogMessage": "why"}]}]},
        {"errors": [{"errorCode": 7, "errorString": "why"}]},
        {"response": [{"errorCode": 0}, {"errorCode": 7, "errorString": "why"}]},
        {"response": {"errorCode": 7, "errorString": "why"}},
        {"resp": {"errorCode": 7, "errorString": "why"}},
        {"errorCode": 7, "error": {"errorMessage": "why"}},
        {"processinginstructioninfo": {}, "errorCode": 7, "errorMessage": "why"},
        b'<CVGui_GenericResp errorCode="7" errorMessage="why"/>',
        b'<?xml version="1.0"?><TMMsg_CreateTaskResp errorCode="7" errorMessage=" why "/>',
        b'\xef\xbb\xbf <X><errList errorCode="0"/><errList errorCode="7" errLogMessage="why"/></X>',
        b"<X><errorCode>7</errorCode><errorMessage>why</errorMessage></X>",
    ],
)
@pytest.mark.parametrize("status", [200, 400, 500])
def test_a_refusal_is_found_wherever_it_stands(document: object, status: int) -> None:
    assert find_problem(reply(document, status)) == Problem("why", 7)


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ({"errors": [{"errorString": "why"}]}, Problem("why")),
        ({"error": {"errLogMessage": "why"}}, Problem("why")),
        ({"error": "why"}, Problem("why")),
        ({"errorCode": 7}, Problem("no reason given", 7)),
        ({"errorCode": -1, "errorMessage": "why"}, Problem("why", -1)),
        ({"errorCode": "E_ACCESS", "errorMessage": "why"}, Problem("why", "E_ACCESS")),
    ],
)
def test_refusals_without_a_code_or_a_text(document: object, problem: Problem) -> None:
    assert find_problem(reply(document)) == problem


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"taskId": 501},
        {"errorCode": 0},
        {"errorCode": "0", "errorMessage": "Success"},
        {"errorCode": 0, "errorMessage": ""},
        {"errors": [{"errList": [{"errorCode": 0, "errLogMessage": "Success"}]}]},
        {"response": [{"errorCode": 0, "errorString": ""}]},
        {"errList": []},
        {"error": {}},
        {"jobs": [{"jobSummary": {"pendingReason": "x"}}]},
        {"taskId": 1, "jobIds": ["2"], "errorCode": 7, "errorMessage": "one of two"},
        b'<CVGui_GenericResp errorCode="0" errorMessage="Success"/>',
        b"",
        b"OK",
        b"[1, 2]",
        b"<html><title>a page</title></html>",
    ],
)
def test_a_success_is_no_refusal(document: object) -> None:
    assert find_problem(reply(document)) is None


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"Request body is empty", "Request body is empty"),
        (b'"Request body is empty."', "Request body is empty."),
        (b"<html><head><title> Not\n here </title></head></html>", "Not here"),
        (b"<broken", "<broken"),
        (b"x" * 900, "x" * 500 + "…"),
        (b"caf\xe9", "caf\ufffd"),
    ],
)
def test_a_bare_text_is_a_refusal_where_the_status_is(content: bytes, message: str) -> None:
    assert find_problem(reply(content, 404)) == Problem(message)
    assert find_problem(reply(b" \n", 404)) is None


@pytest.mark.parametrize(
    ("document", "receipt"),
    [
        ({"taskId": 5, "jobIds": ["1", "2"]}, Receipt("5", ("1", "2"))),
        ({"taskId": "5", "jobIds": [1, 2, "2"]}, Receipt("5", ("1", "2"))),
        ({"taskId": 5, "jobIds": [{"val": "1"}, {"val": 2}]}, Receipt("5", ("1", "2"))),
        ({"taskId": 5, "jobIds": {"val": "1"}}, Receipt("5", ("1",))),
        ({"taskId": 5, "jobIds": "1"}, Receipt("5", ("1",))),
        ({"taskId": 0, "jobIds": ["1"]}, Receipt(None, ("1",))),
        ({"taskId": 501}, Receipt("501")),
        ({"taskId": 501, "jobIds": ["", "0", None, "x", True, {}, [], -4]}, Receipt("501")),
        (
            b'<TMMsg_CreateTaskResp taskId="5"><jobIds val="2"/><jobIds val="1"/></TMMsg_CreateTaskResp>',
            Receipt("5", ("2", "1")),
        ),
        (b'<TMMsg_CreateTaskResp taskId="501"/>', Receipt("501")),
        (b'\xef\xbb\xbf{"taskId": 5}', Receipt("5")),
    ],
)
def test_receipts_in_many_shapes(document: object, receipt: Receipt) -> None:
    assert read_created(reply(document)) == receipt


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"  ",
        b"{}",
        b'{"taskId": 0}',
        b'{"taskId": "", "jobIds": []}',
        b'{"taskId": 719',
        b"[71945]",
        b'"71945"',
        b"71945",
        b"null",
        b"\xff\xfe{",
        b"<TMMsg_CreateTaskResp/>",
        b'<TMMsg_CreateTaskResp taskId="0"/>',
        b'<TMMsg_CreateTaskResp taskId="6441"><jobIds val="40',
        b"<html><title>Sign in</title></html>",
        b"<html><title>Sign in<br></html>",
        b'<?xml version="1.0" encoding="no-such"?><a/>',
        b'<!DOCTYPE a [<!ENTITY b "c">]><TMMsg_CreateTaskResp taskId="6441">&b;</TMMsg_CreateTaskResp>',
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a taskId="6441"/>',
        '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a []><a taskId="6441"/>'.encode("utf-16"),
        b"<a>" * 5000 + b"</a>" * 5000,
        b"[" * 100_000,
        b'{"a":' * 200 + b"1" + b"}" * 200,
        b'{"taskId": ' + b"9" * 5000 + b"}",
    ],
)
def test_an_answer_without_a_receipt_leaves_the_fate_open(content: bytes) -> None:
    with pytest.raises(ProtocolError) as caught:
        read_created(reply(content))
    error = caught.value
    assert (error.fate, error.method, error.path, error.http_status) == (Fate.OPEN, "POST", "CreateTask", 200)
    assert error.next_step
    assert len(error.message) < 300


def test_readers_give_documents() -> None:
    assert read_json(reply({"a": [1]})) == {"a": [1]}
    assert read_xml(reply(b'<a b="c"><d/></a>')).find("d") is not None
    assert read_document(reply(b'<a b="c"><d>x</d><d e="f"/></a>')) == {"b": "c", "d": ["x", {"e": "f"}]}
    with pytest.raises(ProtocolError, match="HTML page titled"):
        read_json(reply(b"<html><title>Sign in</title>"))
    with pytest.raises(ProtocolError, match="not well-formed"):
        read_xml(reply(b"{}"))


KEYS = st.sampled_from(
    ["errorCode", "errorMessage", "errLogMessage", "error", "errors", "errList", "response", "taskId", "jobIds", "val"]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS | st.text(max_size=4), inner, max_size=4),
    max_leaves=20,
)


@given(JSON, st.sampled_from([200, 201, 400, 401, 500, 503]))
def test_no_json_breaks_the_readers(document: Any, status: int) -> None:
    survive(reply(document, status))


@given(st.binary(max_size=60) | st.binary(max_size=30).map(lambda data: b"<" + data), st.sampled_from([200, 500]))
def test_no_bytes_break_the_readers(content: bytes, status: int) -> None:
    survive(reply(content, status))


@given(st.recursive(st.just("<errList errorCode='1'/>"), lambda inner: inner.map("<error>{}</error>".format) | inner))
def test_no_xml_breaks_the_readers(text: str) -> None:
    survive(reply(f"<a taskId='x'>{text}</a>".encode()))


def survive(answer: Reply) -> None:
    problem = find_problem(answer)
    assert problem is None or problem.message
    judge(answer, problem, HOST)
    for read in (read_created, read_json, read_xml, read_document):
        with suppress(ProtocolError):
            read(answer)


@pytest.mark.parametrize("value", ["9" * 5000, 10**400, -1, 0, "1.5", "\u0661", True, None, [], {"val": 1}, "1e3"])
def test_what_is_no_id_is_none(value: object) -> None:
    assert read_id(value) is None


@pytest.mark.parametrize("value", [10**12, 1e300, "9" * 400, -5, "NaN", True, None, {}, 253402300800])
def test_what_is_no_time_is_none(value: object) -> None:
    task = read_summary({"jobId": 5, "status": "Completed", "jobStartTime": value, "jobEndTime": value})
    assert task is not None
    assert (task.started_at, task.finished_at) == (None, None)
