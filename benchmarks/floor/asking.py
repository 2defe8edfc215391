"""What an answer is made from: who asks for what, over which connection."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg

Answer = tuple[str, Any]
OK = "200 OK"
FORBIDDEN: Answer = (
    "403 Forbidden",
    {"detail": "You may not do this.", "error_code": "PERMISSION_DENIED"},
)


@dataclass(slots=True)
class Asking:
    """One signed-in request; `person` are the columns of the one who asks."""

    connection: psycopg.Connection[Any]
    person: tuple[Any, ...]
    permissions: frozenset[str]
    query: dict[str, list[str]]
    environ: dict[str, Any]

    def first(self, name: str, default: str = "") -> str:
        """Return one value of the query."""
        return self.query.get(name, (default,))[0]

    def window(self) -> tuple[int, int]:
        """Return limit and offset of a list."""
        return min(int(self.first("limit", "50")), 100), int(self.first("offset", "0"))


def listed(items: list[Any], total: int, limit: int, offset: int) -> Answer:
    """Wrap one page of a list."""
    return OK, {
        "items": items,
        "total": total,
        "limit": limit,
        "offset": offset,
        "has_more": offset + len(items) < total,
    }
