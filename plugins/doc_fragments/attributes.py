# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be expected of a module, in the form that ``ansible-doc`` shows as attributes."""

from __future__ import annotations


class ModuleDocFragment:
    """Descriptions of the attributes. Each module says what its support is."""

    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Whether a run with C(--check) predicts the result, and changes nothing.
  diff_mode:
    description: Whether a run with C(--diff) shows what changes, before and after.
  idempotent:
    description: Whether a second run with the same arguments, when nothing else happened, changes nothing.
  async:
    description: Whether a task can leave the work in the background with C(async).
"""

    ACTION_GROUP = r"""
options: {}
attributes:
  action_group:
    description: With C(group/nightshift.backup.all) in C(module_defaults), options are given once for all modules.
    support: full
    membership:
      - nightshift.backup.all
"""

    CONTROLLER = r"""
options: {}
attributes:
  action:
    description: Whether there is an action plugin, so that the work can be done on the controller.
    support: full
  platform:
    description: Which hosts the module can run on.
    support: full
    platforms: posix
"""

    INFO = r"""
options: {}
attributes:
  check_mode:
    support: full
    details:
      - It changes nothing.
  diff_mode:
    support: N/A
  idempotent:
    support: full
    details:
      - It changes nothing.
"""
