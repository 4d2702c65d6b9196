# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.api.errors import InvalidOption
from ansible_collections.nightshift.backup.plugins.module_utils.model.levels import Level
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.arguments import ENUM_FORMAT
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.create_task import (
    build_body,
    start_call,
)
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.field_types import Field, Kind
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.payload_fields import (
    PLATFORM_FIELDS,
)
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.schemas import request_schema
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.xml import decode, encode
from ansible_collections.nightshift.backup.tests.unit.platforms.commvault.samples import (
    SUBCLIENT,
    leaves,
    request,
)
from hypothesis import given
from hypothesis import strategies as st

VALIDATOR = jsonschema.Draft202012Validator(request_schema())

LEGAL = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff", include_characters="\t\n\r")
TEXT = st.text(LEGAL, max_size=20)
NAME = TEXT.filter(lambda name: name.strip() not in ("", "*"))
IDENTIFIER = st.integers(0, 2**31 - 1)


def values(field: Field) -> st.SearchStrategy[Any]:
    if field.kind is Kind.BOOL:
        return st.booleans()
    if field.kind is Kind.INT:
        return st.integers(field.minimum or 0, field.maximum or 2**31 - 1)
    if field.kind is Kind.DURATION:
        return st.integers(0, 10**6).map(lambda number: f"{number}s")
    return TEXT if field.kind is Kind.STR else st.sampled_from(field.enumeration.options)


@st.composite
def platform_options(draw: st.DrawFn) -> dict[str, Any]:
    options: dict[str, Any] = {"enum_format": draw(st.sampled_from(ENUM_FORMAT.choices))}
    for field in draw(st.lists(st.sampled_from(PLATFORM_FIELDS), unique_by=lambda field: field.wire)):
        here = options
        for step in field.option[:-1]:
            here = here.setdefault(step, {})
        here[field.option[-1]] = draw(values(field))
    return options


TARGETS = st.lists(
    st.fixed_dictionaries(
        {"client": NAME, "backupset_id": IDENTIFIER},
        optional={"app": NAME, "instance": NAME, "subclient": NAME, "company": NAME, "commcell_id": IDENTIFIER},
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda target: str(target["client"]).casefold(),
)


@given(TARGETS, platform_options(), st.sampled_from(Level), st.none() | TEXT, st.booleans())
def test_any_request_survives_xml_and_fits_the_schema(
    targets: Any, options: dict[str, Any], level: Level, description: str | None, marked: bool
) -> None:
    for wire_format in ("json", "xml"):
        asked = request(*targets, level=level, options={**options, "wire_format": wire_format}, description=description)
        body = build_body(asked, asked.targets, "m" if marked else None)
        VALIDATOR.validate(body)
        assert decode(encode(body)) == body


@given(TEXT)
def test_text_cannot_break_out_of_an_attribute(text: str) -> None:
    asked = request({**SUBCLIENT, "client": f"{text}x"}, options={"wire_format": "xml"})
    document = start_call(asked, asked.targets, None).wire.body or b""
    assert leaves(decode(document))["taskInfo/associations[0]/clientName"] == f"{text}x"
    plain = request(options={"wire_format": "xml"})
    assert leaves(decode(document)).keys() == leaves(build_body(plain, plain.targets)).keys()


@pytest.mark.parametrize("character", ["\x00", "\x08", "\x1f", "\ud800", "\ufffe", "\uffff"])
def test_characters_that_xml_lacks_are_refused(character: str) -> None:
    asked = request({**SUBCLIENT, "client": f"a{character}"}, options={"wire_format": "xml"})
    with pytest.raises(InvalidOption, match=rf"clientName: the character U\+{ord(character):04X}"):
        start_call(asked, asked.targets, None)


@pytest.mark.parametrize("name", ["a b", "", "1a", "<a>", "a:b", "é"])
def test_names_that_are_no_elements_are_refused(name: str) -> None:
    asked = request(
        options={"wire_format": "xml"}, raw={"taskInfo": {"subTasks": [{"options": {"backupOpts": {name: 1}}}]}}
    )
    with pytest.raises(InvalidOption, match="cannot be the name"):
        start_call(asked, asked.targets, None)


def test_the_vendors_odd_child_element() -> None:
    asked = request(options={"wire_format": "xml", "virtual_server": {"backup_failed_vms_only": False}})
    body = start_call(asked, asked.targets, None).body
    assert "<vsaBackupOptions><backupFailedVMsOnly>false</backupFailedVMsOnly></vsaBackupOptions>" in str(body)


def test_raw_values_find_their_form() -> None:
    content = {"adHocBackup": True, "adHocBkpContents": {"selectedAdHocPaths": ["/a", "/b"]}}
    asked = request(
        options={"wire_format": "xml"}, raw={"taskInfo": {"subTasks": [{"options": {"backupOpts": content}}]}}
    )
    body = str(start_call(asked, asked.targets, None).body)
    assert 'adHocBackup="true"' in body
    assert '<selectedAdHocPaths val="/a" /><selectedAdHocPaths val="/b" />' in body
    again = decode(body.encode())["taskInfo"]["subTasks"][0]["options"]["backupOpts"]
    assert again["adHocBkpContents"] == {"selectedAdHocPaths": ["/a", "/b"]}


@pytest.mark.parametrize(
    ("document", "tree"),
    [
        ('<r><taskInfo><task taskId="" taskType="IMMEDIATE"/></taskInfo></r>', {"task": {"taskType": "IMMEDIATE"}}),
        (
            '<r><taskInfo><task><taskFlags disabled="1"/></task></taskInfo></r>',
            {"task": {"taskFlags": {"disabled": True}}},
        ),
        ('<r><taskInfo><associations clientId="4"/></taskInfo></r>', {"associations": [{"clientId": 4}]}),
    ],
)
def test_other_spellings_are_read(document: str, tree: Any) -> None:
    assert decode(document.encode()) == {"taskInfo": tree}


@pytest.mark.parametrize(
    "document",
    [
        "<r",
        '<r><taskInfo><task taskId="x"/></taskInfo></r>',
        '<r><taskInfo><task><taskFlags disabled="x"/></task></taskInfo></r>',
    ],
)
def test_what_cannot_be_read_is_an_error(document: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        decode(document.encode())
