#!/usr/bin/env bash
# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Makes the environments below the repository: .venv for all work, .venv-core-* for the tests on other ansible-cores.
#
# PYTHON and PYTHON_NEWEST name the interpreters for .venv and for the newest ansible-core; else they are searched.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/environments.sh
source scripts/environments.sh

# The sandbox is a package of this repository: installed as editable, so that only a change of its own metadata asks
# for another installation. It is built with the pinned setuptools of the environment.
install_sandbox() {
    local source=roles/sandbox/files stamp=.venv/.stamp-sandbox key
    key=$(cat .venv/.stamp "$source/pyproject.toml" | sha256sum)
    if up_to_date "$stamp" "$key"; then
        return 0
    fi
    .venv/bin/python -m pip install -qq --disable-pip-version-check --no-build-isolation \
        --constraint requirements/dev.txt --editable "$source"
    printf '%s\n' "$key" >"$stamp"
}

if ! python=$(choose_python "${PYTHON:-}" 3.11 3.12 3.13); then
    say "No Python 3.11 that can make environments was found: run 'apt-get install python3 python3-venv'" \
        "or name one with PYTHON=..."
    exit 1
fi

# A suite of tests may name what it needs beside; the suites of Ansible's parts run on every core.
shopt -s nullglob
ansible_suites=(tests/{unit,integration}/requirements*.txt)

make_environment .venv "$python" requirements/dev.txt "${ansible_suites[@]}" tests/sandbox/requirements*.txt
install_sandbox

# ansible and mypy find a collection only under this path; the link makes it the repository itself.
mkdir -p .venv/collections/ansible_collections/nightshift
ln -sfn ../../../.. .venv/collections/ansible_collections/nightshift/backup

# The oldest core runs on the same Python, unless that is a newer one than it knows.
if python=$(choose_python "${PYTHON:-}" 3.11 3.12 || find_python 3.11 3.12 3.10); then
    make_environment .venv-core-2.16 "$python" requirements/core-2.16.txt "${ansible_suites[@]}"
else
    say "No .venv-core-2.16: ansible-core 2.16 needs Python 3.10 to 3.12, and none was found."
fi

if python=$(choose_python "${PYTHON_NEWEST:-}" 3.13 3.12 3.14); then
    make_environment .venv-core-2.21 "$python" requirements/core-2.21.txt "${ansible_suites[@]}"
else
    say "No .venv-core-2.21: ansible-core 2.21 needs Python 3.12 or later, and none was found;" \
        "name one with PYTHON_NEWEST=..."
fi
