# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""GUIDs, which decide what a request acts on: they are checked before they get into an address or a body."""

from __future__ import annotations

import re
from typing import Any

from ...api.errors import InvalidOption

GUID_PATTERN = "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$"
_GUID = re.compile(GUID_PATTERN.strip("^$"))


def is_guid(value: object) -> bool:
    """Tell whether ``value`` is a GUID in the form that the server gives its objects."""
    return isinstance(value, str) and _GUID.fullmatch(value) is not None


def read_guid(option: str, value: Any) -> str:
    """Return ``value`` as a GUID; raise ``InvalidOption`` for anything else, an empty text included.

    ``DELETE /tasks/{guid}`` with another text in its place may be another operation, such as one on all tasks.
    """
    text = value.strip() if isinstance(value, str) else value
    if not is_guid(text):
        raise InvalidOption(
            f"{option} must be a GUID such as b2559e5c-0f6e-4a0b-9d5e-3c1f0a7d4e21; got {value!r}.",
            next_step="The server shows the GUID of each object; a uuid of the platform is another thing.",
        )
    return str(text).lower()
