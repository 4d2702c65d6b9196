# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users, passwords and tokens (specification sections 1.3 and 1.4)."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import uuid
from dataclasses import dataclass
from typing import Any

from nightshift_sandbox.clock import Clock
from nightshift_sandbox.store.documents import Documents

#: Minutes of inactivity after which a login token expires.
TIMEOUT_MINUTES = 30
#: Name, full name, remark. The operator's full name is the one in the vendor's 403 example.
USERS = (
    ("admin", "Administrator", ""),
    ("operator", "Remote User", "lacks the capability for client pgsql_win"),
    ("viewer", "Viewer", "may look at everything and start nothing"),
    ("locked", "Locked User", "the account is locked"),
    ("newcomer", "New User", "must change the password at the next login"),
)


@dataclass
class User:
    """A user; `id` is what `userId` says."""

    id: int
    name: str
    full_name: str
    remark: str
    password: str

    def may_manage(self, client: str) -> bool:
        """Whether the user may start and change backups of a client."""
        if self.name == "viewer":
            return False
        return not (self.name == "operator" and client.lower() == "pgsql_win")


class Users:
    """Accounts and their sessions."""

    def __init__(self, store: Documents, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self.accounts: dict[str, User] = {}
        for number, (name, full_name, remark) in enumerate(USERS, start=1):
            saved = store.get("password", name)
            password = saved["value"] if saved else secrets.token_urlsafe(15)
            store.put("password", name, {"value": password})
            self.accounts[name] = User(number, name, full_name, remark, password)

    def check(self, name: str, password: str) -> User | None:
        """The user, if the password is right; a domain in front of the name is accepted."""
        user = self.accounts.get(name.rpartition("\\")[2].lower())
        if user is None or not hmac.compare_digest(user.password.encode(), password.encode()):
            return None
        return user

    def login(self, user: User, kind: str = "QSDK", timeout: int = TIMEOUT_MINUTES, device: str = "") -> str:
        """A new token, with its prefix."""
        token = f"{kind} {secrets.token_hex(48)}"
        self._store.put(
            "token",
            _digest(token),
            {
                # Only the ready-made token has to be told again after a restart.
                "token": token if kind == "Bearer" else None,
                "user": user.name,
                "used": self._clock.now(),
                "timeout": timeout,
                "kind": kind,
                "device": device,
                "expired": False,
                "guid": str(uuid.uuid4()),
            },
        )
        return token

    def access_token(self) -> str:
        """The administrator's ready-made access token; a persistent state keeps it."""
        for entry in self._store.all("token"):
            if entry["kind"] == "Bearer" and not entry["expired"]:
                return str(entry["token"])
        return self.login(self.accounts["admin"], "Bearer", timeout=60 * 24 * 365)

    def session(self, token: str) -> dict[str, Any] | None:
        """The live session of a token, or None when it is unknown or has expired."""
        entry = self._store.get("token", _digest(token))
        if entry is None or not self._is_live(entry):
            return None
        now = self._clock.now()
        # Written at most once a minute: each request would otherwise be a write to the state.
        if abs(now - entry["used"]) > 60:
            self._store.put("token", _digest(token), {**entry, "used": now})
        return entry

    def _is_live(self, entry: dict[str, Any]) -> bool:
        return not entry["expired"] and self._clock.now() - entry["used"] <= entry["timeout"] * 60

    def renew(self, token: str, device: str) -> str | None:
        """A new token for one that may have expired; access tokens are not renewed here."""
        entry = self._store.get("token", _digest(token))
        if entry is None or entry["kind"] != "QSDK" or entry["device"] != device or not device:
            return None
        self.logout(token)
        return self.login(self.accounts[entry["user"]], "QSDK", entry["timeout"], device)

    def logout(self, token: str) -> None:
        """End a session."""
        self._store.delete("token", _digest(token))

    def expire_all(self) -> int:
        """Make every token an expired one; returns how many there were."""
        entries = {key: entry for key, entry in self._store.items("token") if not entry["expired"]}
        for key, entry in entries.items():
            self._store.put("token", key, {**entry, "expired": True})
        return len(entries)

    def live(self) -> int:
        """How many sessions are open."""
        return sum(map(self._is_live, self._store.all("token")))


def _digest(token: str) -> str:
    """What a session is stored under: a state file lets nobody in."""
    return hashlib.sha256(token.encode()).hexdigest()
