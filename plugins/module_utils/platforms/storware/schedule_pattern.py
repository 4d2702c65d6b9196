# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The words of a play for a rhythm, and what they change of one that is there. Pure.

``pattern`` has words for most rhythms; ``storware.weeks`` and ``storware.months`` say the rest.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from ...model.pattern import WEEK_DAYS, Day, Frequency, PatternError, SchedulePattern, Week
from ...model.pattern_options import option_value
from ...model.pattern_values import MONTHS, write_time
from .schedule_times import TIME_KEYS, Rhythm, Timing, localize, read_timing, universal
from .schedule_zones import UTC, offset_at, other_offsets, read_zone

_ONE_DAY = (Frequency.MONTHLY_RELATIVE, Frequency.YEARLY_RELATIVE)
_PATTERN_KEYS = ("days", "week", "day", "month", "at", "repeat_every", "repeat_until")


@dataclass(frozen=True)
class Words:
    """What a play says of when a schedule runs. ``None`` is "not given"; empty ``weeks`` or ``months`` mean all."""

    pattern: SchedulePattern | None = None
    weeks: tuple[Week, ...] | None = None
    months: tuple[int, ...] | None = None

    def __bool__(self) -> bool:
        """Tell whether it says anything."""
        return self != Words()

    @property
    def zone(self) -> dt.tzinfo:
        """The rules of the time zone in which it speaks."""
        return read_zone(self.pattern.timezone if self.pattern is not None else None)


@dataclass(frozen=True)
class Difference:
    """One option whose meaning differs, with both values in its words. ``dst`` when only the clocks have changed."""

    key: str
    before: Any
    after: Any
    dst: bool = False


class _Class(Enum):
    """What kind of rhythm it is, by the number of its days, weeks and months."""

    DAYS = Frequency.WEEKLY
    MONTHLY = Frequency.MONTHLY_RELATIVE
    YEARLY = Frequency.YEARLY_RELATIVE


def spoken(timing: Timing, zone: str | None, moment: dt.datetime) -> Words:
    """Return the words for a timing in a zone; in UTC where it has no form in that zone."""
    rules = read_zone(zone)
    rhythm, name = localize(timing, offset_at(rules, moment)), zone or UTC
    if rhythm is None:
        rhythm, name = localize(timing, 0), UTC
    if rhythm is None:
        return Words(SchedulePattern(Frequency.OTHER, native=timing.native()))
    return _in_words(rhythm, name)


def wanted(words: Words, present: Timing | None, moment: dt.datetime) -> Timing:
    """Return the timing that the words ask for, with what they leave open as it is ``present``.

    Raises ``PatternError`` for what the server has no form for.
    """
    return wanted_at(words, present, offset_at(words.zone, moment))


def wanted_at(words: Words, present: Timing | None, offset: int) -> Timing:
    """Return the same for clocks that are ahead of UTC by ``offset`` seconds."""
    pattern = words.pattern
    if pattern is not None and pattern.frequency is Frequency.OTHER:
        known = {} if present is None else present.native()
        return read_timing({**known, **(pattern.native or {})})
    rhythm = localize(present, offset) if present is not None else None
    return universal(_overlaid(words, rhythm), offset)


def differences(words: Words, present: Timing, moment: dt.datetime) -> list[Difference]:
    """Return what has to change for the words to be true, empty when nothing. Raises as :func:`wanted`."""
    if not words:
        return []
    offset = offset_at(words.zone, moment)
    if wanted_at(words, present, offset) == present:
        return []
    before = localize(present, offset)
    found = list(_compared(words, present, before))
    if any(_is_met(words, present, other) for other in other_offsets(words.zone, moment)):
        return [replace(difference, dst=True) for difference in found]
    return found


def _is_met(words: Words, present: Timing, offset: int) -> bool:
    """Tell whether the words were true when the clocks had this offset."""
    try:
        return wanted_at(words, present, offset) == present
    except PatternError:
        return False


