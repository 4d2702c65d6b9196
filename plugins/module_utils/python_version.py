# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One clear sentence for a host whose Python is too old for everything else here.

Modules call this before they import anything of the collection. So this file, and the modules themselves, keep to
what every Python can read that ansible-core can reach.
"""

import json
import sys

OLDEST = (3, 10)


def require_python():
    # type: () -> None
    """End the module with a readable failure where Python is too old."""
    if sys.version_info < OLDEST:
        needed, present = (".".join(str(part) for part in version[:2]) for version in (OLDEST, sys.version_info))
        message = "nightshift.backup needs Python " + needed + " or later; " + sys.executable + " is " + present + "."
        hint = " Set ansible_python_interpreter to a newer one, or delegate the task to localhost."
        error = {"kind": "invalid", "message": message}
        sys.stdout.write(json.dumps({"failed": True, "changed": False, "msg": message + hint, "error": error}))
        raise SystemExit(1)
