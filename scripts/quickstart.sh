#!/usr/bin/env bash
# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Shows the main job against the sandbox: backups are started and followed to their end, schedules are declared, changed
# and pruned, a second run changes nothing, and a refusal is told in the server's words. Nothing is left behind.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scratch=$(mktemp -d)
ready=$scratch/ready.json
sandbox=

cleanup() {
    if [[ -n $sandbox ]]; then
        kill "$sandbox" 2>/dev/null || true
        wait "$sandbox" 2>/dev/null || true
    fi
    rm -rf "$scratch"
}
trap cleanup EXIT

say() { printf '\n\033[1m### %s\033[0m\n' "$*"; }

# ready_value KEY...: a value of the sandbox's ready file, by its path.
ready_value() {
    .venv/bin/python -c '
import json, sys
found = json.load(open(sys.argv[1]))
for key in sys.argv[2:]:
    found = found[key]
print(found)' "$ready" "$@"
}

# play PLAYBOOK...: runs it, with progress and results in the order in which they happen.
play() {
    PYTHONUNBUFFERED=1 .venv/bin/ansible-playbook "$@" --extra-vars "ca_path=$(ready_value ca_path)" 2>&1
}

say "A sandbox that speaks the API over TLS; a backup that takes a minute takes three seconds here"
.venv/bin/nightshift-sandbox serve --time-scale 20 --ready-file "$ready" >"$scratch/sandbox.log" 2>&1 &
sandbox=$!
for _ in $(seq 150); do
    [[ -s $ready ]] && break
    kill -0 "$sandbox" 2>/dev/null || break
    sleep 0.2
done
if [[ ! -s $ready ]]; then
    cat "$scratch/sandbox.log" >&2
    exit 1
fi
NIGHTSHIFT_URL=$(ready_value commvault_url)
NIGHTSHIFT_USERNAME=$(ready_value username)
NIGHTSHIFT_PASSWORD=$(ready_value password)
export NIGHTSHIFT_URL NIGHTSHIFT_USERNAME NIGHTSHIFT_PASSWORD
printf '%s\n' "$NIGHTSHIFT_URL"

say "First run: start the backups and follow them to their end"
play playbooks/quickstart.yml

say "Second run: everything is fresh, so changed=0"
play playbooks/quickstart.yml | tee "$scratch/second.log"
grep -q 'changed=0 ' "$scratch/second.log"

say "Six schedules, declared in one task"
play playbooks/quickstart_schedules.yml

say "Again: everything is as declared, so changed=0"
play playbooks/quickstart_schedules.yml | tee "$scratch/unchanged.log"
grep -q 'changed=0 ' "$scratch/unchanged.log"

say "One is moved to 22:30 and one is no longer declared: the diff, and what runs next"
play playbooks/quickstart_schedules.yml --diff \
    --extra-vars '{"nightly_at": "22:30", "retired": ["qs workstation"]}' | tee "$scratch/changed.log"
grep -q 'qs workstation *removed' "$scratch/changed.log"

say "A refusal: one database is started, the other is told in the server's words"
NIGHTSHIFT_USERNAME=operator NIGHTSHIFT_PASSWORD=$(ready_value users operator password) \
    play playbooks/quickstart_refused.yml

say "The same on Storware: started and followed until the data is stored, then changed=0"
NIGHTSHIFT_URL=$(ready_value storware_url) play playbooks/quickstart_storware.yml
NIGHTSHIFT_URL=$(ready_value storware_url) play playbooks/quickstart_storware.yml | tee "$scratch/stored.log"
grep -q 'changed=0 ' "$scratch/stored.log"

say "Schedules of Storware's policies: declared, declared again (changed=0), and one moved, with the diff"
NIGHTSHIFT_URL=$(ready_value storware_url) play playbooks/quickstart_storware_schedules.yml
NIGHTSHIFT_URL=$(ready_value storware_url) play playbooks/quickstart_storware_schedules.yml | tee "$scratch/kept.log"
grep -q 'changed=0 ' "$scratch/kept.log"
NIGHTSHIFT_URL=$(ready_value storware_url) play playbooks/quickstart_storware_schedules.yml --diff \
    --extra-vars '{"nightly_at": "22:30"}' | tee "$scratch/moved.log"
grep -q 'qs gold nightly *changed' "$scratch/moved.log"

say "Stopping the sandbox"
kill "$sandbox"
wait "$sandbox"
sandbox=
printf 'Nothing is left behind. The playbooks are in playbooks/; README.md says how to point them at your CommServe.\n'
