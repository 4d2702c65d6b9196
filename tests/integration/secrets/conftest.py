# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One controller that is watched, and authorities that vouch for servers and for us."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme

from .harness import Watched


@dataclass
class Trust:
    """An authority, and the files that a controller has of it: its certificate, ours and our key."""

    authority: trustme.CA
    ca_path: Path
    client_cert: Path
    client_key: Path

    @property
    def key_line(self) -> str:
        """A line of our key that no other key has."""
        return max(self.client_key.read_text().splitlines(), key=len)


def trust(folder: Path, name: str) -> Trust:
    """Return a new authority."""
    authority = trustme.CA(organization_name=name)
    files = [folder / f"{name}-{part}.pem" for part in ("ca", "cert", "key")]
    ours = authority.issue_cert("client.example.com")
    authority.cert_pem.write_to_path(str(files[0]))
    ours.cert_chain_pems[0].write_to_path(str(files[1]))
    ours.private_key_pem.write_to_path(str(files[2]))
    return Trust(authority, *files)


@pytest.fixture(scope="session")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where secrets may lie, because the user put them there."""
    return tmp_path_factory.mktemp("inputs")


@pytest.fixture(scope="session")
def trusted(inputs: Path) -> Trust:
    return trust(inputs, "ours")


@pytest.fixture(scope="session")
def foreign(inputs: Path) -> Trust:
    return trust(inputs, "theirs")


@pytest.fixture(scope="session")
def watched(tmp_path_factory: pytest.TempPathFactory, inputs: Path) -> Watched:
    return Watched(tmp_path_factory.mktemp("watched"), inputs)
