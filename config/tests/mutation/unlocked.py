"""What a lock is without its lock: the same rows, read at the same place, without waiting."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import connection

R = TypeVar("R")

LOCKS = (
    (re.compile(r" FOR (NO KEY )?UPDATE( OF [\w\", ]+)?(?= |$)"), ""),
    (re.compile(r"pg_advisory_xact_lock(?=\()"), ""),
    (re.compile(r"LOCK TABLE .*"), "SELECT 1"),
)


def unlocked(read: Callable[..., R], *given: Any, **named: Any) -> R:
    """Call a function that reads rows and locks them, and let it not lock them."""

    def without(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        for lock, nothing in LOCKS:
            sql = lock.sub(nothing, sql)
        return execute(sql, params, many, context)

    connection.execute_wrappers.insert(0, without)  # before who watches what is locked
    try:
        return read(*given, **named)
    finally:
        connection.execute_wrappers.remove(without)
