# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong with requests, drawn at random from a seed."""

from __future__ import annotations

import os
from random import Random
from typing import Any

Json = dict[str, Any]


def seed(name: str) -> int:
    """Return the seed of a campaign, and say it: with it, the same things go wrong again."""
    given = os.environ.get("NIGHTSHIFT_FAULTS_SEED")
    chosen = int(given) if given else Random().randrange(10**9)
    print(f"{name}: NIGHTSHIFT_FAULTS_SEED={chosen}")
    return chosen


# Answers that leave open what became of a request, each with and without its effect.
_OPEN: tuple[tuple[str, Json], ...] = (
    *((f"connection lost {when}", {"fault": f"drop_{when}"}) for when in ("before", "after")),
    *((f"no answer, effect {effect}", {"fault": "hang", "effect": effect}) for effect in (True, False)),
    *(
        (f"HTTP {status}, effect {effect}", {"fault": "status", "status": status, "effect": effect})
        for status in (500, 502, 503, 504)
        for effect in (True, False)
    ),
    *(
        (f"page with HTTP {status}, effect {effect}", {"fault": "html", "status": status, "effect": effect})
        for status in (200, 503)
        for effect in (True, False)
    ),
    *((f"redirect elsewhere, effect {effect}", {"fault": "redirect", "effect": effect}) for effect in (True, False)),
    ("empty answer", {"fault": "empty"}),
    ("unreadable answer", {"fault": "invalid_utf8"}),
    *((f"answer cut at {keep}", {"fault": "truncated", "keep": keep}) for keep in (0.05, 0.5, 0.95)),
)
# Answers that say that nothing was done.
_REFUSED: tuple[tuple[str, Json], ...] = (
    ("HTTP 429", {"fault": "rate_limit", "retry_after": 2}),
    ("token expired", {"fault": "expired_token"}),
    ("error in HTTP 200", {"fault": "error_in_200"}),
    ("redirect of the same path", {"fault": "redirect", "status": 307}),
    ("HTTP 400 with the vendor's words", {"fault": "status", "status": 400, "vendor_body": True}),
)
_PASSING: tuple[tuple[str, Json], ...] = (
    ("connection lost", {"fault": "drop_before"}),
    ("HTTP 500", {"fault": "status", "status": 500}),
    ("HTTP 503", {"fault": "status", "status": 503}),
    ("HTTP 429", {"fault": "rate_limit", "retry_after": 2}),
    ("page", {"fault": "html", "status": 200}),
    ("redirect", {"fault": "redirect"}),
    ("empty answer", {"fault": "empty"}),
    ("cut answer", {"fault": "truncated"}),
    ("token expired", {"fault": "expired_token"}),
    ("error in HTTP 200", {"fault": "error_in_200"}),
)


def of_a_change(rng: Random, settle: float, *, late: bool = True) -> tuple[str, list[Json]]:
    """Return what goes wrong with one request that changes something: its name and its rules.

    With ``late``, the effect may come later than anybody looks for it.
    """
    chance = rng.random()
    quiet = []
    if rng.random() < 0.3:
        quiet = [{"fault": "job_late", "seconds": rng.uniform(0.1, settle * 0.7)}]
    if chance < 0.2:
        return "nothing", quiet
    if chance < 0.35:
        name, rule = rng.choice(_REFUSED)
        return name, [rule]
    if chance < 0.5:
        fault = rng.choice(("drop_before", "hang", "status", "html"))
        seconds = rng.uniform(0.05, settle * (2.0 if late else 0.7))
        return f"{fault}, effect later", [*quiet, {"fault": fault, "effect_after": seconds}]
    name, rule = rng.choice(_OPEN)
    return name, [*quiet, rule]


def of_a_look(rng: Random) -> tuple[str, Json]:
    """Return what goes wrong with one request that only reads."""
    return rng.choice(_PASSING)
