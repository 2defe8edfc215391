"""Queries that are compiled once in the life of a process.

Making SQL of a queryset takes longer than the database takes to answer it. Where the same question
is asked again and again with other values, it is compiled on its first use and then only executed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import cached_property
from itertools import chain, zip_longest
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet, Value
from psycopg.sql import Literal
from psycopg.types.datetime import TimestamptzLoader


class Given(Value):
    """A value that is given, by its name, each time the question is asked."""

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Return a placeholder, and oneself in the place of the value."""
        return "%s", (self,)


KEYS = Given("keys")


class Prepared:
    """Columns of the rows of a queryset whose `key`, a column of the model, is among given values.

    The question may depend on nothing but what is given: not on who asks, nor when, nor in which
    language. Values come as the database driver makes them, hence not from fields that convert.
    With `key` None it is about all rows of the queryset; `limit` keeps the first of them. Of one
    that `is_paged`, `limit` and `offset` are given.
    """

    def __init__(
        self,
        queryset: Callable[[], QuerySet[Any, Any]],
        *columns: Any,
        key: str | None = "pk",
        limit: int | None = None,
        is_paged: bool = False,
    ) -> None:
        self._queryset = queryset
        self._columns = columns
        self._key = key
        self._limit = limit
        self._page = " LIMIT %(limit)s OFFSET %(offset)s" if is_paged else ""

    def rows(self, keys: Collection[int | UUID] = (), **given: Any) -> list[tuple[Any, ...]]:
        """Return the rows, in the queryset's order; one query, none where there are no keys."""
        if self._key is not None and not keys:
            return []
        given["keys"] = "{" + ",".join(map(str, keys)) + "}"
        with connection.cursor() as cursor:
            # Django's loader of instants is written in Python; the driver's own gives the same UTC.
            cursor.cursor.adapters.register_loader("timestamptz", TimestamptzLoader)
            cursor.execute(self._statement, given)
            found: list[tuple[Any, ...]] = cursor.fetchall()
        return found

    @cached_property
    def _statement(self) -> str:
        """The SQL, with every value that is not given already in its place."""
        asked = self._queryset()
        if self._key is not None:
            options = asked.model._meta
            field = options.pk if self._key == "pk" else options.get_field(self._key)
            among = f'"{options.db_table}"."{field.column}" = ANY(%s)'
            asked = asked.extra(where=[among], params=[KEYS])  # noqa: S610
        sql, params = asked.values_list(*self._columns)[: self._limit].query.sql_with_params()
        connection.ensure_connection()
        written = chain(*zip_longest(sql.split("%s"), map(_written, params), fillvalue=""))
        return "".join(written) + self._page


def _written(value: Any) -> str:
    if isinstance(value, Given):
        return f"%({value.value})s"
    return Literal(value).as_string(connection.connection).replace("%", "%%")
