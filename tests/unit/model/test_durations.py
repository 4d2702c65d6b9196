# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import re
from typing import Any

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.model.durations import parse_duration
from hypothesis import assume, given
from hypothesis import strategies as st

VALID = re.compile(r"[0-9]+(\.[0-9]+)?\s*[smhdSMHD]|[0-9]+:[0-5][0-9]:[0-5][0-9]")


@given(st.integers(0, 10**6), st.sampled_from([("s", 1), ("m", 60), ("h", 3600), ("d", 86400)]), st.booleans())
def test_units(number: int, unit: tuple[str, int], upper: bool) -> None:
    letter, seconds = unit
    assert parse_duration("wait", f" {number}{letter.upper() if upper else letter} ") == number * seconds


@given(st.integers(0, 9999), st.integers(0, 59), st.integers(0, 59))
def test_clock(hours: int, minutes: int, seconds: int) -> None:
    assert parse_duration("wait", f"{hours:02}:{minutes:02}:{seconds:02}") == hours * 3600 + minutes * 60 + seconds


def test_fractions() -> None:
    assert parse_duration("wait", "1.5h") == 5400


@given(st.integers() | st.floats() | st.booleans() | st.none() | st.text(max_size=8))
def test_everything_else_is_refused_by_name(given_text: Any) -> None:
    assume(not (isinstance(given_text, str) and VALID.fullmatch(given_text.strip())))
    with pytest.raises(ValueError, match=r"^wait needs a unit such as 90s, 15m, 4h, 7d or quoted HH:MM:SS; got "):
        parse_duration("wait", given_text)


@pytest.mark.parametrize("text", ["3900", 3900, " 90 ", "-4", 1.5])
def test_a_bare_number_is_explained(text: Any) -> None:
    with pytest.raises(ValueError, match="a number without a unit"):
        parse_duration("wait", text)


@pytest.mark.parametrize(
    "text", ["", "4", "h", "-4h", "4w", "4h30m", "21:00", "1:60:00", "1:00:60", "1e3s", "٤h", True]
)
def test_what_is_no_duration(text: Any) -> None:
    with pytest.raises(ValueError, match="wait needs a unit"):
        parse_duration("wait", text)
