# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tell which targets of a play an entity of the server belongs to, also among hundreds of targets and jobs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from ...model.target import Target
from .matching import forms
from .targets import entity_matches, options_of

_CLIENT = "client"


class Owners:
    """Targets by the client that they name, so that not every job is compared with every target."""

    def __init__(self, targets: Sequence[Target]) -> None:
        self._targets = targets
        self._by_client: defaultdict[tuple[str, str], list[Target]] = defaultdict(list)
        # Those that an entity which tells only the other half of its client cannot be told apart from.
        self._lacking: defaultdict[str, list[Target]] = defaultdict(list)
        for target in targets:
            keys = forms(target.given, _CLIENT)
            for key in keys:
                self._by_client[key].append(target)
            for kind in {"id", "name"} - {kind for kind, _value in keys}:
                self._lacking[kind].append(target)

    def verdicts(self, entity: Mapping[str, Any]) -> dict[int, bool | None]:
        """Return, by the position of each target that is not sure to be another, whether the entity is what it names.

        ``None`` means that the entity lacks something by which that could be told.
        """
        verdicts = {target.position: entity_matches(target, entity) for target in self._candidates(entity)}
        return {position: verdict for position, verdict in sorted(verdicts.items()) if verdict is not False}

    def _candidates(self, entity: Mapping[str, Any]) -> Sequence[Target]:
        keys = forms(options_of(entity), _CLIENT)
        if not keys:
            return self._targets
        found = [target for key in keys for target in self._by_client.get(key, ())]
        if len(keys) == 1:
            found += self._lacking[keys[0][0]]
        return found
