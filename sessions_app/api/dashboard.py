"""`/dashboard/stats` (contract, section 6)."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.api.fields import MoneyField, NullableTextField
from config.api.printing import Printed
from config.api.serializers import NullIsAbsent, checked
from config.clock import now, studio_day
from sessions_app.lifecycle import Status
from sessions_app.models import SessionType
from sessions_app.queries.dashboard import ALERTS, figures
from users.api.doors import person_of


class MonthQuery(NullIsAbsent, serializers.Serializer[Any]):
    """Which month; the present one unless told."""

    year = serializers.IntegerField(min_value=2000, max_value=2200, required=False)
    month = serializers.IntegerField(min_value=1, max_value=12, required=False)


class StateCountSerializer(Printed, serializers.Serializer[Any]):
    """How many sessions are in a state."""

    status = serializers.ChoiceField(source="of", choices=Status.choices)
    count = serializers.IntegerField()


class AlertSerializer(Printed, serializers.Serializer[Any]):
    """How many sessions want to be looked at, and why."""

    kind = serializers.ChoiceField(source="of", choices=ALERTS)
    count = serializers.IntegerField()


class NextSessionSerializer(Printed, serializers.Serializer[Any]):
    """A session that is coming up."""

    id = serializers.IntegerField()
    code = serializers.CharField()
    client_name = serializers.CharField()
    session_type = serializers.ChoiceField(choices=SessionType.choices)
    session_date = serializers.DateField()
    session_time = serializers.TimeField(allow_null=True)
    location = NullableTextField()
    room_name = serializers.CharField(allow_null=True)
    status = serializers.ChoiceField(choices=Status.choices)


class DashboardSerializer(Printed, serializers.Serializer[Any]):
    """The figures of a month."""

    active_sessions_count = serializers.IntegerField()
    sessions_this_month = serializers.IntegerField()
    total_revenue_this_month = MoneyField()
    pending_balance = MoneyField()
    sessions_by_status = StateCountSerializer(many=True)
    alerts = AlertSerializer(many=True)
    next_sessions = NextSessionSerializer(many=True)


class DashboardView(APIView):
    """For everybody who is signed in: as much as they may see."""

    @extend_schema(
        operation_id="dashboardStats", parameters=[MonthQuery], responses=DashboardSerializer
    )
    def get(self, request: Request) -> Response:
        """Answer the figures of a month."""
        at = now()
        today = studio_day(at)
        asked = checked(MonthQuery, request.query_params)
        found = figures(
            person_of(request), asked.get("year", today.year), asked.get("month", today.month), at
        )
        return Response(DashboardSerializer(found).data)
