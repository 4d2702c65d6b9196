# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Refusals: the documented ones word for word, and those whose wording is free (specification section 3.3)."""

from __future__ import annotations


class Refusal(Exception):
    """A request that the server refuses.

    :param status: HTTP status; 200 is one of the documented ways to say no
    :param code: vendor error code, or None for a bare string as body
    :param message: the server's words
    :param reason: what exactly was wrong, for the request log only
    """

    def __init__(self, status: int, code: int | None, message: str, reason: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.reason = reason or message


def bad_format(reason: str) -> Refusal:
    """An empty body, unreadable JSON or XML, or a field of the wrong type."""
    return Refusal(400, None, "Request body is empty or format is invalid", reason)


def access_denied(reason: str = "no valid token") -> Refusal:
    """No token, or one that is unknown or has expired."""
    return Refusal(401, 5, "Access Denied", reason)


def no_capability(user: str, client: str) -> Refusal:
    """The user may not start or change backups of this client."""
    return Refusal(
        403,
        587203022,
        f"User [{user}] does not have required capability [Data Protection/Management Operations]"
        f" for this client [{client}] and this operation.",
    )


def nothing_eligible() -> Refusal:
    """No subclient of the request can be backed up (the trailing space is the vendor's)."""
    return Refusal(500, 587207178, "Failed to start backups as no eligible subclients were found. ")


def not_found(what: str, name: object) -> Refusal:
    """An entity that does not exist: code and words are not documented, the form is that of section 3.2."""
    return Refusal(200, 587205848, f"{what} [{name}] does not exist.")


def invalid(message: str, code: int = 587205849) -> Refusal:
    """A readable request that makes no sense."""
    return Refusal(200, code, message)
