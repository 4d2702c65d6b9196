# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The XML wire form and its mapping to JSON (specification section 2.1)."""

from __future__ import annotations

from typing import Any

from lxml import etree

from nightshift_sandbox.commvault.errors import bad_format

Json = dict[str, Any]
#: Elements that are lists even when they occur once.
LISTS = {
    "associations",
    "subTasks",
    "jobIds",
    "repeatPattern",
    "subtaskEntity",
    "taskIds",
    "taskEntities",
    "appGroups",
    "clientList",
    "jobTypeList",
    "selectedAdHocPaths",
}


def parse(body: bytes) -> tuple[str, Json]:
    """Root name and content of a document; every scalar is text, as XML has no types.

    Empty attributes are left out: the vendor's own sample has them for "not set".

    :raises Refusal: it is not well-formed, or it declares a document type (which could expand without end)
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(body.strip(), parser)
    except etree.XMLSyntaxError as error:
        raise bad_format(f"XML: {error}") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise bad_format("XML: a document type is not accepted")
    return etree.QName(root).localname, _content(root)


def _content(element: etree._Element) -> Json:
    result: Json = {str(name): value for name, value in element.attrib.items() if value != ""}
    for child in element:
        if not isinstance(child.tag, str):
            continue
        name = etree.QName(child).localname
        value = _value(child)
        if name in LISTS:
            result.setdefault(name, []).append(value)
        elif name in result:
            before = result[name]
            result[name] = [*before, value] if isinstance(before, list) else [before, value]
        else:
            result[name] = value
    return result


def _value(element: etree._Element) -> Any:
    if list(element.attrib) == ["val"] and not len(element):
        return element.get("val")
    if not element.attrib and not len(element) and element.text and element.text.strip():
        return element.text.strip()
    return _content(element)


def render(root: str, payload: Json) -> bytes:
    """A document of the server: scalars are attributes, booleans 0 or 1, lists repeated elements."""
    element = etree.Element(root)
    _fill(element, payload)
    declaration = b'<?xml version="1.0" encoding="UTF-8" standalone="no" ?>\n'
    return declaration + etree.tostring(element, encoding="UTF-8")


def _fill(element: etree._Element, payload: Json) -> None:
    for name, value in payload.items():
        if isinstance(value, dict):
            _fill(etree.SubElement(element, name), value)
        elif isinstance(value, list):
            for item in value:
                child = etree.SubElement(element, name)
                if isinstance(item, dict):
                    _fill(child, item)
                else:
                    child.set("val", _text(item))
        elif value is not None:
            element.set(name, _text(value))


def _text(value: Any) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)
