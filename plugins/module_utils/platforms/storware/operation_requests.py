# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make the request of one operation from what a play gives, checked against the catalogue. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...api.errors import InvalidOption
from ...api.messages import Call
from ..json_schema import first_fault
from .guids import read_guid
from .operation_types import Body, Confirm, Operation, Parameter
from .operations import BY_ID, OPERATIONS


def find_operation(name: str) -> Operation:
    """Return the operation called ``name``."""
    if name not in BY_ID:
        known = ", ".join(operation.id for operation in OPERATIONS)
        raise InvalidOption(f"There is no operation {name!r}. Those are {known}.")
    return BY_ID[name]


def build_call(operation: Operation, guid: Any, query: Mapping[str, Any] | None, body: Any) -> Call:
    """Return the request. Raises ``InvalidOption`` for whatever the catalogue does not know or allow."""
    path = _path(operation, guid)
    checked = read_query(operation, query or {})
    document = _document(operation, body)
    rest: dict[str, Any] = {"query": checked, "safe": operation.is_read}
    if operation.body is not None:
        return Call.with_json(operation.method, path, document, **rest)
    if operation.method == "POST":
        rest.update(body=b"", content_type="application/json")
    return Call(operation.method, path, **rest)


def read_query(operation: Operation, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the query parameters that are given, checked: servers ignore a misspelt one, and act on more."""
    known = {parameter.name: parameter for parameter in operation.query}
    query: dict[str, Any] = {}
    for name, value in given.items():
        if value is None:
            continue
        if name not in known:
            those = f"Those are {', '.join(known)}." if known else "It has none."
            raise InvalidOption(f"query.{name} is no parameter of {operation.id}. {those}")
        query[name] = _value(known[name], value)
    return query


def why_to_confirm(operation: Operation, query: Mapping[str, Any], body: Any) -> str | None:
    """Return why a call must not go out without ``confirm: true``, ``None`` for an ordinary one."""
    if operation.confirm is Confirm.EVERYTHING and "project-uuid" not in query:
        return f"{operation.id} acts on the tasks of the whole server"
    if operation.confirm is Confirm.DESTROYS:
        return f"{operation.id} destroys what cannot be brought back"
    if operation.confirm is Confirm.NODE:
        return f"{operation.id} is a node's own call, which can corrupt the server's records"
    if any(_overwrites(body)):
        return "the body says overwrite, which deletes what has that name"
    return None


def body_schema(body: Body) -> dict[str, Any]:
    """Return the JSON Schema of a request body."""
    if body.bare is not None:
        return dict(body.bare)
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {field.name: field.schema for field in body.fields},
        "required": [field.name for field in body.fields if field.required],
    }
    if body.whole:
        schema["additionalProperties"] = False
    return {"type": "array", "minItems": 1, "items": schema} if body.array else schema


def _path(operation: Operation, guid: Any) -> str:
    if not operation.guid_of:
        if guid is not None:
            raise InvalidOption(f"{operation.id} takes no guid.", next_step="What it acts on is in its body or query.")
        return operation.path.lstrip("/")
    if guid is None:
        raise InvalidOption(f"{operation.id} needs guid, that of a {operation.guid_of}.")
    return operation.path.lstrip("/").replace("{guid}", read_guid("guid", guid))


def _value(parameter: Parameter, value: Any) -> Any:
    where = f"query.{parameter.name}"
    if isinstance(value, (list, tuple)):
        if not parameter.many:
            raise InvalidOption(f"{where} takes one value; got {value!r}.")
        if not value:
            raise InvalidOption(f"{where} is empty.", next_step="Leave it out to ask for all.")
        return [_single(parameter, where, entry) for entry in value]
    single = _single(parameter, where, value)
    return [single] if parameter.many else single


def _single(parameter: Parameter, where: str, value: Any) -> Any:
    if parameter.type == "bool":
        if isinstance(value, bool) or str(value).lower() in ("true", "false"):
            return str(value).lower()
        raise InvalidOption(f"{where} must be true or false; got {value!r}.")
    if parameter.type == "int":
        if not str(value).isdecimal() or isinstance(value, bool):
            raise InvalidOption(f"{where} must be a whole number; got {value!r}.")
        return str(int(value))
    if not isinstance(value, (str, int)) or isinstance(value, bool) or not str(value).strip():
        raise InvalidOption(f"{where} is {value!r}; give text, or leave it out.")
    if parameter.type == "guid":
        return read_guid(where, value)
    if parameter.choices and value not in parameter.choices:
        raise InvalidOption(f"{where} must be one of {', '.join(parameter.choices)}; got {value!r}.")
    return str(value)


def _document(operation: Operation, given: Any) -> Any:
    body = operation.body
    if body is None:
        if given is not None and given != {}:
            raise InvalidOption(f"{operation.id} takes no body.")
        return None
    # An empty object is how the vendor's page shows the bodies of which it names no field.
    document = {} if given is None and not body.array and body.bare is None else given
    _check_spelling(body, document)
    fault = first_fault(body_schema(body), document)
    if fault is not None:
        raise InvalidOption(f"body does not fit {operation.id} ({body.type}) {fault}.")
    return document


def _check_spelling(body: Body, document: Any) -> None:
    """Refuse a known field in another case, which a server would ignore."""
    known = {field.name.lower(): field.name for field in body.fields}
    for entry in document if isinstance(document, Sequence) and not isinstance(document, str) else [document]:
        for name in entry if isinstance(entry, Mapping) else ():
            meant = known.get(str(name).lower())
            if meant is not None and meant != name:
                raise InvalidOption(f"body: {name} must be spelt {meant}.")


def _overwrites(value: Any) -> Iterator[bool]:
    """Yield true for each place that says overwrite, however it is spelt and whatever it lies in."""
    if isinstance(value, Mapping):
        for name, entry in value.items():
            if str(name).lower() == "overwrite" and entry not in (False, None, "false", "False", 0):
                yield True
            yield from _overwrites(entry)
    elif isinstance(value, (list, tuple)):
        for entry in value:
            yield from _overwrites(entry)
