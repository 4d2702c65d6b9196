# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Durations as people write them: ``90s``, ``15m``, ``4h``, ``7d`` or ``HH:MM:SS``."""

from __future__ import annotations

import re
from typing import Any

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_WITH_UNIT = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,6})?)\s*([smhd])", re.IGNORECASE)
_CLOCK = re.compile(r"([0-9]{1,5}):([0-5][0-9]):([0-5][0-9])")
_BARE_NUMBER = re.compile(r"\s*[+-]?[0-9]+(?:\.[0-9]*)?\s*")


def parse_duration(option: str, text: Any) -> float:
    """Return ``text`` in seconds. ``option`` is its name in the sentence of the ``ValueError`` for anything else.

    A bare number is refused, quoted or not: YAML reads an unquoted ``01:05:00`` as 3900, so that nobody could tell
    whether 3900 was meant as seconds.
    """
    if isinstance(text, str):
        stripped = text.strip()
        if match := _WITH_UNIT.fullmatch(stripped):
            return float(match[1]) * _SECONDS[match[2].lower()]
        if match := _CLOCK.fullmatch(stripped):
            return float(int(match[1]) * 3600 + int(match[2]) * 60 + int(match[3]))
    raise ValueError(f"{option} needs a unit such as 90s, 15m, 4h, 7d or quoted HH:MM:SS; got {_shown(text)}.")


def _shown(text: Any) -> str:
    """Quote ``text``, with an explanation where it looks like what YAML makes of an unquoted time."""
    if isinstance(text, bool) or not _BARE_NUMBER.fullmatch(str(text)):
        return repr(text)
    return f"{text}, a number without a unit (YAML also reads an unquoted 01:05:00 as 3900)"


def in_words(seconds: float) -> str:
    """Return a duration as people say it, with its two largest units: ``3 h 5 min``, ``42 s``."""
    left = max(0, round(seconds))
    parts: list[str] = []
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min"), (1, "s")):
        count, left = divmod(left, size)
        if count or (unit == "s" and not parts):
            parts.append(f"{count} {unit}")
        if len(parts) == 2:
            break
    return " ".join(parts)