def _compared(words: Words, present: Timing, before: Rhythm | None) -> Iterator[Difference]:
    pattern = words.pattern
    if pattern is not None and pattern.frequency is Frequency.OTHER:
        shown = present.native()
        for key, value in (pattern.native or {}).items():
            if read_timing({**shown, key: value}) != present:
                yield Difference(f"pattern.native.{key}", shown.get(key), value)
        return
    if pattern is not None:
        now = _like(pattern.frequency, before)
        was = _frequency_of(before)
        if now is None or before is None or _is_reset(words, before):
            yield Difference("pattern.frequency", was.value if was else None, pattern.frequency.value)
        for key in _PATTERN_KEYS:
            value, old = getattr(pattern, key), getattr(now, key) if now is not None else None
            if value is not None and value != old and (value or old):
                frequency = pattern.frequency
                yield Difference(
                    f"pattern.{key}", option_value(frequency, key, old), option_value(frequency, key, value)
                )
    for key in ("weeks", "months"):
        said = getattr(words, key)
        old = getattr(before, key) if before is not None else ()
        if said is not None and said != old:
            yield Difference(f"storware.{key}", _names(old), _names(said))


def _is_reset(words: Words, before: Rhythm) -> bool:
    """Tell whether something ends that the words leave open, because it belongs to another frequency than theirs."""
    after = _overlaid(words, before)
    spoken_of = {
        "weeks": words.weeks is not None or (words.pattern is not None and words.pattern.week is not None),
        "months": words.months is not None or (words.pattern is not None and words.pattern.month is not None),
        "every": words.pattern is not None and words.pattern.repeat_every is not None,
    }
    return any(getattr(before, key) != getattr(after, key) for key, said in spoken_of.items() if not said)


def _names(values: tuple[Week, ...] | tuple[int, ...]) -> list[str]:
    return [value.value if isinstance(value, Week) else MONTHS[value - 1] for value in values]


def extra_options(words: Words) -> dict[str, Any]:
    """Return the options beside ``pattern`` that the words need."""
    return {key: _names(getattr(words, key)) for key in ("weeks", "months") if getattr(words, key)}


def _class_of(rhythm: Rhythm | None) -> _Class:
    if rhythm is None or len(rhythm.days) != 1 or len(rhythm.weeks) != 1:
        return _Class.DAYS
    return _Class.YEARLY if len(rhythm.months) == 1 else _Class.MONTHLY


def _overlaid(words: Words, present: Rhythm | None) -> Rhythm:
    """Return the rhythm that the words ask for, with what they leave open as it is ``present``."""
    pattern = words.pattern
    if pattern is None:
        if present is None:
            raise PatternError("pattern", "pattern is missing; storware.weeks and storware.months narrow its days.")
        return _narrowed(words, present)
    bare = _narrowed(words, _of_pattern(pattern))
    if present is None or not _alike(pattern.frequency, present, bare):
        return _checked(bare)
    kept = replace(
        bare,
        weeks=present.weeks if words.weeks is None and pattern.frequency not in _ONE_DAY else bare.weeks,
        months=present.months
        if words.months is None and pattern.frequency is not Frequency.YEARLY_RELATIVE
        else bare.months,
        every=present.every if pattern.repeat_every is None else bare.every,
        until=present.until if pattern.repeat_every is None else bare.until,
    )
    return _checked(kept)


def _alike(frequency: Frequency, present: Rhythm, bare: Rhythm) -> bool:
    """Tell whether a rhythm is of the frequency that a play names, in the plainest words or in those of the play."""
    by_days = (Frequency.DAILY, Frequency.WEEKLY)
    was = _frequency_of(present)
    return was is frequency or (was in by_days and frequency in by_days) or _class_of(present) is _class_of(bare)


def _frequency_of(rhythm: Rhythm | None) -> Frequency | None:
    plain = _in_words(rhythm, UTC).pattern if rhythm is not None else None
    return plain.frequency if plain is not None else None


