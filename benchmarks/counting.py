"""How many queries pages ask and how many rows they show, counted in a process of its own.

Reads names and facts as JSON, writes for each name the two numbers.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from itertools import repeat
from typing import Any

from benchmarks.endpoints import ENDPOINTS
from benchmarks.many import MORE_ENDPOINTS, MORE_PAGES
from benchmarks.pages import PAGES
from benchmarks.profiling import ask, environ_of

WARM_UP = 3
"""What a process asks once in its life does not count."""


def main() -> None:
    """Ask each page some times, and count the last."""
    asked = json.load(sys.stdin)
    from django.db import connection

    from config.wsgi import application

    counts = {}
    known = {one.name: one for one in (*PAGES, *MORE_PAGES, *ENDPOINTS, *MORE_ENDPOINTS)}
    for page in map(known.__getitem__, asked["names"]):
        environs = repeat(environ_of(page.requests(asked["facts"])[0]))
        ask(application, environs, WARM_UP, page.expected)
        queries: list[str] = []
        with connection.execute_wrapper(_noting(queries)):
            said = ask(application, environs, 1, page.expected)
        counts[page.name] = [len(queries), said.count(page.mark)]
    json.dump(counts, sys.stdout)


def _noting(queries: list[str]) -> Callable[..., Any]:
    def note(execute: Callable[..., Any], sql: Any, *rest: Any) -> Any:
        queries.append(str(sql))
        return execute(sql, *rest)

    return note


if __name__ == "__main__":
    main()
