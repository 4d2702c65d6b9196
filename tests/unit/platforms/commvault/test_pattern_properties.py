# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Any pattern: through the wire and back, compared, edited, amended."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as ET

from ansible_collections.nightshift.backup.plugins.module_utils.model.description import describe
from ansible_collections.nightshift.backup.plugins.module_utils.model.pattern import (
    NEEDED_BY,
    NEVER,
    USED_BY,
    Frequency,
    SchedulePattern,
    default_of,
)
from ansible_collections.nightshift.backup.plugins.module_utils.model.pattern_options import (
    as_options,
    read_pattern,
)
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.automatic import (
    encode_automatic,
    read_automatic,
)
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.pattern import (
    encode,
    encode_xml,
)
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.pattern_amend import (
    amend,
    combined,
)
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.pattern_compare import (
    normal,
    same,
)
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.pattern_reader import decode
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.xml_reader import parse_xml
from ansible_collections.nightshift.backup.tests.unit.model.pattern_strategies import VALUES, patterns
from hypothesis import assume, given, settings
from hypothesis import strategies as st

# How a server may show what it was sent, without changing what it means.
SERVER_OWN = {
    "patternId": 17,
    "flags": 0,
    "name": "",
    "skipOccurence": 0,
    "skipDayNumber": 0,
    "freq_restart_interval": 0,
}


def to_element(tag: str, value: dict[str, Any]) -> ET.Element:
    element = ET.Element(tag)
    for key, part in value.items():
        for item in part if isinstance(part, list) else [part]:
            if isinstance(item, dict):
                element.append(to_element(key, item))
            else:
                element.set(key, str(item).lower() if isinstance(item, bool) else str(item))
    return element


def from_element(element: ET.Element) -> dict[str, Any]:
    found: dict[str, Any] = dict(element.attrib)
    for child in element:
        part = from_element(child)
        if child.tag not in found:
            found[child.tag] = part
        else:
            before = found[child.tag]
            found[child.tag] = [*(before if isinstance(before, list) else [before]), part]
    return found


def through_json(pattern: SchedulePattern, **how: Any) -> dict[str, Any]:
    text = json.dumps(encode(pattern, **how))
    found: dict[str, Any] = json.loads(text)
    return found


def through_xml(pattern: SchedulePattern) -> dict[str, Any]:
    text = ET.tostring(to_element("pattern", encode_xml(pattern)))
    return from_element(parse_xml(text))


def settings_of(pattern: SchedulePattern) -> dict[str, Any] | None:
    return None if pattern.automatic is None else encode_automatic(pattern.automatic)


def is_described(pattern: SchedulePattern) -> bool:
    return pattern.description != describe(pattern)


@given(patterns().filter(is_described))
def test_a_pattern_survives_json(pattern: SchedulePattern) -> None:
    automatic = settings_of(pattern)
    assert decode(through_json(pattern), automatic) == normal(pattern)
    assert decode(through_json(pattern, enums="name"), automatic) == normal(pattern)
    assert decode({**through_json(pattern), **SERVER_OWN}, automatic) == normal(pattern)
    assert normal(normal(pattern)) == normal(pattern)


@given(patterns().filter(is_described))
def test_a_pattern_survives_xml(pattern: SchedulePattern) -> None:
    automatic = settings_of(pattern)
    if automatic is not None:
        automatic = from_element(parse_xml(ET.tostring(to_element("automaticSchedulePattern", automatic))))
    assert decode(through_xml(pattern), automatic) == normal(pattern)


@given(patterns(), st.data())
def test_what_is_shown_can_be_fed_back(pattern: SchedulePattern, data: st.DataObject) -> None:
    wire = data.draw(st.sampled_from([through_json, through_xml]))(pattern)
    shown = as_options(decode(wire, settings_of(pattern)))
    assert read_pattern(json.loads(json.dumps(shown)), read_automatic=read_automatic) == decode(
        wire, settings_of(pattern)
    )


@given(patterns())
def test_a_pattern_declared_twice_changes_nothing(pattern: SchedulePattern) -> None:
    for wire in (through_json(pattern), through_xml(pattern)):
        assert same(pattern, decode({**wire, **SERVER_OWN}, settings_of(pattern))) == []


# Keys without which another cannot stand, or which mean the same as another, are edited elsewhere.
EDITABLE = tuple(key for key in VALUES if key not in ("timezone_id", "calendar_id", "automatic"))


