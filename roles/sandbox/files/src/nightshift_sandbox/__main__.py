# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`python -m nightshift_sandbox` is the same as the `nightshift-sandbox` command."""

from nightshift_sandbox.cli import main

raise SystemExit(main())
