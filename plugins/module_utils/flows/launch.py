# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Send a start exactly once.

Servers do not recognise a repeated start, so an answer that never came must not lead to a second request. The
start is looked for instead, and only a request that certainly never left is sent again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..api.errors import Fate, ServiceError, UnknownOutcome, Unreachable
from ..model.outcome import Outcome
from ..model.request import BackupRequest
from ..platforms.base import Receipt, StartCall, Starter
from .surroundings import Surroundings

_PAUSES_BEFORE_RESEND = (1.0, 3.0)
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 3.0


@dataclass(frozen=True)
class Launched:
    """A start that exists on the server, how it came to be known, and after how many requests."""

    outcome: Outcome
    receipt: Receipt
    message: str = ""


@dataclass(frozen=True)
class _Nothing:
    """A start that was not found, and whether it was looked for to the end, so that it can be sent again."""

    in_words: str
    is_sure: bool = False


def launch(
    platform: Starter,
    request: BackupRequest,
    call: StartCall,
    surroundings: Surroundings,
    known: frozenset[str] | None,
) -> Launched:
    """Start the backups of ``call``.

    ``known`` are the IDs of tasks that ran before. Raises the server's refusal, the reason why nothing could be sent,
    or ``UnknownOutcome`` when the fate of the request could not be found out.
    """
    clock = surroundings.clock
    resend_left = 1 if request.resend else 0
    first: ServiceError | None = None
    while True:
        sent_at = clock.monotonic()
        try:
            receipt = _send(platform, call, surroundings)
        except ServiceError as error:
            if error.fate is not Fate.OPEN:
                if first is not None:
                    # Whatever became of the second request, the first may still come.
                    raise _unknown(call, first, "The second request did not succeed either.") from error
                raise
            found = _look_for(platform, request, call, surroundings, known, sent_at)
            if isinstance(found, Launched):
                return found
            if not resend_left or not found.is_sure:
                raise _unknown(call, error, found.in_words) from error
            resend_left -= 1
            first = error
        else:
            return Launched(Outcome.STARTED, receipt)


def _send(platform: Starter, call: StartCall, surroundings: Surroundings) -> Receipt:
    """Send the request; again only when the connection was never made, so that nothing can have arrived."""
    for pause in _PAUSES_BEFORE_RESEND:
        try:
            return platform.start(call)
        except Unreachable as error:
            if error.fate is not Fate.NOT_SENT:
                raise
            surroundings.clock.sleep(pause)
    return platform.start(call)


def _look_for(
    platform: Starter,
    request: BackupRequest,
    call: StartCall,
    surroundings: Surroundings,
    known: frozenset[str] | None,
    sent_at: float,
) -> Launched | _Nothing:
    """Look for the start until it is seen whole or ``settle`` has passed, whatever the look-ups themselves suffer.

    It counts as whole when each target has a job and two looks show the same: how many jobs a backup set makes is not
    known beforehand. What is still not whole at the end is not ``complete``, since the rest may yet appear. Without
    a marker the last look decides, because ours may appear after another one that resembles it.
    """
    clock = surroundings.clock
    if call.marker is None and known is None:
        # Without a marker and without a list from before, a stranger's backup could not be told from ours.
        return _Nothing("Without a marker it cannot be told from other backups, so it was not looked for.")
    surroundings.show(f"the answer to the start of {_names(call)} was lost; looking for it")
    looked_from = clock.monotonic()
    best: Launched | None = None
    pause = _FIRST_PAUSE
    while True:
        try:
            sighting = platform.find_started(call, clock.monotonic() - sent_at, known)
            best, asked = best if call.marker else None, True
        except ServiceError:
            sighting, asked = None, False
        enough = sighting is not None and _is_whole(sighting.receipt, call)
        if sighting is not None:
            seen_before = best is not None and set(best.receipt.job_ids) == set(sighting.receipt.job_ids)
            best = Launched(Outcome.ADOPTED, sighting.receipt, f"found again by {sighting.evidence}")
            if enough and seen_before:
                return best
        left = request.settle - (clock.monotonic() - looked_from)
        if left <= 0:
            break
        clock.sleep(min(_FIRST_PAUSE if enough else pause, left))
        pause = min(2 * pause, _LONGEST_PAUSE)
    if best is not None:
        return replace(best, receipt=replace(best.receipt, complete=_is_whole(best.receipt, call)))
    if not asked:
        return _Nothing(f"The last look for it, after {request.settle:g} s, failed as well.")
    return _Nothing(f"No trace of it was seen within {request.settle:g} s.", is_sure=True)


def _is_whole(receipt: Receipt, call: StartCall) -> bool:
    return receipt.complete and len(receipt.job_ids) >= len(call.targets)


def _names(call: StartCall) -> str:
    first = call.targets[0].label
    return first if len(call.targets) == 1 else f"{first} and {len(call.targets) - 1} more"


def _unknown(call: StartCall, error: ServiceError, search: str) -> UnknownOutcome:
    if call.marker is not None:
        hint = f"look on the server for a job whose description holds {call.marker}"
    else:
        hint = "look on the server for a job of these targets that began at this time"
    return UnknownOutcome(
        f"The start of {_names(call)} was sent and its answer was lost ({error.message}) {search}",
        next_step=f"It may still have been started: {hint} before you run this again.",
        http_status=error.http_status,
        code=error.code,
        method=error.method,
        path=error.path,
        fate=Fate.OPEN,
    )
