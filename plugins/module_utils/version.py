# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The version of the collection, for the ``User-Agent`` of every request.

A module that runs on another host has no ``galaxy.yml`` beside it, so the number stands here too; a unit test holds
the two together.
"""

from __future__ import annotations

VERSION = "0.1.0"
