# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What must hold of a run whatever was answered to it, read from its result and from what really was answered."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element, ParseError, XMLPullParser

from .scenarios import Played
from .wire import Answer

KINDS = frozenset(
    {
        "unreachable",
        "tls",
        "authentication",
        "forbidden",
        "not_found",
        "ambiguous",
        "invalid",
        "rejected",
        "server",
        "timeout",
        "protocol",
        "unknown_outcome",
    }
)
LONGEST_MESSAGE = 4000
MOST_REQUESTS = 400
MOST_SECONDS = 10.0
# A warning is less than a success, so that a success with anything beside it may be called one.
_WELL = ("completed", "finished", "success")
_GOOD = {"succeeded": _WELL, "warning": (*_WELL, "warning")}


def faults_of(played: Played) -> list[str]:
    """Return what is wrong with the form of a result."""
    result = played.result
    found = [] if "exception" not in result else [f"a traceback: {result['exception'][-1500:]}"]
    texts = [str(result.get("msg", "")), *map(str, result.get("warnings", []))]
    if result.get("failed"):
        error = result.get("error", {})
        texts.append(str(error.get("message", "")))
        if error.get("kind") not in KINDS:
            found.append(f"kind is {error.get('kind')!r}")
        if not result.get("msg"):
            found.append("no message")
    found += [f"not printable: {text[:200]!r}" for text in texts if not text.isprintable()]
    found += [f"{len(text)} characters: {text[:200]!r}" for text in texts if len(text) > LONGEST_MESSAGE]
    try:
        json.dumps(result, allow_nan=False, ensure_ascii=False).encode()
    except ValueError as cause:
        found.append(f"the result cannot be printed: {cause}")
    if len(played.replay.given) > MOST_REQUESTS:
        found.append(f"{len(played.replay.given)} requests")
    if played.seconds > MOST_SECONDS:
        found.append(f"{played.seconds:.1f} s")
    return found


def claims_without_evidence(played: Played) -> list[str]:
    """Return what a result calls good although nothing that was answered says so."""
    answers = list(_answers(played))
    records = [record for answer in answers for record in _objects(answer)]
    text = "\n".join(_content(answer).decode("utf-8", "replace") for _request, answer in played.replay.given)
    found = []
    for row in _objects(played.result):
        if str(row.get("state")) in _GOOD and "id" in row and not _is_shown(row, records):
            found.append(f"{row['id']} is called {row['state']}")
        if str(row.get("state")) in _GOOD and row.get("outcome") and not row.get("jobs"):
            found.append(f"{row['target']} is called {row['state']} without a job")
        if row.get("outcome") in ("started", "adopted", "already_running", "fresh") and not _is_named(row, text):
            found.append(f"{row['target']} is called {row['outcome']} without a task or job that was shown")
        if row.get("protected") is True:
            found += _unproved(row, played.result)
    return found


def _is_shown(row: Mapping[str, Any], records: list[Mapping[str, Any]]) -> bool:
    """Tell whether a record of this ID says that it ended well."""
    for record in records:
        names = {str(record.get("jobId")), str(record.get("guid")).lower()}
        state = record.get("status") if "status" in record else record.get("state")
        word = state.get("name") if isinstance(state, Mapping) else state
        if row["id"] in names and any(good in str(word).lower() for good in _GOOD[str(row["state"])]):
            return True
    return False


def _is_named(row: Mapping[str, Any], text: str) -> bool:
    shown = [row.get("task_id"), *(row.get("job_ids") or []), *(job["id"] for job in row.get("jobs") or [])]
    return any(one and str(one) in text for one in shown)


def _unproved(row: Mapping[str, Any], result: Mapping[str, Any]) -> list[str]:
    good = row.get("last_good")
    if not good or not good.get("started_at"):
        return [f"{row['target']} is called protected without a backup"]
    begun, now = (datetime.fromisoformat(text.replace("Z", "+00:00")) for text in (good["started_at"], result["as_of"]))
    ahead = (begun - now).total_seconds()
    return [f"{row['target']} is called protected by a backup of the future"] if ahead > 3600 else []


def _answers(played: Played) -> Iterator[Any]:
    for _request, answer in played.replay.given:
        content = _content(answer)
        try:
            yield json.loads(content)
        except (ValueError, RecursionError):
            try:
                yield _plain(read_xml(content))
            except ParseError:
                continue


def _content(answer: Answer) -> bytes:
    """Return the body of an answer as its reader sees it."""
    if answer.headers.get("content-encoding") != "gzip":
        return answer.content
    try:
        return gzip.decompress(answer.content)
    except (OSError, EOFError, zlib.error):
        return b""


def read_xml(content: bytes) -> Element:
    """Return the root of an XML document. Raises ``ParseError``."""
    parser = XMLPullParser(("end",))
    parser.feed(content)
    parser.close()
    return list(parser.read_events())[-1][1]


def _plain(element: Element) -> dict[str, Any]:
    return {**element.attrib, "children": [_plain(child) for child in element]}


def _objects(value: Any) -> Iterator[Mapping[str, Any]]:
    """Yield every object within ``value``, however deep it is."""
    waiting = [value]
    while waiting:
        here = waiting.pop()
        if isinstance(here, dict):
            yield here
            waiting += here.values()
        elif isinstance(here, list):
            waiting += here
