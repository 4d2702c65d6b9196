# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One exchange over HTTP: a request out, a whole answer in, or a typed error."""

from __future__ import annotations

import os
import ssl
import threading
import traceback
from collections.abc import Callable, Mapping
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from typing import Any

from ..version import VERSION
from .connection import Connection
from .errors import Fate, InvalidOption, MissingLibrary, ProtocolError, ServiceError, TimedOut
from .failures import translate
from .messages import Call, Reply
from .retry import http_date

try:
    import requests
    import urllib3
except ImportError:
    IMPORT_TRACE: str | None = traceback.format_exc()
else:
    IMPORT_TRACE = None

USER_AGENT = f"nightshift.backup/{VERSION} (Ansible collection)"
MAX_BODY = 64 * 1024 * 1024
_CHUNK = 64 * 1024
_SMALL_CHUNK = 1024

# A read limit starts anew with each byte. So an answer that drips is cut off after this many read limits.
_PATIENCE = 4.0


class Transport:
    """Keeps one pool of connections, opened with the first exchange. Knows nothing of credentials.

    ``max_body`` bounds an answer in bytes after decompression.
    """

    def __init__(self, connection: Connection, clock: Callable[[], float], max_body: int = MAX_BODY) -> None:
        self._connection = connection
        self._clock = clock
        self._max_body = max_body
        self._opening = threading.Lock()
        self._pool: requests.Session | None = None
        self._verify: bool | str = True
        self._certificate: str | tuple[str, str] | None = None

    def exchange(self, call: Call, headers: Mapping[str, str]) -> Reply:
        """Send ``call`` once, with ``headers`` beside its own, and return whatever answer came.

        Redirects are not followed: they would carry the token to another place. Raises ``ServiceError`` when no
        whole answer came, ``InvalidOption`` for unusable files, ``MissingLibrary`` without ``requests``.
        """
        pool = self._open()
        url = self._connection.join(call.path)
        failure: ServiceError
        # ValueError, because urllib3 and http.client let some addresses and headers fail with it.
        try:
            response = pool.request(
                call.method,
                url,
                params=_query(call),
                data=call.body or None,
                headers={**_own_headers(call), **headers},
                timeout=self._limits(call),
                allow_redirects=False,
                stream=True,
                # With each request and not once, because requests lets the environment override the session's.
                verify=self._verify,
                cert=self._certificate,
                proxies=dict(requests.utils.get_environ_proxies(url, no_proxy=None)),
            )
            return self._read(response, call)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as cause:
            failure = translate(cause, call, self._connection)
        # Outside of the handler, so that the error does not drag along a request with its headers.
        raise failure

    def close(self) -> None:
        """Close all connections. The transport can be used again."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.close()

    def _open(self) -> requests.Session:
        if IMPORT_TRACE is not None:
            raise MissingLibrary("requests", IMPORT_TRACE)
        with self._opening:
            return self._pool or self._new_pool()

    def _new_pool(self) -> requests.Session:
        self._verify, self._certificate = self._trust(), self._identity()
        if self._verify is False:
            # The play asked for this, and is warned once; urllib3 would warn with each request.
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
        pool = requests.Session()
        # Without this, a .netrc file would add its own Authorization. Proxies are passed with each request.
        pool.trust_env = False
        # Credentials travel in headers that the dialect makes; a jar could mix in somebody else's session.
        pool.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        pool.headers["User-Agent"] = USER_AGENT
        self._pool = pool
        return pool

    def _trust(self) -> bool | str:
        """Return what to verify the server with: our option first, then the environment's usual variables."""
        if not self._connection.is_encrypted or not self._connection.validate_certs:
            return self._connection.validate_certs
        variables = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
        candidates = [("ca_path", self._connection.ca_path), *((name, os.environ.get(name)) for name in variables)]
        for name, path in candidates:
            if path:
                _check_authorities(name, path)
                return path
        return True

    def _identity(self) -> str | tuple[str, str] | None:
        cert, key = self._connection.client_cert, self._connection.client_key
        if not cert:
            return None
        _check_certificate(cert, key)
        return (cert, key) if key else cert

    def _limits(self, call: Call) -> tuple[float, float]:
        read = self._connection.timeout if call.timeout is None else call.timeout
        return min(self._connection.timeout, read), read

    def _read(self, response: requests.Response, call: Call) -> Reply:
        """Read the body, bounded in size and time."""
        deadline = self._clock() + _PATIENCE * self._limits(call)[1]
        # urllib3 1.26 takes a truncated answer for a whole one, unless told.
        response.raw.enforce_content_length = True
        # read1 returns what has come. urllib3 1.26 only has read, which waits for a whole piece: let it be small.
        read, size = getattr(response.raw, "read1", None), _CHUNK
        if read is None:
            read, size = response.raw.read, _SMALL_CHUNK
        content = bytearray()
        try:
            while chunk := read(size, decode_content=True):
                content += chunk
                if len(content) > self._max_body:
                    raise self._refusal(ProtocolError, f"sent more than {self._max_body} bytes", call, response)
                if self._clock() > deadline:
                    raise self._refusal(TimedOut, "sent its answer too slowly", call, response)
        except BaseException:
            # Also for Ansible's own timeout: a connection with a rest of an answer must not be used again.
            response.close()
            raise
        headers = _lower(response)
        moment = http_date(headers.get("date"))
        return Reply(response.status_code, headers, bytes(content), moment, call.method, call.path)

    def _refusal(self, kind: type[ServiceError], what: str, call: Call, response: requests.Response) -> ServiceError:
        return kind(
            f"{self._connection.host} {what} to {call.method} {call.path}.",
            next_step="Check that url is the root of the API, and look at the server's load.",
            http_status=response.status_code,
            method=call.method,
            path=call.path,
            fate=Fate.OPEN,
        )


def _own_headers(call: Call) -> dict[str, str]:
    headers = {"Accept": call.accept, **call.headers}
    if call.content_type:
        headers["Content-Type"] = call.content_type
    return headers


def _query(call: Call) -> dict[str, Any]:
    """Return the query with booleans as JSON spells them, which Python would write as ``True``."""
    return {key: str(value).lower() if isinstance(value, bool) else value for key, value in call.query.items()}


def _lower(response: requests.Response) -> dict[str, str]:
    headers = {name.lower(): value for name, value in response.headers.items()}
    cookies = response.raw.headers.getlist("set-cookie")
    if cookies:
        headers["set-cookie"] = "\n".join(cookies)
    return headers


def _check_authorities(option: str, path: str) -> None:
    """Refuse a CA file or directory that cannot be used, in words that name the option."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        if Path(path).is_dir():
            context.load_verify_locations(capath=path)
        else:
            context.load_verify_locations(cafile=path)
    except (OSError, ValueError) as cause:
        reason = getattr(cause, "reason", None) or getattr(cause, "strerror", None) or "not readable"
        raise InvalidOption(
            f"{option} cannot be used: {path} ({reason}).",
            next_step="It must be a file of PEM certificates, or a directory of them, on the executing host.",
        ) from None


def _check_certificate(cert: str, key: str | None) -> None:
    """Refuse a client certificate that cannot be used.

    An empty password is offered for the key, because OpenSSL would otherwise ask for one at the terminal and hang.
    """
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_cert_chain(cert, key, password=lambda: "")
    except (OSError, ValueError) as cause:
        reason = getattr(cause, "reason", None) or getattr(cause, "strerror", None) or "not readable"
        raise InvalidOption(
            f"client_cert or client_key cannot be used ({reason}).",
            next_step="Both must be PEM files on the executing host, belong together, and the key be unencrypted.",
        ) from None
