# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read what a Storware server answers: bodies that may be empty, lists, enumerations, references, refusals. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from ...api.documents import UnusableDocument, parse_json
from ...api.messages import Problem, Reply
from ...api.replies import quote, unreadable
from ...model.moments import plausible
from .guids import is_guid

# Of text that is not in a form that is known.
_LONGEST_TEXT = 200
_TAG = re.compile(r"<[^>]{0,200}>")


def read_document(reply: Reply) -> Any:
    """Return the JSON of an answer, ``None`` for an empty one, which is legal with any success."""
    if not reply.content.strip():
        return None
    try:
        return parse_json(reply.content)
    except UnusableDocument as cause:
        raise unreadable(reply, str(cause)) from None


def read_object(reply: Reply) -> dict[str, Any]:
    """Return an answer that has to be one object."""
    document = read_document(reply)
    if not isinstance(document, dict):
        raise unreadable(reply, "it is not an object")
    return document


def read_list(reply: Reply) -> list[dict[str, Any]]:
    """Return an answer that has to be a list of objects, each with its GUID.

    Nothing is passed over: an entry that cannot be read might be the very one that is looked for.
    """
    records = read_listed(reply)
    if not all(is_guid(ref_guid(record)) for record in records):
        raise unreadable(reply, "it lists something without a GUID")
    return records


def read_listed(reply: Reply) -> list[dict[str, Any]]:
    """Return an answer that has to be a list of objects, whatever these hold."""
    document = read_document(reply)
    if isinstance(document, dict) and isinstance(document.get("members"), list):
        document = document["members"]
    if not isinstance(document, list):
        raise unreadable(reply, "it is not a list")
    if not all(isinstance(entry, dict) for entry in document):
        raise unreadable(reply, "it lists something that is no object")
    return document


def read_records(reply: Reply) -> list[dict[str, Any]]:
    """Return the objects of an answer that may be one, several or none at all."""
    document = read_document(reply)
    entries = document if isinstance(document, list) else [document]
    return [entry for entry in entries if isinstance(entry, dict)]


def find_problem(reply: Reply) -> Problem | None:
    """Return the refusal of an answer: its message in either of two places, or its text, or only that it has none."""
    if reply.status < 400 and not reply.content.lstrip().startswith(b'{"error"'):
        return None
    text = reply.content.decode("utf-8", "replace").strip()
    try:
        document = parse_json(reply.content) if text else None
    except UnusableDocument:
        return Problem(quote(_TAG.sub(" ", text), _LONGEST_TEXT))
    if isinstance(document, Mapping):
        inner = document.get("error")
        for place in (inner, document):
            message = place.get("message") if isinstance(place, Mapping) else None
            if isinstance(message, str) and message.strip():
                return Problem(message.strip())
        if isinstance(inner, str) and inner.strip():
            return Problem(inner.strip())
    return Problem(quote(text, _LONGEST_TEXT)) if text and document not in ({}, [], None) else None


def enum_name(value: object) -> str:
    """Return the name of an enumeration, which comes as an object or as bare text; empty for neither."""
    if isinstance(value, Mapping):
        value = value.get("name")
    return value if isinstance(value, str) else ""


def ref_guid(value: object) -> str:
    """Return the GUID of a reference, empty where there is none."""
    guid = value.get("guid") if isinstance(value, Mapping) else None
    return guid.lower() if isinstance(guid, str) else ""


def ref_name(value: object) -> str:
    """Return the name of a reference, empty where there is none."""
    name = value.get("name") if isinstance(value, Mapping) else None
    return name if isinstance(name, str) else ""


def entries(record: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """Return the objects of a list within a record; none where it is left out or ``null``."""
    found = record.get(key)
    return [entry for entry in found if isinstance(entry, Mapping)] if isinstance(found, list) else []


def moment(value: object) -> float | None:
    """Return a time in Unix seconds; the server writes milliseconds."""
    number = read_number(value)
    return plausible(None if number is None else number / 1000.0)


def read_number(value: object) -> float | None:
    """Return a finite number, ``None`` for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None
