"""Printing answers as JSON: how each field is read is worked out once per serializer class.

The framework asks every field of every row anew for its source, its default and its null. Here a
serializer class is compiled, on first use. Declaration, schema and validation stay the framework's.

`Rows` prints what is in the database: its columns are those that the serializer names, read by one
compiled query, without making model instances. A list is so two questions: which rows (asked anew,
by the ORM), and what is printed of each. `Printed` prints any other object, by its attributes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from datetime import date, time
from functools import cache, cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from django.db.models import Manager, QuerySet
from rest_framework import serializers

from config.clock import as_wire
from config.prepared import Prepared

if TYPE_CHECKING:
    _Base = serializers.Serializer[Any]
else:
    _Base = object

Read = Callable[[Any], Any]
Bind = Callable[[Any], Read]
"""Makes the reader of a field for one serializer, which knows the context."""

NOTHING: frozenset[str] = frozenset()


class Printed(_Base):
    """A serializer that prints objects by compiled readers."""

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Return the fields of an object as they are on the wire."""
        return {name: read(instance) for name, read in self._readers}

    def hidden_fields(self) -> frozenset[str]:
        """Return the names of fields that this answer leaves out."""
        return NOTHING

    @cached_property
    def _readers(self) -> list[tuple[str, Read]]:
        hidden = self.hidden_fields()
        return [(name, bind(self)) for name, bind in _compiled(type(self)) if name not in hidden]


class Rows:
    """Prints rows of the database by their ids, in the order of the ids.

    `parts` are rows that belong to each (a session's photographers): printed under their name, as
    a list, found by their `key`; what is printed of them may be `via` a relation. Fields named in
    `besides` are left to who answers.
    """

    def __init__(
        self,
        serializer_class: type[Any],
        queryset: Callable[[], QuerySet[Any, Any]],
        *,
        key: str = "pk",
        via: str = "",
        besides: Collection[str] = (),
        **parts: Rows,
    ) -> None:
        self._serializer_class = serializer_class
        self._queryset = queryset
        self._key = key
        self._prefix = f"{via}__" if via else ""
        self._left_out = {*besides, *parts}
        self._parts = parts

    def printed(self, ids: Iterable[int], hidden: frozenset[str] = NOTHING) -> list[dict[str, Any]]:
        """Return the rows of the ids as they are on the wire; those that are gone are left out."""
        asked = list(ids)
        found = dict(self._read(asked, hidden))
        for name, part in self._parts.items():
            of_row = defaultdict(list)
            for key, shown in part._read(asked, hidden):
                of_row[key].append(shown)
            for key, shown in found.items():
                shown[name] = of_row[key]
        return [found[key] for key in asked if key in found]

    def _read(
        self, keys: Collection[int], hidden: frozenset[str]
    ) -> Iterable[tuple[int, dict[str, Any]]]:
        prepared, table = self._plan
        print_row = table.without(hidden)
        return [(row[0], print_row(row)) for row in prepared.rows(keys)]

    @cached_property
    def _plan(self) -> tuple[Prepared, _Table]:
        table = _Table(self._serializer_class, self._left_out, prefix=self._prefix, start=1)
        # Found by their ids, they are put in the order of the ids.
        ordered = self._queryset if self._key != "pk" else lambda: self._queryset().order_by()
        return Prepared(ordered, self._key, *table.columns, key=self._key), table


class _Table:
    """Which columns a serializer prints, and how; those of nested ones follow its own."""

    def __init__(
        self, kind: type[Any], left_out: Collection[str] = (), *, prefix: str = "", start: int = 0
    ) -> None:
        fields = [f for f in kind().fields.values() if f.field_name not in left_out]
        own = [f for f in fields if not isinstance(f, serializers.Serializer)]
        self.names = [str(f.field_name) for f in own]
        self.columns = [prefix + _path(f) for f in own]
        self.conversions = [(str(f.field_name), to) for f in own if (to := _conversion(f))]
        self.span = slice(start, start + len(own))
        self.nested: list[tuple[str, _Table]] = []
        for field in fields:
            if isinstance(field, serializers.Serializer):
                inner = f"{prefix}{_path(field)}__"
                table = _Table(type(field), prefix=inner, start=start + len(self.columns))
                self.columns += table.columns
                self.nested.append((str(field.field_name), table))

    def without(self, hidden: frozenset[str]) -> Read:
        """Return a function that prints a row, but for some fields."""
        names, span = self.names, self.span
        conversions = [(name, to) for name, to in self.conversions if name not in hidden]
        nested = [(name, table.print_or_null) for name, table in self.nested]
        unwanted = hidden.intersection(names)

        def print_row(row: tuple[Any, ...]) -> dict[str, Any]:
            shown = dict(zip(names, row[span], strict=True))
            for name, convert in conversions:
                value = shown[name]
                if value is not None:
                    shown[name] = convert(value)
            for name, print_nested in nested:
                shown[name] = print_nested(row)
            for name in unwanted:
                del shown[name]
            return shown

        return print_row

    def print_or_null(self, row: tuple[Any, ...]) -> dict[str, Any] | None:
        """Print a nested object, whose id comes first; None where there is none."""
        return None if row[self.span.start] is None else self._print_all(row)

    @cached_property
    def _print_all(self) -> Read:
        return self.without(NOTHING)


def _path(field: Any) -> str:
    return str(field.source).replace(".", "__")


@cache
def _compiled(serializer_class: type[Printed]) -> list[tuple[str, Bind]]:
    fields = serializer_class().fields.values()
    return [(str(field.field_name), _reader(field)) for field in fields if not field.write_only]


def _reader(field: Any) -> Bind:
    if isinstance(field, serializers.SerializerMethodField):
        return attrgetter(field.method_name)
    get: Read = attrgetter(field.source)
    if isinstance(field, serializers.ListSerializer):
        return _many(type(field.child), get)
    if isinstance(field, serializers.Serializer):
        return _one(type(field), get)
    convert = _conversion(field)
    return _as_is(get) if convert is None else _converted(get, convert)


def _as_is(get: Read) -> Bind:
    return lambda serializer: get


def _converted(get: Read, convert: Read) -> Bind:
    def read(row: Any) -> Any:
        value = get(row)
        return None if value is None else convert(value)

    return lambda serializer: read


def _one(kind: type[Any], get: Read) -> Bind:
    def bind(serializer: Any) -> Read:
        print_row = kind(context=serializer.context).to_representation

        def read(row: Any) -> Any:
            value = get(row)
            return None if value is None else print_row(value)

        return read

    return bind


def _many(kind: type[Any], get: Read) -> Bind:
    def bind(serializer: Any) -> Read:
        print_row = kind(context=serializer.context).to_representation

        def read(row: Any) -> Any:
            rows = get(row)
            return [print_row(one) for one in (rows.all() if isinstance(rows, Manager) else rows)]

        return read

    return bind


def _date(value: date) -> str:
    return value.isoformat()


def _time(value: time) -> str:
    return value.isoformat("minutes")


FORMS: tuple[tuple[type[Any], Read], ...] = (
    (serializers.DateTimeField, as_wire),
    (serializers.DateField, _date),
    (serializers.TimeField, _time),
)
"""The framework's fields whose values look different on the wire; fields of ours say it in
`printed`. All others are printed as they are."""


def _conversion(field: Any) -> Read | None:
    own: Read | None = getattr(field, "printed", None)
    return own or next((form for kind, form in FORMS if isinstance(field, kind)), None)
