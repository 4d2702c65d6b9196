# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor's page, as the tests read it."""

from __future__ import annotations

import csv
from pathlib import Path

FIXTURES = Path(__file__).parents[2] / "fixtures" / "storware"
GUID = "b2559e5c-0f6e-4a0b-9d5e-3c1f0a7d4e21"
OTHER = "f8f73bf9-2445-4bce-a7dd-753be3b40a67"


def documented_operations() -> list[dict[str, str]]:
    """Return the rows of the page: method, path, parameters, request, response, status."""
    with (FIXTURES / "tasks-page-operations.tsv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t"))
