"""How errors look in the schema: the one envelope, and what each status means (section 0)."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from config.api.errors import CODES
from config.api.examples import answered_as

PROBLEMS = {
    "400": "The form is wrong.",
    "401": "Not signed in, or the token is no longer good.",
    "403": "The right is missing.",
    "404": "Not there, or not visible to this person.",
    "405": "The method is not for this address.",
    "409": "The state of things does not allow it, or something stands in the way.",
    "412": "Someone else has changed it since it was read (If-Match).",
    "413": "The body is too large.",
    "415": "The body is not JSON.",
    "422": "A condition of the rules is not met.",
    "429": "Too often; try again after the seconds in Retry-After.",
    "500": "Something went wrong on our side.",
    "503": "Busy; try again after the seconds in Retry-After.",
}

INSTANT = {"type": "string", "format": "date-time"}
CONFLICT = {
    "type": "object",
    "properties": {
        "code": {"type": "string", "nullable": True},
        "kind": {"type": "string"},
        "starts_at": INSTANT | {"nullable": True},
        "ends_at": INSTANT | {"nullable": True},
        "status": {"type": "string", "nullable": True},
    },
    "required": ["code", "kind", "starts_at", "ends_at", "status"],
}
PERIOD = {
    "type": "object",
    "properties": {"starts_at": INSTANT, "ends_at": INSTANT},
    "required": ["starts_at", "ends_at"],
}
FACTS = {
    "type": "object",
    "properties": {
        "allowed": {"type": "array", "items": {"type": "string"}},
        "conflicts": {"type": "array", "items": CONFLICT},
        "next_free": {"type": "array", "items": PERIOD},
        "required": {"type": "number"},
        "paid": {"type": "number"},
        "total": {"type": "number"},
        "deadline": INSTANT,
    },
    "additionalProperties": {},
}


@extend_schema_field(FACTS)
class FactsField(serializers.DictField):
    """Facts a program can use; each refusal gives those that it is about."""


@answered_as(
    detail="“Studio A” is taken by S-2026-0042 until 12:00.",
    error_code="ROOM_NOT_AVAILABLE",
    context={
        "conflicts": [
            {
                "code": "S-2026-0042",
                "kind": "session",
                "starts_at": "2026-12-05T10:00:00-06:00",
                "ends_at": "2026-12-05T12:00:00-06:00",
                "status": "Confirmed",
            }
        ],
        "next_free": [
            {"starts_at": "2026-12-05T12:00:00-06:00", "ends_at": "2026-12-05T13:30:00-06:00"}
        ],
    },
)
class ErrorSerializer(serializers.Serializer[Any]):
    """The one envelope of every error."""

    private_fields = frozenset({"errors", "context"})
    """Not every refusal has them."""

    detail = serializers.CharField()
    error_code = serializers.ChoiceField(choices=CODES)
    errors = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField())
    )
    context = FactsField()  # type: ignore[assignment]
