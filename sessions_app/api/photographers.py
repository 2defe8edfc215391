"""`/photographers`: the corner of who covers sessions (contract, section 5); never money."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, ClassVar

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.fields import NullableChoiceField, NullableTextField, NumberField
from config.api.ids import ID
from config.api.printing import Printed
from config.api.serializers import checked
from config.clock import now, studio_day
from sessions_app.actions import attendance
from sessions_app.api import forms
from sessions_app.api.doors import SessionDoor
from sessions_app.api.filters import StatusesFilter, WithSeveralStates
from sessions_app.api.own_work import marked
from sessions_app.api.serializers import SessionClientSerializer, SessionRoomSerializer
from sessions_app.errors import SessionNotFound
from sessions_app.lifecycle import Status
from sessions_app.models import (
    Assignment,
    AssignmentStatus,
    DeliveryMethod,
    Line,
    LineType,
    PhotographerRole,
    ReferenceType,
    SessionType,
)
from sessions_app.queries.own_sessions import figures, parts_of, soonest_first
from users.rights import Right


class OwnPartFilter(WithSeveralStates):
    """What the list of one's own sessions can be narrowed by."""

    status = StatusesFilter(field_name="session__status", choices=Status.choices, lookup_expr="in")
    start_date = filters.DateFilter(field_name="session__session_date", lookup_expr="gte")
    end_date = filters.DateFilter(field_name="session__session_date", lookup_expr="lte")


class _MyPart(Printed, serializers.Serializer[Any]):
    """One's part in a session, printed from the assignment."""

    my_role = NullableChoiceField(source="role", choices=PhotographerRole.choices)
    my_attended = serializers.BooleanField(source="attended")
    my_attended_at = serializers.DateTimeField(source="attended_at", allow_null=True)


class _OwnSession(_MyPart):
    """What list and page tell alike."""

    id = serializers.IntegerField(source="session_id")
    code = serializers.CharField(source="session.code")
    session_type = serializers.ChoiceField(
        source="session.session_type", choices=SessionType.choices
    )
    session_date = serializers.DateField(source="session.session_date")
    session_time = serializers.TimeField(source="session.session_time", allow_null=True)
    estimated_duration_hours = NumberField(
        source="session.estimated_duration_hours",
        max_digits=4,
        decimal_places=2,
        allow_null=True,
    )
    location = NullableTextField(source="session.location")
    status = serializers.ChoiceField(source="session.status", choices=Status.choices)


class OwnSessionSerializer(_OwnSession):
    """A session in the list of one's own."""

    client_name = serializers.CharField(source="session.client.full_name")


class OwnLineSerializer(Printed, serializers.ModelSerializer[Line]):
    """What is to be delivered, without prices."""

    reference_type = NullableChoiceField(choices=ReferenceType.choices)
    item_description = NullableTextField()

    class Meta:
        model = Line
        fields: ClassVar[list[str]] = [
            "id",
            "line_type",
            "reference_type",
            "item_code",
            "item_name",
            "item_description",
            "quantity",
        ]


class OwnSessionDetailSerializer(_OwnSession):
    """All that a photographer needs to know to be there and do it well."""

    client = SessionClientSerializer(source="session.client")
    room_id = serializers.IntegerField(source="session.room_id", allow_null=True)
    room = SessionRoomSerializer(source="session.room", allow_null=True)
    client_requirements = NullableTextField(source="session.client_requirements")
    delivery_method = NullableChoiceField(
        source="session.delivery_method", choices=DeliveryMethod.choices
    )
    delivery_deadline = serializers.DateField(source="session.delivery_deadline", allow_null=True)
    details = serializers.SerializerMethodField()
    my_assignment_id = serializers.IntegerField(source="id")
    my_assigned_at = serializers.DateTimeField(source="assigned_at")
    my_notes = NullableTextField(source="notes")
    created_at = serializers.DateTimeField(source="session.created_at")
    updated_at = serializers.DateTimeField(source="session.updated_at")

    @extend_schema_field(OwnLineSerializer(many=True))
    def get_details(self, part: Assignment) -> list[dict[str, Any]]:
        """Return what was ordered; adjustments of prices are nobody's work."""
        lines = part.session.lines.exclude(line_type=LineType.ADJUSTMENT)
        return list(OwnLineSerializer(lines, many=True).data)


