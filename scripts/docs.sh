#!/usr/bin/env bash
# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Renders the reference of all plugins into docs/_build/html. No network is needed.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD

export PATH="$root/.venv/bin:$PATH"
export ANSIBLE_COLLECTIONS_PATH="$root/.venv/collections"
site=$root/docs/_build

rm -rf "$site"
mkdir -p "$site"
# antsibull-docs refuses to write where others may.
chmod go-w "$site"

antsibull-docs sphinx-init --use-current --squash-hierarchy --lenient --sphinx-theme alabaster \
    --project nightshift.backup --copyright "nightshift.backup contributors" --title "nightshift.backup" \
    --dest-dir "$site" nightshift.backup >"$site/init.log"
# References into Ansible's own documentation would be looked up on its site; those into ours are checked by the gates.
printf '\nintersphinx_mapping = {}\nsuppress_warnings = ["ref.ref"]\n' >>"$site/conf.py"

antsibull-docs --config-file "$site/antsibull-docs.cfg" collection --cleanup everything --use-current \
    --squash-hierarchy --dest-dir "$site/rst" nightshift.backup
sphinx-build -q -W --keep-going -c "$site" "$site/rst" "$site/html"
printf 'The reference is in %s\n' "${site#"$root"/}/html/index.html"
