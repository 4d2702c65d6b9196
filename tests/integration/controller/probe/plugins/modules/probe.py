# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The probe as a shipped module."""

from ansible_collections.nightshift.backup.plugins.module_utils.runner import run_module
from ansible_collections.nightshift_test.probe.plugins.module_utils.entry import ENTRY


def main() -> None:
    """Run the module."""
    run_module(ENTRY)


if __name__ == "__main__":
    main()
