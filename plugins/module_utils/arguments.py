# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Argument specs that every module shares, and what is done to arguments before they are validated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

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
