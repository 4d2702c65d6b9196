# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A controller that is watched: every place in which a secret could turn up is looked through."""

from __future__ import annotations

import base64
import html
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import yaml
from ansible.parsing.vault import VaultLib, VaultSecret

from ..controller.conftest import HERE, THERE, Controller, Outcome

REMOTE = "remote"
_PIECE = 12

# Ansible puts a shipped module with its arguments here, where pipelining is off, and takes it away again.
_ANSIBLES_OWN = ("remote", "ansible")


def forms(secret: str) -> Iterator[str]:
    """Yield everything that gives ``secret`` away, written independently of what masks it."""
    for text in (secret, secret.strip(), " ".join(secret.split())):
        raw = text.encode()
        written = json.dumps(text)[1:-1]
        yield from (text, written, json.dumps(text, ensure_ascii=False)[1:-1], json.dumps(written)[1:-1])
        yield from (html.escape(text), html.escape(text, quote=False), repr(text)[1:-1], repr(raw)[2:-1])
        yield from (quote(text), quote(text, safe=""), quote_plus(text))
        yield from (base64.b64encode(raw).decode().rstrip("="), base64.urlsafe_b64encode(raw).decode().rstrip("="))
    stripped = secret.strip()
    # A part of it that is this long is too much, too.
    yield from (stripped[:_PIECE], stripped[-_PIECE:])


def contents(folder: Path, seen: dict[str, tuple[int, ...]] | None = None) -> Iterator[tuple[str, str]]:
    """Yield name and content of every file below ``folder``, whatever vanishes meanwhile.

    With ``seen``, which remembers them, only of those that are new or were written since.
    """
    for place, _folders, files in os.walk(folder):
        for name in files:
            with suppress(OSError):
                path = Path(place, name)
                status = path.lstat()
                state = (status.st_ino, status.st_mtime_ns, status.st_size)
                if path.is_symlink() or (seen is not None and seen.get(str(path)) == state):
                    continue
                yield str(path), path.read_bytes().decode(errors="replace")
                if seen is not None:
                    seen[str(path)] = state


@dataclass
class Places:
    """What a run left and showed, by the name of the place."""

    texts: dict[str, str] = field(default_factory=dict)

    def leaks(self, secrets: Mapping[str, str]) -> list[str]:
        """Return which secret is where."""
        found = []
        for name, secret in secrets.items():
            wanted = sorted({form for form in forms(secret) if form}, key=len)
            for place, text in self.texts.items():
                hit = next((form for form in wanted if form in text), None)
                if hit is not None:
                    at = text.index(hit)
                    found.append(f"{name} in {place}: …{text[max(0, at - 200) : at + 100]!r}…")
        return found


class Watch:
    """Looks at command lines and files while a run goes on."""

    def __init__(self, folders: list[Path]) -> None:
        self._folders = folders
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self.command_lines: set[str] = set()
        self.files: dict[str, str] = {}
        self._seen: dict[str, tuple[int, ...]] = {}

    def __call__(self, process: subprocess.Popen[str]) -> None:
        """Begin."""
        self._thread.start()

    def end(self) -> None:
        """End, after a last look at the files."""
        self._over.set()
        self._thread.join()
        self._seen.clear()
        self._look_at_files()

    def _look(self) -> None:
        while not self._over.wait(0.2):
            for path in Path("/proc").glob("[0-9]*"):
                with suppress(OSError):
                    line = (path / "cmdline").read_bytes()
                    self.command_lines.add(line.replace(b"\0", b" ").decode(errors="replace"))
            self._look_at_files()

    def _look_at_files(self) -> None:
        for folder in self._folders:
            self.files.update(contents(folder, self._seen))


class Watched:
    """A controller with three hosts: one in-process, one shipped to locally, one through ``ssh``.

    The latter is as verbose as any other connection of its kind, but goes nowhere.
    """

    def __init__(self, root: Path, inputs: Path) -> None:
        self.controller = Controller(root)
        self.inputs = inputs
        self.home, self.temporary = root / "home", root / "tmp"
        for folder in (self.home, self.temporary):
            folder.mkdir()
        self._write_ssh(root / "ssh")
        (root / "hosts.yml").write_text(yaml.safe_dump({"all": {"hosts": {REMOTE: self._remote(root / "ssh")}}}))

    def _write_ssh(self, path: Path) -> None:
        path.write_text('#!/bin/sh\nfor command; do :; done\nexec /bin/sh -c "$command"\n')
        path.chmod(0o755)

    def _remote(self, ssh: Path) -> dict[str, Any]:
        return {
            "ansible_connection": "ssh",
            "ansible_ssh_executable": str(ssh),
            "ansible_ssh_args": "",
            "ansible_pipelining": True,
            "ansible_python_interpreter": sys.executable,
        }

    def vault(self, name: str, values: Mapping[str, str]) -> Path:
        """Write an encrypted vars file and return its path."""
        sealed = VaultLib([("default", VaultSecret(b"open sesame"))]).encrypt(json.dumps(dict(values)))
        (self.inputs / name).write_bytes(sealed)
        (self.inputs / "vault-password").write_text("open sesame")
        return self.inputs / name

    def vars_file(self, name: str, values: Mapping[str, str]) -> Path:
        """Write a vars file and return its path."""
        (self.inputs / name).write_text(yaml.safe_dump(dict(values)))
        return self.inputs / name

    def run(self, plays: list[dict[str, Any]], *arguments: str, env: Mapping[str, str]) -> tuple[Outcome, Places]:
        """Run ``plays`` at the highest verbosity, and return what came of it and what could be seen of it."""
        root = self.controller.root
        watch = Watch([self.home, self.temporary])
        variables = {
            "HOME": str(self.home),
            "TMPDIR": str(self.temporary),
            "ANSIBLE_LOG_PATH": str(root / "ansible.log"),
            "ANSIBLE_INVENTORY": f"{root / 'inventory.yml'},{root / 'hosts.yml'}",
            # Before 2.21 results always repeat the arguments.
            "ANSIBLE_INJECT_INVOCATION": "1",
            **env,
        }
        try:
            outcome = self.controller.run(
                yaml.safe_dump(plays, sort_keys=False), "-vvvv", *arguments, env=variables, during=watch
            )
        finally:
            watch.end()
        texts = {"stdout": outcome.stdout, "stderr": outcome.stderr, **watch.files}
        texts["command lines"] = "\n".join(watch.command_lines)
        texts |= {name: text for name, text in contents(root) if not name.endswith("/playbook.yml")}
        return outcome, Places(texts)

    def left_behind(self) -> list[str]:
        """Return the files that are left in Ansible's own temporary folders."""
        folders = [self.controller.root / name / "tmp" for name in _ANSIBLES_OWN]
        return [str(path) for folder in [*folders, self.controller.root / "remote"] for path in folder.rglob("*")]


__all__ = ["HERE", "REMOTE", "THERE", "Outcome", "Places", "Watched", "forms"]
