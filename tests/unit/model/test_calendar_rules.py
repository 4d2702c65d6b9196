# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hold next runs to an independent calculation: the recurrence rules and time zones of dateutil.

``NIGHTSHIFT_CALENDAR_PATTERNS`` says how many random patterns are tried (default 300; 10000 is the long form), and
``NIGHTSHIFT_CALENDAR_SEED`` where the random numbers begin.
"""

from __future__ import annotations

import datetime as dt
import os
import random
from collections.abc import Iterator
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from ansible_collections.nightshift.backup.plugins.module_utils.model.calendar import next_runs
from ansible_collections.nightshift.backup.plugins.module_utils.model.pattern import (
    NEVER,
    WEEK_DAYS,
    Day,
    Exceptions,
    Frequency,
    SchedulePattern,
    Week,
    make_exceptions,
)
from dateutil import rrule, tz

PATTERNS = int(os.environ.get("NIGHTSHIFT_CALENDAR_PATTERNS", "300"))
SEED = int(os.environ.get("NIGHTSHIFT_CALENDAR_SEED", "20261122"))

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Africa/Cairo",
         "Asia/Kathmandu", "America/St_Johns")  # fmt: skip
# Days on which clocks change somewhere: patterns near them are where mistakes are.
EDGES = (dt.date(2024, 2, 28), dt.date(2026, 3, 7), dt.date(2026, 3, 28), dt.date(2026, 10, 24), dt.date(2026, 10, 31),
         dt.date(2027, 4, 3), dt.date(2028, 2, 28), dt.date(2026, 12, 30))  # fmt: skip
FREQUENCIES = (Frequency.ONCE, Frequency.DAILY, Frequency.WEEKLY, Frequency.MONTHLY, Frequency.MONTHLY_RELATIVE,
               Frequency.YEARLY, Frequency.YEARLY_RELATIVE)  # fmt: skip

RULE_DAYS = dict(zip(WEEK_DAYS, (rrule.MO, rrule.TU, rrule.WE, rrule.TH, rrule.FR, rrule.SA, rrule.SU), strict=True))
KINDS: dict[Day, list[Any]] = {
    **{day: [rule] for day, rule in RULE_DAYS.items()},
    Day.DAY: list(RULE_DAYS.values()),
    Day.WEEKDAY: list(RULE_DAYS.values())[:5],
    Day.WEEKEND_DAY: list(RULE_DAYS.values())[5:],
}
POSITIONS = {Week.FIRST: 1, Week.SECOND: 2, Week.THIRD: 3, Week.FOURTH: 4, Week.LAST: -1}


def random_pattern(chance: random.Random) -> tuple[SchedulePattern, dt.datetime, ZoneInfo]:
    """Return a pattern, the time after which to look, and a zone."""
    frequency = chance.choice(FREQUENCIES)
    start = chance.choice(EDGES) + dt.timedelta(days=chance.randint(-800, 30) if chance.random() < 0.5 else 0)
    at = dt.time(chance.choice((0, 1, 2, 2, 3, 12, 23)), chance.choice((0, 15, 30, 59)), chance.choice((0, 0, 30)))
    values: dict[str, Any] = {"at": at, "start_date": start}
    if frequency in (Frequency.DAILY, Frequency.WEEKLY, Frequency.MONTHLY, Frequency.MONTHLY_RELATIVE):
        values["every"] = chance.choice((None, 1, 1, 2, 3, 5, 17))
    if frequency is Frequency.WEEKLY:
        chosen = chance.sample(WEEK_DAYS, chance.randint(1, 7))
        values["days"] = tuple(day for day in WEEK_DAYS if day in chosen)
    if frequency in (Frequency.MONTHLY, Frequency.YEARLY):
        values["day_of_month"] = chance.choice((1, 13, 28, 29, 30, 31))
    if frequency in (Frequency.YEARLY, Frequency.YEARLY_RELATIVE):
        values["month"] = chance.choice((2, chance.randint(1, 12)))
    if frequency in (Frequency.MONTHLY_RELATIVE, Frequency.YEARLY_RELATIVE):
        values.update(week=chance.choice(list(Week)), day=chance.choice(list(Day)))
    if frequency is not Frequency.ONCE:
        _add_limits(values, chance)
    near = chance.choice((start, start, *EDGES))
    after = dt.datetime.combine(near, dt.time(chance.randint(0, 23), 30), dt.timezone.utc)
    after += dt.timedelta(days=chance.choice((-3, -1, 0, 0, 1, chance.randint(0, 400))))
    return SchedulePattern(frequency, **values), after, ZoneInfo(chance.choice(ZONES))


def _add_limits(values: dict[str, Any], chance: random.Random) -> None:
    if chance.random() < 0.4:
        values["occurrences"] = chance.choice((0, 1, 2, 7, 40))
    if chance.random() < 0.3:
        values["end_date"] = chance.choice((NEVER, values["start_date"] + dt.timedelta(days=chance.randint(0, 900))))
    if chance.random() < 0.4:
        values["repeat_every"] = chance.choice((900, 1800, 3600, 14400, 5011))
        values["repeat_until"] = max(values["at"], dt.time(chance.randint(0, 23), chance.choice((0, 30, 59))))
    if chance.random() < 0.4:
        days = set(chance.sample(range(1, 32), chance.randint(0, 4)))
        relative = {(chance.choice(list(Week)), chance.choice(list(Day))) for _unused in range(chance.randint(0, 2))}
        values["exceptions"] = make_exceptions(days, relative)


def days_by_rule(pattern: SchedulePattern) -> rrule.rruleset:
    """Return the days of a pattern as a set of recurrence rules. Weeks begin on Sunday."""
    assert pattern.start_date is not None
    start = dt.datetime.combine(pattern.start_date, dt.time())
    end = None
    if pattern.end_date is not None and pattern.end_date != NEVER:
        end = dt.datetime.combine(pattern.end_date, dt.time())
    common: dict[str, Any] = {"dtstart": start, "until": end, "wkst": rrule.SU, "interval": pattern.every or 1}
    found = rrule.rruleset()
    found.rrule(_rule(pattern, common))
    for rule in _exception_rules(pattern.exceptions or Exceptions(), start):
        found.exrule(rule)
    return found


def _rule(pattern: SchedulePattern, common: dict[str, Any]) -> rrule.rrule:
    if pattern.frequency is Frequency.ONCE:
        return rrule.rrule(rrule.DAILY, count=1, dtstart=common["dtstart"])
    if pattern.frequency is Frequency.DAILY:
        return rrule.rrule(rrule.DAILY, **common)
    if pattern.frequency is Frequency.WEEKLY:
        return rrule.rrule(rrule.WEEKLY, byweekday=[RULE_DAYS[day] for day in pattern.days or ()], **common)
    months: dict[str, Any] = {"bymonth": pattern.month} if pattern.month else {}
    unit: Any = rrule.YEARLY if pattern.month else rrule.MONTHLY
    if pattern.day_of_month:
        # The last that there is of the days up to the one wanted.
        days = [pattern.day_of_month] if pattern.day_of_month <= 28 else list(range(28, pattern.day_of_month + 1))
        return rrule.rrule(unit, bymonthday=days, bysetpos=-1, **months, **common)
    assert pattern.day
    assert pattern.week
    return rrule.rrule(unit, byweekday=KINDS[pattern.day], bysetpos=POSITIONS[pattern.week], **months, **common)


def _exception_rules(exceptions: Exceptions, start: dt.datetime) -> Iterator[rrule.rrule]:
    if exceptions.days_of_month:
        yield rrule.rrule(rrule.MONTHLY, dtstart=start, bymonthday=list(exceptions.days_of_month))
    for week, day in exceptions.relative:
        yield rrule.rrule(rrule.MONTHLY, dtstart=start, byweekday=KINDS[day], bysetpos=POSITIONS[week])


def runs_by_rule(
    pattern: SchedulePattern, after: dt.datetime, zone: ZoneInfo, count: int
) -> list[tuple[str, str | None]]:
    """Return the runs that the rules give, each with its offset and mark."""
    place = tz.gettz(zone.key)
    limit = pattern.occurrences or None
    found: dict[dt.datetime, tuple[dt.datetime, str | None]] = {}
    early = after.replace(tzinfo=None) - dt.timedelta(days=3)
    # A gap can bring two runs together or change their order, so take some more than asked and sort.
    for wall in islice(_walls(pattern), limit):
        if wall < early:
            continue
        local = wall.replace(tzinfo=place)
        mark = "gap" if not tz.datetime_exists(local) else "fold" if tz.datetime_ambiguous(local) else None
        real = tz.resolve_imaginary(local)
        if real.astimezone(dt.timezone.utc) > after:
            found.setdefault(real.astimezone(dt.timezone.utc), (real, mark))
        if len(found) >= count + 20:
            break
    return [(found[instant][0].isoformat(), found[instant][1]) for instant in sorted(found)[:count]]


def _walls(pattern: SchedulePattern) -> Iterator[dt.datetime]:
    assert pattern.at is not None
    for day in days_by_rule(pattern):
        if day.year > 2036:
            return
        first = dt.datetime.combine(day.date(), pattern.at)
        yield first
        if pattern.repeat_every and pattern.repeat_until:
            last = dt.datetime.combine(day.date(), pattern.repeat_until)
            step = dt.timedelta(seconds=pattern.repeat_every)
            while first + step <= last:
                first += step
                yield first


def test_next_runs_agree_with_recurrence_rules() -> None:
    chance = random.Random(SEED)
    marks = set()
    for number in range(PATTERNS):
        pattern, after, zone = random_pattern(chance)
        ours = [(run.at.isoformat(), run.mark) for run in next_runs(pattern, after, zone) if run.at.year <= 2036]
        marks |= {mark for _unused, mark in ours}
        theirs = runs_by_rule(pattern, after, zone, 5)
        assert ours == theirs[: len(ours)], (number, pattern, after, zone)
        assert len(ours) == len(theirs), (number, pattern, after, zone)
    assert PATTERNS < 300 or marks == {None, "gap", "fold"}
