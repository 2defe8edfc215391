"""What anyone may ask without signing in: enums, business rules, health (contract, section 6)."""

from __future__ import annotations

from functools import cache
from typing import Any

from csp.decorators import csp
from django.conf import settings
from django.db import DatabaseError, connection, models
from django.utils.translation import get_language
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema, inline_serializer
from drf_spectacular.views import SpectacularSwaggerSplitView
from redis import Redis
from redis.exceptions import RedisError
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.models import ItemType, PackageType, RoomStatus
from clients.models import ClientType
from config.activation import ActiveStatus
from config.api.fields import as_number
from config.api.views import PublicView
from config.business_rules import business_rules
from config.clock import now
from config.jobs.heartbeat import beat_lives
from config.records.models import Channel
from sessions_app.lifecycle import Status
from sessions_app.models import (
    AssignmentStatus,
    CancellationCategory,
    ClaimKind,
    DeliveryMethod,
    Initiator,
    LineType,
    PaymentStatus,
    PaymentType,
    PhotographerRole,
    ReferenceType,
    SessionType,
)

ENUMS: dict[str, type[models.TextChoices]] = {
    "session_status": Status,
    "session_type": SessionType,
    "package_session_type": PackageType,
    "client_type": ClientType,
    "status": ActiveStatus,
    "room_status": RoomStatus,
    "item_type": ItemType,
    "payment_type": PaymentType,
    "payment_status": PaymentStatus,
    "delivery_method": DeliveryMethod,
    "photographer_role": PhotographerRole,
    "assignment_status": AssignmentStatus,
    "line_type": LineType,
    "reference_type": ReferenceType,
    "cancellation_initiator": Initiator,
    "cancellation_category": CancellationCategory,
    "claim_kind": ClaimKind,
    "channel": Channel,
}


class EnumsView(PublicView):
    """`GET /enums`."""

    @extend_schema(
        operation_id="enums",
        responses=inline_serializer(
            "Enums",
            {name: serializers.ListField(child=serializers.CharField()) for name in ENUMS},
        ),
    )
    def get(self, request: Request) -> Response:
        """Answer every enum as it is on the wire."""
        return Response({name: kind.values for name, kind in ENUMS.items()})


class SchemaView(PublicView):
    """`GET /schema`: the contract as OpenAPI, made once for each language."""

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        """Answer the schema."""
        return Response(_schema(get_language() or settings.LANGUAGE_CODE))


@cache
def _schema(language: str) -> dict[str, Any]:
    """Return the schema in the language active now, which is `language`."""
    schema: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return schema


documentation = csp(settings.API_DOCS_CONTENT_POLICY)(
    SpectacularSwaggerSplitView.as_view(url_name="schema")
)
"""`GET /docs`: the contract to be read and tried; its script comes by a request of its own."""


class BusinessRulesView(PublicView):
    """`GET /config/business-rules`."""

    @extend_schema(
        operation_id="businessRules",
        responses=inline_serializer(
            "BusinessRules",
            {
                "payment_deadline_days": serializers.IntegerField(),
                "changes_deadline_days": serializers.IntegerField(),
                "default_editing_days": serializers.IntegerField(),
                "default_deposit_percentage": serializers.FloatField(),
                "currency": serializers.CharField(),
                "time_zone": serializers.CharField(),
            },
        ),
    )
    def get(self, request: Request) -> Response:
        """Answer the numbers that forms need."""
        rules = business_rules()
        return Response(
            {
                "payment_deadline_days": rules.payment_deadline_days,
                "changes_deadline_days": rules.changes_deadline_days,
                "default_editing_days": rules.default_editing_days,
                "default_deposit_percentage": as_number(rules.default_deposit_percentage),
                "currency": settings.STUDIO_CURRENCY,
                "time_zone": settings.TIME_ZONE,
            }
        )


PATIENCE = 1  # second

_HEALTH: Any = inline_serializer("Health", {"status": serializers.CharField()})
_READINESS: Any = inline_serializer(
    "Readiness",
    {
        "status": serializers.CharField(),
        "failed": serializers.ListField(child=serializers.CharField()),
    },
)


class HealthView(PublicView):
    """`GET /health`."""

    @extend_schema(operation_id="health", responses=_HEALTH)
    def get(self, request: Request) -> Response:
        """Answer that the process is up."""
        return Response({"status": "ok"})


class ReadinessView(PublicView):
    """`GET /health/ready`."""

    @extend_schema(operation_id="ready", responses={200: _READINESS, 503: _READINESS})
    def get(self, request: Request) -> Response:
        """Answer whether what the process depends on answers; 503 names what does not."""
        checks = {"database": _database_answers}
        if settings.REDIS_URL:
            checks |= {"broker": _broker_answers, "beat": _beat_lives}
        failed = [name for name, answers in checks.items() if not answers()]
        answer = {"status": "failed" if failed else "ok", "failed": failed}
        return Response(answer, 503 if failed else 200)


def _broker_answers() -> bool:
    try:
        with Redis.from_url(
            settings.REDIS_URL, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE
        ) as broker:
            return bool(broker.ping())
    except RedisError:
        return False


def _beat_lives() -> bool:
    """Tell whether jobs run by themselves, as far as the database can be asked."""
    try:
        return beat_lives(now())
    except DatabaseError:
        return False


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True
