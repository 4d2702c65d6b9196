# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bodies and values as no server should send them."""

from __future__ import annotations

import pytest
from ansible_collections.nightshift.backup.plugins.module_utils.api.errors import ProtocolError
from ansible_collections.nightshift.backup.plugins.module_utils.api.messages import Reply
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.storware.responses import (
    find_problem,
    moment,
    read_document,
    read_list,
    read_number,
)


@pytest.mark.parametrize("value", [10**400, float("inf"), float("nan"), True, "5", None, [], {}])
def test_what_is_no_number_is_none(value: object) -> None:
    assert read_number(value) is None
    assert moment(value) is None


@pytest.mark.parametrize("value", [0, -5, 253402300800000, 10**18, 1e300])
def test_what_is_no_time_is_none(value: object) -> None:
    assert moment(value) is None


@pytest.mark.parametrize("content", [b"[" * 600 + b"]" * 600, b"[" * 100_000, b'{"a":' * 5000, b"\xff", b"{"])
def test_what_cannot_be_read_is_a_protocol_error(content: bytes) -> None:
    with pytest.raises(ProtocolError):
        read_document(Reply(200, content=content))
    assert find_problem(Reply(500, content=content)) is not None


@pytest.mark.parametrize("content", [b"[null]", b'[{}, "x"]', b"{}", b"5", b'{"members": [1]}', b""])
def test_a_list_is_read_as_a_whole_or_not_at_all(content: bytes) -> None:
    with pytest.raises(ProtocolError):
        read_list(Reply(200, content=content))
