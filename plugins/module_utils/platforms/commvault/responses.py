# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the answers of a Commvault server: data, receipts, and refusals in all the places where it puts them.

Refusals stand in ``errorCode`` with ``errorMessage``, ``errLogMessage`` or ``errorString``, at the top or in one of
several lists, at any HTTP status, in JSON or in XML. Code 0 is a success even inside a list of errors.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree.ElementTree import Element

from ...api.documents import UnusableDocument, parse_json
from ...api.messages import Problem, Reply
from ...api.replies import CUT, page_title, quote, unreadable
from ..base import Receipt
from .xml_reader import parse_xml

_MESSAGE_KEYS = ("errorMessage", "errLogMessage", "errorString")
# Of a text that is no document, in bytes.
_MOST_TEXT = 4096
# More digits than any code or ID has, and fewer than Python refuses to convert.
MOST_DIGITS = 20


def read_json(reply: Reply) -> dict[str, Any]:
    """Return the JSON object that ``reply`` carries; raise ``ProtocolError`` for anything else."""
    if not reply.content.strip():
        raise unreadable(reply, "it is empty")
    try:
        document = parse_json(reply.content)
    except UnusableDocument as cause:
        why = str(cause) if page_title(reply.content) is None else _why_not(reply, "a JSON object")
        raise unreadable(reply, why) from None
    if not isinstance(document, dict):
        raise unreadable(reply, "it is not a JSON object")
    return document


def read_xml(reply: Reply) -> Element:
    """Return the root of the XML document that ``reply`` carries; raise ``ProtocolError`` for anything else.

    Documents with a DTD are refused, since entities can blow up a small answer and name local files.
    """
    if not reply.content.strip():
        raise unreadable(reply, "it is empty")
    try:
        return parse_xml(reply.content)
    except UnusableDocument as cause:
        why = str(cause) if page_title(reply.content) is None else _why_not(reply, "XML")
    raise unreadable(reply, why)


def read_document(reply: Reply) -> dict[str, Any]:
    """Return a JSON object, or an XML document in the same shape: attributes and children by their names.

    What the body is decides its content, because the server's ``Content-Type`` is not always right.
    """
    if _is_xml(reply.content):
        return _as_dict(read_xml(reply))
    return read_json(reply)


def read_created(reply: Reply) -> Receipt:
    """Return the task and job IDs of an answer to ``CreateTask``, in JSON or in XML.

    An answer without any ID is a ``ProtocolError`` of open fate: the server took the request and does not say
    what it made of it.
    """
    document = read_document(reply)
    task_id = _identifier(document.get("taskId"))
    job_ids = _job_ids(document)
    if task_id is None and not job_ids:
        raise unreadable(reply, "it names neither a task nor a job")
    return Receipt(task_id, job_ids)


def read_changed(reply: Reply) -> str | None:
    """Return the task ID of an answer to a change, ``None`` where a bare "no error" says that it was done."""
    return _identifier(read_document(reply).get("taskId"))


def find_problem(reply: Reply) -> Problem | None:
    """Return the refusal that ``reply`` carries, wherever it stands. Never raises.

    An answer that names started jobs is no refusal, whatever else it says: taking it for one could start them twice.
    """
    failed = reply.status >= 400
    document = _lenient(reply.content)
    if document is None:
        return _bare_text(reply.content) if failed else None
    if not failed and _job_ids(document):
        return None
    return _coded(document) or _uncoded(document)


def _coded(document: Mapping[str, Any]) -> Problem | None:
    for node in _places(document):
        code = _code(node.get("errorCode"))
        if code:
            return Problem(_message(node) or _first_message(document) or "no reason given", code)
    return None


def _uncoded(document: Mapping[str, Any]) -> Problem | None:
    """Return a text that stands where errors do, without a code that would call it a success."""
    for node in _places(document):
        if node.get("errorCode") is None and _message(node):
            return Problem(_message(node))
    return None


def _first_message(document: Mapping[str, Any]) -> str:
    return next((text for text in map(_message, _places(document)) if text), "")


