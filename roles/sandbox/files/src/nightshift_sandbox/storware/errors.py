# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Refusals, in the two shapes that the vendor's web client reads (specification section 1.3)."""

from __future__ import annotations

from typing import Any

#: Statuses whose body is nested below `error`; the others have `message` on top.
NESTED = {400, 403, 409}


class Refusal(Exception):
    """A request that the server refuses.

    :param status: HTTP status
    :param message: the server's words
    :param reason: what exactly was wrong, for the request log only
    """

    def __init__(self, status: int, message: str, reason: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.reason = reason or message

    def body(self) -> dict[str, Any]:
        """The answer's body."""
        plain = {"message": self.message}
        return {"error": plain} if self.status in NESTED else plain


def invalid(message: str) -> Refusal:
    """A request that makes no sense."""
    return Refusal(400, message)


def unauthorized(reason: str) -> Refusal:
    """No session, or one that has expired."""
    return Refusal(401, "Session is not valid. Please log in.", reason)


def forbidden(privilege: str) -> Refusal:
    """The user lacks a privilege."""
    return Refusal(403, f"You do not have the required privilege: {privilege}")


def missing(what: str, guid: object) -> Refusal:
    """An unknown GUID."""
    return Refusal(404, f"{what} with guid {guid} does not exist")


def conflict(message: str) -> Refusal:
    """A duplicate name, or a state in which this cannot be done."""
    return Refusal(409, message)
