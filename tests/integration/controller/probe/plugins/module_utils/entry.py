# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An entry point that tells how and where it was run, and ends in every way that there is."""

from __future__ import annotations

import hashlib
import os
import sys
import threading
import time
from datetime import datetime, timezone
from enum import Enum
from typing import Any

from ansible_collections.nightshift.backup.plugins.module_utils.api.errors import MissingLibrary, Rejected
from ansible_collections.nightshift.backup.plugins.module_utils.arguments import CONNECTION_SPEC
from ansible_collections.nightshift.backup.plugins.module_utils.runner import EntryPoint, Run

OPTIONAL = {name: {**spec, "required": False} for name, spec in CONNECTION_SPEC.items()}


class Colour(str, Enum):
    """A value that is no plain text."""

    RED = "red"


def _run(run: Run) -> dict[str, Any]:
    return {
        "echo": _echo,
        "reject": _reject,
        "crash": _crash,
        "odd": _odd,
        "library": _library,
        "warn": _warn,
        "sleep": _sleep,
    }[run.params["mode"]](run)


def _echo(run: Run) -> dict[str, Any]:
    given = {name: value for name, value in run.params.items() if value is not None}
    return {
        "changed": True,
        "in_process": "ansible.executor.task_executor" in sys.modules,
        "check_mode": run.check_mode,
        "given": given,
        "password_is_right": _digest(run.params["password"]) == os.environ.get("PROBE_EXPECTED"),
        "types": {name: type(value).__name__ for name, value in given.items()},
        "variables": {name: os.environ.get(name) for name in run.params["variables"]},
        **({"diff": {"before": "old\n", "after": "new\n"}} if run.diff else {}),
    }


def _digest(text: str | None) -> str:
    return hashlib.sha256(str(text).encode()).hexdigest()


def _reject(run: Run) -> dict[str, Any]:
    run.result["tasks"] = [{"task_id": "6441", "outcome": "started"}]
    raise Rejected(
        f"The server refused {run.params['password']}.", next_step="Ask for a right.", http_status=403, code=587203022,
        method="POST", path="CreateTask",
    )  # fmt: skip


def _crash(run: Run) -> dict[str, Any]:
    run.result["tasks"] = [{"task_id": "6441", "outcome": "started"}]
    message = f"no entry for {run.params['token']}"
    raise KeyError(message)


def _odd(run: Run) -> dict[str, Any]:
    return {
        "lock": type(threading.Lock()).__name__,
        "is_odd": threading.Lock() is not None,
        "odd": _Odd(),
        "colour": Colour.RED,
        "names": {"b", "a"},
        "pair": (1, 2.5),
        "when": datetime(2026, 11, 22, 3, 0, tzinfo=timezone.utc),
        "raw": b"bytes",
        7: "number",
        "template": "{{ 7 * 7 }}",
        "secrets": {str(run.params["password"]): [f"a {run.params['token']} z", {"deep": run.params["password"]}]},
    }


class _Odd:
    def __init__(self) -> None:
        self.lock = threading.Lock()

    def __str__(self) -> str:
        return "odd thing"


def _library(run: Run) -> dict[str, Any]:
    raise MissingLibrary("imaginary", "Traceback: no imaginary")


def _warn(run: Run) -> dict[str, Any]:
    run.warn("Mind the gap.")
    run.warn("Mind the gap.")
    run.warn("Mind the step.")
    return {"changed": False}


def _sleep(run: Run) -> dict[str, Any]:
    run.show(f"started 6441 for {run.params['password']}\x1b[31m, pick it up")
    time.sleep(run.params["seconds"])
    run.show(f"slept {run.params['label']}")
    return {"slept": run.params["seconds"]}


ENTRY = EntryPoint(
    name="probe",
    argument_spec={
        **OPTIONAL,
        "mode": {"type": "str", "default": "echo"},
        "seconds": {"type": "float", "default": 0},
        "variables": {"type": "list", "elements": "str", "default": []},
        "data": {"type": "raw"},
        "label": {"type": "str"},
        "level": {"type": "str", "choices": ["full", "incremental"]},
        "options": {
            "type": "dict",
            "options": {"kind": {"type": "str", "choices": ["a", "b"]}, "key": {"no_log": True}},
        },
    },
    constraints={"mutually_exclusive": [["data", "level"]], "required_together": [["client_cert", "client_key"]]},
    run=_run,
)
