# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Merge ``raw`` into a request: what is the same for every platform. What it must not reach, each platform says."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import zip_longest
from typing import Any

from ..api.errors import InvalidOption


def merged_tree(base: Any, change: Any) -> Any:
    """Return ``base`` with ``change`` merged into it.

    Dicts merge, lists of objects merge by position, other lists and all values replace; ``None`` leaves a place as it
    is.
    """
    if change is None:
        return base
    if isinstance(change, Mapping):
        start = base if isinstance(base, Mapping) else {}
        together = {name: merged_tree(start.get(name), change.get(name)) for name in {**start, **change}}
        return {name: value for name, value in together.items() if value is not None}
    if isinstance(change, (list, tuple)):
        return _merged_list(base if isinstance(base, list) else [], list(change))
    return change


def _merged_list(base: list[Any], change: list[Any]) -> list[Any]:
    if not all(entry is None or isinstance(entry, Mapping) for entry in change):
        return change
    if not all(isinstance(entry, Mapping) for entry in base):
        return [merged_tree(None, entry) for entry in change if entry is not None]
    pairs = zip_longest(base, change)
    return [merged_tree(old, new) for old, new in pairs if old is not None or new is not None]


def check_types(value: Any, where: str) -> None:
    """Refuse what neither JSON nor XML can hold, such as the date that YAML makes of an unquoted 2026-11-22."""
    if isinstance(value, Mapping):
        for name, entry in value.items():
            if not isinstance(name, str):
                raise InvalidOption(f"{where}: the key {name!r} must be text; put it in quotes.")
            check_types(entry, f"{where}.{name}")
    elif isinstance(value, (list, tuple)):
        for position, entry in enumerate(value):
            check_types(entry, f"{where}[{position}]")
    elif isinstance(value, float) and not math.isfinite(value):
        raise InvalidOption(f"{where} is {value}, a number that cannot be sent.")
    elif value is not None and not isinstance(value, (str, int, float)):
        raise InvalidOption(f"{where} is a {type(value).__name__}, which cannot be sent; put it in quotes.")
