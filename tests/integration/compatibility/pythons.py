# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pythons of this machine that are too old for modules, and that Ansible can nevertheless speak to."""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Iterator
from pathlib import Path

from ..controller.conftest import CORE

# The oldest Python that each ansible-core still speaks to; its release notes say which.
_OLDEST = {16: (2, 7), 17: (3, 7), 18: (3, 8), 19: (3, 8)}.get(CORE[1], (3, 9))
_TOO_NEW = (3, 10)
# Targets never had it: ansible-core went from 2.7 and 3.6 on.
_NEVER = (3, 5)
_ASK = "import sys; print('%d.%d' % sys.version_info[:2])"


def _candidates() -> Iterator[Path]:
    # The tests may run in a home directory of their own, so that of the account is asked for.
    versions = Path(os.environ.get("PYENV_ROOT") or Path(pwd.getpwuid(os.getuid()).pw_dir, ".pyenv"), "versions")
    yield from sorted(versions.glob("*/bin/python"))
    for folder in ("/usr/bin", "/usr/local/bin"):
        yield from sorted(Path(folder).glob("python[23].[0-9]"))


def old_pythons() -> dict[str, str]:
    """Return the path of a Python for each version that is too old for us but not for this ansible-core."""
    found: dict[str, str] = {}
    for python in _candidates():
        asked = subprocess.run([python, "-c", _ASK], capture_output=True, text=True, check=False)
        version = tuple(int(part) for part in asked.stdout.split(".") if part.strip().isdigit())
        if asked.returncode == 0 and _OLDEST <= version < _TOO_NEW and version != _NEVER:
            found.setdefault(asked.stdout.strip(), str(python))
    return found
