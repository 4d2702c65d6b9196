# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every result goes through before anybody sees it: plain JSON types, and no secrets."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import asdict, is_dataclass
from datetime import date, datetime, timezone
from enum import Enum
from typing import Any
from urllib.parse import unquote

from ansible.module_utils.common.parameters import remove_values, sanitize_keys

from .api.connection import FILES, content_problem
from .api.redact import spellings
from .platforms.registry import PLATFORMS

# What is shorter occurs in ordinary words. Of such a secret no derived spelling is masked, nor are keys for its sake.
_SHORTEST = 4

# Words of our own results, which stay readable even where somebody chose one of them as a password.
RESULT_KEYS = frozenset(
    {
        "after",
        "before",
        "body",
        "changed",
        "code",
        "diff",
        "error",
        "exception",
        "expires",
        "failed",
        "http_status",
        "id",
        "invocation",
        "job_ids",
        "jobs",
        "kind",
        "level",
        "message",
        "method",
        "module_args",
        "msg",
        "name",
        "outcome",
        "path",
        "progress",
        "requests",
        "state",
        "target",
        "task_id",
        "tasks",
        "token",
        "username",
        "warnings",
    }
)


def plain(value: Any, text: Callable[[str], str] = str, kept: Container[str] = frozenset()) -> Any:
    """Return ``value`` in the types of JSON, whatever it was: on newer cores anything else costs the whole result.

    ``text`` is applied to every text, but to no key in ``kept``.
    """
    if isinstance(value, Enum):
        return plain(value.value, text, kept)
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, (str, bytes)):
        return text(value.decode("utf-8", "replace") if isinstance(value, bytes) else value)
    return _plain_container(value, text, kept)


def _plain_container(value: Any, text: Callable[[str], str], kept: Container[str]) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value), text, kept)
    if isinstance(value, Mapping):
        named = ((str(plain(key)), entry) for key, entry in value.items())
        return {key if key in kept else text(key): plain(entry, text, kept) for key, entry in named}
    if isinstance(value, (list, tuple)):
        return [plain(entry, text, kept) for entry in value]
    if isinstance(value, (set, frozenset)):
        return sorted((plain(entry, text, kept) for entry in value), key=str)
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(timezone.utc).isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return text(str(value))


def secrets_of(params: Mapping[str, Any], marked: Iterable[Any] = ()) -> tuple[str, ...]:
    """Return every text that must not be shown: values ``marked`` as ``no_log``, and what is derived from them.

    The longest come first, because before 2.19 core masks them in the order given, and would leave the rest of a
    secret that contains another. ``params`` may be unvalidated, so nothing is taken for granted about its types.
    """
    username, password, token = (_text(params.get(name)) for name in ("username", "password", "token"))
    plain_secrets = {str(value) for value in marked} | {secret for secret in (password, token) if secret}
    sources = plain_secrets | set(_misplaced(params))
    platform = PLATFORMS.get(str(params.get("platform")))
    if platform:
        sources.update(platform.dialect_factory().secrets(username, password, token))
    derived = {text for secret in sources for text in spellings(secret) if len(text) >= _SHORTEST}
    found = {secret for secret in plain_secrets | derived if secret.strip()}
    return tuple(sorted(found, key=lambda secret: (-len(secret), secret)))


def _misplaced(params: Mapping[str, Any]) -> Iterator[str]:
    """Yield secrets that stand where none belongs: in a URL, or in place of the name of a file."""
    address = str(params.get("url") or "")
    scheme, slashes, rest = address.partition("//")
    authority = re.split("[/?#]", rest if slashes else scheme, maxsplit=1)[0]
    user, at, _host = authority.rpartition("@")
    misplaced = [user.partition(":")[2] or user] if at else []
    for pair in re.split("[?#&]", address)[1:]:
        misplaced += [pair, pair.partition("=")[2]]
    yield from (spelt for text in misplaced for spelt in (text, unquote(text)))
    for option in FILES:
        content = params.get(option)
        if content_problem(option, content):
            # Line by line as well, since that is how errors may repeat it.
            yield from (str(content), *(line for line in str(content).split() if not line.startswith("-----")))


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def without_secrets(value: Any, secrets: tuple[str, ...]) -> Any:
    """Return ``value`` with all ``secrets`` in it masked, as Ansible masks them."""
    return remove_values(value, secrets)


def clean_result(result: Mapping[str, Any], secrets: tuple[str, ...], names: Iterable[str]) -> dict[str, Any]:
    """Return ``result`` in plain JSON types and without ``secrets``, in keys and in values.

    ``names`` are the module's option names: a key of that name is ours, and shows nothing.
    """
    in_keys = [secret for secret in secrets if len(secret) >= _SHORTEST]
    masked: dict[str, Any] = sanitize_keys(
        remove_values(plain(result), secrets), in_keys, ignore_keys=RESULT_KEYS | frozenset(names)
    )
    return masked
