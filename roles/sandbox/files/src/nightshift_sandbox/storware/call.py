# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One call of a service, and what services do with its query and body."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nightshift_sandbox.storware.accounts import Account
from nightshift_sandbox.storware.errors import Refusal, invalid, missing
from nightshift_sandbox.web import Reply, Request, json_reply

if TYPE_CHECKING:
    from nightshift_sandbox.storware.system import System

Json = dict[str, Any]
#: Page size when only `page` is given.
PAGE_SIZE = 40


@dataclass
class Call:
    """What was asked, and by whom."""

    system: System
    request: Request
    account: Account
    parts: tuple[str, ...] = ()

    @property
    def guid(self) -> str:
        """The GUID in the path."""
        return self.parts[0]

    def many(self, key: str) -> list[str]:
        """Every value of a query parameter; empty ones count as not given."""
        return [value for name, value in self.request.pairs if name == key and value]

    def one(self, key: str) -> str:
        """The first value of a query parameter, or nothing."""
        return next(iter(self.many(key)), "")

    def flag(self, key: str) -> bool | None:
        """A boolean query parameter; None when it is not given."""
        text = self.one(key).lower()
        if text not in ("", "true", "false"):
            raise invalid(f"{key}: true or false is required")
        return None if not text else text == "true"

    def number(self, key: str) -> int | None:
        """A number in the query; None when it is not given."""
        text = self.one(key)
        try:
            return int(text) if text else None
        except ValueError as error:
            raise invalid(f"{key}: a number is required") from error

    @property
    def project(self) -> str:
        """The project (its GUID) to which the user or `project-uuid` limits the call; empty means all."""
        if self.account.project:
            return self.system.project_guid(self.account.project)
        uuid = self.one("project-uuid")
        if not uuid:
            return ""
        found = [row["guid"] for row in self.system.tables.all("project") if row["uuid"] == uuid]
        return found[0] if found else "unknown"

    def body(self) -> Any:
        """The body's content.

        :raises Refusal: 400 or 415, there is none that can be read
        """
        if not self.request.body.strip():
            raise invalid("A request body is required")
        if self.request.content_type != "application/json":
            raise Refusal(415, "Unsupported Media Type", f"content type {self.request.content_type!r}")
        try:
            return json.loads(self.request.body)
        except ValueError as error:
            raise Refusal(400, "The request body cannot be read", f"JSON: {error}") from error

    def object(self) -> Json:
        """The body, which must be an object."""
        content = self.body()
        if not isinstance(content, dict):
            raise invalid("The request body must be an object")
        return content

    def array(self) -> list[Any]:
        """The body, which must be an array."""
        content = self.body()
        if not isinstance(content, list):
            raise invalid("The request body must be an array")
        return content


def pruned(value: Any) -> Any:
    """A copy without keys that have no value: the vendor leaves them out."""
    if isinstance(value, dict):
        return {key: pruned(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [pruned(item) for item in value]
    return value


def guid_of(value: Any, field: str) -> str:
    """The GUID in a reference."""
    guid = value.get("guid") if isinstance(value, dict) else None
    if not isinstance(guid, str) or not guid:
        raise invalid(f"{field}: a reference with a guid is required")
    return guid


def items(body: Json, field: str) -> list[Any]:
    """An array in a body; null is an empty one."""
    values = body.get(field)
    if values is None:
        return []
    if not isinstance(values, list):
        raise invalid(f"{field}: an array is required")
    return values


def guids_of(body: Json, field: str) -> list[str]:
    """The GUIDs in an array of references."""
    return [guid_of(value, field) for value in items(body, field)]


def integer(body: Json, field: str, low: int = 0, high: int | None = None) -> int | None:
    """A number in a body, within its limits; None when it is not given."""
    value = body.get(field)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool):
        raise invalid(f"{field}: a whole number is required")
    if value < low or (high is not None and value > high):
        raise invalid(f"{field}: must be between {low} and {high}" if high is not None else f"{field}: too small")
    return value


def boolean(body: Json, field: str, default: bool = False) -> bool:
    """A boolean in a body."""
    value = body.get(field)
    if value is None:
        return default
    if not isinstance(value, bool):
        raise invalid(f"{field}: true or false is required")
    return value


def text(body: Json, field: str, default: str = "") -> str:
    """A text in a body."""
    value = body.get(field)
    if value is None:
        return default
    if not isinstance(value, str):
        raise invalid(f"{field}: a text is required")
    return value


def value_of(content: Any) -> str:
    """The text in a `StringDTO`."""
    value = content.get("value") if isinstance(content, dict) else None
    if not isinstance(value, str) or not value:
        raise invalid("value: a text is required")
    return value


Matches = Callable[[Json], bool]


def listing(call: Call, rows: Iterable[Json], label: Callable[[Json], str] = lambda row: str(row["name"])) -> Reply:
    """A list's answer: `filter`, `nameLike`, sorting and paging, on rows as they are shown."""
    return listing_of(call, list(rows), lambda row: row, label)


def listing_of(
    call: Call, rows: list[Json], show: Callable[[Json], Json], label: Callable[[Json], str] = lambda r: str(r["name"])
) -> Reply:
    """The same for rows as they are stored: where nothing looks into them, only those of the page are shown."""
    if not (call.one("filter") or call.one("nameLike") or call.one("orderBy") or call.one("direction")):
        return paged(call, rows, show)
    found = [pruned(show(row)) for row in rows]
    for key in ("filter", "nameLike"):
        if wanted := call.one(key).lower():
            found = [row for row in found if wanted in label(row).lower()]
    return paged(call, ordered(call, found))


def ordered(call: Call, rows: list[Json]) -> list[Json]:
    """Rows in the order asked for; an unknown key sorts nothing."""
    key = call.one("orderBy")
    if call.one("direction") not in ("", "asc", "desc"):
        raise invalid("direction: asc or desc is required")
    if not key or not any(key in row for row in rows):
        return rows
    return sorted(rows, key=lambda row: _sortable(row.get(key)), reverse=call.one("direction") == "desc")


def _sortable(value: Any) -> tuple[int, float, str]:
    if isinstance(value, dict):
        value = value.get("name")
    if isinstance(value, (int, float)):
        return (1, float(value), "")
    return (0, 0.0, "") if value is None else (2, 0.0, str(value))


def paged(call: Call, rows: list[Json], show: Callable[[Json], Json] = lambda row: row) -> Reply:
    """The page asked for, with the total; without paging the whole list."""
    page, size = call.number("page"), call.number("size")
    if page is None and size is None:
        return json_reply([pruned(show(row)) for row in rows])
    page, size = page or 0, PAGE_SIZE if size is None else size
    if page < 0 or size < 1:
        raise invalid("page and size must not be negative")
    reply = json_reply([pruned(show(row)) for row in rows[page * size : (page + 1) * size]])
    reply.headers["X-Total-Count"] = str(len(rows))
    return reply


def within(call: Call, row: Json, kind: str) -> Json:
    """A record, unless it is outside the user's project or not discovered yet.

    :raises Refusal: 404, as if it did not exist
    """
    outside = call.account.project and row.get("project") != call.project
    if outside or row.get("hidden"):
        raise missing(kind, row["guid"])
    return row
