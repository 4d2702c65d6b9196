# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may log in, and sessions by cookie (specification section 1.2)."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie

from nightshift_sandbox.clock import Clock
from nightshift_sandbox.storware.errors import Refusal, forbidden, unauthorized
from nightshift_sandbox.storware.tables import Tables

READ, WRITE, NODES = "VE_BACKUP_SLA_READ", "VE_BACKUP_SLA_WRITE", "NODE_READ"
ALL = (READ, WRITE, NODES, "APP_BACKUP_SLA_READ", "STORAGE_BACKUP_SLA_READ", "CLOUD_BACKUP_SLA_READ")
#: Name, privileges, project, remark. `admin` and `viewer` are the same people as on the other platform.
ACCOUNTS = (
    ("admin", ALL, "", ""),
    ("viewer", (READ, NODES), "", "may look at everything and start nothing"),
    ("tenant", (READ, WRITE), "acme", "Storware only: sees nothing but project acme"),
    ("norights", (), "", "Storware only: may log in and do nothing"),
    ("locked", (), "", "the account is locked"),
)
#: Minutes without a request after which a session ends.
IDLE_MINUTES = 30.0


@dataclass
class Account:
    """A user; `project` limits what is seen (its GUID, empty: everything)."""

    name: str
    password: str
    privileges: tuple[str, ...]
    project: str
    remark: str

    def need(self, privilege: str) -> None:
        """Refuse unless the user has the privilege."""
        if privilege and privilege not in self.privileges:
            raise forbidden(privilege)


@dataclass
class Session:
    """An open session."""

    value: str
    route: str
    account: Account
    used: float


class Sessions:
    """Accounts and their sessions.

    Cookies have other names after each start, and there are two of them, as with a load balancer in front: a client
    that relies on a name, or replays only one, fails. Sessions end with the process, as those of the real server do.
    """

    def __init__(self, tables: Tables, clock: Clock) -> None:
        self._tables = tables
        self._clock = clock
        self._open: dict[str, Session] = {}
        self.accounts: dict[str, Account] = {}
        self.names = (f"S{secrets.token_hex(4)}", f"R{secrets.token_hex(4)}")
        for name, privileges, project, remark in ACCOUNTS:
            saved = tables.store.get("password", name)
            password = saved["value"] if saved else secrets.token_urlsafe(15)
            tables.store.put("password", name, {"value": password})
            self.accounts[name] = Account(name, password, privileges, project, remark)

    def login(self, name: str, password: str) -> Session:
        """A new session.

        :raises Refusal: 401, wrong credentials
        """
        account = self.accounts.get(name)
        if account is None or not hmac.compare_digest(account.password.encode(), password.encode()):
            raise Refusal(401, "Invalid login or password")
        if name == "locked":
            raise Refusal(401, "User account is locked")
        session = Session(secrets.token_urlsafe(32), secrets.token_urlsafe(6), account, self._clock.now())
        self._open[session.value] = session
        return session

    def cookies(self, session: Session, secure: bool) -> list[str]:
        """The `Set-Cookie` values of a new session."""
        flags = "; Path=/; HttpOnly" + ("; Secure" if secure else "")
        return [f"{self.names[0]}={session.value}{flags}", f"{self.names[1]}={session.route}{flags}"]

    def find(self, header: str) -> Session:
        """The session of a `Cookie` header.

        :raises Refusal: 401, there is none
        """
        try:
            sent = {name: morsel.value for name, morsel in SimpleCookie(header).items()}
        except CookieError as error:
            raise unauthorized(f"unreadable cookies: {error}") from error
        session = self._open.get(sent.get(self.names[0], ""))
        if session is None:
            raise unauthorized("no session cookie" if self.names[0] not in sent else "the session is not known")
        if sent.get(self.names[1]) != session.route:
            raise unauthorized("one of the cookies was not sent back")
        idle = self._tables.setting("session_minutes", IDLE_MINUTES) * 60
        if self._clock.now() - session.used > idle:
            self.logout(session)
            raise unauthorized("the session has expired")
        session.used = self._clock.now()
        return session

    def logout(self, session: Session) -> None:
        """End a session."""
        self._open.pop(session.value, None)

    def expire_all(self) -> int:
        """End every session; returns how many there were."""
        number = len(self._open)
        self._open.clear()
        return number

    @property
    def live(self) -> int:
        """How many sessions are open."""
        return len(self._open)
