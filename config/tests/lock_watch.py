"""Holds every request to the order of an action: lock first, then write (design, section 3)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.core.signals import request_finished, request_started
from django.db import connection

OF_SESSIONS = tuple(f"sessions_app_{name}" for name in ("session", "line", "assignment", "payment"))
OF_THEIR_OWN = (
    *("catalog_item", "catalog_package", "catalog_room", "clients_client"),
    *("users_invitation", "users_role", "users_secondfactor", "users_user"),
)
LOCKED_BY = {
    **dict.fromkeys(OF_SESSIONS, "sessions_app_session"),
    **{table: table for table in OF_THEIR_OWN},
    "catalog_packageitem": "catalog_package",
    "users_user_roles": "users_user",
}
"""Whose row is locked before a row of a table is written.

Not sign-ins: they are ended many at once, by one statement with its condition.
"""

LETTERBOX = "the e-mail that is invited"
OF_AGENDA = ("catalog_room", "users_user")
ALSO_LOCKED = (
    (r'INSERT INTO "sessions_app_session"', {"clients_client"}),
    (r'UPDATE "sessions_app_session" SET .*"editing_assigned_to_id" = %s', {"users_user"}),
    (r'UPDATE "sessions_app_claim"', {"sessions_app_session", "sessions_app_claim", *OF_AGENDA}),
    (r'UPDATE "sessions_app_claim" SET .*"starts_at" = ', {*OF_AGENDA}),
    (r'INSERT INTO "users_invitation"', {LETTERBOX}),
    (r'UPDATE "users_invitation" SET .*"accepted_at" = %s', {LETTERBOX}),
    (r'INSERT INTO "records_studiosettings"', {"records_studiosettings"}),
)
"""Of what one is locked besides: who must not change meanwhile, or do the same at once."""
TAKEN = {"room_id": "catalog_room", "person_id": "users_user"}
"""Whose time a claim takes."""
SOLD = {"Item": "catalog_item", "Package": "catalog_package"}
"""What a line takes its price from."""

ROWS = re.compile(r'\bFROM "(\w+)".* FOR (?:NO KEY )?UPDATE\b', re.DOTALL)
TABLE = re.compile(r"LOCK TABLE (\w+)")
MADE = re.compile(r'INSERT INTO "(\w+)"')
ADDED = re.compile(r'INSERT INTO "sessions_app_(claim|line)" \(([^)]+)\)')
DECIDES_NOTHING = r' SET "(?:last_login|password)" = %s WHERE'
"""When somebody signed in last, and the same password hashed anew at that."""
WRITTEN = re.compile(rf'(?:UPDATE|DELETE FROM|INSERT INTO) "(\w+)"(?!{DECIDES_NOTHING})')


class LockWatch:
    """Follows the statements of a request; fails it where it writes what it has not locked."""

    def __init__(self) -> None:
        self._held: set[str] | None = None

    def begin(self, **_signal: Any) -> None:
        """A request begins: it has locked nothing yet."""
        self._held = set()

    def end(self, **_signal: Any) -> None:
        """It is over; what tests write besides is theirs."""
        self._held = None

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        """Look at a statement, and let it be executed."""
        if self._held is not None:
            self._held |= _locks(sql)
            for one_of in _needed(sql, params):
                if not one_of & self._held:
                    raise AssertionError(f"written without a lock on {one_of}: {sql}")
        return execute(sql, params, many, context)


def _locks(sql: str) -> set[str]:
    """Return what a statement locks; nobody else sees a row that is new."""
    if (made := MADE.match(sql)) and made[1] in LOCKED_BY.values():
        return {made[1]}
    found = ROWS.search(sql) if " FOR " in sql else TABLE.match(sql)
    if found:
        return {found[1]}
    return {LETTERBOX} if "pg_advisory_xact_lock" in sql else set()


def _needed(sql: str, params: Sequence[Any]) -> Iterator[set[str]]:
    """Yield what must be locked before a statement: one of each set."""
    yield from (locks for pattern, locks in ALSO_LOCKED if re.match(pattern, sql, re.DOTALL))
    if (written := WRITTEN.match(sql)) and written[1] in LOCKED_BY:
        yield {LOCKED_BY[written[1]]}
    if added := ADDED.match(sql):
        columns = re.findall(r'"(\w+)"', added[2])
        for first in range(0, len(params), len(columns)):
            row = dict(zip(columns, params[first:], strict=False))
            if added[1] == "claim":
                yield from ({TAKEN[column]} for column in TAKEN if row[column] is not None)
            elif row["reference_type"] in SOLD:
                yield {SOLD[row["reference_type"]]}


@contextmanager
def watching_locks() -> Iterator[None]:
    """Watch all requests of this thread."""
    watch = LockWatch()
    request_started.connect(watch.begin, weak=False)
    request_finished.connect(watch.end, weak=False)
    try:
        with connection.execute_wrapper(watch):
            yield
    finally:
        request_started.disconnect(watch.begin)
        request_finished.disconnect(watch.end)
