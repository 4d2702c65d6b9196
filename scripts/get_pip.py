# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Install pip from Python itself, in place of the script that ansible-test would download for it.

ansible-test runs this in each environment that it makes for its checks.
"""

from __future__ import annotations

import ensurepip
import os
import subprocess
import sys

# Options of the downloaded script that pip does not know.
FOREIGN = {"--no-setuptools", "--no-wheel"}


def main() -> int:
    """Install pip, then what else was asked for, and return the exit status."""
    ensurepip.bootstrap()
    # ensurepip leaves this behind, which would hide the user's settings from the pip that comes next.
    os.environ.pop("PIP_CONFIG_FILE", None)
    wanted = [argument for argument in sys.argv[1:] if argument not in FOREIGN]
    return subprocess.run([sys.executable, "-m", "pip", "install", *wanted], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
