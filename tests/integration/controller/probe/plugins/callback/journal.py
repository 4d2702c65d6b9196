# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes down every result as other callbacks get it, for the tests to read."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: journal
type: notification
short_description: Write down results
description:
  - Writes one JSON document a line into the file named by PROBE_JOURNAL.
"""


class CallbackModule(CallbackBase):
    """Appends a line to a file for each result."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "nightshift_test.probe.journal"
    CALLBACK_NEEDS_ENABLED = True

    def _write(self, result: Any, ending: str) -> None:
        # The names lost their underscores in 2.19.
        task, host = getattr(result, "task", None) or result._task, getattr(result, "host", None) or result._host
        line = {"task": task.get_name(), "host": host.get_name(), "ending": ending, "result": result._result}
        with Path(os.environ["PROBE_JOURNAL"]).open("a") as journal:
            journal.write(json.dumps(line, default=str) + "\n")

    def v2_runner_on_ok(self, result: Any) -> None:
        """Write down a success."""
        self._write(result, "ok")

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        """Write down a failure."""
        self._write(result, "failed")

    def v2_runner_on_skipped(self, result: Any) -> None:
        """Write down what was not run."""
        self._write(result, "skipped")

    def v2_runner_on_unreachable(self, result: Any) -> None:
        """Write down a host that was not reached."""
        self._write(result, "unreachable")
