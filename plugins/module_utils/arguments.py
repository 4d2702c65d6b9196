# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Argument specs that every module shares, and what is done to arguments before they are validated."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from ansible.module_utils.common.validation import check_type_dict

from .platforms.registry import PLATFORMS

CONNECTION_SPEC: dict[str, dict[str, Any]] = {
    "platform": {"type": "str", "required": True, "choices": sorted(PLATFORMS)},
    "url": {"type": "str", "required": True},
    "token": {"type": "str", "no_log": True},
    "username": {"type": "str"},
    "password": {"type": "str", "no_log": True},
    "validate_certs": {"type": "bool", "default": True},
    "ca_path": {"type": "path"},
    "client_cert": {"type": "path"},
    "client_key": {"type": "path"},
    "timeout": {"type": "float", "default": 30.0},
    "retries": {"type": "int", "default": 3},
}

# Option: the environment variable that stands in for it. There is no ``fallback`` in the spec above, since a module
# on a remote host would read the environment of that host; the action plugin reads the controller's instead.
ENVIRONMENT: Mapping[str, str] = {
    "platform": "NIGHTSHIFT_PLATFORM",
    "url": "NIGHTSHIFT_URL",
    "token": "NIGHTSHIFT_TOKEN",
    "username": "NIGHTSHIFT_USERNAME",
    "password": "NIGHTSHIFT_PASSWORD",
    "validate_certs": "NIGHTSHIFT_VALIDATE_CERTS",
    "timeout": "NIGHTSHIFT_TIMEOUT",
}


# What a play gives is checked level by level, and no request is half as deep.
_DEEPEST = 100
# Characters: more than any text or secret has. A secret is looked for in everything that is shown.
_LONGEST, _LONGEST_SECRET = 1_000_000, 20_000
# More than any server counts with, and the most that all readers of JSON agree about. Floats end far beyond it.
_MOST_BITS = 64
_TOO_MANY_BITS = f"{{}} is a number of more than {_MOST_BITS} bits, which cannot be sent."
_SURROGATE = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def unusable(arguments: Mapping[str, Any], spec: Mapping[str, Mapping[str, Any]]) -> str:
    """Return which argument holds what could be neither sent nor shown, and why; empty where there is none.

    That is half a pair of surrogates, a control character but tab and line end (secrets may hold any), an endless
    number and one beyond any counting, a text beyond any measure, and what is nested too deeply. The sentence names the
    option, and shows nothing of its value.
    """
    for name, value in arguments.items():
        details = spec.get(name, {})
        reason = next(_flaws(str(name), value, secret=bool(details.get("no_log"))), "")
        reason = reason or next(_misfits(str(name), value, details), "")
        if reason:
            return reason
    return ""


def _misfits(where: str, value: Any, details: Mapping[str, Any]) -> Iterator[str]:
    """Yield which option does not fit its type, where ansible-core would not name it, or would itself fail."""
    kind = details.get("type")
    if value is None:
        return
    if kind == "list":
        yield from _misfits_of_list(where, value, details)
    elif kind == "dict":
        given = _as_dict(value)
        if given is None:
            yield f"{where} must be a dict."
            return
        inner = details.get("options") or {}
        for name, below in given.items():
            yield from _misfits(f"{where}.{name}", below, inner.get(name) or {})
    elif kind in ("int", "float") and isinstance(value, str):
        yield from _flaws_of_number(where, value, whole=kind == "int")


def _misfits_of_list(where: str, value: Any, details: Mapping[str, Any]) -> Iterator[str]:
    elements = details.get("elements")
    entries = value.split(",") if isinstance(value, str) else value
    fits = isinstance(entries, (list, tuple))
    if elements == "dict" and isinstance(value, str):
        fits = any(_as_dict(entry) is not None for entry in entries)
    if not fits:
        if elements == "dict":
            yield f"{where} must be a list of dicts."
        return
    for position, entry in enumerate(entries):
        yield from _misfits(f"{where}[{position}]", entry, {**details, "type": elements})


