#!/usr/bin/env python
# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a choice of the tests in every environment of the matrix, or in those that are named (2.18, oldest).

Each names its Python, its ansible-core and its libraries before it begins. One that fails does not stop the others.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from gates import NEWEST, ROOT, GateFailed, all_of_it, call, core_venv, environment, prepare_home, read

# What meets ansible-core, Python and the libraries: argument specs, the action plugins, sessions, XML and JSON Schema,
# the flow in-process and as a shipped module on every other Python here.
SUITES = (
    "unit/running",
    "unit/api",
    "unit/platforms",
    "integration/controller",
    "integration/common",
    "integration/compatibility",
)
_SAY = (
    "import sys, ansible.release as core, importlib.metadata as m; "
    "print('Python', sys.version.split()[0] + ', ansible-core', core.__version__ + ',', "
    "', '.join(f'{name} {m.version(name)}' for name in ('requests', 'urllib3', 'jsonschema')))"
)


def environments() -> dict[str, Path]:
    """Return the environments that were made, by their names; the newest core's is that of `make env`."""
    found = {path.name.removeprefix(".venv-matrix-"): path for path in sorted(ROOT.glob(".venv-matrix-*"))}
    found = {name: path for name, path in found.items() if not name.startswith("target-")}
    newest = core_venv(NEWEST)
    return {**found, NEWEST: newest} if newest is not None else found


def main() -> int:
    """Run what was asked for and return the exit status."""
    parser = argparse.ArgumentParser(description="Run a choice of the tests in every environment of the matrix.")
    parser.add_argument("names", nargs="*", metavar="ENVIRONMENT", help="such as 2.18 or oldest; all by default")
    wanted: list[str] = parser.parse_args().names
    chosen = {name: path for name, path in environments().items() if not wanted or name in wanted}
    missing = set(wanted) - set(chosen)
    if missing:
        parser.error(f"there is no environment {', '.join(sorted(missing))}")

    prepare_home()
    pytest = ("-m", "pytest", "-q", "-n", "2", "--dist", "loadfile", "-rsfE")
    try:
        with all_of_it() as part:
            for venv in chosen.values():
                python = venv / "bin" / "python"
                print(f"\n== {venv.name} · {read(python, '-c', _SAY).strip()}", flush=True)
                with part():
                    call(
                        python,
                        *pytest,
                        *(f"tests/{suite}" for suite in SUITES),
                        env=environment(venv, EVERY_PYTHON="1"),
                    )
    except GateFailed:
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
