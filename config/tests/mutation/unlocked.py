"""What a lock is without its lock: the same rows, read at the same place, without waiting."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import connection

R = TypeVar("R")

CLAUSE = re.compile(r" FOR (NO KEY )?UPDATE( OF [\w\", ]+)?(?= |$)")


def unlocked(read: Callable[..., R], *given: Any, **named: Any) -> R:
    """Call a function that reads rows and locks them, and let it not lock them."""

    def without(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        return execute(CLAUSE.sub("", sql), params, many, context)

    with connection.execute_wrapper(without):
        return read(*given, **named)