def _as_dict(value: Any) -> Mapping[str, Any] | None:
    """Return what is given as a dict, also in the ways in which ansible-core reads a text as one."""
    try:
        found: Mapping[str, Any] = check_type_dict(value)
    except (TypeError, ValueError):
        return None
    return found


def _flaws_of_number(where: str, text: str, *, whole: bool) -> Iterator[str]:
    """Yield why a text is no number that can be sent. What is no number at all, ansible-core says itself."""
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return
    if not number.is_finite():
        yield f"{where} is {number}, a number that cannot be sent."
    elif whole and number.copy_abs() >= 2**_MOST_BITS:
        yield _TOO_MANY_BITS.format(where)


def _flaws(where: str, value: Any, *, secret: bool, depth: int = 0) -> Iterator[str]:
    if depth > _DEEPEST:
        yield f"{where.partition('.')[0].partition('[')[0]} is nested more than {_DEEPEST} levels deep."
    elif isinstance(value, str):
        yield from _flaws_of_text(where, value, secret=secret)
    elif secret and isinstance(value, (Mapping, list, tuple)):
        yield f"{where} must be text."
    elif isinstance(value, float) and not math.isfinite(value):
        yield f"{where} is {value}, a number that cannot be sent."
    elif isinstance(value, int) and value.bit_length() > _MOST_BITS:
        yield _TOO_MANY_BITS.format(where)
    elif isinstance(value, Mapping):
        for name, entry in value.items():
            yield from _flaws_of_text(f"a key of {where}", str(name), secret=secret)
            yield from _flaws(f"{where}.{name}", entry, secret=secret, depth=depth + 1)
    elif isinstance(value, (list, tuple)):
        for position, entry in enumerate(value):
            yield from _flaws(f"{where}[{position}]", entry, secret=secret, depth=depth + 1)


def _flaws_of_text(where: str, text: str, *, secret: bool) -> Iterator[str]:
    most = _LONGEST_SECRET if secret else _LONGEST
    if len(text) > most:
        yield f"{where} has {len(text)} characters, which is more than {most}."
    elif _SURROGATE.search(text):
        yield f"{where} holds a character that is no text (half of a pair of surrogates)."
    elif not secret and _CONTROL.search(text):
        yield f"{where} holds a control character, which names and texts cannot have."


def without_nulls(arguments: Mapping[str, Any], spec: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return ``arguments`` without the options that are ``null``, which means "not given" at every depth.

    Only options of ``spec`` are left out: a ``null`` in free-form data is data.
    """
    return {
        name: _without_nulls_below(value, spec.get(name, {}).get("options"))
        for name, value in arguments.items()
        if value is not None or name not in spec
    }


def _without_nulls_below(value: Any, spec: Mapping[str, Mapping[str, Any]] | None) -> Any:
    if spec and isinstance(value, Mapping):
        return without_nulls(value, spec)
    if spec and isinstance(value, list):
        return [_without_nulls_below(entry, spec) for entry in value]
    return value


def only_known(arguments: Any, spec: Mapping[str, Mapping[str, Any]] | None) -> Any:
    """Return ``arguments`` without options that are not in ``spec``, at every depth.

    Whoever misspells ``password`` has given a secret that nothing marks as one.
    """
    if spec and isinstance(arguments, Mapping):
        known = {name: value for name, value in arguments.items() if name in spec}
        return {name: only_known(value, spec[name].get("options")) for name, value in known.items()}
    if spec and isinstance(arguments, list):
        return [only_known(entry, spec) for entry in arguments]
    return arguments


def with_environment(
    arguments: Mapping[str, Any], variables: Mapping[str, str], environment: Mapping[str, str]
) -> dict[str, Any]:
    """Return ``arguments`` completed from ``environment``. An empty variable counts as unset, as in most shells."""
    found = {
        option: environment[variable]
        for option, variable in variables.items()
        if option not in arguments and environment.get(variable)
    }
    return {**arguments, **found}


def option_names(spec: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Yield the names of all options of ``spec``, suboptions included."""
    for name, details in spec.items():
        yield name
        yield from option_names(details.get("options") or {})
