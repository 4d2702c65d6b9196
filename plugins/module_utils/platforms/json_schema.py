# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hold a document to a JSON Schema, where the library for it is present."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from typing import Any

from ..api.errors import MissingLibrary

try:
    import jsonschema
    import jsonschema.exceptions
except ImportError:
    IMPORT_TRACE: str | None = traceback.format_exc()
else:
    IMPORT_TRACE = None


def first_fault(schema: Mapping[str, Any], document: Any) -> str | None:
    """Return where and why ``document`` does not fit ``schema``, the most telling fault of several; else ``None``.

    The text goes on a sentence: "at taskInfo.task: … is not of type …". Raises ``MissingLibrary``.
    """
    if IMPORT_TRACE is not None:
        raise MissingLibrary("jsonschema", IMPORT_TRACE)
    validator = jsonschema.Draft202012Validator(schema)
    error = jsonschema.exceptions.best_match(validator.iter_errors(document))
    if error is None:
        return None
    where = error.json_path.removeprefix("$").lstrip(".") or "the root"
    # Of what may have several forms, the library only says that it has none of them.
    forms = dict.fromkeys(inner.message.rstrip(".") for inner in error.context or ())
    reasons = f" ({'; '.join(forms)})" if forms else ""
    return f"at {where}: {error.message.rstrip('.')}{reasons}"
