# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the documentation says of each key of ``pattern``. The documentation fragment is made from it.

Ansible itself does not check the keys, because it would turn an unquoted time into text before anybody could see it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .pattern import NEEDED_BY, USED_BY, WEEK_DAYS, Day, Frequency, Week

_WEEKS = [week.value for week in Week]
_KINDS = [day.value for day in Day]

# Type and description of each key; who uses it is added from what the reader itself goes by.
_ROWS: Mapping[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "frequency": (
        {"type": "str", "required": True, "choices": [item.value for item in Frequency]},
        (
            "How the schedule repeats. Which other keys there are depends on it; one that it does not use is refused.",
            "V(other) is a way to repeat that only the server knows; O(pattern.native) describes it.",
            "Storware has V(daily), V(weekly), V(monthly_relative), V(yearly_relative) and V(other).",
        ),
    ),
    "every": (
        {"type": "str"},
        (
            "Every so many days, weeks or months, by default every one. Weeks begin on Sunday.",
            "With V(continuous), the time from the end of a job to the next one, such as V(45m): whole minutes.",
        ),
    ),
    "at": (
        {"type": "str"},
        (
            'The time of day at which the job starts, in the schedule\'s time zone: V("21:00") or V("21:00:30").',
            "It is written in quotes. Without them YAML reads it as a number, which is refused.",
        ),
    ),
    "days": (
        {"type": "list", "elements": "str", "choices": [day.value for day in WEEK_DAYS]},
        ("The days of the week. A text with commas between them will do as well.",),
    ),
    "day_of_month": (
        {"type": "int"},
        ("The day of the month, V(1) to V(31). A month without it runs on its last day.",),
    ),
    "month": ({"type": "str"}, ("The month, V(1) to V(12) or its English name.",)),
    "week": ({"type": "str", "choices": _WEEKS}, ("Which one of O(pattern.day) in the month.",)),
    "day": (
        {"type": "str", "choices": _KINDS},
        ("A day of the week, or any V(day), V(weekday) (Monday to Friday) or V(weekend_day) of the month.",),
    ),
    "start_date": (
        {"type": "str"},
        (
            "The first day, for example V(2026-11-22). A new schedule starts on the server's today unless it says.",
            "It is compared only where it is given, and the day of V(once) always is.",
        ),
    ),
    "end_date": ({"type": "str"}, ("The last day. V(never) takes an end away.",)),
    "occurrences": (
        {"type": "int"},
        ("How often the job starts in all, repetitions within the day included. V(0) is without end.",),
    ),
    "repeat_every": (
        {"type": "str"},
        ("Repeats the job within the day, for example every V(4h). V(0) takes a repetition away.",),
    ),
    "repeat_until": (
        {"type": "str"},
        ("The time of day at which repeating stops, in quotes. Not before O(pattern.at), nor after midnight.",),
    ),
    "timezone": (
        {"type": "str"},
        (
            "The time zone: a name as the server shows it, or an IANA name such as V(Europe/Berlin).",
            "On Commvault, that of the CommServe if not given; V(Client Time Zone) stands for that of each client.",
            "On Storware an IANA name, and UTC if not given.",
            "That server knows UTC alone. Times and days are turned into it by the offset of the moment.",
            "After a change of the clocks the next run of the play finds a difference, with V(dst) as its reason.",
        ),
    ),
    "timezone_id": ({"type": "int"}, ("The ID of the time zone on this server.",)),
    "calendar": ({"type": "str"}, ("The name of the calendar.",)),
    "calendar_id": ({"type": "int"}, ("The ID of the calendar on this server.",)),
    "automatic": ({"type": "dict"}, ("When the job starts by the server's own judgement.",)),
    "exceptions": (
        {
            "type": "list",
            "elements": "dict",
            "suboptions": {
                "week": {"description": ["Which one in the month."], "type": "str", "choices": _WEEKS},
                "day": {"description": ["Which kind of day."], "type": "str", "choices": _KINDS},
                "days_of_month": {"description": ["Days by their numbers."], "type": "list", "elements": "int"},
            },
        },
        (
            "Days on which the job does not run.",
            "An entry has either C(week) and C(day), such as the last Friday, or C(days_of_month).",
            "The list is compared and sent as a whole; an empty one takes all exceptions away.",
        ),
    ),
    "description": (
        {"type": "str"},
        (
            "A text for people. By default a sentence that says the same as the pattern.",
            "A server that puts a sentence of its own in its place is not fought.",
        ),
    ),
    "native": (
        {"type": "dict"},
        (
            "Fields of the server, in its own words, that have no key here.",
            "M(nightshift.backup.backup_schedule_info) shows them, so that a schedule can be fed back as it is.",
        ),
    ),
}


def pattern_documentation(automatic: Mapping[str, Any]) -> dict[str, Any]:
    """Return the documentation of ``pattern``. ``automatic`` is that of the platforms' settings below it."""
    suboptions: dict[str, Any] = {}
    for key, (spec, description) in _ROWS.items():
        more = {"suboptions": dict(automatic)} if key == "automatic" else {}
        suboptions[key] = {"description": [*description, *_users(key)], **spec, **more}
    return {
        "description": [
            "When the schedule runs. A new schedule needs it.",
            "Of a schedule that exists, only the keys that are given are compared and changed.",
            "Giving another O(pattern.frequency) than the schedule has leaves behind what the new one does not use.",
            "What a platform has no form for is refused before any request.",
            "On Storware these are any O(pattern.every) but V(1), dates, occurrences, calendars and exceptions.",
            "So is a time that falls on another day in UTC there, where the week or the month is restricted.",
        ],
        "type": "dict",
        "suboptions": suboptions,
    }


def _users(key: str) -> list[str]:
    """Return sentences that say which frequencies use the key, and which need it."""
    users = [item for item in Frequency if key in USED_BY[item]]
    needs = [item for item in users if key in NEEDED_BY[item]]
    if key == "frequency":
        return []
    found = [] if len(users) == len(Frequency) else [f"For {_listed(users)}."]
    if needs:
        found.append("It is needed then." if needs == users else f"Needed with {_listed(needs)}.")
    return found


def _listed(frequencies: list[Frequency]) -> str:
    words = [f"V({item.value})" for item in frequencies]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
