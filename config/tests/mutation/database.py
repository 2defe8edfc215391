"""Every guard that a migrated database has, read from its catalogue.

Left out, because they guard no rule of the studio: keys and references, NOT NULL, the `>= 0` that a
column of Django's positive integers brings along, the uniqueness of a row of a many-to-many table,
and the tables of other people's apps.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from config.tests.mutation.guards import Guard

OURS = r"^(users|clients|catalog|sessions_app|notifications|records)_"

CONSTRAINTS = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
    FROM pg_constraint
    WHERE contype IN ('c', 'u', 'x') AND conrelid::regclass::text ~ %s
    ORDER BY 1, 2
"""
INDEXES = """
    SELECT indrelid::regclass::text, indexrelid::regclass::text, pg_get_indexdef(indexrelid)
    FROM pg_index
    WHERE indisunique AND NOT indisprimary AND indrelid::regclass::text ~ %s
      AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
    ORDER BY 1, 2
"""
TRIGGERS = """
    SELECT tgrelid::regclass::text, tgname, proname, pg_get_functiondef(pg_proc.oid)
    FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
    WHERE NOT tgisinternal AND tgrelid::regclass::text ~ %s
    ORDER BY 1, 2
"""


def guards(cursor: Any) -> Iterator[Guard]:
    """Return the constraints, unique indexes and triggers of the project's tables."""
    for table, name, _definition in _rows(cursor, CONSTRAINTS):
        if not _comes_along(table, name):
            drop = f'ALTER TABLE {table} DROP CONSTRAINT "{name}"'
            yield Guard("constraints", table, name, drop)
    for table, name, _definition in _rows(cursor, INDEXES):
        yield Guard("constraints", table, name, f'DROP INDEX "{name}"')
    for table, name, function, definition in _rows(cursor, TRIGGERS):
        yield Guard("triggers", table, name, f'ALTER TABLE {table} DISABLE TRIGGER "{name}"')
        yield from _refusals(table, function, definition)


def _rows(cursor: Any, query: str) -> list[tuple[str, ...]]:
    cursor.execute(query, [OURS])
    rows: list[tuple[str, ...]] = cursor.fetchall()
    return rows


def _comes_along(table: str, name: str) -> bool:
    is_of_column = name.startswith(f"{table}_") and name.endswith("_check")
    return is_of_column or bool(re.search(r"_[0-9a-f]{8}_uniq$", name))


def _refusals(table: str, function: str, definition: str) -> Iterator[Guard]:
    """Return each refusal that a trigger's function utters, where it knows more than one."""
    found = list(re.finditer(r"RAISE EXCEPTION\s+('(?:[^']|'')*')", definition))
    if len(found) < 2:
        return
    for each in found:
        silent = definition[: each.start()] + definition[each.start() :].replace(
            "RAISE EXCEPTION", "RAISE DEBUG", 1
        )
        yield Guard("triggers", f"{table}: {function}", f"RAISE EXCEPTION {each[1]}", silent)