class ColleagueSerializer(Printed, serializers.ModelSerializer[Assignment]):
    """Who else is there."""

    photographer_id = serializers.IntegerField()
    photographer_name = serializers.CharField(source="photographer.full_name")
    role = NullableChoiceField(choices=PhotographerRole.choices)

    class Meta:
        model = Assignment
        fields: ClassVar[list[str]] = [
            "id",
            "photographer_id",
            "photographer_name",
            "role",
            "assigned_at",
            "attended",
            "attended_at",
        ]


class TeamSerializer(Printed, serializers.Serializer[Any]):
    """The team of a session."""

    session_id = serializers.IntegerField()
    photographers = ColleagueSerializer(many=True)


class FiguresSerializer(Printed, serializers.Serializer[Any]):
    """What one's work comes to."""

    total_assignments = serializers.IntegerField()
    upcoming_sessions = serializers.IntegerField()
    attended_sessions = serializers.IntegerField()
    pending_sessions = serializers.IntegerField()
    next_session_date = serializers.DateField(allow_null=True)
    sessions_this_week = serializers.IntegerField()
    total_sessions_completed = serializers.IntegerField()


class PhotographersCornerViewSet(SessionDoor):
    """One's own sessions: in whatever state, only those that one covers."""

    pagination_class = None
    filterset_class = None
    rights: ClassVar[dict[str, Right]] = dict.fromkeys(
        ("sessions", "session_of_mine", "client", "team", "attend", "stats"),
        Right.SESSION_VIEW_OWN,
    )

    @extend_schema(operation_id="listMySessions", responses=OwnSessionSerializer(many=True))
    @action(detail=False, filterset_class=OwnPartFilter)
    def sessions(self, request: Request) -> Response:
        """Answer the sessions one covers: those to come soonest first, then past ones."""
        parts = self.filter_queryset(parts_of(self.viewer))
        rows = soonest_first(parts, studio_day(now()))
        return Response(OwnSessionSerializer(rows, many=True).data)

    @extend_schema(operation_id="readMySession", responses=OwnSessionDetailSerializer)
    @action(detail=False, url_path=f"sessions/(?P<pk>{ID})")
    def session_of_mine(self, request: Request, pk: str) -> Response:
        """Answer one of them whole."""
        return self._detail(pk)

    @extend_schema(operation_id="readMyClient", responses=SessionClientSerializer)
    @action(detail=False, url_path=f"sessions/(?P<pk>{ID})/client")
    def client(self, request: Request, pk: str) -> Response:
        """Answer whom one will meet there, and how to reach them."""
        return Response(SessionClientSerializer(self._part(pk).session.client).data)

    @extend_schema(operation_id="readMyTeam", responses=TeamSerializer)
    @action(detail=False, url_path=f"sessions/(?P<pk>{ID})/team")
    def team(self, request: Request, pk: str) -> Response:
        """Answer who is there besides."""
        session = self._part(pk).session
        present = session.assignments.filter(status=AssignmentStatus.ASSIGNED)
        team = SimpleNamespace(
            session_id=session.pk, photographers=present.select_related("photographer")
        )
        return Response(TeamSerializer(team).data)

    @extend_schema(
        operation_id="attendMySession",
        request=forms.AttendanceForm,
        responses=OwnSessionDetailSerializer,
    )
    @action(detail=False, methods=["patch"], url_path=f"sessions/(?P<pk>{ID})/attend")
    def attend(self, request: Request, pk: str) -> Response:
        """Mark that one was there; with the last one's mark the session is Attended."""
        session = self._part(pk).session
        self.actor.require(Right.SESSION_MARK_ATTENDED, session)
        form = checked(forms.AttendanceForm, request.data)
        attendance.mark_own(session, **marked(form), actor=self.actor, at=now())
        return self._detail(pk)

    @extend_schema(operation_id="readMyFigures", responses=FiguresSerializer)
    @action(detail=False)
    def stats(self, request: Request) -> Response:
        """Answer what one's work comes to."""
        return Response(FiguresSerializer(figures(self.viewer, studio_day(now()))).data)

    def _detail(self, pk: str) -> Response:
        return Response(OwnSessionDetailSerializer(self._part(pk)).data)

    def _part(self, pk: str) -> Assignment:
        part: Assignment | None = (
            parts_of(self.viewer).select_related("session__room").filter(session=pk).first()
        )
        if part is None:
            raise SessionNotFound
        return part
