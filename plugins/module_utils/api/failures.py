# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an exception of the HTTP library means: one typed error with the fate of the request.

The texts of those exceptions are not shown: they hold URLs, headers and object addresses. Only the reason that the
operating system or the TLS library gives is.
"""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Iterator

from .connection import Connection
from .errors import Fate, ProtocolError, ServiceError, TimedOut, TlsFailure, Unreachable
from .messages import Call

try:
    import requests
    import urllib3
except ImportError:  # Whoever sends says so, see transport.py; nothing here runs without an exception of theirs.
    pass

_Kind = type[BaseException]

_OTHER_NAME = "Use in url a host name that the certificate carries."

# How OpenSSL says that a handshake failed. Everything else may strike after the request was read.
_HANDSHAKE = (
    "ALERT_BAD_CERTIFICATE",
    "ALERT_CERTIFICATE",
    "ALERT_UNKNOWN_CA",
    "ALERT_HANDSHAKE_FAILURE",
    "ALERT_PROTOCOL_VERSION",
    "ALERT_UNRECOGNIZED_NAME",
    "ALERT_UNSUPPORTED_CERTIFICATE",
    "UNRECOGNIZED_NAME",
    "WRONG_VERSION_NUMBER",
    "UNSUPPORTED_PROTOCOL",
    "NO_PROTOCOLS_AVAILABLE",
    "HTTP_REQUEST",
    "DH_KEY_TOO_SMALL",
    "UNSAFE_LEGACY_RENEGOTIATION_DISABLED",
)
_LOST = (ssl.SSLEOFError, ssl.SSLZeroReturnError, ssl.SSLSyscallError, http.client.RemoteDisconnected, ConnectionError)
_WANTS_CERTIFICATE = ("CERTIFICATE_REQUIRED", "ALERT_HANDSHAKE_FAILURE", "ALERT_BAD_CERTIFICATE", "ALERT_UNKNOWN_CA")


def translate(cause: Exception, call: Call, connection: Connection) -> ServiceError:
    """Return the typed error for ``cause``, which ended ``call``."""
    chain = list(_chain(cause))
    for read in (_tls, _not_connected, _slow, _broken_off, _unusable):
        error = read(chain, connection)
        if error is not None:
            break
    else:
        error = ServiceError(f"The request to {connection.host} failed ({type(cause).__name__}).", fate=Fate.OPEN)
    error.method, error.path = call.method, call.path
    return error


def _chain(cause: BaseException) -> Iterator[BaseException]:
    """Yield ``cause`` and everything that is wrapped in it, the outermost first."""
    waiting: list[object] = [cause]
    seen: set[int] = set()
    while waiting:
        candidate = waiting.pop(0)
        if isinstance(candidate, BaseException) and id(candidate) not in seen:
            seen.add(id(candidate))
            yield candidate
            waiting += [getattr(candidate, "reason", None), *candidate.args]
            waiting.append(candidate.__cause__)
            # Otherwise not __context__: that may be an older error which the caller is just handling.
            if isinstance(candidate, urllib3.exceptions.NewConnectionError):
                # urllib3 1.26 always raises it in a handler, and leaves the reason there alone.
                waiting.append(candidate.__context__)


def _has(chain: list[BaseException], *kinds: _Kind) -> bool:
    return any(isinstance(link, kinds) for link in chain)


def _words(chain: list[BaseException]) -> str:
    """Return what the operating system says, in brackets, or nothing."""
    for link in reversed(chain):
        if isinstance(link, OSError) and isinstance(link.strerror, str):
            return f" ({link.strerror})"
    return ""


def _tls(chain: list[BaseException], connection: Connection) -> ServiceError | None:
    # urllib3 1.26 compares names itself, and says so with an error of its own.
    if _has(chain, urllib3.exceptions.SSLError) and any("doesn't match" in str(link) for link in chain):
        return TlsFailure(
            f"The certificate of {connection.host} is not trusted: it is for another host.",
            next_step=_OTHER_NAME,
            fate=Fate.NOT_SENT,
        )
    untrusted = next((link for link in chain if isinstance(link, ssl.SSLCertVerificationError)), None)
    if untrusted is not None:
        what, advice = _distrust(untrusted)
        return TlsFailure(
            f"The certificate of {connection.host} is not trusted: {what}.", next_step=advice, fate=Fate.NOT_SENT
        )
    failure = next((link for link in chain if isinstance(link, ssl.SSLError)), None)
    if failure is None or isinstance(failure, _LOST) or _has(chain, urllib3.exceptions.ReadTimeoutError):
        return None
    reason = str(failure.reason or "")
    early = any(name in reason for name in _HANDSHAKE)
    if "WRONG_VERSION_NUMBER" in reason or "HTTP_REQUEST" in reason:
        advice = "The port seems to speak plain HTTP: check the port in url."
    elif any(name in reason for name in _WANTS_CERTIFICATE):
        advice = "The server may ask for a client certificate: give client_cert and client_key that it accepts."
    else:
        advice = "Check url, and client_cert and client_key if the server asks for a certificate."
    said = reason.replace("_", " ").lower() or "the connection ended"
    return TlsFailure(
        f"No secure connection to {connection.host}: {said}.",
        next_step=advice,
        fate=Fate.NOT_SENT if early else Fate.OPEN,
    )


def _distrust(error: ssl.SSLCertVerificationError) -> tuple[str, str]:
    """Return what is wrong with a certificate and which option helps."""
    said = str(getattr(error, "verify_message", "") or "certificate verification failed").rstrip(".")
    lower = said.lower()
    if "mismatch" in lower or "not valid for" in lower:
        return said, _OTHER_NAME
    if "expired" in lower or "not yet valid" in lower:
        return said, "Renew the server's certificate, and check the clocks on both sides."
    if "self-signed" in lower or "self signed" in lower or "issuer" in lower or "verify the first" in lower:
        return said, "Give the certificate of the authority that signed it as ca_path."
    return said, "Give the certificate of the server's authority as ca_path."


def _not_connected(chain: list[BaseException], connection: Connection) -> ServiceError | None:
    """Failures before anything was written."""
    if _has(chain, urllib3.exceptions.ProxyError):
        # Older releases of urllib3 also call a reset after writing a proxy error.
        early = _has(chain, urllib3.exceptions.NewConnectionError, socket.gaierror, ConnectionRefusedError)
        tunnel = any("Tunnel connection failed" in str(link) for link in chain)
        return Unreachable(
            f"The proxy does not connect to {connection.host}{_words(chain)}.",
            next_step="Check the proxy variables of the environment, and no_proxy.",
            fate=Fate.NOT_SENT if early or tunnel else Fate.OPEN,
        )
    if _has(chain, socket.gaierror):
        text, advice = f"The host of {connection.host} is not known to the name service.", "Check the host in url."
    elif _has(chain, ConnectionRefusedError):
        text, advice = f"{connection.host} refused the connection.", "Check the port in url, and that the service runs."
    elif _has(chain, requests.exceptions.ConnectTimeout):
        text = f"No connection to {connection.host} within {connection.timeout:g} s."
        advice = "Check url, firewalls on the way, and proxies."
    elif _has(chain, urllib3.exceptions.NewConnectionError):
        text, advice = f"No connection to {connection.host}{_words(chain)}.", "Check url and the network."
    else:
        return None
    return Unreachable(text, next_step=advice, fate=Fate.NOT_SENT)


def _slow(chain: list[BaseException], connection: Connection) -> ServiceError | None:
    if _has(chain, requests.exceptions.ReadTimeout, urllib3.exceptions.ReadTimeoutError, TimeoutError):
        return TimedOut(
            f"{connection.host} did not answer in time.",
            next_step="Raise timeout, or look at the load of the server.",
            fate=Fate.OPEN,
        )
    return None


def _broken_off(chain: list[BaseException], connection: Connection) -> ServiceError | None:
    """Failures after writing began. How much the server read is not known."""
    if _has(chain, urllib3.exceptions.DecodeError, requests.exceptions.ContentDecodingError):
        return ProtocolError(
            f"{connection.host} sent an answer whose compression is damaged.",
            next_step="Look at the proxies on the way.",
            fate=Fate.OPEN,
        )
    if _has(chain, http.client.IncompleteRead, urllib3.exceptions.IncompleteRead):
        return ProtocolError(
            f"The answer of {connection.host} broke off before its end.",
            next_step="Look at the server's log and the proxies on the way.",
            fate=Fate.OPEN,
        )
    if _has(chain, http.client.HTTPException) and not _has(chain, *_LOST):
        return ProtocolError(
            f"{connection.host} does not answer in HTTP.",
            next_step="Check the port in url.",
            fate=Fate.OPEN,
        )
    if _has(chain, *_LOST, requests.exceptions.ConnectionError, urllib3.exceptions.ProtocolError):
        return Unreachable(
            f"{connection.host} closed the connection before it answered{_words(chain)}.",
            next_step="Look at the server's log and the proxies on the way.",
            fate=Fate.OPEN,
        )
    return None


def _unusable(chain: list[BaseException], connection: Connection) -> ServiceError | None:
    """Addresses and settings that the library refuses before it connects."""
    refused = (requests.exceptions.RequestException, ValueError)
    if _has(chain, *refused, urllib3.exceptions.LocationValueError):
        return Unreachable(
            f"The request to {connection.host} cannot be sent.",
            next_step="Check url, and the proxy variables of the environment.",
            fate=Fate.NOT_SENT,
        )
    return None
