"""Pages of a list: `{"items", "total", "limit", "offset", "has_more"}` (contract, section 0)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.pagination import LimitOffsetPagination
from rest_framework.request import Request
from rest_framework.response import Response

from config.errors import ValidationFailed

MAX_OFFSET = 2**31 - 1


class ItemsPagination(LimitOffsetPagination):
    """Limit 50 unless told, clamped to 100; `skip` is an alias of `offset`."""

    default_limit = 50
    max_limit = 100

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
