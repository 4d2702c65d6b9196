# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the connection options to a session with the server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .api.connection import Connection
from .api.errors import InvalidOption
from .api.session import Session
from .arguments import CONNECTION_SPEC
from .platforms.registry import PLATFORMS
from .runner import Run


def connection_from(params: Mapping[str, Any]) -> Connection:
    """Return the checked connection options of a module. Raises ``InvalidOption``, sends nothing."""
    options = {name: params.get(name) for name in CONNECTION_SPEC if name != "platform"}
    return Connection(**{name: value for name, value in options.items() if value is not None})


def open_session(run: Run) -> Session:
    """Return a session for the options of ``run``. Nothing is sent before the first request."""
    connection = connection_from(run.params)
    if connection.token is None and not connection.can_log_in:
        raise InvalidOption(
            "There is nothing to log in with.",
            next_step="Give token, or username and password (or set NIGHTSHIFT_TOKEN, or NIGHTSHIFT_USERNAME and "
            "NIGHTSHIFT_PASSWORD).",
        )
    return _session(run, connection)


def _session(run: Run, connection: Connection) -> Session:
    warn_of_plain_http(run, connection)
    session = Session(connection, PLATFORMS[run.params["platform"]].dialect_factory())
    show, run.mask = run.show, session.redactor.text
    run.show = lambda text: show(session.redactor.text(text))
    return session


def warn_of_plain_http(run: Run, connection: Connection) -> None:
    """Warn when the URL itself asks for an unencrypted connection; nothing else leads to one."""
    if not connection.is_encrypted:
        run.warn(
            f"The connection to {connection.host} is not encrypted, because its URL begins with http://. "
            "Everybody on the way can read the password and the token."
        )
