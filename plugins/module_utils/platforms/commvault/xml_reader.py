# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Parses XML that another machine sent, with the standard library alone.

Entities and external files need a DTD, so a document that has one is refused as soon as the parser sees it, in any
encoding. Depth is bounded as well; size is bounded by whoever received the document.
"""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from ...api.documents import DEEPEST, UnusableDocument, refuse_bulk


def parse_xml(content: bytes) -> Element:
    """Return the root element of ``content``; raise ``UnusableDocument``."""
    refuse_bulk(content, b"<=")
    builder = TreeBuilder()
    depth = 0

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise UnusableDocument("its XML is nested too deeply")
        builder.start(tag, dict(attributes))

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(tag)

    def refuse(*_details: object) -> None:
        raise UnusableDocument("its XML has a document type, which is not read")

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(content, True)
    # LookupError and ValueError: an encoding that does not exist, or that expat cannot use.
    except (expat.ExpatError, LookupError, ValueError) as cause:
        line = getattr(cause, "lineno", 0)
        raise UnusableDocument(f"it is not well-formed XML (line {line}), or broke off before its end") from None
    return builder.close()
