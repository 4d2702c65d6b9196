# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A service: method, path, what answers, and the privilege it takes."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from nightshift_sandbox.storware.accounts import READ, WRITE
from nightshift_sandbox.storware.call import Call

Handler = Callable[[Call], Any]
STATUS = {"GET": 200, "POST": 201, "PUT": 204, "DELETE": 204}


@dataclass(frozen=True)
class Route:
    """One operation; `path` is a template below the root, as the vendor writes it."""

    method: str
    path: str
    handler: Handler
    privilege: str

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What a request's path must look like."""
        return re.compile(re.sub(r"\{\w+\}", "([^/]+)", self.path))

    @property
    def status(self) -> int:
        """The documented status of success."""
        return STATUS[self.method]

    @property
    def placeholders(self) -> int:
        """How many segments are not literal: the fewer, the earlier it is chosen."""
        return self.path.count("{")


def route(method: str, path: str, handler: Handler, privilege: str | None = None) -> Route:
    """A route; reads need the right to read, everything else the right to write, unless said otherwise."""
    return Route(method, path, handler, (READ if method == "GET" else WRITE) if privilege is None else privilege)
