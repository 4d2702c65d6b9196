# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests as XML and back. Source: the vendor's page "REST API - POST Create Task (Backup)", XML.

An object is an element, its scalars are attributes, a list is a repeated element, and a list of scalars repeats an
element with ``val``. The field table says which scalars are child elements instead and what type a text has.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from ...api.documents import UnusableDocument
from ...api.errors import InvalidOption
from .field_types import LIST, Field, Kind
from .fields import BY_WIRE
from .pattern_fields import PATTERN_FIELDS
from .xml_reader import parse_xml

ROOT = "TMMsg_CreateTaskReq"

# https://www.w3.org/TR/xml/#charsets: everything else cannot stand in a document, not even escaped.
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ELEMENT_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]*")
_LISTS = frozenset(
    "/".join(steps[: depth + 1]).replace(LIST, "")
    for steps in (field.steps for field in BY_WIRE.values())
    for depth, step in enumerate(steps)
    if step.endswith(LIST)
)
_BY_PATH: dict[str, Field] = {wire.replace(LIST, ""): field for wire, field in BY_WIRE.items()}


def encode(tree: Mapping[str, Any], root_name: str = ROOT) -> bytes:
    """Return a request body as an XML document in UTF-8.

    Raises ``InvalidOption`` for a text with characters that XML cannot carry, and for a name that cannot be an element.
    """
    root = Element(root_name)
    for name, value in tree.items():
        _add(root, name, value, "")
    return bytes(tostring(root, encoding="utf-8", xml_declaration=False))


def decode(document: bytes) -> dict[str, Any]:
    """Return the tree of a request body. Texts of parameters that the table does not know stay texts.

    An empty attribute of any type but text counts as not there, as in the vendor's samples. Raises ``ValueError`` for
    what is no XML, and for a number or truth value that is none.
    """
    try:
        return _read_children(parse_xml(document), "")
    except UnusableDocument as error:
        raise ValueError(f"The request cannot be read: {error}.") from error


def _add(parent: Element, name: str, value: Any, path: str) -> None:
    """Write ``value``, called ``name``, below ``parent``, whose way below ``taskInfo`` is ``path``."""
    if not _ELEMENT_NAME.fullmatch(name):
        raise InvalidOption(f"raw: {name!r} cannot be the name of an XML element or attribute.")
    here = _below(path, name)
    if value is None:
        # What a server shows may hold it, and XML has no word for it but leaving it out.
        return
    if isinstance(value, Mapping):
        _fill(SubElement(parent, name), value, here)
    elif isinstance(value, (list, tuple)):
        for entry in value:
            if entry is not None:
                _add_entry(parent, name, entry, here)
    elif here in _BY_PATH and _BY_PATH[here].child_element:
        SubElement(parent, name).text = _text(name, value)
    else:
        parent.set(name, _text(name, value))


def _add_entry(parent: Element, name: str, entry: Any, here: str) -> None:
    element = SubElement(parent, name)
    if isinstance(entry, Mapping):
        _fill(element, entry, here)
    else:
        element.set("val", _text(name, entry))


def _fill(element: Element, values: Mapping[str, Any], path: str) -> None:
    for name, value in values.items():
        _add(element, name, value, path)


def _text(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, (str, int, float)):
        raise InvalidOption(f"{name}: {value!r} cannot be written as XML.")
    text = str(value)
    if illegal := _ILLEGAL.search(text):
        raise InvalidOption(
            f"{name}: the character U+{ord(illegal[0]):04X} cannot be written as XML.",
            next_step="Take it out of the text, or use wire_format: json.",
        )
    return text


def _read_children(element: Element, path: str) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for name, text in element.attrib.items():
        value = _typed(_below(path, name), text)
        if value is not None:
            tree[name] = value
    for child in element:
        _collect(tree, child, _below(path, child.tag))
    return tree


def _collect(tree: dict[str, Any], child: Element, here: str) -> None:
    """Add one child element; one that is a list, or that comes again, becomes an entry of a list."""
    name = child.tag
    value = _read_element(child, here)
    if here in _LISTS:
        tree.setdefault(name, []).append(value)
    elif name not in tree:
        tree[name] = value
    elif isinstance(tree[name], list):
        tree[name].append(value)
    else:
        tree[name] = [tree[name], value]


def _read_element(element: Element, here: str) -> Any:
    text = (element.text or "").strip()
    if text and not element.attrib and not len(element):
        return _typed(here, text)
    if set(element.attrib) == {"val"} and not len(element):
        return element.attrib["val"]
    return _read_children(element, here)


def _typed(here: str, text: str) -> Any:
    """Return ``text`` in the type that the table gives it; ``None`` for an empty one that should be no text."""
    field = _BY_PATH.get(here)
    if field is None or field.kind is Kind.STR:
        return text
    if not text:
        return None
    if field.kind is Kind.BOOL:
        return _truth(here, text)
    if field.kind is Kind.ENUM or field in PATTERN_FIELDS:
        # Dates and times of a pattern are text in XML and numbers in JSON.
        return int(text) if text.isdecimal() else text
    return int(text)


def _truth(here: str, text: str) -> bool:
    if text.lower() in ("true", "1"):
        return True
    if text.lower() in ("false", "0"):
        return False
    raise ValueError(f"{here}: {text!r} is neither true nor false.")


def _below(path: str, name: str) -> str:
    """Return the way of ``name`` below ``path``; ``taskInfo`` itself is where all ways begin."""
    if not path:
        return name if name != "taskInfo" else ""
    return f"{path}/{name}"