def _places(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the objects that can hold a refusal, in the order in which they count."""
    yield document
    error, errors = list(_nodes(document.get("error"))), list(_nodes(document.get("errors")))
    yield from error
    yield from _nodes(document.get("errList"))
    yield from _nodes(document.get("errorList"))
    for node in error:
        yield from _nodes(node.get("errList"))
    yield from errors
    for node in errors:
        yield from _nodes(node.get("errList"))
    yield from _nodes(document.get("response"))
    yield from _nodes(document.get("resp"))


def _nodes(value: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the objects of a list, or a single one; a bare text counts as a message."""
    for entry in value if isinstance(value, list) else [value]:
        if isinstance(entry, dict):
            yield entry
        elif isinstance(entry, str):
            yield {"errorString": entry}


def _message(node: Mapping[str, Any]) -> str:
    for key in _MESSAGE_KEYS:
        value = node.get(key)
        text = value[0] if isinstance(value, list) and value else value
        if isinstance(text, str) and text.strip():
            return text.strip()
    return ""


def _code(value: Any) -> int | str | None:
    """Return an error code as a number where it is one; 0 and nothing mean success."""
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, float):
        return int(value) if value.is_integer() else str(value)
    if isinstance(value, int):
        return int(value)
    if not isinstance(value, str):
        return None
    text = value.strip()
    if text.lstrip("-").isdecimal() and len(text) <= MOST_DIGITS:
        return int(text)
    return quote(text) or None


def _job_ids(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the IDs under ``jobIds``: texts, numbers, or objects with ``val``, each once, in the server's order."""
    value = document.get("jobIds")
    entries = value if isinstance(value, list) else [value]
    inner = (entry.get("val") if isinstance(entry, dict) else entry for entry in entries)
    return tuple(dict.fromkeys(text for text in map(_identifier, inner) if text is not None))


def _identifier(value: Any) -> str | None:
    """Return a positive decimal number as text, ``None`` for what is no ID."""
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        return None
    if isinstance(value, int):
        return str(value) if 0 < value < 10**MOST_DIGITS else None
    text = value.strip()
    if not (text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS):
        return None
    return str(int(text)) if int(text) else None


def _lenient(content: bytes) -> dict[str, Any] | None:
    """Return a document, JSON text as a message, ``None`` for what is neither JSON nor XML."""
    if _is_xml(content):
        try:
            return None if page_title(content) is not None else _as_dict(parse_xml(content))
        except UnusableDocument:
            return None
    document = _json(content)
    return document if isinstance(document, dict) else None


def _bare_text(content: bytes) -> Problem | None:
    """Return a refusal that is a text alone: plain, in the quotes of JSON, or the title of a page."""
    title = page_title(content)
    document = _json(content) if title is None else title
    cut = CUT if len(content) > _MOST_TEXT else ""
    text = document if isinstance(document, str) else content[:_MOST_TEXT].decode("utf-8", "replace") + cut
    return Problem(quote(text)) if quote(text) else None


def _json(content: bytes) -> Any:
    """Return parsed JSON, ``None`` for what is none or is not read."""
    try:
        return parse_json(content)
    except UnusableDocument:
        return None


def _is_xml(content: bytes) -> bool:
    return content[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def _as_dict(element: Element) -> dict[str, Any]:
    """Return an element in the shape of the server's JSON: children become lists under their names."""
    result: dict[str, Any] = dict(element.attrib)
    for child in element:
        plain = not child.attrib and not len(child)
        entry = (child.text or "").strip() if plain else _as_dict(child)
        present = result.get(child.tag)
        if isinstance(present, list):
            present.append(entry)
        else:
            result[child.tag] = [entry] if present is None else [present, entry]
    return result


def _why_not(reply: Reply, due: str) -> str:
    title = page_title(reply.content)
    if title is not None:
        return f'an HTML page titled "{title}" came in place of {due}' if title else f"an HTML page, not {due}"
    return f"it is not {due}"
