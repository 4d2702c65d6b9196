# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said of documents that do not fit their schema."""

from __future__ import annotations

from ansible_collections.nightshift.backup.plugins.module_utils.platforms.json_schema import first_fault

FORMS = {"anyOf": [{"enum": ["FULL", "INC"]}, {"type": "object"}]}


def test_what_may_have_several_forms_is_told_what_each_of_them_wants() -> None:
    said = first_fault({"properties": {"state": FORMS}}, {"state": "NONE"})
    assert said is not None
    assert said.startswith("at state: 'NONE' is not valid under any of the given schemas (")
    assert "'NONE' is not one of ['FULL', 'INC']" in said
    assert "'NONE' is not of type 'object'" in said


def test_what_fits_is_without_fault() -> None:
    assert first_fault({"properties": {"state": FORMS}}, {"state": "INC"}) is None


def test_where_it_is_at_fault() -> None:
    assert first_fault({"type": "object"}, []) == "at the root: [] is not of type 'object'"
