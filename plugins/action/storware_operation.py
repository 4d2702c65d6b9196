# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs ``storware_operation`` on the controller where it can."""

from __future__ import annotations

from ansible_collections.nightshift.backup.plugins.module_utils.entrypoints.storware_operation import ENTRY
from ansible_collections.nightshift.backup.plugins.plugin_utils.action_base import FlowAction


class ActionModule(FlowAction):
    """``storware_operation``."""

    entry = ENTRY
