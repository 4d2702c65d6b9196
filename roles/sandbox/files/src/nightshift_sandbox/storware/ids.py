# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""GUIDs: the same in every new sandbox for what the estate holds, random for what is made later."""

from __future__ import annotations

import uuid

_SPACE = uuid.UUID("6f1b3f0e-5a57-4c1e-9d0b-7a1f5c0d5a01")


def known(kind: str, name: object) -> str:
    """The GUID of something in the estate."""
    return str(uuid.uuid5(_SPACE, f"{kind}/{name}"))


def fresh() -> str:
    """The GUID of something new."""
    return str(uuid.uuid4())
