# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every result goes through before anybody sees it: plain JSON types, and no secrets."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, is_dataclass
from datetime import date, datetime, timezone
from enum import Enum
from typing import Any

from ansible.module_utils.common.parameters import remove_values, sanitize_keys

from .api.redact import spellings
from .platforms.registry import PLATFORMS

# A derived spelling of a shorter secret would occur in ordinary words.
_SHORTEST_DERIVED = 4

# Words of our own results, which stay readable even where somebody chose one of them as a password.
_RESULT_KEYS = frozenset(
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


def plain(value: Any, text: Callable[[str], str] = str) -> Any:
    """Return ``value`` in the types of JSON, whatever it was: on newer cores anything else costs the whole result.

    ``text`` is applied to every text but the keys.
    """
    if isinstance(value, Enum):
        return plain(value.value, text)
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, (str, bytes)):
        return text(value.decode("utf-8", "replace") if isinstance(value, bytes) else value)
    return _plain_container(value, text)


def _plain_container(value: Any, text: Callable[[str], str]) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value), text)
    if isinstance(value, Mapping):
        return {str(plain(key)): plain(entry, text) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(entry, text) for entry in value]
    if isinstance(value, (set, frozenset)):
        return sorted((plain(entry, text) for entry in value), key=str)
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
    derived: set[str] = set()
    for secret in plain_secrets:
        derived |= spellings(secret)
    platform = PLATFORMS.get(str(params.get("platform")))
    if platform:
        derived.update(platform.dialect_factory().secrets(username, password, token))
    derived = {secret for secret in derived if len(secret) >= _SHORTEST_DERIVED}
    found = {secret for secret in plain_secrets | derived if secret.strip()}
    return tuple(sorted(found, key=lambda secret: (-len(secret), secret)))


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def without_secrets(value: Any, secrets: tuple[str, ...]) -> Any:
    """Return ``value`` with all ``secrets`` in it masked, as Ansible masks them."""
    return remove_values(value, secrets)


def clean_result(result: Mapping[str, Any], secrets: tuple[str, ...], names: Iterable[str]) -> dict[str, Any]:
    """Return ``result`` in plain JSON types and without ``secrets``, in keys and in values.

    ``names`` are the module's option names: a key of that name is ours, and shows nothing.
    """
    masked: dict[str, Any] = sanitize_keys(
        remove_values(plain(result), secrets), secrets, ignore_keys=_RESULT_KEYS | frozenset(names)
    )
    return masked
