#!/usr/bin/env bash
# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Makes the environments below the repository: .venv for all work, .venv-core-* for the tests on other ansible-cores.
# An environment that is up to date is left alone, so a second run takes no time; one that was interrupted is made
# again from the start.
#
# PYTHON and PYTHON_NEWEST name the interpreters for .venv and for the newest ansible-core; else they are searched.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD

say() { printf '%s\n' "$*" >&2; }

# Two runs at a time (two terminals, two editors) would install into each other.
exec 9>.venv.lock
flock 9

# Prints the real path of INTERPRETER when it starts, is of one of the VERSIONS and can make environments. A name on
# PATH proves nothing: version managers put shims there that exit at once.
probe() {
    local interpreter=$1
    shift
    "$interpreter" - "$@" 2>/dev/null <<'PYTHON'
import sys
import ensurepip, ssl, venv

if "{}.{}".format(*sys.version_info[:2]) not in sys.argv[1:]:
    sys.exit(1)
print(sys.executable)
PYTHON
}

# Prints the first usable interpreter among VERSIONS, the most wanted first.
find_python() {
    local version candidate
    for version in "$@"; do
        while IFS= read -r candidate; do
            if [[ -x $candidate ]] && probe "$candidate" "$version"; then
                return 0
            fi
        done < <(
            type -ap "python$version" || true
            printf '%s\n' "/usr/bin/python$version" "/usr/local/bin/python$version" \
                "${PYENV_ROOT:-$HOME/.pyenv}/versions/$version".*/bin/"python$version" \
                "$HOME/.local/bin/python$version"
        )
    done
    return 1
}

# up_to_date STAMP KEY: whether a step with this key has come to its end.
up_to_date() { [[ -f $1 && $(<"$1") == "$2" ]]; }

# make_environment DIRECTORY INTERPRETER LOCK REQUIREMENT-FILES...
make_environment() {
    local directory=$1 interpreter=$2 lock=$3 stamp=$1/.stamp origin key suites pip
    shift 2

    # Scripts in an environment name its absolute path, so one that was moved is of no use.
    origin="$root $("$interpreter" -VV | tr '\n' ' ')"
    key=$(printf '%s\n' "$origin" | cat - "$@" | sha256sum)
    if up_to_date "$stamp" "$key" && "$directory/bin/python" -c '' 2>/dev/null; then
        return 0
    fi

    say "$directory: installing for $("$interpreter" -V)"
    if [[ ! -f $stamp || $(cat "$directory/.origin" 2>/dev/null) != "$origin" ]]; then
        rm -rf "$directory"
        "$interpreter" -m venv "$directory"
    fi
    rm -f "$stamp"
    printf '%s\n' "$origin" >"$directory/.origin"
    # The lock is complete, so nothing need be resolved; what is never imported need not be compiled.
    pip=("$directory/bin/python" -m pip install -qq --disable-pip-version-check --no-compile)
    "${pip[@]}" --no-deps -r "$lock"
    suites=("${@:2}")
    if ((${#suites[@]})); then
        "${pip[@]}" --constraint "$lock" "${suites[@]/#/--requirement=}"
    fi
    printf '%s\n' "$key" >"$stamp"
}

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

# choose_python WISH VERSIONS...: the interpreter that the caller wishes for, or else the first that is found.
choose_python() {
    local wish=$1
    shift
    if [[ -n $wish ]]; then
        probe "$wish" "$@"
    else
        find_python "$@"
    fi
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
