# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every way in which a run can fail, each raised where its cause is known.

.. code-block:: text

    NightshiftError
    ├── InvalidOption          what the play gave cannot be used; nothing was sent
    ├── MissingLibrary         a Python library that this host lacks
    └── ServiceError           the server, or the way to it
        ├── Unreachable        no connection
        ├── TlsFailure         the connection is not trusted
        ├── AuthenticationFailed
        ├── Forbidden
        ├── NotFound
        ├── Ambiguous          a name that fits several objects
        ├── Rejected           the server refused and said so
        ├── ServerFault        5xx without a reason of the vendor's
        ├── TimedOut
        ├── ProtocolError      an answer that cannot be read
        └── UnknownOutcome     a start whose fate could not be found out
"""

from __future__ import annotations

from enum import Enum
from typing import Any, ClassVar


class Fate(str, Enum):
    """What became of a request that failed. Decides whether a start may be sent again."""

    NOT_SENT = "not_sent"
    REFUSED = "refused"
    OPEN = "open"


class NightshiftError(Exception):
    """Base of all errors that a user is meant to read.

    ``message`` is one sentence: what failed, on what, what the server said. ``next_step`` says what to do.
    """

    kind: ClassVar[str] = "protocol"

    def __init__(self, message: str, *, next_step: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.next_step = next_step

    def __str__(self) -> str:
        return f"{self.message} {self.next_step}".strip()

    def as_result(self) -> dict[str, Any]:
        """Return the ``error`` key of a module's result."""
        return {"kind": self.kind, "message": self.message}


class InvalidOption(NightshiftError):
    """An option that cannot be honoured. Raised before any request is sent."""

    kind = "invalid"


class MissingLibrary(NightshiftError):
    """A Python library that the executing interpreter cannot import.

    ``library`` is the name to install, ``trace`` the text of the import error.
    """

    kind = "invalid"

    def __init__(self, library: str, trace: str) -> None:
        super().__init__(f"The Python library {library} is needed and cannot be imported.")
        self.library = library
        self.trace = trace


class ServiceError(NightshiftError):
    """A failure of the server or of the way to it.

    ``http_status`` and ``code`` (the vendor's error code) are ``None`` where there was none, ``method`` and ``path``
    name the request without its host and query, ``fate`` says whether the request may have had an effect.
    """

    def __init__(
        self,
        message: str,
        *,
        next_step: str = "",
        http_status: int | None = None,
        code: int | str | None = None,
        method: str = "",
        path: str = "",
        fate: Fate = Fate.REFUSED,
    ) -> None:
        super().__init__(message, next_step=next_step)
        self.http_status = http_status
        self.code = code
        self.method = method
        self.path = path
        self.fate = fate

    def as_result(self) -> dict[str, Any]:
        """Return the ``error`` key of a module's result, with what is known of the request."""
        return {
            **super().as_result(),
            "http_status": self.http_status,
            "code": self.code,
            "method": self.method,
            "path": self.path,
        }


class Unreachable(ServiceError):
    """No connection could be made, or it was lost."""

    kind = "unreachable"


class TlsFailure(ServiceError):
    """The server's certificate, or ours, was not accepted."""

    kind = "tls"


class AuthenticationFailed(ServiceError):
    """Wrong credentials, a locked account, or a token that is no longer valid."""

    kind = "authentication"


class Forbidden(ServiceError):
    """The user lacks a right."""

    kind = "forbidden"


class NotFound(ServiceError):
    """The object does not exist on the server."""

    kind = "not_found"


class Ambiguous(ServiceError):
    """A name that fits several objects."""

    kind = "ambiguous"


class Rejected(ServiceError):
    """The server refused the request and said why."""

    kind = "rejected"


class ServerFault(ServiceError):
    """The server failed without a reason of the vendor's."""

    kind = "server"


class TimedOut(ServiceError):
    """No answer, or no end, within the time allowed."""

    kind = "timeout"


class ProtocolError(ServiceError):
    """An answer that cannot be read: HTML, truncated or oversized data, an unexpected shape."""

    kind = "protocol"


class UnknownOutcome(ServiceError):
    """A start was sent, its answer was lost, and no trace of it was found in time."""

    kind = "unknown_outcome"
