# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A certificate authority and a server certificate, made at start."""

from __future__ import annotations

import ipaddress
import ssl
from pathlib import Path

import trustme

from nightshift_sandbox.store.documents import Documents

NAMES = ("localhost", "127.0.0.1", "::1")


def authority(store: Documents) -> trustme.CA:
    """The sandbox's own certificate authority; a persistent state keeps it, so that clients trust a restart too."""
    saved = store.get("meta", "authority")
    if saved is not None:
        return trustme.CA.from_pem(saved["certificate"].encode(), saved["key"].encode())
    made = trustme.CA(organization_name="nightshift sandbox")
    store.put(
        "meta",
        "authority",
        {"certificate": made.cert_pem.bytes().decode(), "key": made.private_key_pem.bytes().decode()},
    )
    return made


def is_every_address(host: str) -> bool:
    """Whether one listens on every address of the machine with it, so that it names none of them."""
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False


def server_context(ca: trustme.CA, host: str, ca_path: Path) -> ssl.SSLContext:
    """A TLS context with a certificate for this machine's local names and `host`; writes the CA to `ca_path` (PEM)."""
    names = list(NAMES) + ([] if host in NAMES or is_every_address(host) else [host])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    ca.issue_cert(*names).configure_cert(context)
    ca.cert_pem.write_to_path(str(ca_path))
    return context
