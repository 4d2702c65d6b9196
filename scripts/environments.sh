#!/usr/bin/env bash
# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# What makes environments, for the scripts that source this file at the root of the repository. An environment that is
# up to date is left alone, so a second run takes no time; one that was interrupted is made again from the start.

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
