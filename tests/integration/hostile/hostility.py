# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers that no sane server gives, made of those that a server gave. Seeded, so that each can be made again."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from .wire import Answer

# Written into the JSON as they are, because no value of Python's stands for some of them.
_LEAVES = (
    "null", "true", "false", "0", "-1", "1", "3", "1e308", "1e-400", "-0.0", "NaN", "Infinity", "-Infinity",
    str(2**31), str(2**63), "-" + "9" * 40, "9" * 4000, "9" * 5000, "1.5",
    '""', '" "', '"0"', '"-1"', f'"{"9" * 5000}"', '"NaN"', '"1e400"', '"\\u0661"', '"\\u00b2"', '"\\u0000"',
    '"\\ud800"', '"\\u001b[31m\\u0007"', '"\\u202e\\u2028"', f'"{"x" * 100_000}"', '"../../etc/passwd"',
    '"tasks/all?force=true#"', '"%2e%2e%2f"', '"<a b=\'c\'>&x;]]>"', '"Completed"', '"FINISHED"', '"SUCCESS"',
    '"2026-01-01T00:00:00Z"', "[]", "[null]", "[[]]", "{}", '{"": null}', '{"name": null}', '{"guid": 5}',
    '{"val": {}}', '{"__class__": "x"}', "[1, \"x\", null, {}, []]", "[" * 60 + "]" * 60, "[" * 600 + "]" * 600,
    '{"a":' * 90 + "1" + "}" * 90, '{"a":' * 600 + "1" + "}" * 600, "[" + "0," * 50_000 + "0]",
)  # fmt: skip
_MARK = "\x00the place\x00"
_QUOTED = json.dumps(_MARK)

_BOMB = b"""<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">]><r taskId="1">&d;</r>"""
_FILE = (
    b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r taskId="7"><jobIds val="&x;"/></r>'
)
_BODIES = (
    b"", b" ", b"null", b"true", b"5", b'"text"', b"[]", b"{}", b"[[]]", b"[null]", b"{", b'{"', b"\xff\xfe\x00",
    b"\x00" * 100, b"<html><title>Sign in</title></html>", b"<", b"<r/>", b"<r", _BOMB, _FILE, b"<a>" * 5000,
    b"[" * 100_000, b'{"a":' * 100_000, b"%PDF-1.7", b"taskId=1&jobIds=2", b'{"taskId": 1, "taskId": 2}',
)  # fmt: skip

Change = Callable[[Answer], Answer]


def change(chance: random.Random) -> tuple[str, Change]:
    """Return a way to spoil an answer, and what to call it."""
    kind = chance.choices(("leaf", "key", "body", "bytes", "head"), (60, 12, 10, 10, 8))[0]
    makers: dict[str, Callable[[random.Random], tuple[str, Change]]] = {
        "leaf": _leaf, "key": _key, "body": _body, "bytes": _bytes, "head": _head,
    }  # fmt: skip
    return makers[kind](chance)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    # A long list is more of the same.
    for number, (key, child) in enumerate(children):
        if number < 40:
            found += _places(child, (*path, key))
    return found


def _holder(document: Any, path: tuple[Any, ...]) -> Any:
    for step in path[:-1]:
        document = document[step]
    return document


def _leaf(chance: random.Random) -> tuple[str, Change]:
    leaf, where = chance.choice(_LEAVES), chance.random()

    def spoil(answer: Answer) -> Answer:
        document = _document(answer)
        places = _places(document)
        if not places:
            return replace(answer, content=leaf.encode())
        path = places[int(where * len(places))]
        _holder(document, path)[path[-1]] = _MARK
        return replace(answer, content=json.dumps(document).replace(_QUOTED, leaf).encode())

    return f"leaf {where:.4f} = {leaf[:40]}", spoil


def _key(chance: random.Random) -> tuple[str, Change]:
    where, how = chance.random(), chance.choice(("missing", "renamed", "doubled", "many"))

    def spoil(answer: Answer) -> Answer:
        document = _document(answer)
        places = _places(document)
        if not places:
            return answer
        path = places[int(where * len(places))]
        holder = _holder(document, path)
        value = holder.pop(path[-1])
        if how == "renamed" and isinstance(holder, dict):
            holder[str(path[-1]).upper()] = value
        elif how == "doubled" and isinstance(holder, list):
            holder += [value, value]
        elif how == "many" and isinstance(holder, list):
            holder += [value] * 2000
        return replace(answer, content=json.dumps(document).encode())

    return f"key {where:.4f} {how}", spoil


def _body(chance: random.Random) -> tuple[str, Change]:
    body = chance.choice(_BODIES)
    return f"body {body[:40]!r}", lambda answer: replace(answer, content=body)


def _bytes(chance: random.Random) -> tuple[str, Change]:
    how, where = chance.choice(("cut", "byte", "bom", "utf-16", "latin-1", "nul", "twice")), chance.random()

    def spoil(answer: Answer) -> Answer:
        content = answer.content
        place = int(where * len(content))
        text = content.decode("utf-8", "replace")
        spoilt = {
            "cut": content[:place],
            "byte": content[:place] + b"\xc3\x28" + content[place + 1 :],
            "bom": b"\xef\xbb\xbf" + content,
            "utf-16": text.encode("utf-16"),
            "latin-1": text.replace("e", "é").encode("latin-1", "replace"),
            "nul": content[:place] + b"\x00" + content[place:],
            "twice": content + content,
        }[how]
        return replace(answer, content=spoilt)

    return f"bytes {how} {where:.4f}", spoil


def _head(chance: random.Random) -> tuple[str, Change]:
    how = chance.choice(
        (
            "type",
            "date",
            "no date",
            "old",
            "future",
            "204",
            "206",
            "201",
            "304",
            "499",
            "599",
            "gzip",
            "bad gzip",
            "bomb",
        )
    )

    def spoil(answer: Answer) -> Answer:
        headers = dict(answer.headers)
        if how == "type":
            return replace(answer, headers={**headers, "content-type": "image/png; charset=\xff"})
        if how == "no date":
            return replace(answer, headers={name: value for name, value in headers.items() if name != "date"})
        dates = {"date": "\x01", "old": "Thu, 01 Jan 1970 00:00:00 GMT", "future": "Fri, 31 Dec 9999 23:59:59 GMT"}
        if how in dates:
            return replace(answer, headers={**headers, "date": dates[how]})
        if how.isdigit():
            return replace(answer, status=int(how))
        bodies = {
            "gzip": gzip.compress(answer.content),
            "bad gzip": answer.content[:20],
            "bomb": gzip.compress(b"[" + b"[]," * 200_000 + b"[]]"),
        }
        return replace(answer, headers={**headers, "content-encoding": "gzip"}, content=bodies[how])

    return f"head {how}", spoil


def _document(answer: Answer) -> Any:
    try:
        return json.loads(answer.content)
    except ValueError:
        return None
