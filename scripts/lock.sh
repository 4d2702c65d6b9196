#!/usr/bin/env bash
# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Makes requirements/*.txt from requirements/*.in and from what the suites of tests ask for: installs it, in its newest
# versions, into new environments and writes down what came. What stands between is written by hand: the cores that
# only the matrix knows in scripts/matrix.sh, and the oldest libraries in requirements/oldest.txt.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# lock NAME PYTHON PIP-ARGUMENTS...
lock() {
    local name=$1 python=$2
    shift 2
    "$python" -m venv "$scratch/$name"
    "$scratch/$name/bin/python" -m pip uninstall -qq -y setuptools
    "$scratch/$name/bin/python" -m pip install -qq --disable-pip-version-check -r "requirements/$name.in" "$@"
    {
        sed -n '1,/SPDX/p' "requirements/$name.in"
        printf '#\n# Made by scripts/lock.sh from %s.in.\n\n' "$name"
        "$scratch/$name/bin/python" -m pip freeze --all --exclude pip --exclude nightshift-sandbox
    } >"$scratch/$name.txt"
    mv "$scratch/$name.txt" "requirements/$name.txt"
}

shopt -s nullglob
ansible_suites=(tests/{unit,integration}/requirements*.txt)
sandbox_suite=(tests/sandbox/requirements*.txt)

# As many arguments as there are files, each with its option before it
lock dev .venv/bin/python --editable roles/sandbox/files \
    "${ansible_suites[@]/#/--requirement=}" "${sandbox_suite[@]/#/--requirement=}"
lock core-2.16 .venv-core-2.16/bin/python "${ansible_suites[@]/#/--requirement=}"
lock core-2.21 .venv-core-2.21/bin/python "${ansible_suites[@]/#/--requirement=}"
