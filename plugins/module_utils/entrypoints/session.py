# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``session``: log in once for a whole play, and log out at its end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..api.errors import AuthenticationFailed
from ..arguments import CONNECTION_SPEC, ENVIRONMENT
from ..connect import open_session
from ..flows.report import iso_time
from ..runner import EntryPoint, Run


def _run(run: Run) -> dict[str, Any]:
    return _log_out(run) if run.params["state"] == "absent" else _log_in(run)


def _log_in(run: Run) -> dict[str, Any]:
    """Log in, in check mode as well: without a token the rest of the play could not be checked."""
    if run.params.get("token") is not None:
        # With no token in the result, the tasks of the block go on using the one that the play was given.
        return {"username": run.params.get("username"), "expires": None, "msg": "A token was given, so it is used."}
    with open_session(run) as session:
        login = session.login()
        session.release()
    return {"token": login.token, "username": login.username, "expires": iso_time(login.expires)}


def _log_out(run: Run) -> dict[str, Any]:
    """End the session of the token; without one, the login failed or never happened, and there is nothing to end."""
    if run.params.get("token") is None:
        return {"msg": "There is no session to log out."}
    with open_session(run) as session:
        try:
            session.logout()
        except AuthenticationFailed:
            return {"msg": "The session had already ended."}
    return {"msg": "Logged out."}


def _environment(given: Mapping[str, Any]) -> Mapping[str, str]:
    """Return the variables that complete ``given``.

    A token from the environment belongs to whoever set it, so ``state: absent`` never ends its session.
    """
    if given.get("state") == "absent":
        return {option: variable for option, variable in ENVIRONMENT.items() if option != "token"}
    return ENVIRONMENT


ENTRY = EntryPoint(
    name="session",
    argument_spec={
        **CONNECTION_SPEC,
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    },
    run=_run,
    hides_result=True,
    environment=_environment,
)
