"""The filters of session lists (contract, section 4); they combine with AND."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import F, QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from config.api.filters import AskedFilters
from sessions_app import rules
from sessions_app.lifecycle import Status
from sessions_app.models import Assignment, AssignmentStatus, Session, SessionType
from sessions_app.queries.searching import holding
from users.models import User

ORDERINGS = ("session_date", "created_at", "updated_at", "total_amount", "status", "code")


@extend_schema_field(OpenApiTypes.INT64)
class IdFilter(filters.NumberFilter):
    """The id of something: a whole number."""

    field_class = forms.IntegerField  # type: ignore[assignment]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=2**63 - 1, **kwargs)


class StatusesFilter(filters.BaseInFilter, filters.ChoiceFilter):
    """Several states, by comma or by repeating the parameter."""


class WithSeveralStates(AskedFilters):
    """Takes `status` by comma and by repeating it."""

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        if data is not None and len(data.getlist("status")) > 1:
            data = data.copy()
            data["status"] = ",".join(data.getlist("status"))
        super().__init__(data, *args, **kwargs)


class SessionFilter(WithSeveralStates):
    """What a list of sessions can be narrowed by."""

    client_id = IdFilter(field_name="client_id")
    status = StatusesFilter(choices=Status.choices, lookup_expr="in")
    session_type = filters.ChoiceFilter(choices=SessionType.choices)
    start_date = filters.DateFilter(field_name="session_date", lookup_expr="gte")
    end_date = filters.DateFilter(field_name="session_date", lookup_expr="lte")
    photographer_id = IdFilter(method="covered_by")
    editor_id = IdFilter(field_name="editing_assigned_to_id")
    room_id = IdFilter(field_name="room_id")
    search = filters.CharFilter(method="keep_matching")
    ordering = filters.ChoiceFilter(
        method="reorder",
        choices=[(sign + name, sign + name) for name in ORDERINGS for sign in ("", "-")],
    )

    class Meta:
        model = Session
        fields: list[str] = []

    def covered_by(self, rows: QuerySet[Session], name: str, value: Any) -> QuerySet[Session]:
        """Keep the sessions that a person covers."""
        covered = Assignment.objects.filter(photographer=value, status=AssignmentStatus.ASSIGNED)
        return rows.filter(pk__in=covered.order_by().values("session"))

    def keep_matching(self, rows: QuerySet[Session], name: str, value: str) -> QuerySet[Session]:
        """Keep what holds the term in its code, its location or its client's name."""
        return rows.filter(holding(value))

    def reorder(self, rows: QuerySet[Session], name: str, value: str) -> QuerySet[Session]:
        """Order by a column, with a tie-break; an order by amounts would tell amounts."""
        viewer = self.request.user if self.request else None
        tells = value.lstrip("-") in rules.PRIVATE_FIELDS
        if tells and not (isinstance(viewer, User) and rules.sees_whole(viewer)):
            return rows
        field = F(value.lstrip("-"))
        return rows.order_by(field.desc() if value.startswith("-") else field.asc(), "-id")
