"""How what must always hold is asked (rules, section 8): checks, and what they find."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection

from sessions_app import lifecycle
from sessions_app.lifecycle import Status

SHOWN = 20

Subjects = Iterator[str]


@dataclass(frozen=True)
class Check:
    """One thing that must hold, and how to find what breaks it."""

    code: str
    sentence: str
    find: Callable[[], Subjects]

    def finding(self) -> Finding | None:
        """Look, and return what breaks it; None where it holds."""
        subjects = sorted(set(self.find()))
        return Finding(self, subjects) if subjects else None


@dataclass(frozen=True)
class Finding:
    """A check that fails, with the names of what breaks it."""

    check: Check
    subjects: list[str]

    @property
    def in_words(self) -> str:
        """What is broken, and the first names of what breaks it."""
        more = len(self.subjects) - SHOWN
        names = ", ".join(self.subjects[:SHOWN]) + (f" and {more} more" if more > 0 else "")
        return f"broken: {self.check.sentence}. Not so for: {names}."


def sql(query: str) -> Callable[[], Subjects]:
    """Return a finder whose query selects the names of what breaks the check."""

    def find() -> Subjects:
        parameters: dict[str, Any] = {
            "open": [str(status) for status in lifecycle.OPEN],
            "planned": [str(status) for status in lifecycle.PLANNED],
            "confirmed": [str(status) for status in lifecycle.since(Status.CONFIRMED)],
            "assigned": [str(status) for status in lifecycle.since(Status.ASSIGNED)],
            "in_editing": [str(status) for status in lifecycle.since(Status.IN_EDITING)],
            "zone": settings.TIME_ZONE,
        }
        with connection.cursor() as cursor:
            cursor.execute(query, parameters)
            yield from (str(row[0]) for row in cursor)

    return find
