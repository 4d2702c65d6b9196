# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server that knows how to log in and out, with and without TLS, and remembers what it was asked."""

from __future__ import annotations

import datetime as dt
import ipaddress
import json
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USERNAME, PASSWORD, TOKEN = "operator", "login-Secret-4711", "QSDK 5d1e77c0ffee"


class LoginServer(ThreadingHTTPServer):
    """Serves Commvault's Login and Logout below ``url``. ``ca_path`` is the file to trust, where there is TLS."""

    def __init__(self, directory: Path, *, tls: bool) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[tuple[str, str | None]] = []
        self.open_sessions = 0
        self.ca_path = directory / "ca.pem"
        if tls:
            _write_certificate(self.ca_path, directory / "key.pem")
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.ca_path, directory / "key.pem")
            self.socket = context.wrap_socket(self.socket, server_side=True)
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.server_port}/commandcenter/api"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def logins(self) -> int:
        """How often somebody tried to log in."""
        return sum(path.endswith("/Login") for path, _token in self.asked)

    @property
    def logouts(self) -> list[str | None]:
        """The tokens that were logged out."""
        return [token for path, token in self.asked if path.endswith("/Logout")]


class _Handler(BaseHTTPRequestHandler):
    server: LoginServer

    def do_POST(self) -> None:
        """Answer Login and Logout."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.asked.append((self.path, self.headers.get("Authtoken")))
        if self.path.endswith("/Login"):
            right = json.loads(body).get("username") == USERNAME
            refusal = {"errList": [{"errLogMessage": "Invalid Username or Password", "errorCode": 1116}]}
            self._answer(200, {"token": TOKEN, "userName": USERNAME} if right else refusal)
        else:
            self._answer(200, {"errorCode": 0, "errorMessage": "User logged out"})

    def _answer(self, status: int, document: dict[str, object]) -> None:
        content = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments: object) -> None:
        """Keep quiet."""


def _write_certificate(certificate: Path, key: Path) -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "login server of the tests")])
    now = dt.datetime.now(dt.timezone.utc)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(private, hashes.SHA256())
    )
    certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    key.write_bytes(
        private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
