# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of time zones: as Commvault shows them, as Windows keys them, and as IANA has them.

A CommServe on Windows knows zones by the display names of Windows, such as ``(UTC-05:00) Eastern Time (US & Canada)``;
one on Linux knows IANA names. The IDs of zones are data of the installation, but for two that stand for "that of the
CommServe" and "that of the client". Unknown names are sent as given: the server knows more zones than any table.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

from .timezone_aliases import OTHER_ZONES
from .timezone_table import WINDOWS_ZONES

COMMSERVE = "CommServe Time Zone"
COMMSERVE_ID = 1000
CLIENT = "Client Time Zone"
CLIENT_ID = 1001
UTC = "UTC"

# IDs that mean the same on every server, by the zone's name in lower case. An empty name is the CommServe's zone.
SPECIAL_IDS: Mapping[str, int] = {COMMSERVE.casefold(): COMMSERVE_ID, CLIENT.casefold(): CLIENT_ID, "": COMMSERVE_ID}

# Names that stand for a zone only the server knows, or that every server takes as they are.
_SENT_AS_GIVEN = (COMMSERVE, CLIENT, UTC)

_OFFSET = re.compile(r"\((?:UTC|GMT)[^)]*\)\s*")


@dataclass(frozen=True)
class Zone:
    """One time zone of Windows. ``iana`` is the zone that stands for it, ``others`` follow the same rules."""

    display: str
    windows: str
    iana: str
    others: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def zones() -> tuple[Zone, ...]:
    """Return all time zones of Windows, from west to east."""
    aliases: dict[str, tuple[str, ...]] = {}
    for paragraph in re.split(r"\n(?! )", OTHER_ZONES.strip()):
        iana, _unused, others = paragraph.partition(":")
        aliases[iana] = tuple(others.split())
    rows = (line.split(" | ") for line in WINDOWS_ZONES.strip().splitlines())
    return tuple(Zone(display, windows, iana, aliases.get(iana, ())) for display, windows, iana in rows)


@lru_cache(maxsize=1)
def _by_name() -> Mapping[str, Zone]:
    found: dict[str, Zone] = {}
    for zone in zones():
        for name in (zone.windows, zone.iana, *zone.others, zone.display):
            found.setdefault(_key(name), zone)
    return found


def _key(name: str) -> str:
    """Return what identifies a name: without case, spaces at its ends, or the offset in front.

    Governments move offsets and Windows follows, so that two servers show one zone under two of them.
    """
    return _OFFSET.sub("", name.replace("&amp;", "&").strip(), count=1).casefold()


def find(name: str) -> Zone | None:
    """Return the zone that ``name`` (display name, Windows key or IANA name, in any case) stands for."""
    return _by_name().get(_key(name))


def wire_name(name: str, *, olson: bool = False) -> str:
    """Return ``name`` as the server knows it: the display name, or with ``olson`` the IANA name.

    Special names and names without a known zone are returned as they are.
    """
    for special in _SENT_AS_GIVEN:
        if name.strip().casefold() == special.casefold():
            return special
    zone = find(name)
    if zone is None or (olson and name in (zone.iana, *zone.others)):
        return name
    if olson:
        return zone.iana
    # A display name is left as the server, or the play, has it: an older release may know it with another offset.
    return name if _OFFSET.match(name) else zone.display


def same_zone(one: str, other: str) -> bool:
    """Tell whether two names stand for the same zone. Names that are unknown here must be equal, in any case."""
    first, second = find(one), find(other)
    if first is None or second is None:
        return _key(one) == _key(other)
    return first == second


def zone_info(name: str | None) -> ZoneInfo | None:
    """Return the rules of a zone, ``None`` where they are not known, as for the CommServe's zone and the client's.

    An IANA name is looked up as it is, another name through its IANA zone or, where this machine's data lacks that
    spelling, through one with the same rules.
    """
    if not name:
        return None
    zone = find(name)
    candidates = [name.strip()]
    if zone is not None and name.strip() not in (zone.iana, *zone.others):
        candidates = [zone.iana, *zone.others]
    elif zone is not None:
        candidates += [zone.iana, *zone.others]
    for candidate in candidates:
        try:
            return ZoneInfo(candidate)
        # Not only an unknown key: a name with a slash in front, a directory, or a file that holds no rules.
        except (LookupError, ValueError, OSError):
            continue
    return None


def close_names(name: str, known: Iterable[str] | None = None, count: int = 3) -> list[str]:
    """Return those of ``known`` (default: all display names) that ``name`` may have been meant to be, best first."""
    names = list(known) if known is not None else [zone.display for zone in zones()]
    wanted = _key(name)
    zone = find(name)
    exact = [item for item in names if zone is not None and find(item) == zone]
    city = wanted.rpartition("/")[2].replace("_", " ")
    holding = [item for item in names if len(city) > 2 and city in item.casefold()]
    words = {_key(item): item for item in names}
    # A city of a longer display name counts as a word of its own: "Berlim" is close to "Amsterdam, Berlin, Bern, ...".
    parts = {part.strip(): item for key, item in words.items() for part in re.split(r"[,/()]", key) if part.strip()}
    close = [words[key] for key in difflib.get_close_matches(wanted, words, n=count, cutoff=0.6)]
    near = [parts[part] for part in difflib.get_close_matches(city, parts, n=count, cutoff=0.7)]
    return list(dict.fromkeys([*exact, *holding, *close, *near]))[:count]
