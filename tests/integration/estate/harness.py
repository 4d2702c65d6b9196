# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A sandbox in a process of its own, and entry points run against it as the action plugins run them."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.nightshift.backup.plugins.module_utils.runner import Run, execute

from ..modules import ENTRIES

REPOSITORY = Path(__file__).parents[3]
Json = dict[str, Any]


class Estate:
    """A running sandbox, seen from a play."""

    def __init__(self, process: subprocess.Popen[bytes], ready: Json) -> None:
        self.process = process
        self.ready = ready
        self._http = requests.Session()
        # The machine's own certificate settings would win over the sandbox's authority.
        self._http.trust_env = False
        self._http.verify = ready["ca_path"]

    def control(self, method: str, path: str, body: Any = None) -> Json:
        answer = self._http.request(method, f"{self.ready['control_url']}/{path}", json=body, timeout=120)
        answer.raise_for_status()
        result: Json = answer.json()
        return result

    def fault(self, **rule: Any) -> None:
        self.control("POST", "faults", rule)

    def play(self, module: str, *, check: bool = False, **arguments: Any) -> Json:
        """Run a module as its action plugin does, with the admin's access token where no user is given."""
        entry = ENTRIES[module]
        platform = arguments.get("platform", "commvault")
        connection = {
            "platform": platform,
            "url": self.ready[f"{platform}_url"],
            "ca_path": self.ready["ca_path"],
            **({} if "username" in arguments else {"token": self.ready["access_token"]}),
        }
        checked = ArgumentSpecValidator(entry.argument_spec).validate({**connection, **arguments})
        assert not checked.error_messages, checked.error_messages
        return execute(entry, Run(params=checked.validated_parameters, check_mode=check, diff=True))

    def received(self) -> list[Json]:
        """Return what was received since the last look, and forget it."""
        found: list[Json] = self.control("GET", "requests")["requests"]
        self.control("DELETE", "requests")
        return found

    def writes(self) -> list[Json]:
        """Return the changing requests since the last look, without logins."""
        return [
            entry for entry in self.received() if entry["write"] and not re.search("(?i)log(in|out)$", entry["path"])
        ]

    def count(self) -> Counter[str]:
        """Count the requests since the last look, by method and path without IDs."""
        return Counter(
            f"{entry['method']} {re.sub(r'[0-9]+', 'N', entry['path'].rpartition('/api/')[2])}"
            for entry in self.received()
        )

    def schedules(self) -> int:
        """Return how many schedules there are."""
        return int(self.control("GET", "state")["schedules"])


@contextmanager
def running(folder: Path, *options: str) -> Iterator[Estate]:
    """Run a sandbox for the length of a ``with`` block."""
    ready = folder / "ready.json"
    program = REPOSITORY / ".venv" / "bin" / "nightshift-sandbox"
    process = subprocess.Popen([str(program), "serve", "--ready-file", str(ready), *options], stdout=subprocess.DEVNULL)
    try:
        end = time.monotonic() + 30
        while not ready.exists():
            assert process.poll() is None, "the sandbox ended before it was ready"
            assert time.monotonic() < end, "the sandbox is not ready after 30 seconds"
            time.sleep(0.05)
        yield Estate(process, json.loads(ready.read_text()))
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)
