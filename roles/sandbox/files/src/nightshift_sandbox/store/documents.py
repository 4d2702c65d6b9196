# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents in SQLite, with a copy in memory so that reads cost nothing."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Json = dict[str, Any]


class Documents:
    """Named collections of JSON objects with integer or text keys.

    :param path: the state file, or None for a store that lives in memory only
    """

    def __init__(self, path: Path | None) -> None:
        self.persistent = path is not None
        if path is not None:
            # The file holds passwords and the authority's key: nobody else may read it, from its first byte on.
            path.touch(mode=0o600, exist_ok=True)
        self._db = sqlite3.connect(str(path) if path else ":memory:")
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.execute("CREATE TABLE IF NOT EXISTS document (kind TEXT, id TEXT, body TEXT, PRIMARY KEY (kind, id))")
        self._kinds: dict[str, dict[str, Json]] = {}
        self._dirty: set[tuple[str, str]] = set()
        for kind, key, body in self._db.execute("SELECT kind, id, body FROM document"):
            self._kinds.setdefault(kind, {})[key] = json.loads(body)

    def get(self, kind: str, key: int | str) -> Json | None:
        """One document, or None."""
        return self._kinds.get(kind, {}).get(str(key))

    def put(self, kind: str, key: int | str, body: Json) -> None:
        """Store a document; it reaches the file with the next :meth:`commit`."""
        self._kinds.setdefault(kind, {})[str(key)] = body
        self._dirty.add((kind, str(key)))

    def delete(self, kind: str, key: int | str) -> None:
        """Remove a document; removing what is not there is fine."""
        self._kinds.get(kind, {}).pop(str(key), None)
        self._dirty.add((kind, str(key)))

    def all(self, kind: str) -> Iterator[Json]:
        """Every document of one kind, in the order they were first stored."""
        return iter(list(self._kinds.get(kind, {}).values()))

    def items(self, kind: str) -> Iterator[tuple[str, Json]]:
        """Every document of one kind with its key, in the order they were first stored."""
        return iter(list(self._kinds.get(kind, {}).items()))

    def count(self, kind: str) -> int:
        """How many documents of one kind there are."""
        return len(self._kinds.get(kind, {}))

    def next_id(self, counter: str, first: int) -> int:
        """The next number of a sequence that starts at `first` and survives restarts."""
        current = self.get("counter", counter)
        value = int(current["value"]) + 1 if current else first
        self.put("counter", counter, {"value": value})
        return value

    def commit(self) -> None:
        """Write what changed since the last call."""
        if not self._dirty:
            return
        dirty, self._dirty = self._dirty, set()
        if not self.persistent:
            return
        for kind, key in dirty:
            body = self.get(kind, key)
            if body is None:
                self._db.execute("DELETE FROM document WHERE kind = ? AND id = ?", (kind, key))
            else:
                self._db.execute("INSERT OR REPLACE INTO document VALUES (?, ?, ?)", (kind, key, json.dumps(body)))
        self._db.commit()

    def close(self) -> None:
        """Write what is left and close the file."""
        self.commit()
        self._db.close()
