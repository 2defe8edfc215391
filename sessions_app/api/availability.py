"""`/availability` (contract, section 6): are you free, and when else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.api.printing import Printed
from config.api.problems import CONFLICT
from config.api.serializers import NullIsAbsent, checked
from config.clock import now
from sessions_app.api.forms import HoursField
from sessions_app.models import SessionType
from sessions_app.policy import periods
from sessions_app.queries import availability
from sessions_app.queries.availability import Wish
from sessions_app.queries.sessions import hours_notice
from sessions_app.rules import BOOKING_RIGHTS
from users.api.doors import actor_of

MOST_MINUTES = 24 * 60


class WishQuery(NullIsAbsent, serializers.Serializer[Any]):
    """What is asked for."""

    duration_hours = HoursField()
    session_type = serializers.ChoiceField(choices=SessionType.choices)
    photographers = serializers.IntegerField(min_value=1, max_value=50, default=1)
    travel_minutes = serializers.IntegerField(min_value=0, max_value=MOST_MINUTES, required=False)

    def validate(self, form: dict[str, Any]) -> dict[str, Any]:
        """Return the wish, and when it is wished for."""
        minutes = form.pop("travel_minutes", None)
        wish = Wish(
            session_type=SessionType(form.pop("session_type")),
            length=periods.duration(form.pop("duration_hours")),
            photographers=form.pop("photographers"),
            travel=None if minutes is None else timedelta(minutes=minutes),
        )
        return {**form, "wish": wish}


class MomentQuery(WishQuery):
    """A wish for one time."""

    date = serializers.DateField()
    time = serializers.TimeField()


class DaysQuery(WishQuery):
    """A wish for some days, both included."""

    to = serializers.DateField()

    def get_fields(self) -> dict[str, Any]:
        """Name the field that no line of Python can name."""
        return {"from": serializers.DateField(), **super().get_fields()}


class StandingSerializer(Printed, serializers.Serializer[Any]):
    """Whether something is free, and what stands in the way; as much as the asker may see."""

    id = serializers.IntegerField()
    is_free = serializers.BooleanField()
    conflicts = serializers.SerializerMethodField()

    @extend_schema_field({"type": "array", "items": CONFLICT})
    def get_conflicts(self, standing: availability.Standing) -> list[dict[str, Any]]:
        """Return what stands in the way."""
        return standing.conflicts


class RoomStandingSerializer(StandingSerializer):
    """A room at a time."""

    name = serializers.CharField()


class PersonStandingSerializer(StandingSerializer):
    """A photographer at a time."""

    full_name = serializers.CharField(source="name")


class OptionSerializer(Printed, serializers.Serializer[Any]):
    """A time at which the wish can be met, and by which rooms and whom."""

    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    room_ids = serializers.ListField(child=serializers.IntegerField())
    photographer_ids = serializers.ListField(child=serializers.IntegerField())


class AvailabilitySerializer(Printed, serializers.Serializer[Any]):
    """Whether a wish can be met, by whom, and when else."""

    is_available = serializers.BooleanField()
    rooms = RoomStandingSerializer(many=True)
    photographers = PersonStandingSerializer(many=True)
    next_options = OptionSerializer(many=True)


class AvailabilityAnswer(AvailabilitySerializer):
    """The answer, with what one should know about the time."""

    notices = serializers.ListField(child=serializers.CharField())


class AvailabilityView(APIView):
    """Who and what is free at a time."""

    further_problems = {"get": {"422"}}

    @extend_schema(
        operation_id="availability", parameters=[MomentQuery], responses=AvailabilityAnswer
    )
    def get(self, request: Request) -> Response:
        """Answer whether a session could be booked, what stands in the way, and when else."""
        actor = actor_of(request)
        actor.require_any(*BOOKING_RIGHTS)
        form = checked(MomentQuery, request.query_params)
        wish = form["wish"]
        found = availability.availability(
            wish, form["date"], form["time"], viewer=actor.user, at=now()
        )
        notice = hours_notice(wish.session_type, wish.period(found.starts_at))
        answer = AvailabilitySerializer(found).data
        return Response({**answer, "notices": [notice] if notice else []})


class SlotsView(APIView):
    """When else, over some days."""

    pagination_class = None

    @extend_schema(
        operation_id="availabilitySlots",
        parameters=[DaysQuery],
        responses=OptionSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """Answer the free times within the opening hours, each quarter of an hour."""
        actor_of(request).require_any(*BOOKING_RIGHTS)
        form = checked(DaysQuery, request.query_params)
        options = availability.free_options(form["wish"], form["from"], form["to"], at=now())
        return Response(OptionSerializer(options, many=True).data)
