# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The catalogue of the 57 operations that the vendor's Tasks page documents.

``storware_operation``, its validation and its documentation are made from it, so that what is known of an operation
stands in one place.
"""

from __future__ import annotations

from collections.abc import Mapping

from .catalogue_nodes import NODE_OPERATIONS
from .catalogue_starts import STARTING_OPERATIONS
from .catalogue_tasks import TASK_OPERATIONS
from .operation_types import Operation

OPERATIONS: tuple[Operation, ...] = (*TASK_OPERATIONS, *STARTING_OPERATIONS, *NODE_OPERATIONS)

BY_ID: Mapping[str, Operation] = {operation.id: operation for operation in OPERATIONS}
