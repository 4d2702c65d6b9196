# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A conversation with one server in the name of one user: log in, ask, repeat what may be repeated, log out."""

from __future__ import annotations

import random as _random
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import count
from types import TracebackType
from typing import final

from .connection import Connection
from .errors import (
    AuthenticationFailed,
    Fate,
    NightshiftError,
    ProtocolError,
    ServerFault,
    ServiceError,
    TimedOut,
    Unreachable,
)
from .messages import Call, Dialect, Login, Reply
from .redact import Redactor
from .replies import judge
from .retry import BUSY, Backoff, retry_after
from .transport import Transport

# A logout is a courtesy: it must not keep a play waiting.
_LOGOUT_TIMEOUT = 10.0


@final
class Session:
    """Sends calls and turns every failure into one typed error without secrets.

    Safe to use from several threads, which share one login. ``redactor`` knows all secrets of the conversation,
    for whoever shows requests or results. ``sleep``, ``clock`` (monotonic seconds) and ``random`` (0 to 1) can be
    replaced in tests. Nothing is opened before the first call.
    """

    def __init__(
        self,
        connection: Connection,
        dialect: Dialect,
        *,
        sleep: Callable[[float], object] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        random: Callable[[], float] = _random.random,
    ) -> None:
        self.connection = connection
        self.redactor = Redactor(connection.secrets)
        self._dialect = dialect
        self._sleep = sleep
        self._clock = clock
        self._random = random
        self._backoff = Backoff()
        self._transport = Transport(connection, clock)
        self._lock = threading.RLock()
        self._token = connection.token
        self._owned: str | None = None
        self._login_refusal: AuthenticationFailed | None = None
        self._heard: tuple[float, float] | None = None
        self._learn(connection.token)

    def __repr__(self) -> str:
        return f"<Session with {self.connection.host}>"

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def token(self) -> str | None:
        """The token that calls carry now, ``None`` before the first login."""
        return self._token

    @property
    def server_time(self) -> float | None:
        """The server's clock in Unix seconds: its last ``Date``, moved on by our monotonic clock."""
        if self._heard is None:
            return None
        moment, when = self._heard
        return moment + (self._clock() - when)

    def send(self, call: Call) -> Reply:
        """Send ``call`` and return an answer without a refusal in it.

        Logs in first where there is no token. After a 401 it logs in once more, if user and password are known, and
        repeats the call: a request that got a 401 was not carried out, so this holds for starts as well. A ``safe``
        call is repeated after failures that may pass. Raises ``NightshiftError``; the ``fate`` of a
        ``ServiceError`` says whether the call may have had an effect.
        """
        try:
            return self._send(call)
        except NightshiftError as error:
            self.redactor.error(error)
            raise

    def login(self) -> Login:
        """Log in with user and password now, and own the new session: ``close`` ends it.

        Raises ``AuthenticationFailed`` where they are not known or not accepted. A refused password is not offered
        a second time, so that nothing locks the account.
        """
        try:
            with self._lock:
                return self._login()
        except NightshiftError as error:
            self.redactor.error(error)
            raise

    def release(self) -> None:
        """Leave the session on the server when closing: whoever was given the token ends it."""
        self._owned = None

    def logout(self) -> None:
        """End the session of the current token, also of a given one. Raises where the server refuses."""
        token = self._token
        if token is not None:
            self._owned = None
            try:
                self._attempt(self._dialect.logout_call(), self._dialect.token_headers(token))
                self._token = None
            except NightshiftError as error:
                self.redactor.error(error)
                raise

    def close(self) -> None:
        """Log out what was logged in here, and close the connections. Never raises for the server's sake."""
        try:
            with self._lock:
                token, self._owned = self._owned, None
            if token is not None:
                self._token = self.connection.token
                limit = min(_LOGOUT_TIMEOUT, self.connection.timeout)
                goodbye = replace(self._dialect.logout_call(), timeout=limit)
                self._attempt(goodbye, self._dialect.token_headers(token))
        except NightshiftError:
            # The work is done, and the server ends an idle session by itself.
            pass
        finally:
            self._transport.close()

    def _send(self, call: Call) -> Reply:
        if call.anonymous:
            return self._persist(call, {})
        token = self._token or self._renew(None)
        try:
            return self._send_with(token, call)
        except AuthenticationFailed as refusal:
            if not self._may_renew(token, refusal):
                raise
            lost = refusal.fate is Fate.OPEN
        try:
            return self._send_with(self._renew(token), call)
        except ServiceError as error:
            if lost:
                error.fate = Fate.OPEN
            raise

    def _send_with(self, token: str, call: Call) -> Reply:
        reply = self._persist(call, self._dialect.token_headers(token))
        renewed = self._dialect.token_after(token, reply)
        if renewed != token:
            self._learn(renewed)
            with self._lock:
                # Another thread may have logged in anew meanwhile: then this answer is of a session that is over.
                if self._token == token:
                    self._owned = renewed if self._owned == token else self._owned
                    self._token = renewed
        return reply

    def _may_renew(self, token: str, refusal: AuthenticationFailed) -> bool:
        if refusal.http_status != 401:
            return False
        if self.connection.can_log_in and self._dialect.is_renewable(token):
            return True
        refusal.next_step = (
            "The token is wrong or has expired: get a new one, or give username and password as well, "
            "which are then used to log in again."
        )
        return False

    def _renew(self, refused: str | None) -> str:
        """Return a token other than ``refused``; of several threads only the first logs in."""
        with self._lock:
            if self._token is not None and self._token != refused:
                return self._token
            try:
                return self._login().token
            except ServiceError as error:
                if error.fate is Fate.OPEN:
                    # What is open is the login. The call for which it was made has not been sent.
                    error.fate = Fate.NOT_SENT
                raise

    def _login(self) -> Login:
        username, password = self.connection.username, self.connection.password
        if username is None or password is None:
            raise AuthenticationFailed(
                f"There is nothing to log in to {self.connection.host} with.",
                next_step="Give a token, or username and password.",
                fate=Fate.NOT_SENT,
            )
        if self._login_refusal is not None:
            raise self._login_refusal
        call = self._dialect.login_call(username, password)
        try:
            login = self._read_login(call)
        except AuthenticationFailed as refusal:
            self._login_refusal = refusal
            raise
        self._learn(login.token)
        self._token = self._owned = login.token
        return login

    def _read_login(self, call: Call) -> Login:
        """Log in, a second time only when the connection failed: then no password was refused."""
        try:
            reply = self._exchange(call, {})
        except Unreachable:
            reply = self._exchange(call, {})
        # The dialect reads refusals of a password, which some servers wrap into a success.
        error = judge(reply, self._dialect.problem(reply), self.connection)
        if error is not None and (reply.status >= 500 or 300 <= reply.status < 400 or isinstance(error, ProtocolError)):
            raise error
        if error is not None and reply.status in (404, 405, 407, 429):
            raise error
        return self._dialect.read_login(reply)

    def _persist(self, call: Call, headers: Mapping[str, str]) -> Reply:
        """Attempt ``call`` until it succeeds, fails for good, or has been repeated often enough."""
        retries = self.connection.retries if call.safe else 0
        lost = False
        for attempt in count():
            reply: Reply | None = None
            try:
                reply = self._exchange(call, headers)
                return self._accept(reply)
            except ServiceError as error:
                lost = lost or error.fate is Fate.OPEN
                if lost:
                    # That the repetition was refused does not say what became of the first.
                    error.fate = Fate.OPEN
                if attempt >= retries or not _may_pass(error):
                    raise
            self._sleep(self._backoff.delay(attempt, self._asked(reply), self._random))
        raise AssertionError

    def _asked(self, reply: Reply | None) -> float | None:
        """Return the seconds that the server asks to be left alone."""
        if reply is None:
            return None
        now = reply.server_time if reply.server_time is not None else time.time()
        return retry_after(reply.headers.get("retry-after"), now)

    def _attempt(self, call: Call, headers: Mapping[str, str]) -> Reply:
        return self._accept(self._exchange(call, headers))

    def _exchange(self, call: Call, headers: Mapping[str, str]) -> Reply:
        reply = self._transport.exchange(call, headers)
        if reply.server_time is not None:
            self._heard = (reply.server_time, self._clock())
        return reply

    def _accept(self, reply: Reply) -> Reply:
        error = judge(reply, self._dialect.problem(reply), self.connection)
        if error is not None:
            raise error
        return reply

    def _learn(self, token: str | None) -> None:
        """Know every spelling of our credentials before any text could show them."""
        connection = self.connection
        self.redactor.add(self._dialect.secrets(connection.username, connection.password, token))
        self.redactor.add([token] if token else [])


def _may_pass(error: ServiceError) -> bool:
    """Tell whether a safe call may succeed when it is repeated."""
    if isinstance(error, (Unreachable, TimedOut)):
        return True
    if error.http_status in BUSY:
        return True
    if isinstance(error, ServerFault):
        return error.http_status == 500
    # Without a status, an answer broke off on its way.
    return isinstance(error, ProtocolError) and error.http_status is None
