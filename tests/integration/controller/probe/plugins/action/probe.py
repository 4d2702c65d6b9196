# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The probe on the controller."""

from __future__ import annotations

from ansible_collections.nightshift.backup.plugins.plugin_utils.action_base import FlowAction
from ansible_collections.nightshift_test.probe.plugins.module_utils.entry import ENTRY


class ActionModule(FlowAction):
    """The probe, run like any module of the collection."""

    entry = ENTRY
