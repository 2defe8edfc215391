"""Pages of a list: `{"items", "total", "limit", "offset", "has_more"}` (contract, section 0)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Func, IntegerField, QuerySet, Subquery
from django.utils.translation import gettext as _
from rest_framework.pagination import LimitOffsetPagination
from rest_framework.request import Request
from rest_framework.response import Response

from config.errors import ValidationFailed
from config.prepared import Prepared

MAX_OFFSET = 2**31 - 1


def counted(queryset: QuerySet[Any, Any]) -> Any:
    """Let each row tell how many there are on all pages; they are counted apart, once."""
    count = Func(function="COUNT", template="COUNT(*)", output_field=IntegerField())
    return queryset.annotate(of=Subquery(queryset.order_by().annotate(of=count).values("of")))


class Plain:
    """A list as it is when nobody filters it: asked so often that it is compiled once."""

    def __init__(self, queryset: Callable[[], QuerySet[Any, Any]]) -> None:
        self.queryset = queryset
        self.prepared = Prepared(lambda: counted(queryset()), "pk", "of", key=None, is_paged=True)


class ItemsPagination(LimitOffsetPagination):
    """Limit 50 unless told, clamped to 100; `skip` is an alias of `offset`."""

    default_limit = 50
    max_limit = 100

    def page_of_ids(self, queryset: QuerySet[Any, Any], request: Request) -> list[int]:
        """Return the ids of the page that is asked for.

        Of a list that ends on this page it is known how many there are; others are counted.
        """
        limit, offset = self.get_limit(request), self.get_offset(request)
        ids = list(queryset.values_list("pk", flat=True)[offset : offset + limit + 1])
        is_known = len(ids) <= limit and (ids or not offset)
        self.limit, self.offset = limit, offset
        self.count = offset + len(ids) if is_known else queryset.count()
        return ids[:limit]

    def page_of_plain_ids(self, plain: Plain, request: Request) -> list[int]:
        """Return the ids of the page of a list as it is when nobody filters it."""
        limit, offset = self.get_limit(request), self.get_offset(request)
        rows = plain.prepared.rows(limit=limit, offset=offset)
        self.limit, self.offset = limit, offset
        self.count = rows[0][1] if rows else plain.queryset().count() if offset else 0
        return [pk for pk, _of in rows]

    def get_limit(self, request: Request) -> int:
        """Return the page size, clamped."""
        return min(self.asked_limit(request), self.max_limit)

    def asked_limit(self, request: Request) -> int:
        """Return the page size asked for; below 1 or not a number is a wrong form."""
        return _whole_number(request, "limit", self.default_limit, minimum=1)

    def get_offset(self, request: Request) -> int:
        """Return how many to leave out."""
        name = "offset" if "offset" in request.query_params else "skip"
        return min(_whole_number(request, name, 0, minimum=0), MAX_OFFSET)

    def get_paginated_response(self, data: Any) -> Response:
        """Wrap one page."""
        return Response(
            {
                "items": data,
                "total": self.count,
                "limit": self.limit,
                "offset": self.offset,
                "has_more": (self.offset or 0) + len(data) < (self.count or 0),
            }
        )

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Describe the parameters in the OpenAPI schema."""
        limit, offset = super().get_schema_operation_parameters(view)
        return [
            limit | {"schema": {"type": "integer", "minimum": 1, "default": self.default_limit}},
            offset | {"schema": {"type": "integer", "minimum": 0, "default": 0}},
            offset | {"name": "skip", "description": "An alias of `offset`."},
        ]

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Describe the envelope in the OpenAPI schema."""
        return {
            "type": "object",
            "required": ["items", "total", "limit", "offset", "has_more"],
            "properties": {
                "items": schema,
                "total": {"type": "integer", "minimum": 0},
                "limit": {"type": "integer", "minimum": 1, "maximum": 1000},
                "offset": {"type": "integer", "minimum": 0},
                "has_more": {"type": "boolean"},
            },
        }


def _whole_number(request: Request, name: str, default: int, *, minimum: int) -> int:
    text = request.query_params.get(name)
    if text is None or text == "":
        return default
    try:
        number = int(text)
    except ValueError:
        number = minimum - 1
    if number < minimum:
        raise ValidationFailed(
            {name: _("A whole number from %(minimum)d on is needed.") % {"minimum": minimum}}
        )
    return number
