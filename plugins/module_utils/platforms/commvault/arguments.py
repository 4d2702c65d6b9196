# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Argument specs and values of Commvault's options, made from the field table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from ...api.errors import InvalidOption
from ...model.durations import parse_duration
from .enums import EnumFormat, WireFormat
from .field_types import Field, Kind, given_values
from .fields import BY_PLATFORM_OPTION, GROUPS
from .payload_fields import PLATFORM_FIELDS
from .target_fields import TARGET_FIELDS


@dataclass(frozen=True)
class FormatOption:
    """An option that says how a request is written: no parameter of the vendor's, so no row of the table.

    The first of its choices is the default.
    """

    name: str
    choices: tuple[str, ...]
    description: tuple[str, ...]


WIRE_FORMAT = FormatOption(
    "wire_format", ("json", "xml"), ("Whether the request is sent, and its answer wanted, as JSON or as XML.",)
)
ENUM_FORMAT = FormatOption(
    "enum_format",
    ("mixed", "number", "name"),
    (
        "How enumerations are sent, since servers take names as well as numbers.",
        "V(mixed) sends numbers for the types of task, subtask and entity, and names for levels and retention.",
        "In XML, V(mixed) sends names for all but the operation and the subtask type.",
        "V(number) sends numbers, and warns where a number is not documented.",
        "V(name) sends names.",
    ),
)
FORMAT_OPTIONS = (WIRE_FORMAT, ENUM_FORMAT)
FORMAT_NAMES = frozenset(option.name for option in FORMAT_OPTIONS)


def argument_spec() -> dict[str, Any]:
    """Return the argument spec of the suboptions of ``commvault``."""
    spec: dict[str, Any] = {}
    for group in GROUPS:
        _suboptions(spec, group.option[:-1])[group.option[-1]] = {"type": "dict", "options": {}}
    for field in PLATFORM_FIELDS:
        _suboptions(spec, field.option[:-1])[field.option[-1]] = _argument(field)
    for option in FORMAT_OPTIONS:
        spec[option.name] = {"type": "str", "choices": list(option.choices), "default": option.choices[0]}
    return spec


def target_argument_spec() -> dict[str, Any]:
    """Return the argument spec of the suboptions of ``targets`` that Commvault knows."""
    return {field.option[0]: _argument(field) for field in TARGET_FIELDS}


def wire_format(options: Mapping[str, Any]) -> WireFormat:
    """Return whether the request goes out as JSON or XML. Raises ``InvalidOption`` for another word."""
    return cast(WireFormat, _choice(options, WIRE_FORMAT))


def enum_format(options: Mapping[str, Any]) -> EnumFormat:
    """Return how enumerations are sent. Raises ``InvalidOption`` for another word."""
    return cast(EnumFormat, _choice(options, ENUM_FORMAT))


def platform_values(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the payload options below ``commvault`` by their wire path; enumerations by their wire name.

    Raises ``InvalidOption`` for an option that does not exist and for a value of the wrong type or range.
    """
    values: dict[str, Any] = {}
    for way, given in given_values(options):
        if way[0] in FORMAT_NAMES:
            continue
        field = BY_PLATFORM_OPTION.get(way)
        if field is None:
            raise InvalidOption(f"commvault.{'.'.join(way)} is no option of Commvault backups.")
        values[field.wire] = read_option(field, given)
    return values


def read_option(field: Field, given: Any) -> Any:
    """Return the value of one option as the request holds it. Raises ``InvalidOption`` for an unusable one."""
    if field.kind is Kind.BOOL:
        return _checked(field, given, isinstance(given, bool), "true or false")
    if field.kind is Kind.STR:
        return _checked(field, given, isinstance(given, str), "text")
    if field.kind is Kind.INT:
        return in_range(field, _whole_number(field, given))
    if field.kind is Kind.DURATION:
        return _seconds(field, given)
    table = field.enumeration
    member = table.by_option(given) if isinstance(given, str) else None
    if member is None:
        raise InvalidOption(f"{field.shown} must be one of {', '.join(table.options)}; got {given!r}.")
    return member.name


def in_range(field: Field, number: int) -> int:
    """Return ``number`` if it lies in the range of ``field``; raise ``InvalidOption`` if not."""
    low, high = field.minimum, field.maximum
    if (low is not None and number < low) or (high is not None and number > high):
        allowed = f"{low} to {high}" if high is not None else f"{low} or more"
        raise InvalidOption(f"{field.shown} must be {allowed}; got {number}.")
    return number


def _argument(field: Field) -> dict[str, Any]:
    if field.kind is Kind.ENUM:
        return {"type": "str", "choices": list(field.enumeration.options)}
    return {"type": "str" if field.kind is Kind.DURATION else field.kind.value}


def _suboptions(spec: dict[str, Any], way: tuple[str, ...]) -> dict[str, Any]:
    for name in way:
        spec = spec[name]["options"]
    return spec


def _choice(options: Mapping[str, Any], option: FormatOption) -> str:
    given = options.get(option.name)
    if given is None:
        return option.choices[0]
    if given not in option.choices:
        raise InvalidOption(f"commvault.{option.name} must be one of {', '.join(option.choices)}; got {given!r}.")
    return str(given)


def _checked(field: Field, given: Any, is_right: bool, wanted: str) -> Any:
    if not is_right:
        raise InvalidOption(f"{field.shown} must be {wanted}; got {given!r}.")
    return given


def _whole_number(field: Field, given: Any) -> int:
    if isinstance(given, str) and given.strip().lstrip("+-").isdecimal():
        return int(given)
    return int(_checked(field, given, isinstance(given, int) and not isinstance(given, bool), "a whole number"))


def _seconds(field: Field, given: Any) -> int:
    try:
        seconds = parse_duration(field.shown, given)
    except ValueError as error:
        raise InvalidOption(str(error)) from error
    if seconds != int(seconds):
        raise InvalidOption(f"{field.shown} must be whole seconds; got {given!r}.")
    return int(seconds)
