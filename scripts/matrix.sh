#!/usr/bin/env bash
# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Runs a choice of the tests on every supported ansible-core, each on the newest Python that it supports up to 3.13,
# and once with the oldest libraries; ships modules from each to the Python of every other environment.
# The environments are .venv-matrix-*, beside those of `make env`. Arguments name those wanted, such as 2.18 or oldest.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/environments.sh
source scripts/environments.sh

shopt -s nullglob
ansible_suites=(tests/{unit,integration}/requirements*.txt)
mkdir -p .venv/cache/matrix

# derived_lock NAME LOCK REQUIREMENTS...: LOCK with other versions of some packages, and without those written -package.
derived_lock() {
    local lock=.venv/cache/matrix/$1.txt package name
    cp "$2" "$lock"
    for package in "${@:3}"; do
        name=${package#-}
        sed -i "/^${name%%==*}==/Id" "$lock"
        [[ $package == -* ]] || printf '%s\n' "$package" >>"$lock"
    done
    printf '%s\n' "$lock"
}

# environment NAME PYTHON LOCK REQUIREMENTS...: made where that Python is here, and then to be tested.
environment() {
    local name=$1 python lock
    if ! python=$(find_python "$2"); then
        say ".venv-matrix-$name is NOT covered: no Python $2 was found."
        return 0
    fi
    lock=$(derived_lock "$name" "${@:3}")
    make_environment ".venv-matrix-$name" "$python" "$lock" "${ansible_suites[@]}"
    ".venv-matrix-$name/bin/python" -m pip --disable-pip-version-check check
}

# What ansible-core up to 2.18 needs differs from what later ones need; the newest is the environment of `make env`.
environment 2.16 3.12 requirements/core-2.16.txt
environment 2.17 3.12 requirements/core-2.16.txt ansible-core==2.17.14
environment 2.18 3.13 requirements/core-2.16.txt ansible-core==2.18.19
environment 2.19 3.13 requirements/core-2.21.txt ansible-core==2.19.14
environment 2.20 3.13 requirements/core-2.21.txt ansible-core==2.20.10
mapfile -t oldest < <(grep '==' requirements/oldest.txt)
environment oldest 3.11 requirements/core-2.16.txt "${oldest[@]}" -jsonschema-specifications -referencing -rpds-py
# The tools of the tests need a later Python, so this one is only shipped to.
if python=$(find_python 3.10); then
    make_environment .venv-matrix-target-3.10 "$python" requirements/oldest.txt
else
    say "Targets with Python 3.10 are NOT covered: none was found."
fi

exec .venv/bin/python scripts/matrix.py "$@"