def _narrowed(words: Words, rhythm: Rhythm) -> Rhythm:
    return replace(
        rhythm,
        weeks=rhythm.weeks if words.weeks is None else words.weeks,
        months=rhythm.months if words.months is None else words.months,
    )


def _checked(rhythm: Rhythm) -> Rhythm:
    if rhythm.until is not None and rhythm.until < rhythm.at:
        raise PatternError(
            "pattern.repeat_until",
            f"pattern.at is {_clock(rhythm.at)}, after the schedule's repeat_until ({_clock(rhythm.until)}); give "
            "pattern.repeat_every and pattern.repeat_until as well, or repeat_every: 0 to end the repetition.",
        )
    return rhythm


def _of_pattern(pattern: SchedulePattern) -> Rhythm:
    if pattern.frequency is Frequency.DAILY:
        days: tuple[Day, ...] = WEEK_DAYS
    elif pattern.frequency is Frequency.WEEKLY:
        days = pattern.days or ()
    else:
        days = (pattern.day,) if pattern.day is not None else ()
    repeats = bool(pattern.repeat_every)
    return Rhythm(
        days,
        _seconds(pattern.at) or 0,
        (pattern.week,) if pattern.week is not None else (),
        (pattern.month,) if pattern.month is not None else (),
        pattern.repeat_every if repeats else None,
        _seconds(pattern.repeat_until) if repeats else None,
    )


def _in_words(rhythm: Rhythm, zone: str) -> Words:
    """Return the plainest words for a rhythm."""
    kind = _class_of(rhythm)
    if kind is _Class.DAYS:
        frequency = Frequency.DAILY if rhythm.days == WEEK_DAYS else Frequency.WEEKLY
        said = _like(frequency, rhythm)
        weeks, months = rhythm.weeks, rhythm.months
    else:
        said = _like(kind.value, rhythm)
        weeks, months = (), rhythm.months if kind is _Class.MONTHLY else ()
    pattern = replace(said or SchedulePattern(Frequency.WEEKLY), timezone=zone)
    return Words(pattern, weeks or None, months or None)


def _like(frequency: Frequency, rhythm: Rhythm | None) -> SchedulePattern | None:
    """Return a rhythm in the words of a frequency, so far as these go; ``None`` where they do not fit it."""
    if rhythm is None:
        return None
    times: dict[str, Any] = {"at": _time(rhythm.at)}
    if rhythm.every is not None:
        times.update(repeat_every=rhythm.every, repeat_until=_time(rhythm.until or 0))
    if frequency is Frequency.DAILY:
        return SchedulePattern(frequency, **times) if rhythm.days == WEEK_DAYS else None
    if frequency is Frequency.WEEKLY:
        return SchedulePattern(frequency, days=rhythm.days, **times)
    if len(rhythm.days) != 1 or len(rhythm.weeks) != 1:
        return None
    one = {"week": rhythm.weeks[0], "day": rhythm.days[0], **times}
    if frequency is Frequency.MONTHLY_RELATIVE:
        return SchedulePattern(frequency, **one)
    return SchedulePattern(frequency, month=rhythm.months[0], **one) if len(rhythm.months) == 1 else None


def check_native(native: Mapping[str, Any]) -> None:
    """Raise ``PatternError`` for a field that does not say when a schedule runs."""
    for key in native:
        if key not in TIME_KEYS:
            raise PatternError(
                f"pattern.native.{key}",
                f"pattern.native.{key} says nothing of when a schedule runs; allowed are {', '.join(TIME_KEYS)}.",
            )


def _seconds(time: dt.time | None) -> int | None:
    return None if time is None else time.hour * 3600 + time.minute * 60 + time.second


def _time(seconds: int) -> dt.time:
    return dt.time(seconds // 3600, seconds // 60 % 60, seconds % 60)


def _clock(seconds: int) -> str:
    return write_time(_time(seconds))