@settings(max_examples=300)
@given(patterns(), st.sampled_from(EDITABLE), st.data())
def test_an_edit_changes_exactly_its_key(pattern: SchedulePattern, key: str, data: st.DataObject) -> None:
    assume(key in USED_BY[pattern.frequency])
    pattern = replace(pattern, timezone_id=None, calendar_id=None)
    value = data.draw(VALUES[key])
    if key == "every" and pattern.frequency is Frequency.CONTINUOUS:
        value *= 60
    if key == "at" and pattern.repeat_until:
        assume(value <= pattern.repeat_until)
    if key in ("start_date", "end_date"):
        dates = {"start_date": pattern.start_date, "end_date": pattern.end_date, key: value}
        assume(not (dates["start_date"] and dates["end_date"] and dates["end_date"] < dates["start_date"]))
    edited = replace(pattern, **{key: value})
    server = decode(through_json(pattern), settings_of(pattern))
    expected = [] if normal(edited) == normal(pattern) else [key]
    # A description that nobody gave is a sentence about the pattern; editing the pattern is no edit of it.
    edited_differences = [difference.key for difference in same(edited, server)]
    if key == "description" and pattern.description is None and value == describe(normal(pattern)):
        expected = []
    if key == "calendar" and value.strip().casefold() == (pattern.calendar or "standard").strip().casefold():
        expected = []
    assert edited_differences == expected
    written = amend(through_json(pattern), edited)
    assert same(edited, decode(written, settings_of(pattern))) == []


# Keys that giving another key replaces, and those that are no part of the pattern itself.
ELSEWHERE = {"description", "timezone", "timezone_id", "calendar", "calendar_id", "repeat_until", "automatic", "native"}


@settings(max_examples=300)
@given(patterns(), patterns(), st.sampled_from([through_json, through_xml]), st.sampled_from(["json", "xml"]))
def test_amending_makes_what_was_given_true_and_keeps_the_rest(
    given_pattern: SchedulePattern, before: SchedulePattern, shown: Any, form: str
) -> None:
    wire = {**shown(before), **SERVER_OWN, "fromANewerServer": {"a": [1]}}
    after = amend(wire, given_pattern, form=form)
    assert {key: after[key] for key in (*SERVER_OWN, "fromANewerServer")} == {
        **SERVER_OWN,
        "fromANewerServer": {"a": [1]},
    }
    read = decode(after, settings_of(given_pattern))
    changed = replace(given_pattern, native=None)
    _assert_consistent(given_pattern, before, read, changed)


def _assert_consistent(
    given_pattern: SchedulePattern, before: SchedulePattern, read: SchedulePattern, changed: SchedulePattern
) -> None:
    wanted = combined(given_pattern, normal(before))
    start, end = wanted.start_date, wanted.end_date
    repeats = wanted.repeat_every and wanted.repeat_until and wanted.at and wanted.repeat_until < wanted.at
    if repeats or (start and end and end != NEVER and end < start):
        # The server's own dates and times contradict what was given: for the play's author to see, not for us to mend.
        return
    assert same(changed, read) == []
    if given_pattern.frequency is before.frequency:
        for key in set(normal(before).given()) - ELSEWHERE:
            if getattr(given_pattern, key) is None:
                assert getattr(read, key) == getattr(normal(before), key)


@given(
    patterns((Frequency.DAILY, Frequency.WEEKLY, Frequency.ONCE, Frequency.AUTOMATIC)),
    st.dictionaries(
        st.from_regex(r"new[A-Z][a-z]{1,8}", fullmatch=True),
        st.recursive(
            st.integers() | st.text(max_size=5) | st.booleans(),
            lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
            max_leaves=4,
        ).filter(lambda value: value not in ({}, [])),
        min_size=1,
    ),
)
def test_unknown_fields_are_carried(pattern: SchedulePattern, unknown: dict[str, Any]) -> None:
    read = decode({**encode(pattern), **unknown}, settings_of(pattern))
    assert read.native == unknown
    assert decode(encode(read), settings_of(pattern)).native == unknown
    assert read_pattern(as_options(read)).native == unknown
    assert same(read, read) == []


KEYS = ["freq_type", "freq_interval", "freq_recurrence_factor", "freq_relative_interval", "active_start_date",
        "active_start_time", "active_end_date", "active_end_time", "active_end_occurence", "freq_subday_interval",
        "timeZone", "calendar", "daysToRun", "repeatPattern", "description"]  # fmt: skip
SCALARS = st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.integers(0, 200) | st.text(max_size=10)
INNER = st.sampled_from(["week", "day", "Monday", "TimeZoneName", "calendarId", "exception", "onDay", "occurrence"])
OBJECTS = st.dictionaries(INNER, st.integers(-1, 99) | st.text(max_size=5))
LISTS = st.lists(st.integers() | OBJECTS, max_size=3)


@settings(max_examples=300)
@given(st.dictionaries(st.sampled_from(KEYS), SCALARS | OBJECTS | LISTS))
def test_nothing_that_a_server_shows_is_an_error(wire: dict[str, Any]) -> None:
    read = decode(wire)
    assert same(read, read) == []
    if read.frequency is Frequency.OTHER and not read.native:
        return
    assert same(read_pattern(as_options(read)), read) == []
    json.dumps(encode(read))


def test_each_frequency_needs_keys_that_it_uses() -> None:
    for frequency in Frequency:
        assert set(NEEDED_BY[frequency]) <= USED_BY[frequency]
        assert default_of(frequency, "at") is None
    assert dt.date.max == NEVER
